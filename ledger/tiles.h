// Tiles (c2sp.org/tlog-tiles), height 8: names, widths, and a NodeReader that answers from stored tiles.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/head.h"
#include "ledger/proofs.h"
#include "ledger/store.h"

namespace certmark::ledger {

inline constexpr unsigned kTileHeight = 8;
inline constexpr unsigned kTileWidth = 256;

/// TileName is what a tile path names: level L (0–5) or the entries, tile number, and width 1–256.
struct TileName {
  std::optional<std::uint8_t> level;  ///< nothing: an entry bundle
  std::uint64_t number = 0;
  unsigned width = kTileWidth;

  /// Parse reads what follows `tile/`: `<L>/<N>[.p/<W>]` or `entries/<N>[.p/<W>]`, N in groups such as `x001/x234/067`.
  /// InvalidArgument: any other spelling, for a tile has one name.
  static Result<TileName> Parse(std::string_view path);
  /// ToPath writes what Parse reads. REQUIRES: width 1–256.
  std::string ToPath() const;
};

/// WidthAt is how many hashes tile `number` of `level` has in a tree of `size` leaves: 0 to 256.
unsigned WidthAt(std::uint64_t size, std::uint8_t level, std::uint64_t number);

/// CompleteRoot is the hash over a complete subtree, given its row of 2^k hashes. REQUIRES: their number is a power of
/// two.
Hash CompleteRoot(std::span<const Hash> hashes);

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
