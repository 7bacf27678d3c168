#include "ca/media_type.h"

#include <algorithm>

#include "verifier-sdk/core/utf8.h"

namespace certmark::ca {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kText = "text/plain", kJson = "application/json";

struct Beginning {
  std::string_view bytes;
  std::string_view type;
};
constexpr Beginning kBeginnings[] = {
    {"%PDF-"sv, "application/pdf"},        // ISO 32000-1 §7.5.2
    {"\x89PNG\r\n\x1a\n"sv, "image/png"},  // PNG §5.2
    {"\xff\xd8\xff"sv, "image/jpeg"},      // SOI and the next marker
    {"PK\x03\x04"sv, "application/zip"},   // APPNOTE §4.3.7
    {"PK\x05\x06"sv, "application/zip"},   // §4.3.16: an archive of nothing
};

/// LengthFrom is how long a character is that begins so (RFC 3629 §4); 1 for what begins none.
std::size_t LengthFrom(std::uint8_t first) {
  if (first < 0xc2 || first > 0xf4) return 1;
  return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

/// WithoutCutCharacter leaves out a last character of which not all bytes are there.
std::string_view WithoutCutCharacter(std::string_view text) {
  constexpr std::size_t kLongest = 4;
  for (std::size_t back = 1; back < kLongest && back <= text.size(); ++back) {
    const auto byte = static_cast<std::uint8_t>(text[text.size() - back]);
    if (byte >> 6 == 2) continue;  // one that goes on
    const std::size_t length = LengthFrom(byte);
    return length > back ? text.substr(0, text.size() - back) : text;
  }
  return text;
}

bool IsText(std::string_view text) {
  if (text.find('\0') != std::string_view::npos) return false;
  return IsUtf8(text.size() < kMediaTypeBytes ? text : WithoutCutCharacter(text));
}

bool BeginsAsJson(std::string_view text) {
  const std::size_t at = text.find_first_not_of(" \t\r\n");
  return at != std::string_view::npos && (text[at] == '{' || text[at] == '[');
}

}  // namespace

std::optional<std::string_view> SniffMediaType(ByteView first) {
  const std::string_view text = AsText(first.first(std::min(first.size(), kMediaTypeBytes)));
  for (const Beginning& beginning : kBeginnings) {
    if (text.starts_with(beginning.bytes)) return beginning.type;
  }
  if (text.empty() || !IsText(text)) return std::nullopt;
  return BeginsAsJson(text) ? kJson : kText;
}

bool MayBeMediaType(ByteView first, std::string_view declared) {
  const auto found = SniffMediaType(first);
  return found && (*found == declared || (*found == kJson && declared == kText));
}

}  // namespace certmark::ca
