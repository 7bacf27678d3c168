#include "verifier-sdk/core/hash.h"

#include <gtest/gtest.h>

#include <thread>

namespace certmark {
namespace {

constexpr std::string_view kAbc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

TEST(Sha256, AgreesWithTheStandardsVectors) {
  EXPECT_EQ(Sha256(AsBytes("")).Hex(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(Sha256(AsBytes("abc")).Hex(), kAbc);
  EXPECT_EQ(Sha256(AsBytes(std::string(1'000'000, 'a'))).Hex(),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, HashesPartsAsOneText) {
  EXPECT_EQ(Sha256({AsBytes("a"), ByteView(), AsBytes("bc")}).Hex(), kAbc);
  EXPECT_EQ(Sha256({}), Sha256(ByteView()));
}

TEST(Sha256, KeepsThreadsApart) {
  std::vector<Hash> hashes(4);
  {
    std::vector<std::jthread> threads;
    for (Hash& hash : hashes) {
      threads.emplace_back([&hash] {
        for (int i = 0; i < 1000; ++i) hash = Sha256(AsBytes("abc"));
      });
    }
  }
  for (const Hash& hash : hashes) EXPECT_EQ(hash.Hex(), kAbc);
}

TEST(Hash, ReadsBackItsOwnText) {
  const Hash hash = Sha256(AsBytes("abc"));
  EXPECT_EQ(*Hash::FromHex(hash.Hex()), hash);
  EXPECT_EQ(*Hash::FromBase64(hash.Base64()), hash);
  EXPECT_EQ(hash.Base64(), "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
}

TEST(Hash, IsExactly32Bytes) {
  const Bytes bytes(33, 1);
  EXPECT_TRUE(Hash::FromBytes(ByteView(bytes).first(32)).has_value());
  EXPECT_FALSE(Hash::FromBytes(ByteView(bytes).first(31)).has_value());
  EXPECT_FALSE(Hash::FromBytes(bytes).has_value());
  EXPECT_FALSE(Hash::FromBytes({}).has_value());
}

TEST(Hash, TakesNoOtherHex) {
  const std::string hex(kAbc);
  EXPECT_FALSE(Hash::FromHex(hex.substr(1)).has_value());
  EXPECT_FALSE(Hash::FromHex(hex.substr(2)).has_value());
  EXPECT_FALSE(Hash::FromHex(hex + "00").has_value());
  EXPECT_FALSE(Hash::FromHex("BA" + hex.substr(2)).has_value());
}

TEST(Hash, TakesNoOtherBase64) {
  const std::string text = "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=";
  ASSERT_TRUE(Hash::FromBase64(text));
  EXPECT_FALSE(Hash::FromBase64(text.substr(0, 43)));         // without padding
  EXPECT_FALSE(Hash::FromBase64(text.substr(0, 41) + "A=="));  // 31 bytes
  EXPECT_FALSE(Hash::FromBase64(text.substr(0, 43) + "A"));   // 33
  EXPECT_FALSE(Hash::FromBase64(text.substr(0, 40)));         // 30
  EXPECT_FALSE(Hash::FromBase64(text + "AAAA"));
  EXPECT_FALSE(Hash::FromBase64(""));
  EXPECT_FALSE(Hash::FromBase64("_" + text.substr(1)));       // of base64url
  EXPECT_FALSE(Hash::FromBase64(text.substr(0, 42) + "1="));  // trailing bits that are not zero
  EXPECT_FALSE(Hash::FromBase64(text.substr(0, 20) + "=" + text.substr(21)));
}

TEST(Hash, OrdersByItsBytes) {
  Hash low, high;
  high.bytes[0] = 0x80;
  low.bytes[31] = 0xff;
  EXPECT_LT(Hash(), low);
  EXPECT_LT(low, high);
}

}  // namespace
}  // namespace certmark
