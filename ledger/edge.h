// Edge: the right edge of a tree, all that a writer must hold to extend it.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "ledger/head.h"
#include "ledger/store.h"

namespace certmark::ledger {

/// Edge holds the unfinished tile of every level, at most 8 × 255 hashes. A value: copy it to try an append, assign it
/// back once the append is durable.
class Edge {
 public:
  /// Edge is the empty tree's.
  explicit Edge(LogNumber log) : log_(log) {}
  /// Load reads the unfinished tiles of a tree of `head.size` leaves and checks that they hash to its root. Corruption:
  /// they do not.
  static Result<Edge> Load(const Store& store, LogNumber log, const TreeHead& head);

  /// Append adds leaf hashes and appends to `writes` every tile that changed, at its newest width, each once.
  void Append(std::span<const Hash> leaves, std::vector<Write>& writes);

  TreeHead head() const;  ///< size and root; computes the root from the edge
  std::uint64_t size() const { return size_; }

 private:
  void Push(const Hash& leaf, std::vector<Write>& writes);
  Write TileWrite(std::size_t level) const;

  LogNumber log_;
  std::uint64_t size_ = 0;
  std::vector<std::vector<Hash>> levels_;  ///< levels_[L]: hashes of the unfinished tile of level L
};

}  // namespace certmark::ledger
