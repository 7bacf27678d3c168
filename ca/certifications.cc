#include "ca/certifications.h"

#include <algorithm>

#include "ca/application_evidence.h"
#include "ca/certification_rows.h"
#include "ca/numbers.h"
#include "ca/order.h"
#include "ca/separation.h"

namespace certmark::ca {
namespace {

// EventOf is the event of an act that two people take.
Result<EventKind> EventOf(Proposed act) {
  if (act == Proposed::kSuspend) return EventKind::kSuspended;
  if (act == Proposed::kRevoke) return EventKind::kRevoked;
  return Invalid("no act on a certification: " + std::string(Name(act)));
}

// CheckProposer: the holder asks for their own suspension and for nothing else; an officer has a cause, and no part in
// the holder.
Result<void> CheckProposer(const ledger::Store& store, const Party& proposer, const Certification& certification,
                           const Proposal& proposal) {
  const bool asks = proposal.reason == Scheme::kHolderRequest;
  if (proposer.id == certification.operator_party) {
    if (proposal.act != Proposed::kSuspend) {
      return Denied("a holder may not propose " + std::string(Name(proposal.act)));
    }
    return asks ? Result<void>{} : Invalid("a holder's reason is " + std::string(Scheme::kHolderRequest));
  }
  if (!proposer.has(Role::kSurveillanceOfficer)) return Denied(certification.id + " is not of party " + proposer.id);
  if (asks) return Invalid("only the holder gives the reason " + proposal.reason);
  return RequireApart(store, proposer, certification.operator_party);
}

// RequireNotAsked: a holder has one such request open, so that nobody is buried under them.
Result<void> RequireNotAsked(const ledger::Store& store, const std::string& subject, ledger::Change& change) {
  const Bytes key = AskedRowKey(subject);
  if (const auto open = CM_TRY(store.Get(ledger::Column::kIndex, key)))
    return Error{ErrorCode::kAlreadyExists, std::string(AsText(*open)) + " asks for that already"};
  change.preconditions.push_back({ledger::Column::kIndex, key, std::nullopt});
  return {};
}

// CheckTakes: an expired certification takes nothing more; of a superseded one, what took its place may.
Result<void> CheckTakes(const Certification& certification, EventKind kind, Time now) {
  if (certification.StateAt(now) == Certification::State::kExpired)
    return Precondition(certification.id + " is EXPIRED");
  if (certification.state == Certification::State::kSuperseded) {
    return Precondition(certification.id + " is SUPERSEDED by " + certification.superseded_by);
  }
  CM_TRY(Next(certification, kind));
  return {};
}

// RequireWithinLimit: what was not corrected in time is revoked, and nobody is quicker than the clock.
Result<void> RequireWithinLimit(const Certification& certification, Time now) {
  const std::optional<Time> latest = certification.restore_by;
  if (!latest || now < *latest) return {};
  return Precondition(certification.id + " was to be restored before " + FormatDateTime(*latest));
}

// RequireNotToBeRevoked: a revocation may bar who asks, and so it has to be there before anybody is asked.
Result<void> RequireNotToBeRevoked(const Certification& certification, Time now) {
  if (!certification.IsToBeRevoked(now)) return {};
  return Precondition(certification.id + " was to be restored before " + FormatDateTime(*certification.restore_by) +
                      ": the clock is first");
}

}  // namespace

Result<Seconds> Certifications::CheckProposal(const Party& proposer, const Proposal& proposal,
                                              ledger::Change& change) const {
  const EventKind kind = CM_TRY(EventOf(proposal.act));
  if (KindOf(proposal.subject) != Certification::kKind) return Invalid("no certification: " + proposal.subject);
  if (!proposal.details.empty()) return Invalid("details that are not asked for");
  const auto read = CM_TRY(Load<Certification>(desk_.store(), IdOf(proposal.subject)));
  const Scheme& scheme = *CM_TRY(desk_.SchemeOf(read.value));
  const ReasonUse use = kind == EventKind::kSuspended ? ReasonUse::kSuspension : ReasonUse::kRevocation;
  CM_TRY(scheme.RequireReason(proposal.reason, use));
  CM_TRY(CheckProposer(desk_.store(), proposer, read.value, proposal));
  CM_TRY(CheckTakes(read.value, kind, proposal.proposed_at));
  Expect(change, read);
  if (proposal.reason == Scheme::kHolderRequest) CM_TRY(RequireNotAsked(desk_.store(), proposal.subject, change));
  return scheme.parameters.proposal_life;
}

Result<std::vector<std::string>> Certifications::Concerned(const Proposal& proposal) const {
  const auto certification = CM_TRY(Load<Certification>(desk_.store(), IdOf(proposal.subject)));
  return std::vector{certification.value.operator_party};
}

Result<void> Certifications::Confirmed(const Party& confirmer, const Proposal& proposal, ledger::Change change) const {
  const auto read = CM_TRY(Load<Certification>(desk_.store(), IdOf(proposal.subject)));
  const EventKind kind = CM_TRY(EventOf(proposal.act));
  CM_TRY(Carry({.read = read,
                .kind = kind,
                .reason = proposal.reason,
                .actor = confirmer.id,
                .act = std::string(Name(Act::kConfirmProposal)),
                .rests_on = SubjectOf(proposal),
                .by_holder = proposal.proposed_by == read.value.operator_party},
               std::move(change)));
  return {};
}

Result<Certification> Certifications::Reinstate(const Party& caller, std::string_view number, std::string_view reason) {
  // 1. The role, and the certification.
  const auto party = CM_TRY(Admit(desk_.store(), caller, Act::kReinstate));
  const auto read = CM_TRY(Load<Certification>(desk_.store(), number));
  // 2. The rules: nobody of the holder's, not after the time to correct is over, and no order that is not met.
  CM_TRY(RequireApart(desk_.store(), party.value, read.value.operator_party));
  CM_TRY(CM_TRY(desk_.SchemeOf(read.value))->RequireReason(reason, ReasonUse::kReinstatement));
  CM_TRY(RequireWithinLimit(read.value, desk_.Now()));
  ledger::Change change;
  CM_TRY(RequireNoOrderUnmet(desk_.store(), read.value, desk_.Now(), change));
  // 3. One change.
  Expect(change, party);
  return Carry({.read = read,
                .kind = EventKind::kReinstated,
                .reason = std::string(reason),
                .actor = party.value.id,
                .act = std::string(Name(Act::kReinstate))},
               std::move(change));
}

Result<Certification> Certifications::Withdraw(const Party& caller, std::string_view number, std::string_view reason) {
  // 1. The role, and the certification, which is the holder's alone to give up.
  const auto party = CM_TRY(Admit(desk_.store(), caller, Act::kWithdraw));
  const auto read = CM_TRY(Load<Certification>(desk_.store(), number));
  if (party.value.id != read.value.operator_party) return Denied(read.value.id + " is not of party " + party.value.id);
  // 2. The rules.
  CM_TRY(CM_TRY(desk_.SchemeOf(read.value))->RequireReason(reason, ReasonUse::kWithdrawal));
  CM_TRY(RequireWithinLimit(read.value, desk_.Now()));
  ledger::Change change;
  CM_TRY(RequireNoOrderExposed(desk_.store(), read.value, change));
  // 3. One change.
  Expect(change, party);
  return Carry({.read = read,
                .kind = EventKind::kWithdrawn,
                .reason = std::string(reason),
                .actor = party.value.id,
                .act = std::string(Name(Act::kWithdraw))},
               std::move(change));
}

Result<void> Certifications::OnDue(std::string_view number) const {
  const auto read = CM_TRY(Load<Certification>(desk_.store(), number));
  const Time now = desk_.Now();
  const auto due = read.value.Due();
  if (!due || now < *due) return {};
  if (!read.value.IsToBeRevoked(now)) return Expire(read, now);
  // A suspension outlived its limit: what is not corrected is revoked, although its end came before the clock did.
  ledger::Change change;
  const std::string& cause = read.value.suspended_by;
  CM_TRY(Carry({.read = read,
                .kind = EventKind::kRevoked,
                .reason = std::string(Scheme::kNotCorrected),
                .actor = std::string(kClock),
                .act = "revoke-uncorrected",
                .rests_on = cause.empty() ? SubjectOf(read.value) : cause,
                .was_due = due},
               std::move(change)));
  return {};
}

Result<void> Certifications::ExpireHolders(const App& app) const {
  for (const auto& read : CM_TRY(CertificationsOf(desk_.store(), app))) {
    const Time now = desk_.Now();
    if (HasEnded(read.value.state) || read.value.IsLive(now)) continue;
    CM_TRY(RequireNotToBeRevoked(read.value, now));
    CM_TRY(Expire(read, now));
  }
  return {};
}

Result<void> Certifications::Expire(const Stored<Certification>& read, Time now) const {
  Certification certification = read.value;
  certification.state = Certification::State::kExpired;
  ledger::Change change;
  Replace(change, read, certification);
  ActEntry act = ActOn(now, kClock, "expire", certification);
  act.before = Name(read.value.state);
  act.rests_on = certification.application.empty() ? SubjectOf(certification)
                                                   : std::string(Application::kKind) + "/" + certification.application;
  CM_TRY(RetainFiles(desk_, {certification, certification.valid_until}, change));
  return desk_.Commit(std::move(change), act, ledger::Ack::kSequenced);
}

Result<std::string> Certifications::SignedEvent(const Certification& certification) const {
  const Certification::Happened& happened = certification.history.back();
  Event event;
  event.kind = happened.kind;
  event.iss = desk_.authority().iss;
  event.jti = CM_TRY(NewUuidUrn(desk_.random()));
  event.app = certification.app;
  event.iat = event.toe = happened.at;
  event.number = certification.id;
  event.reason = happened.reason;
  event.by = certification.superseded_by;
  event.until = certification.restore_by;
  return desk_.issuer().SignEvent(EventPayload(event));
}

Result<void> Certifications::Supersede(const Stored<Certification>& read, std::string_view by,
                                       ledger::Change& change) const {
  CM_TRY(Renumber(read, by, change));
  return RetainFiles(desk_, {read.value, desk_.Now()}, change);
}

Result<void> Certifications::Renumber(const Stored<Certification>& read, std::string_view by,
                                      ledger::Change& change) const {
  const Time now = desk_.Now();
  CM_TRY(CheckTakes(read.value, EventKind::kSuperseded, now));
  Certification certification = read.value;
  certification.state = CM_TRY(Next(read.value, EventKind::kSuperseded));
  certification.superseded_by = by;
  certification.left_open = false;
  certification.history.push_back({EventKind::kSuperseded, now, ""});
  const std::string jws = CM_TRY(SignedEvent(certification));
  Replace(change, read, certification);
  change.entries.push_back({ledger::NewEntry::To::kPublicLog, ToBytes(jws)});
  return {};
}

Result<Certification> Certifications::Carry(const Turn& turn, ledger::Change change) const {
  Turned turned = CM_TRY(Take(turn, std::move(change)));
  CM_TRY(desk_.Commit(std::move(turned.change), turned.act, ledger::Ack::kPublished));
  return std::move(turned.certification);
}

Result<void> Certifications::Add(const Turn& turn, ledger::Change& change) const {
  Turned turned = CM_TRY(Take(turn, {}));
  CM_TRY(desk_.Record(turned.change, std::move(turned.act)));
  AppendTo(change, std::move(turned.change));
  return {};
}

Result<Certifications::Turned> Certifications::Take(const Turn& turn, ledger::Change change) const {
  // 1. The next state.
  const Time now = desk_.Now();
  CM_TRY(CheckTakes(turn.read.value, turn.kind, turn.was_due.value_or(now)));
  Certification certification = turn.read.value;
  certification.state = CM_TRY(Next(turn.read.value, turn.kind));
  certification.suspended_by_holder = turn.kind == EventKind::kSuspended && turn.by_holder;
  certification.restore_by.reset();
  certification.suspended_by.clear();
  certification.left_open = false;
  certification.history.push_back({turn.kind, now, turn.reason});
  if (turn.kind == EventKind::kSuspended) {
    const Scheme& scheme = *CM_TRY(desk_.SchemeOf(certification));
    certification.restore_by =
        now + (turn.by_holder ? scheme.parameters.suspension_limit_asked : scheme.parameters.suspension_limit);
    certification.suspended_by = turn.rests_on;
  }
  // 2. The event that says so to everybody.
  const std::string jws = CM_TRY(SignedEvent(certification));
  // 3. Record, rows, status, event. A full disk must not keep a suspension from being told.
  change.urgency = ledger::Urgency::kUrgent;
  Replace(change, turn.read, certification);
  change.entries.push_back({ledger::NewEntry::To::kPublicLog, ToBytes(jws)});
  if (HasEnded(certification.state)) {
    CM_TRY(RetainFiles(desk_, {certification, std::min(now, certification.valid_until)}, change));
  }
  ActEntry act = ActOn(now, turn.actor, turn.act, certification);
  act.reason = turn.reason;
  act.before = Name(turn.read.value.state);
  act.rests_on = turn.rests_on;
  return Turned{std::move(certification), std::move(change), std::move(act)};
}

}  // namespace certmark::ca
