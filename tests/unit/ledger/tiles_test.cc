#include "ledger/tiles.h"

#include <gtest/gtest.h>

#include "ledger/memory_store.h"
#include "tests/support/rfc_tree.h"

namespace certmark::ledger {
namespace {

using testing::RfcTree;

struct NameRow {
  const char* path;
  std::optional<std::uint8_t> level;
  std::uint64_t number;
  unsigned width;
};

TEST(TileName, ReadsAndWritesItsOneSpelling) {
  const NameRow rows[] = {
      {"0/000", 0, 0, 256},
      {"0/067", 0, 67, 256},
      {"0/999", 0, 999, 256},
      {"1/x001/000", 1, 1000, 256},
      {"5/x001/x234/067", 5, 1234067, 256},  // the example of c2sp.org/tlog-tiles
      {"0/x001/x234/067.p/1", 0, 1234067, 1},
      {"0/000.p/255", 0, 0, 255},
      {"entries/000", std::nullopt, 0, 256},
      {"entries/x012/345.p/9", std::nullopt, 12345, 9},
      {"0/x999/x999/x999/x999/x999/999", 0, 999'999'999'999'999'999, 256},
  };
  for (const NameRow& row : rows) {
    const auto name = TileName::Parse(row.path);
    ASSERT_TRUE(name) << row.path;
    EXPECT_EQ(name->level, row.level) << row.path;
    EXPECT_EQ(name->number, row.number) << row.path;
    EXPECT_EQ(name->width, row.width) << row.path;
    EXPECT_EQ(name->ToPath(), row.path);
  }
}

TEST(TileName, RefusesEveryOtherSpelling) {
  const char* paths[] = {
      "",
      "0",
      "0/",
      "/000",
      "00/000",      // level with a leading zero
      "6/000",       // no such level
      "-1/000",      //
      "a/000",       //
      "0/0",         // digits missing
      "0/0000",      // a digit too many
      "0/x000",      // no last group
      "0/x000/000",  // leading group of zeros
      "0/x000/x001/000",
      "0/001/000",                            // x missing
      "0/x001/x000",                          // x too many
      "0/X001/000",                           //
      "0/x01/000",                            //
      "0/x001//000",                          //
      "0/x001/000/",                          //
      "0/000/",                               //
      "0/ 00",                                //
      "0/+00",                                //
      "0/000.p",                              //
      "0/000.p/",                             //
      "0/000.p/0",                            // no such width
      "0/000.p/256",                          // a full tile is spelled without
      "0/000.p/01",                           // leading zero
      "0/000.p/1000",                         //
      "0/000.p/1/",                           //
      "0/000.p/1.p/1",                        //
      "0/000.P/1",                            //
      "0.p/1",                                //
      "entries",                              //
      "entries/",                             //
      "Entries/000",                          //
      "0/x999/x999/x999/x999/x999/x999/999",  // beyond any log
  };
  for (const char* path : paths) {
    const auto name = TileName::Parse(path);
    ASSERT_FALSE(name) << path;
    EXPECT_EQ(name.error().code, ErrorCode::kInvalidArgument) << path;
  }
}

TEST(Tiles, WidthAtCountsWhatATreeHas) {
  struct Row {
    std::uint64_t size;
    std::uint8_t level;
    std::uint64_t number;
    unsigned width;
  };
  constexpr std::uint64_t kMost = std::uint64_t{1} << 63;
  const Row rows[] = {
      {0, 0, 0, 0},
      {1, 0, 0, 1},
      {255, 0, 0, 255},
      {256, 0, 0, 256},
      {256, 0, 1, 0},
      {257, 0, 1, 1},
      {255, 1, 0, 0},
      {256, 1, 0, 1},
      {511, 1, 0, 1},
      {65536, 1, 0, 256},
      {65536, 1, 1, 0},
      {65536, 2, 0, 1},
      {1, 0, kMost, 0},
      {1, 0, ~0ull, 0},
      {kMost, 7, 0, 128},
      {kMost, 8, 0, 0},
      {kMost, 255, 0, 0},
      {kMost, 0, ~0ull, 0},
      {kMost, 0, kMost / 256 - 1, 256},
      {kMost, 0, kMost / 256, 0},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(WidthAt(row.size, row.level, row.number), row.width)
        << row.size << " " << int{row.level} << " " << row.number;
  }
}

class TileNodesTest : public ::testing::Test {
 protected:
  TileNodesTest() {
    Bytes row;
    for (int i = 0; i < 5; ++i) row.insert(row.end(), tree_.leaves()[i].bytes.begin(), tree_.leaves()[i].bytes.end());
    PutTile(0, 0, row);
  }
  void PutTile(std::uint8_t level, std::uint64_t number, Bytes row) {
    const Bytes head = store_->Head().value();
    ASSERT_TRUE(store_->Commit(head, Batch{head, {{Column::kTile, TileKey(1, level, number), std::move(row)}}}));
  }

  RfcTree tree_ = RfcTree::OfSize(8);
  std::unique_ptr<Store> store_ = MakeMemoryStore();
  TileNodes nodes_{*store_, 1};
};

TEST_F(TileNodesTest, FoldsWithinATile) {
  EXPECT_EQ(nodes_.Node(0, 4).value(), tree_.leaves()[4]);
  EXPECT_EQ(nodes_.Node(1, 1).value(), tree_.Root(2, 4));
  EXPECT_EQ(nodes_.Node(2, 0).value(), tree_.Root(0, 4));
}

TEST_F(TileNodesTest, DoesNotFindWhatIsNotWhollyThere) {
  struct Row {
    unsigned height;
    std::uint64_t index;
  };
  const Row rows[] = {{0, 5},  {1, 2},  {2, 1},  {3, 0},   {8, 0},     {0, 256},
                      {63, 0}, {63, 1}, {64, 0}, {255, 0}, {0, ~0ull}, {7, ~0ull}};
  for (const Row& row : rows) {
    const auto node = nodes_.Node(row.height, row.index);
    ASSERT_FALSE(node) << row.height << " " << row.index;
    EXPECT_EQ(node.error().code, ErrorCode::kNotFound) << row.height << " " << row.index;
  }
}

TEST_F(TileNodesTest, AreTheSameToAReaderThatRemembersTheLastTileOfEachLevel) {
  PutTile(1, 0, Bytes(2 * Hash::kSize, 7));
  PutTile(0, 1, Bytes(3 * Hash::kSize, 9));
  const ProofNodes remembering(*store_, 1);
  for (int round = 0; round < 2; ++round) {
    for (const auto& [height, index] : std::vector<std::pair<unsigned, std::uint64_t>>{
             {0, 4}, {0, 258}, {1, 1}, {0, 259}, {8, 1}, {9, 0}, {8, 2}, {2, 0}, {2, 1}, {16, 0}, {64, 0}}) {
      const auto node = nodes_.Node(height, index), same = remembering.Node(height, index);
      ASSERT_EQ(same.has_value(), node.has_value()) << height << " " << index;
      if (node) {
        EXPECT_EQ(*same, *node) << height << " " << index;
      } else {
        EXPECT_EQ(same.error().code, node.error().code) << height << " " << index;
      }
    }
  }
}

TEST_F(TileNodesTest, ReadsOneLogOnly) {
  EXPECT_EQ(TileNodes(*store_, 2).Node(0, 0).error().code, ErrorCode::kNotFound);
}

TEST_F(TileNodesTest, ReportsARowThatIsNoTile) {
  for (const std::size_t bytes : {0, 1, 31, 33, 257 * 32}) {
    PutTile(0, 0, Bytes(bytes));
    EXPECT_EQ(nodes_.Node(0, 0).error().code, ErrorCode::kCorruption) << bytes;
  }
}

}  // namespace
}  // namespace certmark::ledger
