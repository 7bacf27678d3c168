#include "tests/bench/bare_database.h"

#include <rocksdb/convenience.h>
#include <rocksdb/utilities/options_util.h>
#include <rocksdb/write_batch.h>

#include "ledger/head.h"
#include "ledger/rocksdb_store.h"
#include "verifier-sdk/core/merkle.h"

namespace certmark::bench {
namespace {

rocksdb::Slice ToSlice(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

Result<void> Checked(const rocksdb::Status& status) {
  if (status.ok()) return {};
  return Error{ErrorCode::kUnavailable, "bare database: " + status.ToString()};
}

}  // namespace

Result<std::unique_ptr<BareDatabase>> BareDatabase::Open(const std::filesystem::path& directory) {
  CM_TRY(ledger::OpenOrCreateRocksdbStore(directory));  // and closed again
  rocksdb::DBOptions options;
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  CM_TRY(Checked(rocksdb::LoadLatestOptions(rocksdb::ConfigOptions(), directory.string(), &options, &families)));
  std::unique_ptr<BareDatabase> made(new BareDatabase);
  rocksdb::DB* db = nullptr;
  CM_TRY(Checked(rocksdb::DB::Open(options, directory.string(), families, &made->handles_, &db)));
  made->db_.reset(db);
  return made;
}

BareDatabase::~BareDatabase() {
  for (rocksdb::ColumnFamilyHandle* handle : handles_) db_->DestroyColumnFamilyHandle(handle);
}

std::vector<std::vector<ledger::Write>> BareDatabase::Prepare(std::vector<Bytes> entries, std::size_t together) {
  std::vector<std::vector<ledger::Write>> batches;
  for (std::size_t begin = 0; begin < entries.size(); begin += together) {
    std::vector<ledger::Write>& rows = batches.emplace_back();
    std::vector<Hash> leaves;
    for (std::size_t i = begin; i < std::min(entries.size(), begin + together); ++i) {
      const std::uint64_t index = edge_.size() + leaves.size();
      leaves.push_back(LeafHash(entries[i]));
      rows.push_back({ledger::Column::kEntry, ledger::EntryKey(1, index), std::move(entries[i])});
      rows.push_back({ledger::Column::kByHash, ledger::ByHashKey(1, leaves.back()), ledger::EncodeU64(index)});
    }
    edge_.Append(leaves, rows);
  }
  return batches;
}

Result<void> BareDatabase::Write(const std::vector<std::vector<ledger::Write>>& batches) {
  constexpr std::size_t kHeadBytes = 76;
  const std::string head(kHeadBytes, 'h');
  for (const std::vector<ledger::Write>& rows : batches) {
    rocksdb::WriteBatch batch;
    CM_TRY(Checked(batch.Put(handles_.front(), "head", head)));
    for (const ledger::Write& row : rows) {
      CM_TRY(Checked(batch.Put(Handle(row.column), ToSlice(row.key), ToSlice(*row.value))));
    }
    rocksdb::WriteOptions synced;
    synced.sync = true;
    CM_TRY(Checked(db_->Write(synced, &batch)));
  }
  return {};
}

// The families are in our store's order: the head's, then a column each.
rocksdb::ColumnFamilyHandle* BareDatabase::Handle(ledger::Column column) const {
  return handles_[1 + static_cast<std::size_t>(column)];
}

}  // namespace certmark::bench
