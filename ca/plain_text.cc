#include "ca/plain_text.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "verifier-sdk/core/decimal.h"
#include "verifier-sdk/core/utf8.h"

namespace certmark::ca {
namespace {

struct Range {
  std::uint32_t first, last;
};
// Controls; what shows nothing (soft hyphen, joiners, fillers, variation selectors, tags); what turns the direction;
// line and paragraph separators; private use and noncharacters, which every reader draws differently.
constexpr std::array<Range, 27> kHidden{{
    {0x0000, 0x001f},   {0x007f, 0x009f},    {0x00ad, 0x00ad},   {0x034f, 0x034f},   {0x061c, 0x061c},
    {0x115f, 0x1160},   {0x17b4, 0x17b5},    {0x180b, 0x180f},   {0x200b, 0x200f},   {0x2028, 0x202e},
    {0x2060, 0x206f},   {0x2800, 0x2800},    {0x3164, 0x3164},   {0xe000, 0xf8ff},   {0xfdd0, 0xfdef},
    {0xfe00, 0xfe0f},   {0xfeff, 0xfeff},    {0xffa0, 0xffa0},   {0xfff0, 0xfffb},   {0xfffe, 0xffff},
    {0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a},  {0x1fffe, 0x1ffff}, {0x2fffe, 0x2ffff}, {0x3fffe, 0x3ffff},
    {0xe0000, 0xe0fff}, {0xf0000, 0x10ffff},
}};

bool IsAlphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool IsHost(std::string_view host) {
  const auto allowed = [](char c) { return IsAlphanumeric(c) || c == '.' || c == '-'; };
  return !host.empty() && IsAlphanumeric(host.front()) && std::ranges::all_of(host, allowed);
}

}  // namespace

std::uint32_t NextCodePoint(std::string_view text, std::size_t& at) {
  const auto first = static_cast<std::uint8_t>(text[at++]);
  if (first < 0x80) return first;
  const int more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : 1;
  std::uint32_t point = first & (0x3fu >> more);
  for (int i = 0; i < more; ++i) point = point << 6 | (static_cast<std::uint8_t>(text[at++]) & 0x3fu);
  return point;
}

bool IsHidden(std::uint32_t point) {
  if (point >= 0x20 && point < 0x7f) return false;  // ASCII, which most texts are
  return std::ranges::any_of(kHidden, [&](Range range) { return range.first <= point && point <= range.last; });
}

bool IsPlainText(std::string_view text, std::size_t max_bytes) {
  if (text.empty() || text.size() > max_bytes || !IsUtf8(text)) return false;
  if (text.front() == ' ' || text.back() == ' ') return false;
  for (std::size_t at = 0; at < text.size();) {
    if (IsHidden(NextCodePoint(text, at))) return false;
  }
  return true;
}

bool IsName(std::string_view text) {
  constexpr std::ptrdiff_t kMaxCharacters = 64;
  constexpr std::size_t kMaxBytesOfOne = 4;
  const auto begins_character = [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; };
  return IsPlainText(text, kMaxCharacters * kMaxBytesOfOne) &&
         std::ranges::count_if(text, begins_character) <= kMaxCharacters;
}

bool IsHttpsUrl(std::string_view text) {
  constexpr std::string_view kScheme = "https://";
  constexpr std::string_view kNeverInUrls = "\"<>\\^`{|} ";
  if (text.size() > 500 || !text.starts_with(kScheme)) return false;
  const auto allowed = [&](char c) { return c > ' ' && c <= '~' && kNeverInUrls.find(c) == kNeverInUrls.npos; };
  if (!std::ranges::all_of(text, allowed)) return false;
  const std::string_view rest = text.substr(kScheme.size());
  const std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
  const std::size_t colon = authority.find(':');
  if (colon != authority.npos && !ParseDecimal(authority.substr(colon + 1), 65535)) return false;
  return IsHost(authority.substr(0, colon));
}

bool IsCode(std::string_view text) {
  if (text.empty() || text.size() > 64 || text.front() == '-' || text.back() == '-') return false;
  if (text.find("--") != text.npos) return false;
  return std::ranges::all_of(text, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

}  // namespace certmark::ca
