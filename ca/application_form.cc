#include "ca/app_name.h"
#include "ca/application.h"
#include "ca/package_name.h"
#include "ca/plain_text.h"
#include "ca/record_json.h"
#include "ca/signing_identity.h"
#include "ca/unit_json.h"
#include "verifier-sdk/core/quote.h"

namespace certmark::ca {
namespace {

Error Invalid(std::string_view member, std::string_view text) {
  return {ErrorCode::kInvalidArgument, std::string(member) + ": " + Quote(text)};
}

Result<std::string> ReadName(const json::Value& root) {
  const auto name = AppName::Parse(CM_TRY(ReadText(root, "name")));
  if (!name) return Error{name.error().code, "name: " + name.error().message};
  return name->text();
}

}  // namespace

Result<ApplicationForm> ApplicationForm::Parse(std::string_view json) {
  const json::Document document = CM_TRY(json::Document::Parse(json, kMaxBytes));
  const json::Value root = document.root();
  DocumentSubject unit = CM_TRY(ReadUnit(root));
  ApplicationForm form;
  form.app = std::move(unit.app);
  form.signers = std::move(unit.signers);
  form.version_from = std::move(unit.version_from);
  form.version_to = std::move(unit.version_to);
  form.app_name = CM_TRY(ReadName(root));
  form.scheme = CM_TRY(ReadText(root, "scheme"));
  form.privacy_policy_url = CM_TRY(ReadText(root, "privacy_policy"));
  if (!IsPackageName(form.app)) return Invalid("package: not of the platform's grammar", form.app.package);
  CM_TRY(CheckCertifiable(form.app, form.signers));
  if (!IsHttpsUrl(form.privacy_policy_url)) return Invalid("privacy_policy: no https address", form.privacy_policy_url);
  return form;
}

std::string ApplicationForm::ToJson() const {
  json::Writer writer;
  writer.Object([&] {
    WriteUnit(writer, {app, signers, version_from, version_to});
    writer.Member("name", app_name);
    writer.Member("scheme", scheme);
    writer.Member("privacy_policy", privacy_policy_url);
  });
  return writer.Take();
}

}  // namespace certmark::ca
