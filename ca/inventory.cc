#include "ca/inventory.h"

#include "ca/record_json.h"
#include "verifier-sdk/core/quote.h"

namespace certmark::ca {
namespace {

constexpr std::size_t kMaxElements = 1000;

Error Invalid(std::string message) {
  return {ErrorCode::kInvalidArgument, std::move(message)};
}

Result<std::string> OptionalText(const json::Value& object, std::string_view name) {
  return std::string(CM_TRY(object.OptionalString(name)).value_or(""));
}

Result<bool> OptionalFlag(const json::Value& object, std::string_view name) {
  if (!object.Find(name)) return false;
  return object.Bool(name);
}

Result<std::vector<std::string>> OptionalTexts(const json::Value& object, std::string_view name) {
  if (!object.Find(name)) return std::vector<std::string>{};
  std::vector<std::string> texts = CM_TRY(ReadTexts(object, name));
  if (texts.size() > kMaxElements) return Invalid(std::string(name) + ": over 1,000");
  return texts;
}

// OptionalList reads the elements of an array that may be absent, each by `read`.
template <class T>
Result<std::vector<T>> OptionalList(const json::Value& object, std::string_view name,
                                    Result<T> (*read)(const json::Value&)) {
  std::vector<T> out;
  const auto array = CM_TRY(object.OptionalArray(name));
  if (!array) return out;
  const std::vector<json::Value> elements = array->Elements();
  if (elements.size() > kMaxElements) return Invalid(std::string(name) + ": over 1,000");
  for (const json::Value& element : elements) {
    auto value = read(element);
    if (!value) return Invalid(std::string(name) + "[" + std::to_string(out.size()) + "]: " + value.error().message);
    out.push_back(std::move(*value));
  }
  return out;
}

Result<Inventory::Consent> ReadConsent(const json::Value& object) {
  const std::string text = CM_TRY(OptionalText(object, "consent"));
  if (text.empty() || text == "none") return Inventory::Consent::kNone;
  if (text == "before") return Inventory::Consent::kBefore;
  if (text == "at-the-moment") return Inventory::Consent::kAtTheMoment;
  return Invalid("consent: not none, before or at-the-moment: " + Quote(text));
}

Result<Inventory::Information> ReadInformation(const json::Value& object) {
  Inventory::Information out;
  out.item = CM_TRY(ReadText(object, "item"));
  out.purpose = CM_TRY(OptionalText(object, "purpose"));
  out.demanded = CM_TRY(OptionalFlag(object, "demanded"));
  out.consent = CM_TRY(ReadConsent(object));
  out.recipients = CM_TRY(OptionalTexts(object, "recipients"));
  if (out.recipients.empty()) out.recipients.emplace_back(Inventory::kSelf);
  return out;
}

Result<Inventory::Feature> ReadFeature(const json::Value& object) {
  Inventory::Feature out;
  out.name = CM_TRY(ReadText(object, "name"));
  out.basic = CM_TRY(OptionalFlag(object, "basic"));
  out.information = CM_TRY(OptionalList(object, "information", ReadInformation));
  return out;
}

Result<Inventory::Sdk> ReadSdk(const json::Value& object) {
  Inventory::Sdk out;
  out.name = CM_TRY(ReadText(object, "name"));
  out.information = CM_TRY(OptionalTexts(object, "information"));
  return out;
}

Result<Inventory::Other> ReadOther(const json::Value& object) {
  Inventory::Other out;
  out.package = CM_TRY(ReadText(object, "package"));
  out.signers = CM_TRY(OptionalTexts(object, "signers"));
  return out;
}

Result<void> ReadApp(const json::Value& app, Inventory& out) {
  const Platform platform = CM_TRY(ParsePlatform(CM_TRY(app.String("platform"))));
  out.app = CM_TRY(App::Create(platform, CM_TRY(app.String("package"))));
  out.name = CM_TRY(OptionalText(app, "name"));
  out.signers = CM_TRY(OptionalTexts(app, "signers"));
  out.version_code = CM_TRY(app.OptionalNumber("version_code"));
  out.version_name = CM_TRY(OptionalText(app, "version_name"));
  out.min_sdk = CM_TRY(app.OptionalNumber("min_sdk"));
  out.target_sdk = CM_TRY(app.OptionalNumber("target_sdk"));
  out.debuggable = CM_TRY(OptionalFlag(app, "debuggable"));
  return {};
}

}  // namespace

Result<Inventory> Inventory::Parse(std::string_view json) {
  const json::Document document = CM_TRY(json::Document::Parse(json, kMaxBytes));
  const json::Value root = document.root();
  Inventory out;
  const auto app = ReadApp(CM_TRY(root.Object("app")), out);
  if (!app) return Invalid("app: " + app.error().message);
  out.app_type = CM_TRY(OptionalText(root, "app_type"));
  out.privacy_policy = CM_TRY(OptionalText(root, "privacy_policy"));
  out.features = CM_TRY(OptionalList(root, "features", ReadFeature));
  out.sdks = CM_TRY(OptionalList(root, "sdks", ReadSdk));
  if (root.Find("permissions")) out.permissions = CM_TRY(OptionalTexts(root, "permissions"));
  out.others = CM_TRY(OptionalList(root, "others", ReadOther));
  return out;
}

}  // namespace certmark::ca
