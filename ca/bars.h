// Bars: operators barred from applying, by two people; lifted by two again.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ca/bar.h"
#include "ca/desk.h"
#include "ca/party.h"
#include "ca/proposal.h"

namespace certmark::ca {

class Bars {
 public:
  explicit Bars(const Desk& desk) : desk_(desk) {}

  /// Cause is what a proposal to bar says in its details, `{"kind":"major-incident","at":seconds}`.
  struct Cause {
    static constexpr std::size_t kMaxBytes = 1024;
    Bar::Cause kind = Bar::Cause::kUnlawfulOperator;
    Time at;
    static Result<Cause> Parse(std::string_view json);
    std::string ToJson() const;
  };

  /// CheckProposal: kBar is about a `party/<id>`, an operator, for a Cause that is not to come, and its reason is a
  /// code that refuses an application; AlreadyExists: it is barred for that already. kLiftBar is about a `bar/<id>`
  /// that is open, without details, for a reason that reinstates. `actor`, who proposes or confirms, has no part in the
  /// operator. It returns how long the proposal may wait.
  Result<Seconds> CheckProposal(const Party& actor, const Proposal& proposal, ledger::Change& change) const;
  /// Concerned are the parties that a proposal is about.
  Result<std::vector<std::string>> Concerned(const Proposal& proposal) const;
  /// Confirmed checks all that again, for the confirmer, and carries it out in one commit with `change`.
  Result<void> Confirmed(const Party& confirmer, const Proposal& proposal, ledger::Change change) const;

 private:
  Result<void> CheckBar(const Party& actor, const Proposal& proposal, ledger::Change& change) const;
  Result<void> CheckLift(const Party& actor, const Proposal& proposal, ledger::Change& change) const;

  const Desk& desk_;
};

/// OpenBars are the bars of an operator that nobody lifted: its own, and those of whoever is one with it.
Result<std::vector<Bar>> OpenBars(const ledger::Store& store, const Party& party);

}  // namespace certmark::ca
