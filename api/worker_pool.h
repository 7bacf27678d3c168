// WorkerPool: a bounded number of threads and a bounded queue, so that calls which wait for the disk do not block
// transports. A task that waits for the log needs no processor meanwhile, and gives its place to the next: few run at
// once, however many are under way.
#pragma once

#include <chrono>
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

  /// Aside runs `wait`. A task of a pool that calls it gives its place away until `wait` returns; then it has the next
  /// that is free, before any task that is not begun yet. It goes on without one after kPatience: those that have the
  /// places may be waiting for what it holds. On a thread of no pool it is `wait` alone.
  static constexpr std::chrono::milliseconds kPatience{250};
  static void Aside(const std::function<void()>& wait);

 private:
  struct Worker {
    std::condition_variable wake;
    std::function<void()> task;  // that it was woken for
    std::thread thread;
  };

  // Returning is a task that has waited aside and needs a place again.
  struct Returning {
    std::condition_variable wake;
    bool has_place = false;
  };

  void Work(Worker& self);
  void Leave();
  void Return();
  void Dispatch();
  Worker* Free();
  Worker& Start();

  const Size size_;
  std::mutex mutex_;  // guards what follows
  std::deque<std::function<void()>> queue_;
  std::deque<Returning*> returning_;
  unsigned running_ = 0;  // places taken
  bool closed_ = false, stopping_ = false;
  std::condition_variable all_idle_;
  std::vector<Worker*> idle_;  // who worked last is woken first: what it needs is still in the processor's caches
  std::deque<Worker> workers_;
};

}  // namespace certmark::api
