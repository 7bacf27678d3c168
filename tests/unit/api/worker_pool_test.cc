#include "api/worker_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <thread>

namespace certmark::api {
namespace {

TEST(WorkerPool, RefusesWhatIsBeyondItsQueueAndRunsTheRest) {
  std::promise<void> begun, open;
  std::shared_future<void> opened = open.get_future().share();
  int run = 0;
  {
    WorkerPool pool({.running = 1, .queued = 2});
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
  WorkerPool pool({.running = 2, .queued = 2});
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

TEST(WorkerPool, BeginsTheNextTaskWhileOneIsAside) {
  std::promise<void> second;
  std::future_status waited = std::future_status::timeout;
  {
    WorkerPool pool({.running = 1, .aside = 1, .queued = 2});
    ASSERT_TRUE(pool.TryRun([&] {
      WorkerPool::Aside([&] { waited = second.get_future().wait_for(std::chrono::minutes(1)); });
    }));
    ASSERT_TRUE(pool.TryRun([&] { second.set_value(); }));
  }
  EXPECT_EQ(waited, std::future_status::ready);
}

TEST(WorkerPool, HasNoMoreTasksUnderWayThanThreads) {
  std::promise<void> asides[2], open;
  std::shared_future<void> opened = open.get_future().share();
  std::atomic<int> run = 0;
  {
    WorkerPool pool({.running = 1, .aside = 1, .queued = 2});
    for (std::promise<void>& aside : asides) {
      ASSERT_TRUE(pool.TryRun([&] {
        WorkerPool::Aside([&] {
          aside.set_value();
          opened.wait();
        });
        ++run;
      }));
    }
    for (std::promise<void>& aside : asides) aside.get_future().wait();
    EXPECT_TRUE(pool.TryRun([&] { ++run; }));
    EXPECT_EQ(run, 0);  // both threads are aside
    open.set_value();
  }
  EXPECT_EQ(run, 3);
}

TEST(WorkerPool, WhoComesBackGoesOnWhileAnotherRuns) {
  std::promise<void> back, begun;
  std::future_status waited = std::future_status::timeout;
  {
    WorkerPool pool({.running = 1, .aside = 1, .queued = 2});
    ASSERT_TRUE(pool.TryRun([&] {
      WorkerPool::Aside([&] { begun.get_future().wait(); });
      back.set_value();  // as one who lets go of a lock that the other waits for
    }));
    ASSERT_TRUE(pool.TryRun([&] {
      begun.set_value();
      waited = back.get_future().wait_for(std::chrono::minutes(1));
    }));
  }
  EXPECT_EQ(waited, std::future_status::ready);
}

TEST(WorkerPool, RunsAllOfManyThatGoAsideAndComeBack) {
  constexpr int kTasks = 200;
  std::atomic<int> run = 0;
  {
    WorkerPool pool({.running = 2, .aside = 6, .queued = kTasks});
    for (int i = 0; i < kTasks; ++i) {
      ASSERT_TRUE(pool.TryRun([&] {
        WorkerPool::Aside([] { std::this_thread::yield(); });
        ++run;
      }));
    }
  }
  EXPECT_EQ(run, kTasks);
}

TEST(WorkerPool, AsideOnAThreadOfNoPoolIsTheWaitAlone) {
  bool waited = false;
  WorkerPool::Aside([&] { waited = true; });
  EXPECT_TRUE(waited);
}

}  // namespace
}  // namespace certmark::api
