// A Store on RocksDB: one synced write batch for each commit.
#pragma once

#include <filesystem>
#include <memory>

#include "ledger/store.h"

namespace certmark::ledger {

/// OpenRocksdbStore opens or creates the database in `directory` (created with mode 0700). Unavailable: another process
/// holds it. Corruption: it cannot be read. A write after the first failed one is refused as OutcomeUnknown until it is
/// reopened.
Result<std::unique_ptr<Store>> OpenRocksdbStore(const std::filesystem::path& directory);

/// OpenRocksdbStoreReadOnly opens an existing database without its lock, to look at; Commit is refused.
Result<std::unique_ptr<Store>> OpenRocksdbStoreReadOnly(const std::filesystem::path& directory);

}  // namespace certmark::ledger
