#include "verifier-sdk/core/proofs.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "tests/support/rfc_tree.h"

namespace certmark {
namespace {

using testing::RfcTree;

// RfcNodes answers from a RfcTree of a given size.
class RfcNodes : public NodeReader {
 public:
  RfcNodes(const RfcTree& tree, std::uint64_t size) : tree_(tree), size_(size) {}
  Result<Hash> Node(unsigned height, std::uint64_t index) const override {
    const std::uint64_t end = (index + 1) << height;
    if (end > size_) return Error{ErrorCode::kNotFound, "no such node"};
    return tree_.Root(index << height, end);
  }

 private:
  const RfcTree& tree_;
  std::uint64_t size_;
};

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
  const RfcTree tree = RfcTree::OfSize(8);
  const RfcNodes nodes(tree, 8);
  constexpr std::uint64_t kTooMany = (std::uint64_t{1} << 63) + 1;
  EXPECT_EQ(InclusionProof(nodes, 0, 0).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(InclusionProof(nodes, 8, 8).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(InclusionProof(nodes, 0, kTooMany).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(ConsistencyProof(nodes, 9, 8).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(ConsistencyProof(nodes, 1, kTooMany).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(RootAt(nodes, kTooMany).error().code, ErrorCode::kInvalidArgument);
}

TEST(Proofs, PassOnWhatTheirSourceDoesNotHave) {
  const RfcTree tree = RfcTree::OfSize(8);
  const RfcNodes nodes(tree, 8);
  EXPECT_EQ(RootAt(nodes, 9).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(InclusionProof(nodes, 0, 9).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(ConsistencyProof(nodes, 8, 9).error().code, ErrorCode::kNotFound);
}

TEST(ProofsDeathTest, DieOnWhatIsNoSubtree) {
  const RfcTree tree = RfcTree::OfSize(8);
  const RfcNodes nodes(tree, 8);
  EXPECT_DEATH((void)SubtreeRoot(nodes, 1, 3), "no subtree");
  EXPECT_DEATH((void)SubtreeRoot(nodes, 2, 2), "no subtree");
}

}  // namespace
}  // namespace certmark
