// `certmark trust`: what a person is told; the store's rules are trust_store_test's.
#include <gtest/gtest.h>

#include "tests/unit/cli/command_line.h"
#include "verifier-sdk/core/json.h"
#include "verifier-sdk/core/trust_list.h"

namespace certmark::testing {
namespace {

class TrustVerb : public ::testing::Test {
 protected:
  std::string File(const char* name, std::uint64_t seq, Time iat = kNow) const {
    TrustSpec spec = DefaultTrustSpec(pki, iat);
    spec.seq = seq;
    return certmark.Write(name, MakeTrustList(spec, pki) + "\n");
  }
  std::uint64_t Seq() {
    const auto ran = certmark.Run({"trust", "show", "--json"});
    const auto document = json::Document::Parse(ran.out, 1 << 20).value();
    const auto authorities = document.root().Array("authorities").value().Elements();
    return authorities.empty() ? 0 : authorities.front().Number("seq").value();
  }

  TestPki pki = MakeTestPki();
  std::string pin = Pin{std::string(kAuthority), Sha256(pki.root)}.ToText();
  CommandLine certmark;
};

TEST_F(TrustVerb, AddsSeveralListsInOrderAndTwiceIsFine) {
  const std::string first = File("1.jwt", 1), second = File("2.jwt", 2);
  EXPECT_EQ(certmark.Run({"trust", "add", first, second, "--pin", pin}).code, 0);
  EXPECT_EQ(Seq(), 2u);
  const auto again = certmark.Run({"trust", "add", first, second});
  EXPECT_EQ(again.code, 0) << again.err;
  EXPECT_NE(again.out.find("held already"), std::string::npos);
}

TEST_F(TrustVerb, WithoutAPinAnUnknownAuthorityIsUsage) {
  const auto ran = certmark.Run({"trust", "add", File("1.jwt", 1)});
  EXPECT_EQ(ran.code, 3);
  EXPECT_NE(ran.err.find("--pin"), std::string::npos);
}

TEST_F(TrustVerb, SaysAForkLoudly) {
  ASSERT_EQ(certmark.Run({"trust", "add", File("1.jwt", 1), "--pin", pin}).code, 0);
  const auto ran = certmark.Run({"trust", "add", File("fork.jwt", 1, kNow + kDay)});
  EXPECT_EQ(ran.code, 1);
  EXPECT_TRUE(ran.err.starts_with("certmark: FORK: ")) << ran.err;
  EXPECT_EQ(Seq(), 1u);
}

TEST_F(TrustVerb, RefusesWhatThePinDoesNotAccept) {
  const auto ran =
      certmark.Run({"trust", "add", File("1.jwt", 1), "--pin", std::string(kAuthority) + "#" + std::string(64, '0')});
  EXPECT_EQ(ran.code, 1);
  EXPECT_EQ(Seq(), 0u);
}

TEST_F(TrustVerb, CannotTellOfAFileThatIsNotThere) {
  EXPECT_EQ(certmark.Run({"trust", "add", "/nonexistent/1.jwt", "--pin", pin}).code, 2);
}

TEST_F(TrustVerb, AnEndedListConnectsToNobody) {
  ASSERT_EQ(certmark.Run({"trust", "add", File("1.jwt", 1), "--pin", pin}).code, 0);
  certmark.now = kNow + 181 * kDay;
  const auto ran = certmark.Run({"party", "enrol", "--authority", std::string(kAuthority), "--public", "localhost:1",
                                 "--party", "localhost:2", "--name", "Example Operator", "--no-passphrase"});
  EXPECT_EQ(ran.code, 2);
  EXPECT_NE(ran.err.find("ended 2027-05-02"), std::string::npos) << ran.err;
}

}  // namespace
}  // namespace certmark::testing
