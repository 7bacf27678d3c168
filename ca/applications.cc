#include "ca/applications.h"

#include <algorithm>
#include <set>

#include "ca/digest.h"
#include "ca/separation.h"
#include "verifier-sdk/core/quote.h"

namespace certmark::ca {
namespace {

using Event = Application::Event;

// The words of Load: who may not know of a file learns nothing from how it is refused.
Error NoApplication(std::string_view id) {
  return {ErrorCode::kNotFound, "no application " + std::string(id)};
}

bool MayRead(const Party& party, const Application& application) {
  if (party.has(Role::kReviewer) || party.has(Role::kDecider) || party.has(Role::kSurveillanceOfficer)) return true;
  if (party.has(Role::kOperator) && party.id == application.operator_party) return true;
  return party.has(Role::kLaboratory) && party.id == application.laboratory;
}

DocumentSubject SubjectOf(const ApplicationForm& form) {
  return {form.app, form.signers, form.version_from, form.version_to};
}

// CheckConcerns holds what a document says it is about to the file it came in for.
Result<void> CheckConcerns(const PartyDocument& document, const Application& application) {
  if (document.application != application.id) return Invalid("application is another: " + Quote(document.application));
  if (document.edition != application.scheme) return Invalid("edition is another: " + Quote(document.edition));
  const ApplicationForm form = CM_TRY(ApplicationForm::Parse(application.form_json));
  if (document.subject != SubjectOf(form)) return Invalid("subject is not the application's");
  return {};
}

// CheckIsAuthor: a document is handed in by who signed it, under a certificate that identifies them now.
Result<void> CheckIsAuthor(const Author& author, const Party& party) {
  if (author.party_id != party.id) return Denied("the document is signed by party " + author.party_id);
  if (party.IsIdentifiedBy(author.certificate)) return {};
  return Denied("the document is signed under a certificate that no longer identifies party " + party.id);
}

Application::Report Keep(std::string_view jws, const Author& author, const Certificate& party_ca, Time now) {
  return {.author = author.party_id,
          .jws = std::string(jws),
          .chain = {author.certificate.der(), party_ca.der()},
          .received_at = now,
          .revocation = "not revoked in the party registry at " + FormatDateTime(now)};
}

// CheckRestsOn: a decision names the form and every report, and nothing else.
Result<void> CheckRestsOn(const DecisionDocument& decision, const Application& application) {
  std::set<std::string> file = {Sha256Uri(AsBytes(application.form_json))};
  for (const Application::Report& report : application.reports) file.insert(Sha256Uri(AsBytes(report.jws)));
  const std::set<std::string> named(decision.rests_on.begin(), decision.rests_on.end());
  if (named == file && decision.rests_on.size() == file.size()) return {};
  return Invalid("restsOn is not exactly the application and its reports");
}

ActEntry ActFrom(Time at, std::string_view actor, std::string_view name, const Application& before,
                 const Application& after, std::string_view reason = "") {
  ActEntry act = ActOn(at, actor, name, after);
  act.before = Name(before.state);
  act.reason = reason;
  return act;
}

}  // namespace

Result<Application> Applications::Submit(const Party& caller, std::string_view form_json) {
  // 1. The role, and the form.
  const auto party = CM_TRY(Admit(desk_.store(), caller, Act::kSubmitApplication));
  const ApplicationForm form = CM_TRY(ApplicationForm::Parse(form_json));
  const Scheme& scheme = *CM_TRY(desk_.schemes().FindOpen(form.scheme));
  // 2. The file.
  const Time now = desk_.Now();
  Application application;
  application.id = CM_TRY(NewId(desk_.random()));
  application.operator_party = party.value.id;
  application.scheme = scheme.Name();
  application.form_json = form_json;
  application.submitted_at = now;
  const Application draft = application;
  application.state = CM_TRY(Next(draft.state, Event::kSubmit, scheme.parameters.audit_waived));
  // 3. One change.
  ledger::Change change;
  Expect(change, party);
  Create(change, application);
  const ActEntry act = ActFrom(now, party.value.id, Name(Act::kSubmitApplication), draft, application);
  CM_TRY(desk_.Commit(std::move(change), act, ledger::Ack::kSequenced));
  return application;
}

Result<Stored<Application>> Applications::Get(const Party& caller, std::string_view id) const {
  const auto party = CM_TRY(Admit(desk_.store(), caller, Act::kReadApplication));
  auto read = CM_TRY(Load<Application>(desk_.store(), id));
  if (!MayRead(party.value, read.value)) return NoApplication(id);
  return read;
}

Result<Application> Applications::Accept(const Party& caller, std::string_view id, std::string_view laboratory) {
  // 1. The role, the file, the laboratory.
  const auto party = CM_TRY(Admit(desk_.store(), caller, Act::kAcceptApplication));
  const auto read = CM_TRY(Load<Application>(desk_.store(), id));
  const auto assigned = CM_TRY(Load<Party>(desk_.store(), laboratory));
  if (!assigned.value.has(Role::kLaboratory)) return Precondition("party " + assigned.value.id + " is no laboratory");
  // 2. Nobody acts on a file of who they belong to, and no laboratory tests its own.
  CM_TRY(RequireApart(desk_.store(), party.value, read.value.operator_party));
  CM_TRY(RequireApart(desk_.store(), party.value, assigned.value.id));
  CM_TRY(RequireApart(desk_.store(), assigned.value, read.value.operator_party));
  // 3. Accepted and assigned in one act.
  const Scheme& scheme = *CM_TRY(desk_.SchemeOf(read.value));
  Application application = read.value;
  for (const Event event : {Event::kAccept, Event::kAssign}) {
    application.state = CM_TRY(Next(application.state, event, scheme.parameters.audit_waived));
  }
  application.accepted_by = party.value.id;
  application.laboratory = assigned.value.id;
  // 4. One change.
  ledger::Change change;
  Expect(change, party);
  Expect(change, assigned);
  Replace(change, read, application);
  const ActEntry act = ActFrom(desk_.Now(), party.value.id, Name(Act::kAcceptApplication), read.value, application);
  CM_TRY(desk_.Commit(std::move(change), act, ledger::Ack::kSequenced));
  return application;
}

Result<Application> Applications::SubmitReport(const Party& caller, std::string_view id, std::string_view jws) {
  // 1. The role, and the file: for all but the assigned laboratory there is none.
  const auto party = CM_TRY(Admit(desk_.store(), caller, Act::kSubmitReport));
  const auto read = CM_TRY(Load<Application>(desk_.store(), id));
  if (read.value.laboratory != party.value.id) return NoApplication(id);
  // 2. The clock comes first: a file whose deadline passed lapses, whatever the report says.
  const Time now = desk_.Now();
  if (read.value.deadline && now >= *read.value.deadline) return Lapse(read, now);
  // 3. The report: whose, about what, and complete.
  const Scheme& scheme = *CM_TRY(desk_.SchemeOf(read.value));
  const auto [report, author] = CM_TRY(OpenReport(jws, desk_.RulesAt(now)));
  CM_TRY(CheckIsAuthor(author, party.value));
  CM_TRY(CheckConcerns(report, read.value));
  CM_TRY(RequireApart(desk_.store(), party.value, read.value.operator_party));
  if (std::ranges::find(read.value.reports, jws, &Application::Report::jws) != read.value.reports.end()) {
    return Error{ErrorCode::kAlreadyExists, "application " + read.value.id + " has this report"};
  }
  const Evaluation evaluation = CM_TRY(Evaluate(report, scheme));
  // 4. What follows from it.
  Application application = CM_TRY(AfterReport(read.value, report.kind, evaluation, scheme, now));
  if (report.kind == ReportDocument::Kind::kAudit && !party.value.has(Role::kAuditor)) {
    return Denied("party " + party.value.id + " is no auditor");
  }
  application.reports.push_back(Keep(jws, author, desk_.authority().party_ca, now));
  // 5. One change.
  ledger::Change change;
  Expect(change, party);
  Replace(change, read, application);
  const ActEntry act = ActFrom(now, party.value.id, Name(Act::kSubmitReport), read.value, application);
  CM_TRY(desk_.Commit(std::move(change), act, ledger::Ack::kSequenced));
  return application;
}

Result<Application> Applications::AfterReport(const Application& before, ReportDocument::Kind kind,
                                              const Evaluation& evaluation, const Scheme& scheme, Time now) {
  const bool audit = kind == ReportDocument::Kind::kAudit;
  Event event = evaluation.conform ? Event::kReportConform : Event::kReportNonconform;
  if (audit) event = evaluation.conform ? Event::kAuditConform : Event::kAuditNonconform;
  Application after = before;
  after.state = CM_TRY(Next(before.state, event, scheme.parameters.audit_waived));
  after.deadline.reset();
  if (after.state != Application::State::kRectifying) return after;
  if (before.rectification_rounds < scheme.parameters.rectification_rounds) {
    ++after.rectification_rounds;
    after.deadline = now + scheme.parameters.rectification_limit;
    return after;
  }
  // The last round ended with a nonconformity: there is no other, so the file ends here with the report that says why.
  after.state = CM_TRY(Next(after.state, Event::kLapse, scheme.parameters.audit_waived));
  return after;
}

Error Applications::Lapse(const Stored<Application>& read, Time now) {
  Application application = read.value;
  const auto state = Next(application.state, Event::kLapse, false);
  if (!state) return state.error();
  application.state = *state;
  ledger::Change change;
  Replace(change, read, application);
  const ActEntry act = ActFrom(now, kClock, "lapse-application", read.value, application, Scheme::kRectificationOverdue);
  const auto committed = desk_.Commit(std::move(change), act, ledger::Ack::kSequenced);
  if (!committed) return committed.error();
  return Precondition("application " + application.id + " lapsed: its deadline was " +
                      FormatDateTime(*read.value.deadline));
}

Result<Granting::Decided> Applications::Decide(const Party& caller, const Ruling& ruling) {
  // 1. The role, and the file as the decider saw it.
  const auto party = CM_TRY(Admit(desk_.store(), caller, Act::kDecide));
  const auto read = CM_TRY(Load<Application>(desk_.store(), ruling.application));
  if (read.etag != ruling.etag)
    return Error{ErrorCode::kConflict, "application " + read.value.id + " has changed since it was read"};
  // 2. Who evaluated never decides, nor who belongs to the laboratory or the operator. Accepting is not evaluating.
  CM_TRY(RequireIndependentDecider(party.value, read.value));
  // 3. The decision: whose, about what, and resting on the whole file.
  const Time now = desk_.Now();
  const auto [decision, author] = CM_TRY(OpenDecision(ruling.decision_jws, desk_.RulesAt(now)));
  CM_TRY(CheckIsAuthor(author, party.value));
  CM_TRY(CheckConcerns(decision, read.value));
  CM_TRY(CheckRestsOn(decision, read.value));
  const Scheme& scheme = *CM_TRY(desk_.SchemeOf(read.value));
  for (const std::string& reason : decision.reasons) CM_TRY(scheme.RequireReason(reason, ReasonUse::kRefusal));
  // 4. The file, decided.
  Application application = read.value;
  const Event event = decision.granted ? Event::kGrant : Event::kRefuse;
  application.state = CM_TRY(Next(application.state, event, scheme.parameters.audit_waived));
  application.decision = Keep(ruling.decision_jws, author, desk_.authority().party_ca, now);
  ledger::Change change;
  Expect(change, party);
  const std::string reason = decision.reasons.empty() ? "" : decision.reasons.front();
  const ActEntry act = ActFrom(now, party.value.id, Name(Act::kDecide), read.value, application, reason);
  if (decision.granted)
    return granting_.Issue({read, std::move(application), scheme, ruling.answer}, act, std::move(change));
  // 5. A refusal gives a reason, and is all.
  if (decision.reasons.empty()) return Invalid("a refusal without a reason");
  Replace(change, read, application);
  CM_TRY(desk_.Commit(std::move(change), act, ledger::Ack::kSequenced));
  return Granting::Decided{std::move(application), std::nullopt, false};
}

Result<void> Applications::RequireIndependentDecider(const Party& decider, const Application& application) const {
  CM_TRY(RequireApart(desk_.store(), decider, application.operator_party));
  if (!application.laboratory.empty()) CM_TRY(RequireApart(desk_.store(), decider, application.laboratory));
  for (const Application::Report& report : application.reports)
    CM_TRY(RequireApart(desk_.store(), decider, report.author));
  return {};
}

}  // namespace certmark::ca
