// What an importer writes is what the log wrote: the same rows, and a log goes on from them.
#include "ledger/import.h"

#include <gtest/gtest.h>

#include "ledger/memory_store.h"
#include "tests/unit/ledger/ledger_fixture.h"

namespace certmark::ledger {
namespace {

class AnImporter : public LedgerFixture {
 protected:
  static Importer::Options OptionsFor() {
    return {.log = kPublic, .meets_policy = [](const Note&) { return true; }, .now = FromEpoch(5000)};
  }
  // Rows are all rows of a column, one text each.
  static std::vector<std::string> Rows(const Store& store, Column column) {
    std::vector<std::string> rows;
    EXPECT_TRUE(store.Scan(column, {}, {}, [&](ByteView key, ByteView value) {
      rows.push_back(HexEncode(key) + " " + HexEncode(value));
      return true;
    }));
    return rows;
  }
  void Grow(int entries) {
    Open();
    for (int i = 0; i < entries; ++i) Append("entry " + std::to_string(i));
  }
  const std::unique_ptr<Store> copy_ = MakeMemoryStore();
};

TEST_F(AnImporter, MakesTheRowsThatTheLogMade) {
  constexpr int kEntries = 300;
  Grow(kEntries);
  const auto importer = Importer::Open(*copy_, OptionsFor()).value();
  for (int i = 0; i < kEntries; ++i) {
    const auto receipt = importer->Add(Entry("entry " + std::to_string(i)));
    ASSERT_TRUE(receipt);
    EXPECT_EQ(receipt->indices, std::vector<std::uint64_t>{static_cast<std::uint64_t>(i)});
    if (i % 70 == 0) {
      ASSERT_TRUE(importer->Commit());
    }
  }
  ASSERT_TRUE(importer->Commit());
  ASSERT_TRUE(importer->PutCheckpoint(*log_->Exposed()));
  for (const Column column : {Column::kEntry, Column::kTile, Column::kByHash}) {
    EXPECT_EQ(Rows(*copy_, column), Rows(*memory_, column));
  }
  const Head head = Head::Decode(copy_->Head().value()).value();
  EXPECT_EQ(head.tree(kPublic), StoredTree());
  EXPECT_EQ(head.log(kPublic).published, static_cast<std::uint64_t>(kEntries));
  EXPECT_EQ(head.log(kPublic).exposed, static_cast<std::uint64_t>(kEntries));
  EXPECT_EQ(head.time, FromEpoch(5000));
  EXPECT_EQ(ExposedNote(*copy_, kPublic).value()->note, log_->Exposed()->note);
}

TEST_F(AnImporter, WritesRecordsWithTheirEntriesAndActs) {
  const auto importer = Importer::Open(*copy_, OptionsFor()).value();
  ASSERT_TRUE(importer->Add({{Absent("a")}, {Put("a", "1")}, {Private("act"), Public("entry")}}));
  EXPECT_GT(importer->pending(), 0u);
  EXPECT_EQ(copy_->Head().value(), Bytes{});  // nothing before Commit
  ASSERT_TRUE(importer->Commit());
  EXPECT_EQ(importer->pending(), 0u);
  EXPECT_EQ(copy_->Get(Column::kRecord, AsBytes("a")).value(), ToBytes("1"));
  EXPECT_EQ(importer->head().tree(kRecordLog).size, 1u);
  EXPECT_EQ(importer->head().tree(kPublic).size, 1u);
  EXPECT_EQ(importer->Add({{Absent("a")}, {Put("a", "2")}, {}}).error().code, ErrorCode::kConflict);
}

TEST_F(AnImporter, RefusesTheNoteOfAnotherTree) {
  Grow(3);
  const auto importer = Importer::Open(*copy_, OptionsFor()).value();
  for (const char* entry : {"entry 0", "entry 1", "another"}) ASSERT_TRUE(importer->Add(Entry(entry)));
  ASSERT_TRUE(importer->Commit());
  EXPECT_EQ(importer->PutCheckpoint(*log_->Exposed()).error().code, ErrorCode::kCorruption);
  EXPECT_EQ(importer->head().log(kPublic).published, 0u);
}

TEST_F(AnImporter, DoesNotOpenOnTilesThatAreDamaged) {
  Grow(3);
  log_.reset();
  const Bytes head = memory_->Head().value();
  ASSERT_TRUE(memory_->Commit(head, {head, {{Column::kTile, TileKey(kPublic, 0, 0), Bytes(3 * 32, 1)}}}));
  EXPECT_EQ(Importer::Open(*memory_, OptionsFor()).error().code, ErrorCode::kCorruption);
}

}  // namespace
}  // namespace certmark::ledger
