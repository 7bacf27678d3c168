#include "api/language.h"

#include <algorithm>
#include <array>
#include <utility>

namespace certmark::api {
namespace {

constexpr std::array<std::pair<Language, std::string_view>, 2> kTags = {{
    {Language::kEnglish, "en"},
    {Language::kChinese, "zh"},
}};

std::string_view Trim(std::string_view text) {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
  return text;
}

// TakeUntil cuts off what stands before `mark`, and the mark with it.
std::string_view TakeUntil(char mark, std::string_view& text) {
  const std::size_t end = std::min(text.find(mark), text.size());
  const std::string_view taken = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return taken;
}

char ToLower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool IsTag(std::string_view text, std::string_view tag) {
  return std::ranges::equal(text, tag, {}, ToLower);
}

// A weight in thousandths: RFC 9110 §12.4.2, `0` or `1` and at most three digits behind a point.
std::optional<int> ParseWeight(std::string_view text) {
  if (text.size() > 5 || (!text.starts_with('0') && !text.starts_with('1'))) return std::nullopt;
  int weight = text.front() == '1' ? 1000 : 0;
  text.remove_prefix(1);
  if (text.empty()) return weight;
  if (text.front() != '.') return std::nullopt;
  text.remove_prefix(1);
  int place = 100;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    weight += (c - '0') * place;
    place /= 10;
  }
  if (weight > 1000) return std::nullopt;
  return weight;
}

// The weight that stands behind a range: 1 where none does.
std::optional<int> WeightIn(std::string_view parameters) {
  parameters = Trim(parameters);
  if (parameters.empty()) return 1000;
  const std::string_view name = TakeUntil('=', parameters);
  if (!IsTag(name, "q")) return std::nullopt;
  return ParseWeight(parameters);
}

}  // namespace

std::string_view Tag(Language language) {
  return kTags[static_cast<std::size_t>(language)].second;
}

std::optional<Language> ParseLanguage(std::string_view tag) {
  for (const auto& [language, name] : kTags) {
    if (name == tag) return language;
  }
  return std::nullopt;
}

std::optional<Language> PreferredLanguage(std::string_view accept_language) {
  std::optional<Language> preferred;
  int highest = 0;
  while (!accept_language.empty()) {
    std::string_view range = TakeUntil(',', accept_language);
    std::string_view tag = Trim(TakeUntil(';', range));
    const std::string_view primary = TakeUntil('-', tag);
    const int weight = WeightIn(range).value_or(0);
    for (const auto& [language, name] : kTags) {
      if (weight <= highest || !IsTag(primary, name)) continue;
      preferred = language;
      highest = weight;
    }
  }
  return preferred;
}

}  // namespace certmark::api
