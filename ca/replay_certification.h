// What public entries say of certifications, as records: what a credential grants, what an event turns, and whose it
// is.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "ca/certification.h"
#include "ca/replay.h"
#include "ledger/change.h"
#include "verifier-sdk/core/log_judge.h"

namespace certmark::ca {

/// Derived is what is replayed of one entry: rows, and the act that says so.
struct Derived {
  ledger::Change change;
  std::string subject, reason, before, after;
  bool at_once = false;  ///< written before anything else is read: any entry may read it
};

/// ReplayedCertifications derives them. REQUIRES of each call: what was derived of the same app before is written.
class ReplayedCertifications {
 public:
  explicit ReplayedCertifications(const ReplayInput& input) : input_(input) {}

  /// ReadOperators learns who is known, and under which names; the others are entered as credentials name them.
  Result<void> ReadOperators();

  /// Granted is the certification that a credential grants, with what that ends and whom it renames.
  Result<Derived> Granted(const ReadEntry& entry, const Hash& leaf);
  /// After is a certification once `event` of its life has happened. Corruption: it is of another app.
  /// FailedPrecondition: it is in no state for it.
  Result<Derived> After(const Event& event) const;
  /// LeftOpen suspends a certification of which an event cannot be read: that is not good until somebody has looked.
  /// Nothing: there is none, or it has ended.
  Result<std::optional<Derived>> LeftOpen(const std::string& number) const;

 private:
  /// SetHolder says whose a certification is: of whom it superseded, or who has the register's number in its
  /// credential.
  Result<void> SetHolder(Certification& out, Derived& derived);
  /// PartyOf is the operator of a certification, by its number in the register that both name. One who is no longer
  /// known is entered without a certificate, so that nobody can act as it: whoever asks who the holder is gets an
  /// answer.
  Result<std::string> PartyOf(const Certification& certification, ledger::Change& change);

  const ReplayInput& input_;
  std::map<std::string, std::string> operators_;        // party ids, by the operator's number in its register
  std::map<std::string, std::set<std::string>> names_;  // that its credentials show, by that number
};

}  // namespace certmark::ca
