// base64url into room that is there already: for whoever reads millions of tokens. The form is Base64UrlDecode's.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace certmark {

/// Base64UrlRoom is how many bytes of room DecodeBase64Url needs for a text of `size` characters: it writes ahead of
/// itself.
constexpr std::size_t Base64UrlRoom(std::size_t size) {
  return size / 4 * 3 + 32;
}

/// DecodeBase64Url writes what `text` stands for to the beginning of `out` and returns how many bytes that are; nothing
/// for a text that Base64UrlDecode refuses. What else it wrote to `out` means nothing. REQUIRES: `out` has at least
/// Base64UrlRoom(text.size()) bytes.
std::optional<std::size_t> DecodeBase64Url(std::string_view text, std::span<std::uint8_t> out);

}  // namespace certmark
