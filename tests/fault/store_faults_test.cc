// A store that fails, lies or forgets, at each moment that the ledger depends on it. What may come of it is in one
// table: the change is refused and the log goes on; or the outcome is unknown and the log stops until it is opened
// again; or the damage is detected, and nothing is signed over it.
#include <gtest/gtest.h>

#include "ledger/log_reader.h"
#include "ledger/memory_store.h"
#include "tests/fault/fault_ledger.h"
#include "tests/fault/history.h"
#include "tests/support/faulty_store.h"
#include "tests/unit/ledger/temp_dir.h"

namespace certmark::ledger {
namespace {

class FaultyLedger : public ::testing::Test {
 protected:
  void SetUp() override {
    Open();
    for (const char* name : {"one", "two", "three"}) Acknowledge(name);
  }
  Result<std::unique_ptr<FaultLedger>> TryOpen() {
    ledger_.reset();
    store_.Reopen();
    return FaultLedger::OpenOver(store_, dir_.path());
  }
  void Open() {
    auto opened = TryOpen();
    ASSERT_TRUE(opened) << opened.error().message;
    ledger_ = *std::move(opened);
  }
  // Acknowledge publishes an entry that must be kept from now on.
  void Acknowledge(const std::string& name) {
    const auto index = ledger_->Publish(name);
    ASSERT_TRUE(index) << index.error().message;
    history_.Remember("ack P " + std::to_string(*index) + " " + name);
    history_.Remember("note " + Base64Encode(AsBytes(ledger_->log().Exposed()->note)));
  }
  // LeaveUnpublished stops the log between a batch and its note: opening it again publishes.
  void LeaveUnpublished(const std::string& name) {
    store_.FailCommit(1, Fault::kConflict);
    ASSERT_FALSE(ledger_->Publish(name));
    ledger_.reset();
  }
  void ExpectWhole() {
    for (const std::string& wrong : history_.Check(*ledger_, History::Depth::kAll)) ADD_FAILURE() << wrong;
  }
  // ExpectDetected: the ledger refuses to open, for it would be another history.
  void ExpectDetected(std::string_view line) {
    const auto opened = TryOpen();
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, ErrorCode::kCorruption);
    EXPECT_NE(opened.error().message.find(line), std::string::npos) << opened.error().message;
  }
  void ExpectHealedByReopening() {
    Open();
    if (HasFatalFailure()) return;
    Acknowledge("afterwards");
    ExpectWhole();
    EXPECT_EQ(store_.violations(), std::vector<std::string>{});
  }

  testing::TempDir dir_;
  std::unique_ptr<Store> memory_ = MakeMemoryStore();
  FaultyStore store_{*memory_};
  History history_;
  std::unique_ptr<FaultLedger> ledger_;
};

// ---- commits that fail, lie or are forgotten

enum class When { kBatch, kNote, kStart };
enum class Outcome {
  kRefused,   ///< the caller is told that nothing was written; the next change may go through
  kHealed,    ///< nobody is told anything: the log comes back until it is done
  kStops,     ///< nothing more is written until the log is opened again, and then nothing is missing
  kDetected,  ///< the log stops, or does not open, because stored and told history differ
};
struct Row {
  Fault fault;
  When when;
  Outcome outcome;
};
std::string NameOf(const Row& row) {
  const char* const when[] = {"AtTheBatch", "AtTheNote", "AtStart"};
  return std::string(Name(row.fault)) + when[static_cast<int>(row.when)];
}
void PrintTo(const Row& row, std::ostream* out) {
  *out << NameOf(row);
}

class CommitFaults : public FaultyLedger, public ::testing::WithParamInterface<Row> {
 protected:
  void ExpectRefused(const Result<std::uint64_t>& answer) {
    ASSERT_FALSE(answer);
    const ErrorCode code = answer.error().code;
    EXPECT_TRUE(code == ErrorCode::kUnavailable || code == ErrorCode::kResourceExhausted) << answer.error().message;
    EXPECT_FALSE(ledger_->log().Stopped());
    Acknowledge("the next");
  }
  void ExpectStopped(const Result<std::uint64_t>& answer) {
    ASSERT_FALSE(answer);
    EXPECT_NE(answer.error().code, ErrorCode::kResourceExhausted);
    ASSERT_TRUE(ledger_->log().Stopped());
    const int commits = store_.commits();
    const auto next = ledger_->Publish("the next");
    ASSERT_FALSE(next);
    EXPECT_EQ(next.error().code, ErrorCode::kUnavailable);
    EXPECT_EQ(store_.commits(), commits) << "it wrote after it had stopped";
  }
};

INSTANTIATE_TEST_SUITE_P(
    Store, CommitFaults,
    ::testing::Values(
        Row{Fault::kUnavailable, When::kBatch, Outcome::kRefused}, Row{Fault::kNoRoom, When::kBatch, Outcome::kRefused},
        Row{Fault::kConflict, When::kBatch, Outcome::kStops},
        Row{Fault::kUnknownNotWritten, When::kBatch, Outcome::kStops},
        Row{Fault::kUnknownWritten, When::kBatch, Outcome::kStops}, Row{Fault::kLost, When::kBatch, Outcome::kStops},
        Row{Fault::kUnsynced, When::kBatch, Outcome::kDetected},
        Row{Fault::kUnavailable, When::kNote, Outcome::kHealed}, Row{Fault::kNoRoom, When::kNote, Outcome::kHealed},
        Row{Fault::kConflict, When::kNote, Outcome::kStops},
        Row{Fault::kUnknownNotWritten, When::kNote, Outcome::kStops},
        Row{Fault::kUnknownWritten, When::kNote, Outcome::kStops}, Row{Fault::kLost, When::kNote, Outcome::kDetected},
        Row{Fault::kUnsynced, When::kNote, Outcome::kDetected},
        Row{Fault::kUnavailable, When::kStart, Outcome::kRefused}, Row{Fault::kNoRoom, When::kStart, Outcome::kRefused},
        Row{Fault::kConflict, When::kStart, Outcome::kRefused},
        Row{Fault::kUnknownNotWritten, When::kStart, Outcome::kStops},
        Row{Fault::kUnknownWritten, When::kStart, Outcome::kStops}, Row{Fault::kLost, When::kStart, Outcome::kDetected},
        Row{Fault::kUnsynced, When::kStart, Outcome::kDetected}),
    [](const auto& info) { return NameOf(info.param); });

TEST_P(CommitFaults, AreRefusedStopTheLogOrAreDetected) {
  const auto [fault, when, outcome] = GetParam();
  if (when == When::kStart) {
    LeaveUnpublished("four");
    store_.Reopen();
    store_.FailCommit(0, fault);
    auto opened = FaultLedger::OpenOver(store_, dir_.path());
    EXPECT_EQ(opened.has_value(), outcome == Outcome::kDetected);  // who lies is believed until it is looked at
    EXPECT_TRUE(opened || opened.error().code != ErrorCode::kCorruption);
    if (opened) ledger_ = *std::move(opened);
  } else {
    store_.FailCommit(when == When::kBatch ? 0 : 1, fault);
    const auto answer = ledger_->Publish("four");
    if (outcome == Outcome::kRefused) ExpectRefused(answer);
    if (outcome == Outcome::kStops) ExpectStopped(answer);
    // Who lies is believed, but an entry is read back before it is signed.
    EXPECT_EQ(answer.has_value(), outcome == Outcome::kDetected || outcome == Outcome::kHealed);
  }
  if (outcome != Outcome::kDetected) return ExpectHealedByReopening();

  // A note that is not there is met by the next commit at the latest; a cache that lied, by the power cut.
  if (fault == Fault::kLost) ExpectStopped(ledger_->Publish("five"));
  ledger_.reset();
  store_.PowerCut();
  ExpectDetected("ROLLBACK DETECTED: ");
}

// ---- bits that turn on the way back

struct Flip {
  const char* name;
  std::optional<Column> column;  // nothing: the head
};
void PrintTo(const Flip& flip, std::ostream* out) {
  *out << flip.name;
}
class FlippedBits : public FaultyLedger, public ::testing::WithParamInterface<Flip> {
 protected:
  void FlipOne(std::size_t bit) {
    // A checkpoint's row begins with the time, which says only how long it is kept.
    constexpr std::size_t kTimeBits = 64;
    if (GetParam().column == Column::kCheckpoint) bit += kTimeBits;
    if (GetParam().column) return store_.FlipBit(*GetParam().column, bit);
    store_.FlipBitOfHead(bit);
  }
};

// Which flips each moment must detect: those of what it reads. What is not read then cannot mislead it.
const Flip kEntryFlip{"Entry", Column::kEntry}, kTileFlip{"Tile", Column::kTile},
    kNoteFlip{"Checkpoint", Column::kCheckpoint}, kHashFlip{"ByHash", Column::kByHash}, kHeadFlip{"Head", std::nullopt};

INSTANTIATE_TEST_SUITE_P(Store, FlippedBits, ::testing::Values(kEntryFlip, kTileFlip, kNoteFlip, kHashFlip, kHeadFlip),
                         [](const auto& info) { return info.param.name; });

TEST_P(FlippedBits, AreNeverSignedOver) {
  for (std::size_t bit = 0; bit < 64; ++bit) {
    SCOPED_TRACE(bit);
    FlipOne(bit);
    const auto published = ledger_->Publish("entry " + std::to_string(bit));
    store_.StopFlipping();
    const bool is_read = GetParam().column == Column::kEntry || GetParam().column == Column::kTile;
    EXPECT_EQ(published.has_value(), !is_read);
    if (published) continue;
    ASSERT_TRUE(ledger_->log().Stopped());
    EXPECT_EQ(ledger_->log().Stopped()->code, ErrorCode::kCorruption);
    Open();
  }
  ExpectWhole();
}

TEST_P(FlippedBits, OfWhatIsThereAlreadyNeverGiveADuplicateAnotherIndex) {
  for (std::size_t bit = 0; bit < 64; ++bit) {
    SCOPED_TRACE(bit);
    FlipOne(bit);
    Change again;
    again.entries.push_back({NewEntry::To::kPublicLog, ToBytes("two")});
    const auto receipt = ledger_->log().Append(again, Ack::kSequenced);
    store_.StopFlipping();
    const bool is_read = GetParam().column == Column::kEntry || GetParam().column == Column::kByHash;
    if (is_read) {
      ASSERT_FALSE(receipt);
      EXPECT_EQ(receipt.error().code, ErrorCode::kCorruption);
    } else {
      EXPECT_EQ(receipt->indices, std::vector<std::uint64_t>{1});
    }
  }
  Acknowledge("the next");
  ExpectWhole();
}

TEST_P(FlippedBits, AtStartAreDetectedOrNeverWrittenOver) {
  const bool is_read = GetParam().column != Column::kEntry && GetParam().column != Column::kByHash;
  for (std::size_t bit = 0; bit < 136 * 8; ++bit) {  // the bytes of a head of two logs
    SCOPED_TRACE(bit);
    ledger_.reset();
    FlipOne(bit);
    auto opened = TryOpen();
    if (!opened) {
      // A head that says another log number is that of a store without this log; the anchor knows better.
      const bool of_the_future = opened.error().message.starts_with("the clock was set back");
      EXPECT_TRUE(of_the_future || opened.error().code == ErrorCode::kCorruption) << opened.error().message;
    } else if (is_read) {
      // A head of another version is nobody's: the first commit meets the right one.
      EXPECT_FALSE(GetParam().column) << "a flipped " << GetParam().name << " was believed";
      EXPECT_FALSE((*opened)->Publish("on a wrong head"));
      EXPECT_TRUE((*opened)->log().Stopped());
    }
    opened = Error{ErrorCode::kInternal, "closed"};
    store_.StopFlipping();
  }
  ExpectHealedByReopening();
}

TEST_P(FlippedBits, AreDetectedByFsck) {
  ledger_.reset();
  // A head begins with its version and time, a checkpoint's row with its time: nothing follows from those.
  const std::size_t unchecked = !GetParam().column ? 128 : GetParam().column == Column::kCheckpoint ? 64 : 0;
  for (std::size_t bit = unchecked; bit < unchecked + 32; ++bit) {
    FlipOne(bit);
    EXPECT_NE(Fsck(store_), std::vector<std::string>{}) << bit;
    store_.StopFlipping();
  }
  ASSERT_EQ(Fsck(store_), std::vector<std::string>{});
}

TEST_P(FlippedBits, OfAnEntryOrATileMakeNoProofThatVerifies) {
  const Checkpoint checkpoint = ledger_->log().Exposed()->checkpoint;
  const LogReader reader(store_, kPublic);
  const auto verifies = [&](std::uint64_t index) {
    const auto entry = reader.Entry(index, checkpoint.size);
    const auto proof = reader.Inclusion(index, checkpoint.size);
    return entry && proof && VerifyInclusion(index, checkpoint.size, LeafHash(*entry), *proof, checkpoint.root);
  };
  const bool is_read = GetParam().column == Column::kEntry;
  for (std::uint64_t index = 0; index < checkpoint.size; ++index) {
    EXPECT_TRUE(verifies(index));
    FlipOne(3);
    EXPECT_FALSE(is_read && verifies(index)) << index;
    store_.StopFlipping();
  }
}

}  // namespace
}  // namespace certmark::ledger
