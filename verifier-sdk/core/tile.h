// Tiles (c2sp.org/tlog-tiles), height 8: names, widths, and which hashes of a tile a node is made of.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "verifier-sdk/core/hash.h"
#include "verifier-sdk/core/result.h"

namespace certmark {

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

/// TilePlace is where the hashes that a node is made of stand: `count` of them in a tile, from the `first` on.
struct TilePlace {
  std::uint8_t level = 0;
  std::uint64_t tile = 0;
  std::size_t first = 0, count = 0;

  bool IsWithin(std::span<const Hash> hashes) const { return first + count <= hashes.size(); }
  /// Of is nothing for a node that no tree of at most 2^63 leaves has.
  static std::optional<TilePlace> Of(unsigned height, std::uint64_t index);
};

}  // namespace certmark
