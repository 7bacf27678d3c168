// Service's use cases of a certification's life: two people suspend and revoke, an officer reinstates, the holder
// withdraws.
#include <algorithm>

#include "ca/certification_rows.h"
#include "ca/separation.h"
#include "ca/service.h"

namespace certmark::ca {
namespace {

Error Denied(std::string message) {
  return {ErrorCode::kPermissionDenied, std::move(message)};
}
Error Precondition(std::string message) {
  return {ErrorCode::kFailedPrecondition, std::move(message)};
}
Error Invalid(std::string message) {
  return {ErrorCode::kInvalidArgument, std::move(message)};
}

Result<Act> ActToPropose(EventKind kind) {
  if (kind == EventKind::kSuspended) return Act::kProposeSuspension;
  if (kind == EventKind::kRevoked) return Act::kProposeRevocation;
  return Invalid("nobody proposes " + std::string(Uri(kind)));
}

// CheckProposer: the holder asks for their own suspension and for nothing else; an officer has a cause, and no part in
// the holder.
Result<void> CheckProposer(const ledger::Store& store, const Party& proposer, const Certification& certification,
                           const Proposal& proposal) {
  const bool asks = proposal.reason == Scheme::kHolderRequest;
  if (proposer.id == certification.operator_party) {
    if (proposal.act != EventKind::kSuspended)
      return Denied("a holder may not propose " + std::string(Uri(proposal.act)));
    return asks ? Result<void>{} : Invalid("a holder's reason is " + std::string(Scheme::kHolderRequest));
  }
  if (!proposer.has(Role::kSurveillanceOfficer)) return Denied(certification.id + " is not of party " + proposer.id);
  if (asks) return Invalid("only the holder gives the reason " + proposal.reason);
  return RequireApart(store, proposer, certification.operator_party);
}

// CheckTakes: an expired certification takes nothing more.
Result<void> CheckTakes(const Certification& certification, EventKind kind, Time now) {
  if (certification.StateAt(now) == "EXPIRED") return Precondition(certification.id + " is EXPIRED");
  CM_TRY(Next(certification, kind));
  return {};
}

// RestoreBy is the latest time to restore a suspended certification.
std::optional<Time> RestoreBy(const Certification& certification, const Parameters& parameters) {
  const auto& history = certification.history;
  const auto last =
      std::ranges::find(history.rbegin(), history.rend(), EventKind::kSuspended, &Certification::Happened::kind);
  if (last == history.rend()) return std::nullopt;
  return last->at +
         (certification.suspended_by_holder ? parameters.suspension_limit_asked : parameters.suspension_limit);
}

}  // namespace

Result<Proposal> Service::ProposeAct(const Party& caller, EventKind act, std::string_view number,
                                     std::string_view reason) {
  // 1. The role, and the certification.
  const Act right = CM_TRY(ActToPropose(act));
  const auto party = CM_TRY(Admit(store(), caller, right));
  const auto read = CM_TRY(Load<Certification>(store(), number));
  // 2. The rules.
  const Time now = Now();
  Proposal proposal;
  proposal.act = act;
  proposal.number = read.value.id;
  proposal.reason = reason;
  proposal.proposed_by = party.value.id;
  proposal.proposed_at = now;
  const ReasonUse use = act == EventKind::kSuspended ? ReasonUse::kSuspension : ReasonUse::kRevocation;
  CM_TRY(CM_TRY(SchemeOf(read.value))->RequireReason(reason, use));
  CM_TRY(CheckProposer(store(), party.value, read.value, proposal));
  CM_TRY(CheckTakes(read.value, act, now));
  // 3. One change.
  proposal.id = CM_TRY(NewId(deps_.random));
  ledger::Change change;
  change.urgency = ledger::Urgency::kUrgent;
  Expect(change, party);
  Expect(change, read);
  Create(change, proposal);
  const ActEntry act_entry{.at = now,
                           .actor = party.value.id,
                           .act = std::string(Name(right)),
                           .subject = "proposal/" + proposal.id,
                           .reason = proposal.reason,
                           .before = "",
                           .after = std::string(Name(proposal.state))};
  CM_TRY(Commit(std::move(change), act_entry, ledger::Ack::kSequenced));
  return proposal;
}

Result<Proposal> Service::GetProposal(const Party& caller, std::string_view id) const {
  const auto party = CM_TRY(Admit(store(), caller, Act::kReadProposal));
  Proposal proposal = CM_TRY(Load<Proposal>(store(), id)).value;
  const bool staff = party.value.has(Role::kSurveillanceOfficer) || party.value.has(Role::kDecider);
  if (staff || proposal.proposed_by == party.value.id) return proposal;
  return Error{ErrorCode::kNotFound, "no proposal " + std::string(id)};
}

Result<Certification> Service::ConfirmAct(const Party& caller, std::string_view id) {
  // 1. The role, the proposal, the certification.
  const auto party = CM_TRY(Admit(store(), caller, Act::kConfirmProposal));
  const auto read = CM_TRY(Load<Proposal>(store(), id));
  const auto certification = CM_TRY(Load<Certification>(store(), read.value.number));
  // 2. The rules: open, in time, and another person, who is nobody of the holder's.
  const Time now = Now();
  if (read.value.state != Proposal::State::kOpen) return Precondition("proposal " + read.value.id + " is CONFIRMED");
  const Scheme* scheme = CM_TRY(SchemeOf(certification.value));
  if (now >= read.value.proposed_at + scheme->parameters.proposal_life) {
    return Precondition("proposal " + read.value.id + " is over: it was made at " +
                        FormatDateTime(read.value.proposed_at));
  }
  if (party.value.id == read.value.proposed_by) return Denied("who proposed does not confirm: " + party.value.id);
  CM_TRY(RequireApart(store(), party.value, certification.value.operator_party));
  // 3. One change: the proposal, and what it brings about.
  Proposal proposal = read.value;
  proposal.state = Proposal::State::kConfirmed;
  proposal.confirmed_by = party.value.id;
  ledger::Change change;
  Expect(change, party);
  Replace(change, read, proposal);
  return Carry({.read = certification,
                .kind = proposal.act,
                .reason = proposal.reason,
                .actor = party.value.id,
                .act = Act::kConfirmProposal,
                .by_holder = proposal.proposed_by == certification.value.operator_party},
               std::move(change));
}

Result<Certification> Service::Reinstate(const Party& caller, std::string_view number, std::string_view reason) {
  // 1. The role, and the certification.
  const auto party = CM_TRY(Admit(store(), caller, Act::kReinstate));
  const auto read = CM_TRY(Load<Certification>(store(), number));
  // 2. The rules: nobody of the holder's, and not after the time to correct is over.
  CM_TRY(RequireApart(store(), party.value, read.value.operator_party));
  const Scheme* scheme = CM_TRY(SchemeOf(read.value));
  CM_TRY(scheme->RequireReason(reason, ReasonUse::kReinstatement));
  const std::optional<Time> latest = RestoreBy(read.value, scheme->parameters);
  if (latest && Now() > *latest) {
    return Precondition(read.value.id + " was to be restored by " + FormatDateTime(*latest));
  }
  // 3. One change.
  ledger::Change change;
  Expect(change, party);
  return Carry({.read = read,
                .kind = EventKind::kReinstated,
                .reason = std::string(reason),
                .actor = party.value.id,
                .act = Act::kReinstate},
               std::move(change));
}

Result<Certification> Service::Withdraw(const Party& caller, std::string_view number, std::string_view reason) {
  // 1. The role, and the certification, which is the holder's alone to give up.
  const auto party = CM_TRY(Admit(store(), caller, Act::kWithdraw));
  const auto read = CM_TRY(Load<Certification>(store(), number));
  if (party.value.id != read.value.operator_party) return Denied(read.value.id + " is not of party " + party.value.id);
  // 2. The rules.
  CM_TRY(CM_TRY(SchemeOf(read.value))->RequireReason(reason, ReasonUse::kWithdrawal));
  // 3. One change.
  ledger::Change change;
  Expect(change, party);
  return Carry({.read = read,
                .kind = EventKind::kWithdrawn,
                .reason = std::string(reason),
                .actor = party.value.id,
                .act = Act::kWithdraw},
               std::move(change));
}

Result<Certification> Service::Carry(const Turn& turn, ledger::Change change) {
  // 1. The next state.
  const Time now = Now();
  CM_TRY(CheckTakes(turn.read.value, turn.kind, now));
  Certification certification = turn.read.value;
  certification.state = CM_TRY(Next(turn.read.value, turn.kind));
  certification.suspended_by_holder = turn.kind == EventKind::kSuspended && turn.by_holder;
  certification.left_open = false;
  certification.history.push_back({turn.kind, now, turn.reason});
  // 2. The event that says so to everybody.
  Event event;
  event.kind = turn.kind;
  event.iss = deps_.authority.iss;
  event.jti = CM_TRY(NewUuidUrn(deps_.random));
  event.app = certification.app;
  event.iat = event.toe = now;
  event.number = certification.id;
  event.reason = turn.reason;
  if (turn.kind == EventKind::kSuspended)
    event.until = RestoreBy(certification, CM_TRY(SchemeOf(certification))->parameters);
  const std::string jws = CM_TRY(issuer_.SignEvent(EventPayload(event)));
  // 3. One change: record, rows, status, event, act. A full disk must not keep a suspension from being told.
  change.urgency = ledger::Urgency::kUrgent;
  Replace(change, turn.read, certification);
  if (HasEnded(certification.state)) FreeUnit(certification, change);
  change.writes.push_back(StatusWrite(certification.status, StatusOf(certification.state)));
  change.entries.push_back({ledger::NewEntry::To::kPublicLog, ToBytes(jws)});
  const ActEntry act_entry{.at = now,
                           .actor = turn.actor,
                           .act = std::string(Name(turn.act)),
                           .subject = "certification/" + certification.id,
                           .reason = turn.reason,
                           .before = std::string(Name(turn.read.value.state)),
                           .after = std::string(Name(certification.state))};
  CM_TRY(Commit(std::move(change), act_entry, ledger::Ack::kPublished));
  return certification;
}

}  // namespace certmark::ca
