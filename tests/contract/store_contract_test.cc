// What every Store promises (ledger/store.h), asked of each of them.
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "ledger/memory_store.h"
#include "ledger/rocksdb_store.h"
#include "ledger/store.h"
#include "tests/unit/ledger/temp_dir.h"

namespace certmark::ledger {
namespace {

struct Engine {
  const char* name;
  std::function<std::unique_ptr<Store>(const std::filesystem::path&)> make;
};

std::ostream& operator<<(std::ostream& out, const Engine& engine) {
  return out << engine.name;
}

class StoreContract : public ::testing::TestWithParam<Engine> {
 protected:
  // Put commits rows of one column on top of whatever is there, under the new head `head`.
  Result<void> Put(std::string_view head, std::vector<Write> writes) {
    return store_->Commit(store_->Head().value(), Batch{ToBytes(head), std::move(writes)});
  }
  static Write Row(std::string_view key, std::string_view value, Column column = Column::kRecord) {
    return {column, ToBytes(key), ToBytes(value)};
  }
  static Write Gone(std::string_view key, Column column = Column::kRecord) {
    return {column, ToBytes(key), std::nullopt};
  }

  std::string Get(std::string_view key, Column column = Column::kRecord) {
    const auto value = store_->Get(column, AsBytes(key)).value();
    return value ? std::string(AsText(*value)) : "(absent)";
  }
  std::string Scan(std::string_view begin, std::string_view end, std::size_t most = 100,
                   Column column = Column::kRecord) {
    std::string seen;
    const auto done = store_->Scan(column, AsBytes(begin), AsBytes(end), [&](ByteView key, ByteView value) {
      seen += std::string(AsText(key)) + "=" + std::string(AsText(value)) + ";";
      return --most > 0;
    });
    EXPECT_TRUE(done);
    return seen;
  }

  testing::TempDir dir_;
  std::unique_ptr<Store> store_ = GetParam().make(dir_ / "db");
};

INSTANTIATE_TEST_SUITE_P(
    Engines, StoreContract,
    ::testing::Values(Engine{"Memory", [](const auto&) { return MakeMemoryStore(); }},
                      Engine{"Rocksdb", [](const auto& path) { return OpenOrCreateRocksdbStore(path).value(); }}),
    [](const auto& info) { return info.param.name; });

TEST_P(StoreContract, IsEmptyUntilItsFirstCommit) {
  EXPECT_EQ(store_->Head().value(), Bytes{});
  for (const Column column : kAllColumns) {
    EXPECT_EQ(Get("a", column), "(absent)");
    EXPECT_EQ(Scan("", "", 100, column), "");
  }
}

TEST_P(StoreContract, ShowsACommitWhole) {
  ASSERT_TRUE(Put("head 1", {Row("a", "1", Column::kEntry), Row("a", "2", Column::kIndex)}));
  EXPECT_EQ(store_->Head().value(), ToBytes("head 1"));
  EXPECT_EQ(Get("a", Column::kEntry), "1");
  EXPECT_EQ(Get("a", Column::kIndex), "2");
}

TEST_P(StoreContract, SyncsWhatThereIsAndWhatThereIsNot) {
  EXPECT_TRUE(store_->Sync());
  for (int i = 0; i < 200; ++i) ASSERT_TRUE(Put(std::to_string(i), {Row("a", std::to_string(i))}));
  EXPECT_TRUE(store_->Sync());
  EXPECT_TRUE(store_->Sync());
  EXPECT_EQ(Get("a"), "199");
}

TEST_P(StoreContract, SyncsBesideItsWriter) {
  std::atomic<bool> done = false;
  std::thread syncing([&] {
    while (!done) EXPECT_TRUE(store_->Sync());
  });
  for (int i = 0; i < 300; ++i) EXPECT_TRUE(Put(std::to_string(i), {Row("a", std::to_string(i))}));
  done = true;
  syncing.join();
}

TEST_P(StoreContract, KeepsColumnsApart) {
  std::vector<Write> writes;
  for (const Column column : kAllColumns)
    writes.push_back(Row("key", std::to_string(static_cast<int>(column)), column));
  ASSERT_TRUE(Put("head", writes));
  for (const Column column : kAllColumns) {
    EXPECT_EQ(Scan("", "", 100, column), "key=" + std::to_string(static_cast<int>(column)) + ";");
  }
}

TEST_P(StoreContract, RefusesAHeadThatIsNotTheStoredOneAndWritesNothing) {
  ASSERT_TRUE(Put("head 1", {Row("a", "1")}));
  for (const char* wrong : {"", "head", "head 1 ", "head 2"}) {
    const auto refused = store_->Commit(AsBytes(wrong), Batch{ToBytes("head 2"), {Row("a", "2"), Row("b", "2")}});
    ASSERT_FALSE(refused) << wrong;
    EXPECT_EQ(refused.error().code, ErrorCode::kConflict) << wrong;
  }
  EXPECT_EQ(store_->Head().value(), ToBytes("head 1"));
  EXPECT_EQ(Scan("", ""), "a=1;");
}

TEST_P(StoreContract, LetsTheLaterWriteOfAKeyWin) {
  ASSERT_TRUE(Put("1", {Row("a", "1"), Gone("a"), Row("a", "2"), Row("b", "1"), Gone("b")}));
  EXPECT_EQ(Scan("", ""), "a=2;");
}

TEST_P(StoreContract, ErasesAndForgivesErasingWhatIsNotThere) {
  ASSERT_TRUE(Put("1", {Row("a", "1"), Row("b", "1")}));
  ASSERT_TRUE(Put("2", {Gone("a"), Gone("never")}));
  EXPECT_EQ(Scan("", ""), "b=1;");
}

TEST_P(StoreContract, TellsAnEmptyValueFromNone) {
  ASSERT_TRUE(Put("1", {Row("a", "")}));
  EXPECT_EQ(Get("a"), "");
  EXPECT_EQ(Get("b"), "(absent)");
}

TEST_P(StoreContract, KeepsAnyBytesInKeysAndValues) {
  Bytes every;
  for (int byte = 0; byte < 256; ++byte) every.push_back(static_cast<std::uint8_t>(byte));
  Bytes large(1 << 20, 0xa5);
  ASSERT_TRUE(Put("1", {{Column::kRecord, every, large}, {Column::kRecord, {0}, every}}));
  EXPECT_EQ(store_->Get(Column::kRecord, every).value(), large);
  EXPECT_EQ(store_->Get(Column::kRecord, Bytes{0}).value(), every);
}

TEST_P(StoreContract, ScansInBytewiseOrderWithinBounds) {
  ASSERT_TRUE(Put("1", {Row("\xff", "5"), Row("a", "1"), Row("\x80", "4"), Row("ab", "2"), Row("b", "3")}));
  EXPECT_EQ(Scan("", ""), "a=1;ab=2;b=3;\x80=4;\xff=5;");
  EXPECT_EQ(Scan("ab", ""), "ab=2;b=3;\x80=4;\xff=5;");
  EXPECT_EQ(Scan("", "b"), "a=1;ab=2;");
  EXPECT_EQ(Scan("aa", "b"), "ab=2;");
  EXPECT_EQ(Scan("b", "b"), "");
  EXPECT_EQ(Scan("c", "\x80"), "");
}

TEST_P(StoreContract, StopsAScanWhenTold) {
  ASSERT_TRUE(Put("1", {Row("a", "1"), Row("b", "2"), Row("c", "3")}));
  EXPECT_EQ(Scan("", "", 2), "a=1;b=2;");
}

TEST_P(StoreContract, LetsAScansVisitorRead) {
  ASSERT_TRUE(Put("1", {Row("a", "b"), Row("b", "c")}));
  std::string followed;
  ASSERT_TRUE(store_->Scan(Column::kRecord, {}, {}, [&](ByteView, ByteView value) {
    followed += Get(AsText(value)) + ";";
    return true;
  }));
  EXPECT_EQ(followed, "c;(absent);");
}

TEST_P(StoreContract, AcceptsOneOfManyCommitsThatNameOneHead) {
  std::atomic<int> accepted = 0, refused = 0;
  std::vector<std::thread> writers;
  for (int i = 0; i < 8; ++i) {
    writers.emplace_back([&, i] {
      const auto done = store_->Commit({}, Batch{ToBytes("head " + std::to_string(i)), {Row(std::to_string(i), "x")}});
      EXPECT_TRUE(done || done.error().code == ErrorCode::kConflict);
      ++(done ? accepted : refused);
    });
  }
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(accepted, 1);
  EXPECT_EQ(refused, 7);
  EXPECT_EQ("head " + Scan("", "").substr(0, 1), AsText(store_->Head().value()));
}

TEST_P(StoreContract, ShowsReadersBesideTheWriterWholeCommitsOnly) {
  constexpr int kCommits = 200;
  ASSERT_TRUE(Put("0", {Row("a", "0"), Row("z", "0")}));
  std::atomic<bool> done = false;
  std::thread reader([&] {
    while (!done) {
      std::vector<std::string> values;
      EXPECT_TRUE(store_->Scan(Column::kRecord, {}, {}, [&](ByteView, ByteView value) {
        values.emplace_back(AsText(value));
        return true;
      }));
      EXPECT_EQ(values.size(), 2u);
      EXPECT_EQ(values.front(), values.back());
    }
  });
  for (int i = 1; i <= kCommits; ++i) {
    const std::string now = std::to_string(i);
    EXPECT_TRUE(Put(now, {Row("a", now), Row("z", now)}));
  }
  done = true;
  reader.join();
  EXPECT_EQ(Scan("", ""), "a=200;z=200;");
}

}  // namespace
}  // namespace certmark::ledger
