// Heads of the record log once a backup was put back: those of what is gone are known as such, the next one waits for
// its turn, and nothing that is edited afterwards goes unseen.
#include <gtest/gtest.h>

#include <algorithm>

#include "ca/record_heads.h"
#include "ca/replay.h"
#include "tests/unit/ca/fsck_fixture.h"
#include "verifier-sdk/core/merkle.h"

namespace certmark::ca::testing {
namespace {

class HeadsAfterARestore : public ::testing::Test {
 protected:
  // A backup, and after it two heads and what was done between them; all of that was published, and is in a mirror.
  HeadsAfterARestore() {
    CopyRows(town_.store(), *backup_);
    town_.service().record_heads().Begin().value();
    Run();
    town_.Act(Proposed::kRevoke, town_.valid, "deception");
    town_.Advance(kDay);
    Run();
    lost_ = Row(town_.store());
  }

  void Run() { EXPECT_EQ(town_.service().deadlines().Run(1000).value().failed, 0u); }
  void ReplayInto(ledger::Store& store) {
    const auto mirror = ledger::MakeStoreSource(town_.store(), 1);
    const auto replayed = Replay({.store = store,
                                  .source = *mirror,
                                  .lists = town_.lists(),
                                  .log = 1,
                                  .now = town_.now(),
                                  .random = SystemRandom});
    ASSERT_TRUE(replayed) << replayed.error().message;
  }
  /// Restore brings the backup up to what was published, and goes on with that.
  void Restore() {
    ReplayInto(*backup_);
    town_.PutBack(*backup_);
    town_.Advance(Seconds{1});
  }
  /// GoOn lets days pass until there is a head again.
  void GoOn() {
    for (int day = 0; day < 30 && Row(town_.store()).replaced; ++day) {
      town_.Advance(kDay);
      Run();
    }
  }
  static RecordHeadRow Row(const ledger::Store& store) {
    return Load<RecordHeadRow>(store, RecordHeadRow::kId).value().value;
  }
  FsckReport Fsck(const ledger::Store& store) const { return FsckAuthority(store, {.lists = town_.lists()}).value(); }
  void ExpectClean(const ledger::Store& store, std::uint64_t replaced) const {
    const FsckReport report = Fsck(store);
    for (const ledger::Finding& f : report.findings.list()) {
      ADD_FAILURE() << f.kind << " " << f.place << ": " << f.expected << ", " << f.found;
    }
    EXPECT_EQ(report.replaced_heads, replaced);
  }
  std::uint64_t Acts() const { return town_.RecordEntries().size(); }
  std::uint64_t Public() { return town_.log().Exposed()->checkpoint.size; }
  Result<ActReading::Proof> Prove(std::uint64_t index) {
    return town_.service().act_reading().Prove(town_.reviewer.party, LeafHash(AsBytes(town_.RecordEntries()[index])));
  }

  Town town_;
  std::unique_ptr<ledger::Store> backup_ = ledger::MakeMemoryStore();
  RecordHeadRow lost_;  // the newest head before the restore
};

TEST_F(HeadsAfterARestore, AreKnownFromThePublicLog) {
  Restore();
  const RecordHeadRow row = Row(town_.store());
  EXPECT_EQ(row.size, lost_.size);
  EXPECT_EQ(row.root, lost_.root);
  EXPECT_EQ(row.entry, lost_.entry);
  EXPECT_EQ(row.next, lost_.next);
  EXPECT_TRUE(row.replaced);
  ExpectClean(town_.store(), 2);
}

TEST_F(HeadsAfterARestore, ProveNothingWhereTheyAreReplaced) {
  Restore();
  const auto proof = Prove(3);
  ASSERT_FALSE(proof);
  EXPECT_EQ(proof.error().code, ErrorCode::kFailedPrecondition) << proof.error().message;
}

TEST_F(HeadsAfterARestore, WaitFromDayToDayForALongerRecordLog) {
  Restore();
  ASSERT_LT(Acts(), lost_.size);
  const std::uint64_t published = Public();
  town_.Advance(kDay);
  Run();
  EXPECT_EQ(Public(), published);
  EXPECT_GT(Row(town_.store()).next, town_.now());
  ExpectClean(town_.store(), 2);
}

TEST_F(HeadsAfterARestore, GoOnOnceItIsLonger) {
  Restore();
  GoOn();
  const RecordHeadRow row = Row(town_.store());
  EXPECT_FALSE(row.replaced);
  EXPECT_GT(row.size, lost_.size);
  ExpectClean(town_.store(), 2);
  const auto proof = Prove(3);
  ASSERT_TRUE(proof) << proof.error().message;
  EXPECT_EQ(proof->head_root, row.root);
}

TEST_F(HeadsAfterARestore, StillGiveAwayWhoeverEditsAnEntry) {
  Restore();
  GoOn();
  const auto copy = ledger::MakeMemoryStore();
  CopyRows(town_.store(), *copy);
  const Bytes key = ledger::EntryKey(ledger::kRecordLog, 5);
  std::string text(AsText(copy->Get(Column::kEntry, key).value().value()));
  const auto actor = text.find("\"actor\":\"") + 9;
  text[actor] = text[actor] == 'a' ? 'b' : 'a';
  const Hash leaf = LeafHash(AsBytes(text));
  const Bytes tile_key = ledger::TileKey(ledger::kRecordLog, 0, 0);
  Bytes tile = copy->Get(Column::kTile, tile_key).value().value();
  std::ranges::copy(leaf.bytes, tile.begin() + 5 * 32);
  const Bytes head = copy->Head().value();
  ASSERT_TRUE(
      copy->Commit(head, {head, {{Column::kEntry, key, ToBytes(text)}, {Column::kTile, tile_key, std::move(tile)}}}));
  const FsckReport report = Fsck(*copy);
  EXPECT_TRUE(std::ranges::any_of(report.findings.list(),
                                  [](const ledger::Finding& f) { return f.kind == "record-head-differs"; }));
}

TEST_F(HeadsAfterARestore, ThatABackupStillHadAreNotReplaced) {
  const auto later = ledger::MakeMemoryStore();
  CopyRows(town_.store(), *later);
  town_.Act(Proposed::kRevoke, town_.suspended, "deception");
  ReplayInto(*later);
  EXPECT_FALSE(Row(*later).replaced);
  ExpectClean(*later, 0);
}

TEST_F(HeadsAfterARestore, OfADatabaseMadeAgainFromTheLogAloneAreAllReplaced) {
  const auto empty = ledger::MakeMemoryStore();
  ReplayInto(*empty);
  EXPECT_TRUE(Row(*empty).replaced);
  EXPECT_EQ(Row(*empty).size, lost_.size);
  ExpectClean(*empty, 2);
}

}  // namespace
}  // namespace certmark::ca::testing
