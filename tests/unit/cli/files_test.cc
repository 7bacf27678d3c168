// Files that a command line names.
#include "api/cli/files.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "ledger/posix_file.h"
#include "tests/unit/ledger/temp_dir.h"

namespace certmark::cli {
namespace {

namespace fs = std::filesystem;

class AnOutput : public ::testing::Test {
 protected:
  static std::string TextOf(const fs::path& file) { return ledger::ReadSmallFile(file, 1024).value().value(); }
  testing::TempDir dir_;
  const fs::path file_ = dir_ / "out.json";
};

TEST_F(AnOutput, ReplacesAnOldFileByTheWholeOfTheNew) {
  ASSERT_TRUE(WriteOutput(file_, "a longer text"));
  ASSERT_TRUE(WriteOutput(file_, "a text"));
  EXPECT_EQ(TextOf(file_), "a text");
  EXPECT_EQ(std::distance(fs::directory_iterator(dir_.path()), {}), 1);
}

TEST_F(AnOutput, LeavesAGoodFileWhereTheNewOneCannotBeWhole) {
  ASSERT_TRUE(WriteOutput(file_, "good"));
  fs::create_directory(dir_ / "out.json.new");  // where the new one would be made
  EXPECT_FALSE(WriteOutput(file_, "better"));
  EXPECT_EQ(TextOf(file_), "good");
}

TEST_F(AnOutput, GoesToWhereALinkLeads) {
  fs::create_symlink("there.json", file_);
  ASSERT_TRUE(WriteOutput(dir_ / "there.json", "a"));
  ASSERT_TRUE(WriteOutput(file_, "b"));
  EXPECT_TRUE(fs::is_symlink(file_));
  EXPECT_EQ(TextOf(dir_ / "there.json"), "b");
}

TEST_F(AnOutput, GoesIntoWhatIsNoFileAsItIs) {
  ASSERT_TRUE(WriteOutput("/dev/null", "a"));
  EXPECT_FALSE(fs::exists("/dev/null.new"));
  EXPECT_FALSE(WriteOutput(dir_.path(), "a"));
}

}  // namespace
}  // namespace certmark::cli
