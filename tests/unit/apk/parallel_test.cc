// Work on several threads, where memory or threads are missing.
#include "verifier-sdk/apk/parallel.h"

#include <gtest/gtest.h>
#include <pthread.h>

#include <new>

namespace certmark::apk {
namespace {

// Threads cannot be started while this lives: a stack would take more than all addresses that there are.
class NoThreads {
 public:
  NoThreads() {
    pthread_getattr_default_np(&before_);
    pthread_attr_t huge;
    pthread_attr_init(&huge);
    pthread_attr_setstacksize(&huge, std::size_t{1} << 47);
    pthread_setattr_default_np(&huge);
    pthread_attr_destroy(&huge);
  }
  NoThreads(const NoThreads&) = delete;
  NoThreads& operator=(const NoThreads&) = delete;
  ~NoThreads() {
    pthread_setattr_default_np(&before_);
    pthread_attr_destroy(&before_);
  }

 private:
  pthread_attr_t before_;
};

TEST(ForEach, SaysThatMemoryIsMissingWhereItsWorkThrows) {
  for (const unsigned threads : {1u, 4u}) {
    const auto done = ForEach(100, threads, [](std::size_t) -> Result<void> { throw std::bad_alloc(); });
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, ErrorCode::kResourceExhausted) << threads;
  }
}

TEST(ForEach, GoesOnAloneWhereThreadsCannotBeStarted) {
  const NoThreads none;
  ASSERT_THROW(std::thread([] {}).join(), std::system_error);
  std::atomic<std::size_t> sum = 0;
  EXPECT_TRUE(ForEach(100, 4, [&](std::size_t i) -> Result<void> { return sum += i, Result<void>(); }));
  EXPECT_EQ(sum, 4950u);
}

TEST(ForEach, ReturnsTheErrorOfTheLowestNumberThatHadOne) {
  for (const unsigned threads : {1u, 4u}) {
    const auto done = ForEach(100, threads, [](std::size_t i) -> Result<void> {
      if (i % 10 == 7) return Error{ErrorCode::kNotFound, std::to_string(i)};
      return {};
    });
    EXPECT_EQ(done.error().message, "7") << threads;
  }
}

}  // namespace
}  // namespace certmark::apk
