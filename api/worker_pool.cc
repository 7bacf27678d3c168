#include "api/worker_pool.h"

#include <pthread.h>

#include <system_error>
#include <utility>

namespace certmark::api {
namespace {

thread_local WorkerPool* pool_of_thread = nullptr;

}  // namespace

WorkerPool::WorkerPool(Size size) : size_(size) {
  const std::lock_guard lock(mutex_);
  for (unsigned i = 0; i < size_.running; ++i) idle_.push_back(&Start());
}

WorkerPool::~WorkerPool() {
  {
    std::unique_lock lock(mutex_);
    closed_ = true;
    all_idle_.wait(lock, [this] { return idle_.size() == workers_.size(); });  // nothing is queued then
    stopping_ = true;
    for (Worker& worker : workers_) worker.wake.notify_one();
  }
  for (Worker& worker : workers_) worker.thread.join();
}

bool WorkerPool::TryRun(std::function<void()> task) {
  Worker* begun = nullptr;
  {
    const std::lock_guard lock(mutex_);
    if (closed_ || queue_.size() >= size_.queued) return false;
    queue_.push_back(std::move(task));
    begun = Begin();
  }
  if (begun != nullptr) begun->wake.notify_one();
  return true;
}

void WorkerPool::Aside(const std::function<void()>& wait) {
  WorkerPool* const pool = pool_of_thread;
  if (pool == nullptr) return wait();
  Worker* begun = nullptr;
  {
    const std::lock_guard lock(pool->mutex_);
    --pool->running_;
    begun = pool->Begin();
  }
  if (begun != nullptr) begun->wake.notify_one();
  wait();
  const std::lock_guard lock(pool->mutex_);
  ++pool->running_;
}

// Begin gives the next task to a worker, which is to be woken; nullptr: there is none, or it has to wait. REQUIRES:
// mutex_ is held.
WorkerPool::Worker* WorkerPool::Begin() {
  if (queue_.empty() || running_ >= size_.running) return nullptr;
  Worker* const worker = Free();
  if (worker == nullptr) return nullptr;
  worker->task = std::move(queue_.front());
  queue_.pop_front();
  ++running_;
  return worker;
}

// Free is a worker without a task, or nullptr. REQUIRES: mutex_ is held.
WorkerPool::Worker* WorkerPool::Free() {
  if (idle_.empty()) {
    if (workers_.size() >= std::size_t{size_.running} + size_.aside) return nullptr;
    try {
      return &Start();
    } catch (const std::system_error&) {
      return nullptr;  // the system has no thread to give: who is there does it later
    }
  }
  Worker* const worker = idle_.back();
  idle_.pop_back();
  return worker;
}

// Start adds a worker. REQUIRES: mutex_ is held. Throws std::system_error.
WorkerPool::Worker& WorkerPool::Start() {
  Worker& worker = workers_.emplace_back();
  try {
    worker.thread = std::thread(&WorkerPool::Work, this, std::ref(worker));
  } catch (...) {
    workers_.pop_back();
    throw;
  }
  return worker;
}

void WorkerPool::Work(Worker& self) {
  ::pthread_setname_np(::pthread_self(), "worker");  // for who looks at a busy machine
  pool_of_thread = this;
  std::unique_lock lock(mutex_);
  for (;;) {
    self.wake.wait(lock, [&] { return self.task || stopping_; });
    if (!self.task) return;
    lock.unlock();
    std::exchange(self.task, nullptr)();
    lock.lock();
    --running_;
    if (!queue_.empty() && running_ < size_.running) {
      self.task = std::move(queue_.front());
      queue_.pop_front();
      ++running_;
    } else {
      idle_.push_back(&self);
      if (idle_.size() == workers_.size()) all_idle_.notify_one();
    }
  }
}

}  // namespace certmark::api
