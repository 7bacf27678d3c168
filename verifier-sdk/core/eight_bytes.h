// Eight bytes of a text looked at together, as one number: for whoever searches millions of texts for a character.
#pragma once

#include <cstdint>

namespace certmark {

/// kHighBits has the highest bit of each byte: those by which Zeros and Below mark one.
inline constexpr std::uint64_t kHighBits = 0x8080808080808080;

/// Spread is `byte` in each of eight.
constexpr std::uint64_t Spread(std::uint8_t byte) {
  return 0x0101010101010101 * byte;
}

/// Below marks the bytes of `bytes` that are less than `limit`, which is 128 at most. It is 0 iff there is none; the
/// lowest mark is always right, and those above it may not be.
constexpr std::uint64_t Below(std::uint64_t bytes, std::uint8_t limit) {
  return (bytes - Spread(limit)) & ~bytes & kHighBits;
}

/// Zeros marks the bytes that are zero, likewise.
constexpr std::uint64_t Zeros(std::uint64_t bytes) {
  return Below(bytes, 1);
}

}  // namespace certmark
