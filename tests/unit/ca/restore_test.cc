// When a backup is believed: somebody outside vouches that nothing was published beyond it, and nobody says otherwise.
#include "ca/restore.h"

#include <gtest/gtest.h>

#include "ca/act_entry.h"
#include "ca/certification_rows.h"
#include "ca/fsck.h"
#include "ca/records.h"
#include "tests/unit/ca/kept_town.h"
#include "tests/unit/ca/town_witness.h"

namespace certmark::ca::testing {
namespace {

using State = Certification::State;
using Lines = std::vector<std::string>;

class ARestore : public KeptTown {
 protected:
  Restored RestoreIt(const RestoreInput& input) const {
    auto restored = Restore(input);
    EXPECT_TRUE(restored) << restored.error().message;
    return restored ? *std::move(restored) : Restored{};
  }
  /// Revoke is something that the world has seen, and the anchor knows.
  void Revoke() {
    town_.Act(Proposed::kRevoke, town_.valid, "deception");
    AnchorIt();
  }
  State StateOf(const std::string& number) const {
    return Load<Certification>(*Database(), number).value().value.state;
  }
  /// LastAct is the newest act in the record log of what was restored.
  ActEntry LastAct() const {
    const auto store = Database();
    const std::uint64_t size = ledger::Head::Decode(store->Head().value()).value().tree(ledger::kRecordLog).size;
    const Bytes key = ledger::EntryKey(ledger::kRecordLog, size - 1);
    return RecordedAct::Parse(AsText(*store->Get(ledger::Column::kEntry, key).value())).value().act;
  }
};

// ---- Who vouches

TEST_F(ARestore, IsVouchedForByTheAnchorThatIsThere) {
  const Restored restored = RestoreIt(Input(BackUp()));
  EXPECT_EQ(restored.vouched_by, Lines{"anchor " + files_.anchor().string()});
  EXPECT_EQ(restored.acts_lost, 0u);
  EXPECT_EQ(restored.origin, "ca.example/log/1");
  EXPECT_EQ(restored.log, HeadNow().tree(1));
  EXPECT_EQ(LastAct().act, "restore");
  EXPECT_EQ(LastAct().reason, "");
  EXPECT_EQ(ledger::ReadAnchor(files_.anchor()).value(),
            (ledger::AnchorState{AnchorNow().published, restored.records}));
}

TEST_F(ARestore, IsRefusedWhereNothingVouches) {
  const fs::path backup = BackUp();
  fs::remove(files_.anchor());
  ExpectRefused(Input(backup), ErrorCode::kFailedPrecondition, "nothing vouches");
  ExpectRefused(Input(backup), ErrorCode::kFailedPrecondition, "give --anchor");
}

TEST_F(ARestore, IsNotVouchedForByAMirror) {
  RestoreInput input = Input(BackUp());
  fs::remove(files_.anchor());
  input.mirrors = {MirrorOf(1)};
  ExpectRefused(input, ErrorCode::kFailedPrecondition, "nothing vouches");
}

TEST_F(ARestore, OfWhoHasNothingElseIsOnRecord) {
  RestoreInput input = Input(BackUp());
  fs::remove(files_.anchor());
  input.if_nothing_vouches = IfNothingVouches::kRestore;
  const Restored restored = RestoreIt(input);
  EXPECT_EQ(restored.vouched_by, Lines{});
  EXPECT_EQ(restored.acts_lost, std::nullopt);
  EXPECT_EQ(LastAct().act, "restore");
  EXPECT_EQ(LastAct().reason, kNothingVouches);
}

TEST_F(ARestore, ThatSomethingVouchesForIsNotRecordedOtherwise) {
  RestoreInput input = Input(BackUp());
  input.if_nothing_vouches = IfNothingVouches::kRestore;
  EXPECT_FALSE(RestoreIt(input).vouched_by.empty());
  EXPECT_EQ(LastAct().reason, "");
}

TEST_F(ARestore, IsVouchedForByAnAnchorThatIsBrought) {
  RestoreInput input = Input(BackUp());
  fs::rename(files_.anchor(), directory_ / "saved");
  input.anchor = directory_ / "saved";
  EXPECT_EQ(RestoreIt(input).vouched_by, Lines{"anchor " + (directory_ / "saved").string()});
}

TEST_F(ARestore, IsNotVouchedForByItself) {
  RestoreInput input = Input(BackUp());
  fs::remove(files_.anchor());
  input.anchor = input.backup / "anchor" / "anchor";
  ExpectRefused(input, ErrorCode::kInvalidArgument, "lies in the backup");
}

TEST_F(ARestore, IsNotVouchedForByAnAnchorThatIsOlder) {
  const ledger::AnchorState before = AnchorNow();
  Revoke();
  RestoreInput input = Input(BackUp());
  WriteAnchor(files_.anchor(), before);
  ExpectRefused(input, ErrorCode::kFailedPrecondition, "is older than that");
  input.if_nothing_vouches = IfNothingVouches::kRestore;
  RestoreIt(input);
  EXPECT_EQ(LastAct().reason, kNothingVouches);
}

TEST_F(ARestore, NamesAnAnchorThatIsNotThere) {
  RestoreInput input = Input(BackUp());
  input.anchor = directory_ / "nothing";
  ExpectRefused(input, ErrorCode::kInvalidArgument, "no anchor at");
}

TEST_F(ARestore, IsVouchedForByAQuorumThatAgreesNow) {
  RestoreInput input = Input(BackUp());
  fs::remove(files_.anchor());
  TownWitness witness(town_.authority().log_key, [this] { return town_.now(); });
  witness.See(town_.store(), 1);
  const ledger::WitnessPolicy policy = witness.Policy();
  input.witnesses = &policy;
  const Restored restored = RestoreIt(input);
  EXPECT_EQ(restored.vouched_by, Lines{"1 witness"});
  EXPECT_EQ(restored.witnesses.agreed, 1u);
}

TEST_F(ARestore, IsNotVouchedForByAWitnessThatLearnsOfTheLogFromIt) {
  RestoreInput input = Input(BackUp());
  fs::remove(files_.anchor());
  TownWitness witness(town_.authority().log_key, [this] { return town_.now(); });
  const ledger::WitnessPolicy policy = witness.Policy();
  input.witnesses = &policy;
  ExpectRefused(input, ErrorCode::kFailedPrecondition, "0 witnesses agreed, no quorum");
}

TEST_F(ARestore, IsNotVouchedForByAWitnessThatIsSilent) {
  RestoreInput input = Input(BackUp());
  fs::remove(files_.anchor());
  TownWitness witness(town_.authority().log_key, [this] { return town_.now(); });
  witness.FallSilent();
  const ledger::WitnessPolicy policy = witness.Policy();
  input.witnesses = &policy;
  ExpectRefused(input, ErrorCode::kFailedPrecondition, "0 witnesses agreed, no quorum");
}

// ---- Who says otherwise

TEST_F(ARestore, BehindTheAnchorIsRefusedWithBothSizes) {
  RestoreInput input = Input(BackUp());
  const std::uint64_t then = HeadNow().tree(1).size;
  Revoke();
  for (const auto asked : {IfNothingVouches::kRefuse, IfNothingVouches::kRestore}) {
    input.if_nothing_vouches = asked;
    ExpectRefused(input, ErrorCode::kFailedPrecondition,
                  std::to_string(then) + " entries of ca.example/log/1 are here");
    ExpectRefused(input, ErrorCode::kFailedPrecondition, "says that " + std::to_string(then + 1) + " were published");
  }
}

TEST_F(ARestore, BehindAWitnessIsRefused) {
  RestoreInput input = Input(BackUp());
  const ledger::AnchorState before = AnchorNow();
  Revoke();
  WriteAnchor(files_.anchor(), before);  // put back together with the database
  TownWitness witness(town_.authority().log_key, [this] { return town_.now(); });
  witness.See(town_.store(), 1);
  const ledger::WitnessPolicy policy = witness.Policy();
  input.witnesses = &policy;
  input.if_nothing_vouches = IfNothingVouches::kRestore;
  ExpectRefused(input, ErrorCode::kFailedPrecondition, "ROLLBACK DETECTED");
}

TEST_F(ARestore, AgainstAnAnchorOfAnotherHistoryIsRefused) {
  ledger::AnchorState other = AnchorNow();
  other.published.root.bytes[0] ^= 1;
  RestoreInput input = Input(BackUp());
  WriteAnchor(files_.anchor(), other);
  input.if_nothing_vouches = IfNothingVouches::kRestore;
  ExpectRefused(input, ErrorCode::kCorruption, "that its root is");
}

TEST_F(ARestore, AgainstAnAnchorOfAnotherLogIsRefused) {
  ledger::AnchorState other = AnchorNow();
  other.published.origin = "ca.example/log/2";
  RestoreInput input = Input(BackUp());
  WriteAnchor(files_.anchor(), other);
  ExpectRefused(input, ErrorCode::kFailedPrecondition, "put newer trust lists into the directory first");
}

TEST_F(ARestore, WhoseRecordLogWasRewrittenIsRefused) {
  ledger::AnchorState other = AnchorNow();
  other.records.root.bytes[0] ^= 1;
  RestoreInput input = Input(BackUp());
  WriteAnchor(files_.anchor(), other);
  ExpectRefused(input, ErrorCode::kCorruption, "the record log is another");
}

TEST_F(ARestore, BesideADaemonThatHasTheAnchorIsRefused) {
  const fs::path backup = BackUp();
  ledger::Anchor held(files_.anchor());
  ASSERT_TRUE(held.Read());
  ExpectRefused(Input(backup), ErrorCode::kUnavailable, "locked by another process");
}

// ---- What is there

TEST_F(ARestore, OverwritesNoDatabase) {
  const fs::path backup = BackUp();
  Put(files_.database() / "CURRENT", "something");
  const auto restored = Restore(Input(backup));
  ASSERT_FALSE(restored);
  EXPECT_EQ(restored.error().code, ErrorCode::kFailedPrecondition) << restored.error().message;
  EXPECT_EQ(TextOf(files_.database() / "CURRENT"), "something");
}

TEST_F(ARestore, RefusesADatabaseThatTheManifestDoesNotDescribe) {
  const fs::path backup = BackUp();
  BackupManifest manifest = ReadManifest(backup).value();
  ++manifest.trees.back().head.size;
  Put(backup / BackupManifest::kFile, manifest.ToJson());
  ExpectRefused(Input(backup), ErrorCode::kCorruption, "not the one that the manifest describes");
}

TEST_F(ARestore, LeavesWhatIsThereAndNewer) {
  const fs::path backup = BackUp();
  Put(files_.config(), "# newer\n");
  fs::remove(files_.crl("root"));
  RestoreIt(Input(backup));
  EXPECT_EQ(TextOf(files_.config()), "# newer\n");
  EXPECT_EQ(TextOf(files_.crl("root")), "a list");
}

TEST_F(ARestore, AsksForTheKeysAndDocumentsThatAreMissing) {
  const Restored restored = RestoreIt(Input(BackUp()));
  EXPECT_EQ(restored.missing.size(), 4u + 2u) << "all but log.pem";
  EXPECT_EQ(restored.missing.back(), files_.document_keys());
}

TEST_F(ARestore, MakesANewDirectoryWhereAnAnchorIsBrought) {
  RestoreInput input = Input(BackUp());
  input.files = AuthorityFiles(directory_ / "new" / "machine");
  input.anchor = files_.anchor();
  RestoreIt(input);
  EXPECT_TRUE(fs::exists(input.files.database()));
  EXPECT_TRUE(ledger::ReadAnchor(input.files.anchor()).value());
}

// ---- Nothing is un-revoked

TEST_F(ARestore, BringsBackARevocationThatAMirrorHas) {
  RestoreInput input = Input(BackUp());
  const std::uint64_t acts = HeadNow().tree(ledger::kRecordLog).size;
  Revoke();
  const std::uint64_t lost = HeadNow().tree(ledger::kRecordLog).size - acts;
  input.mirrors = {MirrorOf(1)};
  const Restored restored = RestoreIt(input);
  EXPECT_EQ(restored.replayed.entries, 1u);
  EXPECT_EQ(restored.replayed.events, 1u);
  EXPECT_EQ(restored.acts_lost, lost);
  EXPECT_EQ(restored.log, HeadNow().tree(1));
  EXPECT_EQ(StateOf(town_.valid), State::kRevoked);
  const StatusPlace place = Load<Certification>(*Database(), town_.valid).value().value.status;
  const ledger::Write row = StatusWrite(place, StatusValue::kRevoked);
  EXPECT_EQ(Database()->Get(row.column, row.key).value(), row.value);
  EXPECT_EQ(StateOf(town_.suspended), State::kSuspended);
  EXPECT_TRUE(FsckAuthority(*Database(), {.lists = town_.lists()}).value().findings.empty());
}

TEST_F(ARestore, BeginsTermsAnewThatMayHaveBeenMetMeanwhile) {
  ASSERT_TRUE(town_.service().applications().Return(town_.reviewer.party, town_.submitted, "materials-incomplete"));
  const Time before = *town_.File(town_.submitted).deadline;
  const fs::path backup = BackUp();
  town_.Advance(20 * kDay);
  town_.Propose(town_.officer, Proposed::kSuspend, town_.valid, "misuse").value();  // an act that is lost
  AnchorIt();
  const Restored restored = RestoreIt(Input(backup));
  EXPECT_GT(restored.acts_lost, 0u);
  EXPECT_EQ(restored.extended, 1u);
  const Application file = Load<Application>(*Database(), town_.submitted).value().value;
  EXPECT_EQ(file.deadline, before + 20 * kDay);
}

TEST_F(ARestore, LeavesTermsAsTheyWereWhereNoActIsLost) {
  ASSERT_TRUE(town_.service().applications().Return(town_.reviewer.party, town_.submitted, "materials-incomplete"));
  const Time before = *town_.File(town_.submitted).deadline;
  AnchorIt();
  const fs::path backup = BackUp();
  town_.Advance(20 * kDay);
  EXPECT_EQ(RestoreIt(Input(backup)).extended, 0u);
  EXPECT_EQ(Load<Application>(*Database(), town_.submitted).value().value.deadline, before);
}

TEST_F(ARestore, IsRefusedWhereTheMirrorLacksWhatTheAnchorKnows) {
  RestoreInput input = Input(BackUp());
  Revoke();
  input.mirrors = {MirrorOf(1)};
  ledger::AnchorState ahead = AnchorNow();
  ++ahead.published.size;
  WriteAnchor(files_.anchor(), ahead);
  ExpectRefused(input, ErrorCode::kFailedPrecondition, "were published: give a mirror");
}

TEST_F(ARestore, RefusesAMirrorOfAnotherAuthority) {
  RestoreInput input = Input(BackUp());
  class Other : public ledger::TileSource {
   public:
    Result<std::string> Checkpoint() const override { return ledger::WitnessedLog("other.example/log/1").NoteAt(300); }
    Result<Bytes> Tile(const ledger::TileName&) const override { return Bytes(); }
    Result<void> Entries(std::uint64_t, std::uint64_t, std::uint64_t, const EntryVisitor&) const override { return {}; }
  } other;
  input.mirrors = {{"somebody's", &other}};
  ExpectRefused(input, ErrorCode::kInvalidArgument, "somebody's: \"other.example/log/1\" is no log");
}

// ---- Where the anchor lies

TEST_F(ARestore, FindsAndReplacesTheAnchorInItsConfiguredPlace) {
  RestoreInput input = Input(BackUp());
  const fs::path place = directory_ / "device" / "anchor";
  input.files = AuthorityFiles(files_.root, place);
  AnchorIt(place);
  fs::remove(files_.anchor());
  const Restored restored = RestoreIt(input);
  EXPECT_EQ(restored.vouched_by, Lines{"anchor " + place.string()});
  EXPECT_EQ(ledger::ReadAnchor(place).value()->records, restored.records);
  EXPECT_FALSE(fs::exists(files_.anchor()));
  EXPECT_EQ(ledger::ReadAnchor(restored.old_anchor).value(), AnchorNow());
}

TEST_F(ARestore, LeavesTheLinkToTheAnchor) {
  RestoreInput input = Input(BackUp());
  const fs::path place = directory_ / "device" / "anchor";
  AnchorIt(place);
  fs::remove(files_.anchor());
  fs::create_symlink(place, files_.anchor());
  const Restored restored = RestoreIt(input);
  EXPECT_EQ(fs::read_symlink(files_.anchor()), place);
  EXPECT_EQ(ledger::ReadAnchor(place).value()->records, restored.records);
}

TEST_F(ARestore, MakesNoFolderWhereADeviceIsMissing) {
  RestoreInput input = Input(BackUp());
  const fs::path place = directory_ / "not-mounted" / "anchor";
  fs::remove(files_.anchor());
  fs::create_symlink(place, files_.anchor());
  input.if_nothing_vouches = IfNothingVouches::kRestore;
  ExpectRefused(input, ErrorCode::kFailedPrecondition, "for the anchor: mount its device");
  EXPECT_FALSE(fs::exists(place.parent_path()));
}

// ---- Stopped

TEST_F(ARestore, StoppedAtAnyStepIsDoneAgain) {
  const fs::path backup = BackUp();
  Revoke();
  fs::remove(files_.crl("root"));
  RestoreInput input = Input(backup);
  input.mirrors = {MirrorOf(1)};
  // What a power cut would leave at each step.
  std::vector<RestoreStep> steps;
  input.reached = [&](RestoreStep step) {
    steps.push_back(step);
    fs::copy(files_.root, directory_ / ("cut-" + std::to_string(static_cast<int>(step))), fs::copy_options::recursive);
  };
  const Restored whole = RestoreIt(input);
  ASSERT_EQ(steps.size(), 7u);
  input.reached = {};
  town_.Advance(Seconds{1});
  for (const RestoreStep step : steps) {
    if (step == RestoreStep::kDone) continue;
    fs::remove_all(files_.root);
    fs::rename(directory_ / ("cut-" + std::to_string(static_cast<int>(step))), files_.root);
    const auto anchor = ledger::ReadAnchor(files_.anchor()).value();
    EXPECT_EQ(anchor, AnchorNow()) << "until the end it says what was published";
    if (step == RestoreStep::kDatabaseInPlace) {
      EXPECT_EQ(Restore(input).error().code, ErrorCode::kFailedPrecondition);
      fs::rename(files_.database(), files_.root / "moved-away");
    }
    const Restored again = RestoreIt(input);
    EXPECT_EQ(again.log, whole.log) << static_cast<int>(step);
    EXPECT_EQ(again.records, whole.records) << static_cast<int>(step);
    EXPECT_EQ(StateOf(town_.valid), State::kRevoked) << static_cast<int>(step);
    EXPECT_FALSE(fs::exists(files_.root / "data.restoring"));
    EXPECT_EQ(TextOf(files_.crl("root")), "a list");
  }
}

TEST_F(ARestore, TakesNoFileForANewerOneThatWasHalfCopied) {
  const fs::path backup = BackUp();
  fs::remove(files_.crl("root"));
  Put(files_.crl("root").string() + ".part", "a l");
  Put(files_.root / "data.restoring" / "CURRENT", "half");
  RestoreIt(Input(backup));
  EXPECT_EQ(TextOf(files_.crl("root")), "a list");
  EXPECT_FALSE(fs::exists(files_.crl("root").string() + ".part"));
}

// ---- Through a succession

class ARestoreThroughASuccession : public ARestore {
 protected:
  // The backup is of log 1; afterwards one is revoked in it, and another certified and revoked in log 2.
  ARestoreThroughASuccession() : backup_(BackUp()) {
    town_.Act(Proposed::kRevoke, town_.valid, "deception");
    town_.Succeed();
    second_ = town_.GrantTo(newcomer_, "org.example.second").id;
    town_.Act(Proposed::kRevoke, town_.suspended, "deception");
    ListIt();
    AnchorIt();
  }
  RestoreInput With(std::vector<Mirror> mirrors) const {
    RestoreInput input = Input(backup_);
    input.mirrors = std::move(mirrors);
    return input;
  }

  const Person newcomer_ = town_.Enrol("Example Operator 09", {Role::kOperator});  // known to the backup
  const fs::path backup_;
  std::string second_;
};

TEST_F(ARestoreThroughASuccession, ReplaysTheOneLogToItsEndAndThenTheNext) {
  const std::uint64_t backed_up = ReadManifest(backup_).value().TreeOf(1).size;
  // In whichever order they are named.
  const Restored restored = RestoreIt(With({MirrorOf(2), MirrorOf(1)}));
  EXPECT_EQ(restored.origin, "ca.example/log/2");
  EXPECT_EQ(restored.log, HeadNow().tree(2));
  EXPECT_EQ(restored.replayed.entries, HeadNow().tree(1).size - backed_up + HeadNow().tree(2).size);
  EXPECT_EQ(restored.vouched_by, Lines{"anchor " + files_.anchor().string()});
  EXPECT_EQ(ledger::ReadAnchor(files_.anchor()).value()->published, AnchorNow().published);
  EXPECT_EQ(restored.missing.size(), 5u + 2u) << "log-2.pem too";
  for (const std::string& number : {town_.valid, town_.suspended, town_.revoked}) {
    EXPECT_EQ(StateOf(number), State::kRevoked) << number;
  }
  const auto store = Database();
  EXPECT_EQ(Load<Certification>(*store, second_).value().value.log, 2u);
  EXPECT_EQ(Load<Certification>(*store, second_).value().value.state, State::kValid);
  const ledger::Head head = ledger::Head::Decode(store->Head().value()).value();
  for (const ledger::LogNumber log : {1u, 2u}) EXPECT_EQ(head.log(log), HeadNow().log(log)) << log;
  EXPECT_TRUE(FsckAuthority(*store, {.lists = town_.lists()}).value().findings.empty());
}

TEST_F(ARestoreThroughASuccession, NamesTheLogWhoseMirrorIsMissing) {
  ExpectRefused(With({MirrorOf(2)}), ErrorCode::kFailedPrecondition, "a copy of ca.example/log/1 that has them");
  ExpectRefused(With({MirrorOf(1)}), ErrorCode::kFailedPrecondition, "a copy of ca.example/log/2 that has them");
  ExpectRefused(With({}), ErrorCode::kFailedPrecondition, "a copy of ca.example/log/1 that has them");
}

TEST_F(ARestoreThroughASuccession, NeedsTheListThatNamesTheSuccessor) {
  fs::remove(files_.trust(2));
  RestoreInput input = With({MirrorOf(1)});
  ExpectRefused(input, ErrorCode::kFailedPrecondition, "ca.example/log/2, which trust list 1 does not know");
}

TEST_F(ARestoreThroughASuccession, IsNotVouchedForByAnAnchorOfTheOldLog) {
  const auto last = ledger::NewestNote(town_.store(), 1).value()->checkpoint;
  WriteAnchor(files_.anchor(), {last, ledger::TreeHead{}});
  ExpectRefused(With({MirrorOf(1), MirrorOf(2)}), ErrorCode::kFailedPrecondition, "nothing vouches");
}

TEST_F(ARestoreThroughASuccession, HoldsAnAnchorOfTheOldLogAgainstThatLog) {
  auto other = ledger::NewestNote(town_.store(), 1).value()->checkpoint;
  other.root.bytes[0] ^= 1;
  RestoreInput input = With({MirrorOf(1), MirrorOf(2)});
  input.anchor = directory_ / "old";
  WriteAnchor(*input.anchor, {other, ledger::TreeHead{}});
  ExpectRefused(input, ErrorCode::kCorruption, "that its root is");
}

TEST_F(ARestoreThroughASuccession, IsRefusedWhereTheAnchorKnowsMoreOfTheNewLog) {
  ledger::AnchorState ahead = AnchorNow();
  ++ahead.published.size;
  WriteAnchor(files_.anchor(), ahead);
  ExpectRefused(With({MirrorOf(1), MirrorOf(2)}), ErrorCode::kFailedPrecondition,
                std::to_string(ahead.published.size) + " were published");
}

}  // namespace
}  // namespace certmark::ca::testing
