// BulkLog: entries straight from bundles, as the rules for one by one say.
#include "verifier-sdk/core/bulk_log.h"

#include <gtest/gtest.h>

#include "tests/support/grown_log.h"
#include "verifier-sdk/core/merkle.h"
#include "verifier-sdk/core/packed_number.h"

namespace certmark {
namespace {

using namespace certmark::testing;

// Sink writes down what it is told.
struct Sink {
  std::vector<std::string> told;
  void OnCredential(std::uint64_t index, const CredentialFacts& facts) {
    told.push_back(std::to_string(index) + " credential " + std::string(facts.package));
  }
  void OnEvent(std::uint64_t index, const Event& event) {
    told.push_back(std::to_string(index) + " event " + std::string(Uri(event.kind)).substr(19));
  }
  void OnSpoiled(std::uint64_t index, const std::string& number) {
    told.push_back(std::to_string(index) + " spoiled " + number);
  }
  void OnKept(std::uint64_t index, EntryType, ByteView) { told.push_back(std::to_string(index) + " kept"); }
  void OnKey(std::uint64_t index, const LogJudge::LoggedKey&, ByteView) {
    told.push_back(std::to_string(index) + " key");
  }
  void OnIgnored(std::uint64_t index, std::string_view kind) {
    told.push_back(std::to_string(index) + " " + std::string(kind));
  }
};

class BulkLogTest : public ::testing::Test {
 protected:
  BulkLogTest() : log_(pki_), spec_(DefaultTrustSpec(pki_)) {}

  std::vector<std::string> Told(Signatures signatures = Signatures::kTrustLogForSignatures) {
    log_.Publish(kNow);
    const Certificate root = Certificate::Parse(pki_.root).value();
    const TrustList list =
        TrustList::AcceptFirst(MakeTrustList(spec_, pki_), {std::string(kAuthority), root.fingerprint()}).value();
    BulkLog bulk(std::span(&list, 1), std::string(kLogOrigin), signatures);
    const std::string bundle = log_.Read("tile/entries/000.p/" + std::to_string(log_.size())).value();
    CredentialReader reader;
    Sink sink;
    // In two parts, as who goes on in the middle of a bundle reads it.
    const std::uint64_t half = log_.size() / 2;
    for (const EntryRange range : {EntryRange{0, half}, EntryRange{half, log_.size()}}) {
      bulk.Take(bulk.Read(reader, range, AsBytes(bundle), static_cast<unsigned>(log_.size())).value(), sink);
    }
    EXPECT_EQ(bulk.tree().root(), log_.published().root);
    counts_ = bulk.counts();
    return sink.told;
  }

  TestPki pki_ = MakeTestPki();
  GrownLog log_;
  TrustSpec spec_;
  BulkLog::Counts counts_;
};

TEST_F(BulkLogTest, TellsWhatEveryEntryIsWorthInItsPlace) {
  std::string forged_event = log_.EventOf(EventKind::kRevoked, "org.example.a", NumberAt(1));
  char& touched = forged_event[forged_event.size() - 9];
  touched = touched == 'A' ? 'B' : 'A';
  log_.Add(log_.UnsignedCredential({.package = "org.example.a"}));
  log_.Add(log_.EventOf(EventKind::kSuspended, "org.example.a", NumberAt(1)));
  log_.Add(forged_event).Add("unknown").Add(log_.KeyEntry(pki_.signer_key, pki_.signer));
  log_.Add(Replaced(log_.UnsignedCredential({}), ".", ".."));
  EXPECT_EQ(Told(), (std::vector<std::string>{"0 kept", "1 key", "2 credential org.example.a", "3 event suspended",
                                              "4 signature-wrong", "6 key-second", "7 entry-malformed"}));
  EXPECT_EQ(counts_.unknown, 1u);
  EXPECT_EQ(counts_.ignored, 3u);
}

TEST_F(BulkLogTest, SpoilsEveryNumberThatAnEventNobodyCanReadNames) {
  const std::string event = log_.EventOf(EventKind::kRevoked, "org.example.b", NumberAt(2));
  const Jws jws = ParseJws(event, kTypEvent, X5c::kForbidden, kMaxEntryBytes).value();
  const std::string two = Replaced(std::string(jws.payload_text()), "\"events\":{",
                                   "\"events\":{\"urn:x\":{\"number\":\"" + NumberAt(1) + "\"},");
  log_.Add(SignJws("ES256", pki_.signer_key.kid(), kTypEvent, {}, two, pki_.signer_key));
  EXPECT_EQ(Told(), (std::vector<std::string>{"0 kept", "1 key", "2 spoiled " + NumberAt(1), "2 spoiled " + NumberAt(2),
                                              "2 entry-malformed"}));
}

TEST_F(BulkLogTest, VerifiesCredentialsWhereItIsToldTo) {
  log_.Add(log_.UnsignedCredential({.package = "org.example.a"})).Add(log_.Credential({.package = "org.example.b"}));
  EXPECT_EQ(Told(Signatures::kVerify).back(), "3 credential org.example.b");
  EXPECT_EQ(counts_.credentials, 1u);
}

TEST_F(BulkLogTest, HoldsEachCredentialToItsKeysTimeAndBlocks) {
  log_.Add(log_.Credential({.package = "org.example.a"}));
  log_.Add(log_.Credential({.package = "org.example.b", .issued = kNow + 400 * kDay, .until = kNow + 800 * kDay}));
  log_.Add(log_.Credential({.package = "org.example.c"}));
  log_.Add(log_.EventOf(EventKind::kSuspended, "org.example.a", NumberAt(1)));
  log_.Add(log_.EventOf(EventKind::kReinstated, "org.example.a", NumberAt(1)));
  spec_.blocked.push_back({pki_.signer_key.public_key().spki_hash().Hex(), 4, std::string(kLogOrigin)});
  EXPECT_EQ(Told(), (std::vector<std::string>{"0 kept", "1 key", "2 credential org.example.a", "3 key-out-of-use",
                                              "4 blocked", "5 event suspended", "6 blocked"}));
}

TEST(IsFresh, CountsCosignaturesThatAreNeitherOldNorOfTheFuture) {
  const std::vector<Time> times = {kNow, kNow - kDay, kNow + Seconds(61)};
  EXPECT_TRUE(IsFresh(times, 2, {}, kNow));
  EXPECT_FALSE(IsFresh(times, 3, {}, kNow));
  EXPECT_TRUE(IsFresh(times, 3, {}, kNow + Seconds(1)));
  EXPECT_FALSE(IsFresh({}, 0, {}, kNow));  // one at least
}

TEST(IsFresh, TakesLimitsWithoutEnd) {
  const StatusAge endless{Seconds::max(), Seconds::max()};
  EXPECT_TRUE(IsFresh(std::vector<Time>{kNow - 9000 * kDay, kNow + 9000 * kDay}, 2, endless, kNow));
  EXPECT_TRUE(IsFresh(std::vector<Time>{Time{}}, 1, {Seconds::max(), Seconds{60}}, kNow));
}

}  // namespace
}  // namespace certmark
