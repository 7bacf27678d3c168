// What the RocksDB store promises beyond the contract: durability, one owner, and to notice damage.
#include "ledger/rocksdb_store.h"

#include <gtest/gtest.h>
#include <rocksdb/db.h>
#include <rocksdb/utilities/options_util.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include "tests/unit/ledger/temp_dir.h"

namespace certmark::ledger {
namespace {

namespace fs = std::filesystem;

class ARocksdbStore : public ::testing::Test {
 protected:
  std::unique_ptr<Store> Open() { return OpenOrCreateRocksdbStore(db_).value(); }

  static Result<void> Put(Store& store, int number, std::size_t bytes = 100) {
    const std::string name = "row " + std::to_string(number);
    const Batch batch{ToBytes("head " + std::to_string(number)),
                      {{Column::kRecord, ToBytes(name), Bytes(bytes, static_cast<std::uint8_t>(number))}}};
    return store.Commit(store.Head().value(), batch);
  }
  // Fill writes rows 1 to `last`, a commit each, and closes the database.
  void Fill(int last) {
    const auto store = Open();
    for (int i = 1; i <= last; ++i) ASSERT_TRUE(Put(*store, i));
  }
  static bool Has(const Store& store, int number) {
    return store.Get(Column::kRecord, AsBytes("row " + std::to_string(number))).value().has_value();
  }
  std::vector<fs::path> Files(std::string_view extension) const {
    std::vector<fs::path> files;
    for (const auto& file : fs::directory_iterator(db_)) {
      if (file.path().extension() == extension && file.file_size() > 0) files.push_back(file.path());
    }
    return files;
  }
  static void Flip(const fs::path& file, std::uintmax_t place) {
    std::fstream bytes(file, std::ios::in | std::ios::out | std::ios::binary);
    bytes.seekg(static_cast<std::streamoff>(place));
    const auto byte = static_cast<char>(bytes.get() ^ 0x40);
    bytes.seekp(static_cast<std::streamoff>(place));
    bytes.put(byte);
    ASSERT_TRUE(bytes.flush());
  }
  // DeleteRow deletes a row of the store's own, as only RocksDB can.
  void DeleteRow(const std::string& key) const {
    rocksdb::DBOptions options;
    std::vector<rocksdb::ColumnFamilyDescriptor> families;
    ASSERT_TRUE(rocksdb::LoadLatestOptions({}, db_.string(), &options, &families).ok());
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    rocksdb::DB* db = nullptr;
    ASSERT_TRUE(rocksdb::DB::Open(options, db_.string(), families, &handles, &db).ok());
    EXPECT_TRUE(db->Delete({}, key).ok());
    for (rocksdb::ColumnFamilyHandle* handle : handles) EXPECT_TRUE(db->DestroyColumnFamilyHandle(handle).ok());
    delete db;
  }
  ErrorCode OpenFails() const {
    const auto opened = OpenOrCreateRocksdbStore(db_);
    EXPECT_FALSE(opened);
    return opened ? ErrorCode::kInternal : opened.error().code;
  }

  testing::TempDir dir_;
  fs::path db_ = dir_ / "db";
};

TEST_F(ARocksdbStore, KeepsRowsAndHeadOverAReopening) {
  Fill(3);
  const auto store = Open();
  EXPECT_EQ(store->Head().value(), ToBytes("head 3"));
  for (int i = 1; i <= 3; ++i) EXPECT_TRUE(Has(*store, i));
}

TEST_F(ARocksdbStore, MakesItsDirectoryPrivate) {
  Open();
  struct stat status {};
  ASSERT_EQ(::stat(db_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0700u);
}

TEST_F(ARocksdbStore, IsUnavailableWhileAnotherHoldsIt) {
  const auto store = Open();
  const auto second = OpenOrCreateRocksdbStore(db_);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(second.error().message, "database " + db_.string() + " is locked by another process");
  EXPECT_TRUE(IsHeldByAnother(second.error()));
  EXPECT_FALSE(IsHeldByAnother(OpenRocksdbStore(db_ / "none").error()));
}

TEST_F(ARocksdbStore, BlamesAnotherProcessOnlyWhereOneHoldsIt) {
  fs::create_directories(db_ / "LOCK");  // cannot be opened for writing
  const auto opened = OpenOrCreateRocksdbStore(db_);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(opened.error().message.find("another process"), std::string::npos) << opened.error().message;
}

TEST_F(ARocksdbStore, CopiesItselfAtOneCommitWhileItIsWrittenTo) {
  const auto store = OpenOrCreateRocksdbStore(db_).value();
  for (int i = 1; i <= 3; ++i) ASSERT_TRUE(Put(*store, i));
  std::atomic<int> written = 3;
  std::atomic<bool> enough = false;
  std::thread writer([&] {
    while (!enough && Put(*store, written + 1)) ++written;
  });
  while (written < 10) std::this_thread::yield();
  const int before = written;
  const auto copied = store->CopyTo(dir_ / "copy");
  enough = true;
  writer.join();
  ASSERT_TRUE(copied) << copied.error().message;
  const auto copy = OpenOrCreateRocksdbStore(dir_ / "copy").value();
  const std::string head(AsText(copy->Head().value()));
  int last = 1;
  while (Has(*copy, last + 1)) ++last;
  EXPECT_EQ(head, "head " + std::to_string(last));
  EXPECT_GE(last, before);
  EXPECT_TRUE(Put(*copy, last + 1));  // it is a database of its own
  EXPECT_TRUE(Put(*store, written + 1));
}

TEST_F(ARocksdbStore, CopiesOverNothingAndClosesTheCopyToOthers) {
  const auto store = OpenOrCreateRocksdbStore(db_).value();
  ASSERT_TRUE(Put(*store, 1));
  ASSERT_TRUE(store->CopyTo(dir_ / "copy"));
  struct stat status {};
  ASSERT_EQ(::stat((dir_ / "copy").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0700u);
  EXPECT_EQ(store->CopyTo(dir_ / "copy").error().code, ErrorCode::kAlreadyExists);
  EXPECT_EQ(store->CopyTo(dir_ / "no" / "copy").error().code, ErrorCode::kUnavailable);
}

TEST_F(ARocksdbStore, GathersItsCopyInNothingThatWasThere) {
  const auto store = OpenOrCreateRocksdbStore(db_).value();
  ASSERT_TRUE(Put(*store, 1));
  // Somebody else's, in which to wait for the rows.
  std::filesystem::create_directory(dir_ / "copy.tmp");
  const auto copied = store->CopyTo(dir_ / "copy");
  ASSERT_FALSE(copied);
  EXPECT_EQ(copied.error().code, ErrorCode::kAlreadyExists) << copied.error().message;
  EXPECT_FALSE(std::filesystem::exists(dir_ / "copy"));
  EXPECT_TRUE(std::filesystem::is_empty(dir_ / "copy.tmp"));
  std::filesystem::remove(dir_ / "copy.tmp");
  ASSERT_TRUE(store->CopyTo(dir_ / "copy"));
  EXPECT_FALSE(std::filesystem::exists(dir_ / "copy.tmp"));
}

TEST_F(ARocksdbStore, CopiesThroughNoLink) {
  const auto store = OpenOrCreateRocksdbStore(db_).value();
  ASSERT_TRUE(Put(*store, 1));
  std::filesystem::create_directory(dir_ / "elsewhere");
  for (const char* name : {"copy", "copy.tmp"}) {
    std::filesystem::create_directory_symlink(dir_ / "elsewhere", dir_ / name);
    EXPECT_EQ(store->CopyTo(dir_ / "copy").error().code, ErrorCode::kAlreadyExists) << name;
    std::filesystem::remove(dir_ / name);
  }
  EXPECT_TRUE(std::filesystem::is_empty(dir_ / "elsewhere"));
}

TEST_F(ARocksdbStore, OpenedToBeReadShowsWhatIsThereBesideAWriterAndRefusesCommits) {
  const auto writer = Open();
  ASSERT_TRUE(Put(*writer, 1));
  const auto reader = OpenRocksdbStoreReadOnly(db_).value();
  EXPECT_TRUE(Has(*reader, 1));
  const auto refused = Put(*reader, 2);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kFailedPrecondition);
  EXPECT_TRUE(Put(*writer, 2));
}

// Enough rows that the manifest names write-ahead logs, which RocksDB wants to forget where they are not checked.
TEST_F(ARocksdbStore, OpenedToBeReadShowsRowsOfSeveralWriteAheadLogs) {
  constexpr int kRows = 24;
  {
    const auto writer = Open();
    for (int i = 1; i <= kRows; ++i) ASSERT_TRUE(Put(*writer, i, 4 * 1024 * 1024));
  }
  ASSERT_GT(Files(".log").size(), 1u) << "this test says nothing";
  const auto reader = OpenRocksdbStoreReadOnly(db_).value();
  for (int i = 1; i <= kRows; ++i) EXPECT_TRUE(Has(*reader, i));
}

TEST_F(ARocksdbStore, IsMadeOnlyWhereThatWasAskedFor) {
  for (const char* left : {"", "db", "db/000042.sst"}) {  // nothing, an empty directory, what is left of a database
    if (fs::path(left).has_extension()) std::ofstream(dir_ / left) << "a table";
    if (fs::path(left).stem() == "db") fs::create_directory(db_);
    const auto opened = OpenRocksdbStore(db_);
    ASSERT_FALSE(opened) << left;
    EXPECT_EQ(opened.error().code, ErrorCode::kNotFound) << left;
    EXPECT_EQ(opened.error().message, "no database in " + db_.string());
    EXPECT_FALSE(fs::exists(db_ / "CURRENT")) << left;
  }
  fs::remove_all(db_);
  Fill(1);
  EXPECT_TRUE(Has(*OpenRocksdbStore(db_).value(), 1));
}

TEST_F(ARocksdbStore, OpenedToBeReadIsNotCreated) {
  const auto reader = OpenRocksdbStoreReadOnly(db_);
  ASSERT_FALSE(reader);
  EXPECT_EQ(reader.error().code, ErrorCode::kNotFound);
  EXPECT_FALSE(fs::exists(db_));
}

TEST_F(ARocksdbStore, RefusesToOpenOverDamageInTheMiddleOfItsWriteAheadLog) {
  Fill(20);
  const auto logs = Files(".log");
  ASSERT_EQ(logs.size(), 1u);
  Flip(logs.front(), fs::file_size(logs.front()) / 2);
  EXPECT_EQ(OpenFails(), ErrorCode::kCorruption);
}

TEST_F(ARocksdbStore, ForgivesALastRecordThatWasNeverWholeAndNothingElse) {
  Fill(20);
  const auto logs = Files(".log");
  ASSERT_EQ(logs.size(), 1u);
  fs::resize_file(logs.front(), fs::file_size(logs.front()) - 10);
  const auto store = Open();
  EXPECT_EQ(store->Head().value(), ToBytes("head 19"));
  EXPECT_TRUE(Has(*store, 19));
  EXPECT_FALSE(Has(*store, 20));
}

// A power cut may take the end of an older log that was not synced yet, and leave a newer one: RocksDB goes on over
// that.
TEST_F(ARocksdbStore, RefusesToOpenOverACommitThatIsLostWhereLaterOnesAreThere) {
  for (const int lost : {38, 64, 99}) {
    fs::remove_all(db_);
    Fill(100);
    DeleteRow("commit/" + std::to_string(lost % 64));
    const auto opened = OpenRocksdbStore(db_);
    ASSERT_FALSE(opened) << lost;
    EXPECT_EQ(opened.error().code, ErrorCode::kCorruption);
    EXPECT_NE(opened.error().message.find(" is lost, but commit "), std::string::npos) << opened.error().message;
  }
}

TEST_F(ARocksdbStore, RefusesToOpenWithoutATable) {
  Fill(20);
  Open();  // recovery turns the log into a table
  for (const fs::path& table : Files(".sst")) fs::remove(table);
  EXPECT_EQ(OpenFails(), ErrorCode::kCorruption);
}

TEST_F(ARocksdbStore, NoticesADamagedTable) {
  Fill(20);
  Open();  // recovery turns the log into a table
  const auto tables = Files(".sst");
  ASSERT_FALSE(tables.empty());
  for (const fs::path& table : tables) Flip(table, 20);
  const auto store = OpenOrCreateRocksdbStore(db_);
  const auto read = store ? (*store)->Get(Column::kRecord, AsBytes("row 1")) : store.error();
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, ErrorCode::kCorruption);
}

// FileSizeLimit makes every write beyond `bytes` into a file fail, as a broken disk would.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    handler_ = ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    ::signal(SIGXFSZ, handler_);
  }

 private:
  rlimit before_{};
  void (*handler_)(int) = nullptr;
};

TEST_F(ARocksdbStore, DoesNotKnowTheOutcomeOfAnyCommitAfterAFailedWrite) {
  const auto store = Open();
  ASSERT_TRUE(Put(*store, 1));
  {
    const FileSizeLimit limit(64 * 1024);
    const auto failed = Put(*store, 2, 1 << 20);
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().code, ErrorCode::kOutcomeUnknown);
  }
  const auto after = Put(*store, 3);
  ASSERT_FALSE(after);
  EXPECT_EQ(after.error().code, ErrorCode::kOutcomeUnknown);
}

TEST_F(ARocksdbStore, WritesAgainOnceReopenedAfterAFailedWrite) {
  {
    const auto store = Open();
    ASSERT_TRUE(Put(*store, 1));
    const FileSizeLimit limit(64 * 1024);
    ASSERT_FALSE(Put(*store, 2, 1 << 20));
  }
  const auto store = Open();
  EXPECT_TRUE(Has(*store, 1));
  EXPECT_TRUE(Put(*store, 3));
}

}  // namespace
}  // namespace certmark::ledger
