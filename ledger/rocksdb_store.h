// A Store on RocksDB: one write batch for each commit, and one fsync of the write-ahead log for as many as there are.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>

#include "ledger/store.h"

namespace certmark::ledger {

/// kKeptFromNewWork is how many bytes of its disk, and as many as are not flushed yet, new work leaves free: with less
/// it is refused (README.md).
inline constexpr std::uint64_t kKeptFromNewWork = std::uint64_t{64 + 71} * 1024 * 1024;

/// RocksdbStore is the Store; and what only this one can, it copies itself while it is written to.
class RocksdbStore : public Store {
 public:
  class Database;  ///< known to rocksdb_store.cc alone
  explicit RocksdbStore(std::unique_ptr<Database> database);
  ~RocksdbStore() override;

  Result<Bytes> Head() const override;
  Result<void> Commit(ByteView expected_head, const Batch& batch) override;
  Result<void> Sync() override;
  Result<std::optional<Bytes>> Get(Column column, ByteView key) const override;
  Result<void> Scan(Column column, ByteView begin, ByteView end,
                    const std::function<bool(ByteView key, ByteView value)>& visit) const override;

  /// CopyTo makes `to`, a new directory in one that is there, a database of its own: the state after one commit, no
  /// older than the call. Tables are linked where `to` is on the same file system, else copied; commits go on
  /// meanwhile. Nobody else can enter it at any time: mode 0700. AlreadyExists: `to` is there, or `<to>.tmp`, which a
  /// copy that was stopped has left. Unavailable: it could not be made, or the database was opened to be read. Safe on
  /// any thread.
  Result<void> CopyTo(const std::filesystem::path& to) const;

 private:
  std::unique_ptr<Database> database_;
};

/// OpenRocksdbStore opens the database in `directory`. NotFound: there is none; an empty one in place of one that is
/// lost would begin its logs again. Unavailable: another process holds it. Corruption: it cannot be read, or lacks a
/// commit that later ones followed. After the first write or sync that failed every other is refused as OutcomeUnknown
/// until it is reopened.
Result<std::unique_ptr<RocksdbStore>> OpenRocksdbStore(const std::filesystem::path& directory);

/// IsHeldByAnother is true of the Unavailable that OpenRocksdbStore answers where another process holds the database,
/// and of no other.
bool IsHeldByAnother(const Error& error);

/// OpenOrCreateRocksdbStore also makes one where there is none, in a directory of mode 0700: for the ceremony, and for
/// who makes a database out of copies. Else as OpenRocksdbStore.
Result<std::unique_ptr<RocksdbStore>> OpenOrCreateRocksdbStore(const std::filesystem::path& directory);

/// OpenRocksdbStoreReadOnly opens an existing database without its lock, to look at; Commit is refused.
Result<std::unique_ptr<RocksdbStore>> OpenRocksdbStoreReadOnly(const std::filesystem::path& directory);

}  // namespace certmark::ledger
