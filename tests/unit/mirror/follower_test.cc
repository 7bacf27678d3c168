// Follower: what becomes of a log, and of whoever lies about one.
#include "verifier-sdk/mirror/follower.h"

#include <fstream>
#include <iterator>
#include <sstream>

#include "tests/unit/mirror/mirror_fixture.h"
#include "verifier-sdk/core/packed_number.h"

namespace certmark::mirror {
namespace {

using namespace certmark::testing;

class FollowerTest : public MirrorTest {
 protected:
  std::string Credential(std::string_view package, std::uint64_t number, std::uint64_t signer = 1) const {
    return log_.Credential(
        {.package = std::string(package), .number = NumberAt(number), .signers = {SignerAt(signer)}});
  }
  // Many adds that many apps, none signed one by one.
  void Many(GrownLog& log, std::uint64_t first, std::uint64_t count) {
    for (std::uint64_t i = first; i < first + count; ++i) {
      log.Add(log.UnsignedCredential({.package = "org.example.a" + std::to_string(i), .number = NumberAt(i)}));
    }
  }
  std::string ReadFile(const std::filesystem::path& file) {
    std::ifstream in(file);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  ErrorCode CodeOf(const Result<Followed>& followed) {
    EXPECT_FALSE(followed);
    return followed ? ErrorCode::kInternal : followed.error().code;
  }

  // BlockSomebody makes the next list, by which everything is judged anew, and that changes nothing.
  void BlockSomebody() {
    spec_.seq = 2;
    spec_.blocked.push_back({std::string(64, '0'), std::nullopt, std::nullopt});
  }
  std::vector<Time> Cosigned() const { return Open()->generation().authorities[0].logs[0].cosigned; }
  Verdict VerdictOf(std::string_view package) const {
    const auto index = Open();
    Policy policy;
    policy.allow = {Allow::kTestAuthority, Allow::kUnknownStatus};
    return Standing(index->generation(), index->Lookup(AppOf(package))->certifications.at(0), policy, kNow);
  }

  GrownLog log_{Pki()};
};

TEST_F(FollowerTest, MakesAnIndexThatSaysWhatTheLogSays) {
  log_.Add(Credential("org.example.a", 1)).Add(Credential("org.example.b", 2)).Publish(kNow);
  const auto followed = Follow(Honest(log_));
  ASSERT_TRUE(followed) << followed.error().message;
  EXPECT_TRUE(followed->is_changed);
  EXPECT_EQ(followed->size, 4u);
  const auto index = Open();
  const Found found = index->Lookup(AppOf("org.example.a")).value();
  ASSERT_EQ(found.certifications.size(), 1u);
  const Certification& c = found.certifications.front();
  EXPECT_EQ(UnpackNumber(kCertificationPrefix, c.number), NumberAt(1));
  EXPECT_EQ(c.entry, 2u);
  EXPECT_EQ(c.level, "certified");
  EXPECT_EQ(c.scheme, "CNCA-App-001");
  EXPECT_EQ(c.from, "100");
  EXPECT_EQ(c.to, "199");
  EXPECT_EQ(c.valid_until, kNow + 3 * 365 * kDay);
  ASSERT_EQ(c.signer_count, 1u);
  EXPECT_EQ(c.Signer(0), SignerAt(1));
  EXPECT_FALSE(index->Lookup(AppOf("org.example.c")).value().is_known);
}

TEST_F(FollowerTest, NeverLetsOneSigningIdentityShadowAnother) {
  log_.Add(Credential("org.example.a", 1, 1)).Add(Credential("org.example.a", 2, 2)).Publish(kNow);
  ASSERT_TRUE(Follow(Honest(log_)));
  EXPECT_EQ(StatesOf("org.example.a"), "2:VALID 3:VALID");
  EXPECT_EQ(StatesOf("org.example.a", SignerAt(1)), "2:VALID");
  EXPECT_EQ(StatesOf("org.example.a", SignerAt(2)), "3:VALID");
  EXPECT_EQ(StatesOf("org.example.a", SignerAt(3)), "");
  EXPECT_EQ(StatesOf("org.example.a", "no signer"), "");
}

TEST_F(FollowerTest, GoesOnWhereItStopped) {
  log_.Add(Credential("org.example.a", 1)).Publish(kNow);
  ASSERT_TRUE(Follow(Honest(log_)));
  log_.Add(log_.EventOf(EventKind::kSuspended, "org.example.a", NumberAt(1)));
  log_.Add(Credential("org.example.b", 2)).Publish(kNow);
  std::vector<std::string> asked;
  const auto followed = Follow([&](const std::string& path) {
    asked.push_back(path);
    return Honest(log_)(path);
  });
  ASSERT_TRUE(followed) << followed.error().message;
  EXPECT_EQ(followed->entries, 2u);
  EXPECT_EQ(asked, (std::vector<std::string>{"checkpoint", "tile/entries/000.p/5"}));
  EXPECT_EQ(StatesOf("org.example.a"), "2:SUSPENDED");
  EXPECT_EQ(StatesOf("org.example.b"), "4:VALID");
  const auto again = Follow(Honest(log_));
  ASSERT_TRUE(again);
  EXPECT_FALSE(again->is_changed);
}

TEST_F(FollowerTest, FoldsEventsAsTheRulesSay) {
  log_.Add(Credential("org.example.a", 1)).Add(Credential("org.example.b", 2)).Add(Credential("org.example.c", 3));
  log_.Add(log_.EventOf(EventKind::kSuspended, "org.example.a", NumberAt(1)));
  log_.Add(log_.EventOf(EventKind::kReinstated, "org.example.a", NumberAt(1)));
  log_.Add(log_.EventOf(EventKind::kRevoked, "org.example.b", NumberAt(2)));
  log_.Add(log_.EventOf(EventKind::kReinstated, "org.example.b", NumberAt(2)));
  log_.Add(log_.EventOf(EventKind::kSuspended, "org.example.a", NumberAt(3)));   // of another app
  log_.Add(log_.EventOf(EventKind::kRevoked, "org.example.d", NumberAt(4)));     // before its credential
  log_.Add(Credential("org.example.d", 4)).Add(Credential("org.example.e", 1));  // a second of a number
  log_.Publish(kNow);
  ASSERT_TRUE(Follow(Honest(log_)));
  EXPECT_EQ(StatesOf("org.example.a"), "2:VALID");
  EXPECT_TRUE(Open()->Lookup(AppOf("org.example.a"))->certifications.front().was_suspended);
  EXPECT_EQ(StatesOf("org.example.b"), "3:REVOKED");
  EXPECT_EQ(StatesOf("org.example.c"), "4:STATUS_UNKNOWN");
  EXPECT_EQ(StatesOf("org.example.d"), "11:VALID");
  EXPECT_EQ(StatesOf("org.example.e"), "");
}

TEST_F(FollowerTest, KeepsOpenWhatAnEventSaysThatNobodyCanRead) {
  log_.Add(Credential("org.example.a", 1));
  const std::string unknown =
      R"({"iss":"https://ca.example","events":{"urn:certmark:event:frozen":{"number":")" + NumberAt(1) + R"("}}})";
  log_.Add(SignJws("ES256", Pki().signer_key.kid(), "secevent+jwt", {}, unknown, Pki().signer_key)).Publish(kNow);
  ASSERT_TRUE(Follow(Honest(log_)));
  EXPECT_EQ(StatesOf("org.example.a"), "2:STATUS_UNKNOWN");
}

TEST_F(FollowerTest, BelievesNoEventWithoutASignatureAndNoCredentialOfAKeyThatWasNotLogged) {
  log_.Add(Credential("org.example.a", 1));
  std::string forged = log_.EventOf(EventKind::kRevoked, "org.example.a", NumberAt(1));
  forged[forged.size() - 10] = forged[forged.size() - 10] == 'A' ? 'B' : 'A';
  const TestKey stranger = TestKey::P256();
  log_.Add(forged);
  log_.Add(SignJws("ES256", stranger.kid(), "vc+jwt", {}, PayloadOf({.package = "org.example.b"}), stranger));
  log_.Publish(kNow);
  ASSERT_TRUE(Follow(Honest(log_)));
  EXPECT_EQ(StatesOf("org.example.a"), "2:VALID");
  EXPECT_EQ(StatesOf("org.example.b"), "");
  EXPECT_EQ(Open()->generation().authorities.front().counts.ignored, 2u);
}

TEST_F(FollowerTest, VerifiesEverySignatureWhereThePolicySaysSo) {
  log_.Add(Credential("org.example.a", 1));
  log_.Add(log_.UnsignedCredential({.package = "org.example.b", .number = NumberAt(2)})).Publish(kNow);
  ASSERT_TRUE(Follow(Honest(log_)));
  EXPECT_EQ(StatesOf("org.example.b"), "3:VALID");  // the log's signature answers for it
  signatures_ = Signatures::kVerify;
  const auto anew = Follow(Honest(log_));
  ASSERT_TRUE(anew) << anew.error().message;
  EXPECT_EQ(StatesOf("org.example.a"), "2:VALID");
  EXPECT_EQ(StatesOf("org.example.b"), "");
}

TEST_F(FollowerTest, TellsOfOrdersWhileTheyAreExposedAndOpen) {
  const auto orders = [&](std::string_view package) { return Open()->Lookup(AppOf(package)).value().orders.size(); };
  log_.Add(log_.Order(EventKind::kExposed, "org.example.a", OrderAt(1)));
  log_.Add(log_.Order(EventKind::kExposed, "org.example.a", OrderAt(2))).Publish(kNow);
  ASSERT_TRUE(Follow(Honest(log_)));
  EXPECT_EQ(orders("org.example.a"), 2u);
  log_.Add(log_.Order(EventKind::kRectified, "org.example.a", OrderAt(1))).Publish(kNow);
  ASSERT_TRUE(Follow(Honest(log_)));
  EXPECT_EQ(orders("org.example.a"), 1u);
  log_.Add(log_.Order(EventKind::kOrderAnnulled, "org.example.a", OrderAt(2))).Publish(kNow);
  ASSERT_TRUE(Follow(Honest(log_)));
  EXPECT_EQ(orders("org.example.a"), 0u);
  EXPECT_FALSE(Open()->Lookup(AppOf("org.example.a")).value().is_known);
}

TEST_F(FollowerTest, ComesToTheSameWhateverIsHeldAndHoweverItIsFollowed) {
  Many(log_, 0, 700);
  log_.Add(log_.EventOf(EventKind::kRevoked, "org.example.a5", NumberAt(5)));
  log_.Publish(kNow);
  limits_.held = 50;  // spills again and again
  threads_ = 3;
  ASSERT_TRUE(Follow(Honest(log_)));
  Many(log_, 700, 300);
  log_.Add(log_.EventOf(EventKind::kWithdrawn, "org.example.a6", NumberAt(6))).Publish(kNow);
  limits_.delta_apps = 400;
  ASSERT_TRUE(Follow(Honest(log_)));
  EXPECT_EQ(StatesOf("org.example.a5"), "7:REVOKED");
  EXPECT_EQ(StatesOf("org.example.a6"), "8:ENDED");
  std::uint64_t apps = 0;
  ASSERT_TRUE(Open()->ForEach([&](const RecordView&) -> Result<void> { return ++apps, Result<void>(); }));
  EXPECT_EQ(apps, 1000u);
}

TEST_F(FollowerTest, PutsFewChangesIntoADelta) {
  Many(log_, 0, 300);
  log_.Publish(kNow);
  ASSERT_TRUE(Follow(Honest(log_)));
  const std::string base = Open()->generation().base;
  log_.Add(log_.EventOf(EventKind::kRevoked, "org.example.a7", NumberAt(7))).Publish(kNow);
  ASSERT_TRUE(Follow(Honest(log_)));
  EXPECT_EQ(Open()->generation().base, base);
  EXPECT_NE(Open()->generation().delta, "");
  EXPECT_EQ(StatesOf("org.example.a7"), "9:REVOKED");
  EXPECT_EQ(StatesOf("org.example.a8"), "10:VALID");
  EXPECT_EQ(StatesOf("org.example.a9"), "11:VALID");
}

// What is not found in a delta counts as the base has it: a revocation would be undone by a bit.
TEST_F(FollowerTest, OpensNoIndexWhoseDeltaIsDamagedAnywhere) {
  Many(log_, 0, 30);
  log_.Publish(kNow);
  ASSERT_TRUE(Follow(Honest(log_)));
  log_.Add(log_.EventOf(EventKind::kRevoked, "org.example.a7", NumberAt(7))).Publish(kNow);
  ASSERT_TRUE(Follow(Honest(log_)));
  const std::filesystem::path file = directory() / Open()->generation().delta;
  const std::string good = ReadFile(file);
  for (std::size_t at = 0; at < good.size(); ++at) {
    std::string bad = good;
    bad[at] ^= 1;
    std::ofstream(file, std::ios::binary) << bad;
    const auto opened = Index::Open(directory());
    ASSERT_FALSE(opened) << at;
    EXPECT_EQ(opened.error().code, ErrorCode::kCorruption) << at;
  }
}

// ---- Who goes back, or has two histories

TEST_F(FollowerTest, RefusesARollbackAndKeepsWhatItHasAndBothNotes) {
  const std::string old_note = log_.Add(Credential("org.example.a", 1)).Publish(kNow).note();
  GrownLog old = log_;
  log_.Add(log_.EventOf(EventKind::kRevoked, "org.example.a", NumberAt(1))).Publish(kNow);
  ASSERT_TRUE(Follow(Honest(log_)));
  const auto refused = Follow(Honest(old));
  EXPECT_EQ(CodeOf(refused), ErrorCode::kFailedPrecondition);
  EXPECT_NE(refused.error().message.find("rollback"), std::string::npos) << refused.error().message;
  EXPECT_EQ(StatesOf("org.example.a"), "2:REVOKED");
  ASSERT_EQ(Evidences().size(), 1u);
  const std::string evidence = ReadFile(Evidences().front());
  const auto document = json::Document::Parse(evidence, 1 << 20);
  ASSERT_TRUE(document);
  EXPECT_EQ(document->root().String("got").value(), old_note);
  EXPECT_EQ(document->root().String("had").value(), log_.note());
  // Seen again, it is no news; and whoever tells the truth again is followed.
  EXPECT_FALSE(Follow(Honest(old)));
  EXPECT_EQ(Evidences().size(), 1u);
  EXPECT_TRUE(Follow(Honest(log_)));
}

TEST_F(FollowerTest, RefusesAForkOfTheSameSize) {
  GrownLog other = log_;
  log_.Add(Credential("org.example.a", 1)).Publish(kNow);
  other.Add(Credential("org.example.evil", 2)).Publish(kNow);
  ASSERT_TRUE(Follow(Honest(log_)));
  const auto refused = Follow(Honest(other));
  EXPECT_EQ(CodeOf(refused), ErrorCode::kFailedPrecondition);
  EXPECT_EQ(Evidences().size(), 1u);
  EXPECT_EQ(StatesOf("org.example.a"), "2:VALID");
  EXPECT_EQ(StatesOf("org.example.evil"), "");
}

TEST_F(FollowerTest, RefusesALongerForkAndProvesItByTheTree) {
  GrownLog other = log_;
  log_.Add(Credential("org.example.a", 1)).Publish(kNow);
  other.Add(Credential("org.example.evil", 2));
  Many(other, 10, 600);
  other.Publish(kNow);
  ASSERT_TRUE(Follow(Honest(log_)));
  const auto refused = Follow(Honest(other));
  EXPECT_EQ(CodeOf(refused), ErrorCode::kFailedPrecondition);
  EXPECT_NE(refused.error().message.find("does not continue"), std::string::npos) << refused.error().message;
  ASSERT_EQ(Evidences().size(), 1u);
  EXPECT_EQ(StatesOf("org.example.evil"), "");
  // Whoever reads the evidence needs nothing else: it proves that the second tree does not begin with the first.
  const auto document = json::Document::Parse(ReadFile(Evidences().front()), 1 << 20);
  ASSERT_TRUE(document);
  const auto hash = [](std::string_view text) { return Hash::FromBytes(Base64Decode(text).value()).value(); };
  const Hash beginning = hash(document->root().String("beginning").value());
  Proof proof;
  const auto texts = document->root().Strings("proof").value();
  for (const std::string_view text : texts) proof.push_back(hash(text));
  EXPECT_NE(beginning, log_.published().root);
  EXPECT_TRUE(VerifyConsistency(log_.size(), beginning, other.published().size, other.published().root, proof));
}

TEST_F(FollowerTest, RefusesAForkThatTheEntriesProveWhateverTheTilesSay) {
  GrownLog other = log_;
  log_.Add(Credential("org.example.a", 1)).Publish(kNow);
  other.Add(Credential("org.example.evil", 2)).Add(Credential("org.example.c", 3)).Publish(kNow);
  ASSERT_TRUE(Follow(Honest(log_)));
  BlockSomebody();
  const auto lies = [](const std::string& path, std::string& answer) {
    if (path.starts_with("tile/0/")) answer[0] ^= 1;
  };
  EXPECT_EQ(CodeOf(Follow(Lying(Honest(other), lies))), ErrorCode::kFailedPrecondition);
  EXPECT_EQ(Evidences().size(), 1u);
}

TEST_F(FollowerTest, WritesTheSameForkDownOnceHoweverItIsCosigned) {
  GrownLog other = log_;
  log_.Add(Credential("org.example.a", 1)).Publish(kNow);
  other.Add(Credential("org.example.evil", 2));
  ASSERT_TRUE(Follow(Honest(log_)));
  for (int day = 0; day < 3; ++day) {
    other.Publish(kNow + day * kDay, {"w1"});
    EXPECT_EQ(CodeOf(Follow(Honest(other))), ErrorCode::kFailedPrecondition);
  }
  EXPECT_EQ(Evidences().size(), 1u);
}

// ---- Servers that lie about a log that does not

TEST_F(FollowerTest, BelievesNoEntryThatIsNotInTheTreeAndBlamesNoLogForIt) {
  log_.Add(Credential("org.example.a", 1)).Publish(kNow);
  ASSERT_TRUE(Follow(Honest(log_)));
  Many(log_, 10, 300);
  log_.Publish(kNow);
  const auto lies = [](const std::string& path, std::string& answer) {
    if (path.starts_with("tile/entries/001")) answer[answer.size() - 1] ^= 1;
  };
  EXPECT_EQ(CodeOf(Follow(Lying(Honest(log_), lies))), ErrorCode::kCorruption);
  EXPECT_TRUE(Evidences().empty());
  EXPECT_EQ(StatesOf("org.example.a10"), "");
  ASSERT_TRUE(Follow(Honest(log_)));
  EXPECT_EQ(StatesOf("org.example.a10"), "3:VALID");
}

TEST_F(FollowerTest, BlamesNoLogByTilesThatAreNotOfTheSignedTree) {
  log_.Add(Credential("org.example.a", 1)).Publish(kNow);
  ASSERT_TRUE(Follow(Honest(log_)));
  Many(log_, 10, 300);
  log_.Publish(kNow);
  // The signed root is made of other rows than the one before: they are right, and the first row is not.
  const auto lies = [](const std::string& path, std::string& answer) {
    if (path.starts_with("tile/entries/001")) answer[answer.size() - 1] ^= 1;
    if (path == "tile/0/000") answer[0] ^= 1;
  };
  EXPECT_EQ(CodeOf(Follow(Lying(Honest(log_), lies))), ErrorCode::kCorruption);
  EXPECT_TRUE(Evidences().empty());
}

TEST_F(FollowerTest, TakesNoMoreRoomForALogThatSignsAnySize) {
  log_.Publish(kNow);
  const std::string text = Checkpoint{std::string(kLogOrigin), std::uint64_t{1} << 62, log_.published().root}.ToText();
  const std::string note = text + "\n" + TestNoteKey::Log(kLogOrigin).SignNote(text);
  const auto lies = [&](const std::string& path, std::string& answer) {
    if (path == "checkpoint") answer = note;
  };
  EXPECT_EQ(CodeOf(Follow(Lying(Honest(log_), lies))), ErrorCode::kNotFound);
}

TEST_F(FollowerTest, BelievesNothingThatIsCutShortLeftOutOrSwappedOrPadded) {
  Many(log_, 10, 300);
  log_.Publish(kNow);
  using Lie = std::function<void(const std::string&, std::string&)>;
  const std::pair<const char*, Lie> lies[] = {
      {"a bundle cut short",
       [](const std::string& path, std::string& a) {
         if (path.starts_with("tile/entries/000")) a.pop_back();
       }},
      {"a bundle with more",
       [](const std::string& path, std::string& a) {
         if (path.starts_with("tile/entries/000")) a += std::string("\0\1x", 3);
       }},
      {"an empty bundle",
       [](const std::string& path, std::string& a) {
         if (path.starts_with("tile/entries/001")) a.clear();
       }},
      {"a note cut short",
       [](const std::string& path, std::string& a) {
         if (path == "checkpoint") a.resize(40);
       }},
      {"a note with another size",
       [](const std::string& path, std::string& a) {
         if (path == "checkpoint") a = Replaced(a, "302", "301");
       }},
      {"garbage for everything", [](const std::string&, std::string& a) { a = std::string(1000, '\xff'); }},
  };
  for (const auto& [name, lie] : lies) {
    EXPECT_FALSE(Follow(Lying(Honest(log_), lie))) << name;
    EXPECT_FALSE(Index::Open(directory())) << name;
    EXPECT_TRUE(Evidences().empty()) << name;
  }
  const auto gone = Follow([&](const std::string& path) -> Result<std::string> {
    if (path.starts_with("tile/entries/001")) return Error{ErrorCode::kNotFound, "HTTP status 404"};
    return Honest(log_)(path);
  });
  EXPECT_EQ(CodeOf(gone), ErrorCode::kNotFound);
  EXPECT_TRUE(Follow(Honest(log_)));
}

TEST_F(FollowerTest, RefusesALogWithoutAGoodGenesis) {
  log_.Publish(kNow);
  spec_.logs[0].vkey = TestNoteKey::Log(kLogOrigin).vkey();
  TestPki other = MakeTestPki();
  GrownLog strange(other);
  strange.Publish(kNow);
  // The genesis names another root than the one that signed the list, and is signed by it: not judged by this list, but
  // the key entry is, and nothing of it counts.
  strange.Add(strange.Credential({})).Publish(kNow);
  ASSERT_TRUE(Follow(Honest(strange)));
  EXPECT_EQ(StatesOf("org.example.app"), "");
}

// ---- Witnesses, trust lists, successions

TEST_F(FollowerTest, DemandsTheWitnessesOfTheList) {
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

TEST_F(FollowerTest, TakesYoungerCosignaturesOfTheSameTree) {
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

TEST_F(FollowerTest, CountsNoWitnessThatIsInUseNoMore) {
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

TEST_F(FollowerTest, IsHeldByNoCosignatureOfTheFuture) {
  spec_.witnesses = {TestNoteKey::Witness("w1").vkey()};
  spec_.quorum = 1;
  log_.Add(Credential("org.example.a", 1)).Publish(kNow + 1000 * kDay, {"w1"});
  ASSERT_TRUE(Follow(Honest(log_)));
  log_.Publish(kNow, {"w1"});
  ASSERT_TRUE(Follow(Honest(log_)));
  EXPECT_EQ(Cosigned(), std::vector<Time>{kNow});
}

TEST_F(FollowerTest, WritesNothingAnewForATimeThatNoIndexCanHold) {
  spec_.witnesses = {TestNoteKey::Witness("w1").vkey()};
  spec_.quorum = 1;
  log_.Add(Credential("org.example.a", 1)).Publish(FromEpoch(std::int64_t{1} << 60), {"w1"});
  ASSERT_TRUE(Follow(Honest(log_)));
  const auto again = Follow(Honest(log_));
  ASSERT_TRUE(again);
  EXPECT_FALSE(again->is_changed);
}

TEST_F(FollowerTest, KeepsCosignaturesThatSomebodyTookOffTheNote) {
  policy_.allow.insert(Allow::kUnwitnessed);
  spec_.witnesses = {TestNoteKey::Witness("w1").vkey()};
  spec_.quorum = 1;
  log_.Add(Credential("org.example.a", 1)).Publish(kNow, {"w1"});
  ASSERT_TRUE(Follow(Honest(log_)));
  log_.Publish(kNow);
  ASSERT_TRUE(Follow(Honest(log_)));
  EXPECT_EQ(Cosigned(), std::vector<Time>{kNow});
}

TEST_F(FollowerTest, SaysNothingOfStatesThatNoWitnessSawLately) {
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

TEST_F(FollowerTest, JudgesEverythingAnewByAListThatBlocksAKey) {
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

TEST_F(FollowerTest, BelievesNothingByAListThatWasReplacedWhileTheLogCannotBeReadAgain) {
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

TEST_F(FollowerTest, JudgesTheGenesisAnewByAListWithAnotherKeyOfTheLog) {
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

TEST_F(FollowerTest, BelievesNobodyWhoIsFollowedNoMore) {
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

TEST_F(FollowerTest, IsLedToNoOtherHistoryByANewList) {
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

TEST_F(FollowerTest, FollowsASuccessionAsOneSequence) {
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

TEST_F(FollowerTest, RefusesASuccessorOfAnotherTree) {
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

TEST_F(FollowerTest, LetsOneProcessWrite) {
  Follower first = Follower::Open({.directory = directory()}).value();
  EXPECT_EQ(Follower::Open({.directory = directory()}).error().code, ErrorCode::kFailedPrecondition);
}

}  // namespace
}  // namespace certmark::mirror
