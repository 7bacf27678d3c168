// BareDatabase: RocksDB and nothing of ours around it, with the options and column families of our store.
#pragma once

#include <rocksdb/db.h>

#include <filesystem>
#include <memory>
#include <vector>

#include "ledger/edge.h"
#include "ledger/store.h"

namespace certmark::bench {

/// BareDatabase writes the rows that a log would write, for a limit.
class BareDatabase {
 public:
  /// Open makes a database with our store, then opens it with the options that it left there.
  static Result<std::unique_ptr<BareDatabase>> Open(const std::filesystem::path& directory);
  ~BareDatabase();

  /// Prepare makes the batches of these entries, `together` in each: entry, by_hash and tile rows, and a head.
  std::vector<std::vector<ledger::Write>> Prepare(std::vector<Bytes> entries, std::size_t together);
  /// Write makes each a synced write batch, one after the other.
  Result<void> Write(const std::vector<std::vector<ledger::Write>>& batches);

 private:
  BareDatabase() = default;
  rocksdb::ColumnFamilyHandle* Handle(ledger::Column column) const;

  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> handles_;
  ledger::Edge edge_{1};
};

}  // namespace certmark::bench
