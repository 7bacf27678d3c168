#include "verifier-sdk/core/proofs.h"

#include <bit>
#include <optional>
#include <string>
#include <vector>

namespace certmark {
namespace {

constexpr std::uint64_t kMaxSize = std::uint64_t{1} << 63;

// Range is the leaves [begin, end).
struct Range {
  std::uint64_t begin, end;
  std::uint64_t size() const { return end - begin; }
  bool contains(const Range& other) const { return begin <= other.begin && other.end <= end; }
};

// Split is where RFC 9162 §2.1.1 cuts a tree of two leaves or more: after the largest power of two smaller than its
// size.
std::uint64_t Split(const Range& tree) {
  return tree.begin + std::bit_floor(tree.size() - 1);
}

// SubtreeProof leads from the subtree `target` to the root of the tree of `size` leaves; a leaf's proof is its audit
// path, a prefix's is its consistency proof. It is one descent: while `target` lies on one side of the cut the other
// side is a proof hash; when it reaches over the cut, the left side is too, and the verifier cannot know the hash of
// what remains of `target` on the right, so that hash ends the descent as a proof hash as well.
Result<Proof> SubtreeProof(const NodeReader& nodes, const Range& target, std::uint64_t size) {
  std::vector<Range> path;  // from the root down
  Range tree{0, size};
  bool verifier_knows_end = true;
  while (!target.contains(tree)) {
    const std::uint64_t cut = Split(tree);
    const Range left{tree.begin, cut}, right{cut, tree.end};
    const bool go_left = target.end <= cut;
    if (!go_left && target.begin < cut) verifier_knows_end = false;
    path.push_back(go_left ? right : left);
    tree = go_left ? left : right;
  }
  if (!verifier_knows_end) path.push_back(tree);

  Proof proof;
  proof.reserve(path.size());
  for (auto range = path.rbegin(); range != path.rend(); ++range) {
    proof.push_back(CM_TRY(SubtreeRoot(nodes, range->begin, range->end)));
  }
  return proof;
}

std::optional<Error> TooLarge(std::uint64_t size) {
  if (size <= kMaxSize) return std::nullopt;
  return Error{ErrorCode::kInvalidArgument, "no tree has " + std::to_string(size) + " leaves"};
}

}  // namespace

Result<Hash> SubtreeRoot(const NodeReader& nodes, std::uint64_t begin, std::uint64_t end) {
  if (begin >= end || end > kMaxSize || begin % std::bit_ceil(end - begin) != 0)
    Die("SubtreeRoot of what is no subtree");
  std::vector<Hash> peaks;  // complete subtrees, left to right, each smaller than the one before
  while (begin < end) {
    const std::uint64_t leaves = std::bit_floor(end - begin);
    const auto height = static_cast<unsigned>(std::countr_zero(leaves));
    peaks.push_back(CM_TRY(nodes.Node(height, begin >> height)));
    begin += leaves;
  }
  Hash root = peaks.back();
  for (auto peak = peaks.rbegin() + 1; peak != peaks.rend(); ++peak) root = NodeHash(*peak, root);
  return root;
}

Result<Hash> RootAt(const NodeReader& nodes, std::uint64_t size) {
  if (auto error = TooLarge(size)) return *std::move(error);
  if (size == 0) return EmptyRoot();
  return SubtreeRoot(nodes, 0, size);
}

Result<Proof> InclusionProof(const NodeReader& nodes, std::uint64_t index, std::uint64_t size) {
  if (auto error = TooLarge(size)) return *std::move(error);
  if (index >= size) {
    return Error{ErrorCode::kInvalidArgument,
                 "index " + std::to_string(index) + " is not in a tree of size " + std::to_string(size)};
  }
  return SubtreeProof(nodes, {index, index + 1}, size);
}

Result<Proof> ConsistencyProof(const NodeReader& nodes, std::uint64_t old_size, std::uint64_t new_size) {
  if (auto error = TooLarge(new_size)) return *std::move(error);
  if (old_size > new_size) {
    return Error{ErrorCode::kInvalidArgument,
                 "size " + std::to_string(old_size) + " is not a prefix of size " + std::to_string(new_size)};
  }
  if (old_size == 0 || old_size == new_size) return Proof{};
  return SubtreeProof(nodes, {0, old_size}, new_size);
}

}  // namespace certmark
