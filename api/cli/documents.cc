#include "api/cli/documents.h"

#include <algorithm>

#include "api/convert.h"
#include "ca/application_evidence.h"
#include "verifier-sdk/core/names.h"
#include "verifier-sdk/core/quote.h"

namespace certmark::cli {
namespace {

ca::DocumentSubject SubjectOf(const ca::ApplicationForm& form) {
  return {form.app, form.signers, form.version_from, form.version_to};
}

Result<CheckedReport> Open(const std::string& jws, const PartySession& session, const CaseFile& file,
                           const ca::Scheme& scheme) {
  const Time signed_at = CM_TRY(ca::ReadAcceptedReport(jws)).iat;
  const ca::AuthorRules rules{.authority = session.endpoints.authority,
                              .party_ca = session.identity.party_ca,
                              .roots = session.trust.newest().roots(),
                              .now = signed_at};
  auto [report, author] = CM_TRY(ca::OpenReport(jws, rules));
  const auto other = [](const char* what) {
    return Error{ErrorCode::kFailedPrecondition, std::string("it is about another ") + what};
  };
  if (report.application != file.id) return other("application");
  if (report.edition != file.form.scheme) return other("scheme");
  if (report.subject != SubjectOf(file.form)) return other("app, signer or range of builds");
  ca::Evaluation evaluation = CM_TRY(ca::Evaluate(report, scheme));
  return CheckedReport{std::move(report), std::move(author.party_id), std::move(evaluation), Sha256Uri(AsBytes(jws))};
}

}  // namespace

Result<CaseFile> CaseFile::Fetch(PartySession& session, const std::string& name) {
  v1::GetApplicationRequest request;
  request.set_name(name);
  v1::Application application = CM_TRY(session.client.GetApplication(request));
  std::string id = CM_TRY(api::ParseResourceName(api::Collection::kApplications, name));
  auto form = ca::ApplicationForm::Parse(application.form());
  if (!form) return Error{ErrorCode::kFailedPrecondition, "the application's form: " + form.error().message};
  return CaseFile{std::move(application), std::move(id), std::move(*form)};
}

Result<ca::Scheme> LoadScheme(const std::filesystem::path& file, std::string_view name) {
  const auto other = [&] {
    return Error{ErrorCode::kInvalidArgument, "the application is under " + Quote(name) + ": give its --scheme-file"};
  };
  if (!file.empty()) {
    ca::Scheme scheme = CM_TRY(ca::Scheme::Load(file));
    if (scheme.Name() != name) return other();
    return scheme;
  }
  const ca::Schemes built_in = CM_TRY(ca::Schemes::Default());
  const auto found = built_in.Find(name);
  if (!found) return other();
  return **found;
}

void Describe(ca::PartyDocument& document, const PartySession& session, const CaseFile& file, Time now) {
  document.iss = session.identity.uri();
  document.iat = now;
  document.authority = session.endpoints.authority;
  document.application = file.id;
  document.edition = file.form.scheme;
  document.subject = SubjectOf(file.form);
}

Result<std::string> SignDocument(const PartySession& session, std::string_view typ, const std::string& payload) {
  return ca::SignJws(*session.identity.signer, typ, session.identity.x5c(), payload);
}

Result<CheckedReport> CheckReport(const std::string& jws, const PartySession& session, const CaseFile& file,
                                  const ca::Scheme& scheme) {
  auto checked = Open(jws, session, file, scheme);
  if (checked) return checked;
  return Error{ErrorCode::kFailedPrecondition,
               "a report of this file is not to be relied on: " + checked.error().message};
}

Result<CheckedReport> CheckCarried(const v1::Application::CarriedReport& carried, PartySession& session,
                                   const ca::Scheme& scheme) {
  const CaseFile base = CM_TRY(CaseFile::Fetch(session, carried.application()));
  const auto& reports = base.application.reports();
  const auto found = std::ranges::find_if(
      reports, [&](const std::string& jws) { return Sha256Uri(AsBytes(jws)) == carried.digest(); });
  if (found == reports.end())
    return Error{ErrorCode::kFailedPrecondition, carried.application() + " does not hold the report that is carried"};
  const ca::Scheme own = base.form.scheme == scheme.Name() ? scheme : CM_TRY(LoadScheme({}, base.form.scheme));
  CheckedReport checked = CM_TRY(CheckReport(*found, session, base, own));
  const bool same = Name(checked.report.kind) == carried.kind() &&
                    api::ResourceName(api::Collection::kParties, checked.author) == carried.author();
  if (same) return checked;
  return Error{ErrorCode::kFailedPrecondition, "the report that is carried is not what the file says of it"};
}

Result<void> CheckGrantable(const CaseFile& file, const ca::Scheme& scheme) {
  ca::Application evaluated;
  evaluated.id = file.id;
  evaluated.path = file.form.path;
  for (const std::string& jws : file.application.reports()) evaluated.reports.emplace_back().jws = jws;
  for (const auto& carried : file.application.carried_reports()) {
    const auto kind = ca::ParseReportKind(carried.kind());
    if (!kind) return Error{ErrorCode::kFailedPrecondition, "an unknown kind of report: " + Quote(carried.kind())};
    evaluated.carried_reports.emplace_back().kind = *kind;
  }
  const auto conform = CM_TRY(ca::Evaluations::Of(evaluated)).CheckConform(scheme);
  if (conform) return {};
  return Error{ErrorCode::kFailedPrecondition, "not granted: " + conform.error().message};
}

}  // namespace certmark::cli
