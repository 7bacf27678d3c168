#include "ca/app_name.h"
#include "ca/application.h"
#include "ca/enrolment.h"
#include "ca/package_name.h"
#include "ca/plain_text.h"
#include "ca/public_text.h"
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
  // It becomes public when the app is certified: what may not is refused now.
  return CM_TRY(PublicText::OfApp(*name)).text();
}

Result<ApplicationPath> ReadPath(const json::Value& root) {
  const std::string_view name = CM_TRY(root.String("path"));
  const auto path = ParseApplicationPath(name);
  if (!path) return Invalid("path", name);
  return *path;
}

// ReadBase reads the number of the certification that a path changes, and refuses one where it changes none.
Result<std::string> ReadBase(const json::Value& root, ApplicationPath path) {
  if (!StepsOf(path).has_base) {
    if (root.Find("base")) return Invalid("base: there is none on the path", Name(path));
    return std::string();
  }
  std::string base = CM_TRY(ReadText(root, "base"));
  if (!IsCertificationNumber(base)) return Invalid("base: no certification number", base);
  return base;
}

// CheckPublic: the names become public with what is granted, and what may not is refused now.
Result<void> CheckPublic(const ApplicationForm::NewNames& names) {
  CM_TRY(CheckNames(names.name, "", names.url));
  CM_TRY(PublicText::OrganisationName(names.name));
  if (!names.url.empty()) CM_TRY(PublicText::Site(names.url));
  return {};
}

// ReadNewNames reads what the operator is called from then on.
Result<std::optional<ApplicationForm::NewNames>> ReadNewNames(const json::Value& root, ApplicationPath path) {
  if (!StepsOf(path).new_names) {
    if (root.Find("operator")) return Invalid("operator: it takes no new name on the path", Name(path));
    return std::optional<ApplicationForm::NewNames>();
  }
  const json::Value named = CM_TRY(root.Object("operator"));
  ApplicationForm::NewNames names;
  names.name = CM_TRY(ReadText(named, "name"));
  names.url = CM_TRY(ReadText(named, "url"));
  const auto checked = CheckPublic(names);
  if (!checked) return Error{checked.error().code, "operator: " + checked.error().message};
  return std::optional(std::move(names));
}

Result<std::map<std::string, Answer::Result>> ReadSelfEvaluation(const json::Value& answered) {
  std::map<std::string, Answer::Result> answers;
  for (const auto& [criterion, value] : answered.Members()) {
    if (!value.is(json::Kind::kString)) return Invalid("self_evaluation: no text", criterion);
    const auto result = ParseAnswerResult(value.AsString());
    if (!result) return Invalid("self_evaluation: no answer", value.AsString());
    answers.emplace(criterion, *result);
  }
  return answers;
}

Result<std::map<std::string, std::string>> ReadDocuments(const json::Value& root) {
  std::map<std::string, std::string> documents;
  for (const auto& [kind, value] : CM_TRY(root.Object("documents")).Members()) {
    if (!value.is(json::Kind::kString) || !IsSha256Uri(value.AsString())) return Invalid("documents: no digest", kind);
    documents.emplace(kind, value.AsString());
  }
  return documents;
}

}  // namespace

Result<std::map<std::string, Answer::Result>> ParseSelfEvaluation(std::string_view json) {
  const json::Document document = CM_TRY(json::Document::Parse(json, ApplicationForm::kMaxBytes));
  if (!document.root().is(json::Kind::kObject)) return Invalid("self_evaluation", "no object");
  return ReadSelfEvaluation(document.root());
}

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
  form.path = CM_TRY(ReadPath(root));
  form.base = CM_TRY(ReadBase(root, form.path));
  form.new_names = CM_TRY(ReadNewNames(root, form.path));
  form.self_evaluation = CM_TRY(ReadSelfEvaluation(CM_TRY(root.Object("self_evaluation"))));
  form.documents = CM_TRY(ReadDocuments(root));
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
    writer.Member("path", Name(path));
    if (!base.empty()) writer.Member("base", base);
    if (new_names) {
      writer.Key("operator").Object([&] {
        writer.Member("name", new_names->name);
        writer.Member("url", new_names->url);
      });
    }
    writer.Key("self_evaluation").Object([&] {
      for (const auto& [criterion, result] : self_evaluation) writer.Member(criterion, Name(result));
    });
    writer.Key("documents").Object([&] {
      for (const auto& [kind, digest] : documents) writer.Member(kind, digest);
    });
  });
  return writer.Take();
}

}  // namespace certmark::ca
