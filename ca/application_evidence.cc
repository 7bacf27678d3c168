#include "ca/application_evidence.h"

#include <algorithm>
#include <set>

#include "ca/application_reports.h"
#include "ca/control_proof.h"
#include "ca/records.h"

namespace certmark::ca {
namespace {

using Kind = ReportDocument::Kind;
using Evidence = Application::CarriedReport;

}  // namespace

Result<Evaluations> Evaluations::Of(const Application& application) {
  Evaluations evaluations(application);
  for (auto report = application.reports.rbegin(); report != application.reports.rend(); ++report) {
    if (evaluations.verification_ && evaluations.audit_) break;
    ReportDocument document = CM_TRY(ReadAcceptedReport(report->jws));
    auto& place = document.kind == Kind::kAudit ? evaluations.audit_ : evaluations.verification_;
    if (!place) place = Newest{&*report, std::move(document)};
  }
  return evaluations;
}

const std::optional<Evaluations::Newest>& Evaluations::Own(Kind kind) const {
  return kind == Kind::kAudit ? audit_ : verification_;
}

const Evidence* Evaluations::Carried(Kind kind) const {
  const auto found = std::ranges::find(application_->carried_reports, kind, &Evidence::kind);
  return found == application_->carried_reports.end() ? nullptr : &*found;
}

std::vector<Evidence> Evaluations::Evidence() const {
  std::vector<Application::CarriedReport> evidence;
  for (const Kind kind : {Kind::kVerification, Kind::kAudit}) {
    const auto& own = Own(kind);
    const auto* const carried = Carried(kind);
    if (own) {
      const Application::Report& report = *own->report;
      evidence.push_back({kind, application_->id, report.author, Sha256Uri(AsBytes(report.jws))});
    } else if (carried != nullptr) {
      evidence.push_back(*carried);
    }
  }
  return evidence;
}

Result<void> Evaluations::CheckConform(const Scheme& scheme) const {
  const PathSteps& steps = StepsOf(application_->path);
  if (steps.verification) CM_TRY(CheckConform(scheme, Kind::kVerification));
  if (steps.audit && !scheme.parameters.audit_waived) CM_TRY(CheckConform(scheme, Kind::kAudit));
  if (steps.verification || Carried(Kind::kVerification) != nullptr) return {};
  return Precondition("application " + application_->id + " carries no report of verification");
}

Result<void> Evaluations::CheckConform(const Scheme& scheme, Kind kind) const {
  const auto& own = Own(kind);
  if (!own) return Precondition("application " + application_->id + " has no report of " + std::string(Name(kind)));
  const Evaluation evaluation = CM_TRY(Evaluate(own->document, scheme));
  if (evaluation.conform) return {};
  return Precondition("the latest report of " + std::string(Name(kind)) +
                      " finds nonconform: " + evaluation.nonconform.front());
}

Result<void> Evaluations::CheckControl(const ApplicationForm& form, const Scheme& scheme) const {
  if (!StepsOf(application_->path).verification) return {};
  const DocumentSubject unit{form.app, form.signers, form.version_from, form.version_to};
  return RequireControl(scheme, {.unit = unit,
                                 .proven = application_->proven_signers,
                                 .answers = verification_ ? &verification_->document.answers : nullptr});
}

Result<void> Carry(const ledger::Store& store, const Certification& base, Application& application) {
  const PathSteps& steps = StepsOf(application.path);
  application.carried_reports.clear();
  if (steps.verification && steps.audit) return {};  // nothing is left to carry
  const auto file = Load<Application>(store, base.application);
  if (!file && file.error().code == ErrorCode::kNotFound)
    return Precondition("the file of " + base.id + " is not here: its reports cannot be carried on");
  if (!file) return file.error();
  const auto evaluations = CM_TRY(Evaluations::Of(file->value));
  for (Evidence& each : evaluations.Evidence()) {
    const bool anew = each.kind == Kind::kVerification ? steps.verification : steps.audit;
    if (!anew) application.carried_reports.push_back(std::move(each));
  }
  return {};
}

Result<void> RetainFiles(const Desk& desk, const Ending& ending, ledger::Change& change) {
  // How long files are kept hangs on none of their reports, and whoever revokes is not held up by a damaged one.
  const auto own = LoadWithoutReports(desk.store(), ending.certification.application);
  if (!own && own.error().code == ErrorCode::kNotFound) return {};
  if (!own) return own.error();
  std::set<std::string> files = {own->value.id};
  for (const Evidence& carried : own->value.carried_reports) files.insert(carried.application);
  for (const std::string& id : files) {
    const auto read = CM_TRY(LoadWithoutReports(desk.store(), id));
    Application kept = read.value;
    const Time until = ending.end + CM_TRY(desk.SchemeOf(kept))->parameters.retention_granted;
    kept.retain_until = std::max(kept.retain_until.value_or(until), until);
    Replace(change, read, kept);
  }
  return {};
}

}  // namespace certmark::ca
