#include "verifier-sdk/core/merkle.h"

namespace certmark {
namespace {

constexpr std::uint8_t kLeafPrefix[] = {0x00};
constexpr std::uint8_t kNodePrefix[] = {0x01};

// VerifySubtree is true iff `proof` shows that the leaves [begin, end) hash to `node` and lie at that place in the tree
// of `size` leaves that hashes to `root`. REQUIRES: begin < end ≤ size, and begin is 0 or end − begin is 1.
//
// At each level, `first`, `last` and `tree_last` are the positions of the nodes over the leaves begin, end − 1 and size
// − 1. The climb starts at the largest node that ends where the subtree ends and lies in it: below that, the prover has
// nothing to add. Two hashes climb together: `tree` takes in everything, `part` only what lies inside the subtree, to
// the left. They come apart where the subtree has a right neighbour, so in the end `part` is the subtree and `tree` the
// whole.
bool VerifySubtree(std::uint64_t begin, std::uint64_t end, const Hash& node, std::uint64_t size,
                   std::span<const Hash> proof, const Hash& root) {
  std::uint64_t first = begin, last = end - 1, tree_last = size - 1;
  const bool reaches_end = last == tree_last;
  const auto climb = [&] { first >>= 1, last >>= 1, tree_last >>= 1; };
  while (first != last && (reaches_end || last % 2 == 1)) climb();

  // A subtree that is one node of the tree is its own start; for any other, the start is the proof's first hash.
  Hash part = node;
  if (first != last) {
    if (proof.empty()) return false;
    part = proof.front();
    proof = proof.subspan(1);
  }
  Hash tree = part;
  for (; tree_last != 0; climb()) {
    const bool is_right = last % 2 == 1;
    if (!is_right && last == tree_last)
      continue;  // at the tree's right edge a left node has no sibling and moves up as is
    if (proof.empty()) return false;
    const Hash& sibling = proof.front();
    tree = is_right ? NodeHash(sibling, tree) : NodeHash(tree, sibling);
    if (is_right && first < last) part = NodeHash(sibling, part);
    proof = proof.subspan(1);
  }
  return proof.empty() && part == node && tree == root;
}

}  // namespace

Hash LeafHash(ByteView entry) {
  return Sha256({kLeafPrefix, entry});
}

Hash NodeHash(const Hash& left, const Hash& right) {
  return Sha256({kNodePrefix, left.view(), right.view()});
}

Hash EmptyRoot() {
  return Sha256(ByteView());
}

bool VerifyInclusion(std::uint64_t index, std::uint64_t size, const Hash& leaf, std::span<const Hash> proof,
                     const Hash& root) {
  if (index >= size) return false;
  return VerifySubtree(index, index + 1, leaf, size, proof, root);
}

bool VerifyConsistency(std::uint64_t old_size, const Hash& old_root, std::uint64_t new_size, const Hash& new_root,
                       std::span<const Hash> proof) {
  if (old_size > new_size) return false;
  if (new_size == 0 && new_root != EmptyRoot()) return false;
  if (old_size == 0) return proof.empty() && old_root == EmptyRoot();
  return VerifySubtree(0, old_size, old_root, new_size, proof, new_root);
}

}  // namespace certmark
