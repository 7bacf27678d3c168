#include "ca/application_evidence.h"

#include <algorithm>
#include <set>

#include "ca/control_proof.h"
#include "ca/records.h"

namespace certmark::ca {
namespace {

using Kind = ReportDocument::Kind;
using Evidence = Application::CarriedReport;

struct NewestReport {
  const Application::Report* report;
  ReportDocument document;
};

// NewestReports are a file's own newest report of each kind. Reading one is what costs: each is read once.
struct NewestReports {
  std::optional<NewestReport> verification, audit;

  const std::optional<NewestReport>& of(Kind kind) const { return kind == Kind::kAudit ? audit : verification; }
};

Result<NewestReports> ReadNewest(const Application& application) {
  NewestReports newest;
  for (auto report = application.reports.rbegin(); report != application.reports.rend(); ++report) {
    if (newest.verification && newest.audit) break;
    ReportDocument document = CM_TRY(ReadAcceptedReport(report->jws));
    auto& place = document.kind == Kind::kAudit ? newest.audit : newest.verification;
    if (!place) place = NewestReport{&*report, std::move(document)};
  }
  return newest;
}

const Evidence* CarriedOf(const Application& application, Kind kind) {
  const auto found = std::ranges::find(application.carried_reports, kind, &Evidence::kind);
  return found == application.carried_reports.end() ? nullptr : &*found;
}

Result<void> CheckConformIn(const Application& application, const std::optional<NewestReport>& newest,
                            const Scheme& scheme, Kind kind) {
  if (!newest) return Precondition("application " + application.id + " has no report of " + std::string(Name(kind)));
  const Evaluation evaluation = CM_TRY(Evaluate(newest->document, scheme));
  if (evaluation.conform) return {};
  return Precondition("the latest report of " + std::string(Name(kind)) +
                      " finds nonconform: " + evaluation.nonconform.front());
}

Result<void> CheckConformBy(const NewestReports& newest, const Application& application, const Scheme& scheme) {
  const PathSteps& steps = StepsOf(application.path);
  if (steps.verification) CM_TRY(CheckConformIn(application, newest.verification, scheme, Kind::kVerification));
  if (steps.audit && !scheme.parameters.audit_waived)
    CM_TRY(CheckConformIn(application, newest.audit, scheme, Kind::kAudit));
  if (steps.verification || CarriedOf(application, Kind::kVerification) != nullptr) return {};
  return Precondition("application " + application.id + " carries no report of verification");
}

// CheckControlBy: control over the signing identity is shown by proofs or by the newest report of verification
// (RequireControl). A path without a verification changes neither app nor signers, and it was shown for its base.
Result<void> CheckControlBy(const NewestReports& newest, const Application& application, const Scheme& scheme) {
  if (!StepsOf(application.path).verification) return {};
  const ApplicationForm form = CM_TRY(ApplicationForm::Parse(application.form_json));
  const DocumentSubject unit{form.app, form.signers, form.version_from, form.version_to};
  const auto& by = newest.verification;
  return RequireControl(
      scheme, {.unit = unit, .proven = application.proven_signers, .answers = by ? &by->document.answers : nullptr});
}

}  // namespace

Result<std::vector<Evidence>> EvidenceOf(const Application& application) {
  const NewestReports own = CM_TRY(ReadNewest(application));
  std::vector<Evidence> evidence;
  for (const Kind kind : {Kind::kVerification, Kind::kAudit}) {
    const auto& newest = own.of(kind);
    const Evidence* const carried = CarriedOf(application, kind);
    if (newest) {
      const Application::Report& report = *newest->report;
      evidence.push_back({kind, application.id, report.author, Sha256Uri(AsBytes(report.jws))});
    } else if (carried != nullptr) {
      evidence.push_back(*carried);
    }
  }
  return evidence;
}

Result<void> Carry(const ledger::Store& store, const Certification& base, Application& application) {
  const PathSteps& steps = StepsOf(application.path);
  application.carried_reports.clear();
  if (steps.verification && steps.audit) return {};  // nothing is left to carry
  const auto file = Load<Application>(store, base.application);
  if (!file && file.error().code == ErrorCode::kNotFound)
    return Precondition("the file of " + base.id + " is not here: its reports cannot be carried on");
  if (!file) return file.error();
  for (Evidence& each : CM_TRY(EvidenceOf(file->value))) {
    const bool anew = each.kind == Kind::kVerification ? steps.verification : steps.audit;
    if (!anew) application.carried_reports.push_back(std::move(each));
  }
  return {};
}

Result<void> CheckConform(const Application& application, const Scheme& scheme) {
  return CheckConformBy(CM_TRY(ReadNewest(application)), application, scheme);
}

Result<void> CheckGrantable(const Application& application, const Scheme& scheme) {
  const NewestReports newest = CM_TRY(ReadNewest(application));
  CM_TRY(CheckConformBy(newest, application, scheme));
  return CheckControlBy(newest, application, scheme);
}

Result<void> RetainFiles(const Desk& desk, const Ending& ending, ledger::Change& change) {
  const auto own = Load<Application>(desk.store(), ending.certification.application);
  if (!own && own.error().code == ErrorCode::kNotFound) return {};
  if (!own) return own.error();
  std::set<std::string> files = {own->value.id};
  for (const Evidence& carried : own->value.carried_reports) files.insert(carried.application);
  for (const std::string& id : files) {
    const auto read = CM_TRY(Load<Application>(desk.store(), id));
    Application kept = read.value;
    const Time until = ending.end + CM_TRY(desk.SchemeOf(kept))->parameters.retention_granted;
    kept.retain_until = std::max(kept.retain_until.value_or(until), until);
    Replace(change, read, kept);
  }
  return {};
}

}  // namespace certmark::ca
