// Enrolments: the use cases by which parties come in. Anybody asks, registrars answer.
#pragma once

#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "ca/desk.h"
#include "ca/enrolment.h"
#include "ca/rights.h"

namespace certmark::ca {

class Enrolments {
 public:
  explicit Enrolments(const Desk& desk) : desk_(desk) {}

  struct Asked {
    Bytes csr;
    std::string name, operator_id, url;
  };
  /// ResourceExhausted: kMaxOpenEnrolments are open; expired ones are swept first.
  Result<Enrolment> Request(const Asked& request);
  /// NotFound: unknown or expired.
  Result<Enrolment> Get(std::string_view id) const;
  Result<std::vector<Enrolment>> List(const Party& caller) const;
  struct Approval {
    std::string enrolment, fingerprint;  ///< as told out of band
    std::set<Role> roles;
    std::vector<std::string> belongs_to;
    std::string for_party{};  ///< who gets another key; its roles, and what it belongs to, stay: none are given
  };
  /// Approves, and enrols at once where one registrar suffices. A first registrar may enrol one second registrar alone;
  /// another key of a party always takes two. What was approved with a certificate that was revoked since may be
  /// approved again. FailedPrecondition: the fingerprint is not the request's, or its register entry not the party's.
  /// PermissionDenied: a registrar approving themselves.
  Result<Enrolment> Approve(const Party& caller, const Approval& approval);
  /// The second registrar names the fingerprint too, and the roles are those approved. PermissionDenied: the same
  /// registrar.
  Result<Enrolment> Confirm(const Party& caller, std::string_view id, std::string_view fingerprint);

 private:
  /// ForNew and ForExisting are the enrolment with what its party is to be, by the rules of each.
  Result<Enrolment> ForNew(Enrolment enrolment, const Approval& approval) const;
  Result<Enrolment> ForExisting(Enrolment enrolment, const Approval& approval) const;
  /// Enrol makes the party of an enrolment that is fully approved, or gives it its other key, and revokes what it had:
  /// its certificate, its rows, its act.
  Result<Enrolment> Enrol(const Party& registrar, Act act, const Stored<Enrolment>& read, Enrolment enrolment,
                          ledger::Change& change);
  Result<Certificate> MakeParty(Enrolment& enrolment, const PublicKey& key, ledger::Change& change) const;
  Result<Certificate> GiveKey(Enrolment& enrolment, const PublicKey& key, ledger::Change& change) const;
  Result<Certificate> CertificateFor(const Party& party, const PublicKey& key) const;
  Result<void> ReplaceEnrolment(const Party& registrar, Act act, const Stored<Enrolment>& read,
                                const Enrolment& enrolment, ledger::Change& change);

  const Desk& desk_;
  std::mutex requesting_;  ///< one enrolment request at a time
};

}  // namespace certmark::ca
