// SipHash is what others compute.
#include "verifier-sdk/mirror/sip_hash.h"

#include <gtest/gtest.h>

#include <string>

namespace certmark::mirror {
namespace {

template <int rounds, int last_rounds>
std::uint64_t Of(const SipKey& key, std::string_view message) {
  std::uint64_t first = 0;
  std::memcpy(&first, message.data(), sizeof first);
  return SipHash<rounds, last_rounds>(key, first, AsBytes(message.substr(sizeof first)));
}

TEST(SipHash, IsThatOfThePaper) {  // its appendix A
  std::string message;
  for (char c = 0; c < 15; ++c) message += c;
  EXPECT_EQ((Of<2, 4>({0x0706050403020100, 0x0f0e0d0c0b0a0908}, message)), 0xa129ca6149be45e5);
}

// CPython 3.11 hashes bytes by SipHash-1-3; these are its hash() with PYTHONHASHSEED=1, which makes this key.
TEST(SipHash, WithFewerRoundsIsThatOfPython) {
  constexpr SipKey kKey = {0xaed66ce184be2329, 0xebe9bbf1f1499052};
  struct Case {
    std::size_t size;
    std::uint64_t hash;
  };
  for (const Case& one : {Case{8, 0x8597692664bda177}, Case{9, 0x8df24bda86fee78}, Case{15, 0x875d8ad6734392d9},
                          Case{16, 0xc4987b29aa63949}, Case{17, 0x8ff4046f504e2130}, Case{33, 0x258c238b59f45d53},
                          Case{64, 0x4ca303fd057d5a46}}) {
    std::string message;
    for (std::size_t i = 0; i < one.size; ++i) message += static_cast<char>(i * 7 + one.size);
    EXPECT_EQ((Of<1, 3>(kKey, message)), one.hash) << one.size;
  }
}

}  // namespace
}  // namespace certmark::mirror
