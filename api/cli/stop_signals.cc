#include "api/cli/stop_signals.h"

#include <pthread.h>

#include <condition_variable>
#include <mutex>

namespace certmark::cli {

StopSignals::StopSignals() {
  sigemptyset(&signals_);
  sigaddset(&signals_, SIGTERM);
  sigaddset(&signals_, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals_, &before_);
  thread_ = std::thread([this] {
    int received = 0;
    sigwait(&signals_, &received);
    told_.request_stop();
  });
}

StopSignals::~StopSignals() {
  // A signal to this one thread ends its waiting; where it has one already, it is gone, and this one with it.
  pthread_kill(thread_.native_handle(), SIGTERM);
  thread_.join();
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

void StopSignals::Wait() const {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait(lock, token(), [] { return false; });
}

bool WaitFor(const std::stop_token& stop, std::chrono::milliseconds time) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait_for(lock, stop, time, [] { return false; });
  return !stop.stop_requested();
}

}  // namespace certmark::cli
