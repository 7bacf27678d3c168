// Copies of keys are whole, end when they must, and only then is a destroyed key gone everywhere.
#include "ca/key_backups.h"

#include "tests/unit/ca/document_fixture.h"

namespace certmark::ca::testing {
namespace {

constexpr Seconds kDay{24 * 3600};
const Time kStart = ParseDateTime("2026-03-01T08:00:00Z").value();

class KeyBackupsTest : public Documents {
 protected:
  KeyBackupsTest() { fs::create_directory(backups()); }
  fs::path backups() const { return dir_ / "key-backups"; }
  fs::path BackUp(Time now) const { return BackUpKeys(key_folder(), backups(), now).value(); }
  std::size_t Expire(Time now) const { return ExpireKeyBackups(backups(), now, kKeyBackupAge).value(); }
  bool Complete(Time destroyed_at) const { return ErasureIsComplete(backups(), destroyed_at).value(); }
};

TEST_F(KeyBackupsTest, AreWholeAndOpenWithTheSamePassphrase) {
  const SymmetricKey first = keys_.New(kFirst).value(), second = keys_.New(kSecond).value();
  const fs::path copy = BackUp(kStart);
  EXPECT_EQ(copy, backups() / "2026-03-01T08:00:00Z");
  EXPECT_EQ(FilesBelow(copy), FilesBelow(key_folder()));
  EXPECT_EQ(ModeOf(copy), 0700u);
  EXPECT_EQ(ModeOf(copy / "master"), 0600u);
  const DocumentKeys copied = DocumentKeys::Open(copy, Secret("correct horse")).value();
  EXPECT_TRUE(Equal(copied.Get(kFirst).value().Reveal(), first.Reveal()));
  EXPECT_TRUE(Equal(copied.Get(kSecond).value().Reveal(), second.Reveal()));
}

TEST_F(KeyBackupsTest, LeaveOutWhatIsNoKeyYet) {
  Overwrite(KeyOf(kFirst).string() + ".part", "half a k");
  EXPECT_EQ(FilesBelow(BackUp(kStart)), std::vector<std::string>{"master"});
}

TEST_F(KeyBackupsTest, KeepADestroyedKeyUntilTheLastOfThemFromBeforeIsDeleted) {
  static_cast<void>(keys_.New(kFirst).value());
  BackUp(kStart);
  BackUp(kStart + 5 * kDay);
  const Time destroyed_at = kStart + 5 * kDay;  // in the second in which a copy was begun
  ASSERT_TRUE(keys_.Destroy(kFirst));
  BackUp(kStart + 6 * kDay);
  const Time complete_at = ErasureCompleteAt(destroyed_at, kKeyBackupAge);
  EXPECT_EQ(complete_at, kStart + 35 * kDay);
  EXPECT_FALSE(Complete(destroyed_at));
  EXPECT_EQ(Expire(kStart + 30 * kDay), 1u);
  EXPECT_FALSE(Complete(destroyed_at));
  EXPECT_EQ(Expire(complete_at - Seconds{1}), 0u);
  EXPECT_FALSE(Complete(destroyed_at));
  EXPECT_EQ(Expire(complete_at), 1u);
  EXPECT_TRUE(Complete(destroyed_at));
  EXPECT_EQ(KeyBackups(backups()).value(), std::vector<Time>{kStart + 6 * kDay});
}

TEST_F(KeyBackupsTest, ExpireTogetherWithWhatAKilledMakerLeft) {
  const fs::path part = backups() / "2026-03-01T08:00:00Z.part";
  Overwrite(part / "a" / "b" / kFirst, "a key");
  EXPECT_FALSE(Complete(kStart + kDay));
  EXPECT_EQ(Expire(kStart + 29 * kDay), 0u);
  EXPECT_EQ(Expire(kStart + 30 * kDay), 1u);
  EXPECT_FALSE(fs::exists(part));
  Overwrite(part / "a" / "b" / kFirst, "a key");
  BackUp(kStart + kDay);
  EXPECT_FALSE(fs::exists(part));
}

TEST_F(KeyBackupsTest, AreNeverTakenForWhatLiesBesideThem) {
  Overwrite(backups() / "notes", "kept");
  Overwrite(backups() / "2020-01-01" / "master", "kept");
  BackUp(kStart);
  EXPECT_EQ(Expire(kStart + 400 * kDay), 1u);
  EXPECT_EQ(FilesBelow(backups()), (std::vector<std::string>{"2020-01-01/master", "notes"}));
}

TEST_F(KeyBackupsTest, AreMadeOverNothing) {
  BackUp(kStart);
  EXPECT_EQ(BackUpKeys(key_folder(), backups(), kStart).error().code, ErrorCode::kAlreadyExists);
  EXPECT_EQ(KeyBackups(backups()).value(), std::vector<Time>{kStart});
  EXPECT_EQ(FilesBelow(backups()), std::vector<std::string>{"2026-03-01T08:00:00Z/master"});
}

TEST_F(KeyBackupsTest, AreNotMadeInsideWhatTheyCopyNorOfNothing) {
  fs::create_directory(key_folder() / "backups");
  for (const fs::path& to : {key_folder(), key_folder() / "backups", key_folder() / ".." / "document-keys"}) {
    EXPECT_EQ(BackUpKeys(key_folder(), to, kStart).error().code, ErrorCode::kInvalidArgument) << to;
  }
  EXPECT_EQ(BackUpKeys(dir_ / "nowhere", backups(), kStart).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(BackUpKeys(key_folder(), dir_ / "nowhere", kStart).error().code, ErrorCode::kNotFound);
  EXPECT_TRUE(fs::is_empty(backups()));
}

TEST_F(KeyBackupsTest, AreNotMadeOfWhatOthersMayTouch) {
  static_cast<void>(keys_.New(kFirst).value());
  ASSERT_EQ(::chmod(KeyOf(kFirst).c_str(), 0644), 0);
  EXPECT_EQ(BackUpKeys(key_folder(), backups(), kStart).error().code, ErrorCode::kPermissionDenied);
  EXPECT_TRUE(fs::is_empty(backups()));
}

}  // namespace
}  // namespace certmark::ca::testing
