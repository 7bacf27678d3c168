#include "api/watch_pace.h"

#include <utility>

namespace certmark::api {

bool WatchPace::Rest() {
  if (std::exchange(rung_, false)) return false;
  state_ = State::kResting;
  return true;
}

bool WatchPace::Ring() {
  // After a message there is a step in any case.
  if (state_ == State::kStepping) rung_ = true;
  if (state_ != State::kResting) return false;
  state_ = State::kStepping;
  return true;
}

WatchPace::Due WatchPace::At(Instant now) {
  if (now < due()) return Due::kNothing;
  const bool is_slow = is_writing();
  state_ = is_slow ? State::kGivenUp : State::kStepping;
  return is_slow ? Due::kGiveUp : Due::kStep;
}

WatchPace::Instant WatchPace::due() const {
  if (state_ == State::kWriting) return since_ + patience_;
  return state_ == State::kResting ? since_ + heartbeat_ : Instant::max();
}

}  // namespace certmark::api
