#include "verifier-sdk/apk/manifest.h"

#include <algorithm>
#include <initializer_list>
#include <set>
#include <string_view>

#include "verifier-sdk/apk/axml.h"
#include "verifier-sdk/core/quote.h"

namespace certmark::apk {
namespace {

// Of android.R.attr.
struct Known {
  std::uint32_t id;
  std::string_view name;
};
constexpr Known kName{0x01010003, "name"}, kDebuggable{0x0101000f, "debuggable"}, kMinSdk{0x0101020c, "minSdkVersion"},
    kVersionCode{0x0101021b, "versionCode"}, kVersionName{0x0101021c, "versionName"},
    kTargetSdk{0x01010270, "targetSdkVersion"}, kVersionCodeMajor{0x01010576, "versionCodeMajor"};

Error Invalid(std::string message) {
  return {ErrorCode::kInvalidArgument, "manifest: " + std::move(message)};
}

Result<std::optional<std::uint32_t>> NumberOf(const Element& element, const Known& known) {
  const Attribute* attribute = element.FindId(known.id);
  if (!attribute) return std::optional<std::uint32_t>();
  if (attribute->kind != Attribute::Kind::kNumber) return Invalid(Quote(known.name) + " is no number");
  // Where Android installs, it prefers the minimum and the target as written; none is to be read in two ways.
  if (attribute->is_written_another) return Invalid(Quote(known.name) + " is written as another number than its value");
  return std::optional(attribute->number);
}

// Android looks for ids and goes through the attributes in step: it does not find one that stands behind a larger id.
// Ids of its own package and of the app's are as they stand; of any other, a table in the app says what they become.
Result<void> CheckOrder(const Element& element) {
  std::uint32_t last = 0;
  for (const Attribute& attribute : element.attributes) {
    if (!attribute.resource_id) continue;
    const std::uint32_t id = *attribute.resource_id, package = id >> 24;
    if (package != 0x01 && package != 0x7f)
      return Invalid("an attribute of " + Quote(element.name) + " has an id of another package");
    if (id <= last) return Invalid("the attributes of " + Quote(element.name) + " are not in the order of their ids");
    last = id;
  }
  return {};
}

// Where Android installs an app it reads some of them by name: in its own namespace, older platforms in any.
Result<void> CheckNames(const Element& element, std::initializer_list<Known> read) {
  for (const Attribute& attribute : element.attributes) {
    for (const Known& known : read) {
      const bool is_by_id = attribute.resource_id == known.id, is_by_name = attribute.name == known.name;
      if (is_by_id != is_by_name || (is_by_id && attribute.space != Attribute::Space::kAndroid))
        return Invalid(Quote(known.name) + " is not the same by name as by id");
    }
  }
  return {};
}

Result<void> CheckAttributes(const Element& element, std::initializer_list<Known> read) {
  CM_TRY(CheckOrder(element));
  return CheckNames(element, read);
}

bool IsPermission(const Element& element) {
  return element.name == "uses-permission" || element.name == "uses-permission-sdk-23" ||
         element.name == "uses-permission-sdk-m";
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
  CM_TRY(CheckAttributes(root, {kVersionCode, kVersionName, kVersionCodeMajor}));
  if (root.FindPlain("split")) return Invalid("it is that of a split, not of an app");
  const Attribute* package = root.FindPlain("package");
  // Android reads what is written there, not the value.
  if (!package || !package->has_written_text || package->text.empty()) return Invalid("it names no package");
  out.package = package->text;
  const std::uint64_t major = CM_TRY(NumberOf(root, kVersionCodeMajor)).value_or(0);
  out.version_code = major << 32 | CM_TRY(NumberOf(root, kVersionCode)).value_or(0);
  const Attribute* name = root.FindId(kVersionName.id);
  if (name && name->kind == Attribute::Kind::kText) out.version_name = name->text;
  return {};
}

Result<void> ReadSdk(const Element& element, Manifest& out) {
  CM_TRY(CheckAttributes(element, {kMinSdk, kTargetSdk}));
  out.min_sdk = CM_TRY(NumberOf(element, kMinSdk));
  out.target_sdk = CM_TRY(NumberOf(element, kTargetSdk));
  return {};
}

Result<void> ReadApplication(const Element& element, Manifest& out) {
  CM_TRY(CheckAttributes(element, {kDebuggable}));
  const Attribute* debuggable = element.FindId(kDebuggable.id);
  if (!debuggable) return {};
  if (debuggable->kind != Attribute::Kind::kBoolean) return Invalid("debuggable is neither true nor false");
  out.debuggable = debuggable->number != 0;
  return {};
}

Result<void> ReadPermission(const Element& element, Manifest& out) {
  CM_TRY(CheckAttributes(element, {kName}));
  const Attribute* name = element.FindId(kName.id);
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
