#include "verifier-sdk/core/log_entry.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/test_pki.h"

namespace certmark {
namespace {

using testing::kAuthority;
using testing::kNow;
using testing::Replaced;
using testing::TestNoteKey;
using testing::TestPki;

constexpr std::string_view kOrigin = "ca.example/log/2";

Genesis SecondGenesis() {
  Genesis genesis;
  genesis.iss = kAuthority;
  genesis.iat = kNow;
  genesis.origin = kOrigin;
  genesis.vkey = TestNoteKey::Log(kOrigin).vkey();
  genesis.roots = {Sha256(AsBytes("a")), Sha256(AsBytes("b"))};
  genesis.previous = Genesis::Previous{"ca.example/log/1", 12, Sha256(AsBytes("c"))};
  return genesis;
}

std::string WithType(std::string_view typ) {
  return Base64UrlEncode(AsBytes(R"({"typ":")" + std::string(typ) + R"("})")) + ".e30.AAAA";
}

TEST(LogEntry, IsClassifiedByItsType) {
  EXPECT_EQ(ClassifyEntry(WithType("certmark-genesis+jwt")), EntryType::kGenesis);
  EXPECT_EQ(ClassifyEntry(WithType("certmark-key+jwt")), EntryType::kKey);
  EXPECT_EQ(ClassifyEntry(WithType("vc+jwt")), EntryType::kCredential);
  EXPECT_EQ(ClassifyEntry(WithType("secevent+jwt")), EntryType::kEvent);
  EXPECT_EQ(ClassifyEntry(WithType("certmark-record+jwt")), EntryType::kRecord);
}

TEST(LogEntry, IsUnknownWhenItIsNothingListed) {
  const std::string large = WithType("vc+jwt") + std::string(kMaxEntryBytes, 'A');
  for (const std::string& entry :
       {WithType("statuslist+jwt"), WithType("VC+JWT"), WithType(""), std::string(), std::string("text"),
        std::string("e30.e30.AAAA"), std::string("!.e30.AAAA"), large}) {
    EXPECT_EQ(ClassifyEntry(entry), EntryType::kUnknown) << entry.substr(0, 80);
  }
}

TEST(Genesis, ReadsWhatItWrites) {
  const Genesis written = SecondGenesis();
  const auto read = ParseGenesis(GenesisPayload(written));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->iss, written.iss);
  EXPECT_EQ(read->iat, written.iat);
  EXPECT_EQ(read->origin, written.origin);
  EXPECT_EQ(read->vkey, written.vkey);
  EXPECT_EQ(read->roots, written.roots);
  ASSERT_TRUE(read->previous);
  EXPECT_EQ(read->previous->origin, "ca.example/log/1");
  EXPECT_EQ(read->previous->size, 12u);
  EXPECT_EQ(read->previous->root, written.previous->root);
}

TEST(Genesis, OfAFirstLogHasNoPrevious) {
  Genesis first = SecondGenesis();
  first.previous.reset();
  const std::string payload = GenesisPayload(first);
  EXPECT_EQ(payload.find("previous"), std::string::npos);
  EXPECT_FALSE(ParseGenesis(payload)->previous);
}

TEST(Genesis, RefusesEveryWrongMember) {
  const std::string good = GenesisPayload(SecondGenesis());
  const std::string root = SecondGenesis().previous->root.Base64();
  const struct {
    const char* name;
    std::string payload;
  } cases[] = {
      {"no iss", Replaced(good, "\"iss\"", "\"x\"")},
      {"no iat", Replaced(good, "\"iat\"", "\"x\"")},
      {"no origin", Replaced(good, "\"origin\"", "\"x\"")},
      {"no vkey", Replaced(good, "\"vkey\"", "\"x\"")},
      {"no roots", Replaced(good, "\"roots\"", "\"x\"")},
      {"iss without scheme", Replaced(good, "https://ca.example", "ca.example")},
      {"origin of another authority", Replaced(good, "https://ca.example", "https://other.example")},
      {"origin that is not the vkey's",
       Replaced(good, "\"origin\":\"ca.example/log/2\"", "\"origin\":\"ca.example/log/3\"")},
      {"vkey that is none", Replaced(good, "\"vkey\":\"", "\"vkey\":\"x")},
      {"vkey of a witness", Replaced(good, TestNoteKey::Log(kOrigin).vkey(), TestNoteKey::Witness(kOrigin).vkey())},
      {"roots empty", Replaced(good, "\"roots\":[", "\"roots\":[],\"y\":[")},
      {"root hash cut short", Replaced(good, "\"roots\":[\"c", "\"roots\":[\"")},
      {"root hash in capitals", Replaced(good, "\"roots\":[\"c", "\"roots\":[\"C")},
      {"previous null", Replaced(good, "\"previous\":{", "\"previous\":null,\"y\":{")},
      {"previous of no size", Replaced(good, "\"size\"", "\"x\"")},
      {"previous of no root", Replaced(good, "\"root\"", "\"x\"")},
      {"previous root in hex", Replaced(good, root, SecondGenesis().previous->root.Hex())},
      {"previous root of 31 bytes", Replaced(good, root, Base64Encode(Bytes(31)))},
      {"previous of another authority", Replaced(good, "\"ca.example/log/1\"", "\"other.example/log/1\"")},
      {"previous is itself", Replaced(good, "\"ca.example/log/1\"", "\"ca.example/log/2\"")},
      {"an array", "[]"},
      {"nothing", ""},
  };
  for (const auto& c : cases) {
    const auto parsed = ParseGenesis(c.payload);
    ASSERT_FALSE(parsed) << c.name;
    EXPECT_EQ(parsed.error().code, ErrorCode::kInvalidArgument) << c.name;
  }
  EXPECT_TRUE(ParseGenesis(good));
}

TEST(KeyEntry, ReadsWhatItWrites) {
  const TestPki pki = testing::MakeTestPki();
  const auto entry = ParseKeyEntry(KeyEntryPayload(kAuthority, kNow, pki.signer, pki.credential_ca));
  ASSERT_TRUE(entry) << entry.error().message;
  EXPECT_EQ(entry->iss, kAuthority);
  EXPECT_EQ(entry->iat, kNow);
  EXPECT_EQ(entry->leaf.der(), pki.signer);
  EXPECT_EQ(entry->ca.der(), pki.credential_ca);
}

TEST(KeyEntry, RefusesEveryWrongMember) {
  const TestPki pki = testing::MakeTestPki();
  const std::string good = KeyEntryPayload(kAuthority, kNow, pki.signer, pki.credential_ca);
  const std::string ca = Base64Encode(pki.credential_ca);
  const struct {
    const char* name;
    std::string payload;
  } cases[] = {
      {"no iss", Replaced(good, "\"iss\"", "\"x\"")},
      {"iss that is no authority", Replaced(good, "https://", "http://")},
      {"no iat", Replaced(good, "\"iat\"", "\"x\"")},
      {"iat as text", Replaced(good, std::to_string(ToEpoch(kNow)), "\"1\"")},
      {"no x5c", Replaced(good, "\"x5c\"", "\"x\"")},
      {"one certificate", Replaced(good, ",\"" + ca + "\"", "")},
      {"three certificates", Replaced(good, "]", ",\"" + ca + "\"]")},
      {"a certificate that is none", Replaced(good, ca, "AQID")},
      {"a certificate in base64url", Replaced(good, ca, "-_-_")},
      {"a certificate over 4 KiB", Replaced(good, ca, Base64Encode(Bytes(5000)))},
      {"nothing", ""},
  };
  for (const auto& c : cases) EXPECT_FALSE(ParseKeyEntry(c.payload)) << c.name;
  EXPECT_TRUE(ParseKeyEntry(good));
}

TEST(RecordHead, ReadsWhatItWrites) {
  const RecordHead head{std::string(kAuthority), kNow, 42, Sha256(AsBytes("root"))};
  const auto read = ParseRecordHead(RecordHeadPayload(head));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->iss, head.iss);
  EXPECT_EQ(read->iat, head.iat);
  EXPECT_EQ(read->size, 42u);
  EXPECT_EQ(read->root, head.root);
}

TEST(RecordHead, RefusesEveryWrongMember) {
  const RecordHead head{std::string(kAuthority), kNow, 42, Sha256(AsBytes("root"))};
  const std::string good = RecordHeadPayload(head);
  const struct {
    const char* name;
    std::string payload;
  } cases[] = {
      {"no iss", Replaced(good, "\"iss\"", "\"x\"")},
      {"no iat", Replaced(good, "\"iat\"", "\"x\"")},
      {"no size", Replaced(good, "\"size\"", "\"x\"")},
      {"size as text", Replaced(good, "42", "\"42\"")},
      {"no root", Replaced(good, "\"root\"", "\"x\"")},
      {"root in hex", Replaced(good, head.root.Base64(), head.root.Hex())},
      {"root without padding", Replaced(good, "=", "")},
      {"nothing", ""},
  };
  for (const auto& c : cases) EXPECT_FALSE(ParseRecordHead(c.payload)) << c.name;
  EXPECT_TRUE(ParseRecordHead(good));
}

}  // namespace
}  // namespace certmark
