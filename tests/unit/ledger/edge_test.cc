#include "ledger/edge.h"

#include <gtest/gtest.h>

#include <random>
#include <set>

#include "ledger/memory_store.h"
#include "ledger/tiles.h"
#include "tests/support/rfc_tree.h"

namespace certmark::ledger {
namespace {

using testing::RfcTree;

constexpr LogNumber kLog = 3;

class EdgeTest : public ::testing::Test {
 protected:
  void Commit(std::vector<Write> writes) {
    const Bytes head = store_->Head().value();
    ASSERT_TRUE(store_->Commit(head, Batch{head, std::move(writes)}));
  }
  // Grow appends `count` more leaves of tree_ and stores the tiles.
  void Grow(Edge& edge, std::size_t count) {
    std::vector<Write> writes;
    edge.Append(std::span(tree_.leaves()).subspan(edge.size(), count), writes);
    std::set<Bytes> keys;
    for (const Write& write : writes) {
      EXPECT_EQ(write.column, Column::kTile);
      EXPECT_TRUE(keys.insert(write.key).second) << "a tile is written twice";
    }
    Commit(std::move(writes));
  }

  RfcTree tree_ = RfcTree::OfSize(66'000);
  std::unique_ptr<Store> store_ = MakeMemoryStore();
};

TEST_F(EdgeTest, HasTheRootOfEverySizeUpTo700) {
  Edge edge(kLog);
  EXPECT_EQ(edge.head(), TreeHead{});
  for (std::size_t size = 1; size <= 700; ++size) {
    Grow(edge, 1);
    ASSERT_EQ(edge.head(), (TreeHead{size, tree_.Root(size)}));
  }
}

TEST_F(EdgeTest, GrownInRandomChunksHasTheSameRootsAndCanBeLoadedAtEachOfThem) {
  std::mt19937 random(20261103);  // NOLINT: the same chunks every time
  std::vector<TreeHead> heads{TreeHead{}};
  Edge edge(kLog);
  while (edge.size() < 700) {
    Grow(edge, std::min<std::size_t>(random() % 300, 700 - edge.size()));
    ASSERT_EQ(edge.head(), (TreeHead{edge.size(), tree_.Root(edge.size())}));
    heads.push_back(edge.head());
  }
  for (const TreeHead& head : heads) {
    auto loaded = Edge::Load(*store_, kLog, head);
    ASSERT_TRUE(loaded) << head.size;
    EXPECT_EQ(loaded->head(), head);
  }
}

TEST_F(EdgeTest, LoadedContinuesTheTree) {
  Edge edge(kLog);
  Grow(edge, 300);
  Edge loaded = Edge::Load(*store_, kLog, edge.head()).value();
  Grow(loaded, 400);
  EXPECT_EQ(loaded.head().root, tree_.Root(700));
}

TEST_F(EdgeTest, CrossesThreeLevels) {
  Edge edge(kLog);
  Grow(edge, 65'535);
  EXPECT_EQ(edge.head().root, tree_.Root(65'535));
  Grow(edge, 2);
  EXPECT_EQ(edge.head().root, tree_.Root(65'537));
  EXPECT_EQ(Edge::Load(*store_, kLog, edge.head()).value().head(), edge.head());
  Grow(edge, 463);
  EXPECT_EQ(edge.head().root, tree_.Root(66'000));
}

TEST_F(EdgeTest, StoresEveryTileAtItsNewestWidth) {
  Edge edge(kLog);
  std::mt19937 random(7);  // NOLINT
  while (edge.size() < 66'000) Grow(edge, std::min<std::size_t>(random() % 5000, 66'000 - edge.size()));
  for (std::uint8_t level = 0; level < 4; ++level) {
    for (std::uint64_t number = 0;; ++number) {
      const unsigned width = WidthAt(edge.size(), level, number);
      const auto row = store_->Get(Column::kTile, TileKey(kLog, level, number)).value();
      ASSERT_EQ(row ? row->size() : 0, width * Hash::kSize) << int{level} << "/" << number;
      if (width == 0) break;
    }
  }
}

TEST_F(EdgeTest, AppendOfNothingWritesNothing) {
  Edge edge(kLog);
  Grow(edge, 3);
  std::vector<Write> writes;
  edge.Append({}, writes);
  EXPECT_TRUE(writes.empty());
}

TEST_F(EdgeTest, IsNotLoadedWhenTilesDoNotHashToTheRoot) {
  Edge edge(kLog);
  Grow(edge, 300);
  const TreeHead head = edge.head();
  const Bytes row = store_->Get(Column::kTile, TileKey(kLog, 0, 1)).value().value();
  Bytes flipped = row, cut = row;
  flipped[40] ^= 1;
  cut.resize(cut.size() - Hash::kSize);
  const std::optional<Bytes> damages[] = {flipped, cut, Bytes(5), Bytes(), std::nullopt};
  for (const auto& damage : damages) {
    Commit({{Column::kTile, TileKey(kLog, 0, 1), damage}});
    const auto loaded = Edge::Load(*store_, kLog, head);
    ASSERT_FALSE(loaded);
    EXPECT_EQ(loaded.error().code, ErrorCode::kCorruption);
  }
  Commit({{Column::kTile, TileKey(kLog, 0, 1), row}});
  EXPECT_TRUE(Edge::Load(*store_, kLog, head));
  EXPECT_FALSE(Edge::Load(*store_, kLog, {301, head.root}));
  EXPECT_FALSE(Edge::Load(*store_, kLog, {299, head.root}));
}

}  // namespace
}  // namespace certmark::ledger
