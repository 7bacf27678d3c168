// Key backups by hand: made, and deleted when they are too old for what erasing promises.
#include <gtest/gtest.h>

#include "ca/document_keys.h"
#include "ca/key_backups.h"
#include "ca/schemes.h"
#include "tests/unit/cli/command_line.h"

namespace certmark::testing {
namespace {

constexpr Seconds kLife{30 * 24 * 3600};  // by every scheme that comes with the program

class BackupKeys : public ::testing::Test {
 protected:
  BackupKeys() {
    std::filesystem::create_directories(authority() / "schemes");
    MakeDestination();
    for (const ca::SchemeFile& file : ca::DefaultSchemes())
      certmark_.Write("authority/schemes/" + std::string(file.name), file.json);
    EXPECT_TRUE(ca::DocumentKeys::Create(authority() / "document-keys", ca::Secret("correct horse")));
  }
  std::filesystem::path authority() const { return certmark_.directory() / "authority"; }
  std::filesystem::path destination() const { return certmark_.directory() / "copies"; }
  void MakeDestination() {
    std::filesystem::create_directory(destination());
    std::filesystem::permissions(destination(), std::filesystem::perms::owner_all);
  }
  CommandLine::Ran Run() {
    return certmark_.Run({"backup", "keys", authority().string(), "--to", destination().string()});
  }
  CommandLine::Ran RunFirst() {
    return certmark_.Run({"backup", "keys", authority().string(), "--to", destination().string(), "--first"});
  }
  std::vector<Time> Copies() const {
    std::vector<Time> times;
    const std::vector<ca::KeyBackup> copies = ca::KeyBackups(destination()).value();
    for (const ca::KeyBackup& copy : copies) times.push_back(copy.begun);
    return times;
  }
  CommandLine certmark_;
};

TEST_F(BackupKeys, CopyThemAndSayUntilWhen) {
  const auto ran = RunFirst();
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_NE(ran.out.find(FormatDateTime(certmark_.now + kLife)), std::string::npos) << ran.out;
  EXPECT_EQ(Copies(), std::vector<Time>{certmark_.now});
  EXPECT_TRUE(std::filesystem::exists(destination() / FormatDateTime(certmark_.now) / "master"));
}

TEST_F(BackupKeys, DeleteWhatIsThirtyDaysOld) {
  const Time first = certmark_.now;
  RunFirst();
  certmark_.now += kLife - Seconds{1};
  Run();
  EXPECT_EQ(Copies(), (std::vector<Time>{first, certmark_.now}));
  certmark_.now += Seconds{1};
  EXPECT_NE(Run().out.find("1 older copies were deleted"), std::string::npos);
  EXPECT_EQ(Copies().size(), 2u);
  EXPECT_NE(Copies().front(), first);
}

TEST_F(BackupKeys, DeleteNothingWhileThereAreNoKeysToCopy) {
  RunFirst();
  std::filesystem::remove(authority() / "document-keys" / "master");
  certmark_.now += kLife;
  EXPECT_EQ(Run().code, 3);
  EXPECT_EQ(Copies().size(), 1u);
}

TEST_F(BackupKeys, BeginWhereTheyAreToldToAndOnce) {
  const auto ran = Run();
  EXPECT_EQ(ran.code, 3);
  EXPECT_NE(ran.err.find("--first"), std::string::npos) << ran.err;
  EXPECT_EQ(RunFirst().code, 0);
  EXPECT_NE(RunFirst().code, 0) << "a job that runs daily begins nothing on a bare mount point";
}

TEST_F(BackupKeys, NameWhatIsNoCopyThoughItIsNamedAsOne) {
  RunFirst();
  certmark_.now -= Seconds{1};
  EXPECT_NE(Run().out.find(FormatDateTime(certmark_.now + Seconds{1}) + " is named as a copy"), std::string::npos);
}

TEST_F(BackupKeys, WantAPlaceThatIsThere) {
  std::filesystem::remove(destination());
  const auto ran = Run();
  EXPECT_EQ(ran.code, 3);
  EXPECT_NE(ran.err.find("copies"), std::string::npos) << ran.err;
}

}  // namespace
}  // namespace certmark::testing
