#include "ledger/anchor.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <iterator>

#include "tests/unit/ledger/temp_dir.h"

namespace certmark::ledger {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kSlot = 4096;

// At is an anchor of `size` public entries and ten times as many records.
AnchorState At(std::uint64_t size, std::string_view root = "root", std::string_view origin = "ca.example/log/1") {
  return {{std::string(origin), size, Sha256(AsBytes(root))}, {10 * size, Sha256(AsBytes("records"))}};
}

class AnchorTest : public ::testing::Test {
 protected:
  void Write(std::string_view text) { std::ofstream(file_, std::ios::binary) << text; }
  std::string Text() const {
    std::ifstream in(file_, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  std::optional<AnchorState> Read() const { return ReadAnchor(file_).value(); }
  ErrorCode AdvanceFails(const std::optional<AnchorState>& from, const AnchorState& to) {
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
  EXPECT_EQ(Read(), std::nullopt);
}

TEST_F(AnchorTest, SaysInWordsHowFarBothLogsHadComeAndIsPrivate) {
  ASSERT_TRUE(anchor_.Advance(std::nullopt, At(5)));
  EXPECT_EQ(anchor_.Read().value(), At(5));
  const std::string text = Text();
  EXPECT_EQ(text.size(), 2 * kSlot);
  EXPECT_TRUE(text.starts_with("certmark anchor 1\nseq 0\nca.example/log/1\n5\n"));
  EXPECT_NE(text.find("\nca.example/log/1/records\n50\n"), std::string::npos);
  struct stat status {};
  ASSERT_EQ(::stat(file_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0600u);
}

TEST_F(AnchorTest, AdvancesFromWhatItHasAndLeavesNothingBeside) {
  ASSERT_TRUE(anchor_.Advance(std::nullopt, At(5)));
  for (std::uint64_t size = 6; size < 20; ++size) {
    ASSERT_TRUE(anchor_.Advance(At(size - 1), At(size)));
    EXPECT_EQ(Read(), At(size));
  }
  EXPECT_EQ(std::distance(fs::directory_iterator(dir_.path()), {}), 1);
}

TEST_F(AnchorTest, AdvancesTheRecordsAlone) {
  AnchorState next = At(5);
  ++next.records.size;
  ASSERT_TRUE(anchor_.Advance(std::nullopt, At(5)));
  ASSERT_TRUE(anchor_.Advance(At(5), next));
  EXPECT_EQ(Read(), next);
}

TEST_F(AnchorTest, AdvancingToWhatItHasChangesNothing) {
  ASSERT_TRUE(anchor_.Advance(std::nullopt, At(5)));
  const std::string before = Text();
  EXPECT_TRUE(anchor_.Advance(At(5), At(5)));
  EXPECT_EQ(Text(), before);
}

TEST_F(AnchorTest, RefusesToAdvanceFromWhatItDoesNotHave) {
  EXPECT_EQ(AdvanceFails(At(4), At(6)), ErrorCode::kConflict);
  ASSERT_TRUE(anchor_.Advance(std::nullopt, At(5)));
  EXPECT_EQ(AdvanceFails(std::nullopt, At(6)), ErrorCode::kConflict);
  EXPECT_EQ(AdvanceFails(At(4), At(6)), ErrorCode::kConflict);
  EXPECT_EQ(AdvanceFails(At(5, "other"), At(6)), ErrorCode::kConflict);
}

TEST_F(AnchorTest, NeverGoesBackNorSideways) {
  AnchorState fewer_records = At(6), other_records = At(6);
  fewer_records.records.size = 49;
  other_records.records = {50, Sha256(AsBytes("other records"))};
  ASSERT_TRUE(anchor_.Advance(std::nullopt, At(5)));
  for (const AnchorState& to :
       {At(4), At(5, "other"), At(6, "root", "ca.example/log/2"), fewer_records, other_records}) {
    EXPECT_EQ(AdvanceFails(At(5), to), ErrorCode::kFailedPrecondition);
  }
}

TEST_F(AnchorTest, MovesOnToASuccessorWhenToldThatItIsOne) {
  ASSERT_TRUE(anchor_.Advance(std::nullopt, At(7)));
  AnchorState first = At(3, "other", "ca.example/log/2");
  EXPECT_EQ(AdvanceFails(At(7), first), ErrorCode::kFailedPrecondition) << "not by advancing";
  const auto fails = [&](const AnchorState& from, const AnchorState& to) {
    const auto done = anchor_.Succeed(from, to);
    EXPECT_FALSE(done);
    EXPECT_EQ(Read(), At(7));
    return done ? ErrorCode::kInternal : done.error().code;
  };
  EXPECT_EQ(fails(At(7), first), ErrorCode::kFailedPrecondition) << "the records went back";
  first.records = At(7).records;
  EXPECT_EQ(fails(At(6), first), ErrorCode::kConflict) << "it is not there";
  EXPECT_EQ(fails(At(7), At(8)), ErrorCode::kFailedPrecondition) << "the same log";
  ASSERT_TRUE(anchor_.Succeed(At(7), first));
  EXPECT_EQ(Read(), first);
  EXPECT_EQ(AdvanceFails(At(7), At(8)), ErrorCode::kConflict) << "there is no way back";
}

TEST_F(AnchorTest, LeavesTheNewerSlotWholeWhenAWriteIsTorn) {
  ASSERT_TRUE(anchor_.Advance(std::nullopt, At(5)));
  ASSERT_TRUE(anchor_.Advance(At(5), At(6)));
  const std::string six = Text();
  ASSERT_TRUE(anchor_.Advance(At(6), At(7)));
  const std::string seven = Text();
  for (std::size_t torn = 1; torn < kSlot; torn += 13) {
    // What of the new slot had reached the disk lies over the old one.
    const std::size_t slot = seven.compare(0, kSlot, six, 0, kSlot) == 0 ? kSlot : 0;
    Write(six.substr(0, slot) + seven.substr(slot, torn) + six.substr(slot + torn));
    const AnchorState read = *Read();
    EXPECT_TRUE(read == At(6) || read == At(7)) << torn;
  }
}

TEST_F(AnchorTest, ReportsAFileThatIsNone) {
  ASSERT_TRUE(anchor_.Advance(std::nullopt, At(5)));
  const std::string good = Text();
  std::string damaged = good;
  damaged[40] ^= 1, damaged[kSlot + 40] ^= 1;
  for (const std::string& text : {std::string(), std::string("x"), good.substr(0, good.size() - 1), damaged,
                                  At(5).published.ToText(), std::string(10'000, 'a'), std::string(8192, '\n')}) {
    Write(text);
    for (const auto& read : {anchor_.Read(), ReadAnchor(file_)}) {
      ASSERT_FALSE(read) << text;
      EXPECT_EQ(read.error().code, ErrorCode::kCorruption) << text;
      EXPECT_NE(read.error().message.find(file_.string()), std::string::npos) << read.error().message;
    }
  }
}

TEST_F(AnchorTest, NoticesThatItsFileWasReplaced) {
  ASSERT_TRUE(anchor_.Advance(std::nullopt, At(5)));
  const std::string text = Text();
  fs::remove(file_);
  Write(text);
  EXPECT_EQ(AdvanceFails(At(5), At(6)), ErrorCode::kConflict);
}

TEST_F(AnchorTest, HasOneWriterAtATime) {
  ASSERT_TRUE(anchor_.Advance(std::nullopt, At(5)));
  Anchor other(file_);
  EXPECT_EQ(other.Read().error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(other.Advance(At(5), At(6)).error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(Read(), At(5));
}

TEST_F(AnchorTest, FollowsNoLinkWhereTheNewFileGoes) {
  fs::create_symlink(dir_ / "elsewhere", dir_ / "anchor.new");
  EXPECT_EQ(AdvanceFails(std::nullopt, At(6)), ErrorCode::kUnavailable);
  EXPECT_FALSE(fs::exists(dir_ / "elsewhere"));
}

TEST_F(AnchorTest, WritesOverWhatACrashLeftBeside) {
  std::ofstream(dir_ / "anchor.new") << std::string(1000, 'x');
  ASSERT_TRUE(anchor_.Advance(std::nullopt, At(6)));
  EXPECT_EQ(Read(), At(6));
}

TEST_F(AnchorTest, IsUnavailableInADirectoryThatIsNotThere) {
  Anchor lost(dir_ / "nowhere" / "anchor");
  EXPECT_EQ(lost.Read().value(), std::nullopt);
  EXPECT_EQ(lost.Advance(std::nullopt, At(1)).error().code, ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace certmark::ledger
