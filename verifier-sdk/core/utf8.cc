#include "verifier-sdk/core/utf8.h"

#include <cstddef>
#include <cstdint>

namespace certmark {
namespace {

// Sequence says how many bytes follow a first byte, and what the second may be (RFC 3629 §4): that range is what keeps
// out overlong forms, surrogates and everything above U+10FFFF.
struct Sequence {
  std::size_t more;
  std::uint8_t low, high;
};

// SequenceOf returns nothing (`more` above 3) for a byte that begins no character.
Sequence SequenceOf(std::uint8_t first) {
  if (first < 0x80) return {0, 0, 0};
  if (first < 0xc2) return {4, 0, 0};
  if (first < 0xe0) return {1, 0x80, 0xbf};
  if (first == 0xe0) return {2, 0xa0, 0xbf};
  if (first == 0xed) return {2, 0x80, 0x9f};
  if (first < 0xf0) return {2, 0x80, 0xbf};
  if (first == 0xf0) return {3, 0x90, 0xbf};
  if (first < 0xf4) return {3, 0x80, 0xbf};
  if (first == 0xf4) return {3, 0x80, 0x8f};
  return {4, 0, 0};
}

}  // namespace

bool IsUtf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto at = [&](std::size_t j) { return static_cast<std::uint8_t>(text[j]); };
    const Sequence sequence = SequenceOf(at(i));
    if (sequence.more > 3 || text.size() - i <= sequence.more) return false;
    if (sequence.more > 0 && (at(i + 1) < sequence.low || at(i + 1) > sequence.high)) return false;
    for (std::size_t j = 2; j <= sequence.more; ++j) {
      if (at(i + j) >> 6 != 2) return false;
    }
    i += 1 + sequence.more;
  }
  return true;
}

}  // namespace certmark
