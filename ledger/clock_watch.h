// ClockWatch: a clock that was set forward, noticed by the time that has really passed.
#pragma once

#include <mutex>

#include "ledger/clock.h"
#include "verifier-sdk/core/result.h"

namespace certmark::ledger {

/// ClockWatch holds what a clock says against Elapsed, from one look to the next. What is written at a time that is not
/// yet cannot be taken back: the right time would then be a clock set back. It believes the clock at its beginning, so
/// a clock that was wrong already is for others to notice (outside_view.h); and several steps that are each within the
/// bound pass. Safe on any thread.
class ClockWatch {
 public:
  /// kBound is how far the clock may step forward between two looks: as far as a log lets it step back, so that what is
  /// let pass can also be put right.
  static constexpr Seconds kBound{60};

  /// ClockWatch takes its first look.
  ClockWatch(Clock clock, Elapsed elapsed);

  /// Now returns the clock's time, which may have been set back. Unavailable: it is further ahead than the bound, with
  /// the numbers; so it stays until the clock agrees again with the time that has passed since the last good look.
  Result<Time> Now();

 private:
  const Clock clock_;
  const Elapsed elapsed_;
  std::mutex mutex_;  // guards what follows: the last good look
  Seconds passed_;
  Time time_;
};

}  // namespace certmark::ledger
