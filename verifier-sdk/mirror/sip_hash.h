// SipHash (Aumasson and Bernstein, 2012): a hash of short texts that nobody can aim who does not know its key.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <random>

#include "verifier-sdk/core/bytes.h"

namespace certmark::mirror {

static_assert(std::endian::native == std::endian::little, "words are loaded as they lie");

using SipKey = std::array<std::uint64_t, 2>;

/// DrawSipKey draws a key, which is whoever holds it alone's to know: no hash under it is shown to anybody.
inline SipKey DrawSipKey() {
  std::random_device device;
  const auto word = [&] { return std::uint64_t{device()} << 32 | device(); };
  return {word(), word()};
}

/// SipHash is SipHash-`rounds`-`last_rounds` of `first`, as eight bytes with the lowest first, and `rest` after them.
/// One and three, as in the hash tables of Rust and Python, are enough where hashes are shown to nobody.
template <int rounds = 1, int last_rounds = 3>
std::uint64_t SipHash(const SipKey& key, std::uint64_t first, ByteView rest) {
  std::uint64_t a = key[0] ^ 0x736f6d6570736575, b = key[1] ^ 0x646f72616e646f6d;
  std::uint64_t c = key[0] ^ 0x6c7967656e657261, d = key[1] ^ 0x7465646279746573;
  const auto mix = [&](int times) {
    for (int i = 0; i < times; ++i) {
      a += b, c += d;
      b = std::rotl(b, 13) ^ a, d = std::rotl(d, 16) ^ c;
      a = std::rotl(a, 32) + d, c += b;
      b = std::rotl(b, 17) ^ c, d = std::rotl(d, 21) ^ a;
      c = std::rotl(c, 32);
    }
  };
  const auto take = [&](std::uint64_t word) {
    d ^= word;
    mix(rounds);
    a ^= word;
  };
  take(first);
  const std::size_t whole = rest.size() / 8 * 8;
  for (std::size_t at = 0; at < whole; at += 8) {
    std::uint64_t word;
    std::memcpy(&word, rest.data() + at, sizeof word);
    take(word);
  }
  std::uint64_t last = 0;
  if (whole < rest.size()) std::memcpy(&last, rest.data() + whole, rest.size() - whole);
  take(last | static_cast<std::uint64_t>(rest.size() + sizeof first) << 56);
  c ^= 0xff;
  mix(last_rounds);
  return a ^ b ^ c ^ d;
}

}  // namespace certmark::mirror
