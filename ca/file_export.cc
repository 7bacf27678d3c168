#include "ca/file_export.h"

#include <algorithm>

#include "verifier-sdk/core/names.h"

namespace certmark::ca {
namespace {

Result<Application::Report> Find(const Application& application, const std::string& digest) {
  const auto found = std::ranges::find_if(
      application.reports, [&](const Application::Report& report) { return Sha256Uri(AsBytes(report.jws)) == digest; });
  if (found != application.reports.end()) return *found;
  return Error{ErrorCode::kCorruption, "application " + application.id + " has no report " + digest};
}

}  // namespace

Result<DecidedFile> FileExport::Of(const Party& caller, std::string_view id) const {
  const Application application = CM_TRY(applications_.Get(caller, id)).value;
  if (!application.decision) return Precondition("application " + application.id + " is not decided");
  DecidedFile file;
  file.authority = desk_.authority().iss;
  file.application = application.id;
  file.operator_party = application.operator_party;
  file.form_json = application.form_json;
  file.reports = application.reports;
  for (const Application::CarriedReport& carried : application.carried_reports) {
    const Application base = CM_TRY(applications_.Get(caller, carried.application)).value;
    Application::Report report = CM_TRY(Find(base, carried.digest));
    file.carried.push_back({base.id, std::move(report)});
  }
  file.decision = *application.decision;
  // What a reopened file was refused has the number that was revoked, and no credential.
  if (application.state != Application::State::kGranted) return file;
  file.certification = application.certification;
  file.bundle = CM_TRY(certifications_.Bundle(file.certification));
  return file;
}

}  // namespace certmark::ca
