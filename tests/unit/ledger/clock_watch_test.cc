#include "ledger/clock_watch.h"

#include <gtest/gtest.h>

namespace certmark::ledger {
namespace {

class ClockWatchTest : public ::testing::Test {
 protected:
  // Pass lets time go by; the clock shows `more` than that.
  void Pass(std::int64_t seconds, std::int64_t more = 0) {
    passed_ += seconds;
    now_ += Seconds(seconds + more);
  }
  Time now_{Seconds{1'793'664'000}};
  std::int64_t passed_ = 77;
  ClockWatch watch_{[this] { return now_; }, [this] { return Seconds(passed_); }};
};

constexpr std::int64_t kBound = ClockWatch::kBound.count();

TEST_F(ClockWatchTest, BelievesAClockThatGoesAsTimePasses) {
  for (const std::int64_t seconds : {0, 1, 59, 61, 86'400, 31'536'000}) {
    Pass(seconds);
    const auto now = watch_.Now();
    ASSERT_TRUE(now) << seconds;
    EXPECT_EQ(*now, now_);
  }
}

TEST_F(ClockWatchTest, LetsAStepWithinTheBoundPassAndCountsFromThere) {
  for (int i = 0; i < 3; ++i) {
    Pass(10, kBound);
    EXPECT_TRUE(watch_.Now()) << i;
  }
}

TEST_F(ClockWatchTest, RefusesALongerOneForAsLongAsItLasts) {
  Pass(10, kBound + 1);
  const auto refused = watch_.Now();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(refused.error().message,
            "the clock jumped forward: it says 2026-11-03T00:01:11Z, by the time that has passed it is "
            "2026-11-03T00:00:10Z: nothing is written until it is right, or the process starts again");
  Pass(100'000);
  EXPECT_FALSE(watch_.Now()) << "asking again does not make it right";
  now_ -= Seconds(kBound + 1);
  EXPECT_TRUE(watch_.Now());
}

TEST_F(ClockWatchTest, LeavesAClockThatWasSetBackToTheLog) {
  Pass(10, -3600);
  EXPECT_TRUE(watch_.Now());
}

TEST_F(ClockWatchTest, BelievesTheRightClockAgainAfterOneThatWasSetBackForAMoment) {
  Pass(10, -3600);
  EXPECT_TRUE(watch_.Now());
  Pass(10, 3600);
  EXPECT_TRUE(watch_.Now());
}

TEST(SystemElapsed, DoesNotGoBack) {
  const Seconds before = SystemElapsed();
  EXPECT_GE(SystemElapsed(), before);
  EXPECT_GE(before, Seconds(0));
}

}  // namespace
}  // namespace certmark::ledger
