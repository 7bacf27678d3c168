// Follower: what an index says of a log that was followed.
#include "verifier-sdk/mirror/follower.h"

#include <algorithm>
#include <fstream>
#include <set>

#include "tests/unit/mirror/mirror_fixture.h"
#include "verifier-sdk/core/packed_number.h"

namespace certmark::mirror {
namespace {

using namespace certmark::testing;

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
  limits_.step = 256;  // a commit for each
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

// The base is not held against a digest. What its tables of slots have lost is told before an event, and with it a
// revocation, is lost as well; and nothing is read on.
TEST_F(FollowerTest, LosesNoEventByADamagedSlotOfTheBase) {
  Many(log_, 0, 30);
  log_.Publish(kNow);
  ASSERT_TRUE(Follow(Honest(log_)));
  GrownLog again = log_;
  again.Add(log_.UnsignedCredential({.package = "org.example.a7", .number = NumberAt(7)})).Publish(kNow);
  log_.Add(log_.EventOf(EventKind::kRevoked, "org.example.a7", NumberAt(7)));
  Many(log_, 100, 600);
  log_.Publish(kNow);
  const std::filesystem::path file = directory() / Open()->generation().base;
  const std::string good = ReadFile(file);
  const auto field = [&](std::size_t i) { return Load<std::uint64_t>(good, 8 + 8 * i); };
  // The header says where the slots by app and by number are, and how many.
  for (const std::size_t table : {4, 6}) {
    std::string bad = good;
    std::fill_n(bad.begin() + static_cast<std::ptrdiff_t>(field(table)), 8 * field(table + 1), '\0');
    std::ofstream(file, std::ios::binary) << bad;
    std::set<std::string> asked;
    const auto lost = Follow([&](const std::string& path) {
      asked.insert(path.substr(0, 16));
      return Honest(log_)(path);
    });
    EXPECT_EQ(CodeOf(lost), ErrorCode::kCorruption) << table;
    EXPECT_FALSE(asked.contains("tile/entries/002")) << table;
    EXPECT_EQ(CodeOf(Follow(Honest(again))), ErrorCode::kCorruption) << table;
  }
  std::ofstream(file, std::ios::binary) << good;
  ASSERT_TRUE(Follow(Honest(log_)));
  EXPECT_EQ(StatesOf("org.example.a7"), "9:REVOKED");
}

TEST_F(FollowerTest, LetsOneProcessWrite) {
  Follower first = Follower::Open({.directory = directory()}).value();
  EXPECT_EQ(Follower::Open({.directory = directory()}).error().code, ErrorCode::kFailedPrecondition);
}

}  // namespace
}  // namespace certmark::mirror
