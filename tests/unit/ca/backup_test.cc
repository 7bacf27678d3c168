// What a backup has, what it refuses to be made of, and that nobody changes it unnoticed.
#include "ca/backup.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>

#include "tests/unit/ca/kept_town.h"

namespace certmark::ca::testing {
namespace {

using Lines = std::vector<std::string>;

class ABackup : public KeptTown {
 protected:
  Lines Tampering(const fs::path& backup) const {
    return FindTampering(backup, ReadManifest(backup).value(), {}).value();
  }
  static bool Has(const BackupManifest& manifest, const std::string& path) {
    return std::ranges::find(manifest.files, path, &BackupManifest::File::path) != manifest.files.end();
  }
  void ExpectNotMade(const BackupInput& input, ErrorCode code, const std::string& words) const {
    const auto made = MakeBackup(input);
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code, code) << made.error().message;
    EXPECT_NE(made.error().message.find(words), std::string::npos) << made.error().message;
    EXPECT_FALSE(fs::exists(input.to / BackupManifest::kFile));
  }
};

TEST_F(ABackup, HasAllButKeysAndIsWhatItsManifestSays) {
  const auto made = MakeBackup(ToBackUp("backup"));
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(ReadManifest(directory_ / "backup").value(), *made);
  EXPECT_EQ(made->authority, "https://ca.example");
  EXPECT_EQ(made->TreeOf(1), HeadNow().tree(1));
  EXPECT_EQ(made->TreeOf(ledger::kRecordLog), HeadNow().tree(ledger::kRecordLog));
  EXPECT_EQ(made->checkpoint, ledger::NewestNote(town_.store(), 1).value()->note);
  for (const char* path : {"anchor/anchor", "certificates/root.pem", "certmark.toml", "crl/root.crl", "trust/1.jwt"}) {
    EXPECT_TRUE(Has(*made, path)) << path;
  }
  EXPECT_FALSE(fs::exists(directory_ / "backup" / "keys"));
  EXPECT_EQ(Tampering(directory_ / "backup"), Lines{});
}

TEST_F(ABackup, HasKeysOnlyWhereThatIsAskedFor) {
  BackupInput input = ToBackUp("backup");
  input.keys = KeyFiles::kCopied;
  EXPECT_TRUE(Has(MakeBackup(input).value(), "keys/log.pem"));
}

TEST_F(ABackup, NeverHasTheKeysOfDocumentsWhateverIsAskedFor) {
  Put(files_.document_keys() / "master", "a key");
  Put(files_.document_keys() / "a" / "b" / "abcdefghijklmnop", "a key");
  BackupInput input = ToBackUp("backup");
  input.keys = KeyFiles::kCopied;
  const BackupManifest manifest = MakeBackup(input).value();
  for (const BackupManifest::File& file : manifest.files) {
    EXPECT_FALSE(file.path.starts_with("document")) << file.path;
  }
  EXPECT_FALSE(fs::exists(AuthorityFiles(input.to).document_keys()));
}

TEST_F(ABackup, IsClosedToOthers) {
  struct stat status {};
  ASSERT_EQ(::stat(BackUp().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0700u);
}

TEST_F(ABackup, HasTheAnchorWhereverThatLies) {
  AnchorIt(directory_ / "device" / "anchor");
  fs::remove(files_.anchor());
  BackupInput input = ToBackUp("configured");
  input.files = AuthorityFiles(files_.root, directory_ / "device" / "anchor");
  EXPECT_TRUE(Has(MakeBackup(input).value(), "anchor/anchor"));
  fs::create_symlink(directory_ / "device" / "anchor", files_.anchor());
  EXPECT_TRUE(Has(MakeBackup(ToBackUp("linked")).value(), "anchor/anchor"));
}

TEST_F(ABackup, ThatSomebodyChangedIsFoundOut) {
  struct Row {
    const char* what;
    void (*change)(const fs::path& backup);
    Lines expected;
  };
  const Row rows[] = {
      {"a file changed", [](const fs::path& b) { Put(b / "crl" / "root.crl", "b list"); }, {"crl/root.crl is another"}},
      {"a file cut", [](const fs::path& b) { Put(b / "trust" / "1.jwt", ""); }, {"trust/1.jwt is another"}},
      {"a file missing", [](const fs::path& b) { fs::remove(b / "trust" / "1.jwt"); }, {"trust/1.jwt is missing"}},
      {"a file more",
       [](const fs::path& b) { Put(b / "trust" / "2.jwt", "x"); },
       {"trust/2.jwt is not in the manifest"}},
      {"a link more",
       [](const fs::path& b) { fs::create_symlink("x", b / "data" / "y"); },
       {"data/y is no regular file"}},
      {"a link in place of a file",
       [](const fs::path& b) {
         fs::rename(b / "crl" / "root.crl", b.parent_path() / "elsewhere");
         fs::create_symlink(b.parent_path() / "elsewhere", b / "crl" / "root.crl");
       },
       {"crl/root.crl is missing", "crl/root.crl is no regular file"}},
  };
  const fs::path whole = BackUp();
  for (const Row& row : rows) {
    const fs::path copy = directory_ / "copy";
    fs::copy(whole, copy, fs::copy_options::recursive);
    row.change(copy);
    const Lines found = Tampering(copy);
    ASSERT_EQ(found.size(), row.expected.size()) << row.what;
    for (std::size_t i = 0; i < found.size(); ++i) EXPECT_TRUE(found[i].starts_with(row.expected[i])) << found[i];
    ExpectRefused(Input(copy), ErrorCode::kCorruption, "the backup is not what its manifest says");
    fs::remove_all(copy);
  }
}

TEST_F(ABackup, WithoutAManifestIsNone) {
  const fs::path backup = BackUp();
  fs::remove(backup / BackupManifest::kFile);
  EXPECT_EQ(ReadManifest(backup).error().code, ErrorCode::kNotFound);
}

TEST_F(ABackup, IsMadeOverNothing) {
  fs::create_directory(directory_ / "backup");
  ExpectNotMade(ToBackUp("backup"), ErrorCode::kAlreadyExists, "backup");
}

TEST_F(ABackup, IsNotMadeOfADatabaseThatIsBehindItsAnchor) {
  ledger::AnchorState ahead = AnchorNow();
  ++ahead.records.size;
  WriteAnchor(files_.anchor(), ahead);
  ExpectNotMade(ToBackUp("backup"), ErrorCode::kCorruption, "does not reach its anchor");
}

TEST_F(ABackup, IsNotMadeOfWhatItWouldLack) {
  Put(directory_ / "elsewhere", "a list");
  fs::create_symlink(directory_ / "elsewhere", files_.root / "crl" / "link");
  ExpectNotMade(ToBackUp("backup"), ErrorCode::kFailedPrecondition, "is no regular file");
}

TEST_F(ABackup, IsNotMadeInTheMiddleOfASuccession) {
  town_.Succeed();  // and the list is not there yet
  AnchorIt();
  ExpectNotMade(ToBackUp("backup"), ErrorCode::kFailedPrecondition, "finish the succession, then back up");
  ListIt();
  EXPECT_TRUE(MakeBackup(ToBackUp("later")));
}

TEST(DaemonKeys, HaveTheKeyOfTheNewestLog) {
  const AuthorityFiles files("/authority");
  const auto has = [&](ledger::LogNumber log, const char* name) {
    const auto keys = DaemonKeys(files, log);
    return std::ranges::find(keys, fs::path("/authority/keys") / name) != keys.end();
  };
  EXPECT_TRUE(has(1, "log.pem"));
  EXPECT_FALSE(has(1, "log-2.pem"));
  EXPECT_TRUE(has(2, "log-2.pem"));
  EXPECT_FALSE(has(2, "log.pem"));
}

}  // namespace
}  // namespace certmark::ca::testing
