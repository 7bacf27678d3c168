#include "api/worker_pool.h"

#include <gtest/gtest.h>

#include <future>

namespace certmark::api {
namespace {

TEST(WorkerPool, RefusesWhatIsBeyondItsQueueAndRunsTheRest) {
  std::promise<void> begun, open;
  std::shared_future<void> opened = open.get_future().share();
  int run = 0;
  {
    WorkerPool pool(1, 2);
    ASSERT_TRUE(pool.TryRun([&] {
      begun.set_value();
      opened.wait();
      ++run;
    }));
    begun.get_future().wait();  // the one worker is busy: what comes now waits
    EXPECT_TRUE(pool.TryRun([&] { ++run; }));
    EXPECT_TRUE(pool.TryRun([&] { ++run; }));
    EXPECT_FALSE(pool.TryRun([&] { run += 100; }));
    open.set_value();
  }
  EXPECT_EQ(run, 3);
}

TEST(WorkerPool, RunsAsManyAtOnceAsItHasWorkers) {
  std::promise<void> first, second;
  WorkerPool pool(2, 2);
  // Each waits for the other: one worker alone would never end.
  ASSERT_TRUE(pool.TryRun([&] {
    first.set_value();
    second.get_future().wait();
  }));
  ASSERT_TRUE(pool.TryRun([&] {
    first.get_future().wait();
    second.set_value();
  }));
}

}  // namespace
}  // namespace certmark::api
