#include "ledger/edge.h"

#include <optional>
#include <string>

#include "ledger/tiles.h"
#include "verifier-sdk/core/hash_row.h"

namespace certmark::ledger {
namespace {

// LoadRow reads the first `width` hashes of a tile.
Result<std::vector<Hash>> LoadRow(const Store& store, ByteView key, unsigned width) {
  const std::optional<Bytes> row = CM_TRY(store.Get(Column::kTile, key));
  if (!row) return Error{ErrorCode::kCorruption, "it is not there"};
  std::vector<Hash> hashes = CM_TRY(DecodeHashRow(*row));
  if (hashes.size() < width)
    return Error{ErrorCode::kCorruption, "it has " + std::to_string(hashes.size()) + " hashes"};
  hashes.resize(width);
  return hashes;
}

}  // namespace

Result<Edge> Edge::Load(const Store& store, LogNumber log, const TreeHead& head) {
  Edge edge(log);
  edge.size_ = head.size;
  std::uint64_t hashes = head.size;
  for (std::uint8_t level = 0; hashes > 0; ++level, hashes /= kTileWidth) {
    const auto width = static_cast<unsigned>(hashes % kTileWidth);
    edge.levels_.emplace_back();
    if (width == 0) continue;
    const std::uint64_t tile = hashes / kTileWidth;
    auto row = LoadRow(store, TileKey(log, level, tile), width);
    if (!row) {
      return Error{row.error().code, "log " + std::to_string(log) + ", tile " + TileName{level, tile, width}.ToPath() +
                                         ": " + row.error().message};
    }
    for (const Hash& hash : *row) edge.levels_.back().Push(hash);
  }
  if (const TreeHead found = edge.head(); found != head) {
    return Error{ErrorCode::kCorruption, "log " + std::to_string(log) + " of size " + std::to_string(head.size) +
                                             ": stored tiles hash to " + found.root.Base64() + ", the head says " +
                                             head.root.Base64()};
  }
  return edge;
}

void Edge::Append(std::span<const Hash> leaves, std::vector<Write>& writes) {
  if (leaves.empty()) return;
  const std::uint64_t before = size_;
  for (const Hash& leaf : leaves) Push(leaf, writes);
  // What is full has been written on the way; what remains is written once, at the width it has now.
  for (std::size_t level = 0; level < levels_.size(); ++level) {
    const unsigned height = kTileHeight * static_cast<unsigned>(level);
    if (levels_[level].row.empty() || (before >> height) == (size_ >> height)) continue;
    writes.push_back(TileWrite(level));
  }
}

void Edge::Push(const Hash& leaf, std::vector<Write>& writes) {
  Hash hash = leaf;
  ++size_;
  for (std::size_t level = 0;; ++level) {
    if (level == levels_.size()) levels_.emplace_back();
    levels_[level].Push(hash);
    if (levels_[level].row.size() < kTileWidth) return;
    writes.push_back(TileWrite(level));
    hash = levels_[level].peaks.front();
    levels_[level].row.clear();
    levels_[level].peaks.clear();
  }
}

void Edge::Level::Push(const Hash& hash) {
  Hash peak = hash;
  // As many subtrees end here as the place, counted from 0, has trailing ones.
  for (std::size_t place = row.size(); place % 2 == 1; place /= 2) {
    peak = NodeHash(peaks.back(), peak);
    peaks.pop_back();
  }
  peaks.push_back(peak);
  row.push_back(hash);
}

Write Edge::TileWrite(std::size_t level) const {
  // Full or not, the last hash of the row is the one that `size_` counts last on this level.
  const std::uint64_t hashes = size_ >> (kTileHeight * level);
  const std::uint64_t tile = (hashes - 1) / kTileWidth;
  return {Column::kTile, TileKey(log_, static_cast<std::uint8_t>(level), tile), EncodeHashRow(levels_[level].row)};
}

TreeHead Edge::head() const {
  std::optional<Hash> root;
  for (const Level& level : levels_) {
    for (auto peak = level.peaks.rbegin(); peak != level.peaks.rend(); ++peak) {
      root = root ? NodeHash(*peak, *root) : *peak;
    }
  }
  return {size_, root.value_or(EmptyRoot())};
}

}  // namespace certmark::ledger
