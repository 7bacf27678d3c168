#include "ca/numbers.h"

#include <array>

#include "verifier-sdk/core/bytes.h"
#include "verifier-sdk/core/names.h"

namespace certmark::ca {
namespace {

constexpr std::size_t kSymbols = 10, kBitsPerSymbol = 5;
// 5 of 37 check values have no symbol: a hundred redraws in a row mean that the generator is broken.
constexpr int kMaxDraws = 100;

/// Spell writes the low 5·count bits of `value`, most significant symbol first.
std::string Spell(std::uint64_t value, std::size_t count, std::string_view alphabet) {
  std::string out(count, alphabet[0]);
  for (std::size_t i = count; i-- > 0; value >>= kBitsPerSymbol) out[i] = alphabet[value & 31];
  return out;
}

template <std::size_t kSize>
Result<std::array<std::uint8_t, kSize>> Draw(const Random& random) {
  std::array<std::uint8_t, kSize> bytes{};
  CM_TRY(random(bytes));
  return bytes;
}

std::uint64_t BigEndian(ByteView bytes) {
  std::uint64_t value = 0;
  for (const std::uint8_t byte : bytes) value = value << 8 | byte;
  return value;
}

}  // namespace

Result<std::string> NewNumber(std::string_view prefix, Time now, const Random& random) {
  if (prefix != "CM" && prefix != "CO") {
    return Error{ErrorCode::kInvalidArgument, "not a prefix of numbers: " + std::string(prefix)};
  }
  const std::string head = std::string(prefix) + "-" + FormatDate(now).substr(0, 4) + "-";
  for (int draw = 0; draw < kMaxDraws; ++draw) {
    const auto bytes = CM_TRY(Draw<7>(random));  // 56 bits, of which 50 are used
    const std::string symbols = Spell(BigEndian(bytes), kSymbols, kCrockford);
    const int check = CheckSymbolValue(symbols).value();
    if (check < static_cast<int>(kCrockford.size()))
      return head + symbols + kCrockford[static_cast<std::size_t>(check)];
  }
  return Error{ErrorCode::kInternal, "the random generator gives no number with a check symbol"};
}

Result<std::string> NewId(const Random& random) {
  constexpr std::string_view kBase32 = "abcdefghijklmnopqrstuvwxyz234567";  // RFC 4648 §6, in lower case
  const auto bytes = CM_TRY(Draw<10>(random));
  const ByteView view(bytes);
  return Spell(BigEndian(view.first(5)), 8, kBase32) + Spell(BigEndian(view.last(5)), 8, kBase32);
}

Result<std::string> NewUuidUrn(const Random& random) {
  auto bytes = CM_TRY(Draw<16>(random));
  bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0f) | 0x40);  // version 4
  bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3f) | 0x80);  // variant 10
  std::string hex = HexEncode(bytes);
  for (const std::size_t at : {20, 16, 12, 8}) hex.insert(at, "-");
  return "urn:uuid:" + hex;
}

}  // namespace certmark::ca
