#include "ledger/clock_watch.h"

#include <string>
#include <utility>

namespace certmark::ledger {

// The clock is read last: what delays a look in between then seems to be a jump, once, and never moves the base back.
ClockWatch::ClockWatch(Clock clock, Elapsed elapsed)
    : clock_(std::move(clock)), elapsed_(std::move(elapsed)), passed_(elapsed_()), time_(clock_()) {}

Result<Time> ClockWatch::Now() {
  const std::lock_guard lock(mutex_);
  const Seconds passed = elapsed_();
  const Time now = clock_();
  const Time expected = time_ + (passed - passed_);
  if (now > expected + kBound) {
    return Error{ErrorCode::kUnavailable, "the clock jumped forward: it says " + FormatDateTime(now) +
                                              ", by the time that has passed it is " + FormatDateTime(expected) +
                                              ": nothing is written until it is right, or the process starts again"};
  }
  // One that steps back, and later forward to what is right, was right before: the base stays.
  if (now + kBound < expected) return now;
  passed_ = passed;
  time_ = now;
  return now;
}

}  // namespace certmark::ledger
