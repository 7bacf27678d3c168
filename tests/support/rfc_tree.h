// The Merkle tree a second time, as RFC 6962 §2.1 and RFC 9162 §2.1 define it: recursive, over a list of leaf hashes.
// Of the product it takes the type Hash and nothing else: it hashes with OpenSSL's SHA256 itself.
#pragma once

#include <openssl/sha.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "verifier-sdk/core/hash.h"

namespace certmark::testing {

/// RfcTree holds the leaf hashes of the largest tree a test speaks of; every method names the size it means. It
/// remembers the hashes of complete subtrees, so that trees of a million leaves end in time. For one thread.
class RfcTree {
 public:
  explicit RfcTree(std::vector<Hash> leaves) : leaves_(std::move(leaves)) {}
  /// OfSize has the leaves "leaf 0", "leaf 1" and so on.
  static RfcTree OfSize(std::size_t size) {
    std::vector<Hash> leaves;
    leaves.reserve(size);
    for (std::size_t i = 0; i < size; ++i) leaves.push_back(Leaf("leaf " + std::to_string(i)));
    return RfcTree(std::move(leaves));
  }

  /// Leaf is SHA-256(0x00 || entry), Node SHA-256(0x01 || left || right).
  static Hash Leaf(std::string_view entry) { return Digest('\x00' + std::string(entry)); }
  static Hash Node(const Hash& left, const Hash& right) {
    std::array<unsigned char, 65> text{0x01};
    std::copy(left.bytes.begin(), left.bytes.end(), text.begin() + 1);
    std::copy(right.bytes.begin(), right.bytes.end(), text.begin() + 33);
    return Digest({reinterpret_cast<const char*>(text.data()), text.size()});
  }

  const std::vector<Hash>& leaves() const { return leaves_; }
  std::size_t size() const { return leaves_.size(); }

  /// Root is MTH(D[begin:end]).
  Hash Root(std::size_t begin, std::size_t end) const {
    const std::size_t n = end - begin;
    if (n == 0) return Digest("");
    if (n == 1) return leaves_[begin];
    Hash* known = Remembered(begin, n);
    if (known && *known != Hash()) return *known;
    const std::size_t k = begin + Split(n);
    const Hash root = Node(Root(begin, k), Root(k, end));
    if (known) *known = root;
    return root;
  }
  Hash Root(std::size_t size) const { return Root(0, size); }

  /// Path is PATH(m, D[0:size]).
  std::vector<Hash> Path(std::size_t m, std::size_t size) const { return PathIn(m, 0, size); }
  /// Consistency is PROOF(m, D[0:size]); the RFC defines it for 0 < m, and nothing is to be shown for 0.
  std::vector<Hash> Consistency(std::size_t m, std::size_t size) const {
    return m == 0 ? std::vector<Hash>{} : SubProof(m, 0, size, Whole::kYes);
  }

  /// TileHash is the hash at `place` of tile `number` of `level`, tiles being 256 wide (c2sp.org/tlog-tiles): the root
  /// of a complete subtree of 256^level leaves.
  Hash TileHash(unsigned level, std::size_t number, std::size_t place) const {
    const std::size_t i = number * 256 + place;
    return Root(i << (8 * level), (i + 1) << (8 * level));
  }

 private:
  enum class Whole { kYes, kNo };  // the flag b of SUBPROOF: is the subtree's hash known to the verifier?

  static Hash Digest(std::string_view text) {
    Hash hash;
    SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), hash.bytes.data());
    return hash;
  }
  // Split is the largest power of two smaller than n.
  static std::size_t Split(std::size_t n) {
    std::size_t k = 1;
    while (k * 2 < n) k *= 2;
    return k;
  }

  std::vector<Hash> PathIn(std::size_t m, std::size_t begin, std::size_t end) const {
    if (end - begin == 1) return {};
    const std::size_t k = begin + Split(end - begin);
    std::vector<Hash> path = m < k ? PathIn(m, begin, k) : PathIn(m, k, end);
    path.push_back(m < k ? Root(k, end) : Root(begin, k));
    return path;
  }
  // SubProof is SUBPROOF for the leaves [begin, m) of the tree [begin, end).
  std::vector<Hash> SubProof(std::size_t m, std::size_t begin, std::size_t end, Whole whole) const {
    if (m == end) return whole == Whole::kYes ? std::vector<Hash>{} : std::vector<Hash>{Root(begin, end)};
    const std::size_t k = begin + Split(end - begin);
    std::vector<Hash> proof = m <= k ? SubProof(m, begin, k, whole) : SubProof(m, k, end, Whole::kNo);
    proof.push_back(m <= k ? Root(k, end) : Root(begin, k));
    return proof;
  }

  // Remembered is where the hash of a complete subtree is kept, zero while unknown; nothing for another range.
  Hash* Remembered(std::size_t begin, std::size_t n) const {
    if ((n & (n - 1)) != 0 || begin % n != 0) return nullptr;
    std::size_t height = 0;
    while ((std::size_t{1} << height) < n) ++height;
    if (known_.size() <= height) known_.resize(height + 1);
    if (known_[height].empty()) known_[height].resize(leaves_.size() / n);
    return &known_[height][begin / n];
  }

  std::vector<Hash> leaves_;
  mutable std::vector<std::vector<Hash>> known_;  // by height
};

}  // namespace certmark::testing
