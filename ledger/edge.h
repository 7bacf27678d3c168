// Edge: the right edge of a tree, all that a writer must hold to extend it.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "ledger/head.h"
#include "ledger/store.h"

namespace certmark::ledger {

/// Edge holds the unfinished tile of every level, at most 8 × 255 hashes, and the complete subtrees in each. A value:
/// copy it to try an append, assign it back once the append is committed.
class Edge {
 public:
  /// Edge is the empty tree's.
  explicit Edge(LogNumber log) : log_(log) {}
  /// Load reads the unfinished tiles of a tree of `head.size` leaves and checks that they hash to its root. Corruption:
  /// they do not.
  static Result<Edge> Load(const Store& store, LogNumber log, const TreeHead& head);

  /// Append adds leaf hashes and appends to `writes` every tile that changed, at its newest width, each once.
  void Append(std::span<const Hash> leaves, std::vector<Write>& writes);

  TreeHead head() const;  ///< size and root; computes the root from the subtrees
  std::uint64_t size() const { return size_; }

 private:
  // Level is the unfinished tile of one level. Each hash that is pushed completes the subtrees that end with it, so
  // that no hash of the row is ever hashed twice.
  struct Level {
    std::vector<Hash> row;
    std::vector<Hash> peaks;  ///< the roots of the largest complete subtrees of the row, left to right
    void Push(const Hash& hash);
  };

  void Push(const Hash& leaf, std::vector<Write>& writes);
  Write TileWrite(std::size_t level) const;

  LogNumber log_;
  std::uint64_t size_ = 0;
  std::vector<Level> levels_;
};

}  // namespace certmark::ledger
