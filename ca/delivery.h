// Delivery: how far a subscription has come, and what stands in its way. Transitions are pure.
//
// What is sent lies in a log and stays there, in the commit that caused it; a delivery is a place in that log. So a
// message that was taken while the power failed is sent a second time, under the same name, and none is left out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/head.h"
#include "verifier-sdk/core/time.h"

namespace certmark::ca {

struct Delivery {
  static constexpr std::string_view kKind = "delivery";
  /// kLongestPause is the most between two attempts, which begin a second apart and are twice as far apart each time;
  /// kPatience is how long they go on. kMaxRefused dead letters stop a delivery: its target takes nothing.
  static constexpr Seconds kLongestPause{3600}, kPatience{7 * 24 * 3600};
  static constexpr std::size_t kMaxRefused = 100;

  /// DeadLetter is a message that its target refused for good.
  struct DeadLetter {
    std::uint64_t index = 0;
    Time at{};
    std::string why{};  ///< one line
  };

  std::string id;             ///< the subscription's
  ledger::LogNumber log = 0;  ///< of events the public log that they are read from; of notices the record log, 0
  std::uint64_t next = 0;     ///< the first entry of it that was not dealt with
  std::uint64_t taken = 0;    ///< messages, since the beginning or the last replay
  std::vector<DeadLetter> refused;
  std::uint64_t attempts = 0;         ///< at the message that is not taken, one after the other
  std::optional<Time> failing_since;  ///< the first of those
  std::optional<Time> not_before;     ///< when the next one is due
  std::string trouble;                ///< what came of the last, one line; empty: it was taken
  bool stopped = false;               ///< nothing is sent until it is replayed

  /// Taken: the message at `index` arrived. Failed: not now. Refused: never that one. Gone: nothing any more.
  void Taken(std::uint64_t index);
  void Failed(Time now, std::string why);
  void Refused(std::uint64_t index, Time now, std::string why);
  void Gone(std::string why);
  /// Replay begins anew at `from`.
  void Replay(std::uint64_t from);
  /// IsReady: an attempt may be made at `now`.
  bool IsReady(Time now) const { return !stopped && (!not_before || *not_before <= now); }

  std::string ToJson() const;
  static Result<Delivery> FromJson(std::string_view json);
};

}  // namespace certmark::ca
