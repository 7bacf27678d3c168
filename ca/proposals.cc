#include "ca/proposals.h"

#include "ca/numbers.h"
#include "ca/plain_text.h"
#include "ca/rights.h"
#include "ca/separation.h"
#include "verifier-sdk/core/quote.h"

namespace certmark::ca {
namespace {

constexpr std::size_t kMaxDetailsBytes = 64 * 1024;

bool MayConfirm(const Party& party, Proposed act) {
  return Check(party, ConfirmingRight(act)).has_value();
}

}  // namespace

Result<const Proposals::Half*> Proposals::HalfOf(Proposed act) const {
  const auto half = halves_.find(act);
  if (half != halves_.end()) return &half->second;
  return Error{ErrorCode::kInternal, "nobody carries out " + std::string(Name(act))};
}

Result<void> Proposals::RequireApartFromConcerned(const Party& party, const Proposal& proposal) const {
  const Half* const half = CM_TRY(HalfOf(proposal.act));
  for (const std::string& concerned : CM_TRY(half->concerned(proposal)))
    CM_TRY(RequireApart(desk_.store(), party, concerned));
  return {};
}

Result<Proposal> Proposals::Propose(const Party& caller, const Draft& draft) {
  // 1. The role, and the form.
  if (draft.details.size() > kMaxDetailsBytes) return Invalid("details are too long");
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
  proposal.proposer_revocations = party.value.revocations;
  proposal.proposed_at = desk_.Now();
  ledger::Change change;
  // The room that is kept free on the disk is for what protects the public, not for what an operator asks for.
  if (!party.value.has(Role::kOperator)) change.urgency = ledger::Urgency::kUrgent;
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
  if (proposal.proposed_by == party.value.id) return proposal;
  const Error unknown{ErrorCode::kNotFound, "no proposal " + std::string(id)};
  if (!MayConfirm(party.value, proposal.act)) return unknown;
  const auto apart = RequireApartFromConcerned(party.value, proposal);
  if (!apart) return apart.error().code == ErrorCode::kPermissionDenied ? unknown : apart.error();
  return proposal;
}

Result<Proposal> Proposals::Confirm(const Party& caller, std::string_view id) {
  // 1. The proposal, and the role that its act needs.
  const auto read = CM_TRY(Load<Proposal>(desk_.store(), id));
  const auto party = CM_TRY(Admit(desk_.store(), caller, ConfirmingRight(read.value.act)));
  // 2. The rules: open, in time, another person than who proposed, and nobody of theirs whom it concerns.
  const Time now = desk_.Now();
  if (read.value.state != Proposal::State::kOpen) {
    return Precondition("proposal " + read.value.id + " is " + std::string(Name(read.value.state)));
  }
  if (now >= read.value.expires_at) {
    return Precondition("proposal " + read.value.id + " is over: it was made at " +
                        FormatDateTime(read.value.proposed_at));
  }
  ledger::Change change;
  const FirstHalf first{read.value.proposed_by, read.value.proposer_revocations};
  CM_TRY(RequireTwoPeople(desk_.store(), party.value, first, change));
  CM_TRY(RequireApartFromConcerned(party.value, read.value));
  // 3. One change: the proposal, and what it brings about.
  Proposal proposal = read.value;
  proposal.state = Proposal::State::kConfirmed;
  proposal.confirmed_by = party.value.id;
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
  if (!is_own) CM_TRY(RequireApartFromConcerned(party.value, read.value));
  // It stands in the record for ever, so it is a code, and no prose.
  if (!reason.empty() && !IsCode(reason)) return Invalid("reason is no code: " + Quote(reason));
  ledger::Change change;
  Expect(change, party);
  ActEntry act{.at = desk_.Now(),
               .actor = party.value.id,
               .act = "reject-proposal",
               .subject = SubjectOf(read.value),
               .reason = std::string(reason),
               .before = {},
               .after = {}};
  return Close(read, Proposal::State::kRejected, {std::move(act), std::move(change)});
}

Result<void> Proposals::OnDue(std::string_view id) const {
  const auto read = CM_TRY(Load<Proposal>(desk_.store(), id));
  const Time now = desk_.Now();
  if (read.value.state != Proposal::State::kOpen || now < read.value.expires_at) return {};
  ActEntry act{.at = now,
               .actor = std::string(kClock),
               .act = "expire-proposal",
               .subject = SubjectOf(read.value),
               .reason = {},
               .before = {},
               .after = {},
               .rests_on = SubjectOf(read.value)};
  CM_TRY(Close(read, Proposal::State::kExpired, {std::move(act), {}}));
  return {};
}

Result<Proposal> Proposals::Close(const Stored<Proposal>& read, Proposal::State state, Closing closing) const {
  if (read.value.state != Proposal::State::kOpen) {
    return Precondition("proposal " + read.value.id + " is " + std::string(Name(read.value.state)));
  }
  Proposal proposal = read.value;
  proposal.state = state;
  if (state == Proposal::State::kRejected) proposal.confirmed_by = closing.act.actor;
  closing.act.before = Name(read.value.state);
  closing.act.after = Name(state);
  Replace(closing.change, read, proposal);
  CM_TRY(desk_.Commit(std::move(closing.change), closing.act, ledger::Ack::kSequenced));
  return proposal;
}

}  // namespace certmark::ca
