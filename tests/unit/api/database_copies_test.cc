#include "api/database_copies.h"

#include <gtest/gtest.h>

#include <future>
#include <stdexcept>

namespace certmark::api {
namespace {

constexpr std::chrono::milliseconds kNoTime{0};
constexpr std::chrono::minutes kAMinute{1};

// A copy that takes until the test opens the gate.
class SlowCopies : public ::testing::Test {
 protected:
  std::future<Result<void>> Begin() {
    auto made = std::async(std::launch::async, [this] { return copies_.Make("/backup/data"); });
    begun_.get_future().wait();
    return made;
  }
  Result<void> copied_;
  std::promise<void> begun_, gate_;
  DatabaseCopies copies_{[this](const std::filesystem::path& to) {
    EXPECT_EQ(to, "/backup/data");
    begun_.set_value();
    gate_.get_future().wait();
    return copied_;
  }};
};

TEST(DatabaseCopies, AreMadeOneAfterTheOther) {
  int made = 0;
  DatabaseCopies copies([&](const std::filesystem::path&) -> Result<void> {
    if (++made == 2) return Error{ErrorCode::kAlreadyExists, "it is there"};
    return {};
  });
  EXPECT_TRUE(copies.Make("/a"));
  EXPECT_EQ(copies.Make("/a").error().code, ErrorCode::kAlreadyExists);
  EXPECT_TRUE(copies.Make("/b"));
  EXPECT_EQ(copies.Stop(kNoTime), Ended::kEnded);
  EXPECT_EQ(copies.Make("/c").error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(made, 3);
}

TEST(DatabaseCopies, ThatThrowFailAndLeaveRoomForTheNext) {
  int made = 0;
  DatabaseCopies copies([&](const std::filesystem::path&) -> Result<void> {
    if (++made == 1) throw std::runtime_error("no memory");
    return {};
  });
  const auto thrown = copies.Make("/a");
  ASSERT_FALSE(thrown);
  EXPECT_EQ(thrown.error().code, ErrorCode::kInternal);
  EXPECT_EQ(thrown.error().message, "the copy failed: no memory");
  EXPECT_TRUE(copies.Make("/a"));
}

TEST_F(SlowCopies, KeepOthersFromBeginning) {
  auto made = Begin();
  const auto other = copies_.Make("/backup/other");
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().message, "another copy is being made");
  gate_.set_value();
  EXPECT_TRUE(made.get());
}

TEST_F(SlowCopies, AreGivenUpByWhoStops) {
  auto made = Begin();
  EXPECT_EQ(copies_.Stop(kNoTime), Ended::kAbandoned);
  const auto told = made.get();
  ASSERT_FALSE(told);
  EXPECT_EQ(told.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(told.error().message, "the daemon stops: the copy in /backup/data is abandoned, remove it");
  gate_.set_value();
  EXPECT_EQ(copies_.Stop(kAMinute), Ended::kEnded) << "it comes to its end all the same, if the process lasts";
}

TEST_F(SlowCopies, ThatEndInTimeAreNotGivenUp) {
  auto made = Begin();
  copies_.Quit();
  EXPECT_FALSE(made.get());
  gate_.set_value();
  EXPECT_EQ(copies_.Stop(kAMinute), Ended::kEnded);
}

}  // namespace
}  // namespace certmark::api
