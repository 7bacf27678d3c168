#include "verifier-sdk/core/base64.h"

#include <gtest/gtest.h>

#include <random>

#include "verifier-sdk/core/bytes.h"

namespace certmark {
namespace {

std::optional<Bytes> Decode(const base64::Alphabet& alphabet, std::string_view text) {
  Bytes room(base64::Room(text.size()));
  const auto size = base64::Decode(alphabet, text, room);
  if (!size) return std::nullopt;
  room.resize(*size);
  return room;
}

// Plainly reads six bits a character, one after the other, and refuses what is left over unless it is zero and no
// whole character (RFC 4648 §3.5, §4).
std::optional<Bytes> Plainly(std::string_view symbols, std::string_view text) {
  Bytes bytes;
  unsigned held = 0, bits = 0;
  for (const char c : text) {
    const std::size_t value = symbols.find(c);
    if (value == symbols.npos) return std::nullopt;
    held = held << 6 | static_cast<unsigned>(value);
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push_back(static_cast<std::uint8_t>(held >> bits));
    held &= (1u << bits) - 1;
  }
  return bits < 6 && held == 0 ? std::optional(bytes) : std::nullopt;
}

class Base64 : public testing::TestWithParam<const base64::Alphabet*> {
 protected:
  const base64::Alphabet& alphabet_ = *GetParam();
};

TEST_P(Base64, ReadsWhatWasWritten) {
  std::mt19937 random(1);
  for (std::size_t size = 0; size < 400; ++size) {
    Bytes bytes(size);
    for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random());
    std::string text = &alphabet_ == &base64::kUrl ? Base64UrlEncode(bytes) : Base64Encode(bytes);
    while (text.ends_with('=')) text.pop_back();
    EXPECT_EQ(Decode(alphabet_, text), bytes) << size;
  }
}

TEST_P(Base64, AgreesWithAPlainReadingOnEveryCharacterEverywhere) {
  for (const std::size_t size : {100, 101, 102}) {
    const std::string good = Base64UrlEncode(Bytes(size, 0));  // 'A' everywhere, which both alphabets have
    for (std::size_t at = 0; at < good.size(); ++at) {
      for (int code = 0; code < 256; ++code) {
        std::string text = good;
        text[at] = static_cast<char>(code);
        ASSERT_EQ(Decode(alphabet_, text), Plainly(alphabet_.symbols, text)) << at << " " << code;
      }
    }
  }
}

TEST_P(Base64, RefusesImpossibleLengths) {
  EXPECT_FALSE(Decode(alphabet_, "A"));
  EXPECT_FALSE(Decode(alphabet_, std::string(33, 'A')));
  EXPECT_FALSE(Decode(alphabet_, "AB"));  // trailing bits
  EXPECT_TRUE(Decode(alphabet_, "AA"));
}

INSTANTIATE_TEST_SUITE_P(OfBothAlphabets, Base64, testing::Values(&base64::kStandard, &base64::kUrl),
                         [](const auto& given) { return given.param == &base64::kUrl ? "Url" : "Standard"; });

}  // namespace
}  // namespace certmark
