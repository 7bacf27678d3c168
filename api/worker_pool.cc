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
  const std::lock_guard lock(mutex_);
  if (closed_ || queue_.size() >= size_.queued) return false;
  queue_.push_back(std::move(task));
  Dispatch();
  return true;
}

void WorkerPool::Aside(const std::function<void()>& wait) {
  WorkerPool* const pool = pool_of_thread;
  if (pool == nullptr) return wait();
  pool->Leave();
  wait();
  pool->Return();
}

void WorkerPool::Leave() {
  const std::lock_guard lock(mutex_);
  --running_;
  Dispatch();
}

void WorkerPool::Return() {
  Returning self;
  std::unique_lock lock(mutex_);
  returning_.push_back(&self);
  Dispatch();
  if (self.wake.wait_for(lock, kPatience, [&] { return self.has_place; })) return;
  std::erase(returning_, &self);
  ++running_;
}

// Dispatch gives the places that are free to who comes back, then to tasks that wait. REQUIRES: mutex_ is held.
void WorkerPool::Dispatch() {
  while (running_ < size_.running) {
    if (!returning_.empty()) {
      Returning* const next = returning_.front();
      returning_.pop_front();
      next->has_place = true;
      next->wake.notify_one();
    } else if (Worker* const worker = queue_.empty() ? nullptr : Free()) {
      worker->task = std::move(queue_.front());
      queue_.pop_front();
      worker->wake.notify_one();
    } else {
      return;
    }
    ++running_;
  }
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
    idle_.push_back(&self);  // and is the first to have the next task
    Dispatch();
    if (idle_.size() == workers_.size()) all_idle_.notify_one();
  }
}

}  // namespace certmark::api
