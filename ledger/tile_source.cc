#include "ledger/tile_source.h"

#include <optional>
#include <utility>

#include "ledger/signed_checkpoint.h"
#include "verifier-sdk/core/entry_bundle.h"

namespace certmark::ledger {
namespace {

Error Corrupt(std::string what) {
  return {ErrorCode::kCorruption, std::move(what)};
}
Error Missing(std::string what) {
  return {ErrorCode::kNotFound, std::move(what)};
}

class StoreSource : public TileSource {
 public:
  StoreSource(const Store& store, LogNumber log) : store_(store), log_(log) {}

  Result<std::string> Checkpoint() const override {
    auto newest = CM_TRY(NewestNote(store_, log_));
    if (!newest) return Missing("log " + std::to_string(log_) + " has no checkpoint");
    return std::move(newest->note);
  }

  Result<Bytes> Tile(const TileName& name) const override {
    if (!name.level) return Bundle(name);
    auto row = CM_TRY(store_.Get(Column::kTile, TileKey(log_, *name.level, name.number)));
    if (!row) return Missing("no such row");
    const std::size_t bytes = name.width * Hash::kSize;
    if (row->size() < bytes) return Corrupt("the row has " + std::to_string(row->size()) + " bytes");
    row->resize(bytes);
    return *std::move(row);
  }

  Result<void> Entries(std::uint64_t begin, std::uint64_t end, std::uint64_t,
                       const EntryVisitor& visit) const override {
    std::uint64_t next = begin;
    // A damaged row ends a scan. What is behind it is read row by row, up to where a scan may go on.
    while (next < end) {
      const std::uint64_t scanned = next;
      const auto read = ScanEntries(next, end, visit);
      if (!read && read.error().code != ErrorCode::kCorruption) return read;
      if (next < end && next == scanned) CM_TRY(ReadOne(next++, visit));
    }
    return {};
  }

 private:
  // ScanEntries visits entries from `next` on while each is there, and moves `next` behind them.
  Result<void> ScanEntries(std::uint64_t& next, std::uint64_t end, const EntryVisitor& visit) const {
    return store_.Scan(Column::kEntry, EntryKey(log_, next), EntryKey(log_, end), [&](ByteView key, ByteView entry) {
      if (!IsEntryKey(key, next)) return false;
      visit(next++, entry);
      return true;
    });
  }

  // IsEntryKey compares with EntryKey(log_, index) without making it: this is done for every entry.
  bool IsEntryKey(ByteView key, std::uint64_t index) const {
    if (key.size() != sizeof(LogNumber) + sizeof index) return false;
    std::uint64_t last = 0;
    for (const std::uint8_t byte : key.last(sizeof index)) last = last << 8 | byte;
    return last == index;  // the log is that of the range scanned
  }

  Result<void> ReadOne(std::uint64_t index, const EntryVisitor& visit) const {
    const auto row = store_.Get(Column::kEntry, EntryKey(log_, index));
    if (!row && row.error().code != ErrorCode::kCorruption) return row.error();
    if (!row) {
      visit(index, row.error());
    } else if (!*row) {
      visit(index, Missing("no such row"));
    } else {
      visit(index, ByteView(**row));
    }
    return {};
  }

  Result<Bytes> Bundle(const TileName& name) const {
    Bytes bundle;
    std::optional<Error> failed;
    const std::uint64_t begin = name.number * kTileWidth;
    CM_TRY(Entries(begin, begin + name.width, begin + name.width, [&](std::uint64_t, const Result<ByteView>& entry) {
      if (!entry) failed = entry.error();
      if (entry && entry->size() > kMaxEntryBytes) failed = Corrupt("an entry that no bundle can hold");
      if (!failed) AppendToBundle(bundle, *entry);
    }));
    if (failed) return *std::move(failed);
    return bundle;
  }

  const Store& store_;
  LogNumber log_;
};

}  // namespace

std::unique_ptr<TileSource> MakeStoreSource(const Store& store, LogNumber log) {
  return std::make_unique<StoreSource>(store, log);
}

}  // namespace certmark::ledger
