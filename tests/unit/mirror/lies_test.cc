// What becomes of a log that goes back or has two histories, and of a server that lies about one that has not.
#include "tests/unit/mirror/mirror_fixture.h"
#include "verifier-sdk/core/json.h"
#include "verifier-sdk/mirror/evidence.h"

namespace certmark::mirror {
namespace {

using namespace certmark::testing;

class LiesTest : public FollowerTest {};

// ---- Who goes back, or has two histories

TEST_F(LiesTest, RefusesARollbackAndKeepsWhatItHasAndBothNotes) {
  spec_.witnesses = {TestNoteKey::Witness("w1").vkey(), TestNoteKey::Witness("w2").vkey()};
  spec_.quorum = 2;
  log_.Add(Credential("org.example.a", 1));
  GrownLog old = log_;
  log_.Add(log_.EventOf(EventKind::kRevoked, "org.example.a", NumberAt(1))).Publish(kNow, {"w1", "w2"});
  ASSERT_TRUE(Follow(Honest(log_)));
  const std::string old_note = old.Publish(kNow + Seconds(1), {"w1", "w2"}).note();
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

// Whoever has kept a note can show it: a cache, another mirror, somebody who would have the log accused.
TEST_F(LiesTest, BlamesNoLogForAnOldNoteThatWitnessesDoNotShowToBeTheNewerOne) {
  for (const bool is_witnessed : {false, true}) {
    std::filesystem::remove_all(directory());
    GrownLog log(Pki());
    std::vector<std::string> witnesses;
    if (is_witnessed) witnesses = {"w1", "w2"};
    spec_.witnesses.clear();
    for (const std::string& name : witnesses) spec_.witnesses.push_back(TestNoteKey::Witness(name).vkey());
    spec_.quorum = witnesses.size();
    log.Add(Credential("org.example.a", 1)).Publish(kNow, witnesses);
    const GrownLog old = log;
    log.Add(log.EventOf(EventKind::kRevoked, "org.example.a", NumberAt(1))).Publish(kNow, witnesses);
    ASSERT_TRUE(Follow(Honest(log)));
    EXPECT_EQ(CodeOf(Follow(Honest(old))), ErrorCode::kFailedPrecondition);
    EXPECT_TRUE(Evidences().empty()) << is_witnessed;
    EXPECT_EQ(StatesOf("org.example.a"), "2:REVOKED");
  }
}

// Honest clocks differ by more than the time between two checkpoints, and each may be another witness's.
TEST_F(LiesTest, BlamesNoLogByTheClocksOfTwoWitnesses) {
  spec_.witnesses = {TestNoteKey::Witness("w1").vkey(), TestNoteKey::Witness("w2").vkey()};
  spec_.quorum = 1;
  log_.Add(Credential("org.example.a", 1)).Publish(kNow + Seconds(5), {"w1"});
  const GrownLog old = log_;
  log_.Add(log_.EventOf(EventKind::kRevoked, "org.example.a", NumberAt(1))).Publish(kNow + Seconds(1), {"w2"});
  ASSERT_TRUE(Follow(Honest(log_)));
  EXPECT_EQ(CodeOf(Follow(Honest(old))), ErrorCode::kFailedPrecondition);
  EXPECT_TRUE(Evidences().empty());
  EXPECT_EQ(StatesOf("org.example.a"), "2:REVOKED");
}

TEST_F(LiesTest, BlamesALogThatWentBackByTheWitnessesThatSawBothAndNoFewerThanTheQuorum) {
  for (const std::size_t quorum : {1u, 2u}) {
    std::filesystem::remove_all(directory());
    spec_.witnesses = {TestNoteKey::Witness("w1").vkey(), TestNoteKey::Witness("w2").vkey()};
    spec_.quorum = quorum;
    GrownLog log(Pki());
    const GrownLog old = log.Publish(kNow);
    log.Add(Credential("org.example.a", 1)).Publish(kNow, {"w1", "w2"});
    ASSERT_TRUE(Follow(Honest(log)));
    // By the second's clock it signed both at once.
    const std::string text = old.published().ToText();
    const std::string note = text + "\n" + TestNoteKey::Log(kLogOrigin).SignNote(text) +
                             TestNoteKey::Witness("w1").Cosign(text, kNow + Seconds(1)) +
                             TestNoteKey::Witness("w2").Cosign(text, kNow);
    const auto lies = [&](const std::string& path, std::string& answer) {
      if (path == "checkpoint") answer = note;
    };
    EXPECT_EQ(CodeOf(Follow(Lying(Honest(old), lies))), ErrorCode::kFailedPrecondition);
    EXPECT_EQ(Evidences().size(), quorum == 1 ? 1u : 0u);
  }
}

// Two origins whose digests begin with the same 32 bits are found in a moment, and one like another's in an hour.
TEST_F(LiesTest, WritesALogDownWhoseDigestBeginsAsThatOfOneThatFilledItsRoom) {
  const TempDir dir;
  const auto write = [&](const std::string& origin, std::size_t i) {
    return Evidence{Evidence::Kind::kFork, origin, "had", std::to_string(i), "why"}.Write(dir.path(), kNow);
  };
  const std::string evil = "ca34866.example/log/1", other = "ca86722.example/log/1";
  ASSERT_EQ(Sha256(AsBytes(evil)).Hex().substr(0, 8), Sha256(AsBytes(other)).Hex().substr(0, 8));
  for (std::size_t i = 0; i < Evidence::kMaxFiles; ++i) ASSERT_TRUE(write(evil, i));
  EXPECT_TRUE(write(other, Evidence::kMaxFiles));
}

TEST_F(LiesTest, WritesNoMoreThanSomeFilesOfOneLogDown) {
  const TempDir dir;
  const auto write = [&](const std::string& origin, int i) {
    return Evidence{Evidence::Kind::kFork, origin, "had", std::to_string(i), "why"}.Write(dir.path(), kNow);
  };
  for (int i = 0; i < 40; ++i) {
    EXPECT_EQ(write("ca.example/evil", i).has_value(), i < static_cast<int>(Evidence::kMaxFiles)) << i;
  }
  EXPECT_EQ(EvidenceIn(dir.path()).value().size(), Evidence::kMaxFiles);
  EXPECT_TRUE(write("ca.example/evil", 0)) << "what is there is there";
  EXPECT_TRUE(write("ca.example/other", 0));
}

TEST_F(LiesTest, RefusesAForkOfTheSameSize) {
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

TEST_F(LiesTest, RefusesALongerForkAndProvesItByTheTree) {
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

TEST_F(LiesTest, RefusesAForkThatTheEntriesProveWhateverTheTilesSay) {
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

TEST_F(LiesTest, WritesTheSameForkDownOnceHoweverItIsCosigned) {
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

TEST_F(LiesTest, BelievesNoEntryThatIsNotInTheTreeAndBlamesNoLogForIt) {
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

TEST_F(LiesTest, BlamesNoLogByTilesThatAreNotOfTheSignedTree) {
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

TEST_F(LiesTest, TakesNoMoreRoomForALogThatSignsAnySize) {
  log_.Publish(kNow);
  const std::string text = Checkpoint{std::string(kLogOrigin), std::uint64_t{1} << 62, log_.published().root}.ToText();
  const std::string note = text + "\n" + TestNoteKey::Log(kLogOrigin).SignNote(text);
  const auto lies = [&](const std::string& path, std::string& answer) {
    if (path == "checkpoint") answer = note;
  };
  EXPECT_EQ(CodeOf(Follow(Lying(Honest(log_), lies))), ErrorCode::kNotFound);
}

TEST_F(LiesTest, BelievesNothingThatIsCutShortLeftOutOrSwappedOrPadded) {
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

TEST_F(LiesTest, RefusesALogWithoutAGoodGenesis) {
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

}  // namespace
}  // namespace certmark::mirror
