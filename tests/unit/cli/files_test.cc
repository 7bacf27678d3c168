// Files that a command line names.
#include "api/cli/files.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <array>
#include <csignal>
#include <fstream>

#include "ledger/posix_file.h"
#include "tests/unit/ledger/temp_dir.h"
#include "verifier-sdk/io/descriptor.h"

namespace certmark::cli {
namespace {

namespace fs = std::filesystem;

/// LargestFile is how large this process can make a file, for a while.
class LargestFile {
 public:
  explicit LargestFile(::rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const ::rlimit now{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &now);
  }
  ~LargestFile() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }

 private:
  void (*handler_)(int);
  ::rlimit before_{};
};

class AnOutput : public ::testing::Test {
 protected:
  static std::string TextOf(const fs::path& file) { return ledger::ReadSmallFile(file, 1024).value().value(); }
  std::ptrdiff_t Files() const { return std::distance(fs::directory_iterator(dir_.path()), {}); }
  testing::TempDir dir_;
  const fs::path file_ = dir_ / "out.json";
};

TEST_F(AnOutput, ReplacesAnOldFileByTheWholeOfTheNew) {
  ASSERT_TRUE(WriteOutput(file_, "a longer text"));
  ASSERT_TRUE(WriteOutput(file_, "a text"));
  EXPECT_EQ(TextOf(file_), "a text");
  EXPECT_EQ(Files(), 1);
}

TEST_F(AnOutput, LeavesAGoodFileWhereTheNewOneCannotBeWhole) {
  ASSERT_TRUE(WriteOutput(file_, "good"));
  {
    const LargestFile room(4);
    EXPECT_FALSE(WriteOutput(file_, "better"));
  }
  EXPECT_EQ(TextOf(file_), "good");
  EXPECT_EQ(Files(), 1) << "what there was of the new one is gone";
}

TEST_F(AnOutput, TouchesNoFileThatNobodyNamed) {
  const std::vector<fs::path> others = {dir_ / "out.json.new",
                                        dir_ / ("out.json." + std::to_string(::getpid()) + ".0")};
  for (const fs::path& other : others) std::ofstream(other) << "mine";
  ASSERT_TRUE(WriteOutput(file_, "a"));
  {
    const LargestFile room(4);
    EXPECT_FALSE(WriteOutput(file_, "longer"));
  }
  for (const fs::path& other : others) EXPECT_EQ(TextOf(other), "mine") << other;
}

TEST_F(AnOutput, IsForWhomTheOldOneWasAndElseForEverybody) {
  const auto mode = [&] { return static_cast<unsigned>(fs::status(file_).permissions()); };
  const ::mode_t before = ::umask(022);
  ASSERT_TRUE(WriteOutput(file_, "a"));
  EXPECT_EQ(mode(), 0644u);
  fs::permissions(file_, fs::perms{0600});
  ASSERT_TRUE(WriteOutput(file_, "b"));
  EXPECT_EQ(mode(), 0600u);
  ::umask(before);
}

TEST_F(AnOutput, GoesToWhereALinkLeads) {
  fs::create_symlink("there.json", file_);
  ASSERT_TRUE(WriteOutput(dir_ / "there.json", "a"));
  ASSERT_TRUE(WriteOutput(file_, "b"));
  EXPECT_TRUE(fs::is_symlink(file_));
  EXPECT_EQ(TextOf(dir_ / "there.json"), "b");
}

TEST_F(AnOutput, GoesToWhereALinkLeadsThoughNothingIsThereYet) {
  fs::create_symlink("between", file_);
  fs::create_symlink("there.json", dir_ / "between");
  ASSERT_TRUE(WriteOutput(file_, "a"));
  EXPECT_TRUE(fs::is_symlink(file_));
  EXPECT_EQ(TextOf(dir_ / "there.json"), "a");
  fs::create_symlink("round", dir_ / "round");
  EXPECT_FALSE(WriteOutput(dir_ / "round", "a"));
}

TEST_F(AnOutput, GoesIntoWhatIsNoFileAsItIs) {
  ASSERT_TRUE(WriteOutput("/dev/null", "a"));
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const io::Descriptor out(ends[0]), in(ends[1]);
  ASSERT_TRUE(WriteOutput("/proc/self/fd/" + std::to_string(in.get()), "a"));  // as /dev/stdout may be
  std::array<std::uint8_t, 1> got{};
  EXPECT_EQ(ledger::ReadInto(out.get(), got, "pipe").value(), 1u);
  EXPECT_FALSE(WriteOutput(dir_.path(), "a"));
}

}  // namespace
}  // namespace certmark::cli
