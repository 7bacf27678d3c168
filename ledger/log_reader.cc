#include "ledger/log_reader.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "verifier-sdk/core/entry_bundle.h"

namespace certmark::ledger {
namespace {

// Below a size that was committed every node is there: one that is not found is damage, not a wrong question.
template <class T>
Result<T> MustBeThere(Result<T> found) {
  if (found || found.error().code != ErrorCode::kNotFound) return found;
  return Error{ErrorCode::kCorruption, found.error().message};
}

}  // namespace

Result<Bytes> LogReader::Entry(std::uint64_t index, std::uint64_t size) const {
  CM_TRY(CheckIndex(index, size));
  std::optional<Bytes> entry = CM_TRY(store_.Get(Column::kEntry, EntryKey(log_, index)));
  if (!entry) return Error{ErrorCode::kCorruption, "log entry " + std::to_string(index) + " is not stored"};
  return *std::move(entry);
}

Result<std::vector<Bytes>> LogReader::Entries(const Run& run, std::uint64_t size) const {
  if (run.begin == size) return std::vector<Bytes>{};
  CM_TRY(CheckIndex(run.begin, size));
  const std::uint64_t end = run.begin + std::min<std::uint64_t>(size - run.begin, run.max_entries);
  std::vector<Bytes> entries;
  std::size_t bytes = 0;
  bool is_full = false;
  CM_TRY(store_.Scan(Column::kEntry, EntryKey(log_, run.begin), EntryKey(log_, end), [&](ByteView key, ByteView entry) {
    if (!Equal(key, EntryKey(log_, run.begin + entries.size()))) return false;
    is_full = !entries.empty() && bytes + entry.size() > run.max_bytes;
    if (is_full) return false;
    bytes += entry.size();
    entries.emplace_back(entry.begin(), entry.end());
    return true;
  }));
  if (is_full || run.begin + entries.size() == end) return entries;
  return Error{ErrorCode::kCorruption, "log entry " + std::to_string(run.begin + entries.size()) + " is not stored"};
}

Result<Hash> LogReader::LeafHashOf(std::uint64_t index, std::uint64_t size) const {
  CM_TRY(CheckIndex(index, size));
  return MustBeThere(TileNodes(store_, log_).Node(0, index));
}

Result<std::uint64_t> LogReader::IndexOf(const Hash& leaf, std::uint64_t size) const {
  const auto missing = [&] { return Error{ErrorCode::kNotFound, "no log entry has leaf hash " + leaf.Hex()}; };
  const std::optional<Bytes> row = CM_TRY(store_.Get(Column::kByHash, ByHashKey(log_, leaf)));
  if (!row) return missing();
  const std::uint64_t index = CM_TRY(DecodeU64(*row));
  if (index >= size) return missing();
  return index;
}

Result<Bytes> LogReader::Tile(const TileName& name, std::uint64_t size) const {
  if (name.width == 0 || name.width > WidthAt(size, name.level.value_or(0), name.number)) {
    return Error{ErrorCode::kNotFound, "no tile " + name.ToPath() + " in a log of size " + std::to_string(size)};
  }
  return name.level ? HashTile(name) : EntryBundle(name);
}

Result<Proof> LogReader::Inclusion(std::uint64_t index, std::uint64_t size) const {
  CM_TRY(CheckIndex(index, size));
  return MustBeThere(InclusionProof(ProofNodes(store_, log_), index, size));
}

Result<Proof> LogReader::Consistency(std::uint64_t old_size, std::uint64_t new_size) const {
  return MustBeThere(ConsistencyProof(ProofNodes(store_, log_), old_size, new_size));
}

Result<Hash> LogReader::RootAt(std::uint64_t size) const {
  return MustBeThere(certmark::RootAt(ProofNodes(store_, log_), size));
}

Result<TlogProof> LogReader::ProveEntry(std::uint64_t index, const SignedCheckpoint& checkpoint) const {
  Proof path = CM_TRY(Inclusion(index, checkpoint.checkpoint.size));
  return TlogProof{index, std::move(path), checkpoint.note};
}

Result<void> LogReader::CheckIndex(std::uint64_t index, std::uint64_t size) const {
  if (index < size) return {};
  return Error{ErrorCode::kNotFound,
               "no log entry " + std::to_string(index) + " in a log of size " + std::to_string(size)};
}

Result<Bytes> LogReader::HashTile(const TileName& name) const {
  std::optional<Bytes> row = CM_TRY(store_.Get(Column::kTile, TileKey(log_, *name.level, name.number)));
  const std::size_t bytes = name.width * Hash::kSize;
  if (!row || row->size() < bytes) return Error{ErrorCode::kCorruption, "tile " + name.ToPath() + " is not stored"};
  row->resize(bytes);
  return *std::move(row);
}

Result<Bytes> LogReader::EntryBundle(const TileName& name) const {
  const std::uint64_t begin = name.number * kTileWidth;
  std::uint64_t next = begin;
  Bytes bundle;
  CM_TRY(store_.Scan(Column::kEntry, EntryKey(log_, begin), EntryKey(log_, begin + name.width),
                     [&](ByteView key, ByteView entry) {
                       if (!Equal(key, EntryKey(log_, next)) || entry.size() > kMaxEntryBytes) return false;
                       AppendToBundle(bundle, entry);
                       ++next;
                       return true;
                     }));
  if (next - begin == name.width) return bundle;
  return Error{ErrorCode::kCorruption, "log entry " + std::to_string(next) + " is not stored as it must be"};
}

}  // namespace certmark::ledger
