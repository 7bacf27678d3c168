#include "verifier-sdk/apk/jar_manifest.h"

#include <algorithm>
#include <optional>
#include <set>

namespace certmark::apk {
namespace {

// Text of 8 MiB could hold a million of either, each many times its size in memory.
constexpr std::size_t kMaxSections = 65'534, kMaxAttributes = 4 * kMaxSections;
constexpr std::size_t kMaxNameBytes = 70;  // as Java's and Android's readers have it

Error Invalid(std::string message) {
  return {ErrorCode::kInvalidArgument, "apk: a JAR signature's file with " + std::move(message)};
}

Error TooMuch(std::string message) {
  return {ErrorCode::kResourceExhausted, "apk: a JAR signature's file with " + std::move(message)};
}

std::string Lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  return out;
}

// TakeLine takes a line that ends in CR LF, LF or CR.
std::string_view TakeLine(std::string_view& text) {
  const std::size_t end = text.find_first_of("\r\n");
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end + (text.substr(end).starts_with("\r\n") ? 2 : 1));
  return line;
}

bool IsName(std::string_view name) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  };
  return !name.empty() && name.size() <= kMaxNameBytes && std::ranges::all_of(name, fits);
}

// A line, to which TakeSection adds those that go on with it. Android looks for the colon before it joins lines, and
// passes over a signature file in which there is one name that it does not take.
Result<JarSection::Attribute> ParseAttribute(std::string_view line) {
  const std::size_t colon = line.find(": ");
  if (colon == line.npos || !IsName(line.substr(0, colon))) return Invalid("a line that is no attribute");
  return JarSection::Attribute{std::string(line.substr(0, colon)), std::string(line.substr(colon + 2))};
}

// TakeSection takes lines up to an empty one or the end; nothing: there are none. `left`: how many attributes may come.
Result<std::optional<JarSection>> TakeSection(std::string_view& text, std::size_t& left) {
  JarSection section;
  std::set<std::string> names;
  while (!text.empty()) {
    const std::string_view line = TakeLine(text);
    if (line.empty()) break;
    if (left-- == 0) return TooMuch("over 262,136 attributes");
    JarSection::Attribute attribute = CM_TRY(ParseAttribute(line));
    while (text.starts_with(' ')) attribute.value += TakeLine(text).substr(1);
    if (!names.insert(Lower(attribute.name)).second) return Invalid("an attribute twice in a section");
    section.attributes.push_back(std::move(attribute));
  }
  if (section.attributes.empty()) return std::optional<JarSection>();
  return std::optional(std::move(section));
}

}  // namespace

const std::string* JarSection::Find(std::string_view name) const {
  const std::string wanted = Lower(name);
  const auto found =
      std::ranges::find_if(attributes, [&](const Attribute& attribute) { return Lower(attribute.name) == wanted; });
  return found == attributes.end() ? nullptr : &found->value;
}

Result<JarManifest> ParseJarManifest(ByteView bytes) {
  std::string_view text = AsText(bytes);
  if (text.find('\0') != text.npos) return Invalid("a byte 0");
  if (!text.ends_with('\n') && !text.ends_with('\r')) return Invalid("a last line that does not end");
  JarManifest out;
  std::size_t left = kMaxAttributes;
  if (auto main = CM_TRY(TakeSection(text, left))) out.main = std::move(*main);
  text.remove_prefix(std::min(text.find_first_not_of("\r\n"), text.size()));
  out.main_bytes = bytes.size() - text.size();
  while (!text.empty()) {
    auto section = CM_TRY(TakeSection(text, left));
    if (!section) continue;
    if (out.entries.size() == kMaxSections) return TooMuch("over 65,534 sections");
    if (Lower(section->attributes.front().name) != "name" || section->attributes.front().value.empty())
      return Invalid("a section that names no entry");
    section->entry = section->attributes.front().value;
    out.entries.push_back(std::move(*section));
  }
  std::ranges::sort(out.entries, {}, &JarSection::entry);
  if (std::ranges::adjacent_find(out.entries, {}, &JarSection::entry) != out.entries.end())
    return Invalid("two sections of one entry");
  return out;
}

}  // namespace certmark::apk
