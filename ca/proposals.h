// Proposals: every act that takes two people goes this way: one proposes, another confirms, and the act is carried out
// in the commit that confirms it.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "ca/desk.h"
#include "ca/party.h"
#include "ca/proposal.h"

namespace certmark::ca {

class Proposals {
 public:
  explicit Proposals(const Desk& desk) : desk_(desk) {}

  /// Half is what one kind of act adds to the common way. Each adds to the change what it read or does.
  struct Half {
    /// check holds a proposal to the rules of its subject: may this party propose that now? It returns how long the
    /// proposal may wait.
    std::function<Result<Seconds>(const Party& proposer, const Proposal& proposal, ledger::Change& change)> check;
    /// concerned are the parties that the proposal is about: nobody of theirs reads it as staff, confirms it, or
    /// rejects another's.
    std::function<Result<std::vector<std::string>>(const Proposal& proposal)> concerned;
    /// carry does what was proposed, in one commit with `change`, which holds the proposal as confirmed. It checks the
    /// rules again.
    std::function<Result<void>(const Party& confirmer, const Proposal& proposal, ledger::Change change)> carry;
  };
  /// Serve says how one kind of act is done; called once for each, before any other method.
  void Serve(Proposed act, Half half) { halves_[act] = std::move(half); }

  struct Draft {
    Proposed act;
    std::string subject, reason, details{};
  };
  Result<Proposal> Propose(const Party& caller, const Draft& draft);
  /// Get: staff read every proposal of a kind they may confirm and have no part in; others their own. NotFound
  /// otherwise.
  Result<Proposal> Get(const Party& caller, std::string_view id) const;
  /// Confirm: PermissionDenied: who proposed, and who is one with them or part of whom it concerns, does not confirm.
  /// FailedPrecondition: not open any more.
  Result<Proposal> Confirm(const Party& caller, std::string_view id);
  /// Reject ends a proposal: by whoever might confirm it, or by who proposed it. `reason` is a code, or empty.
  Result<Proposal> Reject(const Party& caller, std::string_view id, std::string_view reason);

  /// OnDue: a proposal that nobody confirmed in time is void.
  Result<void> OnDue(std::string_view id) const;

 private:
  Result<const Half*> HalfOf(Proposed act) const;
  Result<void> RequireApartFromConcerned(const Party& party, const Proposal& proposal) const;
  struct Closing {
    ActEntry act;  ///< without its states
    ledger::Change change;
  };
  Result<Proposal> Close(const Stored<Proposal>& read, Proposal::State state, Closing closing) const;

  const Desk& desk_;
  std::map<Proposed, Half> halves_;
};

}  // namespace certmark::ca
