#include "verifier-sdk/core/growing_tree.h"

#include <bit>
#include <string>
#include <utility>

#include "verifier-sdk/core/merkle.h"

namespace certmark {

Result<GrowingTree> GrowingTree::Of(std::uint64_t size, std::vector<Hash> peaks) {
  if (peaks.size() != static_cast<std::size_t>(std::popcount(size))) {
    return Error{ErrorCode::kInvalidArgument,
                 "a tree of size " + std::to_string(size) + " has not " + std::to_string(peaks.size()) + " peaks"};
  }
  GrowingTree tree;
  tree.size_ = size;
  tree.peaks_ = std::move(peaks);
  return tree;
}

// Each complete subtree that the new one makes whole takes the place of its two halves.
void GrowingTree::PushWhole(const Hash& root, unsigned height) {
  const std::uint64_t leaves = std::uint64_t{1} << height;
  if (size_ % leaves != 0) Die("a subtree put where none can begin");
  Hash whole = root;
  for (std::uint64_t halves = size_ / leaves; halves % 2 == 1; halves /= 2) {
    whole = NodeHash(peaks_.back(), whole);
    peaks_.pop_back();
  }
  peaks_.push_back(whole);
  size_ += leaves;
}

Hash GrowingTree::root() const {
  if (peaks_.empty()) return EmptyRoot();
  Hash root = peaks_.back();
  for (auto left = peaks_.rbegin() + 1; left != peaks_.rend(); ++left) root = NodeHash(*left, root);
  return root;
}

}  // namespace certmark
