// LogJudge: what an entry is worth in its place.
#include "verifier-sdk/core/log_judge.h"

#include <gtest/gtest.h>

#include "tests/support/test_authority.h"
#include "tests/support/test_pki.h"

namespace certmark {
namespace {

using namespace certmark::testing;

class LogJudgeTest : public ::testing::Test {
 protected:
  LogJudgeTest() { spec_.iat = kNow; }

  // Judged lines up the entries and says what came of each: its problem's kind, `blocked`, or `good`.
  std::vector<std::string> Judge(const std::vector<std::string>& entries) {
    const std::string jws = MakeTrustList(spec_, pki_);
    const Certificate root = Certificate::Parse(pki_.root).value();
    const TrustList list = TrustList::AcceptFirst(jws, {std::string(kAuthority), root.fingerprint()}).value();
    LogJudge judge(std::span(&list, 1), origin_, signatures_);
    std::vector<std::string> said;
    for (std::size_t i = 0; i < entries.size(); ++i) {
      ReadEntry entry = judge.Read(AsBytes(entries[i]));
      const Judged judged = judge.Judge(i, entry);
      said.emplace_back(judged.problem ? judged.problem->kind : judged.is_blocked ? "blocked" : "good");
      if (judged.problem) why_ = judged.problem->found;
    }
    return said;
  }
  // After is what becomes of `entry` behind a good genesis and both key entries.
  std::string After(const std::string& entry) { return Judge({Genesis(), Key(), StatusKey(), entry}).back(); }

  std::string Genesis(const std::function<void(certmark::Genesis&)>& edit = {}) {
    certmark::Genesis genesis{std::string(kAuthority),
                              std::string(kLogOrigin),
                              TestNoteKey::Log(kLogOrigin).vkey(),
                              kNow,
                              {Sha256(pki_.root)},
                              std::nullopt};
    if (edit) edit(genesis);
    return SignJws("ES384", pki_.root_key.kid(), kTypGenesis, {}, GenesisPayload(genesis), pki_.root_key);
  }
  std::string KeyOf(const TestKey& key, const Bytes& leaf, std::string_view iss = kAuthority) {
    return SignJws("ES256", key.kid(), kTypKey, {}, KeyEntryPayload(iss, kNow, leaf, pki_.credential_ca), key);
  }
  std::string Key() { return KeyOf(pki_.signer_key, pki_.signer); }
  std::string StatusKey() { return KeyOf(pki_.status_key, pki_.status_signer); }
  std::string Credential(const std::string& claims = ExampleClaims()) {
    return SignJws("ES256", pki_.signer_key.kid(), kTypCredential, {}, claims, pki_.signer_key);
  }
  static Event ExampleEvent(Time iat = kNow) {
    Event event;
    event.kind = EventKind::kRevoked;
    event.iss = kAuthority;
    event.iat = event.toe = iat;
    event.jti = "urn:uuid:01234567-89ab-cdef-0123-456789abcdef";
    event.app = App::Parse("android:org.torproject.android").value();
    event.number = "CM-2026-7K3Q9X2M4T4";
    event.reason = "deception";
    return event;
  }
  std::string EventBy(const TestKey& key, const Event& event) {
    return SignJws("ES256", key.kid(), kTypEvent, {}, EventPayload(event), key);
  }
  std::string Head(std::uint64_t size) {
    const RecordHead head{std::string(kAuthority), kNow, size, Sha256(AsBytes("root"))};
    return SignJws("ES256", pki_.signer_key.kid(), kTypRecord, {}, RecordHeadPayload(head), pki_.signer_key);
  }
  static std::string Spoiled(std::string entry) {
    entry.back() = entry.back() == 'A' ? 'Q' : 'A';
    return entry;
  }

  TestPki pki_ = MakeTestPki();
  TrustSpec spec_ = DefaultTrustSpec(pki_);
  Signatures signatures_ = Signatures::kVerify;
  std::string origin_{kLogOrigin};
  std::string why_;
};

using Said = std::vector<std::string>;

TEST_F(LogJudgeTest, TakesALogAsItMustBe) {
  const Event event = ExampleEvent();
  EXPECT_EQ(Judge({Genesis(), Key(), StatusKey(), Credential(), EventBy(pki_.signer_key, event), Head(5), Head(5)}),
            Said(7, "good"))
      << why_;
}

TEST_F(LogJudgeTest, WantsItsGenesisFirstAndOnce) {
  EXPECT_EQ(Judge({Key()}), Said{"genesis-missing"});
  EXPECT_EQ(Judge({"no entry at all"}), Said{"genesis-missing"});
  EXPECT_EQ(After(Genesis()), "genesis-second");
}

TEST_F(LogJudgeTest, WantsTheGenesisOfThisLog) {
  EXPECT_EQ(Judge({Genesis([](certmark::Genesis& g) {
              g.origin = "ca.example/log/2";
              g.vkey = TestNoteKey::Log(g.origin).vkey();
            })}),
            Said{"genesis-wrong"});
  EXPECT_EQ(Judge({Genesis([](certmark::Genesis& g) { g.roots = {Hash{}}; })}), Said{"genesis-wrong"});
  EXPECT_EQ(Judge({Spoiled(Genesis())}), Said{"genesis-wrong"});
}

TEST_F(LogJudgeTest, TakesAGenesisThatNamesOneOfItsRootsCertificates) {
  // The root was renewed under its key before the log was founded; the list before that knows the older certificate.
  const Certificate root = Certificate::Parse(pki_.root).value();
  const TrustList first =
      TrustList::AcceptFirst(MakeTrustList(spec_, pki_), {std::string(kAuthority), root.fingerprint()}).value();
  const Bytes renewed = MakeCertificate(RootSpec(kNow), pki_.root_key, pki_.root_key);
  spec_.seq = 2, spec_.roots = {renewed};
  const std::vector<TrustList> lists = {first, first.AcceptNext(MakeTrustList(spec_, pki_)).value()};
  const auto is_good = [&](const std::string& genesis) {
    LogJudge judge(lists, std::string(kLogOrigin), signatures_);
    ReadEntry entry = judge.Read(AsBytes(genesis));
    return !judge.Judge(0, entry).problem;
  };
  const auto naming = [&](const Hash& fingerprint) {
    return Genesis([&](certmark::Genesis& g) { g.roots = {fingerprint}; });
  };
  EXPECT_TRUE(is_good(naming(Sha256(renewed))));
  EXPECT_TRUE(is_good(naming(Sha256(pki_.root))));
  EXPECT_FALSE(is_good(naming(Hash{}))) << "neither";
  EXPECT_FALSE(is_good(Spoiled(naming(Sha256(renewed)))));
}

TEST_F(LogJudgeTest, HoldsASuccessorToTheLogBeforeItInTheList) {
  origin_ = "ca.example/log/2";
  spec_.logs.front().final_size = 7;
  spec_.logs.push_back({origin_, TestNoteKey::Log(origin_).vkey(), "https://ca.example/log/2", std::nullopt});
  const auto said_of = [&](const std::optional<certmark::Genesis::Previous>& previous) {
    return Judge({Genesis([&](certmark::Genesis& g) {
             g.origin = origin_;
             g.vkey = TestNoteKey::Log(origin_).vkey();
             g.previous = previous;
           })})
        .front();
  };
  EXPECT_EQ(said_of(certmark::Genesis::Previous{std::string(kLogOrigin), 7, Hash{}}), "good") << why_;
  EXPECT_EQ(said_of(certmark::Genesis::Previous{std::string(kLogOrigin), 8, Hash{}}), "genesis-wrong");
  EXPECT_EQ(said_of(certmark::Genesis::Previous{"ca.example/log/3", 7, Hash{}}), "genesis-wrong");
  EXPECT_EQ(said_of(std::nullopt), "genesis-wrong");
  spec_.logs.front().final_size.reset();
  EXPECT_EQ(said_of(certmark::Genesis::Previous{std::string(kLogOrigin), 7, Hash{}}), "genesis-wrong")
      << "the list has not ended the log before";
}

TEST_F(LogJudgeTest, WantsEachKeyOnceAndByItself) {
  EXPECT_EQ(After(Key()), "key-second");
  EXPECT_EQ(Judge({Genesis(), Spoiled(Key())}).back(), "key-wrong");
  const std::string by_another =
      SignJws("ES256", pki_.signer_key.kid(), kTypKey, {},
              KeyEntryPayload(kAuthority, kNow, pki_.signer, pki_.credential_ca), pki_.status_key);
  EXPECT_EQ(Judge({Genesis(), by_another}).back(), "key-wrong");
  EXPECT_EQ(Judge({Genesis(), KeyOf(pki_.signer_key, pki_.signer, "https://other.example")}).back(), "key-wrong");
  const std::string party = SignJws("ES256", pki_.party_key.kid(), kTypKey, {},
                                    KeyEntryPayload(kAuthority, kNow, pki_.party, pki_.party_ca), pki_.party_key);
  EXPECT_EQ(Judge({Genesis(), party}).back(), "key-wrong") << "a party's certificate signs nothing here";
}

TEST_F(LogJudgeTest, WantsAKeyLoggedBeforeItSigns) {
  EXPECT_EQ(Judge({Genesis(), Credential(), Key()}), (Said{"good", "key-not-logged", "good"}));
  EXPECT_EQ(Judge({Genesis(), Spoiled(Key()), Credential()}).back(), "key-not-logged");
}

TEST_F(LogJudgeTest, LetsAStatusSignerSignNoEntry) {
  EXPECT_EQ(After(EventBy(pki_.status_key, ExampleEvent())), "key-not-for-this");
}

TEST_F(LogJudgeTest, FindsWrongSignaturesUnlessToldToTrustTheLog) {
  EXPECT_EQ(After(Spoiled(Credential())), "signature-wrong");
  EXPECT_EQ(After(Spoiled(EventBy(pki_.signer_key, ExampleEvent()))), "signature-wrong");
  EXPECT_EQ(After(Spoiled(Head(1))), "signature-wrong");
  signatures_ = Signatures::kTrustLog;
  EXPECT_EQ(After(Spoiled(Credential())), "good");
  EXPECT_EQ(Judge({Genesis(), Spoiled(Key())}).back(), "key-wrong") << "these are always verified";
  const std::string other_alg =
      SignJws("ES384", pki_.signer_key.kid(), kTypCredential, {}, ExampleClaims(), pki_.signer_key);
  EXPECT_EQ(After(other_alg), "signature-wrong");
}

TEST_F(LogJudgeTest, HoldsKeysToTheirTime) {
  EXPECT_EQ(After(EventBy(pki_.signer_key, ExampleEvent(kNow + 400 * kDay))), "key-out-of-use");
  EXPECT_EQ(After(EventBy(pki_.signer_key, ExampleEvent(kNow - 400 * kDay))), "key-out-of-use");
}

TEST_F(LogJudgeTest, HoldsEntriesToTheirForm) {
  EXPECT_EQ(After(Credential("{}")), "entry-malformed");
  EXPECT_EQ(After(Credential(Replaced(ExampleClaims(), "\"exp\": 1888358400", "\"exp\": 1888358401"))),
            "entry-malformed")
      << "claims that disagree";
  Event event = ExampleEvent();
  event.iss = "https://other.example";
  EXPECT_EQ(After(EventBy(pki_.signer_key, event)), "issuer-wrong");
  EXPECT_EQ(After(Credential() + ".x"), "entry-malformed");
  EXPECT_EQ(After("what nobody knows"), "good") << "counted, and skipped";
}

TEST_F(LogJudgeTest, LetsNoRecordHeadGoBack) {
  EXPECT_EQ(Judge({Genesis(), Key(), Head(5), Head(4)}).back(), "record-head-back");
}

TEST_F(LogJudgeTest, SaysWhatTheListBlocks) {
  const auto hash = pki_.signer_key.public_key().spki_hash().Hex();
  spec_.blocked = {{hash, 4, std::string(kLogOrigin)}};
  const std::string credential = Credential();
  EXPECT_EQ(Judge({Genesis(), Key(), StatusKey(), credential, EventBy(pki_.signer_key, ExampleEvent())}),
            (Said{"good", "good", "good", "good", "blocked"}));
}

}  // namespace
}  // namespace certmark
