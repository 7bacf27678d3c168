#include "verifier-sdk/apk/manifest.h"

#include <algorithm>
#include <set>

#include "verifier-sdk/apk/axml.h"
#include "verifier-sdk/core/quote.h"

namespace certmark::apk {
namespace {

// Ids of android.R.attr.
constexpr std::uint32_t kName = 0x01010003, kDebuggable = 0x0101000f, kMinSdk = 0x0101020c, kVersionCode = 0x0101021b,
                        kVersionName = 0x0101021c, kTargetSdk = 0x01010270, kVersionCodeMajor = 0x01010576;

Error Invalid(std::string message) {
  return {ErrorCode::kInvalidArgument, "manifest: " + std::move(message)};
}

Result<std::optional<std::uint32_t>> NumberOf(const Element& element, std::uint32_t id) {
  const Attribute* attribute = element.FindId(id);
  if (!attribute) return std::optional<std::uint32_t>();
  if (attribute->kind != Attribute::Kind::kNumber) return Invalid(attribute->name + " is no number");
  return std::optional(attribute->number);
}

// Android looks for ids and goes through the attributes in step: it does not find one that stands behind a larger id.
Result<void> CheckOrder(const Element& element) {
  std::uint32_t last = 0;
  for (const Attribute& attribute : element.attributes) {
    if (attribute.resource_id == 0) continue;
    if (attribute.resource_id <= last)
      return Invalid("the attributes of " + Quote(element.name) + " are not in the order of their ids");
    last = attribute.resource_id;
  }
  return {};
}

bool IsPermission(const Element& element) {
  return element.name == "uses-permission" || element.name == "uses-permission-sdk-23";
}

// Versions of Android differ in how they pass over what is within an element that they do not read. Within
// `application` all of them know no permissions.
Result<void> CheckDeeper(const Element& element, const Element& outer) {
  const bool misplaced = element.name == "uses-sdk" || element.name == "application" ||
                         (IsPermission(element) && outer.name != "application");
  if (misplaced) return Invalid(Quote(element.name) + " stands within " + Quote(outer.name));
  return {};
}

Result<void> ReadRoot(const Element& root, Manifest& out) {
  if (root.name != "manifest") return Invalid("its root is another element");
  CM_TRY(CheckOrder(root));
  if (root.FindPlain("split")) return Invalid("it is that of a split, not of an app");
  const Attribute* package = root.FindPlain("package");
  // Android reads what is written there, not the value.
  if (!package || !package->has_written_text || package->text.empty()) return Invalid("it names no package");
  out.package = package->text;
  const std::uint64_t major = CM_TRY(NumberOf(root, kVersionCodeMajor)).value_or(0);
  out.version_code = major << 32 | CM_TRY(NumberOf(root, kVersionCode)).value_or(0);
  const Attribute* name = root.FindId(kVersionName);
  if (name && name->kind == Attribute::Kind::kText) out.version_name = name->text;
  return {};
}

Result<void> ReadSdk(const Element& element, Manifest& out) {
  CM_TRY(CheckOrder(element));
  out.min_sdk = CM_TRY(NumberOf(element, kMinSdk));
  out.target_sdk = CM_TRY(NumberOf(element, kTargetSdk));
  return {};
}

Result<void> ReadApplication(const Element& element, Manifest& out) {
  CM_TRY(CheckOrder(element));
  const Attribute* debuggable = element.FindId(kDebuggable);
  if (!debuggable) return {};
  if (debuggable->kind != Attribute::Kind::kBoolean) return Invalid("debuggable is neither true nor false");
  out.debuggable = debuggable->number != 0;
  return {};
}

Result<void> ReadPermission(const Element& element, Manifest& out) {
  CM_TRY(CheckOrder(element));
  const Attribute* name = element.FindId(kName);
  if (!name || name->kind != Attribute::Kind::kText || name->text.empty())
    return Invalid("a permission without a name");
  out.permissions.push_back(name->text);
  return {};
}

void KeepEachOnce(std::vector<std::string>& texts) {
  std::set<std::string> seen;
  std::erase_if(texts, [&](const std::string& text) { return !seen.insert(text).second; });
}

}  // namespace

Result<Manifest> ParseManifest(ByteView axml) {
  const std::vector<Element> elements = CM_TRY(ParseAxml(axml));
  Manifest out;
  CM_TRY(ReadRoot(elements.front(), out));
  int applications = 0, sdks = 0;
  const Element* outer = nullptr;  // of depth 1
  for (const Element& element : elements) {
    if (element.depth > 1) CM_TRY(CheckDeeper(element, *outer));
    if (element.depth != 1) continue;
    outer = &element;
    if (IsPermission(element)) CM_TRY(ReadPermission(element, out));
    if (element.name == "uses-sdk" && ++sdks == 1) CM_TRY(ReadSdk(element, out));
    if (element.name == "application" && ++applications == 1) CM_TRY(ReadApplication(element, out));
  }
  if (applications > 1 || sdks > 1) return Invalid("application or uses-sdk stands twice");
  KeepEachOnce(out.permissions);
  return out;
}

}  // namespace certmark::apk
