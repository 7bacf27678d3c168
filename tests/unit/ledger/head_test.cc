#include "ledger/head.h"

#include <gtest/gtest.h>

namespace certmark::ledger {
namespace {

Head TwoLogs() {
  Head head;
  head.version = 7;
  head.time = FromEpoch(0x0102030405);
  head.logs[0] = {{1, LeafHash(AsBytes("record"))}, 0, 0};
  head.logs[2] = {{0x0102, LeafHash(AsBytes("public"))}, 0x0102, 0x0101};
  return head;
}

TEST(Head, OfAnEmptyStoreIsEmptyBytes) {
  const Head head = Head::Decode({}).value();
  EXPECT_EQ(head.version, 0u);
  EXPECT_EQ(head.log(1), LogHead{});
  EXPECT_EQ(head.Encode(), Bytes{});
}

TEST(Head, ReadsWhatItWrote) {
  const Bytes bytes = TwoLogs().Encode();
  ASSERT_EQ(bytes.size(), 16u + 2 * 60);
  EXPECT_EQ(HexEncode(ByteView(bytes).first(28)),
            "0000000000000007"
            "0000000102030405"
            "00000000"
            "0000000000000001");
  EXPECT_EQ(HexEncode(ByteView(bytes).last(16)),
            "0000000000000102"
            "0000000000000101");
  const Head read = Head::Decode(bytes).value();
  EXPECT_EQ(read.version, 7u);
  EXPECT_EQ(read.time, TwoLogs().time);
  EXPECT_EQ(read.logs, TwoLogs().logs);
  EXPECT_EQ(read.tree(2).size, 0x0102u);
}

TEST(Head, RefusesBytesThatItDidNotWrite) {
  const Bytes good = TwoLogs().Encode();
  struct Row {
    const char* mutation;
    std::function<void(Bytes&)> apply;
  };
  const Row rows[] = {
      {"a byte short", [](Bytes& b) { b.pop_back(); }},
      {"a byte long", [](Bytes& b) { b.push_back(0); }},
      {"one byte", [](Bytes& b) { b.resize(1); }},
      {"version 0", [](Bytes& b) { b[7] = 0; }},
      {"logs in another order", [](Bytes& b) { b[16 + 3] = 3; }},
      {"a log twice", [](Bytes& b) { b[16 + 3] = 2; }},
      {"a time beyond any calendar", [](Bytes& b) { b[8] = 1; }},
      {"size beyond 2^63", [](Bytes& b) { b[20] = 0x80; }},
      {"an empty tree with a root", [](Bytes& b) { b[27] = 0; }},
      {"published beyond the tree", [](Bytes& b) { b[b.size() - 9] = 3; }},
      {"exposed beyond what is published", [](Bytes& b) { b[b.size() - 1] = 3; }},
  };
  for (const Row& row : rows) {
    Bytes bytes = good;
    row.apply(bytes);
    const auto head = Head::Decode(bytes);
    ASSERT_FALSE(head) << row.mutation;
    EXPECT_EQ(head.error().code, ErrorCode::kCorruption) << row.mutation;
  }
}

TEST(Head, KeysSortByLogThenNumber) {
  EXPECT_LT(EntryKey(0, ~0ull), EntryKey(1, 0));
  EXPECT_LT(EntryKey(1, 255), EntryKey(1, 256));
  EXPECT_LT(TileKey(1, 0, ~0ull), TileKey(1, 1, 0));
  EXPECT_LT(CheckpointKey(1, 9), CheckpointKey(1, 10));
  EXPECT_EQ(HexEncode(TileKey(0x01020304, 5, 6)),
            "01020304"
            "05"
            "0000000000000006");
}

TEST(Head, NumbersAreEightBytes) {
  EXPECT_EQ(HexEncode(EncodeU64(0x0102030405060708)), "0102030405060708");
  EXPECT_EQ(DecodeU64(EncodeU64(~0ull)).value(), ~0ull);
  EXPECT_EQ(DecodeU64(Bytes(7)).error().code, ErrorCode::kCorruption);
  EXPECT_EQ(DecodeU64(Bytes(9)).error().code, ErrorCode::kCorruption);
}

}  // namespace
}  // namespace certmark::ledger
