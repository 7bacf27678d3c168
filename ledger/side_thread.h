// SideThread: a thread that does one thing at a time beside its owner's own. It is made once: so nothing can fail to
// begin later, and nobody waits for a thread to be made.
#pragma once

#include <pthread.h>

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>

namespace certmark::ledger {

class SideThread {
 public:
  /// `name` is for who looks at a busy machine: 15 characters at most.
  explicit SideThread(const char* name) : thread_([this] { Run(); }) {
    ::pthread_setname_np(thread_.native_handle(), name);
  }
  SideThread(const SideThread&) = delete;
  SideThread& operator=(const SideThread&) = delete;
  /// ~SideThread waits for what is under way.
  ~SideThread() {
    Wait();
    Hand({});
    thread_.join();
  }

  /// Start has `task` done. REQUIRES: nothing is under way.
  void Start(std::function<void()> task) { Hand(std::move(task)); }
  /// Wait returns once nothing is under way.
  void Wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !is_busy_; });
  }

 private:
  // Hand wakes the thread; without a task it ends.
  void Hand(std::function<void()> task) {
    {
      const std::lock_guard lock(mutex_);
      task_ = std::move(task);
      is_busy_ = true;
    }
    changed_.notify_all();
  }
  // noexcept: whoever waits must not wait for ever.
  void Run() noexcept {
    std::unique_lock lock(mutex_);
    for (;;) {
      changed_.wait(lock, [this] { return is_busy_; });
      if (!task_) return;
      lock.unlock();
      task_();
      lock.lock();
      is_busy_ = false;
      changed_.notify_all();
    }
  }

  std::mutex mutex_;  ///< guards what follows
  std::condition_variable changed_;
  std::function<void()> task_;
  bool is_busy_ = false;
  std::thread thread_;  // last: it uses the others
};

}  // namespace certmark::ledger
