#include "verifier-sdk/core/status_list.h"

#include <gtest/gtest.h>

#include "tests/support/test_authority.h"

// What a status token may be wrong in is judged through Verify, row by row, in verify_rows_status.cc.
namespace certmark::testing {
namespace {

TEST(StatusBits, AreBornRevoked) {
  const StatusBits bits;
  for (const std::uint32_t index : {0u, 1u, 4711u, kStatusListEntries - 1}) {
    EXPECT_EQ(bits.at(index), StatusValue::kRevoked);
  }
  for (const std::uint8_t byte : bits.bytes()) ASSERT_EQ(byte, 0x55);
}

// draft-ietf-oauth-status-list-21 §4: two bits an entry, the first in the least significant ones.
TEST(StatusBits, LieLeastSignificantFirst) {
  StatusBits bits;
  bits.set(0, StatusValue::kRevoked);
  bits.set(1, StatusValue::kSuspended);
  bits.set(2, StatusValue::kValid);
  bits.set(3, StatusValue::kEnded);
  bits.set(4, StatusValue::kValid);
  bits.set(5, StatusValue::kRevoked);
  bits.set(6, StatusValue::kValid);
  bits.set(7, StatusValue::kRevoked);
  bits.set(8, StatusValue::kRevoked);
  bits.set(9, StatusValue::kSuspended);
  bits.set(10, StatusValue::kEnded);
  bits.set(11, StatusValue::kEnded);
  // The example of the draft: these twelve entries are the bytes C9 44 F9.
  EXPECT_EQ(HexEncode(bits.bytes().first(3)), "c944f9");
}

TEST(StatusBits, SetOneEntryAndNoOther) {
  for (const std::uint32_t index : {1u, 2u, 3u, 4u, 65535u, kStatusListEntries - 2}) {
    for (const auto value :
         {StatusValue::kValid, StatusValue::kSuspended, StatusValue::kEnded, StatusValue::kRevoked}) {
      StatusBits bits;
      bits.set(index, value);
      EXPECT_EQ(bits.at(index - 1), StatusValue::kRevoked);
      EXPECT_EQ(bits.at(index), value);
      EXPECT_EQ(bits.at(index + 1), StatusValue::kRevoked);
    }
  }
}

TEST(StatusBitsDeathTest, DieBeyondTheList) {
  EXPECT_DEATH((void)StatusBits().at(kStatusListEntries), "beyond the list");
  EXPECT_DEATH(StatusBits().set(kStatusListEntries, StatusValue::kValid), "beyond the list");
}

TEST(StatusBits, SurviveDeflating) {
  StatusBits bits;
  for (std::uint32_t i = 0; i < kStatusListEntries; i += 7) bits.set(i, static_cast<StatusValue>(i % 4));
  const auto read = StatusBits::Inflate(Deflate(bits.bytes()));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_TRUE(Equal(read->bytes(), bits.bytes()));
}

TEST(StatusBits, AreNeverInflatedFromAPart) {
  const Bytes whole = Deflate(StatusBits().bytes());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(StatusBits::Inflate(ByteView(whole).first(size))) << size;
  }
}

struct StreamRow {
  const char* name;
  Bytes stream;
};

TEST(StatusBits, RefuseWhatIsNotOneZlibStreamOfTheirSize) {
  const Bytes good = Deflate(StatusBits().bytes());
  Bytes trailing = good, twice = good, bad_sum = good, bad_header = good, gzip = good,
        raw(good.begin() + 2, good.end() - 4);
  trailing.push_back(0);
  twice.insert(twice.end(), good.begin(), good.end());
  bad_sum.back() ^= 1;
  bad_header[0] = 0x79;
  gzip[0] = 0x1f, gzip[1] = 0x8b;
  Bytes dictionary = good;
  dictionary[1] = 0x20;  // FDICT, with the check bits that go with it
  while ((dictionary[0] * 256 + dictionary[1]) % 31 != 0) ++dictionary[1];
  const StreamRow rows[] = {
      {"nothing", {}},
      {"a byte", {0x78}},
      {"a header alone", {0x78, 0x01}},
      {"a byte after the stream", trailing},
      {"two streams", twice},
      {"a wrong check sum", bad_sum},
      {"a wrong header", bad_header},
      {"gzip", gzip},
      {"raw deflate", raw},
      {"a preset dictionary", dictionary},
      {"an empty list", Deflate({})},
      {"a byte less", Deflate(Bytes(kStatusListBytes - 1))},
      {"a byte more", Deflate(Bytes(kStatusListBytes + 1))},
      {"twice the size", Deflate(Bytes(2 * kStatusListBytes))},
      {"a bomb", Deflate(Bytes(32 * 1024 * 1024))},
      {"noise", Bytes(1000, 0xa5)},
      {"stored, and over 64 KiB", Bytes(kMaxStatusTokenBytes + 1, 0x78)},
  };
  for (const StreamRow& row : rows) {
    const auto bits = StatusBits::Inflate(row.stream);
    EXPECT_FALSE(bits) << row.name;
    if (bits) continue;
    EXPECT_EQ(bits.error().code, ErrorCode::kInvalidArgument) << row.name;
  }
}

std::string Token(std::string_view payload) {
  static const TestKey key = TestKey::P256();
  return SignJws("ES256", key.kid(), "statuslist+jwt", {Bytes{1}, Bytes{2}}, payload, key);
}

std::string Payload() {
  return R"({"iss":"https://ca.example","sub":"https://ca.example/status/3","iat":100,"ttl":300,"exp":86500,)"
         R"("status_list":{"bits":2,"lst":")" +
         MakeLst(StatusBits().bytes()) + "\"}}";
}

TEST(StatusToken, IsReadMemberByMember) {
  const auto token = StatusToken::Parse(Token(Payload()));
  ASSERT_TRUE(token) << token.error().message;
  EXPECT_EQ(token->iss, "https://ca.example");
  EXPECT_EQ(token->sub, "https://ca.example/status/3");
  EXPECT_EQ(token->iat, FromEpoch(100));
  EXPECT_EQ(token->exp, FromEpoch(86500));
  EXPECT_EQ(token->ttl, 300u);
  EXPECT_EQ(token->jws.x5c, (std::vector<Bytes>{{1}, {2}}));
  EXPECT_EQ(token->bits.at(0), StatusValue::kRevoked);
}

TEST(StatusToken, MayBeSixtyFourKibibytesAndNoMore) {
  std::string payload = Payload();
  while (Token(payload + "   ").size() <= kMaxStatusTokenBytes) payload += "   ";
  EXPECT_TRUE(StatusToken::Parse(Token(payload)));
  EXPECT_FALSE(StatusToken::Parse(Token(payload + "   ")));
}

}  // namespace
}  // namespace certmark::testing
