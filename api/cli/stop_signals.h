// StopSignals: for a verb that goes on until it is told to stop, by SIGTERM or Ctrl-C.
#pragma once

#include <signal.h>

#include <chrono>
#include <stop_token>
#include <thread>

namespace certmark::cli {

/// StopSignals takes both signals while it lasts. Make it before any thread begins that is not to be ended by them:
/// those inherit it.
class StopSignals {
 public:
  StopSignals();
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  /// token is stopped by the first signal.
  std::stop_token token() const { return told_.get_token(); }
  /// Wait waits for it.
  void Wait() const;

 private:
  sigset_t signals_, before_;
  std::stop_source told_;
  std::thread thread_;
};

/// WaitFor waits that long, or until the token is stopped; then it returns false.
bool WaitFor(const std::stop_token& stop, std::chrono::milliseconds time);

}  // namespace certmark::cli
