// Challenges: an operator asks for a text to sign with an app's key, and hands the signature in with the application.
#pragma once

#include <string>
#include <string_view>

#include "ca/challenge.h"
#include "ca/desk.h"
#include "ca/party.h"

namespace certmark::ca {

class Challenges {
 public:
  explicit Challenges(const Desk& desk) : desk_(desk) {}

  /// Issue gives an operator the text that `signer`'s key is to sign. InvalidArgument: the platform's signers are no
  /// certificates, so that nothing can be signed; no signer of it; a unit that is never certified.
  /// ResourceExhausted: Challenge::kMaxOpen wait already.
  Result<Challenge> Issue(const Party& caller, const App& app, const std::string& signer);

  /// Proof answers a challenge.
  struct Proof {
    std::string_view challenge;  ///< its id
    ByteView certificate, signature;
  };
  /// Use checks a proof that `party` hands in for `app`, adds to `change` that the challenge is used up, and returns
  /// the signer whose control it proves. NotFound: no such challenge of that party and app. FailedPrecondition: it has
  /// expired. InvalidArgument: CheckControlProof says what does not hold, and the challenge stays.
  Result<std::string> Use(const Party& party, const App& app, const Proof& proof, ledger::Change& change) const;

  /// OnDue erases a challenge that nobody answered in time.
  Result<void> OnDue(std::string_view id) const;

 private:
  const Desk& desk_;
};

}  // namespace certmark::ca
