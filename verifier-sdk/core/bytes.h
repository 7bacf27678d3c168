// Bytes, views of them, and the three text encodings of FORMATS.md §1, each strict: one text for one byte string.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "verifier-sdk/core/result.h"

namespace certmark {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

/// AsBytes views text as bytes; the text must outlive the view.
inline ByteView AsBytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
/// AsText views bytes as text; the bytes must outlive the view.
inline std::string_view AsText(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
/// ToBytes copies text into bytes.
inline Bytes ToBytes(std::string_view text) {
  return {text.begin(), text.end()};
}

/// Equal compares two byte strings; not constant-time, for public values only.
bool Equal(ByteView a, ByteView b);

/// HexEncode writes lower-case hex; HexDecode accepts lower case only. InvalidArgument: odd length or another
/// character.
std::string HexEncode(ByteView bytes);
Result<Bytes> HexDecode(std::string_view text);

/// Base64Encode and Base64Decode: RFC 4648 §4 with padding. InvalidArgument: missing or surplus padding, another
/// character (white space too), or non-zero trailing bits.
std::string Base64Encode(ByteView bytes);
Result<Bytes> Base64Decode(std::string_view text);

/// Base64UrlEncode and Base64UrlDecode: RFC 4648 §5 without padding. InvalidArgument: padding, an impossible length,
/// another character, or non-zero trailing bits.
std::string Base64UrlEncode(ByteView bytes);
Result<Bytes> Base64UrlDecode(std::string_view text);

}  // namespace certmark
