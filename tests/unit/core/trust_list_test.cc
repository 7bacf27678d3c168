#include "verifier-sdk/core/trust_list.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/test_pki.h"

namespace certmark {
namespace {

using testing::DefaultTrustSpec;
using testing::kAuthority;
using testing::kDay;
using testing::kNow;
using testing::MakeCertificate;
using testing::MakeTrustList;
using testing::Replaced;
using testing::SignJws;
using testing::SignRawJws;
using testing::TestKey;
using testing::TestNoteKey;
using testing::TestPki;
using testing::TrustPayload;
using testing::TrustSpec;

constexpr std::string_view kOrigin = "ca.example/log/1";
constexpr std::string_view kSecondOrigin = "ca.example/log/2";

TrustSpec::Log LogNamed(std::string_view origin) {
  return {std::string(origin), TestNoteKey::Log(origin).vkey(), "https://" + std::string(origin), std::nullopt};
}

class TrustListTest : public ::testing::Test {
 protected:
  TrustListTest() {
    pin_ = Pin{std::string(kAuthority), Sha256(pki_.root)};
    next_root_ = MakeCertificate(testing::RootSpec(kNow), next_root_key_, next_root_key_);
    spec_ = DefaultTrustSpec(pki_);
  }

  /// Production is a right list of environment production.
  TrustSpec Production() const {
    TrustSpec spec = spec_;
    spec.environment = "production";
    spec.credential_eku = "1.3.6.1.4.1.55555.1.1";
    spec.status_eku = "1.3.6.1.4.1.55555.1.2";
    spec.witnesses = {TestNoteKey::Witness("w1.example").vkey(), TestNoteKey::Witness("w2.example").vkey()};
    spec.quorum = 2;
    return spec;
  }
  Result<TrustList> First(const TrustSpec& spec) const {
    return TrustList::AcceptFirst(MakeTrustList(spec, pki_), pin_);
  }
  /// FirstPayload signs any payload as the default list is signed.
  Result<TrustList> FirstPayload(std::string_view payload) const {
    return TrustList::AcceptFirst(SignJws("ES384", pki_.root_key.kid(), kTypTrust, {pki_.root}, payload, pki_.root_key),
                                  pin_);
  }

  const TestPki pki_ = testing::MakeTestPki();
  const TestKey next_root_key_ = TestKey::P384();
  Bytes next_root_;
  Pin pin_;
  TrustSpec spec_;
};

void ExpectError(const Result<TrustList>& result, ErrorCode code, std::string_view name) {
  ASSERT_FALSE(result) << name;
  EXPECT_EQ(result.error().code, code) << name << ": " << result.error().message;
}

TEST(Pin, IsAnAuthorityAndAHash) {
  const std::string text = "https://ca.example#" + std::string(64, 'a');
  const auto pin = Pin::Parse(text);
  ASSERT_TRUE(pin);
  EXPECT_EQ(pin->authority, "https://ca.example");
  EXPECT_EQ(pin->root.Hex(), std::string(64, 'a'));
  EXPECT_EQ(pin->ToText(), text);
  for (const std::string& bad :
       {std::string(), std::string("https://ca.example"), "https://ca.example#" + std::string(63, 'a'),
        "https://ca.example#" + std::string(64, 'A'), "ca.example#" + std::string(64, 'a'),
        "https://ca.example/#" + std::string(64, 'a'), text + "#", text + " ", "#" + std::string(64, 'a')}) {
    EXPECT_FALSE(Pin::Parse(bad)) << bad;
  }
}

TEST_F(TrustListTest, ReadsEveryMember) {
  TrustSpec spec = Production();
  spec.seq = 7;
  spec.roots.push_back(next_root_);
  spec.logs.push_back(LogNamed(kSecondOrigin));
  spec.logs[0].final_size = 1000;
  spec.blocked = {{std::string(64, 'a'), std::nullopt, std::nullopt}, {std::string(64, 'b'), 5, "gone"}};
  const std::string text = MakeTrustList(spec, pki_);
  const auto list = TrustList::AcceptFirst(text, pin_);
  ASSERT_TRUE(list) << list.error().message;
  EXPECT_EQ(list->text(), text);
  EXPECT_EQ(list->iss(), kAuthority);
  EXPECT_EQ(list->seq(), 7u);
  EXPECT_EQ(list->iat(), kNow);
  EXPECT_EQ(list->exp(), kNow + 180 * kDay);
  EXPECT_EQ(list->environment(), TrustList::Environment::kProduction);
  EXPECT_EQ(list->credential_eku(), "1.3.6.1.4.1.55555.1.1");
  EXPECT_EQ(list->status_eku(), "1.3.6.1.4.1.55555.1.2");
  ASSERT_EQ(list->roots().size(), 2u);
  EXPECT_EQ(list->roots()[1].der(), next_root_);
  ASSERT_EQ(list->logs().size(), 2u);
  EXPECT_EQ(list->logs()[0].final_size, 1000u);
  EXPECT_EQ(list->logs()[1].url, "https://ca.example/log/2");
  EXPECT_EQ(list->logs()[1].key.name(), kSecondOrigin);
  EXPECT_FALSE(list->logs()[1].final_size);
  EXPECT_EQ(list->witnesses().size(), 2u);
  EXPECT_EQ(list->quorum(), 2u);
  ASSERT_EQ(list->blocked().size(), 2u);
  EXPECT_FALSE(list->blocked()[0].from_index);
  EXPECT_EQ(list->blocked()[1].from_index, 5u);
  EXPECT_EQ(list->blocked()[1].origin, "gone");
  EXPECT_EQ(list->LogPosition(kSecondOrigin), 1u);
  EXPECT_FALSE(list->LogPosition("ca.example/log/3"));
}

TEST_F(TrustListTest, RefusesWhatTheTableForbids) {
  const struct {
    const char* name;
    void (*mutate)(TrustSpec&);
  } cases[] = {
      {"seq 0", [](TrustSpec& s) { s.seq = 0; }},
      {"iss with a path", [](TrustSpec& s) { s.iss += "/"; }},
      {"exp at iat", [](TrustSpec& s) { s.exp = s.iat; }},
      {"exp before iat", [](TrustSpec& s) { s.exp = s.iat - Seconds{1}; }},
      {"exp a second over 398 days", [](TrustSpec& s) { s.exp = s.iat + 398 * kDay + Seconds{1}; }},
      {"environment unknown", [](TrustSpec& s) { s.environment = "staging"; }},
      {"environment in capitals", [](TrustSpec& s) { s.environment = "Test"; }},
      {"eku swapped", [](TrustSpec& s) { std::swap(s.credential_eku, s.status_eku); }},
      {"eku equal", [](TrustSpec& s) { s.status_eku = s.credential_eku; }},
      {"eku of two PENs", [](TrustSpec& s) { s.status_eku = "1.3.6.1.4.1.32474.1.2"; }},
      {"eku outside the enterprise arc",
       [](TrustSpec& s) { s.credential_eku = "1.3.6.1.5.5.7.1.1", s.status_eku = "1.3.6.1.5.5.7.1.2"; }},
      {"eku without PEN", [](TrustSpec& s) { s.credential_eku = "1.3.6.1.4.1.1.1", s.status_eku = "1.3.6.1.4.1.1.2"; }},
      {"eku with an empty PEN",
       [](TrustSpec& s) { s.credential_eku = "1.3.6.1.4.1..1.1", s.status_eku = "1.3.6.1.4.1..1.2"; }},
      {"eku with a leading zero",
       [](TrustSpec& s) { s.credential_eku = "1.3.6.1.4.1.032473.1.1", s.status_eku = "1.3.6.1.4.1.032473.1.2"; }},
      {"eku with a PEN of two arcs",
       [](TrustSpec& s) { s.credential_eku = "1.3.6.1.4.1.1.2.1.1", s.status_eku = "1.3.6.1.4.1.1.2.1.2"; }},
      {"eku with a PEN of 2^31",
       [](TrustSpec& s) {
         s.credential_eku = "1.3.6.1.4.1.2147483648.1.1", s.status_eku = "1.3.6.1.4.1.2147483648.1.2";
       }},
      {"no roots", [](TrustSpec& s) { s.roots.clear(); }},
      {"a root twice", [](TrustSpec& s) { s.roots.push_back(s.roots[0]); }},
      {"a root that is no certificate",
       [](TrustSpec& s) {
         s.roots.push_back({1, 2, 3});
       }},
      {"a root over 4 KiB", [](TrustSpec& s) { s.roots.push_back(Bytes(5000)); }},
      {"no logs", [](TrustSpec& s) { s.logs.clear(); }},
      {"an origin twice", [](TrustSpec& s) { s.logs.push_back(s.logs[0]); }},
      {"an origin of another authority", [](TrustSpec& s) { s.logs[0] = LogNamed("other.example/log/1"); }},
      {"an origin without number", [](TrustSpec& s) { s.logs[0] = LogNamed("ca.example/log/"); }},
      {"an origin with a leading zero", [](TrustSpec& s) { s.logs[0] = LogNamed("ca.example/log/01"); }},
      {"a log key of another name", [](TrustSpec& s) { s.logs[0].vkey = TestNoteKey::Log(kSecondOrigin).vkey(); }},
      {"a log key of a witness", [](TrustSpec& s) { s.logs[0].vkey = TestNoteKey::Witness(kOrigin).vkey(); }},
      {"a log key that is none", [](TrustSpec& s) { s.logs[0].vkey = kOrigin; }},
      {"a log without url", [](TrustSpec& s) { s.logs[0].url = ""; }},
      {"a witness key of a log", [](TrustSpec& s) { s.witnesses = {TestNoteKey::Log("w.example").vkey()}; }},
      {"a witness twice", [](TrustSpec& s) { s.witnesses = std::vector(2, TestNoteKey::Witness("w.example").vkey()); }},
      {"a witness key under two names",
       [](TrustSpec& s) {
         const NoteKey key = TestNoteKey::Witness("w1").key();
         s.witnesses = {key.ToVkey(), NoteKey::Create("w2", key.type(), key.public_key()).value().ToVkey()};
       }},
      {"two keys under one witness name",
       [](TrustSpec& s) {
         const NoteKey key = TestNoteKey::Witness("w1").key();
         s.witnesses = {NoteKey::Create("w2", key.type(), key.public_key()).value().ToVkey(),
                        TestNoteKey::Witness("w2").vkey()};
       }},
      {"quorum above the witnesses", [](TrustSpec& s) { s.quorum = 1; }},
      {"a block of no hash",
       [](TrustSpec& s) {
         s.blocked = {{"abc", std::nullopt, std::nullopt}};
       }},
      {"a block in capitals",
       [](TrustSpec& s) {
         s.blocked = {{std::string(64, 'A'), std::nullopt, std::nullopt}};
       }},
      {"a block with fromIndex alone",
       [](TrustSpec& s) {
         s.blocked = {{std::string(64, 'a'), 1, std::nullopt}};
       }},
      {"a block with origin alone",
       [](TrustSpec& s) {
         s.blocked = {{std::string(64, 'a'), std::nullopt, std::string(kOrigin)}};
       }},
  };
  for (const auto& c : cases) {
    TrustSpec spec = spec_;
    c.mutate(spec);
    ExpectError(First(spec), ErrorCode::kInvalidArgument, c.name);
  }
  EXPECT_TRUE(First(spec_));
}

TEST_F(TrustListTest, TakesTheEndsOfEveryRange) {
  TrustSpec spec = spec_;
  spec.exp = spec.iat + 398 * kDay;
  EXPECT_TRUE(First(spec));
  spec.exp = spec.iat + Seconds{1};
  EXPECT_TRUE(First(spec));
  spec = Production();
  spec.quorum = 1;
  EXPECT_TRUE(First(spec));
}

TEST_F(TrustListTest, RefusesARootThatIsNone) {
  const TestKey p256 = TestKey::P256(), other = TestKey::P384();
  testing::CertSpec two = testing::RootSpec(kNow);
  two.Set("basicConstraints", "critical,CA:TRUE,pathlen:2");
  const struct {
    const char* name;
    Bytes root;
  } cases[] = {
      {"a Credential CA", pki_.credential_ca},
      {"of P-256", MakeCertificate(testing::RootSpec(kNow), p256, p256)},
      {"signed by another", MakeCertificate(testing::RootSpec(kNow), next_root_key_, other)},
      {"of pathLen 2", MakeCertificate(two, next_root_key_, next_root_key_)},
  };
  for (const auto& c : cases) {
    TrustSpec spec = spec_;
    spec.roots.push_back(c.root);
    ExpectError(First(spec), ErrorCode::kInvalidArgument, c.name);
  }
}

TEST_F(TrustListTest, HoldsProductionToMore) {
  TrustSpec no_quorum = Production(), documentation = Production();
  no_quorum.quorum = 0;
  documentation.credential_eku = testing::kCredentialEku;
  documentation.status_eku = testing::kStatusEku;
  EXPECT_TRUE(First(Production()));
  ExpectError(First(no_quorum), ErrorCode::kInvalidArgument, "quorum 0");
  ExpectError(First(documentation), ErrorCode::kInvalidArgument, "PEN 32473");
}

TEST_F(TrustListTest, RefusesMissingMembersAndOtherTypes) {
  const std::string good = TrustPayload(spec_);
  ASSERT_TRUE(FirstPayload(good));
  const struct {
    const char* name;
    const char *from, *to;
  } cases[] = {
      {"no iss", "\"iss\"", "\"x\""},
      {"no seq", "\"seq\"", "\"x\""},
      {"no iat", "\"iat\"", "\"x\""},
      {"no exp", "\"exp\"", "\"x\""},
      {"no environment", "\"environment\"", "\"x\""},
      {"no eku", "\"eku\"", "\"x\""},
      {"no credential eku", "\"credential\"", "\"x\""},
      {"no status eku", "\"status\"", "\"x\""},
      {"no roots", "\"roots\"", "\"x\""},
      {"no logs", "\"logs\"", "\"x\""},
      {"no origin", "\"origin\"", "\"x\""},
      {"no vkey", "\"vkey\"", "\"x\""},
      {"no url", "\"url\"", "\"x\""},
      {"no witnesses", "\"witnesses\"", "\"x\""},
      {"no quorum", "\"quorum\"", "\"x\""},
      {"no blocked", "\"blocked\"", "\"x\""},
      {"seq as text", "\"seq\":1", "\"seq\":\"1\""},
      {"quorum null", "\"quorum\":0", "\"quorum\":null"},
      {"blocked null", "\"blocked\":[]", "\"blocked\":null"},
      {"blocked an object", "\"blocked\":[]", "\"blocked\":{}"},
      {"a block that is text", "\"blocked\":[]", "\"blocked\":[\"a\"]"},
      {"a witness that is an object", "\"witnesses\":[]", "\"witnesses\":[{}]"},
      {"finalSize null", "\"url\"", "\"finalSize\":null,\"url\""},
      {"finalSize 0", "\"url\"", "\"finalSize\":0,\"url\""},
      {"finalSize as text", "\"url\"", "\"finalSize\":\"1\",\"url\""},
      {"a duplicate member", "\"seq\":1", "\"seq\":1,\"seq\":1"},
  };
  for (const auto& c : cases) {
    ExpectError(FirstPayload(Replaced(good, c.from, c.to)), ErrorCode::kInvalidArgument, c.name);
  }
  for (const char* payload : {"", "null", "[]", "{}", "7"}) {
    ExpectError(FirstPayload(payload), ErrorCode::kInvalidArgument, payload);
  }
  EXPECT_TRUE(FirstPayload(Replaced(good, "\"seq\":1", "\"seq\":1,\"unknown\":{\"a\":[true,null]}")));
}

TEST_F(TrustListTest, RefusesAWrongHeaderOrSignature) {
  const std::string payload = TrustPayload(spec_), kid = pki_.root_key.kid();
  const TestKey& key = pki_.root_key;
  std::string broken = MakeTrustList(spec_, pki_);
  broken[broken.size() - 5] = broken[broken.size() - 5] == 'A' ? 'B' : 'A';
  const struct {
    const char* name;
    std::string text;
  } cases[] = {
      {"typ JWT", SignJws("ES384", kid, "JWT", {pki_.root}, payload, key)},
      {"alg ES256", SignJws("ES256", kid, kTypTrust, {pki_.root}, payload, key)},
      {"alg none", SignJws("none", kid, kTypTrust, {pki_.root}, payload, key)},
      {"another kid", SignJws("ES384", next_root_key_.kid(), kTypTrust, {pki_.root}, payload, key)},
      {"another key", SignJws("ES384", kid, kTypTrust, {pki_.root}, payload, next_root_key_)},
      {"no x5c", SignJws("ES384", kid, kTypTrust, {}, payload, key)},
      {"two certificates", SignJws("ES384", kid, kTypTrust, {pki_.root, pki_.root}, payload, key)},
      {"signed by the Credential CA", SignJws("ES256", pki_.credential_ca_key.kid(), kTypTrust, {pki_.credential_ca},
                                              payload, pki_.credential_ca_key)},
      {"broken signature", broken},
      {"a member more", SignRawJws(R"({"alg":"ES384","kid":")" + kid + R"(","typ":"certmark-trust+jwt","x5c":[")" +
                                       Base64Encode(pki_.root) + R"("],"jku":"x"})",
                                   payload, key)},
      {"over 256 KiB", MakeTrustList(spec_, pki_) + std::string(256 * 1024, 'A')},
      {"nothing", ""},
  };
  for (const auto& c : cases) {
    ExpectError(TrustList::AcceptFirst(c.text, pin_), ErrorCode::kInvalidArgument, c.name);
  }
}

TEST_F(TrustListTest, IsAcceptedFirstByItsPinAlone) {
  Pin other_authority = pin_, other_root = pin_;
  other_authority.authority = "https://other.example";
  other_root.root = Sha256(next_root_);
  const std::string text = MakeTrustList(spec_, pki_);
  EXPECT_TRUE(TrustList::AcceptFirst(text, pin_));
  ExpectError(TrustList::AcceptFirst(text, other_authority), ErrorCode::kInvalidArgument, "another authority");
  ExpectError(TrustList::AcceptFirst(text, other_root), ErrorCode::kInvalidArgument, "another root");

  TrustSpec both = spec_;
  both.roots.push_back(next_root_);
  const std::string by_next = MakeTrustList(both, next_root_key_, next_root_);
  ExpectError(TrustList::AcceptFirst(by_next, pin_), ErrorCode::kInvalidArgument, "contained but not the signer");
  EXPECT_TRUE(TrustList::AcceptFirst(by_next, other_root));

  TrustSpec without = spec_;
  without.roots = {next_root_};
  ExpectError(First(without), ErrorCode::kInvalidArgument, "the signer but not contained");
}

TEST_F(TrustListTest, DoesNotTakeAnotherCertificateOfThePinnedKey) {
  testing::CertSpec renewed = testing::RootSpec(kNow);
  const Bytes other = MakeCertificate(renewed, pki_.root_key, pki_.root_key);
  ExpectError(TrustList::AcceptFirst(MakeTrustList(spec_, pki_.root_key, other), pin_), ErrorCode::kInvalidArgument,
              "renewed");
}

class TrustWalk : public TrustListTest {
 protected:
  TrustWalk() {
    second_ = spec_;
    second_.seq = 2;
    second_.iat += kDay;
    second_.exp += kDay;
  }
  TrustList Current() const { return First(spec_).value(); }
  Result<TrustList> Next(const TrustSpec& spec) const { return Current().AcceptNext(MakeTrustList(spec, pki_)); }

  TrustSpec second_;
};

TEST_F(TrustWalk, GoesFromOneListToTheNext) {
  const auto next = Next(second_);
  ASSERT_TRUE(next) << next.error().message;
  EXPECT_EQ(next->seq(), 2u);
}

TEST_F(TrustWalk, SkipsNoneAndNeverGoesBack) {
  TrustSpec third = second_;
  third.seq = 3;
  ExpectError(Next(third), ErrorCode::kFailedPrecondition, "skipped");
  const TrustList second = Next(second_).value();
  ExpectError(second.AcceptNext(MakeTrustList(spec_, pki_)), ErrorCode::kFailedPrecondition, "older");
  EXPECT_TRUE(second.AcceptNext(MakeTrustList(third, pki_)));
}

TEST_F(TrustWalk, ReportsAnotherListOfTheSameSeq) {
  const TrustList current = Current();
  ExpectError(current.AcceptNext(current.text()), ErrorCode::kAlreadyExists, "the same bytes");
  TrustSpec fork = spec_;
  fork.blocked = {{std::string(64, 'a'), std::nullopt, std::nullopt}};
  ExpectError(Next(fork), ErrorCode::kConflict, "another content");
  ExpectError(Next(spec_), ErrorCode::kAlreadyExists,
              "the same content under another signature, which anybody can derive");
  const std::string by_stranger = MakeTrustList(spec_, next_root_key_, next_root_);
  ExpectError(current.AcceptNext(by_stranger), ErrorCode::kInvalidArgument, "by a stranger's root");
}

TEST_F(TrustWalk, RefusesAnotherAuthorityOrEnvironment) {
  TrustSpec moved = second_;
  moved.iss = "https://other.example";
  moved.logs = {LogNamed("other.example/log/1")};
  ExpectError(Next(moved), ErrorCode::kInvalidArgument, "another iss");

  TrustSpec production = Production();
  production.seq = 2;
  ExpectError(Next(production), ErrorCode::kInvalidArgument, "test to production");

  TrustSpec test = second_;
  const TrustList current = First(Production()).value();
  ExpectError(current.AcceptNext(MakeTrustList(test, pki_)), ErrorCode::kInvalidArgument, "production to test");
}

TEST_F(TrustWalk, RollsOverToANewRoot) {
  TrustSpec second = second_, third = second_, fourth = second_;
  second.roots.push_back(next_root_);
  third.seq = 3;
  third.roots = {next_root_};
  fourth.seq = 4;
  fourth.roots = {next_root_};

  const TrustList list2 = Next(second).value();
  const auto list3 = list2.AcceptNext(MakeTrustList(third, next_root_key_, next_root_));
  ASSERT_TRUE(list3) << list3.error().message;
  ExpectError(list3->AcceptNext(MakeTrustList(fourth, pki_)), ErrorCode::kInvalidArgument, "by the root that left");
  EXPECT_TRUE(list3->AcceptNext(MakeTrustList(fourth, next_root_key_, next_root_)));
}

TEST_F(TrustWalk, DoesNotBelieveARootThatOnlyTheNextListNames) {
  TrustSpec second = second_;
  second.roots.push_back(next_root_);
  const std::string text = MakeTrustList(second, next_root_key_, next_root_);
  ExpectError(Current().AcceptNext(text), ErrorCode::kInvalidArgument, "signed by its own new root");
}

TEST_F(TrustWalk, DoesNotBelieveABlockedRoot) {
  const std::string root_spki = Sha256(pki_.root_key.spki()).Hex();
  const struct {
    const char* name;
    TrustSpec::Block block;
  } cases[] = {
      {"blocked", {root_spki, std::nullopt, std::nullopt}},
      {"blocked from an index", {root_spki, 1'000'000, std::string(kOrigin)}},
      {"blocked from an unknown log", {root_spki, 0, "elsewhere"}},
  };
  for (const auto& c : cases) {
    TrustSpec first = spec_, second = second_;
    first.roots.push_back(next_root_);
    first.blocked = {c.block};
    second.roots.push_back(next_root_);
    const TrustList current = First(first).value();
    ExpectError(current.AcceptNext(MakeTrustList(second, pki_)), ErrorCode::kInvalidArgument, c.name);
    EXPECT_TRUE(current.AcceptNext(MakeTrustList(second, next_root_key_, next_root_))) << c.name;
  }
}

TEST_F(TrustWalk, ABlockOfTheSignerInTheNewListItselfIsItsOwnLastWord) {
  TrustSpec second = second_;
  second.roots.push_back(next_root_);
  second.blocked = {{Sha256(pki_.root_key.spki()).Hex(), std::nullopt, std::nullopt}};
  const auto next = Next(second);
  ASSERT_TRUE(next) << next.error().message;
  EXPECT_TRUE(next->IsBlocked(pki_.root_key.public_key()));
  TrustSpec third = second;
  third.seq = 3;
  ExpectError(next->AcceptNext(MakeTrustList(third, pki_)), ErrorCode::kInvalidArgument, "after its block");
}

TEST_F(TrustWalk, AnExpiredListStillAuthenticatesItsSuccessor) {
  spec_.iat = kNow - 500 * kDay;
  spec_.exp = kNow - 400 * kDay;
  EXPECT_TRUE(Next(second_));
}

TEST_F(TrustWalk, NeedsTheVeryCertificateOfTheListBefore) {
  const Bytes renewed = MakeCertificate(testing::RootSpec(kNow), pki_.root_key, pki_.root_key);
  ExpectError(Current().AcceptNext(MakeTrustList(second_, pki_.root_key, renewed)), ErrorCode::kInvalidArgument,
              "another certificate of the same key");
}

TEST_F(TrustListTest, BlocksKeysFromAnEntryOn) {
  const PublicKey plain = TestKey::P256().public_key(), from = TestKey::P256().public_key();
  const PublicKey elsewhere = TestKey::P256().public_key(), free = TestKey::P256().public_key();
  TrustSpec spec = spec_;
  spec.logs = {LogNamed("ca.example/log/1"), LogNamed("ca.example/log/2"), LogNamed("ca.example/log/3")};
  spec.blocked = {{plain.spki_hash().Hex(), std::nullopt, std::nullopt},
                  {from.spki_hash().Hex(), 100, std::string(kSecondOrigin)},
                  {elsewhere.spki_hash().Hex(), 100, "ca.example/log/9"}};
  const TrustList list = First(spec).value();

  EXPECT_TRUE(list.IsBlocked(plain));
  EXPECT_TRUE(list.IsBlockedAnywhere(plain));
  EXPECT_TRUE(list.IsBlockedAt(plain, 0, 0));

  EXPECT_FALSE(list.IsBlocked(from));
  EXPECT_TRUE(list.IsBlockedAnywhere(from));
  EXPECT_FALSE(list.IsBlockedAt(from, 0, 1'000'000)) << "an earlier log";
  EXPECT_FALSE(list.IsBlockedAt(from, 1, 99));
  EXPECT_TRUE(list.IsBlockedAt(from, 1, 100));
  EXPECT_TRUE(list.IsBlockedAt(from, 2, 0)) << "a later log";

  EXPECT_FALSE(list.IsBlocked(elsewhere));
  EXPECT_TRUE(list.IsBlockedAnywhere(elsewhere));
  EXPECT_TRUE(list.IsBlockedAt(elsewhere, 0, 0)) << "an unknown log blocks everything";

  EXPECT_FALSE(list.IsBlocked(free));
  EXPECT_FALSE(list.IsBlockedAnywhere(free));
  EXPECT_FALSE(list.IsBlockedAt(free, 2, 1'000'000));
}

TEST_F(TrustListTest, AnyOfSeveralBlocksOfAKeyCounts) {
  const PublicKey key = TestKey::P256().public_key();
  TrustSpec spec = spec_;
  spec.blocked = {{key.spki_hash().Hex(), 100, std::string(kOrigin)},
                  {key.spki_hash().Hex(), 50, std::string(kOrigin)}};
  const TrustList list = First(spec).value();
  EXPECT_FALSE(list.IsBlockedAt(key, 0, 49));
  EXPECT_TRUE(list.IsBlockedAt(key, 0, 50));
}

}  // namespace
}  // namespace certmark
