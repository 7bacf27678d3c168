// Kept answers: to the same path at the same moment, and to nothing else.
#include "api/answer_cache.h"

#include <gtest/gtest.h>

namespace certmark::api {
namespace {

using Cache = AnswerCache<std::string>;
using Moment = AnswerMoment;

class AnswerCacheTest : public ::testing::Test {
 protected:
  void Put(const std::string& asked, const std::string& answer, const Moment& moment) {
    cache_.Put(asked, answer, answer.size(), moment);
  }
  Cache cache_;
  const Moment now_{.version = 7, .exposed = std::make_shared<int>(1), .now = Time{Seconds{100}}};
};

TEST_F(AnswerCacheTest, FindsWhatWasAnsweredWholeAtTheSameMoment) {
  EXPECT_FALSE(cache_.Find("/a", now_));
  Put("/a", "once", now_);
  const auto found = cache_.Find("/a", now_);
  ASSERT_TRUE(found);
  EXPECT_EQ(*found, "once");
  EXPECT_FALSE(cache_.Find("/b", now_));
}

TEST_F(AnswerCacheTest, FindsNothingOnceAnythingHasChanged) {
  Put("/a", "once", now_);
  Moment later = now_;
  later.version = 8;
  EXPECT_FALSE(cache_.Find("/a", later)) << "a commit";
  later = now_;
  later.exposed = std::make_shared<int>(1);
  EXPECT_FALSE(cache_.Find("/a", later)) << "another checkpoint, of the same size even";
  later = now_;
  later.now += Seconds{1};
  EXPECT_FALSE(cache_.Find("/a", later)) << "the next second";
  EXPECT_TRUE(cache_.Find("/a", now_));
}

TEST_F(AnswerCacheTest, ForgetsAllOfAnEarlierMoment) {
  Put("/a", "old", now_);
  Moment later = now_;
  later.version = 8;
  Put("/b", "new", later);
  EXPECT_FALSE(cache_.Find("/a", now_));
  EXPECT_FALSE(cache_.Find("/a", later));
  EXPECT_EQ(*cache_.Find("/b", later), "new");
}

TEST_F(AnswerCacheTest, IsBounded) {
  Put("/large", std::string(Cache::kMaxOne, 'x'), now_);
  EXPECT_FALSE(cache_.Find("/large", now_));
  const std::string asked(100, 'a'), body(Cache::kMaxOne - asked.size() - 4, 'x');
  const auto place = [&](std::size_t i) { return asked + std::to_string(1000 + i); };
  constexpr std::size_t kFit = Cache::kMaxBytes / Cache::kMaxOne;
  for (std::size_t i = 0; i < kFit; ++i) Put(place(i), body, now_);
  EXPECT_TRUE(cache_.Find(place(0), now_));
  Put(place(kFit), body, now_);
  EXPECT_FALSE(cache_.Find(place(0), now_)) << "it began anew";
  EXPECT_TRUE(cache_.Find(place(kFit), now_));
}

TEST_F(AnswerCacheTest, CountsWhatWasAskedToo) {
  const std::string longest(Cache::kMaxOne, 'a');
  Put(longest, "", now_);
  EXPECT_TRUE(cache_.Find(longest, now_));
  Put(longest + "a", "", now_);
  EXPECT_FALSE(cache_.Find(longest + "a", now_));
}

}  // namespace
}  // namespace certmark::api
