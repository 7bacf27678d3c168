// base64 without padding, in both alphabets, into room that is there already: for whoever reads millions of tokens.
// With allocation, padding and messages: Base64Decode and Base64UrlDecode in bytes.h.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace certmark::base64 {

/// Halves tell a symbol by the two halves of its code: `high` and `low` have no bit in common where the halves are
/// one's. Its value is its code plus what `shift` has for the upper half; but plus `last_shift` more for the last
/// symbol, whose upper half other symbols have as well.
struct Halves {
  std::array<std::uint8_t, 16> low{}, high{}, shift{};
  std::uint8_t last_shift = 0;
};

/// Alphabet maps values to symbols and back.
struct Alphabet {
  static constexpr std::uint8_t kNoSymbol = 0xff;

  std::string_view symbols;                ///< 64 of them
  std::array<std::uint8_t, 256> values{};  ///< kNoSymbol for what is none
  Halves halves;

  explicit constexpr Alphabet(std::string_view the_symbols) : symbols(the_symbols) {
    values.fill(kNoSymbol);
    for (std::size_t i = 0; i < symbols.size(); ++i) values[static_cast<std::uint8_t>(symbols[i])] = i;
    FillHalves();
  }
  constexpr std::uint8_t ValueOf(char c) const { return values[static_cast<std::uint8_t>(c)]; }

 private:
  constexpr void FillHalves() {
    constexpr unsigned kFirst = 2, kLast = 7;  // upper halves that symbols have: a bit for each, and one for all others
    constexpr std::uint8_t kOther = 1 << (kLast - kFirst + 1);
    const auto last = static_cast<std::uint8_t>(symbols.back());
    halves.low.fill(kOther);
    halves.high.fill(kOther);
    for (unsigned high = kFirst; high <= kLast; ++high) {
      const auto bit = static_cast<std::uint8_t>(1 << (high - kFirst));
      halves.high[high] = bit;
      for (unsigned low = 0; low < 16; ++low) {
        const unsigned code = high << 4 | low;
        if (values[code] == kNoSymbol) {
          halves.low[low] |= bit;
        } else if (code != last) {
          halves.shift[high] = static_cast<std::uint8_t>(values[code] - code);
        }
      }
    }
    halves.last_shift = static_cast<std::uint8_t>(values[last] - last - halves.shift[last >> 4]);
  }
};

/// RFC 4648 §4 and §5.
inline constexpr Alphabet kStandard("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
inline constexpr Alphabet kUrl("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

/// Room is how many bytes of room Decode needs for a text of `size` characters: it writes ahead of itself.
constexpr std::size_t Room(std::size_t size) {
  return size / 4 * 3 + 32;
}

/// Decode writes what `text`, without padding, stands for to the beginning of `out` and returns how many bytes that
/// are. Nothing: a character that is no symbol, a length that no text has, trailing bits that are not zero (RFC 4648
/// §3.5). What else it wrote to `out` means nothing. REQUIRES: `out` has at least Room(text.size()) bytes.
std::optional<std::size_t> Decode(const Alphabet& alphabet, std::string_view text, std::span<std::uint8_t> out);

}  // namespace certmark::base64
