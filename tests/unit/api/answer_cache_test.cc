// Kept answers: to the same path at the same moment, and to nothing else.
#include "api/answer_cache.h"

#include <gtest/gtest.h>

namespace certmark::api {
namespace {

using Moment = AnswerCache::Moment;

HttpResponse Saying(std::string body) {
  return {.status = 200, .content_type = "application/json", .etag = "\"e\"", .body = std::move(body)};
}

class AnswerCacheTest : public ::testing::Test {
 protected:
  AnswerCache cache_;
  const Moment now_{.version = 7, .exposed = std::make_shared<int>(1), .now = Time{Seconds{100}}};
};

TEST_F(AnswerCacheTest, FindsWhatWasAnsweredWholeAtTheSameMoment) {
  EXPECT_FALSE(cache_.Find("/a", now_));
  cache_.Put("/a", Saying("once"), now_);
  const auto found = cache_.Find("/a", now_);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->content(), "once");
  EXPECT_EQ(found->etag, "\"e\"");
  EXPECT_EQ(found->content_type, "application/json");
  EXPECT_FALSE(cache_.Find("/b", now_));
}

TEST_F(AnswerCacheTest, FindsNothingOnceAnythingHasChanged) {
  cache_.Put("/a", Saying("once"), now_);
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
  cache_.Put("/a", Saying("old"), now_);
  Moment later = now_;
  later.version = 8;
  cache_.Put("/b", Saying("new"), later);
  EXPECT_FALSE(cache_.Find("/a", now_));
  EXPECT_FALSE(cache_.Find("/a", later));
  EXPECT_EQ(cache_.Find("/b", later)->content(), "new");
}

TEST_F(AnswerCacheTest, IsBounded) {
  cache_.Put("/large", Saying(std::string(AnswerCache::kMaxBody + 1, 'x')), now_);
  EXPECT_FALSE(cache_.Find("/large", now_));
  const std::string body(AnswerCache::kMaxBody, 'x');
  constexpr std::size_t kFit = AnswerCache::kMaxBytes / AnswerCache::kMaxBody;
  for (std::size_t i = 0; i < kFit; ++i) cache_.Put("/" + std::to_string(i), Saying(body), now_);
  EXPECT_TRUE(cache_.Find("/0", now_));
  cache_.Put("/more", Saying(body), now_);
  EXPECT_FALSE(cache_.Find("/0", now_)) << "it began anew";
  EXPECT_TRUE(cache_.Find("/more", now_));
}

}  // namespace
}  // namespace certmark::api
