// Files by descriptor: whole or not at all, and errors that say which file and why.
#include "ledger/posix_file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <future>

#include "tests/unit/ledger/temp_dir.h"
#include "verifier-sdk/io/descriptor.h"

namespace certmark::ledger {
namespace {

namespace fs = std::filesystem;

class APosixFile : public ::testing::Test {
 protected:
  testing::TempDir dir_;
  const fs::path file_ = dir_ / "file";
};

TEST_F(APosixFile, IsWrittenAndReadToItsEnd) {
  const Bytes bytes(100'000, 7);
  {
    const io::Descriptor fd(::open(file_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    ASSERT_TRUE(WriteAll(fd.get(), bytes, file_));
  }
  const io::Descriptor fd(::open(file_.c_str(), O_RDONLY | O_CLOEXEC));
  Bytes read(60'000);
  EXPECT_EQ(ReadInto(fd.get(), read, file_).value(), 60'000u);
  EXPECT_EQ(ReadInto(fd.get(), read, file_).value(), 40'000u);
  EXPECT_EQ(ReadInto(fd.get(), read, file_).value(), 0u);
  EXPECT_EQ(read, Bytes(60'000, 7));
}

TEST_F(APosixFile, IsReadWholeUpToItsLimit) {
  constexpr std::size_t kLimit = 20'000;
  EXPECT_EQ(ReadSmallFile(file_, kLimit).value(), std::nullopt);
  for (const std::size_t size : {0, 1, 4095, 4096, 4097, 20'000}) {
    const std::string text(size, 'x');
    ASSERT_TRUE(ReplaceFile(file_, text));
    EXPECT_EQ(ReadSmallFile(file_, kLimit).value(), text) << size;
  }
  ASSERT_TRUE(ReplaceFile(file_, std::string(kLimit + 1, 'x')));
  EXPECT_EQ(ReadSmallFile(file_, kLimit).error().code, ErrorCode::kCorruption);
}

TEST_F(APosixFile, TakesNoMoreRoomThanItHasWhateverItsLimit) {
  ASSERT_TRUE(ReplaceFile(file_, std::string(10'000, 'x')));
  EXPECT_LT(ReadSmallFile(file_, 16 * 1024 * 1024).value()->capacity(), 20'001u);
}

TEST_F(APosixFile, IsReadToItsEndWhereItsSizeSaysNothing) {
  ASSERT_EQ(::mkfifo(file_.c_str(), 0600), 0);
  const std::string text(30'000, 'x');
  auto written = std::async(std::launch::async, [&] {
    const io::Descriptor into(::open(file_.c_str(), O_WRONLY | O_CLOEXEC));
    return WriteAll(into.get(), AsBytes(text), file_);
  });
  EXPECT_EQ(ReadSmallFile(file_, 30'000).value(), text);
  EXPECT_TRUE(written.get());
}

TEST_F(APosixFile, IsReadableByItsOwnerAlone) {
  ASSERT_TRUE(ReplaceFile(file_, "a"));
  EXPECT_EQ(fs::status(file_).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(APosixFile, ThatCannotBeWrittenOrReadIsNamed) {
  const io::Descriptor fd(::open(dir_.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  std::array<std::uint8_t, 4> room{};
  for (const Error& error : {WriteAll(fd.get(), room, file_).error(), ReadInto(fd.get(), room, file_).error()}) {
    EXPECT_EQ(error.code, ErrorCode::kUnavailable);
    EXPECT_NE(error.message.find(file_.string()), std::string::npos) << error.message;
  }
}

TEST_F(APosixFile, ThatCannotBeOpenedOrMadeHasTheCodeOfItsReason) {
  const std::pair<int, ErrorCode> rows[] = {
      {ENOENT, ErrorCode::kNotFound},         {EEXIST, ErrorCode::kAlreadyExists},
      {EACCES, ErrorCode::kPermissionDenied}, {EPERM, ErrorCode::kPermissionDenied},
      {ELOOP, ErrorCode::kPermissionDenied},  {ENOSPC, ErrorCode::kUnavailable}};
  for (const auto& [reason, code] : rows) {
    errno = reason;
    const Error error = FileError("open", file_, NameErrorCode());
    EXPECT_EQ(error.code, code) << reason;
    EXPECT_EQ(error.message, "cannot open " + file_.string() + ": " + std::generic_category().message(reason));
  }
}

TEST_F(APosixFile, ThatIsSmallIsReadWholeUpToItsLimit) {
  EXPECT_EQ(ReadSmallFile(file_, 4).value(), std::nullopt);
  ASSERT_TRUE(ReplaceFile(file_, "four"));
  EXPECT_EQ(ReadSmallFile(file_, 4).value(), "four");
  EXPECT_EQ(ReadSmallFile(file_, 3).error().code, ErrorCode::kCorruption);
  EXPECT_EQ(ReadSmallFile(dir_.path(), 4).error().code, ErrorCode::kUnavailable);
}

TEST_F(APosixFile, IsReplacedWholeOrLeft) {
  ASSERT_TRUE(ReplaceFile(file_, "old"));
  ASSERT_TRUE(ReplaceFile(file_, "new"));
  EXPECT_EQ(ReadSmallFile(file_, 10).value(), "new");
  EXPECT_FALSE(fs::exists(dir_ / "file.new"));
  // Somebody's link where the new one is gathered is not written through.
  fs::create_symlink(dir_ / "elsewhere", dir_ / "file.new");
  EXPECT_FALSE(ReplaceFile(file_, "newer"));
  EXPECT_EQ(ReadSmallFile(file_, 10).value(), "new");
  EXPECT_FALSE(fs::exists(dir_ / "elsewhere"));
}

TEST_F(APosixFile, LiesInADirectory) {
  EXPECT_EQ(DirectoryOf("a/b"), "a");
  EXPECT_EQ(DirectoryOf("b"), ".");
  EXPECT_EQ(DirectoryOf("/b"), "/");
}

TEST_F(APosixFile, LiesBelowWhateverDirectoryLinksLeadItInto) {
  fs::create_directory(dir_ / "inside");
  fs::create_directory_symlink(dir_ / "inside", dir_ / "link");
  for (const fs::path& file :
       {dir_ / "inside", dir_ / "inside" / "a" / "b", dir_ / "link" / "a", dir_ / "inside" / ".." / "inside" / "a"}) {
    EXPECT_TRUE(LiesIn(file, dir_ / "inside")) << file;
    EXPECT_TRUE(LiesIn(file, dir_ / "link")) << file;
  }
  for (const fs::path& file : {dir_.path(), dir_ / "inside-not", dir_ / "inside" / ".." / "a"}) {
    EXPECT_FALSE(LiesIn(file, dir_ / "inside")) << file;
  }
}

}  // namespace
}  // namespace certmark::ledger
