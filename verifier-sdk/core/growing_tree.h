// GrowingTree: what the next leaf of a Merkle tree needs of it (RFC 9162 §2.1), and so all that is kept of one that is
// only followed: the roots of its complete subtrees.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "verifier-sdk/core/hash.h"

namespace certmark {

/// GrowingTree is a value; the empty one has no leaf.
class GrowingTree {
 public:
  GrowingTree() = default;
  /// Of takes a tree up by its size and peaks. InvalidArgument: not as many peaks as the size has one-bits.
  static Result<GrowingTree> Of(std::uint64_t size, std::vector<Hash> peaks);

  /// Push adds a leaf. PushWhole adds a complete subtree of 2^height leaves. REQUIRES: size is a multiple of that.
  void Push(const Hash& leaf) { PushWhole(leaf, 0); }
  void PushWhole(const Hash& root, unsigned height);

  std::uint64_t size() const { return size_; }
  /// peaks are the roots of the complete subtrees, the largest first.
  const std::vector<Hash>& peaks() const { return peaks_; }
  Hash root() const;

  bool operator==(const GrowingTree&) const = default;

 private:
  std::uint64_t size_ = 0;
  std::vector<Hash> peaks_;
};

}  // namespace certmark
