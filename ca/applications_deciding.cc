// Evaluation and decision: what parties sign, taken into the file.
#include <algorithm>
#include <set>

#include "ca/application_evidence.h"
#include "ca/application_reopening.h"
#include "ca/applications.h"
#include "ca/separation.h"
#include "verifier-sdk/core/quote.h"

namespace certmark::ca {
namespace {

using Event = Application::Event;
using Kind = ReportDocument::Kind;

DocumentSubject SubjectOf(const ApplicationForm& form) {
  return {form.app, form.signers, form.version_from, form.version_to};
}

// CheckConcerns holds what a document says it is about to the file it came in for, and its form.
Result<void> CheckConcerns(const PartyDocument& document, const Application& application, const ApplicationForm& form) {
  if (document.application != application.id) return Invalid("application is another: " + Quote(document.application));
  if (document.edition != application.scheme) return Invalid("edition is another: " + Quote(document.edition));
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

// CheckRestsOn: a decision names the form and every report, those of the base that the file carries among them, and
// nothing else.
Result<void> CheckRestsOn(const DecisionDocument& decision, const Application& application) {
  std::set<std::string> file = {Sha256Uri(AsBytes(application.form_json))};
  for (const Application::Report& report : application.reports) file.insert(Sha256Uri(AsBytes(report.jws)));
  for (const Application::CarriedReport& carried : application.carried_reports) file.insert(carried.digest);
  const std::set<std::string> named(decision.rests_on.begin(), decision.rests_on.end());
  if (named == file && decision.rests_on.size() == file.size()) return {};
  return Invalid("restsOn is not exactly the application and its reports");
}

Event EventOf(Kind kind, const Evaluation& evaluation) {
  if (kind == Kind::kAudit) return evaluation.conform ? Event::kAuditConform : Event::kAuditNonconform;
  return evaluation.conform ? Event::kReportConform : Event::kReportNonconform;
}

}  // namespace

Result<Application> Applications::SubmitReport(const Party& caller, std::string_view id, std::string_view jws) {
  // 1. The role that the report's kind asks for, and the file: for all but who is assigned to it there is none.
  const Kind kind = CM_TRY(ReadAcceptedReport(jws)).kind;
  const bool audit = kind == Kind::kAudit;
  const Act right = audit ? Act::kSubmitAudit : Act::kSubmitReport;
  const auto party = CM_TRY(Admit(desk_.store(), caller, right));
  const auto read = CM_TRY(Load<Application>(desk_.store(), id));
  const std::string& assigned = audit ? read.value.auditor : read.value.laboratory;
  if (assigned != party.value.id) return Error{ErrorCode::kNotFound, "no application " + std::string(id)};
  // 2. The clock comes first: a file whose deadline passed lapses, whatever the report says.
  CM_TRY(RequireInTime(read));
  // 3. The report: whose, about what, and complete.
  const Time now = desk_.Now();
  const Scheme& scheme = *CM_TRY(desk_.SchemeOf(read.value));
  const auto [report, author] = CM_TRY(OpenReport(jws, desk_.RulesAt(now)));
  CM_TRY(CheckIsAuthor(author, party.value));
  CM_TRY(CheckConcerns(report, read.value, CM_TRY(ApplicationForm::Parse(read.value.form_json))));
  CM_TRY(RequireApart(desk_.store(), party.value, read.value.operator_party));
  if (std::ranges::find(read.value.reports, jws, &Application::Report::jws) != read.value.reports.end()) {
    return Error{ErrorCode::kAlreadyExists, "application " + read.value.id + " has this report"};
  }
  const Evaluation evaluation = CM_TRY(Evaluate(report, scheme));
  // 4. What follows from it.
  const Move move{EventOf(kind, evaluation), audit ? Side::kAuditor : Side::kLaboratory, now};
  Application application = CM_TRY(After(read.value, move, scheme.parameters));
  application.reports.push_back(Keep(jws, author, desk_.authority().party_ca, now));
  // 5. One change. Who is not accredited any more evaluates nothing, whatever was assigned.
  ledger::Change change;
  Expect(change, party);
  CM_TRY(RequireEvaluator(party.value.id, application, change));
  const ActEntry act = ActOn(now, party.value.id, Name(right), application);
  return Put(read, std::move(application), act, std::move(change));
}

Result<Granting::Decided> Applications::Decide(const Party& caller, const Ruling& ruling) {
  // 1. The role, and the file as the decider saw it.
  const auto party = CM_TRY(Admit(desk_.store(), caller, Act::kDecide));
  const auto read = CM_TRY(Load<Application>(desk_.store(), ruling.application));
  if (read.etag != ruling.etag)
    return Error{ErrorCode::kConflict, "application " + read.value.id + " has changed since it was read"};
  // 2. Who evaluated never decides, nor who belongs to the laboratory or the operator, or whom an appeal shut out.
  // Accepting is not evaluating.
  CM_TRY(RequireIndependentDecider(party.value, read.value));
  // 3. The decision: whose, about what, and resting on the whole file.
  const Time now = desk_.Now();
  const auto [decision, author] = CM_TRY(OpenDecision(ruling.decision_jws, desk_.RulesAt(now)));
  CM_TRY(CheckIsAuthor(author, party.value));
  const ApplicationForm form = CM_TRY(ApplicationForm::Parse(read.value.form_json));
  CM_TRY(CheckConcerns(decision, read.value, form));
  CM_TRY(CheckRestsOn(decision, read.value));
  const Scheme& scheme = *CM_TRY(desk_.SchemeOf(read.value));
  for (const std::string& reason : decision.reasons) CM_TRY(scheme.RequireReason(reason, ReasonUse::kRefusal));
  // 4. The file, decided.
  const Move move{decision.granted ? Event::kGrant : Event::kRefuse, Side::kDecider, now};
  Application application = CM_TRY(After(read.value, move, scheme.parameters));
  application.decision = Keep(ruling.decision_jws, author, desk_.authority().party_ca, now);
  ledger::Change change;
  Expect(change, party);
  ActEntry act = ActOn(now, party.value.id, Name(Act::kDecide), application);
  act.before = Name(read.value.state);
  act.reason = decision.reasons.empty() ? "" : decision.reasons.front();
  if (decision.granted) {
    // 5. A grant asks once more what bars it, and then issues.
    CM_TRY(RequireEligible(application, form));
    CM_TRY(SettleAppeal(desk_.store(), application, change));
    return granting_.Issue({read, std::move(application), form, scheme, ruling.answer}, act, std::move(change));
  }
  // 6. A refusal gives a reason, and is all.
  if (decision.reasons.empty()) return Invalid("a refusal without a reason");
  application.reason = decision.reasons.front();
  Application refused = CM_TRY(Put(read, std::move(application), act, std::move(change)));
  const Hash etag = ledger::EtagOf(AsBytes(refused.ToJson()));
  return Granting::Decided{std::move(refused), etag, std::nullopt, false};
}

Result<void> Applications::RequireApartFromEvaluators(const Party& actor, const Application& application) const {
  for (const std::string& evaluator : application.Evaluators()) CM_TRY(RequireApart(desk_.store(), actor, evaluator));
  return {};
}

Result<void> Applications::RequireIndependentDecider(const Party& decider, const Application& application) const {
  CM_TRY(RequireApart(desk_.store(), decider, application.operator_party));
  CM_TRY(RequireApartFromEvaluators(decider, application));
  return RequireIncluded(decider, application);
}

}  // namespace certmark::ca
