// CredentialReader: as the general way reads, and refuses.
#include "verifier-sdk/core/credential_reader.h"

#include <gtest/gtest.h>

#include <random>

#include "tests/support/test_authority.h"
#include "verifier-sdk/core/packed_number.h"

namespace certmark {
namespace {

using namespace certmark::testing;

std::string Show(const CredentialFacts& facts) {
  std::string out;
  for (const std::string_view text :
       {facts.alg, facts.kid, facts.iss, facts.package, facts.scheme, facts.level, facts.from, facts.to}) {
    out += std::string(text) + "|";
  }
  for (const std::string_view signer : facts.signers) out += std::string(signer) + ",";
  for (const std::int64_t number :
       {static_cast<std::int64_t>(facts.number), static_cast<std::int64_t>(facts.platform), ToEpoch(facts.iat),
        ToEpoch(facts.valid_from), ToEpoch(facts.valid_until), static_cast<std::int64_t>(facts.status_list),
        static_cast<std::int64_t>(facts.status_index)}) {
    out += "|" + std::to_string(number);
  }
  return out;
}

// The example's payload as an authority writes it: without white space.
std::string Compact(std::string text) {
  std::string out;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') in_string = !in_string;
    if (in_string || (text[i] != ' ' && text[i] != '\n')) out += text[i];
  }
  return out;
}

std::string Entry(std::string_view payload) {
  return JwsSigningInput("ES256", "a-kid", "vc+jwt", {}, payload) + "." + Base64UrlEncode(Bytes(64, 7));
}

// General is what the functions that everybody else uses make of it.
std::string General(const std::string& entry) {
  const auto jws = ParseCredentialJws(entry);
  if (!jws) return "refused";
  const auto credential = ParseCredential(jws->payload_text());
  if (!credential) return "refused";
  const auto claims = CheckClaims(*credential);
  if (!claims) return "refused";
  std::vector<std::string_view> signers;
  return Show(FactsOf(*jws, *credential, *claims, signers));
}

std::string Lean(CredentialReader& reader, const std::string& entry) {
  const auto facts = reader.Read(entry);
  return facts ? Show(*facts) : "refused";
}

class CredentialReaderTest : public ::testing::Test {
 protected:
  // A reader that has seen the header, so that it reads leanly.
  CredentialReaderTest() { EXPECT_NE(Lean(reader_, Entry(payload_)), "refused"); }
  void ExpectAgreement(const std::string& payload) {
    const std::string entry = Entry(payload);
    EXPECT_EQ(Lean(reader_, entry), General(entry)) << payload;
  }
  const std::string payload_ = Compact(ExampleClaims());
  CredentialReader reader_;
};

TEST_F(CredentialReaderTest, SaysWhatACredentialSays) {
  const std::string entry = Entry(payload_);
  const CredentialFacts facts = reader_.Read(entry).value();
  EXPECT_EQ(facts.package, "org.torproject.android");
  EXPECT_EQ(facts.number, PackNumber(kCertificationPrefix, "CM-2026-7K3Q9X2M4T4"));
  EXPECT_EQ(facts.from, "1741004000");
  EXPECT_EQ(facts.to, "1741009999");
  EXPECT_EQ(facts.level, "certified");
  ASSERT_EQ(facts.signers.size(), 1u);
  EXPECT_EQ(facts.signers[0], kExampleSigner);
  EXPECT_EQ(facts.status_index, kExampleStatusIndex);
}

TEST_F(CredentialReaderTest, ReadsAsTheGeneralWayDoesWhereverAByteIsAnother) {
  // Characters that mean something to JSON or to a claim, in every place.
  for (std::size_t at = 0; at < payload_.size(); ++at) {
    for (const char c : {'"', '\\', '{', ']', ',', ':', '0', '9', 'x', 'A', ' ', '\x01', '\x7f', '\xc3'}) {
      std::string payload = payload_;
      payload[at] = c;
      ExpectAgreement(payload);
    }
  }
}

TEST_F(CredentialReaderTest, ReadsAsTheGeneralWayDoesWhereverSomethingIsMissingOrTwice) {
  for (std::size_t at = 0; at < payload_.size(); ++at) {
    for (const std::size_t length : {1u, 2u, 17u}) {
      std::string without = payload_, twice = payload_;
      without.erase(at, length);
      twice.insert(at, payload_.substr(at, length));
      ExpectAgreement(without);
      ExpectAgreement(twice);
    }
    ExpectAgreement(payload_.substr(0, at));
  }
}

TEST_F(CredentialReaderTest, ReadsAsTheGeneralWayDoesOtherFormsOfCredentials) {
  const std::pair<std::string_view, std::string_view> edits[] = {
      {R"("name":"Orbot")", R"("name":"\u5fae\u4fe1")"},
      {R"("name":"Orbot")", "\"name\":\"微信\""},
      {R"("name":"Orbot")", "\"name\":\"\xed\xa0\x80\""},
      {R"("name":"Orbot")", R"("name":"Orbot","more":[1,{"a":null}])"},
      {R"(,"to":1741009999)", ""},
      {R"("to":1741009999)", R"("to":1741003999)"},
      {R"("to":1741009999)", R"("to":1741004000)"},
      {R"("to":1741009999)", R"("to":9007199254740992)"},
      {R"("from":1741004000)", R"("from":01741004000)"},
      {R"("from":1741004000)", R"("from":"1741004000")"},
      {R"("idx":4711)", R"("idx":131072)"},
      {R"("idx":4711)", R"("idx":4711.0)"},
      {R"(/status/0")", R"(/status/4294967296")"},
      {R"(/status/0")", R"(/status/00")"},
      {R"("exp":1888358400)", R"("exp":1888358401)"},
      {R"("decidedOn":"2026-11-02")", R"("decidedOn":"2026-02-30")"},
      {R"("validFrom":"2026-11-03T00:00:00Z")", R"("validFrom":"2026-11-01T00:00:00Z")"},
      {R"("platform":"android")", R"("platform":"ios")"},
      {R"(}}})", "}}} \n"},
      {R"(}}})", "}}}}"},
  };
  for (const auto& [from, to] : edits) {
    std::string payload = payload_;
    const std::size_t at = payload.find(from);
    ASSERT_NE(at, payload.npos) << from;
    payload.replace(at, from.size(), to);
    ExpectAgreement(payload);
  }
}

TEST_F(CredentialReaderTest, KnowsNoAuthorityBeforeItHasReadOne) {
  CredentialReader fresh;
  EXPECT_EQ(Lean(fresh, Entry("{}")), "refused");  // from now on it reads leanly
  const std::string of_nobody = Entry(ReplacedEverywhere(payload_, kAuthority, ""));
  EXPECT_EQ(Lean(fresh, of_nobody), "refused");
  EXPECT_EQ(General(of_nobody), "refused");
}

TEST_F(CredentialReaderTest, RefusesWhatIsNotFramedAsOne) {
  const std::string entry = Entry(payload_);
  for (const std::string& wrong : {entry + "=", entry + ".AA", entry.substr(0, entry.rfind('.')), entry + "AAA",
                                   std::string(Credential::kMaxBytes + 1, 'A'), std::string()}) {
    EXPECT_EQ(Lean(reader_, wrong), "refused");
    EXPECT_EQ(General(wrong), "refused");
  }
}

}  // namespace
}  // namespace certmark
