// What is due by the clock goes on while there is more, but not for longer than anybody who stops the daemon waits.
#include "api/deadline_rounds.h"

#include <gtest/gtest.h>

namespace certmark::api {
namespace {

using Report = ca::Deadlines::Report;

// Rounds takes a second for each run, of so many of which more is due.
class DeadlineRoundsTest : public ::testing::Test {
 protected:
  Result<Report> Run(std::size_t limit) {
    EXPECT_EQ(limit, DeadlineRounds::kRecords);
    ++runs_;
    passed_ += Seconds{1};
    if (fault_) return *fault_;
    return Report{.carried = 2, .failed = 1, .more = --left_ > 0, .failures = {}};
  }
  int left_ = 1, runs_ = 0;
  Seconds passed_{1000};
  std::optional<Error> fault_;
  DeadlineRounds rounds_{[this](std::size_t limit) { return Run(limit); }, [this] { return passed_; }};
};

TEST_F(DeadlineRoundsTest, ComeAgainInSecondsWhereNothingMoreIsDue) {
  EXPECT_EQ(rounds_.CarryOut(), Again::kInSeconds);
  EXPECT_EQ(runs_, 1);
}

TEST_F(DeadlineRoundsTest, GoOnWhileMoreIsDueAndCountAll) {
  left_ = 2;
  EXPECT_EQ(rounds_.CarryOut(), Again::kInSeconds);
  EXPECT_EQ(runs_, 2);
  EXPECT_EQ(rounds_.counts().carried, 4u);
  EXPECT_EQ(rounds_.counts().failed, 2u);
}

TEST_F(DeadlineRoundsTest, PauseWhenTheTimeIsUpAndGoOnAtOnce) {
  left_ = 5;
  EXPECT_EQ(rounds_.CarryOut(), Again::kAtOnce);
  EXPECT_EQ(runs_, 2);
  EXPECT_EQ(rounds_.CarryOut(), Again::kAtOnce);
  EXPECT_EQ(rounds_.CarryOut(), Again::kInSeconds);
  EXPECT_EQ(runs_, 5);
}

TEST_F(DeadlineRoundsTest, WaitWhereTheLogDoesNotWrite) {
  left_ = 5;
  fault_ = Error{ErrorCode::kUnavailable, "the log has stopped"};
  EXPECT_EQ(rounds_.CarryOut(), Again::kInSeconds);
  EXPECT_EQ(runs_, 1);
  EXPECT_EQ(rounds_.counts().carried, 0u);
}

}  // namespace
}  // namespace certmark::api
