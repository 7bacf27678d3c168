#include "api/passphrase.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "tests/unit/ledger/temp_dir.h"

namespace certmark::api {
namespace {

class PassphraseFile : public ::testing::Test {
 protected:
  Result<ca::Secret> Read(std::string_view text, mode_t mode = 0600) {
    std::ofstream(file()) << text;
    chmod(file().c_str(), mode);
    return ReadPassphrase(file());
  }
  std::filesystem::path file() const { return directory_ / "passphrase"; }
  certmark::testing::TempDir directory_;
};

TEST_F(PassphraseFile, IsItsOneLineWithoutTheLineEnd) {
  EXPECT_EQ(Read("correct horse\n")->Reveal(), "correct horse");
  EXPECT_EQ(Read("correct horse\r\n")->Reveal(), "correct horse");
  EXPECT_EQ(Read(" kept ")->Reveal(), " kept ");
}

TEST_F(PassphraseFile, IsNoneWhereNoFileIsNamed) {
  EXPECT_TRUE(ReadPassphrase({})->empty());
}

TEST_F(PassphraseFile, IsRefusedByNameAndNeverShown) {
  const struct {
    const char* mutation;
    std::string text;
    mode_t mode;
    ErrorCode code;
  } kRows[] = {
      {"empty", "", 0600, ErrorCode::kInvalidArgument},
      {"an empty line", "\n", 0600, ErrorCode::kInvalidArgument},
      {"two lines", "hunter2\nhunter3\n", 0600, ErrorCode::kInvalidArgument},
      {"too long", std::string(2000, 'x'), 0600, ErrorCode::kInvalidArgument},
      {"readable by others", "hunter2\n", 0604, ErrorCode::kPermissionDenied},
  };
  for (const auto& row : kRows) {
    const auto secret = Read(row.text, row.mode);
    ASSERT_FALSE(secret) << row.mutation;
    EXPECT_EQ(secret.error().code, row.code) << row.mutation;
    EXPECT_NE(secret.error().message.find(file().string()), std::string::npos) << row.mutation;
    EXPECT_EQ(secret.error().message.find("hunter"), std::string::npos) << row.mutation;
  }
}

TEST_F(PassphraseFile, OfAnotherSecretIsCalledByWhatItHolds) {
  std::ofstream(file()) << "";
  chmod(file().c_str(), 0600);
  EXPECT_EQ(ReadSecretLine(file(), "smtp password").error().message,
            "the smtp password file " + file().string() + " is empty");
  EXPECT_EQ(ReadSecretLine({}, "smtp password").error().code, ErrorCode::kNotFound) << "no file is no secret";
}

TEST_F(PassphraseFile, IsNamedWhenMissing) {
  const auto secret = ReadPassphrase(file());
  ASSERT_FALSE(secret);
  EXPECT_EQ(secret.error().code, ErrorCode::kNotFound);
}

TEST_F(PassphraseFile, IsTheFirstThatIsNamed) {
  const std::filesystem::path credential = directory_ / "passphrase";
  PassphrasePlaces places{.by_hand = "a", .environment = "b", .configuration = "c", .credentials = directory_.path()};
  EXPECT_EQ(api::PassphraseFile(places), "a");
  places.by_hand.clear();
  EXPECT_EQ(api::PassphraseFile(places), "b");
  places.environment.clear();
  EXPECT_EQ(api::PassphraseFile(places), "c");
  places.configuration.clear();
  EXPECT_EQ(api::PassphraseFile(places), "") << "the service manager has laid none down";
  std::ofstream(credential) << "correct horse\n";
  EXPECT_EQ(api::PassphraseFile(places), credential);
  places.credentials.clear();
  EXPECT_EQ(api::PassphraseFile(places), "");
}

}  // namespace
}  // namespace certmark::api
