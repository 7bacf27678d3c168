#include "verifier-sdk/apk/apk_file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <fstream>

#include "tests/unit/ledger/temp_dir.h"
#include "verifier-sdk/apk/parallel.h"

namespace certmark::apk {
namespace {

class AnApkFile : public ::testing::Test {
 protected:
  AnApkFile() { Write("0123456789"); }
  void Write(std::string_view content) const { std::ofstream(path(), std::ios::binary) << content; }
  std::filesystem::path path() const { return directory_ / "app.apk"; }
  static std::string At(const ApkFile& file, std::uint64_t at, std::size_t size) {
    std::string out(size, ' ');
    const auto read = file.Read(at, {reinterpret_cast<std::uint8_t*>(out.data()), size});
    return read ? out : read.error().message;
  }
  certmark::testing::TempDir directory_;
};

TEST_F(AnApkFile, ShowsWhatItKeptToWhoeverReadsItLater) {
  ApkFile file = ApkFile::Open(path()).value();
  ASSERT_TRUE(file.Keep(3, 4));
  Write("abcdefghij");
  EXPECT_EQ(At(file, 0, 10), "abc3456hij");
  EXPECT_EQ(At(file, 4, 2), "45");
  EXPECT_EQ(AsText(file.Keep(1, 4).value()), "bc34") << "what is kept later agrees with what was kept before";
}

TEST_F(AnApkFile, KeepsItsViewsWhereItIsMovedTo) {
  ApkFile file = ApkFile::Open(path()).value();
  const ByteView kept = file.Keep(0, 3).value();
  const ApkFile moved = std::move(file);
  EXPECT_EQ(AsText(kept), "012");
  EXPECT_EQ(At(moved, 0, 4), "0123");
}

TEST_F(AnApkFile, ThatIsOpenAlreadyIsReadFromItsBeginningAndStaysTheCallers) {
  const int fd = ::open(path().c_str(), O_RDONLY | O_CLOEXEC);
  ASSERT_EQ(::lseek(fd, 7, SEEK_SET), 7);
  {
    const ApkFile file = ApkFile::FromDescriptor(fd).value();
    std::filesystem::remove(path());
    EXPECT_EQ(file.size(), 10u);
    EXPECT_EQ(At(file, 0, 10), "0123456789");
  }
  EXPECT_EQ(::lseek(fd, 0, SEEK_CUR), 7);
  ::close(fd);
  EXPECT_EQ(ApkFile::FromDescriptor(fd).error().message, "apk: no file: descriptor " + std::to_string(fd));
}

TEST_F(AnApkFile, ThatIsOpenAlreadyKeepsTheProcesssRecordLocks) {
  const int fd = ::open(path().c_str(), O_RDONLY | O_CLOEXEC), other = ::open(path().c_str(), O_RDONLY | O_CLOEXEC);
  struct flock lock {};
  lock.l_type = F_RDLCK;
  ASSERT_EQ(::fcntl(fd, F_SETLK, &lock), 0);
  EXPECT_EQ(At(ApkFile::FromDescriptor(fd).value(), 0, 10), "0123456789");
  // A lock of an open file, as `other` would have it, is in the way of one of a process, be it its own.
  struct flock seen {};
  seen.l_type = F_WRLCK;
  ASSERT_EQ(::fcntl(other, F_OFD_GETLK, &seen), 0);
  EXPECT_EQ(seen.l_type, F_RDLCK);
  ::close(other);
  ::close(fd);
}

TEST_F(AnApkFile, ThatBecomesShorterIsAnErrorAndNoSignal) {
  const ApkFile file = ApkFile::Open(path()).value();
  std::filesystem::resize_file(path(), 4);
  EXPECT_EQ(At(file, 0, 10), "apk: it became shorter while it was read");
  EXPECT_EQ(file.CheckUnchanged().error().code, ErrorCode::kUnavailable);
}

TEST_F(AnApkFile, ThatWasWrittenToIsNoLongerTheSame) {
  const ApkFile file = ApkFile::Open(path()).value();
  EXPECT_TRUE(file.CheckUnchanged());
  std::filesystem::last_write_time(path(), std::filesystem::file_time_type::min() + std::chrono::hours(1));
  EXPECT_EQ(file.CheckUnchanged().error().code, ErrorCode::kUnavailable);
}

TEST_F(AnApkFile, IsNotReadOverItsEnd) {
  ApkFile file = ApkFile::Open(path()).value();
  EXPECT_EQ(At(file, 8, 2), "89");
  EXPECT_EQ(At(file, 8, 3), "apk: something leads over its end, from byte 8");
  EXPECT_EQ(At(file, ~0ull, 2), "apk: something leads over its end, from byte 18446744073709551615");
  EXPECT_EQ(file.Keep(11, 0).error().code, ErrorCode::kInvalidArgument);
}

TEST_F(AnApkFile, IsARegularFile) {
  EXPECT_EQ(ApkFile::Open(directory_.path()).error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(ApkFile::Open(directory_ / "none").error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(ApkFile::Open("no\nfile\x1b").error().message, "apk: cannot be opened: \"no?file?\"")
      << "as it can be shown";
  ASSERT_EQ(::mkfifo((directory_ / "pipe").c_str(), 0600), 0);
  EXPECT_EQ(ApkFile::Open(directory_ / "pipe").error().code, ErrorCode::kUnavailable) << "and it does not wait";
  const int pipe = ::open((directory_ / "pipe").c_str(), O_RDWR | O_CLOEXEC | O_NONBLOCK);
  EXPECT_EQ(ApkFile::FromDescriptor(pipe).error().code, ErrorCode::kUnavailable);
  ::close(pipe);
}

TEST(WorkOnThreads, IsDoneOnceForEachNumber) {
  std::vector<std::atomic<int>> done(1000);
  const auto all = ForEach(done.size(), 3, [&](std::size_t i) -> Result<void> {
    ++done[i];
    return {};
  });
  EXPECT_TRUE(all);
  for (const auto& times : done) EXPECT_EQ(times, 1);
}

TEST(WorkOnThreads, EndsWithTheFirstErrorWhicheverThreadHadIt) {
  for (int round = 0; round < 50; ++round) {
    const auto all = ForEach(1000, 3, [](std::size_t i) -> Result<void> {
      if (i < 500 || i % 2 == 0) return {};
      return Error{ErrorCode::kInvalidArgument, std::to_string(i)};
    });
    ASSERT_FALSE(all);
    EXPECT_EQ(all.error().message, "501");
  }
}

TEST(WorkOnThreads, OfNothingIsDone) {
  const auto fails = [](std::size_t) -> Result<void> { return Error{ErrorCode::kInternal, "called"}; };
  EXPECT_TRUE(ForEach(0, 2, fails));
  EXPECT_FALSE(ForEach(1, 0, fails)) << "one thread there is always";
}

}  // namespace
}  // namespace certmark::apk
