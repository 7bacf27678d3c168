#include "ledger/proofs.h"

#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <vector>

#include "ledger/edge.h"
#include "ledger/memory_store.h"
#include "ledger/tiles.h"
#include "tests/unit/ledger/naive_tree.h"

namespace certmark::ledger {
namespace {

// NaiveNodes answers from a NaiveTree of a given size.
class NaiveNodes : public NodeReader {
 public:
  NaiveNodes(const NaiveTree& tree, std::uint64_t size) : tree_(tree), size_(size) {}
  Result<Hash> Node(unsigned height, std::uint64_t index) const override {
    const std::uint64_t end = (index + 1) << height;
    if (end > size_) return Error{ErrorCode::kNotFound, "no such node"};
    return tree_.Root(index << height, end);
  }

 private:
  const NaiveTree& tree_;
  std::uint64_t size_;
};

TEST(Proofs, AreThoseOfTheDefinitionForEveryTreeUpTo130AndVerify) {
  constexpr std::uint64_t kLargest = 130;
  const NaiveTree tree = NaiveTree::OfSize(kLargest);
  for (std::uint64_t size = 0; size <= kLargest; ++size) {
    const NaiveNodes nodes(tree, size);
    const Hash root = tree.Root(size);
    ASSERT_EQ(RootAt(nodes, size).value(), root) << size;
    for (std::uint64_t index = 0; index < size; ++index) {
      const Proof proof = InclusionProof(nodes, index, size).value();
      ASSERT_EQ(proof, tree.Path(index, size)) << index << " in " << size;
      ASSERT_TRUE(VerifyInclusion(index, size, tree.leaves()[index], proof, root)) << index << " in " << size;
    }
    for (std::uint64_t old_size = 0; old_size <= size; ++old_size) {
      const Proof proof = ConsistencyProof(nodes, old_size, size).value();
      ASSERT_EQ(proof, tree.Consistency(old_size, size)) << old_size << " to " << size;
      ASSERT_TRUE(VerifyConsistency(old_size, tree.Root(old_size), size, root, proof)) << old_size << " to " << size;
    }
  }
}

TEST(Proofs, AreRightFromTilesAtTheEdgesOfTiles) {
  const std::vector<std::uint64_t> sizes = {1,     2,     255,   256,   257,   511,   512,   513,  65279,
                                            65280, 65281, 65535, 65536, 65537, 65791, 65792, 65793};
  const NaiveTree tree = NaiveTree::OfSize(sizes.back());
  const std::unique_ptr<Store> store = MakeMemoryStore();
  std::vector<Write> writes;
  Edge edge(1);
  edge.Append(tree.leaves(), writes);
  ASSERT_TRUE(store->Commit({}, Batch{ToBytes("head"), std::move(writes)}));
  const TileNodes nodes(*store, 1);

  for (const std::uint64_t size : sizes) {
    ASSERT_EQ(RootAt(nodes, size).value(), tree.Root(size)) << size;
    for (const std::uint64_t other : sizes) {
      if (other > size) continue;
      EXPECT_EQ(InclusionProof(nodes, other - 1, size).value(), tree.Path(other - 1, size))
          << other - 1 << " in " << size;
      EXPECT_EQ(ConsistencyProof(nodes, other, size).value(), tree.Consistency(other, size)) << other << " to " << size;
    }
  }
}

// HugeNodes is a tree of 2^63 leaves, all alike but one, so that every node is known without being stored. It refuses
// what lies outside `size`.
class HugeNodes : public NodeReader {
 public:
  HugeNodes(std::uint64_t size, std::uint64_t special) : size_(size), special_(special) {
    alike_[0] = LeafHash(AsBytes("alike"));
    for (unsigned height = 1; height < alike_.size(); ++height)
      alike_[height] = NodeHash(alike_[height - 1], alike_[height - 1]);
  }
  Hash special_leaf() const { return LeafHash(AsBytes("special")); }

  Result<Hash> Node(unsigned height, std::uint64_t index) const override {
    const std::uint64_t last = height == 63 ? 0 : (size_ >> height) - 1;
    if (height > 63 || index > last || (size_ >> height) == 0) return Error{ErrorCode::kNotFound, "outside the tree"};
    if (index != special_ >> height) return alike_[height];
    Hash hash = special_leaf();
    for (unsigned h = 0; h < height; ++h) {
      hash = (special_ >> h) % 2 == 0 ? NodeHash(hash, alike_[h]) : NodeHash(alike_[h], hash);
    }
    return hash;
  }

 private:
  std::uint64_t size_, special_;
  std::array<Hash, 64> alike_;
};

TEST(Proofs, StayInBoundsInTreesOfUpTo2To63Leaves) {
  constexpr std::uint64_t kMost = std::uint64_t{1} << 63;
  const std::vector<std::uint64_t> sizes = {kMost,     kMost - 1,     kMost - 2,   kMost / 2 + 1,
                                            kMost / 2, kMost / 2 - 1, kMost - 255, kMost / 3};
  for (const std::uint64_t size : sizes) {
    for (const std::uint64_t index : {std::uint64_t{0}, size / 3, size / 2, size - 2, size - 1}) {
      const HugeNodes nodes(size, index);
      const Hash root = RootAt(nodes, size).value();
      const Proof proof = InclusionProof(nodes, index, size).value();
      EXPECT_TRUE(VerifyInclusion(index, size, nodes.special_leaf(), proof, root)) << index << " in " << size;
      const Hash old_root = RootAt(nodes, index + 1).value();
      const Proof consistency = ConsistencyProof(nodes, index + 1, size).value();
      EXPECT_TRUE(VerifyConsistency(index + 1, old_root, size, root, consistency)) << index + 1 << " to " << size;
    }
  }
}

TEST(Proofs, AreRefusedOutsideTheTree) {
  const NaiveTree tree = NaiveTree::OfSize(8);
  const NaiveNodes nodes(tree, 8);
  constexpr std::uint64_t kTooMany = (std::uint64_t{1} << 63) + 1;
  EXPECT_EQ(InclusionProof(nodes, 0, 0).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(InclusionProof(nodes, 8, 8).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(InclusionProof(nodes, 0, kTooMany).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(ConsistencyProof(nodes, 9, 8).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(ConsistencyProof(nodes, 1, kTooMany).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(RootAt(nodes, kTooMany).error().code, ErrorCode::kInvalidArgument);
}

TEST(Proofs, PassOnWhatTheirSourceDoesNotHave) {
  const NaiveTree tree = NaiveTree::OfSize(8);
  const NaiveNodes nodes(tree, 8);
  EXPECT_EQ(RootAt(nodes, 9).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(InclusionProof(nodes, 0, 9).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(ConsistencyProof(nodes, 8, 9).error().code, ErrorCode::kNotFound);
}

TEST(ProofsDeathTest, DieOnWhatIsNoSubtree) {
  const NaiveTree tree = NaiveTree::OfSize(8);
  const NaiveNodes nodes(tree, 8);
  EXPECT_DEATH((void)SubtreeRoot(nodes, 1, 3), "no subtree");
  EXPECT_DEATH((void)SubtreeRoot(nodes, 2, 2), "no subtree");
}

}  // namespace
}  // namespace certmark::ledger
