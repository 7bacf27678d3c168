#include "ca/scheme_part.h"

#include <algorithm>
#include <set>

#include "ca/plain_text.h"
#include "ca/record_json.h"
#include "verifier-sdk/core/quote.h"

namespace certmark::ca {
namespace {

constexpr std::size_t kMaxWordsBytes = 500;

// TakeRepeated takes out of a list what stands in it for the second time.
std::vector<std::string> TakeRepeated(std::vector<std::string>& texts) {
  std::set<std::string> seen;
  std::vector<std::string> once, repeated;
  for (std::string& text : texts) (seen.insert(text).second ? once : repeated).push_back(std::move(text));
  texts = std::move(once);
  return repeated;
}

// ParseUtcOffset reads the numerical offset of RFC 3339 §5.6, within those that are anywhere in use.
std::optional<Seconds> ParseUtcOffset(std::string_view text) {
  constexpr std::chrono::minutes kFurthestWest = -std::chrono::hours(12), kFurthestEast = std::chrono::hours(14);
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') return std::nullopt;
  if (!is_digit(text[1]) || !is_digit(text[2]) || !is_digit(text[4]) || !is_digit(text[5]) || text[4] > '5')
    return std::nullopt;
  const auto number = [&](std::size_t at) { return (text[at] - '0') * 10 + (text[at + 1] - '0'); };
  const std::chrono::minutes size(number(1) * 60 + number(4));
  const std::chrono::minutes offset = text[0] == '-' ? -size : size;
  if (offset < kFurthestWest || offset > kFurthestEast) return std::nullopt;
  return offset;
}

}  // namespace

void SchemeMistakes::Note(std::string_view where, std::string_view mistake) {
  if (!text_.empty()) text_ += '\n';
  if (!where.empty()) text_.append(where).append(": ");
  text_ += mistake;
}

bool IsSchemeToken(std::string_view text) {
  const auto allowed = [](char c) { return c > ' ' && c <= '~' && c != '/'; };
  return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, allowed);
}

void SchemePart::NoteUnread(const Error& error) const {
  constexpr std::string_view kPrefix = "json: ";  // whoever reads this knows what the file is
  std::string_view message = error.message;
  if (message.starts_with(kPrefix)) message.remove_prefix(kPrefix.size());
  Note(message);
}

template <class T>
T SchemePart::Take(Result<T> read, T otherwise) const {
  if (read) return std::move(*read);
  NoteUnread(read.error());
  return otherwise;
}

std::string SchemePart::Text(std::string_view name) const {
  const auto text = ReadText(object_, name);
  if (!text) return NoteUnread(text.error()), std::string();
  Require(!text->empty(), std::string(name) + " is empty");
  return *text;
}

std::string SchemePart::Code(std::string_view name) const {
  const auto text = ReadText(object_, name);
  if (!text) return NoteUnread(text.error()), std::string();
  Require(IsCode(*text), std::string(name) + " is no code: " + Quote(*text));
  return *text;
}

std::string SchemePart::Token(std::string_view name) const {
  const auto text = ReadText(object_, name);
  if (!text) return NoteUnread(text.error()), std::string();
  Require(IsSchemeToken(*text), std::string(name) + " is not 1 to 64 printable characters without space and /");
  return *text;
}

bool SchemePart::Flag(std::string_view name) const {
  return Take(object_.Bool(name));
}

std::uint64_t SchemePart::Number(std::string_view name, Range range) const {
  const auto number = object_.Number(name);
  if (!number) return NoteUnread(number.error()), range.least;
  const bool within = *number >= range.least && *number <= range.most;
  Require(within, std::string(name) + " is not " + std::to_string(range.least) + " to " + std::to_string(range.most));
  return std::clamp(*number, range.least, range.most);
}

Seconds SchemePart::Days(std::string_view name, std::uint64_t most) const {
  return std::chrono::days(Number(name, {1, most}));
}

Seconds SchemePart::UtcOffset(std::string_view name) const {
  const std::string text = Text(name);
  const auto offset = ParseUtcOffset(text);
  Require(offset.has_value() || text.empty(), std::string(name) + " is not -12:00 to +14:00: " + Quote(text));
  return offset.value_or(Seconds{});
}

std::vector<std::string> SchemePart::Texts(std::string_view name) const {
  std::vector<std::string> texts = Take(ReadTexts(object_, name));
  for (const std::string& text : TakeRepeated(texts)) Note(std::string(name) + " twice: " + Quote(text));
  return texts;
}

std::vector<std::string> SchemePart::Codes(std::string_view name) const {
  std::vector<std::string> codes = Texts(name);
  for (const std::string& code : codes) Require(IsCode(code), std::string(name) + ": no code: " + Quote(code));
  return codes;
}

std::optional<std::chrono::sys_days> SchemePart::ToDate(std::string_view name, std::string_view text) const {
  const auto date = ParseDate(text);
  if (date) return std::chrono::floor<std::chrono::days>(*date);
  Note(std::string(name) + ": no date: " + Quote(text));
  return std::nullopt;
}

std::optional<std::chrono::sys_days> SchemePart::Date(std::string_view name) const {
  const auto text = ReadText(object_, name);
  if (text) return ToDate(name, *text);
  NoteUnread(text.error());
  return std::nullopt;
}

std::vector<std::chrono::sys_days> SchemePart::Dates(std::string_view name) const {
  std::vector<std::chrono::sys_days> dates;
  for (const std::string& text : Texts(name)) {
    if (const auto date = ToDate(name, text)) dates.push_back(*date);
  }
  return dates;
}

Words SchemePart::ReadWords() const {
  Words words;
  for (const auto& [name, to] : {std::pair("en", &words.en), std::pair("zh", &words.zh)}) {
    const auto text = ReadText(object_, name);
    if (!text) {
      NoteUnread(text.error());
      continue;
    }
    Require(IsPlainText(*text, kMaxWordsBytes), std::string(name) + " is not one line: " + Quote(*text));
    *to = *text;
  }
  return words;
}

std::optional<SchemePart> SchemePart::Object(std::string_view name) const {
  const auto object = object_.Object(name);
  if (object) return SchemePart(*object, (where_.empty() ? "" : where_ + ": ") + std::string(name), *mistakes_);
  NoteUnread(object.error());
  return std::nullopt;
}

std::vector<SchemePart> SchemePart::Objects(std::string_view name, std::string_view label) const {
  std::vector<SchemePart> parts;
  const auto array = object_.Array(name);
  if (!array) return NoteUnread(array.error()), parts;
  std::size_t index = 0;
  for (const json::Value& value : array->Elements()) {
    std::string where = std::string(name) + "[" + std::to_string(index++) + "]";
    if (!value.is(json::Kind::kObject)) {
      Note(where + " is no object");
      continue;
    }
    if (const auto text = value.String(label)) where += " " + Quote(*text);
    parts.emplace_back(value, (where_.empty() ? "" : where_ + ": ") + where, *mistakes_);
  }
  Require(index > 0, "no " + std::string(name));
  return parts;
}

void SchemePart::NoteUnknown(std::string_view name, std::string_view text) const {
  Note(std::string(name) + " is none there is: " + Quote(text));
}

}  // namespace certmark::ca
