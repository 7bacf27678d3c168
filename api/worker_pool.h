// WorkerPool: a fixed number of threads and a bounded queue, so that calls which wait for the disk do not block
// transports.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace certmark::api {

/// WorkerPool runs tasks in the order in which they came. Safe on any thread.
class WorkerPool {
 public:
  /// WorkerPool starts `workers` threads; at most `queued` tasks wait.
  WorkerPool(unsigned workers, std::size_t queued);
  /// ~WorkerPool runs what was queued, then ends the threads.
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  /// TryRun queues `task`, which must not throw; false: the queue is full, and the task is not run.
  [[nodiscard]] bool TryRun(std::function<void()> task);

 private:
  void Work();

  const std::size_t queued_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> queue_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace certmark::api
