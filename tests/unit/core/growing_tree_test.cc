#include "verifier-sdk/core/growing_tree.h"

#include <gtest/gtest.h>

#include "tests/support/test_authority.h"
#include "verifier-sdk/core/merkle.h"
#include "verifier-sdk/core/tile.h"

namespace certmark {
namespace {

std::vector<std::string> Entries(std::size_t count) {
  std::vector<std::string> entries;
  for (std::size_t i = 0; i < count; ++i) entries.push_back("entry " + std::to_string(i));
  return entries;
}

TEST(GrowingTree, HasTheRootThatTheStandardDefines) {
  GrowingTree tree;
  EXPECT_EQ(tree.root(), EmptyRoot());
  for (std::size_t size = 1; size <= 40; ++size) {
    const auto entries = Entries(size);
    tree.Push(LeafHash(AsBytes(entries.back())));
    EXPECT_EQ(tree.root(), testing::NaiveRoot(entries)) << size;
  }
}

TEST(GrowingTree, TakesWholeSubtreesAsItsLeaves) {
  GrowingTree by_leaf, by_tile;
  std::vector<Hash> row;
  for (const std::string& entry : Entries(3 * kTileWidth)) {
    row.push_back(LeafHash(AsBytes(entry)));
    by_leaf.Push(row.back());
    if (row.size() < kTileWidth) continue;
    by_tile.PushWhole(CompleteRoot(row), kTileHeight);
    row.clear();
  }
  EXPECT_EQ(by_tile, by_leaf);
}

TEST(GrowingTree, IsTakenUpWhereItWasLeft) {
  GrowingTree tree;
  for (const std::string& entry : Entries(13)) tree.Push(LeafHash(AsBytes(entry)));
  EXPECT_EQ(GrowingTree::Of(tree.size(), tree.peaks()).value(), tree);
  EXPECT_FALSE(GrowingTree::Of(12, tree.peaks()));
}

}  // namespace
}  // namespace certmark
