#include "ledger/row_set.h"

#include <gtest/gtest.h>

#include <vector>

namespace certmark::ledger {
namespace {

constexpr RowNumber kLargest = (RowNumber{1} << 124) - 1;

Hash Leaf(std::uint8_t first) {
  Hash leaf;
  leaf.bytes.front() = first;
  return leaf;
}

// Largest has every bit of every number set, so that each carry there can be is met.
Hash Largest() {
  Hash leaf;
  leaf.bytes.fill(0xff);
  return leaf;
}
RowKey LargestKey() {
  RowKey key;
  key.factors.fill(kLargest);
  key.point = kLargest;
  return key;
}

class RowSetTest : public ::testing::TestWithParam<RowKey> {
 protected:
  struct Row {
    Hash leaf;
    std::uint64_t index;
  };
  static RowSet Of(const std::vector<Row>& rows) {
    RowSet set;
    for (const Row& row : rows) set.Add(GetParam(), row.leaf, row.index);
    return set;
  }
};

TEST_P(RowSetTest, IsTheSameInAnyOrderAndInAnyParts) {
  const Row a{Leaf(1), 1}, b{Largest(), ~std::uint64_t{0}}, c{Leaf(3), 3}, d{Largest(), 4};
  RowSet parts = Of({d, b});
  parts.Add(Of({a}));
  parts.Add(RowSet());
  parts.Add(Of({c}));
  EXPECT_EQ(parts, Of({a, b, c, d}));
  EXPECT_EQ(parts.count(), 4u);
}

TEST_P(RowSetTest, IsAnotherWhenAPairIsMissingOrThereTwice) {
  const Row a{Leaf(1), 1}, b{Leaf(2), 2};
  EXPECT_NE(Of({a, b}), Of({a}));
  EXPECT_NE(Of({a, b}), Of({a, b, b}));
  EXPECT_NE(Of({a, a}), Of({b, b}));
}

TEST_P(RowSetTest, IsAnotherWhenPairsExchangeTheirIndices) {
  EXPECT_NE(Of({{Leaf(1), 1}, {Leaf(2), 2}}), Of({{Leaf(1), 2}, {Leaf(2), 1}}));
}

TEST_P(RowSetTest, IsAnotherWhenAnyByteOfAPairIs) {
  const RowSet set = Of({{Leaf(1), 1}});
  for (std::size_t i = 0; i < Hash::kSize; ++i) {
    Row other{Leaf(1), 1};
    other.leaf.bytes[i] ^= 0x80;
    EXPECT_NE(set, Of({other})) << "byte " << i;
  }
  EXPECT_NE(set, Of({{Leaf(1), 1 | std::uint64_t{1} << 63}}));
}

TEST_P(RowSetTest, IsNoSetOfPairsOnceItIsSpoiled) {
  RowSet spoiled = Of({{Leaf(1), 1}});
  spoiled.Spoil();
  EXPECT_NE(spoiled, Of({{Leaf(1), 1}, {Hash{}, 0}}));
  RowSet all = Of({{Leaf(3), 3}});
  all.Add(spoiled);
  EXPECT_NE(all, Of({{Leaf(1), 1}, {Leaf(3), 3}, {Hash{}, 0}}));
}

INSTANTIATE_TEST_SUITE_P(AnyKey, RowSetTest, ::testing::Values(DrawRowKey(), LargestKey()));

// With such a key a pair's factor is 100 less its index, and what products agree can be told beforehand.
TEST(RowSet, MultipliesWhatIsLeftOfThePoint) {
  RowKey key;
  key.point = 100;
  key.factors.back() = 1;  // the index alone
  const auto of = [&](std::initializer_list<std::uint64_t> indices) {
    RowSet set;
    for (const std::uint64_t index : indices) set.Add(key, Hash{}, index);
    return set;
  };
  EXPECT_EQ(of({7, 9}), of({9, 7}));
  EXPECT_EQ(of({94, 96}), of({98, 88})) << "6 · 4 = 2 · 12";
  EXPECT_EQ(of({101, 103}), of({97, 99})) << "-1 · -3 = 3 · 1";
  EXPECT_NE(of({94, 96}), of({98, 89}));
}

TEST(RowSet, IsKeyedAnewForEachComparison) {
  const RowKey a = DrawRowKey(), b = DrawRowKey();
  EXPECT_TRUE(a.factors != b.factors && a.point != b.point);
  EXPECT_LE(a.point, kLargest);
}

}  // namespace
}  // namespace certmark::ledger
