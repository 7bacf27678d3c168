#include "ca/application.h"

#include <algorithm>

#include "ca/plain_text.h"
#include "ca/record_json.h"
#include "ca/unit_json.h"
#include "verifier-sdk/core/quote.h"

namespace certmark::ca {
namespace {

constexpr std::size_t kMaxNameBytes = 200;

bool IsLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

// Grammar is what the platform itself allows in a package name: dotted parts.
struct Grammar {
  bool (*first)(char);
  bool (*rest)(char);
  std::size_t least_parts;
};

bool IsLetterOrDigit(char c) {
  return IsLetter(c) || IsDigit(c);
}
bool IsWordCharacter(char c) {
  return IsLetterOrDigit(c) || c == '_';
}
bool IsBundleCharacter(char c) {
  return IsLetterOrDigit(c) || c == '-';
}

Grammar GrammarOf(Platform platform) {
  switch (platform) {
    case Platform::kAndroid:
    case Platform::kHarmonyos:
      return {IsLetter, IsWordCharacter, 2};
    case Platform::kIos:
      return {IsLetterOrDigit, IsBundleCharacter, 2};
    case Platform::kMiniprogram:
      return {IsLetterOrDigit, IsLetterOrDigit, 1};
  }
  Die("no such platform");
}

bool IsPart(std::string_view part, const Grammar& grammar) {
  return !part.empty() && grammar.first(part.front()) && std::ranges::all_of(part.substr(1), grammar.rest);
}

bool IsPackage(const App& app) {
  const Grammar grammar = GrammarOf(app.platform);
  std::string_view rest = app.package;
  std::size_t parts = 1;
  for (std::size_t dot; (dot = rest.find('.')) != rest.npos; ++parts) {
    if (!IsPart(rest.substr(0, dot), grammar)) return false;
    rest.remove_prefix(dot + 1);
  }
  const bool dotted = app.platform != Platform::kMiniprogram || parts == 1;
  return dotted && parts >= grammar.least_parts && IsPart(rest, grammar);
}

Error Invalid(std::string_view member, std::string_view text) {
  return {ErrorCode::kInvalidArgument, std::string(member) + ": " + Quote(text)};
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
  form.app_name = CM_TRY(ReadText(root, "name"));
  form.scheme = CM_TRY(ReadText(root, "scheme"));
  form.privacy_policy_url = CM_TRY(ReadText(root, "privacy_policy"));
  if (!IsPackage(form.app)) return Invalid("package: not of the platform's grammar", form.app.package);
  if (!IsPlainText(form.app_name, kMaxNameBytes))
    return Invalid("name: not 1 to 200 bytes of plain text", form.app_name);
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
