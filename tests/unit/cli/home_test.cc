#include "api/cli/home.h"

#include <gtest/gtest.h>

#include "ca/key_file.h"
#include "ledger/posix_file.h"
#include "tests/support/test_pki.h"
#include "tests/unit/ledger/temp_dir.h"

namespace certmark::cli {
namespace {

using namespace certmark::testing;

class HomeTest : public ::testing::Test {
 protected:
  Certificate Parsed(const Bytes& der) const { return Certificate::Parse(der).value(); }
  void SaveKey(const ca::Secret& passphrase) const {
    ca::SaveKey(home.key(), ca::GenerateKey(ca::KeyKind::kP256).value(), passphrase).value();
  }
  std::string Refusal(const ca::Secret& passphrase = {}) const {
    const auto identity = home.LoadIdentity(passphrase);
    if (identity) return "";
    EXPECT_EQ(identity.error().code, ErrorCode::kInvalidArgument) << identity.error().message;
    return identity.error().message;
  }

  TestPki pki = MakeTestPki();
  TempDir directory;
  Home home{directory / "home"};
};

TEST_F(HomeTest, ReadsBackWhatItSaved) {
  home.Save(Endpoints{"https://ca.example", "localhost:1", "localhost:2"}).value();
  home.Save(EnrolmentNote{"https://ca.example", "enrolments/x", "5d41"}).value();
  const Endpoints endpoints = home.LoadEndpoints().value();
  EXPECT_EQ(endpoints.authority, "https://ca.example");
  EXPECT_EQ(endpoints.public_address, "localhost:1");
  EXPECT_EQ(endpoints.party_address, "localhost:2");
  const EnrolmentNote note = home.LoadEnrolment().value();
  EXPECT_EQ(note.name, "enrolments/x");
  EXPECT_EQ(note.fingerprint, "5d41");
}

TEST_F(HomeTest, SaysWhatMakesWhatIsMissing) {
  EXPECT_NE(home.LoadEndpoints().error().message.find("party enrol"), std::string::npos);
  EXPECT_NE(home.LoadEnrolment().error().message.find("party enrol"), std::string::npos);
  EXPECT_NE(Refusal().find("party fetch"), std::string::npos);
}

TEST_F(HomeTest, RefusesAFileThatItDidNotWrite) {
  std::filesystem::create_directories(home.root());
  for (const char* text : {"", "{", "{}", R"({"authority":"http://ca.example","public":"a:1","party":"a:2"})"}) {
    ledger::ReplaceFile(home.endpoints(), text).value();
    const auto endpoints = home.LoadEndpoints();
    ASSERT_FALSE(endpoints) << text;
    EXPECT_EQ(endpoints.error().code, ErrorCode::kInvalidArgument) << text;
  }
}

TEST_F(HomeTest, RefusesACertificateOfAnotherKey) {
  home.SaveCertificate(Parsed(pki.party), Parsed(pki.party_ca)).value();
  SaveKey({});
  EXPECT_NE(Refusal().find("is not the key of"), std::string::npos);
}

TEST_F(HomeTest, AsksForThePassphraseOfAnEncryptedKey) {
  home.SaveCertificate(Parsed(pki.party), Parsed(pki.party_ca)).value();
  SaveKey(ca::Secret("correct horse"));
  EXPECT_NE(Refusal().find("--passphrase-file"), std::string::npos);
  EXPECT_NE(Refusal(ca::Secret("battery staple")).find("wrong passphrase"), std::string::npos);
  EXPECT_EQ(Refusal(ca::Secret("battery staple")).find("battery"), std::string::npos) << "no secret in an error";
}

TEST_F(HomeTest, WantsExactlyTwoCertificates) {
  home.SaveCertificate(Parsed(pki.party), Parsed(pki.party_ca)).value();
  const std::string pem = *ledger::ReadSmallFile(home.certificate(), 1 << 20).value();
  ledger::ReplaceFile(home.certificate(), pem.substr(0, pem.find("-----END CERTIFICATE-----\n") + 26)).value();
  EXPECT_NE(Refusal().find("two certificates"), std::string::npos);
}

}  // namespace
}  // namespace certmark::cli
