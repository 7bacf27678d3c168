#include "verifier-sdk/core/packed_number.h"

#include <array>

#include "verifier-sdk/core/names.h"

namespace certmark {
namespace {

// `CM-YYYY-` + ten symbols + their check symbol.
constexpr std::size_t kYearAt = 3, kSymbolsAt = 8, kSymbols = 10, kSize = kSymbolsAt + kSymbols + 1;
constexpr unsigned kSymbolBits = 50;
constexpr std::uint64_t kModulus = 37;
constexpr std::uint8_t kNoSymbol = 0xff;

constexpr std::array<std::uint8_t, 256> MakeValues() {
  std::array<std::uint8_t, 256> values{};
  values.fill(kNoSymbol);
  for (std::size_t i = 0; i < kCrockford.size(); ++i) values[static_cast<std::uint8_t>(kCrockford[i])] = i;
  return values;
}
constexpr std::array<std::uint8_t, 256> kValues = MakeValues();

}  // namespace

std::optional<std::uint64_t> PackNumber(std::string_view prefix, std::string_view text) {
  if (text.size() != kSize || !text.starts_with(prefix) || text[kSymbolsAt - 1] != '-') return std::nullopt;
  std::uint64_t year = 0;
  for (const char c : text.substr(kYearAt, 4)) {
    if (c < '0' || c > '9') return std::nullopt;
    year = 10 * year + static_cast<std::uint64_t>(c - '0');
  }
  std::uint64_t symbols = 0;
  std::uint8_t seen = 0;
  for (const char c : text.substr(kSymbolsAt, kSymbols)) {
    const std::uint8_t value = kValues[static_cast<std::uint8_t>(c)];
    seen |= value;
    symbols = symbols << 5 | (value & 31);
  }
  if (seen > 31 || kValues[static_cast<std::uint8_t>(text.back())] != symbols % kModulus) return std::nullopt;
  return year << kSymbolBits | symbols;
}

std::optional<std::string> UnpackNumber(std::string_view prefix, std::uint64_t packed) {
  const std::uint64_t year = packed >> kSymbolBits, symbols = packed & ((std::uint64_t{1} << kSymbolBits) - 1);
  if (year > 9999 || symbols % kModulus >= kCrockford.size()) return std::nullopt;
  std::string digits = std::to_string(year);
  digits.insert(0, 4 - digits.size(), '0');
  std::string text = std::string(prefix) + digits + "-";
  for (unsigned shift = kSymbolBits; shift > 0; shift -= 5) text += kCrockford[symbols >> (shift - 5) & 31];
  return text + kCrockford[symbols % kModulus];
}

}  // namespace certmark
