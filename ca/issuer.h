// Issuer: from a decided file to a signed credential, in two moves that cannot be taken in another order.
#pragma once

#include <string>
#include <vector>

#include "ca/clock.h"
#include "ca/public_text.h"
#include "ca/signer.h"
#include "ca/status_lists.h"
#include "verifier-sdk/core/credential.h"

namespace certmark::ca {

/// Grant is everything a credential says, as the decided file says it. Its words are texts that may be public
/// (public_text.h) and those of the scheme; no other text gets into it.
struct Grant {
  /// Evaluator is whose report the grant rests on, and the report's digest.
  struct Evaluator {
    PublicText name;
    std::string report;  ///< `sha256:…`
  };
  App app;
  PublicText app_name;
  std::vector<std::string> signers;  ///< empty for a miniprogram
  Build from;
  std::optional<Build> to;
  PublicText operator_id, operator_name;
  std::optional<PublicText> operator_url;
  std::string scheme, level;                  ///< of the scheme, as are
  std::vector<std::string> standards, scope;  ///< these
  std::vector<Evaluator> evaluated_by;
  std::string decision;  ///< `sha256:…` of the decision's JWS
  Time decided_on;
  Time valid_from, valid_until;
};

/// PreparedCredential is a payload that passed every check, with its number and status place; only Issuer::Prepare
/// makes one and only Issuer::Sign consumes it.
class PreparedCredential {
 public:
  PreparedCredential(PreparedCredential&&) = default;
  PreparedCredential& operator=(PreparedCredential&&) = default;
  const std::string& number() const { return number_; }
  StatusPlace status() const { return status_; }

 private:
  friend class Issuer;
  PreparedCredential() = default;
  std::string number_, payload_;
  StatusPlace status_;
};

/// SignedCredential is a signed credential, not yet logged: not to be released before it is.
struct SignedCredential {
  std::string jws, number;
  StatusPlace status;
};

/// Issuer prepares and signs credentials, and signs events and heads of the record log. Safe on any thread if its clock
/// and random are.
class Issuer {
 public:
  struct Options {
    std::string iss, name;
    const Signer& signer;
    Certificate certificate;
    StatusLists& status;
    Clock clock;
    Random random;
  };
  explicit Issuer(Options options) : options_(std::move(options)) {}

  /// Prepare draws a number, reserves a status place, writes the payload, then reads it back as a verifier would
  /// (ParseCredential, CheckClaims) and compares every fact with `grant`. FailedPrecondition: the signer's usage period
  /// is over, or a life longer than 1,096 days. InvalidArgument: a grant that no verifier would accept.
  Result<PreparedCredential> Prepare(const Grant& grant) const;
  /// Sign consumes what Prepare checked.
  Result<SignedCredential> Sign(PreparedCredential prepared) const;

  /// SignEvent signs an event's payload as a secevent+jwt, after reading it back with ParseEvent.
  Result<std::string> SignEvent(std::string_view payload) const;
  /// SignRecordHead signs a record head's payload as a certmark-record+jwt, after reading it back.
  Result<std::string> SignRecordHead(std::string_view payload) const;

  const Options& options() const { return options_; }

 private:
  Options options_;
};

}  // namespace certmark::ca
