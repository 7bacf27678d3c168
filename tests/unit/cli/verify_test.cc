// `certmark verify`: exit codes, JSON and words; the ten steps themselves are tests/unit/core's.
#include <gtest/gtest.h>

#include "tests/support/signed_apk.h"
#include "tests/support/test_authority.h"
#include "tests/unit/cli/command_line.h"
#include "verifier-sdk/core/bundle.h"
#include "verifier-sdk/core/json.h"

namespace certmark::testing {
namespace {

constexpr const char* kApp = "android:org.torproject.android";

class VerifyVerb : public ::testing::Test {
 protected:
  VerifyVerb() { certmark.now = authority.now; }

  // Writes the case's bundle and trust list and verifies it with the pin.
  CommandLine::Ran Verify(std::vector<std::string> more = {"--signer", std::string(kExampleSigner), "--build",
                                                           "1741004000"}) {
    const Made made = authority.Make();
    std::vector<std::string> arguments = {"verify", certmark.Write("bundle.json", made.bundle), "--app", kApp,
                                          "--json"};
    AddTrust(arguments, made);
    arguments.insert(arguments.end(), more.begin(), more.end());
    return certmark.Run(arguments);
  }
  void AddTrust(std::vector<std::string>& arguments, const Made& made) {
    const std::string pin = Pin{std::string(kAuthority), made.lists[0].roots()[0].fingerprint()}.ToText();
    const std::string file = certmark.Write("1.jwt", made.lists[0].text() + "\n");
    arguments.insert(arguments.end(), {"--trust", file, "--pin", pin});
  }
  static std::string VerdictOf(const CommandLine::Ran& ran) {
    const auto document = json::Document::Parse(ran.out, 1 << 20);
    return document ? std::string(document->root().String("verdict").value()) : "no JSON: " + ran.err;
  }

  TestCase authority;
  CommandLine certmark;
};

TEST_F(VerifyVerb, ExitsZeroForAValidBundle) {
  const auto ran = Verify();
  EXPECT_EQ(ran.code, 0) << ran.err;
  const auto document = json::Document::Parse(ran.out, 1 << 20).value();
  EXPECT_EQ(document.root().String("verdict").value(), "VALID");
  EXPECT_EQ(document.root().Number("step").value(), 10u);
  EXPECT_NE(document.root().String("reason").value(), "");
  const auto steps = document.root().Array("steps").value().Elements();
  ASSERT_EQ(steps.size(), 10u);
  EXPECT_EQ(steps[7].Number("number").value(), 8u);
  EXPECT_EQ(steps[7].String("name").value(), "log");
  EXPECT_EQ(steps[7].String("result").value(), "passed");
}

TEST_F(VerifyVerb, ExitsOneForAnotherSigner) {
  const auto ran = Verify({"--signer", std::string(kOtherSigner), "--build", "1741004000"});
  EXPECT_EQ(ran.code, 1);
  EXPECT_EQ(VerdictOf(ran), "WRONG_SIGNER");
  const auto document = json::Document::Parse(ran.out, 1 << 20).value();
  EXPECT_EQ(document.root().Number("step").value(), 7u);
  EXPECT_EQ(document.root().Array("steps").value().Elements()[7].String("result").value(), "not reached");
}

TEST_F(VerifyVerb, ExitsOneForATamperedCredential) {
  authority.Edit(Part::kCredential, [](std::string jws) {
    jws.back() = jws.back() == 'A' ? 'Q' : 'A';
    return jws;
  });
  const auto ran = Verify();
  EXPECT_EQ(ran.code, 1);
  EXPECT_EQ(VerdictOf(ran), "BAD_SIGNATURE");
}

TEST_F(VerifyVerb, ExitsOneForWhatIsRevoked) {
  authority.status.set(kExampleStatusIndex, StatusValue::kRevoked);
  const auto ran = Verify();
  EXPECT_EQ(ran.code, 1);
  EXPECT_EQ(VerdictOf(ran), "REVOKED");
}

TEST_F(VerifyVerb, ExitsTwoForAStaleStatus) {
  certmark.now = authority.now + 2 * kDay;
  const auto ran = Verify();
  EXPECT_EQ(ran.code, 2);
  EXPECT_EQ(VerdictOf(ran), "STATUS_STALE");
}

TEST_F(VerifyVerb, ExitsTwoForAnUnknownStatus) {
  authority.has_status = false;
  const auto ran = Verify();
  EXPECT_EQ(ran.code, 2);
  EXPECT_EQ(VerdictOf(ran), "STATUS_UNKNOWN");
}

TEST_F(VerifyVerb, ToldNoSignerOrBuildDoesNotGuess) {
  EXPECT_EQ(VerdictOf(Verify({"--build", "1741004000"})), "WRONG_SIGNER");
  EXPECT_EQ(VerdictOf(Verify({"--signer", std::string(kExampleSigner)})), "WRONG_VERSION");
  EXPECT_EQ(VerdictOf(Verify({"--allow", "AllowUnboundSigner", "AllowUnknownBuild"})), "VALID");
  EXPECT_EQ(VerdictOf(Verify({"--allow", "AllowUnboundSigner", "--allow", "AllowUnknownBuild"})), "VALID");
}

TEST_F(VerifyVerb, DoesNotClaimWhatThePolicyGaveUp) {
  const Made made = authority.Make();
  std::vector<std::string> arguments = {"verify",
                                        certmark.Write("bundle.json", made.bundle),
                                        "--app",
                                        kApp,
                                        "--allow",
                                        "AllowUnboundSigner",
                                        "AllowUnknownBuild",
                                        "AllowUnlogged"};
  AddTrust(arguments, made);
  const auto ran = certmark.Run(arguments);
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_NE(ran.out.find(
                "VALID: this app is certified, with what the policy gives up: AllowUnboundSigner, AllowUnknownBuild."),
            std::string::npos)
      << ran.out;
}

TEST_F(VerifyVerb, HoldsEveryOptionOfThePolicy) {
  const std::vector<std::string> at_hand = {"--signer", std::string(kExampleSigner), "--build", "1741004000"};
  const std::string w3 = TestNoteKey::Witness("w3.example").vkey(), w1 = TestNoteKey::Witness("w1.example").vkey();
  const std::string last_iat = std::to_string(ToEpoch(authority.status_iat) + 1);
  const struct {
    std::vector<std::string> options;
    const char* verdict;
  } rows[] = {
      {{"--scheme", "CNCA-App-001"}, "VALID"},
      {{"--scheme", "Other"}, "NOT_ACCEPTED"},
      {{"--level", "certified"}, "VALID"},
      {{"--level", "gold"}, "NOT_ACCEPTED"},
      {{"--witness", w1, "--threshold", "1"}, "VALID"},
      {{"--witness", w3, "--threshold", "1"}, "NOT_WITNESSED"},
      {{"--witness", w3, "--threshold", "1", "--allow", "AllowUnwitnessed"}, "VALID"},
      {{"--status-age", "10", "--skew", "10"}, "STATUS_STALE"},
      {{"--min-status-iat", last_iat}, "STATUS_STALE"},
      {{"--now", "2029-11-04T00:00:00Z"}, "UNTRUSTED_ISSUER"},
      {{"--now", std::to_string(ToEpoch(authority.now) + 5)}, "VALID"},
  };
  for (const auto& row : rows) {
    std::vector<std::string> options = at_hand;
    options.insert(options.end(), row.options.begin(), row.options.end());
    EXPECT_EQ(VerdictOf(Verify(options)), row.verdict) << row.options[0] << " " << row.options[1];
  }
}

TEST_F(VerifyVerb, WithoutAPinRefusesToBelieveAnybody) {
  const std::string bundle = certmark.Write("bundle.json", authority.Make().bundle);
  const auto ran = certmark.Run({"verify", bundle, "--app", kApp});
  EXPECT_EQ(ran.code, 3);
  EXPECT_EQ(ran.out, "");
  EXPECT_NE(ran.err.find("--pin"), std::string::npos);
}

TEST_F(VerifyVerb, UsesTheTrustStoreOfTheHome) {
  const Made made = authority.Make();
  const std::string pin = Pin{std::string(kAuthority), made.lists[0].roots()[0].fingerprint()}.ToText();
  ASSERT_EQ(certmark.Run({"trust", "add", certmark.Write("1.jwt", made.lists[0].text()), "--pin", pin}).code, 0);
  const auto ran = certmark.Run(
      {"verify", "-", "--app", kApp, "--signer", std::string(kExampleSigner), "--build", "1741004000"}, made.bundle);
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_NE(ran.out.find("✓  1 parse"), std::string::npos) << ran.out;
  EXPECT_NE(ran.out.find("\nVALID: "), std::string::npos) << ran.out;
}

TEST_F(VerifyVerb, RefusesAListThatThePinDoesNotAccept) {
  const Made made = authority.Make();
  const std::string list = certmark.Write("1.jwt", made.lists[0].text()),
                    bundle = certmark.Write("bundle.json", made.bundle);
  const auto ran = certmark.Run(
      {"verify", bundle, "--app", kApp, "--trust", list, "--pin", Pin{std::string(kAuthority), Hash{}}.ToText()});
  EXPECT_EQ(ran.code, 2);
  EXPECT_NE(ran.err.find("trust list"), std::string::npos);
}

TEST_F(VerifyVerb, CannotTellOfAFileThatItCannotRead) {
  std::vector<std::string> arguments = {"verify", (certmark.directory() / "none").string(), "--app", kApp};
  AddTrust(arguments, authority.Make());
  const auto ran = certmark.Run(arguments);
  EXPECT_EQ(ran.code, 2);
  EXPECT_NE(ran.err.find("cannot read"), std::string::npos);
  arguments[1] = certmark.directory().path().string();
  EXPECT_EQ(certmark.Run(arguments).code, 2) << "a directory";
}

TEST_F(VerifyVerb, CallsABundleThatIsTooLongMalformed) {
  std::vector<std::string> arguments = {"verify", "-", "--app", kApp, "--json"};
  const Made made = authority.Make();
  AddTrust(arguments, made);
  const auto ran = certmark.Run(arguments, made.bundle + std::string(Bundle::kMaxBytes, ' '));
  EXPECT_EQ(ran.code, 1);
  EXPECT_EQ(VerdictOf(ran), "MALFORMED");
}

// An APK by one key, and an authority that certified its app under that key.
class VerifyVerbOfAnApk : public VerifyVerb {
 protected:
  VerifyVerbOfAnApk() { authority.Edit(Part::kClaims, kExampleSigner, key_.digest().Hex()); }

  WrittenZip Apk(const char* package, std::uint32_t build) const {
    return SignApk({.v2 = {SignerOf(key_)}, .build = build, .package = package});
  }
  CommandLine::Ran VerifyApk(const WrittenZip& zip, std::vector<std::string> more = {"--json"}) {
    const Made made = authority.Make();
    std::vector<std::string> arguments = {"verify", certmark.Write("bundle.json", made.bundle), "--apk",
                                          certmark.Write("app.apk", std::string(AsText(zip.File())))};
    AddTrust(arguments, made);
    arguments.insert(arguments.end(), more.begin(), more.end());
    return certmark.Run(arguments);
  }
  ApkKey key_ = ApkKey::Ec();
};

TEST_F(VerifyVerbOfAnApk, TakesAppBuildAndSignersFromTheFile) {
  const auto ran = VerifyApk(Apk("org.torproject.android", 1741004000));
  EXPECT_EQ(ran.code, 0) << ran.err << ran.out;
  EXPECT_EQ(VerdictOf(ran), "VALID");
  const auto document = json::Document::Parse(ran.out, 1 << 20).value();
  const auto apk = document.root().Object("apk").value();
  EXPECT_EQ(apk.String("package").value(), "org.torproject.android");
  EXPECT_EQ(apk.Array("signers").value().Elements().size(), 1u);
  EXPECT_NE(VerifyApk(Apk("org.torproject.android", 1741004000), {})
                .out.find("Android platform 24 and later: v2, " + key_.digest().Hex()),
            std::string::npos);
}

TEST_F(VerifyVerbOfAnApk, ThatIsAnotherIsNotCertified) {
  EXPECT_EQ(VerdictOf(VerifyApk(Apk("org.example.other", 1741004000))), "WRONG_APP");
  EXPECT_EQ(VerdictOf(VerifyApk(Apk("org.torproject.android", 1))), "WRONG_VERSION");
  key_ = ApkKey::Ec();
  EXPECT_EQ(VerdictOf(VerifyApk(Apk("org.torproject.android", 1741004000))), "WRONG_SIGNER");
}

TEST_F(VerifyVerbOfAnApk, ThatIsNotAsItWasSignedIsRefusedWhateverTheBundleSays) {
  WrittenZip zip = Apk("org.torproject.android", 1741004000);
  zip.comment = ToBytes("x");
  const auto ran = VerifyApk(zip);
  EXPECT_EQ(ran.code, 1);
  EXPECT_EQ(VerdictOf(ran), "UNDECIDED");
  EXPECT_NE(VerifyApk(zip, {}).out.find("refused: apk: its contents are others than were signed"), std::string::npos);
  zip.block.clear();
  EXPECT_NE(VerifyApk(zip, {}).out.find("refused: apk: it is unsigned"), std::string::npos);
}

TEST_F(VerifyVerbOfAnApk, CannotTellOfAFileThatIsNotThere) {
  std::vector<std::string> arguments = {"verify", certmark.Write("bundle.json", authority.Make().bundle), "--apk",
                                        (certmark.directory() / "none").string()};
  AddTrust(arguments, authority.Make());
  EXPECT_EQ(certmark.Run(arguments).code, 2);
}

TEST_F(VerifyVerbOfAnApk, TakesNoFlagThatSaysTheSameOtherwise) {
  const WrittenZip zip = Apk("org.torproject.android", 1741004000);
  for (const char* flag : {"--app", "--signer", "--build"})
    EXPECT_EQ(VerifyApk(zip, {flag, flag == std::string_view("--app") ? kApp : "1"}).code, 3) << flag;
  EXPECT_EQ(VerifyApk(zip, {"--min-sdk", "33"}).code, 0);
  EXPECT_EQ(Verify({"--signer", std::string(kExampleSigner), "--min-sdk", "33"}).code, 3);
  const auto ran = certmark.Run({"verify", certmark.Write("bundle.json", authority.Make().bundle)});
  EXPECT_EQ(ran.code, 3);
  EXPECT_NE(ran.err.find("--apk FILE, or --app"), std::string::npos) << ran.err;
}

TEST_F(VerifyVerb, RefusesAMistypedCommandLine) {
  const std::string bundle = certmark.Write("bundle.json", authority.Make().bundle);
  const std::vector<std::vector<std::string>> rows = {
      {"verify"},
      {"verify", bundle},
      {"verify", bundle, "--app", "org.example"},
      {"verify", bundle, "--app", kApp, "--allow", "AllowEverything"},
      {"verify", bundle, "--app", kApp, "--pin", "https://ca.example"},
      {"verify", bundle, "--app", kApp, "--trust", bundle},
      {"verify", bundle, "--app", kApp, "--now", "yesterday"},
      {"verify", bundle, "--app", kApp, "--skew", "-1"},
      {"verify", bundle, "--app", kApp, "--threshold", "1"},
      {"verify", bundle, "--app", kApp, "--witness", "w1.example"},
      {"verify", bundle, "--app", kApp, "--no-such-option"},
      {"verify", bundle, bundle, "--app", kApp},
  };
  for (const auto& row : rows) {
    const auto ran = certmark.Run(row);
    EXPECT_EQ(ran.code, 3) << row.back() << ran.err;
    EXPECT_TRUE(ran.err.starts_with("certmark: ")) << ran.err;
    EXPECT_EQ(std::count(ran.err.begin(), ran.err.end(), '\n'), 1) << ran.err;
  }
}

}  // namespace
}  // namespace certmark::testing
