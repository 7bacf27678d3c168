// Heads of the private record log in the public one: daily, true, and the end of every edit.
#include "ca/record_heads.h"

#include <gtest/gtest.h>

#include "ca/fsck.h"
#include "tests/support/test_pki.h"
#include "tests/unit/ca/fsck_fixture.h"
#include "verifier-sdk/core/log_entry.h"
#include "verifier-sdk/core/merkle.h"

namespace certmark::ca::testing {
namespace {

class RecordHeadsDaily : public ::testing::Test {
 protected:
  RecordHeadsDaily() { town_.service().record_heads().Begin().value(); }

  void Run() { EXPECT_EQ(town_.service().deadlines().Run(1000).value().failed, 0u); }
  RecordHead Last() const {
    const Jws jws = ParseJws(town_.LastPublicEntry(), kTypRecord, X5c::kForbidden, kMaxEntryBytes).value();
    EXPECT_TRUE(VerifyJws(jws, town_.authority().credential_certificate.key()));
    return ParseRecordHead(jws.payload_text()).value();
  }
  std::uint64_t PublicSize() { return town_.log().Exposed()->checkpoint.size; }
  RecordHeadRow Row() const { return Load<RecordHeadRow>(town_.store(), RecordHeadRow::kId).value().value; }
  FsckReport Fsck(const ledger::Store& store) const {
    FsckOptions options;
    options.lists = std::span(&town_.authority().trust, 1);
    options.party_ca = &town_.authority().party_ca;
    return FsckAuthority(store, options).value();
  }
  bool Finds(const FsckReport& report, std::string_view kind) const {
    return std::ranges::any_of(report.findings.list(), [&](const ledger::Finding& f) { return f.kind == kind; });
  }

  Town town_;
};

TEST_F(RecordHeadsDaily, SaySizeAndRootOfTheRecordLogAsItIs) {
  const std::uint64_t before = town_.RecordEntries().size();
  Run();
  const RecordHead head = Last();
  EXPECT_EQ(head.iss, town_.authority().iss);
  EXPECT_EQ(head.iat, town_.now());
  EXPECT_EQ(head.size, before);
  EXPECT_EQ(head.root, ledger::LogReader(town_.store(), ledger::kRecordLog).RootAt(before).value());
  EXPECT_EQ(Row().entry, LeafHash(AsBytes(town_.LastPublicEntry())));
}

TEST_F(RecordHeadsDaily, AreNotReadFromARowThatLacksAMember) {
  Run();
  const std::string json = Row().ToJson();
  EXPECT_TRUE(RecordHeadRow::FromJson(json));
  EXPECT_FALSE(RecordHeadRow::FromJson(certmark::testing::Replaced(json, ",\"replaced\":false", "")));
}

TEST_F(RecordHeadsDaily, AreMadeOnceADayAtMidnight) {
  town_.Advance(Seconds{5 * 3600});
  Run();
  const std::uint64_t size = PublicSize();
  const Time midnight = kStart + 3 * kDay;
  EXPECT_EQ(Row().next, midnight);
  town_.Advance(midnight - Seconds{1} - town_.now());
  Run();
  EXPECT_EQ(PublicSize(), size);
  town_.Advance(Seconds{1});
  Run();
  EXPECT_EQ(PublicSize(), size + 1);
  EXPECT_EQ(Last().iat, midnight);
  EXPECT_EQ(Row().next, midnight + kDay);
}

TEST_F(RecordHeadsDaily, AreNotMadeUpForDaysOnWhichNobodyRan) {
  Run();
  const std::uint64_t size = PublicSize();
  town_.Advance(30 * kDay);
  Run();
  EXPECT_EQ(PublicSize(), size + 1);
}

TEST_F(RecordHeadsDaily, BeginOnceHoweverOftenTheyAreBegun) {
  Run();
  const std::uint64_t acts = town_.RecordEntries().size();
  EXPECT_TRUE(town_.service().record_heads().Begin());
  EXPECT_EQ(town_.RecordEntries().size(), acts);
}

TEST_F(RecordHeadsDaily, GoOnInTheNextLogOfTheSuccession) {
  Run();
  const std::uint64_t first = Last().size;
  town_.Succeed();
  town_.Advance(kDay);
  Run();
  EXPECT_GT(Last().size, first);
  EXPECT_EQ(Row().log, 2u);
}

TEST_F(RecordHeadsDaily, StandBesideAllElseInACleanAuthority) {
  Run();
  town_.Advance(kDay);
  Run();
  const FsckReport report = Fsck(town_.store());
  EXPECT_EQ(report.findings.total(), 0u);
  EXPECT_EQ(report.counts.record_heads, 2u);
}

TEST_F(RecordHeadsDaily, GiveAwayWhoeverEditsAnEntryOfTheRecordLog) {
  Run();
  const auto copy = ledger::MakeMemoryStore();
  CopyRows(town_.store(), *copy);
  // An entry with another reason, and every hash above it made again: as somebody would who holds the disk.
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
  EXPECT_TRUE(Finds(Fsck(*copy), "record-head-differs"));
}

}  // namespace
}  // namespace certmark::ca::testing
