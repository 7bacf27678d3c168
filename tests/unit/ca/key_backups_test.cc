// Copies of keys are whole, end when they must, and only then is a destroyed key gone everywhere.
#include "ca/key_backups.h"

#include "ca/small_file.h"
#include "verifier-sdk/io/directory_lock.h"
#include "tests/unit/ca/document_fixture.h"

namespace certmark::ca::testing {
namespace {

constexpr Seconds kDay{24 * 3600}, kLife = 30 * kDay;
const Time kStart = ParseDateTime("2026-03-01T08:00:00Z").value();

class KeyBackupsTest : public Documents {
 protected:
  KeyBackupsTest() {
    MakePrivateDirectory(backups()).value();
    BeginKeyBackups(backups()).value();
  }
  fs::path backups() const { return dir_ / "key-backups"; }
  fs::path BackUp(Time now) const { return BackUpKeys(key_folder(), backups(), now).value(); }
  std::size_t Expire(Time now) const { return ExpireKeyBackups(backups(), now, kLife).value(); }
  std::vector<KeyBackup> Copies() const { return KeyBackups(backups()).value(); }
  KeyBackupPlan Plan() const { return {key_folder(), backups(), kLife}; }
  /// Complete: is it, a year later?
  bool Complete(Time destroyed_at) const {
    return ErasureIsComplete(backups(), destroyed_at, destroyed_at + 365 * kDay).value();
  }
  /// LoseDisk: only the folder on which the disk was mounted is there, empty.
  static void LoseDisk(const fs::path& mount_point) {
    fs::remove_all(mount_point);
    MakePrivateDirectory(mount_point).value();
  }
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
  const Time complete_at = ErasureCompleteAt(destroyed_at, kLife);
  EXPECT_EQ(complete_at, kStart + 35 * kDay);
  EXPECT_FALSE(Complete(destroyed_at));
  EXPECT_EQ(Expire(kStart + 30 * kDay), 1u);
  EXPECT_FALSE(Complete(destroyed_at));
  EXPECT_EQ(Expire(complete_at - Seconds{1}), 0u);
  EXPECT_FALSE(Complete(destroyed_at));
  EXPECT_EQ(Expire(complete_at), 1u);
  EXPECT_TRUE(Complete(destroyed_at));
  EXPECT_EQ(Copies(), (std::vector<KeyBackup>{{kStart + 6 * kDay, true}}));
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
  EXPECT_EQ(FilesBelow(backups()), (std::vector<std::string>{"2020-01-01/master", "key-backups", "lock", "notes"}));
}

TEST_F(KeyBackupsTest, AreMadeOverNothing) {
  BackUp(kStart);
  EXPECT_EQ(BackUpKeys(key_folder(), backups(), kStart).error().code, ErrorCode::kAlreadyExists);
  EXPECT_EQ(Copies(), (std::vector<KeyBackup>{{kStart, true}}));
  EXPECT_EQ(FilesBelow(backups()), (std::vector<std::string>{"2026-03-01T08:00:00Z/master", "key-backups", "lock"}));
}

TEST_F(KeyBackupsTest, AreNotMadeInsideWhatTheyCopyNorOfNothing) {
  fs::create_directory(key_folder() / "backups");
  for (const fs::path& to : {key_folder(), key_folder() / "backups", key_folder() / ".." / "document-keys"}) {
    EXPECT_EQ(BackUpKeys(key_folder(), to, kStart).error().code, ErrorCode::kInvalidArgument) << to;
  }
  EXPECT_EQ(BackUpKeys(dir_ / "nowhere", backups(), kStart).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(BackUpKeys(key_folder(), dir_ / "nowhere", kStart).error().code, ErrorCode::kNotFound);
  EXPECT_TRUE(Copies().empty());
}

TEST_F(KeyBackupsTest, AreNotMadeOfWhatOthersMayTouch) {
  static_cast<void>(keys_.New(kFirst).value());
  ASSERT_EQ(::chmod(KeyOf(kFirst).c_str(), 0644), 0);
  EXPECT_EQ(BackUpKeys(key_folder(), backups(), kStart).error().code, ErrorCode::kPermissionDenied);
  EXPECT_TRUE(Copies().empty());
}

TEST_F(KeyBackupsTest, AreMadeByOneAtATime) {
  const auto other = io::DirectoryLock::Take(backups()).value();
  EXPECT_EQ(BackUpKeys(key_folder(), backups(), kStart).error().code, ErrorCode::kFailedPrecondition);
  EXPECT_EQ(ExpireKeyBackups(backups(), kStart, kLife).error().code, ErrorCode::kFailedPrecondition);
}

TEST_F(KeyBackupsTest, StopWhereTheyAreToldToAndAreMadeAgain) {
  static_cast<void>(keys_.New(kFirst).value());
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(BackUpKeys(key_folder(), backups(), kStart, stop.get_token()).error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(Copies(), (std::vector<KeyBackup>{{kStart, false}})) << "there was no time to clear up";
  EXPECT_EQ(NextKeyBackup(Copies(), kStart + kDay), kStart + kDay);
  BackUp(kStart + Seconds{5});
  EXPECT_EQ(Copies(), (std::vector<KeyBackup>{{kStart + Seconds{5}, true}}));
}

TEST_F(KeyBackupsTest, ThatAreDeletedInPartBearNoNameOfAWholeOne) {
  BackUp(kStart);
  std::stop_source stop;
  stop.request_stop();
  EXPECT_FALSE(ExpireKeyBackups(backups(), kStart + kLife, kLife, stop.get_token()));
  EXPECT_EQ(Copies(), (std::vector<KeyBackup>{{kStart, false}}));
  EXPECT_FALSE(Complete(kStart)) << "there is something of it yet";
  EXPECT_EQ(Expire(kStart + kLife), 1u);
  EXPECT_TRUE(Copies().empty());
}

TEST(NextKeyBackup, IsADayAfterTheNewestWholeOne) {
  const auto next = [](std::vector<KeyBackup> copies) { return NextKeyBackup(copies, kStart); };
  EXPECT_EQ(next({}), kStart);
  EXPECT_EQ(next({{kStart - 5 * kDay, true}, {kStart - Seconds{3600}, true}}), kStart + kDay - Seconds{3600});
  EXPECT_EQ(next({{kStart - 2 * kDay, true}}), kStart - kDay) << "it is overdue";
  EXPECT_EQ(next({{kStart - Seconds{1}, false}}), kStart) << "an unfinished one is none";
  EXPECT_EQ(next({{kStart + 9 * kDay, true}}), kStart) << "nor is one that a wrong clock named";
}

TEST_F(KeyBackupsTest, AreKeptDailyAndNoLongerThanTheyMayBe) {
  KeptKeyBackups kept = KeepKeyBackups(Plan(), kStart).value();
  EXPECT_EQ(kept.made, backups() / "2026-03-01T08:00:00Z");
  EXPECT_EQ(kept.next, kStart + kDay);
  EXPECT_FALSE(KeepKeyBackups(Plan(), kStart + kDay - Seconds{1}).value().made) << "as after a restart";
  for (int day = 1; day < 30; ++day) kept = KeepKeyBackups(Plan(), kStart + day * kDay + Seconds{day}).value();
  EXPECT_EQ(Copies().size(), 30u);
  EXPECT_EQ(kept.newest, kStart + 29 * kDay + Seconds{29});
  EXPECT_EQ(kept.oldest, kStart);
  EXPECT_EQ(kept.next, kStart + kLife) << "the oldest ends before the next is due";
  kept = KeepKeyBackups(Plan(), kept.next).value();
  EXPECT_EQ(kept.deleted, 1u);
  EXPECT_FALSE(kept.made);
  EXPECT_EQ(kept.next, kStart + 30 * kDay + Seconds{29});
}

TEST_F(KeyBackupsTest, EndThoughNoneCanBeMade) {
  static_cast<void>(keys_.New(kFirst).value());
  BackUp(kStart);
  ASSERT_EQ(::chmod(KeyOf(kFirst).c_str(), 0644), 0);
  EXPECT_EQ(KeepKeyBackups(Plan(), kStart + kLife).error().code, ErrorCode::kPermissionDenied);
  EXPECT_TRUE(Copies().empty());
}

TEST_F(KeyBackupsTest, EndAndAreMadeThoughOneCannotBeDeleted) {
  const fs::path stuck = BackUp(kStart);
  BackUp(kStart + kDay);
  std::ofstream(stuck.string() + ".part") << "in the way";
  const Time now = kStart + kDay + kLife;
  EXPECT_EQ(KeepKeyBackups(Plan(), now).error().code, ErrorCode::kAlreadyExists);
  EXPECT_EQ(Copies(), (std::vector<KeyBackup>{{kStart, true}, {now, true}}));
}

TEST_F(KeyBackupsTest, StayWhileThereAreNoKeysToCopy) {
  const fs::path copy = BackUp(kStart);
  for (int day = 1; day < 60; ++day) {
    LoseDisk(key_folder());
    EXPECT_EQ(KeepKeyBackups(Plan(), kStart + day * kDay).error().code, ErrorCode::kNotFound);
    EXPECT_EQ(BackUpKeys(key_folder(), backups(), kStart + day * kDay).error().code, ErrorCode::kNotFound);
  }
  EXPECT_EQ(Copies(), (std::vector<KeyBackup>{{kStart, true}}));
  EXPECT_TRUE(DocumentKeys::Open(copy, Secret("correct horse")));
}

TEST_F(KeyBackupsTest, AreKeptOnlyWhereSomebodyBeganTo) {
  LoseDisk(backups());
  const auto kept = KeepKeyBackups(Plan(), kStart);
  ASSERT_FALSE(kept);
  EXPECT_EQ(kept.error().code, ErrorCode::kNotFound);
  EXPECT_NE(kept.error().message.find("certmark backup keys --first"), std::string::npos) << kept.error().message;
  EXPECT_EQ(KeyBackups(backups()).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(ErasureIsComplete(backups(), kStart, kStart + kLife).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(FilesBelow(backups()), std::vector<std::string>{}) << "nothing is left on a bare mount point";
  ASSERT_TRUE(BeginKeyBackups(backups()));
  EXPECT_TRUE(Complete(kStart));
  EXPECT_EQ(BeginKeyBackups(backups()).error().code, ErrorCode::kAlreadyExists);
}

TEST_F(KeyBackupsTest, AreKeptOnlyWhereNobodyElseMayWrite) {
  BackUp(kStart);
  for (const fs::perms others : {fs::perms::group_write, fs::perms::others_write}) {
    fs::permissions(backups(), others, fs::perm_options::add);
    EXPECT_EQ(KeyBackups(backups()).error().code, ErrorCode::kPermissionDenied);
    EXPECT_EQ(ExpireKeyBackups(backups(), kStart + kLife, kLife).error().code, ErrorCode::kPermissionDenied);
    fs::permissions(backups(), others, fs::perm_options::remove);
  }
  EXPECT_EQ(Copies().size(), 1u);
}

TEST_F(KeyBackupsTest, OfAWrongClockMayHoldEveryKey) {
  BackUp(kStart + 400 * kDay);
  EXPECT_FALSE(ErasureIsComplete(backups(), kStart - kLife, kStart).value());
  const KeptKeyBackups kept = KeepKeyBackups(Plan(), kStart).value();
  EXPECT_EQ(kept.newest, kStart) << "whose age is the alarm";
  EXPECT_EQ(kept.oldest, kStart);
  EXPECT_EQ(kept.strange, std::vector<fs::path>{backups() / FormatDateTime(kStart + 400 * kDay)});
}

TEST_F(KeyBackupsTest, AreFoldersAndNeitherFilesNorLinks) {
  const fs::path elsewhere = dir_ / "elsewhere";
  Overwrite(elsewhere / "a" / "kept", "kept");
  const fs::path link = backups() / "2026-01-01T00:00:00Z", part = backups() / "2026-01-02T00:00:00Z.part";
  fs::create_directory_symlink(elsewhere, link);
  fs::create_directory_symlink(elsewhere, part);
  Overwrite(backups() / "2026-01-03T00:00:00Z", "kept");
  KeptKeyBackups kept = KeepKeyBackups(Plan(), kStart).value();
  EXPECT_EQ(kept.deleted, 0u);
  EXPECT_EQ(kept.oldest, kStart);
  std::ranges::sort(kept.strange);
  EXPECT_EQ(kept.strange, (std::vector<fs::path>{link, part, backups() / "2026-01-03T00:00:00Z"}));
  EXPECT_TRUE(fs::is_symlink(link));
  EXPECT_TRUE(fs::is_symlink(part));
  EXPECT_EQ(Contents(elsewhere / "a" / "kept"), "kept");
  EXPECT_FALSE(Complete(kStart - kDay)) << "nobody knows what lies behind them";
}

TEST_F(KeyBackupsTest, LieOutsideTheFoldersOfDocumentsAndKeys) {
  const AuthorityFiles files(dir_.path());
  EXPECT_TRUE(CheckKeyBackupPlace(files, backups()));
  EXPECT_TRUE(CheckKeyBackupPlace(files, dir_ / "documents-of-others"));
  for (const fs::path& place : {fs::path("key-backups"), files.documents(), files.documents() / "copies",
                                files.document_keys(), backups() / ".." / "document-keys" / "copies"}) {
    const auto checked = CheckKeyBackupPlace(files, place);
    ASSERT_FALSE(checked) << place;
    EXPECT_EQ(checked.error().code, ErrorCode::kInvalidArgument);
    EXPECT_NE(checked.error().message.find(place), std::string::npos) << checked.error().message;
  }
}

TEST(KeyBackupLife, IsAsLongAsEverySchemeAllows) {
  Scheme first = *Schemes::Default().value().all().front(), second = first;
  second.id = "Another";
  second.parameters.key_backup_life = 7 * kDay;
  EXPECT_EQ(KeyBackupLife(Schemes::Of({first, second}).value()), 7 * kDay);
}

}  // namespace
}  // namespace certmark::ca::testing
