#include "api/watch_pace.h"

#include <gtest/gtest.h>

namespace certmark::api {
namespace {

using Due = WatchPace::Due;
using std::chrono::milliseconds;

constexpr WatchPace::Instant kBegin{std::chrono::hours(1)};
constexpr milliseconds kHeartbeat{15'000}, kPatience{30'000}, kMoment{1};

class Pace : public ::testing::Test {
 protected:
  // AtRest is a subscriber that took its first message at kBegin.
  void AtRest() {
    pace_.Write(kBegin);
    pace_.Written(kBegin);
    ASSERT_TRUE(pace_.Rest());
  }

  WatchPace pace_{{.heartbeat = kHeartbeat, .patience = kPatience}, kBegin};
};

TEST_F(Pace, BeginsWithAStepThatNobodyElseIsToRun) {
  EXPECT_FALSE(pace_.Ring());
  EXPECT_EQ(pace_.At(kBegin + kPatience), Due::kNothing);
  EXPECT_EQ(pace_.due(), WatchPace::Instant::max());
}

TEST_F(Pace, RunsOneStepForAllThatRingsWhileItRests) {
  AtRest();
  EXPECT_TRUE(pace_.Ring());
  EXPECT_FALSE(pace_.Ring());
  EXPECT_FALSE(pace_.Ring());
}

TEST_F(Pace, LooksAgainWhereItRangWhileTheStepLooked) {
  EXPECT_FALSE(pace_.Ring());
  EXPECT_FALSE(pace_.Rest());
  EXPECT_TRUE(pace_.Rest()) << "once, not for ever";
}

TEST_F(Pace, RunsNoStepWhileAMessageIsOnItsWay) {
  pace_.Write(kBegin);
  EXPECT_FALSE(pace_.Ring());
  EXPECT_TRUE(pace_.is_writing());
  pace_.Written(kBegin);
  EXPECT_FALSE(pace_.is_writing());
  EXPECT_TRUE(pace_.Rest()) << "the step after it sees what came meanwhile";
}

TEST_F(Pace, IsDueForAHeartbeatAfterSilence) {
  AtRest();
  EXPECT_EQ(pace_.due(), kBegin + kHeartbeat);
  EXPECT_EQ(pace_.At(kBegin + kHeartbeat - kMoment), Due::kNothing);
  EXPECT_FALSE(pace_.is_silent(kBegin + kHeartbeat - kMoment));
  EXPECT_EQ(pace_.At(kBegin + kHeartbeat), Due::kStep);
  EXPECT_TRUE(pace_.is_silent(kBegin + kHeartbeat));
  EXPECT_EQ(pace_.At(kBegin + kHeartbeat), Due::kNothing) << "it is said once";
}

TEST_F(Pace, IsSilentFromTheLastMessageOn) {
  AtRest();
  ASSERT_TRUE(pace_.Ring());
  pace_.Write(kBegin + milliseconds(10'000));
  pace_.Written(kBegin + milliseconds(12'000));
  ASSERT_TRUE(pace_.Rest());
  EXPECT_EQ(pace_.At(kBegin + kHeartbeat), Due::kNothing);
  EXPECT_EQ(pace_.due(), kBegin + milliseconds(12'000) + kHeartbeat);
}

TEST_F(Pace, GivesUpWhoeverDoesNotTakeAMessageInTime) {
  pace_.Write(kBegin);
  EXPECT_EQ(pace_.due(), kBegin + kPatience);
  EXPECT_EQ(pace_.At(kBegin + kPatience - kMoment), Due::kNothing);
  EXPECT_EQ(pace_.At(kBegin + kPatience), Due::kGiveUp);
  EXPECT_EQ(pace_.At(kBegin + 2 * kPatience), Due::kNothing) << "it is said once";
  EXPECT_FALSE(pace_.Ring());
  EXPECT_FALSE(pace_.is_writing());
}

TEST_F(Pace, HasNothingMoreToDoAfterItsEnd) {
  AtRest();
  pace_.End();
  EXPECT_FALSE(pace_.Ring());
  EXPECT_EQ(pace_.At(kBegin + kPatience), Due::kNothing);
}

}  // namespace
}  // namespace certmark::api
