#include "ca/proposals.h"

#include "ca/rights.h"
#include "ca/separation.h"

namespace certmark::ca {
namespace {

bool MayConfirm(const Party& party, Proposed act) {
  return Check(party, ConfirmingRight(act)).has_value();
}

}  // namespace

Result<const Proposals::Half*> Proposals::HalfOf(Proposed act) const {
  const auto half = halves_.find(act);
  if (half != halves_.end()) return &half->second;
  return Error{ErrorCode::kInternal, "nobody carries out " + std::string(Name(act))};
}

Result<Proposal> Proposals::Propose(const Party& caller, const Draft& draft) {
  // 1. The role.
  const Act right = ProposingRight(draft.act);
  const auto party = CM_TRY(Admit(desk_.store(), caller, right));
  // 2. The rules of what it is about.
  Proposal proposal;
  proposal.id = CM_TRY(NewId(desk_.random()));
  proposal.act = draft.act;
  proposal.subject = draft.subject;
  proposal.reason = draft.reason;
  proposal.details = draft.details;
  proposal.proposed_by = party.value.id;
  proposal.proposed_at = desk_.Now();
  ledger::Change change;
  change.urgency = ledger::Urgency::kUrgent;
  Expect(change, party);
  const Half* const half = CM_TRY(HalfOf(draft.act));
  proposal.expires_at = proposal.proposed_at + CM_TRY(half->check(party.value, proposal, change));
  // 3. One change.
  Create(change, proposal);
  ActEntry act = ActOn(proposal.proposed_at, party.value.id, Name(right), proposal);
  act.reason = proposal.reason;
  CM_TRY(desk_.Commit(std::move(change), act, ledger::Ack::kSequenced));
  return proposal;
}

Result<Proposal> Proposals::Get(const Party& caller, std::string_view id) const {
  const auto party = CM_TRY(Admit(desk_.store(), caller, Act::kReadProposal));
  Proposal proposal = CM_TRY(Load<Proposal>(desk_.store(), id)).value;
  if (MayConfirm(party.value, proposal.act) || proposal.proposed_by == party.value.id) return proposal;
  return Error{ErrorCode::kNotFound, "no proposal " + std::string(id)};
}

Result<Proposal> Proposals::Confirm(const Party& caller, std::string_view id) {
  // 1. The proposal, and the role that its act needs.
  const auto read = CM_TRY(Load<Proposal>(desk_.store(), id));
  const auto party = CM_TRY(Admit(desk_.store(), caller, ConfirmingRight(read.value.act)));
  // 2. The rules: open, in time, and another person, of whom nobody is the proposer's.
  const Time now = desk_.Now();
  if (read.value.state != Proposal::State::kOpen) {
    return Precondition("proposal " + read.value.id + " is " + std::string(Name(read.value.state)));
  }
  if (now >= read.value.expires_at) {
    return Precondition("proposal " + read.value.id + " is over: it was made at " +
                        FormatDateTime(read.value.proposed_at));
  }
  if (party.value.id == read.value.proposed_by) return Denied("who proposed does not confirm: " + party.value.id);
  // 3. One change: the proposal, and what it brings about.
  Proposal proposal = read.value;
  proposal.state = Proposal::State::kConfirmed;
  proposal.confirmed_by = party.value.id;
  ledger::Change change;
  Expect(change, party);
  Replace(change, read, proposal);
  const Half* const half = CM_TRY(HalfOf(proposal.act));
  CM_TRY(half->carry(party.value, proposal, std::move(change)));
  return proposal;
}

Result<Proposal> Proposals::Reject(const Party& caller, std::string_view id, std::string_view reason) {
  const auto read = CM_TRY(Load<Proposal>(desk_.store(), id));
  const bool is_own = read.value.proposed_by == caller.id;
  const Act right = is_own ? ProposingRight(read.value.act) : ConfirmingRight(read.value.act);
  const auto party = CM_TRY(Admit(desk_.store(), caller, right));
  ActEntry act{.at = desk_.Now(),
               .actor = party.value.id,
               .act = "reject-proposal",
               .subject = SubjectOf(read.value),
               .reason = std::string(reason),
               .before = {},
               .after = {}};
  CM_TRY(Close(read, Proposal::State::kRejected, std::move(act)));
  return CM_TRY(Load<Proposal>(desk_.store(), id)).value;
}

Result<void> Proposals::OnDue(std::string_view id) const {
  const auto read = CM_TRY(Load<Proposal>(desk_.store(), id));
  const Time now = desk_.Now();
  if (read.value.state != Proposal::State::kOpen || now < read.value.expires_at) return {};
  return Close(read, Proposal::State::kExpired,
               {.at = now,
                .actor = std::string(kClock),
                .act = "expire-proposal",
                .subject = SubjectOf(read.value),
                .reason = {},
                .before = {},
                .after = {},
                .rests_on = SubjectOf(read.value)});
}

Result<void> Proposals::Close(const Stored<Proposal>& read, Proposal::State state, ActEntry act) const {
  if (read.value.state != Proposal::State::kOpen) {
    return Precondition("proposal " + read.value.id + " is " + std::string(Name(read.value.state)));
  }
  Proposal proposal = read.value;
  proposal.state = state;
  if (state == Proposal::State::kRejected) proposal.confirmed_by = act.actor;
  act.before = Name(read.value.state);
  act.after = Name(state);
  ledger::Change change;
  Replace(change, read, proposal);
  return desk_.Commit(std::move(change), act, ledger::Ack::kSequenced);
}

}  // namespace certmark::ca
