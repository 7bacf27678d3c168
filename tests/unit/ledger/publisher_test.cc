// The six steps of publishing, each made to fail; then the log is opened again and the history must be one.
#include "ledger/publisher.h"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <future>
#include <thread>

#include "tests/unit/ledger/ledger_fixture.h"

namespace certmark::ledger {
namespace {

// Longer than whoever does not wait needs to be seen.
constexpr std::chrono::milliseconds kLonger{20};

class PublisherTest : public LedgerFixture {
 protected:
  // BlockAnchor takes the anchor away under its writer and UnblockAnchor puts it back.
  void BlockAnchor() {
    std::filesystem::copy_file(anchor_.file(), dir_ / "aside");
    std::filesystem::remove(anchor_.file());
  }
  void UnblockAnchor() {
    if (std::filesystem::exists(dir_ / "aside")) std::filesystem::rename(dir_ / "aside", anchor_.file());
  }
  // WriteAnchor makes another file of it.
  void WriteAnchor(const AnchorState& state) {
    std::filesystem::remove(anchor_.file());
    ASSERT_TRUE(Anchor(anchor_.file()).Advance(std::nullopt, state));
  }
  void WriteAnchor(std::uint64_t size, std::string_view root) {
    WriteAnchor({{std::string(kOrigin), size, LeafHash(AsBytes(root))}, {}});
  }
  AnchorState Anchored() { return ReadAnchor(anchor_.file()).value().value(); }
  void Heal() {
    sign_error_.reset();
    hook_error_.reset();
    spoil_signature_ = false;
    UnblockAnchor();
  }
  void ExpectRollback(std::string_view line = "ROLLBACK DETECTED: anchor has size ") {
    const Error reason = ReadOnlyReason();
    EXPECT_EQ(reason.code, ErrorCode::kCorruption);
    EXPECT_TRUE(reason.message.starts_with(line)) << reason.message;
  }
};

TEST_F(PublisherTest, ExposesNothingBeforeTheFirstEntry) {
  Open();
  EXPECT_EQ(log_->Exposed(), nullptr);
  EXPECT_EQ(Anchored(), (AnchorState{{std::string(kOrigin), 0, EmptyRoot()}, {}}));
}

TEST_F(PublisherTest, MakesReadyBesideWhatTheHookIsThenShown) {
  Open();
  std::vector<Write> ready;
  while_persisting_ = [&](std::span<const Write> writes) {
    EXPECT_EQ(log_->Exposed(), nullptr);
    std::this_thread::sleep_for(kLonger);
    ready.assign(writes.begin(), writes.end());
  };
  bool was_ready = false;
  on_hook_ = [&] { was_ready = !ready.empty(); };
  ASSERT_TRUE(log_->Append({{}, {Put("a", "1")}, {Public("e")}}, Ack::kPublished));
  EXPECT_TRUE(was_ready);
  ASSERT_EQ(ready.size(), 1u);
  EXPECT_EQ(ready[0].key, ToBytes("a"));
}

TEST_F(PublisherTest, WaitsForWhatIsMadeReadyWhenItFails) {
  Open();
  std::promise<void> failing;
  std::size_t ready = 0;
  while_persisting_ = [&](std::span<const Write> writes) {
    failing.get_future().wait();
    std::this_thread::sleep_for(kLonger);
    ready = writes.size();
  };
  on_sign_ = [&] { failing.set_value(); };
  sign_error_ = Error{ErrorCode::kUnavailable, "no key"};
  EXPECT_FALSE(log_->Append({{}, {Put("a", "1")}, {Public("e")}}, Ack::kPublished));
  EXPECT_EQ(ready, 1u) << "and the writes were there until then";
}

TEST_F(PublisherTest, ExposesASignedCheckpointThatCoversTheEntry) {
  Open();
  EXPECT_EQ(Append("one"), 0u);
  const auto exposed = log_->Exposed();
  ASSERT_NE(exposed, nullptr);
  EXPECT_EQ(exposed->checkpoint, (Checkpoint{std::string(kOrigin), 1, LeafHash(AsBytes("one"))}));
  const Note note = Note::Parse(exposed->note).value();
  EXPECT_EQ(note.Check(key_.key()).state, Note::State::kGood);
  EXPECT_EQ(note.text(), exposed->checkpoint.ToText());
  CheckHistory();
}

TEST_F(PublisherTest, ExposesTheSameNoteAfterAReopening) {
  Open();
  Append("one");
  Append("two");
  const std::string note = log_->Exposed()->note;
  const int commits = store_.commits();
  Open();
  ASSERT_NE(log_->Exposed(), nullptr);
  EXPECT_EQ(log_->Exposed()->note, note);
  EXPECT_EQ(store_.commits(), commits);
}

TEST_F(PublisherTest, ShowsNothingNewBeforeTheHookHasRunAndTheAnchorHasAdvanced) {
  Open();
  Append("one");
  std::vector<std::uint64_t> shown, anchored, persisted;
  on_hook_ = [&] {
    shown.push_back(log_->Exposed()->checkpoint.size);
    anchored.push_back(Anchored().published.size);
    persisted.push_back(NewestNote(*memory_, kPublic).value()->checkpoint.size);
  };
  Append("two");
  EXPECT_EQ(shown, std::vector<std::uint64_t>{1});
  EXPECT_EQ(anchored, std::vector<std::uint64_t>{2});
  EXPECT_EQ(persisted, std::vector<std::uint64_t>{2});
}

// Each step, made to fail in each way that it can. `commit` faults count from the entry's own commit: 0 is the batch, 1
// the note.
enum class Step { kRereadEntry, kRereadTile, kSignerFails, kSignerLies, kNote, kAnchor, kHook };
struct Row {
  const char* name;
  Step step;
  Fault fault = Fault::kNone;
  bool exposed_later_by_recovery_alone = false;  // the note was persisted: a reopening shows it
};

class PublisherStep : public PublisherTest, public ::testing::WithParamInterface<Row> {};

INSTANTIATE_TEST_SUITE_P(Fails, PublisherStep,
                         ::testing::Values(Row{"RereadEntry", Step::kRereadEntry}, Row{"RereadTile", Step::kRereadTile},
                                           Row{"SignerFails", Step::kSignerFails}, Row{"SignerLies", Step::kSignerLies},
                                           Row{"NoteConflict", Step::kNote, Fault::kConflict},
                                           Row{"NoteUnknownNotWritten", Step::kNote, Fault::kUnknownNotWritten},
                                           Row{"NoteUnknownWritten", Step::kNote, Fault::kUnknownWritten, true},
                                           Row{"Anchor", Step::kAnchor, Fault::kNone, true},
                                           Row{"Hook", Step::kHook, Fault::kNone, true}),
                         [](const auto& info) { return info.param.name; });

TEST_P(PublisherStep, StopsTheWriterShowsNothingNewAndIsHealedByAReopening) {
  Open();
  Append("one");
  RememberExposed();
  switch (GetParam().step) {
    case Step::kRereadEntry:
    case Step::kRereadTile:
      break;  // below, from within the commit
    case Step::kSignerFails:
      sign_error_ = Error{ErrorCode::kUnavailable, "token removed"};
      break;
    case Step::kSignerLies:
      spoil_signature_ = true;
      break;
    case Step::kNote:
      store_.FailCommit(1, GetParam().fault);
      break;
    case Step::kAnchor:
      BlockAnchor();
      break;
    case Step::kHook:
      hook_error_ = Error{ErrorCode::kUnavailable, "no status list"};
      break;
  }
  // A row that the disk lost or changed: the writer remembers the right one.
  std::optional<Column> unreadable;
  if (GetParam().step == Step::kRereadEntry) store_.FailCommit(0, Fault::kLost);
  if (GetParam().step == Step::kRereadTile) unreadable = Column::kTile;
  if (unreadable) store_.OnCommit([&](const Batch&) { store_.FailReads(*unreadable, true); });

  const auto failed = log_->Append(Entry("two"), Ack::kPublished);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, ErrorCode::kOutcomeUnknown);
  EXPECT_EQ(log_->Exposed()->checkpoint.size, 1u);
  ASSERT_TRUE(log_->Stopped());
  EXPECT_EQ(log_->Append(Entry("three"), Ack::kSequenced).error().code, ErrorCode::kUnavailable);

  store_.OnCommit({});
  store_.FailReads(Column::kTile, false);
  Heal();
  hooked_.clear();
  Open();
  const bool lost = GetParam().step == Step::kRereadEntry;
  EXPECT_EQ(log_->Exposed()->checkpoint.size, lost ? 1u : 2u);
  EXPECT_EQ(hooked_.size(), lost || GetParam().exposed_later_by_recovery_alone ? 0u : 1u);
  RememberExposed();
  EXPECT_EQ(Append("two"), 1u);
  EXPECT_EQ(Append("three"), 2u);
  CheckHistory();
}

TEST_F(PublisherTest, RefusesToSignAnEntryThatIsNotWhatWasHashed) {
  Open();
  Append("one");
  // Between the commit and the checkpoint the stored entry changes; the tiles and the remembered root do not.
  sign_error_ = Error{ErrorCode::kUnavailable, "stop here"};
  ASSERT_FALSE(log_->Append(Entry("two"), Ack::kPublished));
  sign_error_.reset();
  Damage({Column::kEntry, EntryKey(kPublic, 1), ToBytes("twp")});
  store_.Reopen();
  log_.reset();
  EXPECT_EQ(ReadOnlyReason().code, ErrorCode::kCorruption);
  EXPECT_EQ(NewestNote(*memory_, kPublic).value()->checkpoint.size, 1u);
}

TEST_F(PublisherTest, RefusesToSignOverAFullTileThatIsNotWhatItsEntriesHashTo) {
  Open();
  Append("first");
  sign_error_ = Error{ErrorCode::kUnavailable, "stop here"};
  Change many;
  for (int i = 0; i < 300; ++i) many.entries.push_back(Public("entry " + std::to_string(i)));
  ASSERT_FALSE(log_->Append(many, Ack::kPublished));
  sign_error_.reset();
  Bytes tile = memory_->Get(Column::kTile, TileKey(kPublic, 0, 0)).value().value();
  tile[100] ^= 1;  // the edge does not read a full tile
  Damage({Column::kTile, TileKey(kPublic, 0, 0), tile});
  EXPECT_EQ(ReadOnlyReason().code, ErrorCode::kCorruption);
}

TEST_F(PublisherTest, ComesBackUntilTheStoreTakesTheNote) {
  for (const Fault fault : {Fault::kUnavailable, Fault::kNoRoom}) {
    Open();
    store_.FailCommit(1, fault);
    store_.FailCommit(2, fault);
    Append("at first without a note " + std::string(Name(fault)));
    EXPECT_FALSE(log_->Stopped());
    CheckHistory();
  }
}

TEST_F(PublisherTest, DetectsADatabaseThatWasPutBack) {
  Open();
  Append("one");
  log_.reset();
  WriteAnchor(2, "x");
  ExpectRollback();
}

TEST_F(PublisherTest, DetectsADatabaseThatIsEmptyWhereTheAnchorIsNot) {
  WriteAnchor(2, "x");
  ExpectRollback();
}

TEST_F(PublisherTest, DetectsAnotherHistoryOfTheSameSize) {
  Open();
  Append("one");
  log_.reset();
  WriteAnchor(1, "other");
  ExpectRollback();
}

TEST_F(PublisherTest, DetectsAnotherHistoryBelowTheTree) {
  Open();
  Append("one");
  Append("two");
  Append("three");
  log_.reset();
  WriteAnchor(2, "other");
  ExpectRollback();
}

TEST_F(PublisherTest, DetectsAnAnchorAheadOfTheNewestNoteThoughTheTreeReachesIt) {
  Open();
  Append("one");
  Append("two");
  log_.reset();
  Head head = Head::Decode(memory_->Head().value()).value();
  const Bytes before = head.Encode();
  head.logs[kPublic].published = head.logs[kPublic].exposed = 1;
  ASSERT_TRUE(memory_->Commit(before, Batch{head.Encode(), {}}));
  ExpectRollback();
}

TEST_F(PublisherTest, AdvancesAnAnchorThatIsBehindAndAgrees) {
  Open();
  Append("one");
  const AnchorState old = Anchored();
  Append("two");
  Append("three");
  log_.reset();
  WriteAnchor(old);
  Open();
  EXPECT_EQ(Anchored().published.size, 3u);
  CheckHistory();
}

TEST_F(PublisherTest, DoesNotWriteWithoutItsAnchorOnceAnythingWasWritten) {
  Open();
  Append("one");
  log_.reset();
  std::filesystem::remove(anchor_.file());
  const Error reason = ReadOnlyReason();
  EXPECT_EQ(reason.code, ErrorCode::kFailedPrecondition);
  EXPECT_NE(reason.message.find("anchor " + anchor_.file().string() + " is missing"), std::string::npos);
}

// Act is a change that makes no public entry.
Change Act(std::string_view text) {
  return {{}, {}, {Private(text)}};
}

TEST_F(PublisherTest, DetectsADatabasePutBackThatLacksActsAlone) {
  Open();
  ASSERT_TRUE(log_->Append(Act("a"), Ack::kPublished));
  AnchorState ahead = Anchored();
  ++ahead.records.size;
  log_.reset();
  WriteAnchor(ahead);
  ExpectRollback("ROLLBACK DETECTED: record anchor has size 2");
}

TEST_F(PublisherTest, DetectsAnActThatWasReplaced) {
  Open();
  ASSERT_TRUE(log_->Append(Act("a"), Ack::kPublished));
  ASSERT_TRUE(log_->Append(Act("b"), Ack::kPublished));
  AnchorState other = Anchored();
  other.records.root = LeafHash(AsBytes("c"));
  log_.reset();
  WriteAnchor(other);
  ExpectRollback("ROLLBACK DETECTED: record anchor has size 2");
}

TEST_F(PublisherTest, AnchorsActsBeforeTheyAreAnswered) {
  Open();
  ASSERT_TRUE(log_->Append(Act("a"), Ack::kPublished));
  EXPECT_EQ(Anchored().records, StoredTree(kRecordLog));
  EXPECT_EQ(Anchored().published.size, 0u);
}

TEST_F(PublisherTest, ShowsWhatWasExposedEvenWhereItMustNotWrite) {
  Open();
  Append("one");
  const std::string note = log_->Exposed()->note;
  log_.reset();
  WriteAnchor(2, "x");
  const auto opened = TryOpen().value();
  ASSERT_TRUE(opened->Stopped());
  EXPECT_EQ(opened->Exposed()->note, note);
}

TEST_F(PublisherTest, RefusesAnAnchorOfAnotherLog) {
  WriteAnchor({{"ca.example/log/2", 1, LeafHash(AsBytes("one"))}, {}});
  EXPECT_EQ(ReadOnlyReason().code, ErrorCode::kFailedPrecondition);
}

TEST_F(PublisherTest, RefusesToRecoverANoteThatIsNotItsOwn) {
  Open();
  Append("one");
  log_.reset();
  const AnchorState own = Anchored();
  key_ = testing::TestNoteKey::Log("other.example/log/1");
  WriteAnchor({{key_.key().name(), 1, own.published.root}, {}});
  const Error reason = ReadOnlyReason();
  EXPECT_EQ(reason.code, ErrorCode::kCorruption);
  EXPECT_NE(reason.message.find("it is not signed by"), std::string::npos) << reason.message;
  EXPECT_EQ(TryOpen().value()->Exposed(), nullptr);
}

TEST_F(PublisherTest, FindsTheNewestNoteAmongMany) {
  EXPECT_FALSE(NewestNote(*memory_, kPublic).value());
  Open();
  for (int i = 1; i <= 20; ++i) {
    Append("entry " + std::to_string(i));
    EXPECT_EQ(NewestNote(*memory_, kPublic).value()->checkpoint.size, static_cast<std::uint64_t>(i));
  }
  EXPECT_FALSE(NewestNote(*memory_, kPublic + 1).value());
}

TEST_F(PublisherTest, ReportsAStoredNoteThatIsNone) {
  Open();
  Append("one");
  for (const std::string_view damage : {"", "time...", "time....no note", "time....ca.example/log/1\n1\nAAAA\n"}) {
    Damage({Column::kCheckpoint, CheckpointKey(kPublic, 1), ToBytes(damage)});
    const auto newest = NewestNote(*memory_, kPublic);
    ASSERT_FALSE(newest) << damage;
    EXPECT_EQ(newest.error().code, ErrorCode::kCorruption);
  }
}

}  // namespace
}  // namespace certmark::ledger
