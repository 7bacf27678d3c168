// WorkerPool: a bounded number of threads and a bounded queue, so that calls which wait for the disk do not block
// transports. A task that waits for the log needs no processor meanwhile, and gives its place to the next: few run at
// once, however many are under way.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace certmark::api {

/// kAside is how many that write may wait for the log beside those that run: with them, more than one batch of it.
inline constexpr unsigned kAside = 240;

/// WorkerPool begins tasks in the order in which they came. Safe on any thread.
class WorkerPool {
 public:
  struct Size {
    unsigned running;        ///< a task is begun while fewer than these run
    unsigned aside = 0;      ///< threads beside theirs, for as many tasks that wait; each started once it is needed
    std::size_t queued = 0;  ///< at most so many tasks wait to be begun
  };
  explicit WorkerPool(Size size);
  /// ~WorkerPool runs what was queued, then ends the threads.
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  /// TryRun queues `task`, which must not throw; false: the queue is full, and the task is not run.
  [[nodiscard]] bool TryRun(std::function<void()> task);

  /// Aside runs `wait`. A task of a pool that calls it does not count as running until `wait` returns, and then goes on
  /// at once, for others may be waiting for what it holds: no task is begun until those that run are few again. On a
  /// thread of no pool it is `wait` alone.
  static void Aside(const std::function<void()>& wait);

 private:
  struct Worker {
    std::condition_variable wake;
    std::function<void()> task;  // that it was woken for
    std::thread thread;
  };

  void Work(Worker& self);
  Worker* Begin();
  Worker* Free();
  Worker& Start();

  const Size size_;
  std::mutex mutex_;  // guards what follows
  std::deque<std::function<void()>> queue_;
  unsigned running_ = 0;
  bool closed_ = false, stopping_ = false;
  std::condition_variable all_idle_;
  std::vector<Worker*> idle_;  // who worked last is woken first: what it needs is still in the processor's caches
  std::deque<Worker> workers_;
};

}  // namespace certmark::api
