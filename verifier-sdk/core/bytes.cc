#include "verifier-sdk/core/bytes.h"

#include <algorithm>
#include <array>

#include "verifier-sdk/core/base64.h"

namespace certmark {
namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";
constexpr std::uint8_t kNoDigit = 0xff;

constexpr std::array<std::uint8_t, 256> MakeHexValues() {
  std::array<std::uint8_t, 256> values{};
  values.fill(kNoDigit);
  for (std::size_t i = 0; i < kHexDigits.size(); ++i) values[static_cast<std::uint8_t>(kHexDigits[i])] = i;
  return values;
}
constexpr std::array<std::uint8_t, 256> kHexValues = MakeHexValues();

Error Invalid(std::string message) {
  return {ErrorCode::kInvalidArgument, std::move(message)};
}

Error BadCharacter(std::string_view encoding, std::string_view text, const std::array<std::uint8_t, 256>& values) {
  const auto bad = std::ranges::find_if(text, [&](char c) { return values[static_cast<std::uint8_t>(c)] == kNoDigit; });
  return Invalid(std::string(encoding) + ": bad character at position " + std::to_string(bad - text.begin()));
}

std::string EncodeUnpadded(ByteView bytes, const base64::Alphabet& alphabet) {
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

/// WhyNotBase64 says what Decode refused.
Error WhyNotBase64(std::string_view encoding, std::string_view text, const base64::Alphabet& alphabet) {
  const bool is_all_symbols =
      std::ranges::all_of(text, [&](char c) { return alphabet.ValueOf(c) != base64::Alphabet::kNoSymbol; });
  if (text.size() % 4 == 1)
    return Invalid(std::string(encoding) + ": impossible length " + std::to_string(text.size()));
  if (!is_all_symbols) return BadCharacter(encoding, text, alphabet.values);
  return Invalid(std::string(encoding) + ": non-zero trailing bits");
}

Result<Bytes> DecodeUnpadded(std::string_view encoding, std::string_view text, const base64::Alphabet& alphabet) {
  Bytes bytes(base64::Room(text.size()));
  const auto size = base64::Decode(alphabet, text, bytes);
  if (!size) return WhyNotBase64(encoding, text, alphabet);
  bytes.resize(*size);
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
    const std::uint8_t high = kHexValues[static_cast<std::uint8_t>(text[2 * i])],
                       low = kHexValues[static_cast<std::uint8_t>(text[2 * i + 1])];
    if ((high | low) > 15) return BadCharacter("hex", text, kHexValues);
    bytes[i] = static_cast<std::uint8_t>(high << 4 | low);
  }
  return bytes;
}

std::string Base64Encode(ByteView bytes) {
  std::string text = EncodeUnpadded(bytes, base64::kStandard);
  text.append((4 - text.size() % 4) % 4, '=');
  return text;
}

Result<Bytes> Base64Decode(std::string_view text) {
  if (text.size() % 4 != 0) return Invalid("base64: length " + std::to_string(text.size()) + " is not padded to 4");
  // More than two, or any elsewhere, is then a bad character.
  for (int i = 0; i < 2 && text.ends_with('='); ++i) text.remove_suffix(1);
  return DecodeUnpadded("base64", text, base64::kStandard);
}

std::string Base64UrlEncode(ByteView bytes) {
  return EncodeUnpadded(bytes, base64::kUrl);
}

Result<Bytes> Base64UrlDecode(std::string_view text) {
  return DecodeUnpadded("base64url", text, base64::kUrl);
}

}  // namespace certmark
