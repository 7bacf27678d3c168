// Merkle trees of RFC 6962 §2.1 and RFC 9162 §2.1, the verifier's half: hashes and proof checking.
//
// One algorithm checks every proof: that the subtree over the leaves [begin, end) of a tree of `size` leaves has the
// hash `node`. An inclusion proof is the subtree [index, index + 1); a consistency proof is the subtree [0, old size).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "verifier-sdk/core/hash.h"

namespace certmark {

using Proof = std::vector<Hash>;

/// LeafHash is SHA-256(0x00 ‖ entry).
Hash LeafHash(ByteView entry);
/// NodeHash is SHA-256(0x01 ‖ left ‖ right).
Hash NodeHash(const Hash& left, const Hash& right);
/// EmptyRoot is the root of the tree without leaves: SHA-256 of nothing.
Hash EmptyRoot();

/// VerifyInclusion is true iff `proof` leads from the leaf hash at `index` to `root` in a tree of `size` leaves.
[[nodiscard]] bool VerifyInclusion(std::uint64_t index, std::uint64_t size, const Hash& leaf,
                                   std::span<const Hash> proof, const Hash& root);

/// VerifyConsistency is true iff `proof` shows the tree (old_size, old_root) to be a prefix of (new_size, new_root).
/// Equal sizes take an empty proof and equal roots; old_size 0 an empty proof and the empty root.
[[nodiscard]] bool VerifyConsistency(std::uint64_t old_size, const Hash& old_root, std::uint64_t new_size,
                                     const Hash& new_root, std::span<const Hash> proof);

}  // namespace certmark
