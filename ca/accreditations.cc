#include "ca/accreditations.h"

#include <algorithm>
#include <map>
#include <optional>

#include "ca/index_rows.h"
#include "ca/rights.h"
#include "ca/separation.h"
#include "verifier-sdk/core/quote.h"

namespace certmark::ca {
namespace {

using State = Accreditation::State;

// Find reads a record that may not be there.
Result<std::optional<Stored<Accreditation>>> Find(const ledger::Store& store, std::string_view party) {
  auto read = Load<Accreditation>(store, party);
  if (read) return std::optional(*std::move(read));
  if (read.error().code != ErrorCode::kNotFound) return read.error();
  return std::optional<Stored<Accreditation>>{};
}

Result<void> CheckSubject(const Proposal& proposal) {
  const std::string_view kind = proposal.act == Proposed::kAccredit ? Party::kKind : Accreditation::kKind;
  if (KindOf(proposal.subject) != kind) return Invalid("no " + std::string(kind) + ": " + Quote(proposal.subject));
  return {};
}

Result<void> CheckIsEvaluator(const Party& party) {
  if (party.has(Role::kLaboratory) || party.has(Role::kAuditor)) return {};
  return Precondition("party " + party.id + " is no laboratory and no auditor");
}

// CheckReason: a suspension and an end say why, in the words of one of the schemes they are about.
Result<void> CheckReason(const Schemes& schemes, const Proposal& proposal, const AccreditationScope& scope) {
  const bool needed = proposal.act == Proposed::kSuspendAccreditation || proposal.act == Proposed::kEndAccreditation;
  if (!needed) {
    return proposal.reason.empty() ? Result<void>{}
                                   : Invalid("a reason that is not asked for: " + Quote(proposal.reason));
  }
  for (const Scheme* scheme : schemes.all()) {
    const bool concerned = std::ranges::find(scope.schemes, scheme->id) != scope.schemes.end();
    if (concerned && scheme->HasReason(proposal.reason, ReasonUse::kAccreditation)) return {};
  }
  return Invalid("no reason for an accreditation's suspension or end: " + Quote(proposal.reason));
}

// LifeOf: a proposal waits as long as the scheme allows that allows least.
Result<Seconds> LifeOf(const Schemes& schemes, const AccreditationScope& scope) {
  Seconds life = Seconds::max();
  for (const std::string& id : scope.schemes) {
    life = std::min(life, CM_TRY(schemes.NewestOf(id))->parameters.proposal_life);
  }
  return life;
}

Result<AccreditationScope> NewScope(const Proposal& proposal, Time now) {
  AccreditationScope scope = CM_TRY(AccreditationScope::Parse(proposal.details));
  if (scope.until <= now) return Precondition("an accreditation until " + FormatDateTime(scope.until) + " is over");
  return scope;
}

// CheckFrom: the state that an act finds. What the clock has not ended yet is over nevertheless.
Result<void> CheckFrom(const Proposal& proposal, const Accreditation& accreditation, Time now) {
  const State state = accreditation.StateAt(now);
  const bool takes = (proposal.act == Proposed::kAccredit && state != State::kSuspended) ||
                     (proposal.act == Proposed::kSuspendAccreditation && state == State::kActive) ||
                     (proposal.act == Proposed::kRestoreAccreditation && state == State::kSuspended) ||
                     (proposal.act == Proposed::kEndAccreditation && state != State::kEnded);
  if (takes) return {};
  return Precondition("an accreditation that is " + std::string(Name(state)) + " takes no " +
                      std::string(Name(proposal.act)) + ": " + SubjectOf(accreditation));
}

ledger::Urgency UrgencyOf(Proposed act) {
  const bool protects = act == Proposed::kSuspendAccreditation || act == Proposed::kEndAccreditation;
  return protects ? ledger::Urgency::kUrgent : ledger::Urgency::kOrdinary;
}

// Collector gathers recent reports by subject, each once with its newest time.
class Collector {
 public:
  Collector(const ledger::Store& store, std::string_view party, Time since)
      : store_(store), party_(party), since_(since) {}

  Result<void> AddAll(std::string_view attribute) {
    for (const std::string& subject : CM_TRY(AllFoundBy(store_, attribute, party_))) CM_TRY(Add(subject));
    return {};
  }
  std::vector<Accreditations::RecentReport> Take() const {
    std::vector<Accreditations::RecentReport> reports;
    for (const auto& [subject, at] : found_) reports.push_back({subject, at});
    return reports;
  }

 private:
  Result<void> Add(const std::string& subject) {
    if (KindOf(subject) == Application::kKind) return AddApplication(CM_TRY(Load<Application>(store_, IdOf(subject))));
    if (KindOf(subject) != Certification::kKind) return {};
    const Certification certification = CM_TRY(Load<Certification>(store_, IdOf(subject))).value;
    const auto file = Load<Application>(store_, certification.application);
    if (file) return AddApplication(*file);
    if (file.error().code != ErrorCode::kNotFound) return file.error();
    // Of a database made again from the log the file is gone: its report came before the certification began.
    if (certification.valid_from >= since_) Note(subject, certification.valid_from);
    return {};
  }
  Result<void> AddApplication(const Stored<Application>& read) {
    const Application& application = read.value;
    const std::string subject = application.certification.empty()
                                    ? SubjectOf(application)
                                    : std::string(Certification::kKind) + "/" + application.certification;
    for (const Application::Report& report : application.reports) {
      if (report.author == party_ && report.received_at >= since_) Note(subject, report.received_at);
    }
    return {};
  }
  void Note(const std::string& subject, Time at) {
    Time& newest = found_.try_emplace(subject, at).first->second;
    newest = std::max(newest, at);
  }

  const ledger::Store& store_;
  const std::string party_;
  const Time since_;
  std::map<std::string, Time> found_;
};

}  // namespace

Result<Seconds> Accreditations::CheckProposal(const Party& actor, const Proposal& proposal,
                                              ledger::Change& change) const {
  // 1. Whom it is about: somebody who evaluates, and in whom the registrar has no part.
  CM_TRY(CheckSubject(proposal));
  const auto party = CM_TRY(Load<Party>(desk_.store(), IdOf(proposal.subject)));
  CM_TRY(RequireApart(desk_.store(), actor, party.value.id));
  // 2. What it makes of the accreditation.
  const auto read = CM_TRY(Find(desk_.store(), party.value.id));
  const Accreditation next = CM_TRY(Next(proposal, read ? &*read : nullptr, desk_.Now()));
  if (proposal.act == Proposed::kAccredit) CM_TRY(CheckIsEvaluator(party.value));
  CM_TRY(CheckReason(desk_.schemes(), proposal, next.scope));
  Expect(change, party);
  if (read) Expect(change, *read);
  return LifeOf(desk_.schemes(), next.scope);
}

Result<Accreditation> Accreditations::Next(const Proposal& proposal, const Stored<Accreditation>* read,
                                           Time now) const {
  const bool accredits = proposal.act == Proposed::kAccredit;
  if (read == nullptr && !accredits) return Error{ErrorCode::kNotFound, "no " + proposal.subject};
  if (!accredits && !proposal.details.empty()) return Invalid("details that are not asked for");
  if (read != nullptr) CM_TRY(CheckFrom(proposal, read->value, now));
  Accreditation next = read == nullptr ? Accreditation{} : read->value;
  if (accredits) {
    next.id = IdOf(proposal.subject);
    next.scope = CM_TRY(NewScope(proposal, now));
    next.rests_on = SubjectOf(proposal);
  }
  next.state = proposal.act == Proposed::kSuspendAccreditation ? State::kSuspended
               : proposal.act == Proposed::kEndAccreditation   ? State::kEnded
                                                               : State::kActive;
  next.reason = proposal.reason;
  next.changed_at = now;
  if (next.state == State::kActive) next.inactive_since.reset();
  if (next.state != State::kActive && !next.inactive_since) next.inactive_since = std::min(now, next.scope.until);
  return next;
}

Result<std::vector<std::string>> Accreditations::Concerned(const Proposal& proposal) const {
  return std::vector{std::string(IdOf(proposal.subject))};  // an accreditation has its party's id
}

Result<void> Accreditations::Confirmed(const Party& confirmer, const Proposal& proposal, ledger::Change change) const {
  CM_TRY(CheckProposal(confirmer, proposal, change));
  const Time now = desk_.Now();
  const auto read = CM_TRY(Find(desk_.store(), IdOf(proposal.subject)));
  const Accreditation next = CM_TRY(Next(proposal, read ? &*read : nullptr, now));
  change.urgency = UrgencyOf(proposal.act);
  ActEntry act = ActOn(now, confirmer.id, Name(Act::kConfirmAccreditation), next);
  act.reason = proposal.reason;
  act.rests_on = SubjectOf(proposal);
  if (read) {
    act.before = Name(read->value.state);
    Replace(change, *read, next);
  } else {
    Create(change, next);
  }
  return desk_.Commit(std::move(change), act, ledger::Ack::kSequenced);
}

Result<Accreditation> Accreditations::Get(const Party& caller, std::string_view party) const {
  CM_TRY(Admit(desk_.store(), caller, Act::kReadAccreditation));
  return CM_TRY(Load<Accreditation>(desk_.store(), party)).value;
}

Result<void> Accreditations::OnDue(std::string_view party) const {
  const auto read = CM_TRY(Load<Accreditation>(desk_.store(), party));
  const Time now = desk_.Now();
  const auto due = read.value.Due();
  if (!due || now < *due) return {};
  Accreditation ended = read.value;
  ended.state = State::kEnded;
  ended.reason.clear();
  ended.changed_at = now;
  if (!ended.inactive_since) ended.inactive_since = ended.scope.until;
  ledger::Change change;
  Replace(change, read, ended);
  ActEntry act = ActOn(now, kClock, "end-accreditation", ended);
  act.before = Name(read.value.state);
  act.rests_on = ended.rests_on;
  return desk_.Commit(std::move(change), act, ledger::Ack::kSequenced);
}

Result<std::vector<Accreditations::RecentReport>> Accreditations::ReportsToReview(const Party& caller,
                                                                                  std::string_view party) const {
  CM_TRY(Admit(desk_.store(), caller, Act::kOpenCase));
  const Accreditation accreditation = CM_TRY(Load<Accreditation>(desk_.store(), party)).value;
  if (accreditation.StateAt(desk_.Now()) == State::kActive) {
    return Precondition(SubjectOf(accreditation) + " is neither suspended nor ended");
  }
  Seconds window{0};
  for (const std::string& id : accreditation.scope.schemes) {
    window = std::max(window, CM_TRY(desk_.schemes().NewestOf(id))->parameters.report_review);
  }
  return RecentReports(desk_.store(), party, accreditation.inactive_since.value_or(accreditation.scope.until) - window);
}

Result<std::vector<Accreditations::RecentReport>> RecentReports(const ledger::Store& store, std::string_view party,
                                                                Time since) {
  Collector collector(store, party, since);
  for (const std::string_view attribute : {"laboratory", "auditor"}) CM_TRY(collector.AddAll(attribute));
  return collector.Take();
}

Result<Stored<Accreditation>> RequireAccredited(const ledger::Store& store, const Evaluating& evaluating) {
  auto read = CM_TRY(Find(store, evaluating.party));
  const std::string whose = "party " + std::string(evaluating.party);
  if (!read) return Precondition(whose + " is not accredited");
  const State state = read->value.StateAt(evaluating.now);
  if (state == State::kEnded) return Precondition(whose + ": the accreditation has ended");
  if (state == State::kSuspended) return Precondition(whose + ": the accreditation is suspended");
  if (!read->value.Covers(evaluating.scheme, evaluating.platform)) {
    return Precondition(whose + " is not accredited for " + std::string(evaluating.scheme) + " on " +
                        std::string(Name(evaluating.platform)));
  }
  return *std::move(read);
}

}  // namespace certmark::ca
