#include "ca/media_type.h"

#include <algorithm>

#include "verifier-sdk/core/utf8.h"

namespace certmark::ca {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kText = "text/plain", kJson = "application/json", kHtml = "text/html",
                           kXml = "application/xml";
constexpr std::string_view kSpace = " \t\r\n";

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

/// TrimmedFront is `text` from its first character that is no space.
std::string_view TrimmedFront(std::string_view text) {
  return text.substr(std::min(text.find_first_not_of(kSpace), text.size()));
}

bool BeginsAsJson(std::string_view text) {
  return text.starts_with('{') || text.starts_with('[');
}

/// BeginsWithTag: `tag`, in any case, and nothing that would make it a longer name.
bool BeginsWithTag(std::string_view text, std::string_view tag) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  if (text.size() <= tag.size() || !std::ranges::equal(text.substr(0, tag.size()), tag, {}, lower)) return false;
  const char next = text[tag.size()];
  return next == '>' || kSpace.find(next) != std::string_view::npos;
}

bool BeginsAsHtml(std::string_view text) {
  return BeginsWithTag(text, "<!doctype html") || BeginsWithTag(text, "<html");
}

/// BeginsAsXml: with the declaration (XML 1.0 §2.8), which is in lower case and goes on with its version.
bool BeginsAsXml(std::string_view text) {
  constexpr std::string_view kDeclaration = "<?xml";
  return text.starts_with(kDeclaration) && text.size() > kDeclaration.size() &&
         kSpace.find(text[kDeclaration.size()]) != std::string_view::npos;
}

/// TypeOfText is what a text is by how it begins.
std::string_view TypeOfText(std::string_view text) {
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  if (BeginsAsJson(TrimmedFront(text))) return kJson;
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  text = TrimmedFront(text);
  if (BeginsAsHtml(text)) return kHtml;
  return BeginsAsXml(text) ? kXml : kText;
}

}  // namespace

std::optional<std::string_view> SniffMediaType(ByteView first) {
  const std::string_view text = AsText(first.first(std::min(first.size(), kMediaTypeBytes)));
  for (const Beginning& beginning : kBeginnings) {
    if (text.starts_with(beginning.bytes)) return beginning.type;
  }
  if (text.empty() || !IsText(text)) return std::nullopt;
  return TypeOfText(text);
}

bool MayBeMediaType(ByteView first, std::string_view declared) {
  const auto found = SniffMediaType(first);
  if (!found) return false;
  const bool is_text = *found == kJson || *found == kHtml || *found == kXml;
  return *found == declared || (is_text && declared == kText);
}

}  // namespace certmark::ca
