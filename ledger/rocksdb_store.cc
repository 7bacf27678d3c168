#include "ledger/rocksdb_store.h"

#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/options.h>
#include <rocksdb/sst_file_manager.h>
#include <rocksdb/table.h>
#include <rocksdb/utilities/checkpoint.h>
#include <rocksdb/write_batch.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <mutex>
#include <string>
#include <system_error>
#include <vector>

#include "ledger/head.h"
#include "ledger/posix_file.h"

namespace certmark::ledger {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMebi = 1024 * 1024;
constexpr std::string_view kHeadKey = "head";

// A power cut may take the end of one write-ahead log and leave what the next one began with: a hole, which RocksDB
// does not notice. So each commit leaves its number in a ring of rows, and a database opens only if the newest numbers
// follow one another. Before the ring comes round, what it tells of is synced.
constexpr std::uint64_t kRing = 64;

std::string RingKey(std::uint64_t commit) {
  return "commit/" + std::to_string(commit % kRing);
}

// Room that must be left on the disk after a commit. New work leaves the most, and room for the tables that memory
// still has to become, and for the next write-ahead log, which is allocated ahead (1.1 memtables of 64 MiB). What is
// urgent may use half of the reserve, and a checkpoint's note most of the rest: the tree that it covers is committed
// already, and the writer that could not publish it would have to stop.
constexpr std::uint64_t kReserve = 64 * kMebi;
constexpr std::uint64_t kReserveForUrgent = 32 * kMebi;
constexpr std::uint64_t kReserveForNotes = 16 * kMebi;
constexpr std::uint64_t kNextWriteAheadLog = 71 * kMebi;
static_assert(kKeptFromNewWork == kReserve + kNextWriteAheadLog);
// A compaction needs as much room as what it compacts, and may not take the reserve: RocksDB is told how large its
// tables may become, each time a commit looks at the disk. Flushes do not ask, but one that ends beyond that limit ends
// the writer; so the limit is this much higher, and a compaction is told to leave it.
constexpr std::uint64_t kFlushesBetweenTwoLooks = 1024 * kMebi;
constexpr std::uint64_t kNoLookYet = std::uint64_t{1} << 62;
// A byte committed is written to the write-ahead log, to a table, and once more by a compaction.
constexpr std::uint64_t kWritesOfAByte = 3;

rocksdb::Slice ToSlice(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
ByteView ToView(const rocksdb::Slice& slice) {
  return AsBytes({slice.data(), slice.size()});
}

// FamilyName is a column's name on disk: never change one.
const char* FamilyName(Column column) {
  switch (column) {
    case Column::kEntry:
      return "entry";
    case Column::kTile:
      return "tile";
    case Column::kCheckpoint:
      return "checkpoint";
    case Column::kByHash:
      return "by_hash";
    case Column::kRecord:
      return "record";
    case Column::kIndex:
      return "index";
    case Column::kRequest:
      return "request";
  }
  Die("a column without a name");
}

rocksdb::ColumnFamilyOptions FamilyOptions(Column column, const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;
  // Entries are read in runs, a bundle or more at a time: a block then holds several of them.
  if (column == Column::kEntry) table.block_size = 16 * 1024;
  // These are asked for what is mostly absent: a new leaf, a new record.
  if (column == Column::kByHash || column == Column::kRecord || column == Column::kRequest)
    table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  rocksdb::ColumnFamilyOptions options;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  const bool hashes = column == Column::kTile || column == Column::kByHash;  // nothing to compress
  if (column == Column::kByHash) {
    // Memory is asked first: a filter of 1.3 MB spares the search through what lies there, which is mostly in vain.
    options.memtable_whole_key_filtering = true;
    options.memtable_prefix_bloom_size_ratio = 0.02;
    // Its keys come in no order: a smaller table in memory is searched sooner, for each new row.
    options.write_buffer_size = 6 * kMebi;
  }
  options.compression = hashes ? rocksdb::kNoCompression : rocksdb::kLZ4Compression;
  return options;
}

std::vector<rocksdb::ColumnFamilyDescriptor> Families() {
  const std::shared_ptr<rocksdb::Cache> cache = rocksdb::NewLRUCache(128 * kMebi);
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  families.emplace_back(rocksdb::kDefaultColumnFamilyName, rocksdb::ColumnFamilyOptions());
  for (const Column column : kAllColumns) families.emplace_back(FamilyName(column), FamilyOptions(column, cache));
  return families;
}

// StderrLogger passes on RocksDB's errors alone: a database that will not open is our own line to write. RocksDB's log
// file would lie on the disk that is full when there is most to say, and Debian's build aborts at the second line that
// does not fit.
class StderrLogger : public rocksdb::Logger {
 public:
  StderrLogger() : Logger(rocksdb::ERROR_LEVEL) {}
  using Logger::Logv;
  void LogHeader(const char*, va_list) override {}
  void Logv(const char* format, va_list arguments) override {
    std::array<char, 512> line{};
    std::vsnprintf(line.data(), line.size(), format, arguments);
    // What waits for room on the disk says so every second.
    if (std::string_view(line.data()).find("Compaction too large") != std::string_view::npos) return;
    std::fprintf(stderr, "rocksdb: %s\n", line.data());
  }
};

rocksdb::DBOptions DatabaseOptions() {
  rocksdb::DBOptions options;
  // Point-in-time recovery, the default, stops silently before a corrupt record: history would be cut off and then
  // written again, a fork. This mode forgives only a last record that was never whole, and so never acknowledged; a
  // recycled log could not tell the two apart. The manifest's list of logs notices one that is missing or short.
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  options.recycle_log_file_num = 0;
  options.track_and_verify_wals_in_manifest = true;
  options.paranoid_checks = true;
  options.max_bgerror_resume_count = 0;      // after a failed flush: stop and be reopened, do not try again
  options.max_total_wal_size = 256 * kMebi;  // bounds the time to open after a crash
  options.max_open_files = 512;
  options.info_log = std::make_shared<StderrLogger>();
  // No compaction before the first look at the disk: it would have to leave more than there can be.
  options.sst_file_manager.reset(rocksdb::NewSstFileManager(rocksdb::Env::Default(), options.info_log));
  options.sst_file_manager->SetMaxAllowedSpaceUsage(kNoLookYet);
  options.sst_file_manager->SetCompactionBufferSize(kNoLookYet);
  return options;
}

constexpr std::string_view kHeld = " is locked by another process";

// IsLocked tells a lock that somebody holds, here or in another process, from one that could not be taken for a reason
// of the disk's.
bool IsLocked(const std::string& error) {
  if (error.find("/LOCK:") == std::string::npos) return false;
  return error.ends_with(std::generic_category().message(EAGAIN)) ||
         error.find("lock hold by current process") != std::string::npos;
}

Error OpenError(const fs::path& directory, const rocksdb::Status& status) {
  const std::string text = status.ToString();
  if (status.IsIOError() && IsLocked(text)) {
    return {ErrorCode::kUnavailable, "database " + directory.string() + std::string(kHeld)};
  }
  // What opens, but says something that this program never wrote, is as bad as what fails its checksum.
  const bool corrupt = status.IsCorruption() || status.IsInvalidArgument() || status.IsNotSupported();
  return {corrupt ? ErrorCode::kCorruption : ErrorCode::kUnavailable, "database " + directory.string() + ": " + text};
}

Error ReadError(const rocksdb::Status& status) {
  return {status.IsCorruption() ? ErrorCode::kCorruption : ErrorCode::kUnavailable, "database: " + status.ToString()};
}

std::uint64_t BytesOf(const Batch& batch) {
  std::uint64_t bytes = batch.new_head.size();
  for (const Write& write : batch.writes) bytes += write.key.size() + (write.value ? write.value->size() : 0);
  return bytes;
}

// InOrder are a batch's writes by column and key, those of one key as they came: a table in memory finds the place of a
// key soonest near that of the one before.
std::vector<const Write*> InOrder(const Batch& batch) {
  std::vector<const Write*> writes;
  writes.reserve(batch.writes.size());
  for (const Write& write : batch.writes) writes.push_back(&write);
  std::ranges::stable_sort(writes, [](const Write* a, const Write* b) {
    return a->column != b->column ? a->column < b->column : a->key < b->key;
  });
  return writes;
}

bool OnlyNotes(const Batch& batch) {
  return std::ranges::all_of(batch.writes, [](const Write& write) { return write.column == Column::kCheckpoint; });
}

}  // namespace

bool IsHeldByAnother(const Error& error) {
  return error.code == ErrorCode::kUnavailable && error.message.ends_with(kHeld);
}

// Database is what RocksdbStore hides: all of RocksDB.
class RocksdbStore::Database {
 public:
  enum class Mode { kReadWrite, kReadOnly };

  Database(fs::path directory, std::unique_ptr<rocksdb::DB> db, std::vector<rocksdb::ColumnFamilyHandle*> handles,
           Mode mode)
      : directory_(std::move(directory)),
        db_(std::move(db)),
        handles_(std::move(handles)),
        tables_(db_->GetDBOptions().sst_file_manager),
        mode_(mode) {}

  ~Database() {
    for (rocksdb::ColumnFamilyHandle* handle : handles_) db_->DestroyColumnFamilyHandle(handle);
  }

  // Disk is what is left of it, in bytes, and how much of that new work may not have.
  struct Disk {
    std::uint64_t room, kept_from_new_work;
  };
  // LookAtDisk also tells RocksDB how large a compaction may be.
  Result<Disk> LookAtDisk() const {
    struct statvfs found {};
    if (::statvfs(directory_.c_str(), &found) != 0) {
      return Error{ErrorCode::kUnavailable,
                   "database " + directory_.string() + ": " + std::generic_category().message(errno)};
    }
    std::uint64_t unflushed = 0;
    db_->GetAggregatedIntProperty(rocksdb::DB::Properties::kCurSizeAllMemTables, &unflushed);
    const Disk disk{std::uint64_t{found.f_bavail} * found.f_frsize, kKeptFromNewWork + unflushed};
    BoundCompactions(disk.room > disk.kept_from_new_work ? disk.room - disk.kept_from_new_work : 0);
    return disk;
  }

  Result<Bytes> Head() const {
    auto head = CM_TRY(Read(handles_.front(), AsBytes(kHeadKey)));
    return std::move(head).value_or(Bytes{});
  }

  Result<void> Commit(ByteView expected_head, const Batch& batch) {
    if (mode_ == Mode::kReadOnly) {
      return Error{ErrorCode::kFailedPrecondition, "the database was opened to be read"};
    }
    const std::lock_guard lock(commit_mutex_);
    if (failed_) return WriteFailed();
    const Bytes head = CM_TRY(Head());
    if (!Equal(head, expected_head)) return Error{ErrorCode::kConflict, "the stored head is another"};
    CM_TRY(CheckRoom(batch));
    CM_TRY(WriteRows(batch));
    if (commits_ - synced_ < kRing - 1) return {};
    return Sync();
  }

  // Sync never tries again: after one failed sync the system forgets what it could not write, and the next would
  // succeed.
  Result<void> Sync() {
    const std::lock_guard lock(sync_mutex_);
    if (failed_) return WriteFailed();
    const std::uint64_t commits = commits_;
    if (synced_ == commits) return {};
    const rocksdb::Status status = db_->SyncWAL();
    if (!status.ok()) return Failed(status);
    synced_ = commits;
    return {};
  }

  // FollowCommits takes up the numbers of commits. Corruption: there is a hole in them; what lies beyond was never
  // acknowledged, but stands on what is lost.
  Result<void> FollowCommits() {
    std::vector<std::uint64_t> numbers;
    for (std::uint64_t place = 0; place < kRing; ++place) {
      const auto row = CM_TRY(Read(handles_.front(), AsBytes(RingKey(place))));
      if (row) numbers.push_back(CM_TRY(DecodeU64(*row)));
    }
    std::ranges::sort(numbers);
    if (numbers.size() < kRing && !numbers.empty() && numbers.front() != 1) return Hole(1, numbers.front());
    for (std::size_t i = 1; i < numbers.size(); ++i) {
      if (numbers[i] == numbers[i - 1] + 1) continue;
      return Hole(numbers[i - 1] + 1, numbers[i]);
    }
    commits_ = synced_ = numbers.empty() ? 0 : numbers.back();
    return {};
  }

  Result<std::optional<Bytes>> Get(Column column, ByteView key) const { return Read(Handle(column), key); }

  Result<void> Scan(Column column, ByteView begin, ByteView end,
                    const std::function<bool(ByteView key, ByteView value)>& visit) const {
    rocksdb::ReadOptions options = ScanOptions(column);
    const rocksdb::Slice bound = ToSlice(end);
    if (!end.empty()) options.iterate_upper_bound = &bound;
    const std::unique_ptr<rocksdb::Iterator> row(db_->NewIterator(options, Handle(column)));
    for (row->Seek(ToSlice(begin)); row->Valid(); row->Next()) {
      if (!visit(ToView(row->key()), ToView(row->value()))) break;
    }
    if (!row->status().ok()) return ReadError(row->status());
    return {};
  }

  // RocksDB would take over whatever lies at the name under which it gathers a copy. So it gathers it inside a
  // directory that was made here, is closed to others from its first moment on, and is gone when the copy has its name.
  Result<void> CopyTo(const fs::path& to) const {
    if (failed_) return WriteFailed();
    const fs::path gathering = to.string() + ".tmp";
    struct stat status {};
    if (::lstat(to.c_str(), &status) == 0) {
      return Error{ErrorCode::kAlreadyExists,
                   "cannot copy database " + directory_.string() + ": " + to.string() + " is there"};
    }
    if (::mkdir(gathering.c_str(), S_IRWXU) != 0) {
      if (errno != EEXIST) return FileError("create", gathering);
      return FileError("create", gathering, ErrorCode::kAlreadyExists);
    }
    const auto copied = GatherCopy(gathering / "db", to);
    std::error_code error;
    fs::remove_all(gathering, error);
    CM_TRY(copied);
    if (error) return FileError("remove", gathering, error);
    return SyncDirectory(DirectoryOf(to));
  }

 private:
  // What is not in a table yet is copied with the write-ahead logs. A flush instead would be one more write that can
  // end the writer, on a disk that a copy may just be filling.
  Result<void> GatherCopy(const fs::path& gathered, const fs::path& to) const {
    constexpr std::uint64_t kNeverFlush = ~std::uint64_t{0};
    rocksdb::Checkpoint* made = nullptr;
    rocksdb::Status status = rocksdb::Checkpoint::Create(db_.get(), &made);
    const std::unique_ptr<rocksdb::Checkpoint> checkpoint(made);
    if (status.ok()) status = checkpoint->CreateCheckpoint(gathered.string(), kNeverFlush);
    if (!status.ok()) {
      return Error{ErrorCode::kUnavailable,
                   "cannot copy database " + directory_.string() + " to " + to.string() + ": " + status.ToString()};
    }
    if (::chmod(gathered.c_str(), S_IRWXU) != 0) return FileError("close to others", gathered);
    if (RenameNew(gathered, to) == 0) return {};
    return FileError("put in place", to, errno == EEXIST ? ErrorCode::kAlreadyExists : ErrorCode::kUnavailable);
  }

  // ScanOptions: how a scan of a column reads. Who opens a database to look at it reads long stretches of it, once.
  rocksdb::ReadOptions ScanOptions(Column column) const {
    rocksdb::ReadOptions options;
    if (mode_ == Mode::kReadWrite || (column != Column::kEntry && column != Column::kByHash)) return options;
    options.fill_cache = false;
    options.readahead_size = 96 * 1024;  // below what malloc maps anew each time
    return options;
  }

  // handles_ is in the order of Families().
  rocksdb::ColumnFamilyHandle* Handle(Column column) const { return handles_[1 + static_cast<std::size_t>(column)]; }

  Result<std::optional<Bytes>> Read(rocksdb::ColumnFamilyHandle* family, ByteView key) const {
    rocksdb::PinnableSlice value;
    const rocksdb::Status status = db_->Get(rocksdb::ReadOptions(), family, ToSlice(key), &value);
    if (status.IsNotFound()) return std::optional<Bytes>{};
    if (!status.ok()) return ReadError(status);
    const ByteView bytes = ToView(value);
    return std::optional<Bytes>(std::in_place, bytes.begin(), bytes.end());
  }

  // A write that meets the end of the disk may be half there, and ends the writer; so a full disk is noticed before it.
  Result<void> CheckRoom(const Batch& batch) const {
    const Disk disk = CM_TRY(LookAtDisk());
    const std::uint64_t reserve = OnlyNotes(batch)                    ? kReserveForNotes
                                  : batch.urgency == Urgency::kUrgent ? kReserveForUrgent
                                                                      : disk.kept_from_new_work;
    if (disk.room >= reserve + kWritesOfAByte * BytesOf(batch)) return {};
    return Error{ErrorCode::kResourceExhausted, "database " + directory_.string() + ": " +
                                                    std::to_string(disk.room / kMebi) + " MiB left on the disk"};
  }

  // BoundCompactions lets a compaction that needs more than `room` wait.
  void BoundCompactions(std::uint64_t room) const {
    tables_->SetCompactionBufferSize(kFlushesBetweenTwoLooks);
    tables_->SetMaxAllowedSpaceUsage(tables_->GetTotalSize() + kFlushesBetweenTwoLooks + room);
  }

  Error Hole(std::uint64_t lost, std::uint64_t there) const {
    return {ErrorCode::kCorruption, "database " + directory_.string() + ": commit " + std::to_string(lost) +
                                        " is lost, but commit " + std::to_string(there) +
                                        " is there: restore a backup, with a mirror of what was published since"};
  }

  Error WriteFailed() const {
    return {ErrorCode::kOutcomeUnknown, "database " + directory_.string() + ": a write failed; reopen it"};
  }

  Error Failed(const rocksdb::Status& status) {
    failed_ = true;
    return {ErrorCode::kOutcomeUnknown, "database " + directory_.string() + ": " + status.ToString()};
  }

  // WriteRows is one write batch. REQUIRES: commit_mutex_ is held.
  Result<void> WriteRows(const Batch& batch) {
    rocksdb::WriteBatch& rows = rows_;
    rows.Clear();
    rocksdb::Status status = rows.Put(handles_.front(), rocksdb::Slice(kHeadKey), ToSlice(batch.new_head));
    const std::uint64_t number = commits_ + 1;
    if (status.ok()) status = rows.Put(handles_.front(), RingKey(number), ToSlice(EncodeU64(number)));
    for (const Write* write : InOrder(batch)) {
      if (!status.ok()) break;
      status = write->value ? rows.Put(Handle(write->column), ToSlice(write->key), ToSlice(*write->value))
                            : rows.Delete(Handle(write->column), ToSlice(write->key));
    }
    if (!status.ok())
      return Error{ErrorCode::kUnavailable, "database " + directory_.string() + ": " + status.ToString()};
    status = db_->Write(rocksdb::WriteOptions(), &rows);
    if (!status.ok()) return Failed(status);
    commits_ = number;
    return {};
  }

  const fs::path directory_;
  const std::unique_ptr<rocksdb::DB> db_;
  const std::vector<rocksdb::ColumnFamilyHandle*> handles_;
  const std::shared_ptr<rocksdb::SstFileManager> tables_;  // shared with the database
  const Mode mode_;
  std::atomic<bool> failed_ = false;
  std::atomic<std::uint64_t> commits_ = 0, synced_ = 0;  // so many were ever made, and are durable
  std::mutex sync_mutex_;                                // one sync at a time: two might tell its failure to one alone
  std::mutex commit_mutex_;                              // guards what follows
  rocksdb::WriteBatch rows_;                             // kept for its memory, which grows to the largest batch
};

RocksdbStore::RocksdbStore(std::unique_ptr<Database> database) : database_(std::move(database)) {}
RocksdbStore::~RocksdbStore() = default;

Result<Bytes> RocksdbStore::Head() const {
  return database_->Head();
}
Result<void> RocksdbStore::Commit(ByteView expected_head, const Batch& batch) {
  return database_->Commit(expected_head, batch);
}
Result<void> RocksdbStore::Sync() {
  return database_->Sync();
}
Result<std::optional<Bytes>> RocksdbStore::Get(Column column, ByteView key) const {
  return database_->Get(column, key);
}
Result<void> RocksdbStore::Scan(Column column, ByteView begin, ByteView end,
                                const std::function<bool(ByteView key, ByteView value)>& visit) const {
  return database_->Scan(column, begin, end, visit);
}
Result<void> RocksdbStore::CopyTo(const fs::path& to) const {
  return database_->CopyTo(to);
}

namespace {

// MakeDirectory creates the last component as 0700, and makes its name durable.
Result<void> MakeDirectory(const fs::path& directory) {
  std::error_code error;
  const fs::path parent = fs::absolute(directory, error).parent_path();
  if (!error) fs::create_directories(parent, error);
  if (error) return Error{ErrorCode::kUnavailable, "cannot create " + parent.string() + ": " + error.message()};
  if (::mkdir(directory.c_str(), 0700) == 0) return SyncDirectory(parent);
  if (errno == EEXIST) return {};
  return Error{ErrorCode::kUnavailable,
               "cannot create " + directory.string() + ": " + std::generic_category().message(errno)};
}

// CheckExists: RocksDB's own word on this is that the options are wrong. CURRENT names what a database consists of.
Result<void> CheckExists(const fs::path& directory) {
  std::error_code error;
  if (fs::exists(directory / "CURRENT", error)) return {};
  if (error && error != std::errc::not_a_directory) {
    return Error{ErrorCode::kUnavailable,
                 "cannot look for a database in " + directory.string() + ": " + error.message()};
  }
  return Error{ErrorCode::kNotFound, "no database in " + directory.string()};
}

Result<std::unique_ptr<RocksdbStore>> OpenToWrite(const fs::path& directory, const rocksdb::DBOptions& options) {
  using Database = RocksdbStore::Database;
  rocksdb::DB* db = nullptr;
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  const auto status = rocksdb::DB::Open(options, directory.string(), Families(), &handles, &db);
  if (!status.ok()) return OpenError(directory, status);
  auto database = std::make_unique<Database>(directory, std::unique_ptr<rocksdb::DB>(db), std::move(handles),
                                             Database::Mode::kReadWrite);
  CM_TRY(database->FollowCommits());
  CM_TRY(database->LookAtDisk());
  return std::make_unique<RocksdbStore>(std::move(database));
}

}  // namespace

Result<std::unique_ptr<RocksdbStore>> OpenRocksdbStore(const fs::path& directory) {
  CM_TRY(CheckExists(directory));
  return OpenToWrite(directory, DatabaseOptions());
}

Result<std::unique_ptr<RocksdbStore>> OpenOrCreateRocksdbStore(const fs::path& directory) {
  CM_TRY(MakeDirectory(directory));
  rocksdb::DBOptions options = DatabaseOptions();
  options.create_if_missing = true;
  options.create_missing_column_families = true;
  return OpenToWrite(directory, options);
}

Result<std::unique_ptr<RocksdbStore>> OpenRocksdbStoreReadOnly(const fs::path& directory) {
  using Database = RocksdbStore::Database;
  CM_TRY(CheckExists(directory));
  // The check of the write-ahead logs stays on: without it RocksDB would want to write to the manifest where that names
  // some, and aborts, for it may not. A writer at work may remove a file between two steps of one attempt.
  constexpr int kAttempts = 5;
  for (int attempt = 1;; ++attempt) {
    rocksdb::DB* db = nullptr;
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    const auto status = rocksdb::DB::OpenForReadOnly(DatabaseOptions(), directory.string(), Families(), &handles, &db);
    if (status.ok()) {
      return std::make_unique<RocksdbStore>(std::make_unique<Database>(directory, std::unique_ptr<rocksdb::DB>(db),
                                                                       std::move(handles), Database::Mode::kReadOnly));
    }
    if (attempt == kAttempts) return OpenError(directory, status);
  }
}

}  // namespace certmark::ledger
