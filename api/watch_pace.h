// WatchPace: when a subscriber's turn is. One thing at a time is done for it, a step or a message; it hears something
// after some silence; and who does not take a message in time is given up.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace certmark::api {

/// WatchOptions bound the subscribers of one listener.
struct WatchOptions {
  std::chrono::milliseconds heartbeat{15'000};  ///< of silence, after which there is a heartbeat
  std::chrono::milliseconds patience{30'000};   ///< for one message to be taken
  std::size_t all = 512;                        ///< subscribers at once
  std::size_t each = 128;                       ///< of one network (client_network.h)
};

/// WatchPace is one subscriber's, and asks no clock: whoever uses it says what time it is. One thread at a time.
class WatchPace {
 public:
  using Instant = std::chrono::steady_clock::time_point;

  /// WatchPace begins with a step, which whoever makes it runs.
  WatchPace(const WatchOptions& options, Instant now)
      : heartbeat_(options.heartbeat), patience_(options.patience), since_(now) {}

  // What is done for the subscriber. A step looks what there is to send; it ends with Write, Rest or End.

  /// Write: a message is on its way.
  void Write(Instant now) {
    state_ = State::kWriting;
    since_ = now;
  }
  /// Written: it was taken, and the next step is to be run.
  void Written(Instant now) {
    state_ = State::kStepping;
    since_ = now;
  }
  /// Rest: there was nothing to send. False: something may have come while the step looked, and it is to look again.
  [[nodiscard]] bool Rest();
  /// End: nothing more is done for it.
  void End() { state_ = State::kEnded; }

  // What happens meanwhile.

  /// Ring: there may be something to send. True: a step is to be run.
  [[nodiscard]] bool Ring();
  enum class Due : std::uint8_t { kNothing, kStep, kGiveUp };
  /// At is what is due by the clock: a step, for a heartbeat; or to give up whoever does not take its message, which is
  /// said once.
  [[nodiscard]] Due At(Instant now);

  /// is_silent: a step that finds nothing is to send a heartbeat.
  bool is_silent(Instant now) const { return now >= since_ + heartbeat_; }
  bool is_writing() const { return state_ == State::kWriting; }
  /// due is when At has something to say; Instant::max(): not before something else happens.
  Instant due() const;

 private:
  enum class State : std::uint8_t { kStepping, kWriting, kGivenUp, kResting, kEnded };

  std::chrono::milliseconds heartbeat_, patience_;
  State state_ = State::kStepping;
  bool rung_ = false;  // while a step was at work
  Instant since_;      // when the last message began, or was taken, whichever is later
};

}  // namespace certmark::api
