#include "ledger/anchor.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <iterator>

#include "tests/unit/ledger/temp_dir.h"

namespace certmark::ledger {
namespace {

namespace fs = std::filesystem;

Checkpoint At(std::uint64_t size, std::string_view root = "root", std::string_view origin = "ca.example/log/1") {
  return {std::string(origin), size, Sha256(AsBytes(root))};
}

class AnchorTest : public ::testing::Test {
 protected:
  void Write(std::string_view text) { std::ofstream(file_, std::ios::binary) << text; }
  std::string Text() const {
    std::ifstream in(file_, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  ErrorCode AdvanceFails(const std::optional<Checkpoint>& from, const Checkpoint& to) {
    const std::string before = Text();
    const auto done = anchor_.Advance(from, to);
    EXPECT_FALSE(done);
    EXPECT_EQ(Text(), before);
    if (done) return ErrorCode::kInternal;
    EXPECT_NE(done.error().message.find(file_.string()), std::string::npos) << done.error().message;
    return done.error().code;
  }

  testing::TempDir dir_;
  fs::path file_ = dir_ / "anchor";
  Anchor anchor_{file_};
};

TEST_F(AnchorTest, IsNothingBeforeItIsWritten) {
  EXPECT_EQ(anchor_.Read().value(), std::nullopt);
}

TEST_F(AnchorTest, HoldsTheCheckpointsTextAndIsPrivate) {
  ASSERT_TRUE(anchor_.Advance(std::nullopt, At(5)));
  EXPECT_EQ(Text(), At(5).ToText());
  EXPECT_EQ(anchor_.Read().value(), At(5));
  struct stat status {};
  ASSERT_EQ(::stat(file_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0600u);
}

TEST_F(AnchorTest, AdvancesFromWhatItHasAndLeavesNothingBeside) {
  ASSERT_TRUE(anchor_.Advance(std::nullopt, At(5)));
  ASSERT_TRUE(anchor_.Advance(At(5), At(6, "another")));
  EXPECT_EQ(anchor_.Read().value(), At(6, "another"));
  EXPECT_EQ(std::distance(fs::directory_iterator(dir_.path()), {}), 1);
}

TEST_F(AnchorTest, AdvancingToWhatItHasChangesNothing) {
  ASSERT_TRUE(anchor_.Advance(std::nullopt, At(5)));
  EXPECT_TRUE(anchor_.Advance(At(5), At(5)));
}

TEST_F(AnchorTest, RefusesToAdvanceFromWhatItDoesNotHave) {
  EXPECT_EQ(AdvanceFails(At(4), At(6)), ErrorCode::kConflict);
  ASSERT_TRUE(anchor_.Advance(std::nullopt, At(5)));
  EXPECT_EQ(AdvanceFails(std::nullopt, At(6)), ErrorCode::kConflict);
  EXPECT_EQ(AdvanceFails(At(4), At(6)), ErrorCode::kConflict);
  EXPECT_EQ(AdvanceFails(At(5, "other"), At(6)), ErrorCode::kConflict);
}

TEST_F(AnchorTest, NeverGoesBackNorSideways) {
  ASSERT_TRUE(anchor_.Advance(std::nullopt, At(5)));
  EXPECT_EQ(AdvanceFails(At(5), At(4)), ErrorCode::kFailedPrecondition);
  EXPECT_EQ(AdvanceFails(At(5), At(5, "other")), ErrorCode::kFailedPrecondition);
  EXPECT_EQ(AdvanceFails(At(5), At(6, "root", "ca.example/log/2")), ErrorCode::kFailedPrecondition);
}

TEST_F(AnchorTest, ReportsAFileThatIsNoCheckpoint) {
  const std::string good = At(5).ToText();
  for (const std::string& text : {std::string(), std::string("x"), good.substr(0, good.size() - 1), good + "more\n",
                                  good + good, std::string(5000, 'a')}) {
    Write(text);
    const auto read = anchor_.Read();
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().code, ErrorCode::kCorruption) << text;
    EXPECT_NE(read.error().message.find(file_.string()), std::string::npos) << read.error().message;
  }
}

TEST_F(AnchorTest, KeepsTheOldFileWhenTheNewOneCannotBeWritten) {
  ASSERT_TRUE(anchor_.Advance(std::nullopt, At(5)));
  fs::create_directory(dir_ / "anchor.new");
  EXPECT_EQ(AdvanceFails(At(5), At(6)), ErrorCode::kUnavailable);
}

TEST_F(AnchorTest, FollowsNoLinkWhereTheNewFileGoes) {
  fs::create_symlink(dir_ / "elsewhere", dir_ / "anchor.new");
  EXPECT_EQ(AdvanceFails(std::nullopt, At(6)), ErrorCode::kUnavailable);
  EXPECT_FALSE(fs::exists(dir_ / "elsewhere"));
}

TEST_F(AnchorTest, WritesOverWhatACrashLeftBeside) {
  std::ofstream(dir_ / "anchor.new") << std::string(1000, 'x');
  ASSERT_TRUE(anchor_.Advance(std::nullopt, At(6)));
  EXPECT_EQ(anchor_.Read().value(), At(6));
}

TEST_F(AnchorTest, IsUnavailableInADirectoryThatIsNotThere) {
  Anchor lost(dir_ / "nowhere" / "anchor");
  EXPECT_EQ(lost.Read().value(), std::nullopt);
  EXPECT_EQ(lost.Advance(std::nullopt, At(1)).error().code, ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace certmark::ledger
