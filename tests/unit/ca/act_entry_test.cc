#include "ca/act_entry.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "ledger/head.h"
#include "ledger/memory_store.h"

namespace certmark::ca {
namespace {

const ActEntry kAct{.at = FromEpoch(1793664000),
                    .actor = "p1",
                    .act = "submit-report",
                    .subject = "application/a1",
                    .reason = "",
                    .before = "VERIFICATION",
                    .after = "REVIEW"};

std::string EntryFor(std::vector<ledger::Write> writes) {
  ledger::Change change;
  change.writes = std::move(writes);
  kAct.RecordIn(change);
  return std::string(AsText(change.entries.back().bytes));
}

ledger::Write Row(std::string_view key, std::optional<Bytes> value) {
  return {ledger::Column::kRecord, ToBytes(key), std::move(value)};
}

TEST(ActEntry, IsOneEntryForOneChange) {
  EXPECT_EQ(EntryFor({Row("a", Bytes{1})}), EntryFor({Row("a", Bytes{1})}));
}

TEST(ActEntry, IsAnotherEntryForWhateverElseIsWritten) {
  const std::string entry = EntryFor({Row("a", Bytes{1})});
  EXPECT_NE(entry, EntryFor({Row("a", Bytes{2})})) << "another value";
  EXPECT_NE(entry, EntryFor({Row("b", Bytes{1})})) << "another key";
  EXPECT_NE(entry, EntryFor({Row("a", std::nullopt)})) << "erased";
  EXPECT_NE(entry, EntryFor({Row("a", Bytes{1}), Row("b", Bytes{1})})) << "one row more";
  EXPECT_NE(EntryFor({Row("a", Bytes{})}), EntryFor({Row("a", std::nullopt)})) << "empty is not erased";
}

TEST(ActEntry, IsAnotherEntryUnderAnotherId) {
  ledger::Change change;
  ActEntry act = kAct;
  for (const char* id : {"one", "two"}) {
    act.id = id;
    act.RecordIn(change);
    EXPECT_EQ(RecordedAct::Parse(AsText(change.entries.back().bytes)).value().act.id, id);
  }
  EXPECT_NE(change.entries[0].bytes, change.entries[1].bytes);
}

TEST(ActEntry, SaysNothingOfIndexRowsForTheyFollowFromRecords) {
  EXPECT_EQ(EntryFor({Row("a", Bytes{1})}),
            EntryFor({Row("a", Bytes{1}), {ledger::Column::kIndex, Bytes{1}, Bytes{}}}));
}

TEST(ActEntry, IsReadBackWithTheDigestOfEachRecord) {
  const RecordedAct read =
      RecordedAct::Parse(EntryFor({Row("party/a", Bytes{1}), Row("party/b", std::nullopt)})).value();
  EXPECT_EQ(read.act.subject, "application/a1");
  EXPECT_EQ(read.records, (std::map<std::string, std::string>{{"party/a", Sha256(Bytes{1}).Hex()}, {"party/b", ""}}));
}

TEST(ActEntry, TellsWhoIsNoPartyFromWhoIs) {
  for (const std::string_view actor : {kClock, kCeremony, kKeeper, kPublicActor, kRestoreActor})
    EXPECT_TRUE(IsNoParty(actor)) << actor;
  EXPECT_FALSE(IsNoParty(kAct.actor));
  EXPECT_FALSE(IsNoParty(""));
}

TEST(ActEntry, IsFoundByEachRecordItWroteAndByItsActor) {
  const auto store = ledger::MakeMemoryStore();
  ledger::Change change;
  change.writes = {Row("party/a", Bytes{1})};
  kAct.RecordIn(change);
  const RecordedAct recorded = RecordedAct::Parse(AsText(change.entries.back().bytes)).value();
  std::vector<Bytes> keys;
  for (const Bytes& found_by : change.entries.back().found_by) keys.push_back(ledger::FoundByKey(found_by, 7));
  std::vector<ledger::Write> rows;
  for (const IndexRow& row : ActRows(recorded, 7)) {
    EXPECT_NE(std::ranges::find(keys, row.key), keys.end());
    rows.push_back({ledger::Column::kIndex, row.key, row.value});
  }
  EXPECT_EQ(rows.size(), keys.size());
  ASSERT_TRUE(store->Commit({}, ledger::Batch{Bytes{1}, rows}));
  const std::vector<std::uint64_t> seven = {7};
  EXPECT_EQ(ActsOf(*store, "application/a1", 9).value(), seven);
  EXPECT_EQ(ActsOf(*store, "party/a", 9).value(), seven);
  EXPECT_EQ(ActsBy(*store, "p1", 9, 6).value(), seven);
  EXPECT_TRUE(ActsBy(*store, "p1", 9, 7).value().empty());
  EXPECT_TRUE(ActsOf(*store, "party/", 9).value().empty());
  EXPECT_TRUE(ActsBy(*store, "p", 9).value().empty());
}

}  // namespace
}  // namespace certmark::ca
