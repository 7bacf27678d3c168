// RFC 9162 §2.1 word for word, with a memory so that large trees end in time.
#pragma once

#include <bit>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "verifier-sdk/core/merkle.h"

namespace certmark::ledger {

/// NaiveTree is a tree over given leaf hashes, and the proofs by definition.
class NaiveTree {
 public:
  explicit NaiveTree(std::vector<Hash> leaves) : leaves_(std::move(leaves)) {}
  /// OfSize has the leaves "leaf 0", "leaf 1" and so on.
  static NaiveTree OfSize(std::size_t size) {
    std::vector<Hash> leaves;
    for (std::size_t i = 0; i < size; ++i) leaves.push_back(LeafHash(AsBytes("leaf " + std::to_string(i))));
    return NaiveTree(std::move(leaves));
  }

  const std::vector<Hash>& leaves() const { return leaves_; }

  /// Root is MTH(D[begin:end]).
  Hash Root(std::size_t begin, std::size_t end) const {
    if (begin == end) return EmptyRoot();
    if (end - begin == 1) return leaves_[begin];
    const auto known = roots_.find({begin, end});
    if (known != roots_.end()) return known->second;
    const std::size_t k = begin + Split(end - begin);
    return roots_[{begin, end}] = NodeHash(Root(begin, k), Root(k, end));
  }
  Hash Root(std::size_t size) const { return Root(0, size); }

  /// Path is PATH(m, D[0:size]).
  Proof Path(std::size_t m, std::size_t size) const { return PathIn(m, 0, size); }
  /// Consistency is PROOF(m, D[0:size]).
  Proof Consistency(std::size_t m, std::size_t size) const { return m == 0 ? Proof{} : SubProof(m, 0, size, true); }

 private:
  static std::size_t Split(std::size_t n) { return std::bit_ceil(n) / 2; }

  Proof PathIn(std::size_t m, std::size_t begin, std::size_t end) const {
    if (end - begin == 1) return {};
    const std::size_t k = begin + Split(end - begin);
    Proof path = m < k ? PathIn(m, begin, k) : PathIn(m, k, end);
    path.push_back(m < k ? Root(k, end) : Root(begin, k));
    return path;
  }
  // SubProof is SUBPROOF for the leaves [begin, m) of the tree [begin, end).
  Proof SubProof(std::size_t m, std::size_t begin, std::size_t end, bool whole) const {
    if (m == end) return whole ? Proof{} : Proof{Root(begin, end)};
    const std::size_t k = begin + Split(end - begin);
    Proof proof = m <= k ? SubProof(m, begin, k, whole) : SubProof(m, k, end, false);
    proof.push_back(m <= k ? Root(k, end) : Root(begin, k));
    return proof;
  }

  std::vector<Hash> leaves_;
  mutable std::map<std::pair<std::size_t, std::size_t>, Hash> roots_;
};

}  // namespace certmark::ledger
