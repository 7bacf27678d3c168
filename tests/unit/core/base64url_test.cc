#include "verifier-sdk/core/base64url.h"

#include <gtest/gtest.h>

#include <random>

#include "verifier-sdk/core/bytes.h"

namespace certmark {
namespace {

std::optional<Bytes> Decode(std::string_view text) {
  Bytes room(Base64UrlRoom(text.size()));
  const auto size = DecodeBase64Url(text, room);
  if (!size) return std::nullopt;
  room.resize(*size);
  return room;
}

TEST(DecodeBase64Url, ReadsWhatWasWritten) {
  std::mt19937 random(1);
  for (std::size_t size = 0; size < 400; ++size) {
    Bytes bytes(size);
    for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random());
    EXPECT_EQ(Decode(Base64UrlEncode(bytes)), bytes) << size;
  }
}

// Plainly reads base64url by base64's decoder, which shares nothing with what is tested.
std::optional<Bytes> Plainly(std::string text) {
  for (char& c : text) {
    if (c == '+' || c == '/' || c == '=') return std::nullopt;
    if (c == '-') c = '+';
    if (c == '_') c = '/';
  }
  text.append((4 - text.size() % 4) % 4, '=');
  auto bytes = Base64Decode(text);
  return bytes ? std::optional(*std::move(bytes)) : std::nullopt;
}

TEST(DecodeBase64Url, AgreesWithBase64OnEveryCharacterEverywhere) {
  const std::string good = Base64UrlEncode(Bytes(100, 0x5a));
  for (std::size_t at = 0; at < good.size(); ++at) {
    for (int code = 0; code < 256; ++code) {
      std::string text = good;
      text[at] = static_cast<char>(code);
      ASSERT_EQ(Decode(text), Plainly(text)) << at << " " << code;
    }
  }
}

TEST(DecodeBase64Url, RefusesImpossibleLengths) {
  EXPECT_FALSE(Decode("A"));
  EXPECT_FALSE(Decode(std::string(33, 'A')));
  EXPECT_FALSE(Decode("AB"));  // trailing bits
  EXPECT_TRUE(Decode("AA"));
}

}  // namespace
}  // namespace certmark
