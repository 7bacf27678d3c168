#include "ledger/tiles.h"

#include <optional>
#include <string>

#include "verifier-sdk/core/hash_row.h"

namespace certmark::ledger {
namespace {

// ReadTile returns the hashes of a tile, none for one that is not stored.
Result<std::vector<Hash>> ReadTile(const Store& store, LogNumber log, const TilePlace& place) {
  const std::optional<Bytes> row = CM_TRY(store.Get(Column::kTile, TileKey(log, place.level, place.tile)));
  if (!row) return std::vector<Hash>{};
  return DecodeHashRow(*row);
}

Error NoNode(LogNumber log, unsigned height, std::uint64_t index) {
  return {ErrorCode::kNotFound, "log " + std::to_string(log) + " has no node " + std::to_string(index) + " of height " +
                                    std::to_string(height)};
}

}  // namespace

Result<Hash> TileNodes::Node(unsigned height, std::uint64_t index) const {
  const std::optional<TilePlace> place = TilePlace::Of(height, index);
  if (!place) return NoNode(log_, height, index);
  const std::vector<Hash> hashes = CM_TRY(ReadTile(store_, log_, *place));
  if (!place->IsWithin(hashes)) return NoNode(log_, height, index);
  return CompleteRoot(std::span(hashes).subspan(place->first, place->count));
}

Result<Hash> ProofNodes::Node(unsigned height, std::uint64_t index) const {
  const std::optional<TilePlace> place = TilePlace::Of(height, index);
  if (!place) return NoNode(log_, height, index);
  LastTile& last = last_[place->level];
  if (last.hashes.empty() || last.number != place->tile) {
    last.hashes = CM_TRY(ReadTile(store_, log_, *place));
    last.number = place->tile;
  }
  if (!place->IsWithin(last.hashes)) return NoNode(log_, height, index);
  return CompleteRoot(std::span(last.hashes).subspan(place->first, place->count));
}

}  // namespace certmark::ledger
