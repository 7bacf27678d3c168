// Tiles as they are stored: a NodeReader that answers from the rows of one log.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "ledger/head.h"
#include "ledger/store.h"
#include "verifier-sdk/core/proofs.h"
#include "verifier-sdk/core/tile.h"

namespace certmark::ledger {

using certmark::CompleteRoot;
using certmark::kTileHeight;
using certmark::kTileWidth;
using certmark::TileName;
using certmark::WidthAt;

/// TileNodes reads nodes from the tiles of one log, a tile for each. Safe on any thread.
class TileNodes : public NodeReader {
 public:
  TileNodes(const Store& store, LogNumber log) : store_(store), log_(log) {}
  Result<Hash> Node(unsigned height, std::uint64_t index) const override;

 private:
  const Store& store_;
  LogNumber log_;
};

/// ProofNodes reads the same nodes for one proof and remembers the last tile it read of each level: a proof goes up its
/// levels and never back to a tile that it has left, so it reads each tile once, however large the log. For one thread,
/// and no longer than the proof takes: it does not see a tile grow.
class ProofNodes : public NodeReader {
 public:
  ProofNodes(const Store& store, LogNumber log) : store_(store), log_(log) {}
  Result<Hash> Node(unsigned height, std::uint64_t index) const override;

 private:
  struct LastTile {
    std::uint64_t number = 0;
    std::vector<Hash> hashes;  ///< empty: none was read yet
  };
  const Store& store_;
  LogNumber log_;
  mutable std::array<LastTile, 64 / kTileHeight> last_;  ///< by level
};

}  // namespace certmark::ledger
