#include "verifier-sdk/core/bytes.h"

#include <algorithm>
#include <array>

#include "verifier-sdk/core/base64url.h"

namespace certmark {
namespace {

constexpr std::uint8_t kNoSymbol = 0xff;
constexpr std::string_view kHexDigits = "0123456789abcdef";

// Alphabet maps values to symbols and back.
struct Alphabet {
  std::string_view symbols;
  std::array<std::uint8_t, 256> values;

  explicit constexpr Alphabet(std::string_view the_symbols) : symbols(the_symbols), values() {
    values.fill(kNoSymbol);
    for (std::size_t i = 0; i < symbols.size(); ++i) values[static_cast<std::uint8_t>(symbols[i])] = i;
  }
  constexpr std::uint8_t ValueOf(char c) const { return values[static_cast<std::uint8_t>(c)]; }
};

constexpr Alphabet kHex(kHexDigits);
constexpr Alphabet kBase64("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
constexpr Alphabet kBase64Url("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

Error Invalid(std::string message) {
  return {ErrorCode::kInvalidArgument, std::move(message)};
}

Error BadCharacter(std::string_view encoding, std::string_view text, const Alphabet& alphabet) {
  const auto bad = std::ranges::find_if(text, [&](char c) { return alphabet.ValueOf(c) == kNoSymbol; });
  return Invalid(std::string(encoding) + ": bad character at position " + std::to_string(bad - text.begin()));
}

std::string EncodeUnpadded(ByteView bytes, const Alphabet& alphabet) {
  const std::size_t rest = bytes.size() % 3;
  std::string text(bytes.size() / 3 * 4 + (rest == 0 ? 0 : rest + 1), '\0');
  char* out = text.data();
  std::size_t i = 0;
  for (; i + 3 <= bytes.size(); i += 3) {
    const std::uint32_t group = bytes[i] << 16 | bytes[i + 1] << 8 | bytes[i + 2];
    *out++ = alphabet.symbols[group >> 18];
    *out++ = alphabet.symbols[group >> 12 & 63];
    *out++ = alphabet.symbols[group >> 6 & 63];
    *out++ = alphabet.symbols[group & 63];
  }
  if (rest == 0) return text;
  const std::uint32_t group = bytes[i] << 16 | (rest == 2 ? bytes[i + 1] << 8 : 0);
  *out++ = alphabet.symbols[group >> 18];
  *out++ = alphabet.symbols[group >> 12 & 63];
  if (rest == 2) *out++ = alphabet.symbols[group >> 6 & 63];
  return text;
}

Result<Bytes> DecodeUnpadded(std::string_view encoding, std::string_view text, const Alphabet& alphabet) {
  const std::size_t rest = text.size() % 4;
  if (rest == 1) return Invalid(std::string(encoding) + ": impossible length " + std::to_string(text.size()));
  Bytes bytes(text.size() / 4 * 3 + (rest == 0 ? 0 : rest - 1));
  std::uint8_t* out = bytes.data();
  std::uint8_t seen = 0;  // every value or-ed together: above 63 once a character was no symbol
  std::size_t i = 0;
  for (; i + 4 <= text.size(); i += 4) {
    const std::uint8_t a = alphabet.ValueOf(text[i]), b = alphabet.ValueOf(text[i + 1]);
    const std::uint8_t c = alphabet.ValueOf(text[i + 2]), d = alphabet.ValueOf(text[i + 3]);
    seen |= a | b | c | d;
    *out++ = static_cast<std::uint8_t>(a << 2 | b >> 4);
    *out++ = static_cast<std::uint8_t>(b << 4 | c >> 2);
    *out++ = static_cast<std::uint8_t>(c << 6 | d);
  }
  std::uint8_t trailing = 0;
  if (rest != 0) {
    const std::uint8_t a = alphabet.ValueOf(text[i]), b = alphabet.ValueOf(text[i + 1]);
    const std::uint8_t c = rest == 3 ? alphabet.ValueOf(text[i + 2]) : 0;
    seen |= a | b | c;
    *out++ = static_cast<std::uint8_t>(a << 2 | b >> 4);
    if (rest == 3) *out++ = static_cast<std::uint8_t>(b << 4 | c >> 2);
    trailing = rest == 3 ? c & 3 : b & 15;
  }
  if (seen > 63) return BadCharacter(encoding, text, alphabet);
  if (trailing != 0) return Invalid(std::string(encoding) + ": non-zero trailing bits");
  return bytes;
}

}  // namespace

bool Equal(ByteView a, ByteView b) {
  return std::ranges::equal(a, b);
}

std::string HexEncode(ByteView bytes) {
  std::string text;
  text.reserve(2 * bytes.size());
  for (const std::uint8_t byte : bytes) {
    text += kHexDigits[byte >> 4];
    text += kHexDigits[byte & 15];
  }
  return text;
}

Result<Bytes> HexDecode(std::string_view text) {
  if (text.size() % 2 != 0) return Invalid("hex: odd length " + std::to_string(text.size()));
  Bytes bytes(text.size() / 2);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const std::uint8_t high = kHex.ValueOf(text[2 * i]), low = kHex.ValueOf(text[2 * i + 1]);
    if ((high | low) > 15) return BadCharacter("hex", text, kHex);
    bytes[i] = static_cast<std::uint8_t>(high << 4 | low);
  }
  return bytes;
}

std::string Base64Encode(ByteView bytes) {
  std::string text = EncodeUnpadded(bytes, kBase64);
  text.append((4 - text.size() % 4) % 4, '=');
  return text;
}

Result<Bytes> Base64Decode(std::string_view text) {
  if (text.size() % 4 != 0) return Invalid("base64: length " + std::to_string(text.size()) + " is not padded to 4");
  // More than two, or any elsewhere, is then a bad character.
  for (int i = 0; i < 2 && text.ends_with('='); ++i) text.remove_suffix(1);
  return DecodeUnpadded("base64", text, kBase64);
}

std::string Base64UrlEncode(ByteView bytes) {
  return EncodeUnpadded(bytes, kBase64Url);
}

Result<Bytes> Base64UrlDecode(std::string_view text) {
  Bytes bytes(Base64UrlRoom(text.size()));
  const auto size = DecodeBase64Url(text, bytes);
  if (size) {
    bytes.resize(*size);
    return bytes;
  }
  // The plain way says what is wrong, and is not asked again whether anything is.
  auto plain = DecodeUnpadded("base64url", text, kBase64Url);
  if (plain) Die("base64url that is read in two ways");
  return plain.error();
}

}  // namespace certmark
