#include "verifier-sdk/core/merkle.h"

#include <gtest/gtest.h>

#include "tests/support/rfc_tree.h"

namespace certmark {
namespace {

using testing::RfcTree;

constexpr std::size_t kLargest = 130;

// Mutations are every way of spoiling a proof by one step: a hash flipped, left out, added or swapped with the next.
std::vector<Proof> Mutations(const Proof& proof) {
  std::vector<Proof> mutations;
  const auto add = [&](auto change) {
    Proof mutant = proof;
    change(mutant);
    if (mutant != proof) mutations.push_back(std::move(mutant));
  };
  for (std::size_t i = 0; i < proof.size(); ++i) {
    add([&](Proof& p) { p[i].bytes[i % Hash::kSize] ^= 1; });
    add([&](Proof& p) { p.erase(p.begin() + i); });
    add([&](Proof& p) { p.insert(p.begin() + i, p[i]); });
    add([&](Proof& p) { p.insert(p.begin() + i, Hash()); });
    if (i + 1 < proof.size()) add([&](Proof& p) { std::swap(p[i], p[i + 1]); });
  }
  add([](Proof& p) { p.push_back(Hash()); });
  add([](Proof& p) { p.assign(64, Hash()); });
  return mutations;
}

Hash Flipped(Hash hash) {
  hash.bytes[31] ^= 0x80;
  return hash;
}

TEST(Merkle, HashesAsTheStandardSays) {
  EXPECT_EQ(LeafHash({}).Hex(), "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
  EXPECT_EQ(EmptyRoot().Hex(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  Bytes node = {0x01};
  for (const Hash& hash : {LeafHash(AsBytes("a")), LeafHash(AsBytes("b"))}) {
    node.insert(node.end(), hash.bytes.begin(), hash.bytes.end());
  }
  EXPECT_EQ(NodeHash(LeafHash(AsBytes("a")), LeafHash(AsBytes("b"))), Sha256(node));
}

TEST(Inclusion, IsProvedForEveryLeafOfEveryTree) {
  const RfcTree tree = RfcTree::OfSize(kLargest);
  for (std::size_t size = 1; size <= kLargest; ++size) {
    const Hash root = tree.Root(size);
    for (std::size_t i = 0; i < size; ++i) {
      const Proof proof = tree.Path(i, size);
      ASSERT_TRUE(VerifyInclusion(i, size, tree.leaves()[i], proof, root)) << i << " of " << size;
    }
  }
}

TEST(Inclusion, IsRefusedForEveryMutationOfTheProof) {
  const RfcTree tree = RfcTree::OfSize(kLargest);
  for (const std::size_t size : {1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 31, 33, 64, 65, 100, 127, 128, 129, 130}) {
    const Hash root = tree.Root(size);
    for (std::size_t i = 0; i < size; ++i) {
      for (const Proof& mutant : Mutations(tree.Path(i, size))) {
        ASSERT_FALSE(VerifyInclusion(i, size, tree.leaves()[i], mutant, root)) << i << " of " << size;
      }
    }
  }
}

TEST(Inclusion, IsRefusedForAnotherLeafIndexOrRoot) {
  const RfcTree tree = RfcTree::OfSize(kLargest);
  for (std::size_t size = 1; size <= kLargest; ++size) {
    const Hash root = tree.Root(size);
    for (std::size_t i = 0; i < size; ++i) {
      const Proof proof = tree.Path(i, size);
      ASSERT_FALSE(VerifyInclusion(i, size, Flipped(tree.leaves()[i]), proof, root));
      ASSERT_FALSE(VerifyInclusion(i, size, tree.leaves()[i], proof, Flipped(root)));
      for (std::size_t other = 0; other < size + 2; ++other) {
        ASSERT_EQ(VerifyInclusion(other, size, tree.leaves()[i], proof, root), other == i)
            << i << " of " << size << " as " << other;
      }
    }
  }
}

TEST(Inclusion, IsRefusedWhereAnotherSizeMeansAnotherPath) {
  // Another size may name a tree in which this leaf's path has the same shape; then the root, which the checkpoint
  // binds to the size, is what tells them apart.
  const RfcTree tree = RfcTree::OfSize(kLargest);
  for (std::size_t size = 1; size <= 40; ++size) {
    for (std::size_t i = 0; i < size; ++i) {
      const Proof proof = tree.Path(i, size);
      for (std::size_t other = 0; other <= 2 * size; ++other) {
        if (other > i && tree.Path(i, other).size() == proof.size()) continue;
        ASSERT_FALSE(VerifyInclusion(i, other, tree.leaves()[i], proof, tree.Root(size))) << i << " of " << size;
      }
    }
  }
}

TEST(Consistency, IsProvedForEveryPairOfSizes) {
  const RfcTree tree = RfcTree::OfSize(kLargest);
  std::vector<Hash> roots;
  for (std::size_t size = 0; size <= kLargest; ++size) roots.push_back(tree.Root(size));
  for (std::size_t size = 1; size <= kLargest; ++size) {
    for (std::size_t old_size = 1; old_size <= size; ++old_size) {
      const Proof proof = tree.Consistency(old_size, size);
      ASSERT_TRUE(VerifyConsistency(old_size, roots[old_size], size, roots[size], proof)) << old_size << " to " << size;
      ASSERT_FALSE(VerifyConsistency(old_size, Flipped(roots[old_size]), size, roots[size], proof));
      ASSERT_FALSE(VerifyConsistency(old_size, roots[old_size], size, Flipped(roots[size]), proof));
    }
  }
}

TEST(Consistency, IsRefusedForEveryMutationOfTheProof) {
  const RfcTree tree = RfcTree::OfSize(kLargest);
  for (const std::size_t size : {1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 31, 33, 64, 65, 100, 127, 128, 129, 130}) {
    for (std::size_t old_size = 1; old_size <= size; ++old_size) {
      const Hash old_root = tree.Root(old_size), root = tree.Root(size);
      for (const Proof& mutant : Mutations(tree.Consistency(old_size, size))) {
        ASSERT_FALSE(VerifyConsistency(old_size, old_root, size, root, mutant)) << old_size << " to " << size;
      }
    }
  }
}

TEST(Consistency, IsRefusedForAnotherOldSize) {
  const RfcTree tree = RfcTree::OfSize(kLargest);
  for (std::size_t size = 1; size <= 70; ++size) {
    for (std::size_t old_size = 1; old_size <= size; ++old_size) {
      const Hash old_root = tree.Root(old_size), root = tree.Root(size);
      const Proof proof = tree.Consistency(old_size, size);
      for (std::size_t other = 0; other <= size + 2; ++other) {
        ASSERT_EQ(VerifyConsistency(other, old_root, size, root, proof), other == old_size)
            << old_size << " to " << size << " as " << other;
      }
    }
  }
}

TEST(Consistency, OfAPowerOfTwoOmitsTheFirstHash) {
  const RfcTree tree = RfcTree::OfSize(8);
  Proof proof = tree.Consistency(4, 7);
  EXPECT_EQ(proof, Proof{tree.Root(4, 7)});
  EXPECT_TRUE(VerifyConsistency(4, tree.Root(4), 7, tree.Root(7), proof));
  proof.insert(proof.begin(), tree.Root(4));
  EXPECT_FALSE(VerifyConsistency(4, tree.Root(4), 7, tree.Root(7), proof));
}

TEST(Consistency, WithTheEmptyTreeNeedsNoProof) {
  const RfcTree tree = RfcTree::OfSize(5);
  EXPECT_TRUE(VerifyConsistency(0, EmptyRoot(), 0, EmptyRoot(), {}));
  EXPECT_TRUE(VerifyConsistency(0, EmptyRoot(), 5, tree.Root(5), {}));
  EXPECT_FALSE(VerifyConsistency(0, tree.Root(5), 5, tree.Root(5), {}));
  EXPECT_FALSE(VerifyConsistency(0, EmptyRoot(), 5, tree.Root(5), Proof{tree.Root(5)}));
  EXPECT_FALSE(VerifyConsistency(0, EmptyRoot(), 0, tree.Root(5), {}));
}

TEST(Consistency, NeverGoesBack) {
  const RfcTree tree = RfcTree::OfSize(8);
  for (std::size_t size = 0; size < 8; ++size) {
    EXPECT_FALSE(VerifyConsistency(8, tree.Root(8), size, tree.Root(size), {}));
    const Proof proof = size == 0 ? Proof{} : tree.Consistency(size, 8);
    EXPECT_FALSE(VerifyConsistency(8, tree.Root(8), size, tree.Root(size), proof));
  }
}

// At the extremes there is no tree to build: a path of invented siblings defines its own root, folded here from the
// formula of RFC 9162 §2.1.3.2 for a leaf whose every sibling exists.
Hash Fold(std::uint64_t index, Hash hash, const Proof& siblings) {
  for (const Hash& sibling : siblings) {
    hash = index % 2 == 1 ? NodeHash(sibling, hash) : NodeHash(hash, sibling);
    index /= 2;
  }
  return hash;
}

Proof Siblings(std::size_t count) {
  Proof proof;
  for (std::size_t i = 0; i < count; ++i) proof.push_back(LeafHash(AsBytes(std::to_string(i))));
  return proof;
}

TEST(MerkleExtremes, AFullTreeOf2To63LeavesHasPathsOf63) {
  constexpr std::uint64_t kSize = 1ULL << 63;
  const Hash leaf = LeafHash(AsBytes("leaf"));
  for (const std::uint64_t index :
       {std::uint64_t{0}, std::uint64_t{1}, kSize / 2 - 1, kSize / 2, kSize - 2, kSize - 1}) {
    const Proof proof = Siblings(63);
    const Hash root = Fold(index, leaf, proof);
    EXPECT_TRUE(VerifyInclusion(index, kSize, leaf, proof, root)) << index;
    EXPECT_FALSE(VerifyInclusion(index, kSize, leaf, Siblings(62), Fold(index, leaf, Siblings(62)))) << index;
    EXPECT_FALSE(VerifyInclusion(index, kSize, leaf, Siblings(64), Fold(index, leaf, Siblings(64)))) << index;
  }
}

TEST(MerkleExtremes, TheLastLeafOf2To63Plus1HasAPathOfOne) {
  constexpr std::uint64_t kSize = (1ULL << 63) + 1;
  const Hash leaf = LeafHash(AsBytes("leaf")), left = LeafHash(AsBytes("left"));
  EXPECT_TRUE(VerifyInclusion(kSize - 1, kSize, leaf, Proof{left}, NodeHash(left, leaf)));
  EXPECT_TRUE(VerifyConsistency(kSize - 1, left, kSize, NodeHash(left, leaf), Proof{leaf}));
}

TEST(MerkleExtremes, TheLargestSizeOverflowsNothing) {
  constexpr std::uint64_t kSize = UINT64_MAX;
  const Hash leaf = LeafHash(AsBytes("leaf"));
  EXPECT_TRUE(VerifyInclusion(0, kSize, leaf, Siblings(64), Fold(0, leaf, Siblings(64))));
  EXPECT_FALSE(VerifyInclusion(0, kSize, leaf, Siblings(65), Fold(0, leaf, Siblings(65))));
  EXPECT_FALSE(VerifyInclusion(kSize, kSize, leaf, {}, leaf));
  EXPECT_FALSE(VerifyInclusion(kSize, 0, leaf, {}, leaf));
  EXPECT_FALSE(VerifyInclusion(0, 0, leaf, {}, EmptyRoot()));
  EXPECT_TRUE(VerifyConsistency(kSize, leaf, kSize, leaf, {}));
  EXPECT_FALSE(VerifyConsistency(kSize, leaf, kSize, leaf, Proof{leaf}));
  EXPECT_FALSE(VerifyConsistency(kSize - 1, leaf, kSize, leaf, {}));
  EXPECT_FALSE(VerifyConsistency(1, leaf, kSize, leaf, {}));
}

}  // namespace
}  // namespace certmark
