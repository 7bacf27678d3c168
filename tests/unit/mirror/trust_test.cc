// Witnesses, trust lists and successions: by whom a log is believed, and for how long.
#include "tests/unit/mirror/mirror_fixture.h"

namespace certmark::mirror {
namespace {

using namespace certmark::testing;

constexpr std::string_view kSecond = "ca.example/log/2";

class TrustTest : public FollowerTest {
 protected:
  static auto Second() {
    const std::string origin(kSecond);
    return TrustSpec::Log{origin, TestNoteKey::Log(origin).vkey(), "https://ca.example/log/2", std::nullopt};
  }
  Result<Followed> FollowBoth(const GrownLog& first, const GrownLog& second) {
    return FollowBy([&](const std::string& origin) { return Honest(origin == kSecond ? second : first); });
  }
};

TEST_F(TrustTest, DemandsTheWitnessesOfTheList) {
  spec_.witnesses = {TestNoteKey::Witness("w1").vkey(), TestNoteKey::Witness("w2").vkey()};
  spec_.quorum = 2;
  log_.Add(Credential("org.example.a", 1)).Publish(kNow, {"w1"});
  EXPECT_EQ(CodeOf(Follow(Honest(log_))), ErrorCode::kFailedPrecondition);
  log_.Publish(kNow, {"w1", "w2"});
  ASSERT_TRUE(Follow(Honest(log_)));
  policy_.allow.insert(Allow::kTestAuthority);
  const auto index = Open();
  const Certification c = index->Lookup(AppOf("org.example.a"))->certifications.front();
  EXPECT_EQ(Standing(index->generation(), c, policy_, kNow), Verdict::kValid);
  EXPECT_EQ(Standing(index->generation(), c, policy_, kNow + kDay + Seconds(60)), Verdict::kValid);
  EXPECT_EQ(Standing(index->generation(), c, policy_, kNow + kDay + Seconds(61)), Verdict::kStatusStale);
}

TEST_F(TrustTest, TakesYoungerCosignaturesOfTheSameTree) {
  spec_.witnesses = {TestNoteKey::Witness("w1").vkey()};
  spec_.quorum = 1;
  log_.Add(Credential("org.example.a", 1)).Publish(kNow, {"w1"});
  ASSERT_TRUE(Follow(Honest(log_)));
  log_.Publish(kNow + kDay, {"w1"});
  now_ = kNow + kDay;
  const auto younger = Follow(Honest(log_));
  ASSERT_TRUE(younger);
  EXPECT_TRUE(younger->is_changed);
  EXPECT_EQ(Open()->generation().authorities[0].logs[0].cosigned, std::vector<Time>{kNow + kDay});
  log_.Publish(kNow, {"w1"});
  EXPECT_FALSE(Follow(Honest(log_))->is_changed);
}

TEST_F(TrustTest, CountsNoWitnessThatIsInUseNoMore) {
  spec_.witnesses = {TestNoteKey::Witness("w1").vkey()};
  spec_.quorum = 1;
  log_.Add(Credential("org.example.a", 1)).Publish(kNow, {"w1"});
  ASSERT_TRUE(Follow(Honest(log_)));
  spec_.seq = 2;
  spec_.witnesses = {TestNoteKey::Witness("w2").vkey()};
  log_.Publish(kNow - kDay, {"w2"});
  ASSERT_TRUE(Follow(Honest(log_)));
  EXPECT_EQ(Cosigned(), std::vector<Time>{kNow - kDay});
}

TEST_F(TrustTest, IsHeldByNoCosignatureOfTheFuture) {
  spec_.witnesses = {TestNoteKey::Witness("w1").vkey()};
  spec_.quorum = 1;
  log_.Add(Credential("org.example.a", 1)).Publish(kNow + 1000 * kDay, {"w1"});
  ASSERT_TRUE(Follow(Honest(log_)));
  log_.Publish(kNow, {"w1"});
  ASSERT_TRUE(Follow(Honest(log_)));
  EXPECT_EQ(Cosigned(), std::vector<Time>{kNow});
}

TEST_F(TrustTest, WritesNothingAnewForATimeThatNoIndexCanHold) {
  spec_.witnesses = {TestNoteKey::Witness("w1").vkey()};
  spec_.quorum = 1;
  log_.Add(Credential("org.example.a", 1)).Publish(FromEpoch(std::int64_t{1} << 60), {"w1"});
  ASSERT_TRUE(Follow(Honest(log_)));
  const auto again = Follow(Honest(log_));
  ASSERT_TRUE(again);
  EXPECT_FALSE(again->is_changed);
}

TEST_F(TrustTest, KeepsCosignaturesThatSomebodyTookOffTheNote) {
  policy_.allow.insert(Allow::kUnwitnessed);
  spec_.witnesses = {TestNoteKey::Witness("w1").vkey()};
  spec_.quorum = 1;
  log_.Add(Credential("org.example.a", 1)).Publish(kNow, {"w1"});
  ASSERT_TRUE(Follow(Honest(log_)));
  log_.Publish(kNow);
  ASSERT_TRUE(Follow(Honest(log_)));
  EXPECT_EQ(Cosigned(), std::vector<Time>{kNow});
}

TEST_F(TrustTest, SaysNothingOfStatesThatNoWitnessSawLately) {
  spec_.exp = kNow + 390 * kDay;
  log_.Add(log_.Credential({.package = "org.example.a", .until = kNow + 300 * kDay})).Publish(kNow);
  ASSERT_TRUE(Follow(Honest(log_)));
  policy_.allow.insert(Allow::kTestAuthority);
  const auto index = Open();
  const Certification c = index->Lookup(AppOf("org.example.a"))->certifications.front();
  EXPECT_EQ(Standing(index->generation(), c, policy_, kNow), Verdict::kStatusStale);
  policy_.allow.insert(Allow::kUnknownStatus);
  EXPECT_EQ(Standing(index->generation(), c, policy_, kNow), Verdict::kValid);
  EXPECT_EQ(Standing(index->generation(), c, policy_, c.valid_until + Seconds(60)), Verdict::kExpired);
  EXPECT_EQ(Standing(index->generation(), c, policy_, kNow - Seconds(61)), Verdict::kNotYetValid);
  policy_.levels = {"enhanced"};
  EXPECT_EQ(Standing(index->generation(), c, policy_, kNow), Verdict::kNotAccepted);
  EXPECT_EQ(Standing(index->generation(), c, Policy{}, kNow), Verdict::kUntrustedIssuer);
}

TEST_F(TrustTest, JudgesEverythingAnewByAListThatBlocksAKey) {
  log_.Add(Credential("org.example.a", 1)).Add(Credential("org.example.b", 2)).Publish(kNow);
  ASSERT_TRUE(Follow(Honest(log_)));
  spec_.seq = 2;
  spec_.blocked.push_back({Pki().signer_key.public_key().spki_hash().Hex(), 3, std::string(kLogOrigin)});
  const auto anew = Follow(Honest(log_));
  ASSERT_TRUE(anew) << anew.error().message;
  EXPECT_EQ(StatesOf("org.example.a"), "2:VALID");
  EXPECT_EQ(StatesOf("org.example.b"), "");
  spec_.seq = 1;
  EXPECT_EQ(CodeOf(Follow(Honest(log_))), ErrorCode::kFailedPrecondition);
}

TEST_F(TrustTest, BelievesNothingByAListThatWasReplacedWhileTheLogCannotBeReadAgain) {
  log_.Add(Credential("org.example.a", 1)).Publish(kNow);
  ASSERT_TRUE(Follow(Honest(log_)));
  EXPECT_EQ(VerdictOf("org.example.a"), Verdict::kValid);
  BlockSomebody();
  const auto fails = [&](const std::string& path) -> Result<std::string> {
    if (path.starts_with("tile/")) return Error{ErrorCode::kUnavailable, "HTTP status 503"};
    return Honest(log_)(path);
  };
  EXPECT_EQ(CodeOf(Follow(fails)), ErrorCode::kUnavailable);
  EXPECT_EQ(VerdictOf("org.example.a"), Verdict::kUntrustedIssuer);
  const std::uint64_t generation = Open()->generation().number;
  EXPECT_EQ(CodeOf(Follow(fails)), ErrorCode::kUnavailable);
  EXPECT_EQ(Open()->generation().number, generation);
  // The list before does not bring it back; the log, read again, does.
  spec_.seq = 1;
  spec_.blocked.clear();
  EXPECT_EQ(CodeOf(Follow(Honest(log_))), ErrorCode::kFailedPrecondition);
  BlockSomebody();
  ASSERT_TRUE(Follow(Honest(log_)));
  EXPECT_EQ(VerdictOf("org.example.a"), Verdict::kValid);
}

TEST_F(TrustTest, TakesTheQuorumAndTheEndOfANewListWhileTheLogCannotBeRead) {
  spec_.witnesses = {TestNoteKey::Witness("w1").vkey(), TestNoteKey::Witness("w2").vkey()};
  spec_.quorum = 1;
  log_.Add(Credential("org.example.a", 1)).Publish(kNow, {"w1"});
  ASSERT_TRUE(Follow(Honest(log_)));
  spec_.seq = 2;
  spec_.quorum = 2;
  spec_.exp = kNow + 7 * kDay;
  const auto fails = [](const std::string&) -> Result<std::string> {
    return Error{ErrorCode::kUnavailable, "HTTP status 503"};
  };
  EXPECT_EQ(CodeOf(Follow(fails)), ErrorCode::kUnavailable);
  const FollowedAuthority followed = Open()->generation().authorities.at(0);
  EXPECT_EQ(followed.trust_seq, 2u);
  EXPECT_EQ(followed.quorum, 2u);
  EXPECT_EQ(followed.trust_until, spec_.exp);
  EXPECT_EQ(followed.belief, Belief::kBelieved);
}

TEST_F(TrustTest, BelievesNothingByAListThatHasOtherLogsUntilThereIsOneThatHasThem) {
  log_.Add(Credential("org.example.a", 1)).Publish(kNow);
  ASSERT_TRUE(Follow(Honest(log_)));
  const auto logs = spec_.logs;
  const std::string second = "ca.example/log/2";
  spec_.seq = 2;
  spec_.logs = {{second, TestNoteKey::Log(second).vkey(), "https://ca.example/log/2", std::nullopt}};
  EXPECT_EQ(CodeOf(Follow(Honest(log_))), ErrorCode::kFailedPrecondition);
  EXPECT_EQ(VerdictOf("org.example.a"), Verdict::kUntrustedIssuer);
  const std::uint64_t generation = Open()->generation().number;
  EXPECT_EQ(CodeOf(Follow(Honest(log_))), ErrorCode::kFailedPrecondition);
  EXPECT_EQ(Open()->generation().number, generation);
  spec_.seq = 3;
  spec_.logs = logs;
  ASSERT_TRUE(Follow(Honest(log_)));
  EXPECT_EQ(VerdictOf("org.example.a"), Verdict::kValid);
}

TEST_F(TrustTest, JudgesTheGenesisAnewByAListWithAnotherKeyOfTheLog) {
  log_.Add(Credential("org.example.a", 1)).Publish(kNow);
  ASSERT_TRUE(Follow(Honest(log_)));
  const TestNoteKey other = TestNoteKey::Log("ca.example/other");
  const NoteKey key = NoteKey::Create(kLogOrigin, NoteKey::Type::kEd25519, other.key().public_key()).value();
  spec_.seq = 2;
  spec_.logs[0].vkey = key.ToVkey();
  const std::string text = log_.published().ToText();
  const std::string note = text + "\n" + FormatSignatureLine(key, other.Sign(text));
  const auto signs = [&](const std::string& path, std::string& answer) {
    if (path == "checkpoint") answer = note;
  };
  // The genesis names the key before.
  EXPECT_EQ(CodeOf(Follow(Lying(Honest(log_), signs))), ErrorCode::kCorruption);
  EXPECT_EQ(VerdictOf("org.example.a"), Verdict::kUntrustedIssuer);
}

TEST_F(TrustTest, BelievesNobodyWhoIsFollowedNoMore) {
  log_.Add(Credential("org.example.a", 1)).Publish(kNow);
  ASSERT_TRUE(Follow(Honest(log_)));
  const auto leave_out_all_but = [&](const std::vector<std::string>& authorities) {
    return Follower::Open({.directory = directory()}).value().LeaveOutAllBut(authorities).value();
  };
  EXPECT_FALSE(leave_out_all_but({std::string(kAuthority)}));
  EXPECT_EQ(VerdictOf("org.example.a"), Verdict::kValid);
  EXPECT_TRUE(leave_out_all_but({"https://other.example"}));
  EXPECT_EQ(VerdictOf("org.example.a"), Verdict::kUntrustedIssuer);
  EXPECT_FALSE(leave_out_all_but({}));
  ASSERT_TRUE(Follow(Honest(log_)));
  EXPECT_EQ(VerdictOf("org.example.a"), Verdict::kValid);
}

TEST_F(TrustTest, IsLedToNoOtherHistoryByANewList) {
  GrownLog other = log_;
  log_.Add(Credential("org.example.a", 1)).Publish(kNow);
  other.Add(Credential("org.example.evil", 2)).Add(Credential("org.example.c", 3)).Publish(kNow);
  ASSERT_TRUE(Follow(Honest(log_)));
  spec_.seq = 2;
  spec_.blocked.push_back({std::string(64, '0'), std::nullopt, std::nullopt});
  EXPECT_EQ(CodeOf(Follow(Honest(other))), ErrorCode::kFailedPrecondition);
  EXPECT_EQ(Evidences().size(), 1u);
  EXPECT_EQ(StatesOf("org.example.a"), "2:VALID");
}

TEST_F(TrustTest, FollowsASuccessionAsOneSequence) {
  log_.Add(Credential("org.example.a", 1)).Publish(kNow);
  ASSERT_TRUE(Follow(Honest(log_)));
  const std::string second = "ca.example/log/2";
  GrownLog next(Pki(), second, log_.published());
  next.Add(next.EventOf(EventKind::kRevoked, "org.example.a", NumberAt(1))).Publish(kNow);
  spec_.seq = 2;
  spec_.logs[0].final_size = log_.size();
  spec_.logs.push_back({second, TestNoteKey::Log(second).vkey(), "https://ca.example/log/2", std::nullopt});
  const auto both = [&](const std::string& origin) { return Honest(origin == second ? next : log_); };
  const auto followed = FollowBy(both);
  ASSERT_TRUE(followed) << followed.error().message;
  EXPECT_EQ(followed->origin, second);
  EXPECT_EQ(StatesOf("org.example.a"), "2:REVOKED");
}

TEST_F(TrustTest, JudgesASuccessorAnewByAListThatHasTheLogBeforeItEndElsewhere) {
  log_.Add(Credential("org.example.a", 1)).Publish(kNow);
  const std::string second = "ca.example/log/2";
  GrownLog next(Pki(), second, log_.published());
  next.Add(next.Credential({.package = "org.example.b", .number = NumberAt(2)})).Publish(kNow);
  spec_.logs[0].final_size = log_.size();
  spec_.logs.push_back({second, TestNoteKey::Log(second).vkey(), "https://ca.example/log/2", std::nullopt});
  const auto both = [&](const std::string& origin) { return Honest(origin == second ? next : log_); };
  ASSERT_TRUE(FollowBy(both));
  EXPECT_EQ(VerdictOf("org.example.b"), Verdict::kValid);
  log_.Add(Credential("org.example.c", 3)).Publish(kNow);
  spec_.seq = 2;
  spec_.logs[0].final_size = log_.size();
  EXPECT_EQ(CodeOf(FollowBy(both)), ErrorCode::kCorruption);
  EXPECT_EQ(StatesOf("org.example.b"), "");
  EXPECT_EQ(VerdictOf("org.example.a"), Verdict::kUntrustedIssuer);
  // Another turn changes nothing of that.
  EXPECT_EQ(CodeOf(FollowBy(both)), ErrorCode::kCorruption);
  EXPECT_EQ(VerdictOf("org.example.a"), Verdict::kUntrustedIssuer);
}

// What follows a list that ends a log before what was followed of it: the answer to a stolen key of a log.
TEST_F(TrustTest, BelievesNothingOfALogThatAListEndsBeforeWhatWasFollowedAndGoesOnFromThere) {
  spec_.witnesses = {TestNoteKey::Witness("w1").vkey()};
  spec_.quorum = 1;
  for (const bool has_successor : {false, true}) {
    std::filesystem::remove_all(directory());
    spec_.seq = 1;
    spec_.logs.resize(1);
    spec_.logs[0].final_size.reset();
    GrownLog log(Pki());
    log.Add(Credential("org.example.a", 1)).Publish(kNow, {"w1"});
    const GrownLog ended = log;
    log.Add(Credential("org.example.b", 2)).Publish(kNow, {"w1"});
    ASSERT_TRUE(Follow(Honest(log)));
    EXPECT_EQ(VerdictOf("org.example.b"), Verdict::kValid);
    spec_.seq = 2;
    spec_.logs[0].final_size = ended.size();
    GrownLog next(Pki(), std::string(kSecond), ended.published());
    next.Publish(kNow, {"w1"});
    if (has_successor) spec_.logs.push_back(Second());
    // The server has the thief's entries still.
    for (int turn = 0; turn < 2; ++turn) {
      EXPECT_EQ(CodeOf(FollowBoth(log, next)), ErrorCode::kFailedPrecondition);
      EXPECT_EQ(VerdictOf("org.example.b"), Verdict::kUntrustedIssuer);
    }
    const auto followed = FollowBoth(ended, next);
    ASSERT_TRUE(followed) << followed.error().message;
    EXPECT_EQ(VerdictOf("org.example.a"), Verdict::kValid);
    EXPECT_EQ(StatesOf("org.example.b"), "");
    EXPECT_TRUE(Open()->generation().IsWhole());
    EXPECT_TRUE(Evidences().empty());
  }
}

// It ends by the list before what its checkpoint has and beyond what was read of that.
TEST_F(TrustTest, GoesOnToAnEndThatIsBeforeACheckpointThatWasSeen) {
  limits_.step = 256;
  Many(log_, 0, 500);
  log_.Publish(kNow);
  const GrownLog ended = log_;
  Many(log_, 500, 300);
  log_.Publish(kNow);
  EXPECT_FALSE(Follow([&](const std::string& path) -> Result<std::string> {
    if (path.starts_with("tile/entries/001")) return Error{ErrorCode::kUnavailable, "HTTP status 503"};
    return Honest(log_)(path);
  }));
  spec_.seq = 2;
  spec_.logs[0].final_size = ended.size();
  const auto followed = Follow(Honest(ended));
  ASSERT_TRUE(followed) << followed.error().message;
  EXPECT_EQ(followed->size, ended.size());
  EXPECT_EQ(VerdictOf("org.example.a499"), Verdict::kValid);
}

TEST_F(TrustTest, KeepsALogThatAListEndsWhereItWasFollowedTo) {
  log_.Add(Credential("org.example.a", 1)).Publish(kNow);
  ASSERT_TRUE(Follow(Honest(log_)));
  spec_.seq = 2;
  spec_.logs[0].final_size = log_.size();
  const auto fails = [](const std::string&) -> Result<std::string> {
    return Error{ErrorCode::kUnavailable, "HTTP status 503"};
  };
  const auto followed = Follow(fails);
  ASSERT_TRUE(followed) << "there is nothing to be asked for";
  EXPECT_EQ(followed->origin, spec_.logs[0].origin);
  EXPECT_EQ(followed->size, log_.size());
  EXPECT_EQ(VerdictOf("org.example.a"), Verdict::kValid);
  EXPECT_TRUE(Open()->generation().IsWhole());
}

TEST_F(TrustTest, BelievesNoOldCopyOfALogThatTheListSaysIsLonger) {
  log_.Add(log_.Order(EventKind::kExposed, "org.example.a", OrderAt(1)));
  log_.Add(Credential("org.example.a", 1)).Publish(kNow);
  const GrownLog old = log_;
  log_.Add(log_.Order(EventKind::kRectified, "org.example.a", OrderAt(1))).Publish(kNow);
  GrownLog next(Pki(), std::string(kSecond), log_.published());
  next.Add(next.EventOf(EventKind::kRevoked, "org.example.a", NumberAt(1))).Publish(kNow);
  spec_.logs[0].final_size = log_.size();
  for (const bool has_successor : {false, true}) {
    std::filesystem::remove_all(directory());
    if (has_successor) spec_.logs.push_back(Second());
    for (int turn = 0; turn < 2; ++turn) {
      const auto refused = FollowBoth(old, next);
      ASSERT_EQ(CodeOf(refused), ErrorCode::kFailedPrecondition);
      EXPECT_NE(refused.error().message.find("perhaps an old copy"), refused.error().message.npos);
      EXPECT_EQ(VerdictOf("org.example.a"), Verdict::kUntrustedIssuer);
      EXPECT_EQ(Open()->generation().number, 1u) << "what was read is kept, once";
    }
    EXPECT_TRUE(Open()->Lookup(AppOf("org.example.a"))->orders.empty());
    ASSERT_TRUE(FollowBoth(log_, next));
    EXPECT_EQ(StatesOf("org.example.a"), has_successor ? "3:REVOKED" : "3:VALID");
    EXPECT_TRUE(Open()->generation().IsWhole());
  }
}

TEST_F(TrustTest, BelievesWhatItBelievedWhileALogIsAwayThatANewListSaysHasMore) {
  spec_.witnesses = {TestNoteKey::Witness("w1").vkey()};
  spec_.quorum = 1;
  log_.Add(Credential("org.example.a", 1)).Publish(kNow, {"w1"});
  const GrownLog old = log_;
  ASSERT_TRUE(Follow(Honest(log_)));
  EXPECT_TRUE(Open()->generation().IsWhole());
  log_.Add(log_.EventOf(EventKind::kSuspended, "org.example.a", NumberAt(1))).Publish(kNow, {"w1"});
  spec_.seq = 2;
  spec_.logs[0].final_size = log_.size();
  // A cache has the log as it was, and is seen again later: states are as fresh as witnesses said, no longer whole.
  EXPECT_EQ(CodeOf(Follow(Honest(old))), ErrorCode::kFailedPrecondition);
  EXPECT_EQ(Open()->generation().authorities[0].belief, Belief::kBelieved);
  EXPECT_FALSE(Open()->generation().IsWhole());
  EXPECT_EQ(VerdictOf("org.example.a"), Verdict::kValid);
  EXPECT_EQ(Cosigned(), std::vector<Time>{kNow});
  ASSERT_TRUE(Follow(Honest(log_)));
  EXPECT_EQ(VerdictOf("org.example.a"), Verdict::kSuspended);
  EXPECT_TRUE(Open()->generation().IsWhole());
}

TEST_F(TrustTest, BelievesWhatItBelievedWhileASuccessorCannotBeHadAndTakesNoStateForTheNewest) {
  log_.Add(Credential("org.example.a", 1)).Publish(kNow);
  ASSERT_TRUE(Follow(Honest(log_)));
  spec_.seq = 2;
  spec_.logs[0].final_size = log_.size();
  spec_.logs.push_back(Second());
  const auto without_second = [&](const std::string& origin) -> Server {
    if (origin != kSecond) return Honest(log_);
    return [](const std::string&) -> Result<std::string> { return Error{ErrorCode::kUnavailable, "HTTP status 503"}; };
  };
  EXPECT_EQ(CodeOf(FollowBy(without_second)), ErrorCode::kUnavailable);
  EXPECT_EQ(Open()->generation().authorities[0].belief, Belief::kBelieved);
  EXPECT_FALSE(Open()->generation().IsWhole());
  EXPECT_EQ(VerdictOf("org.example.a"), Verdict::kStatusStale);
  GrownLog next(Pki(), std::string(kSecond), log_.published());
  next.Publish(kNow);
  ASSERT_TRUE(FollowBoth(log_, next));
  EXPECT_TRUE(Open()->generation().IsWhole());
  EXPECT_EQ(VerdictOf("org.example.a"), Verdict::kValid);
}

// FORMATS.md §9: it has no successor.
TEST_F(TrustTest, AsksForNothingAfterALogThatHasNoEnd) {
  log_.Add(Credential("org.example.a", 1)).Publish(kNow);
  spec_.logs.push_back(Second());
  ASSERT_TRUE(Follow(Honest(log_)));
  EXPECT_TRUE(Open()->generation().IsWhole());
  EXPECT_EQ(VerdictOf("org.example.a"), Verdict::kValid);
}

TEST_F(TrustTest, TakesNoEmptyTreeForASuccessor) {
  spec_.witnesses = {TestNoteKey::Witness("w1").vkey()};
  spec_.quorum = 1;
  log_.Add(Credential("org.example.a", 1)).Publish(kNow, {"w1"});
  const std::string second = "ca.example/log/2";
  spec_.logs[0].final_size = log_.size();
  spec_.logs.push_back({second, TestNoteKey::Log(second).vkey(), "https://ca.example/log/2", std::nullopt});
  const std::string text = Checkpoint{second, 0, EmptyRoot()}.ToText();
  const std::string note =
      text + "\n" + TestNoteKey::Log(second).SignNote(text) + TestNoteKey::Witness("w1").Cosign(text, kNow);
  const auto servers = [&](const std::string& origin) {
    return Lying(Honest(log_), [&, origin](const std::string& path, std::string& answer) {
      if (origin == second && path == "checkpoint") answer = note;
    });
  };
  EXPECT_EQ(CodeOf(FollowBy(servers)), ErrorCode::kNotFound);
  EXPECT_EQ(VerdictOf("org.example.a"), Verdict::kUntrustedIssuer);
}

TEST_F(TrustTest, RefusesASuccessorOfAnotherTree) {
  log_.Add(Credential("org.example.a", 1)).Publish(kNow);
  const std::string second = "ca.example/log/2";
  Checkpoint other = log_.published();
  other.root = EmptyRoot();
  GrownLog next(Pki(), second, other);
  next.Publish(kNow);
  spec_.logs[0].final_size = log_.size();
  spec_.logs.push_back({second, TestNoteKey::Log(second).vkey(), "https://ca.example/log/2", std::nullopt});
  const auto both = [&](const std::string& origin) { return Honest(origin == second ? next : log_); };
  EXPECT_EQ(CodeOf(FollowBy(both)), ErrorCode::kCorruption);
  EXPECT_EQ(StatesOf("org.example.a"), "2:VALID");  // the first log was followed to its end
}

}  // namespace
}  // namespace certmark::mirror
