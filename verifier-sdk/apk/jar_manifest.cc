#include "verifier-sdk/apk/jar_manifest.h"

#include <algorithm>
#include <optional>
#include <set>

namespace certmark::apk {
namespace {

Error Invalid(std::string message) {
  return {ErrorCode::kInvalidArgument, "apk: a JAR signature's file with " + std::move(message)};
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

// TakeFolded takes a line with those that go on with it.
std::string TakeFolded(std::string_view& text) {
  std::string line(TakeLine(text));
  while (!line.empty() && text.starts_with(' ')) line += TakeLine(text).substr(1);
  return line;
}

Result<JarSection::Attribute> ParseAttribute(const std::string& line) {
  const std::size_t colon = line.find(": ");
  if (colon == line.npos || colon == 0 || line.front() == ' ') return Invalid("a line that is no attribute");
  return JarSection::Attribute{line.substr(0, colon), line.substr(colon + 2)};
}

// TakeSection takes lines up to an empty one or the end; nothing: there are none.
Result<std::optional<JarSection>> TakeSection(std::string_view& text) {
  JarSection section;
  std::set<std::string> names;
  while (!text.empty()) {
    const std::string line = TakeFolded(text);
    if (line.empty()) break;
    section.attributes.push_back(CM_TRY(ParseAttribute(line)));
    if (!names.insert(Lower(section.attributes.back().name)).second) return Invalid("an attribute twice in a section");
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
  if (auto main = CM_TRY(TakeSection(text))) out.main = std::move(*main);
  while (!text.empty()) {
    auto section = CM_TRY(TakeSection(text));
    if (!section) continue;
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
