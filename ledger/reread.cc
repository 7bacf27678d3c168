#include "ledger/reread.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace certmark::ledger {
namespace {

constexpr std::size_t kLeavesAtOnce = 4096;

Error Corrupt(LogNumber log, const std::string& what) {
  return {ErrorCode::kCorruption, "log " + std::to_string(log) + " read back: " + what};
}

// Increment makes an entry's key that of the next.
void Increment(Bytes& key) {
  for (auto byte = key.rbegin(); byte != key.rend(); ++byte) {
    if (++*byte != 0) return;
  }
}

// ReadLeaves hashes the stored entries [begin, end).
Result<std::vector<Hash>> ReadLeaves(const Store& store, LogNumber log, std::uint64_t begin, std::uint64_t end) {
  std::vector<Hash> leaves;
  leaves.reserve(end - begin);
  Bytes next = EntryKey(log, begin);
  CM_TRY(store.Scan(Column::kEntry, EntryKey(log, begin), EntryKey(log, end), [&](ByteView key, ByteView entry) {
    if (!Equal(key, next)) return false;
    leaves.push_back(LeafHash(entry));
    Increment(next);
    return true;
  }));
  if (leaves.size() != end - begin)
    return Corrupt(log, "entry " + std::to_string(begin + leaves.size()) + " is not there");
  return leaves;
}

// HasTiles: the stored tiles begin with these; they may have grown wider since.
Result<void> HasTiles(const Store& store, LogNumber log, const std::vector<Write>& tiles) {
  for (const Write& tile : tiles) {
    const std::optional<Bytes> row = CM_TRY(store.Get(Column::kTile, tile.key));
    const bool same = row && row->size() >= tile.value->size() &&
                      std::ranges::equal(ByteView(*row).first(tile.value->size()), *tile.value);
    if (!same) return Corrupt(log, "tile row " + HexEncode(tile.key) + " is not what its entries hash to");
  }
  return {};
}

}  // namespace

Result<Edge> RereadGrowth(const Store& store, LogNumber log, Edge from, const TreeHead& to) {
  Edge edge = std::move(from);
  while (edge.size() < to.size) {
    const std::uint64_t end = std::min<std::uint64_t>(to.size, edge.size() + kLeavesAtOnce);
    const std::vector<Hash> leaves = CM_TRY(ReadLeaves(store, log, edge.size(), end));
    std::vector<Write> tiles;
    edge.Append(leaves, tiles);
    CM_TRY(HasTiles(store, log, tiles));
  }
  if (const TreeHead found = edge.head(); found != to) {
    return Corrupt(log, "size " + std::to_string(found.size) + " hashes to " + found.root.Base64() +
                            ", the head says size " + std::to_string(to.size) + " root " + to.root.Base64());
  }
  return edge;
}

}  // namespace certmark::ledger
