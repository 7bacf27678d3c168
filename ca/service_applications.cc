// Service's use cases of an application, from the operator's form to the decision.
#include <algorithm>
#include <set>

#include "ca/certification_rows.h"
#include "ca/separation.h"
#include "ca/service.h"
#include "verifier-sdk/core/bundle.h"
#include "verifier-sdk/core/merkle.h"
#include "verifier-sdk/core/quote.h"

namespace certmark::ca {
namespace {

using Event = Application::Event;

Error Denied(std::string message) {
  return {ErrorCode::kPermissionDenied, std::move(message)};
}
Error Precondition(std::string message) {
  return {ErrorCode::kFailedPrecondition, std::move(message)};
}
Error Invalid(std::string message) {
  return {ErrorCode::kInvalidArgument, std::move(message)};
}
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
Result<void> CheckConcerns(const PartyDocument& document, const Application& application, const Scheme& scheme) {
  if (document.application != application.id) return Invalid("application is another: " + Quote(document.application));
  if (document.edition != scheme.Name()) return Invalid("edition is another: " + Quote(document.edition));
  const ApplicationForm form = CM_TRY(ApplicationForm::Parse(application.form_json));
  if (document.subject != SubjectOf(form)) return Invalid("subject is not the application's");
  return {};
}

// CheckIsAuthor: a document is handed in by who signed it, under a certificate that identifies them now.
Result<void> CheckIsAuthor(const Author& author, const Party& party) {
  if (author.party_id != party.id) return Denied("the document is signed by party " + author.party_id);
  const auto& current = party.certificates;
  if (std::ranges::find(current, author.certificate.fingerprint().Hex()) != current.end()) return {};
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

// CheckConform reads the latest report again: the state says that it was conform, and the report itself must say so
// too.
Result<void> CheckConform(const Application& application, const Scheme& scheme) {
  if (application.reports.empty()) return Precondition("application " + application.id + " has no report");
  const ReportDocument report = CM_TRY(ReadAcceptedReport(application.reports.back().jws));
  const Evaluation evaluation = CM_TRY(Evaluate(report, scheme));
  if (evaluation.conform) return {};
  return Precondition("the latest report finds nonconform: " + evaluation.nonconform.front());
}

Certification CertificationOf(const Application& application, const Grant& grant, const SignedCredential& credential) {
  Certification out;
  out.id = credential.number;
  out.app = grant.app;
  out.app_name = grant.app_name;
  out.signers = grant.signers;
  out.version_from = grant.from.text();
  if (grant.to) out.version_to = grant.to->text();
  out.operator_party = application.operator_party;
  out.operator_id = grant.operator_id;
  out.operator_name = grant.operator_name;
  out.scheme = grant.scheme;
  out.level = grant.level;
  out.application = application.id;
  out.status = credential.status;
  out.entry = LeafHash(AsBytes(credential.jws));
  out.valid_from = grant.valid_from;
  out.valid_until = grant.valid_until;
  return out;
}

ActEntry ActOn(Time at, std::string_view actor, std::string_view act, const Application& before,
               const Application& after, std::string_view reason = "") {
  return {.at = at,
          .actor = std::string(actor),
          .act = std::string(act),
          .subject = "application/" + after.id,
          .reason = std::string(reason),
          .before = std::string(Name(before.state)),
          .after = std::string(Name(after.state))};
}

}  // namespace

Result<Application> Service::SubmitApplication(const Party& caller, std::string_view form_json) {
  // 1. The role, and the form.
  const auto party = CM_TRY(Admit(store(), caller, Act::kSubmitApplication));
  const ApplicationForm form = CM_TRY(ApplicationForm::Parse(form_json));
  const Scheme* scheme = CM_TRY(deps_.schemes.FindOpen(form.scheme));
  // 2. The file.
  const Time now = Now();
  Application application;
  application.id = CM_TRY(NewId(deps_.random));
  application.operator_party = party.value.id;
  application.form_json = form_json;
  application.submitted_at = now;
  const Application draft = application;
  application.state = CM_TRY(Next(draft.state, Event::kSubmit, scheme->parameters.audit_waived));
  // 3. One change.
  ledger::Change change;
  Expect(change, party);
  Create(change, application);
  const ActEntry act = ActOn(now, party.value.id, Name(Act::kSubmitApplication), draft, application);
  CM_TRY(Commit(std::move(change), act, ledger::Ack::kSequenced));
  return application;
}

Result<Stored<Application>> Service::GetApplication(const Party& caller, std::string_view id) const {
  const auto party = CM_TRY(Admit(store(), caller, Act::kReadApplication));
  auto read = CM_TRY(Load<Application>(store(), id));
  if (!MayRead(party.value, read.value)) return NoApplication(id);
  return read;
}

Result<Application> Service::AcceptApplication(const Party& caller, std::string_view id, std::string_view laboratory) {
  // 1. The role, the file, the laboratory.
  const auto party = CM_TRY(Admit(store(), caller, Act::kAcceptApplication));
  const auto read = CM_TRY(Load<Application>(store(), id));
  const auto assigned = CM_TRY(Load<Party>(store(), laboratory));
  if (!assigned.value.has(Role::kLaboratory)) return Precondition("party " + assigned.value.id + " is no laboratory");
  // 2. Nobody acts on a file of who they belong to, and no laboratory tests its own.
  CM_TRY(RequireApart(store(), party.value, read.value.operator_party));
  CM_TRY(RequireApart(store(), party.value, assigned.value.id));
  CM_TRY(RequireApart(store(), assigned.value, read.value.operator_party));
  // 3. Accepted and assigned in one act.
  const Scheme* scheme = CM_TRY(SchemeOf(read.value));
  Application application = read.value;
  for (const Event event : {Event::kAccept, Event::kAssign}) {
    application.state = CM_TRY(Next(application.state, event, scheme->parameters.audit_waived));
  }
  application.accepted_by = party.value.id;
  application.laboratory = assigned.value.id;
  // 4. One change.
  ledger::Change change;
  Expect(change, party);
  Expect(change, assigned);
  Replace(change, read, application);
  const ActEntry act = ActOn(Now(), party.value.id, Name(Act::kAcceptApplication), read.value, application);
  CM_TRY(Commit(std::move(change), act, ledger::Ack::kSequenced));
  return application;
}

Result<Application> Service::SubmitReport(const Party& caller, std::string_view id, std::string_view jws) {
  // 1. The role, and the file: for all but the assigned laboratory there is none.
  const auto party = CM_TRY(Admit(store(), caller, Act::kSubmitReport));
  const auto read = CM_TRY(Load<Application>(store(), id));
  if (read.value.laboratory != party.value.id) return NoApplication(id);
  // 2. The clock comes first: a file whose deadline passed lapses, whatever the report says.
  const Time now = Now();
  if (read.value.deadline && now >= *read.value.deadline) return Lapse(read, now);
  // 3. The report: whose, about what, and complete.
  const Scheme* scheme = CM_TRY(SchemeOf(read.value));
  const auto [report, author] = CM_TRY(OpenReport(jws, RulesAt(now)));
  CM_TRY(CheckIsAuthor(author, party.value));
  CM_TRY(CheckConcerns(report, read.value, *scheme));
  CM_TRY(RequireApart(store(), party.value, read.value.operator_party));
  if (std::ranges::find(read.value.reports, jws, &Application::Report::jws) != read.value.reports.end()) {
    return Error{ErrorCode::kAlreadyExists, "application " + read.value.id + " has this report"};
  }
  const Evaluation evaluation = CM_TRY(Evaluate(report, *scheme));
  // 4. What follows from it.
  Application application = CM_TRY(AfterReport(read.value, report.kind, evaluation, now));
  if (report.kind == ReportDocument::Kind::kAudit && !party.value.has(Role::kAuditor)) {
    return Denied("party " + party.value.id + " is no auditor");
  }
  application.reports.push_back(Keep(jws, author, deps_.authority.party_ca, now));
  // 5. One change.
  ledger::Change change;
  Expect(change, party);
  Replace(change, read, application);
  const ActEntry act = ActOn(now, party.value.id, Name(Act::kSubmitReport), read.value, application);
  CM_TRY(Commit(std::move(change), act, ledger::Ack::kSequenced));
  return application;
}

Result<Application> Service::AfterReport(const Application& before, ReportDocument::Kind kind,
                                         const Evaluation& evaluation, Time now) const {
  const Parameters& parameters = CM_TRY(SchemeOf(before))->parameters;
  const bool audit = kind == ReportDocument::Kind::kAudit;
  Event event = evaluation.conform ? Event::kReportConform : Event::kReportNonconform;
  if (audit) event = evaluation.conform ? Event::kAuditConform : Event::kAuditNonconform;
  Application after = before;
  after.state = CM_TRY(Next(before.state, event, parameters.audit_waived));
  after.deadline.reset();
  if (after.state != Application::State::kRectifying) return after;
  if (before.rectification_rounds < parameters.rectification_rounds) {
    ++after.rectification_rounds;
    after.deadline = now + parameters.rectification_limit;
    return after;
  }
  // The last round ended with a nonconformity: there is no other, so the file ends here with the report that says why.
  after.state = CM_TRY(Next(after.state, Event::kLapse, parameters.audit_waived));
  return after;
}

Error Service::Lapse(const Stored<Application>& read, Time now) {
  const auto scheme = SchemeOf(read.value);
  if (!scheme) return scheme.error();
  Application application = read.value;
  const auto state = Next(application.state, Event::kLapse, (*scheme)->parameters.audit_waived);
  if (!state) return state.error();
  application.state = *state;
  ledger::Change change;
  Replace(change, read, application);
  const ActEntry act = ActOn(now, "clock", "lapse-application", read.value, application, Scheme::kRectificationOverdue);
  const auto committed = Commit(std::move(change), act, ledger::Ack::kSequenced);
  if (!committed) return committed.error();
  return Precondition("application " + application.id + " lapsed: its deadline was " +
                      FormatDateTime(*read.value.deadline));
}

Result<Service::Decided> Service::Decide(const Party& caller, const Ruling& ruling) {
  // 1. The role, and the file as the decider saw it.
  const auto party = CM_TRY(Admit(store(), caller, Act::kDecide));
  const auto read = CM_TRY(Load<Application>(store(), ruling.application));
  if (read.etag != ruling.etag)
    return Error{ErrorCode::kConflict, "application " + read.value.id + " has changed since it was read"};
  // 2. Who evaluated never decides, nor who belongs to the laboratory or the operator. Accepting is not evaluating.
  CM_TRY(RequireIndependentDecider(party.value, read.value));
  // 3. The decision: whose, about what, and resting on the whole file.
  const Time now = Now();
  const Scheme* scheme = CM_TRY(SchemeOf(read.value));
  const auto [decision, author] = CM_TRY(OpenDecision(ruling.decision_jws, RulesAt(now)));
  CM_TRY(CheckIsAuthor(author, party.value));
  CM_TRY(CheckConcerns(decision, read.value, *scheme));
  CM_TRY(CheckRestsOn(decision, read.value));
  for (const std::string& reason : decision.reasons) CM_TRY(scheme->RequireReason(reason, ReasonUse::kRefusal));
  // 4. The file, decided.
  Application application = read.value;
  const Event event = decision.granted ? Event::kGrant : Event::kRefuse;
  application.state = CM_TRY(Next(application.state, event, scheme->parameters.audit_waived));
  application.decision = Keep(ruling.decision_jws, author, deps_.authority.party_ca, now);
  ledger::Change change;
  Expect(change, party);
  const std::string reason = decision.reasons.empty() ? "" : decision.reasons.front();
  const ActEntry act = ActOn(now, party.value.id, Name(Act::kDecide), read.value, application, reason);
  if (decision.granted) return IssueTo({read, std::move(application), ruling.answer}, act, std::move(change));
  // 5. A refusal gives a reason, and is all.
  if (decision.reasons.empty()) return Invalid("a refusal without a reason");
  Replace(change, read, application);
  CM_TRY(Commit(std::move(change), act, ledger::Ack::kSequenced));
  return Decided{std::move(application), std::nullopt, false};
}

Result<void> Service::RequireIndependentDecider(const Party& decider, const Application& application) const {
  CM_TRY(RequireApart(store(), decider, application.operator_party));
  if (!application.laboratory.empty()) CM_TRY(RequireApart(store(), decider, application.laboratory));
  for (const Application::Report& report : application.reports) CM_TRY(RequireApart(store(), decider, report.author));
  return {};
}

Result<Service::Decided> Service::IssueTo(Granted granted, const ActEntry& act, ledger::Change change) {
  Application application = std::move(granted.application);
  // 1. Each mandatory criterion, once more.
  const Scheme* scheme = CM_TRY(SchemeOf(application));
  CM_TRY(CheckConform(application, *scheme));
  // 2. What was checked is what is signed.
  const Grant grant = CM_TRY(GrantOf(application));
  const SignedCredential credential = CM_TRY(issuer_.Sign(CM_TRY(issuer_.Prepare(grant))));
  Certification certification = CertificationOf(application, grant, credential);
  certification.edition = scheme->edition;
  certification.log = deps_.authority.log_number;
  certification.kid = deps_.authority.credential_signer->public_key().thumbprint();
  application.certification = certification.id;
  // 3. Nothing is logged that a verifier would refuse for its own sake.
  CM_TRY(CheckAcceptable(certification, credential.jws));
  // 4. One change: file, certification, its rows, its status, the credential.
  Replace(change, granted.read, application);
  Create(change, certification);
  CM_TRY(ClaimUnit(store(), certification, grant.valid_from, change));
  change.writes.push_back(AppRow(certification));
  change.writes.push_back(StatusWrite(certification.status, StatusValue::kValid));
  change.entries.push_back({ledger::NewEntry::To::kPublicLog, ToBytes(credential.jws)});
  // Where no policy asks for witnesses, what is published is witnessed.
  const bool await_witnesses = granted.answer == Answer::kAcceptable;
  const auto committed =
      Commit(std::move(change), act, await_witnesses ? ledger::Ack::kWitnessed : ledger::Ack::kPublished);
  if (!committed) {
    // Witnesses that take long change nothing of an act that is there, and is durable: so is all that was committed
    // before an empty change that is.
    if (committed.error().code != ErrorCode::kOutcomeUnknown) return committed.error();
    if (!AwaitDurable()) return committed.error();
    if (!Load<Certification>(store(), certification.id)) return committed.error();
    return Decided{std::move(application), std::nullopt, false};
  }
  // 5. Released only as a stranger would accept it.
  return Announce(std::move(application), certification, granted.answer == Answer::kAcceptable);
}

Result<Service::Decided> Service::Announce(Application application, const Certification& certification,
                                           bool is_witnessed) const {
  const ReadableLog current{.reader = ledger::LogReader(store(), log().number()),
                            .exposed = is_witnessed ? log().Exposed() : log().Published(),
                            .listed = deps_.authority.trust.logs().back()};
  if (!current.exposed) return Error{ErrorCode::kInternal, "a certification is published, and no checkpoint is there"};
  std::string bundle = CM_TRY(BundleAgainst(certification, current));
  CM_TRY(RequireValid(certification, bundle, is_witnessed ? std::set<Allow>{} : std::set{Allow::kUnwitnessed}));
  const bool needs_none = is_witnessed || deps_.authority.trust.quorum() == 0;
  return Decided{std::move(application), std::move(bundle), needs_none};
}

Result<Grant> Service::GrantOf(const Application& application) const {
  const ApplicationForm form = CM_TRY(ApplicationForm::Parse(application.form_json));
  const Scheme* scheme = CM_TRY(deps_.schemes.Find(form.scheme));
  const Party operator_party = CM_TRY(Load<Party>(store(), application.operator_party)).value;
  const Party laboratory = CM_TRY(Load<Party>(store(), application.laboratory)).value;
  Grant grant;
  grant.app = form.app;
  grant.app_name = form.app_name;
  grant.signers = form.signers;
  grant.from = CM_TRY(Build::Parse(form.app.platform, form.version_from));
  if (form.version_to) grant.to = CM_TRY(Build::Parse(form.app.platform, *form.version_to));
  grant.operator_id = operator_party.operator_id;
  grant.operator_name = operator_party.name;
  if (!operator_party.url.empty()) grant.operator_url = operator_party.url;
  grant.scheme = scheme->id;
  grant.level = scheme->level;
  grant.standards = scheme->standards;
  grant.scope = scheme->scope;
  grant.evaluated_by = {{laboratory.name, Sha256Uri(AsBytes(application.reports.back().jws))}};
  grant.decision = Sha256Uri(AsBytes(application.decision->jws));
  grant.decided_on = application.decision->received_at;
  grant.valid_from = application.decision->received_at;
  grant.valid_until = grant.valid_from + scheme->parameters.validity;
  return grant;
}

Result<void> Service::CheckAcceptable(const Certification& certification, std::string_view jws) const {
  const Authority& authority = deps_.authority;
  Bundle bundle;
  bundle.credential = jws;
  bundle.certificates = {authority.credential_certificate.der(), authority.credential_ca.der()};
  return RequireValid(certification, bundle.ToJson(), {Allow::kUnlogged, Allow::kUnknownStatus});
}

Result<void> Service::RequireValid(const Certification& certification, std::string_view bundle,
                                   std::set<Allow> allow) const {
  const Expected expected{certification.app, certification.signers, certification.version_from};
  Policy policy;
  policy.allow = std::move(allow);
  if (deps_.authority.is_test()) policy.allow.insert(Allow::kTestAuthority);
  const Outcome outcome = Verify(bundle, std::span(&deps_.authority.trust, 1), expected, policy, Now());
  if (outcome.verdict == Verdict::kValid) return {};
  return Error{ErrorCode::kInternal, certification.id + " not released: " + std::string(Name(outcome.verdict)) +
                                         " at step " + std::to_string(outcome.step) + ": " + outcome.reason};
}

}  // namespace certmark::ca
