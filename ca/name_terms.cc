#include "ca/name_terms.h"

#include <algorithm>
#include <utility>

#include "ca/folded_text.h"
#include "ca/plain_text.h"
#include "verifier-sdk/core/quote.h"
#include "verifier-sdk/core/utf8.h"

namespace certmark::ca {
namespace {

using Range = std::pair<char32_t, char32_t>;  // both ends belong to it

// The tables are ours, not ICU's, which change: rows of the index follow from them. Folding has taken care of what is
// wide, small, circled or otherwise in disguise.
constexpr Range kSeparators[] = {
    {0x00, 0x2f},     {0x3a, 0x60},     {0x7b, 0xbf},       {0xd7, 0xd7},      // ASCII and Latin-1
    {0xf7, 0xf7},     {0x58a, 0x58a},   {0x5be, 0x5be},     {0x60c, 0x60d},    // ÷, Armenian, Hebrew, Arabic
    {0x61b, 0x61f},   {0x66a, 0x66d},   {0x6d4, 0x6d4},     {0x964, 0x965},    // Arabic; danda
    {0x1361, 0x1368}, {0x2000, 0x2bff}, {0x2e00, 0x2e7f},   {0x3000, 0x3004},  // Ethiopic; punctuation and symbols; CJK
    {0x3008, 0x3020}, {0x302a, 0x3030}, {0x303d, 0x303f},   {0x30fb, 0x30fb},  // CJK; the katakana middle dot
    {0xfe10, 0xfe6f}, {0xff00, 0xffff}, {0x1f000, 0x1faff},                    // leftovers; pictures
};
constexpr Range kRuns[] = {
    {0xe00, 0xeff},      // Thai, Lao
    {0x1000, 0x109f},    // Myanmar
    {0x1780, 0x17ff},    // Khmer
    {0x2e80, 0x2fdf},    // radicals
    {0x3005, 0x3007},    // 々 and others
    {0x3021, 0x3029},    // Hangzhou numerals
    {0x3031, 0xa4cf},    // kana, bopomofo, Han, Yi
    {0xac00, 0xd7af},    // Hangul
    {0xf900, 0xfaff},    // Han that is compatible
    {0x1b000, 0x1b16f},  // old kana
    {0x20000, 0x3ffff},  // Han
};

bool IsAmong(std::span<const Range> ranges, char32_t point) {
  return std::ranges::any_of(ranges, [&](const Range& range) { return range.first <= point && point <= range.second; });
}

enum class Kind { kSeparator, kWord, kRun };
Kind KindOf(char32_t point) {
  if (IsAmong(kSeparators, point)) return Kind::kSeparator;
  return IsAmong(kRuns, point) ? Kind::kRun : Kind::kWord;
}

std::string Utf8(std::u32string_view points) {
  std::string text;
  const auto put = [&](char32_t bits) { text.push_back(static_cast<char>(bits)); };
  for (const char32_t point : points) {
    if (point < 0x80) {
      put(point);
      continue;
    }
    if (point < 0x800) {
      put(0xc0 | point >> 6);
    } else if (point < 0x10000) {
      put(0xe0 | point >> 12);
      put(0x80 | (point >> 6 & 0x3f));
    } else {
      put(0xf0 | point >> 18);
      put(0x80 | (point >> 12 & 0x3f));
      put(0x80 | (point >> 6 & 0x3f));
    }
    put(0x80 | (point & 0x3f));
  }
  return text;
}

// Beginning is of a word what its term holds: whole characters.
std::string Beginning(const std::string& word) {
  if (word.size() <= NameParts::kMaxTermBytes) return word;
  std::size_t size = NameParts::kMaxTermBytes;
  while ((static_cast<unsigned char>(word[size]) & 0xc0) == 0x80) --size;
  return word.substr(0, size);
}

bool BeginsAWord(const std::string& sought, const NameParts& name) {
  return std::ranges::any_of(name.words, [&](const std::string& word) { return word.starts_with(sought); });
}
bool IsInARun(const std::u32string& sought, const NameParts& name) {
  return std::ranges::any_of(name.runs, [&](const std::u32string& run) { return run.find(sought) != run.npos; });
}

}  // namespace

NameParts NameParts::Of(std::string_view name) {
  const std::string text = IsUtf8(name) ? Folded(name) : "";
  NameParts parts;
  std::size_t terms = 0;
  Kind before = Kind::kSeparator;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = at;
    const char32_t point = NextCodePoint(text, at);
    const Kind kind = KindOf(point);
    const bool begins = kind != before;
    const bool is_term = kind == Kind::kRun || (kind == Kind::kWord && begins);
    if (is_term && ++terms > kMaxTerms) break;
    if (kind == Kind::kRun) {
      if (begins) parts.runs.emplace_back();
      parts.runs.back().push_back(point);
    } else if (kind == Kind::kWord) {
      if (begins) parts.words.emplace_back();
      parts.words.back().append(text, begin, at - begin);
    }
    before = kind;
  }
  return parts;
}

std::vector<std::string> NameParts::Terms() const {
  std::vector<std::string> terms;
  for (const std::string& word : words) terms.push_back(Beginning(word));
  for (const std::u32string& run : runs) {
    for (std::size_t i = 0; i < run.size(); ++i) terms.push_back(Utf8(std::u32string_view(run).substr(i, 2)));
  }
  return terms;
}

Result<SoughtName> SoughtName::Parse(std::string_view text) {
  SoughtName sought;
  if (text.empty()) return sought;
  if (text.size() > kMaxBytes) {
    return Error{ErrorCode::kInvalidArgument, "text over " + std::to_string(kMaxBytes) + " bytes"};
  }
  if (!IsUtf8(text)) return Error{ErrorCode::kInvalidArgument, "text that is not UTF-8"};
  sought.parts_ = NameParts::Of(text);
  const std::size_t parts = sought.parts_.words.size() + sought.parts_.runs.size();
  if (parts == 0) return Error{ErrorCode::kInvalidArgument, "no letter and no digit to look for in " + Quote(text)};
  if (parts <= kMaxParts) return sought;
  return Error{ErrorCode::kInvalidArgument, "more than " + std::to_string(kMaxParts) + " words to look for"};
}

bool SoughtName::IsIn(std::span<const NameParts> names) const {
  const auto is_found = [&](const auto& sought, auto is_in) {
    return std::ranges::any_of(names, [&](const NameParts& name) { return is_in(sought, name); });
  };
  return std::ranges::all_of(parts_.words, [&](const auto& word) { return is_found(word, BeginsAWord); }) &&
         std::ranges::all_of(parts_.runs, [&](const auto& run) { return is_found(run, IsInARun); });
}

std::vector<SoughtName::Term> SoughtName::Terms() const {
  std::vector<Term> terms;
  for (const std::u32string& run : parts_.runs) {
    // The last character is whatever a name goes on with: of a longer piece the pairs before it say more.
    const std::size_t count = run.size() == 1 ? 1 : run.size() - 1;
    for (std::size_t i = 0; i < count && terms.size() < kMaxTerms; ++i) {
      terms.push_back({Utf8(std::u32string_view(run).substr(i, 2)), run.size() > 1});
    }
  }
  for (const std::string& word : parts_.words) {
    if (terms.size() < kMaxTerms) terms.push_back({Beginning(word), false});
  }
  return terms;
}

}  // namespace certmark::ca
