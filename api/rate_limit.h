// RateLimit: a token bucket for each caller, in a table of a fixed size, by the generic cell rate algorithm (GCRA,
// ITU-T I.371): a bucket is the one moment at which it will be full again.
//
// No address is kept: a caller is the place in the table that a digest of its name leads to, under a key of this
// process. Two that share a place share a bucket; a flood from very many networks fills all of them, and then there is
// one limit for everybody.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string_view>
#include <vector>

#include "verifier-sdk/core/time.h"

namespace certmark::api {

/// SteadyTime is how long the machine has run.
std::chrono::nanoseconds SteadyTime();

/// RateLimit is safe on any thread.
class RateLimit {
 public:
  struct Pace {
    std::size_t burst = 20;            ///< at once, of who did not come for long
    std::chrono::nanoseconds each{0};  ///< then one after such a time; 0: there is no limit
    bool operator==(const Pace&) const = default;
  };
  using Key = std::array<std::uint8_t, 32>;
  using Elapsed = std::function<std::chrono::nanoseconds()>;  // since some moment; nobody can set it
  /// RateLimit: `key` is random and of this process alone.
  RateLimit(const Pace& pace, const Key& key, Elapsed elapsed = SteadyTime)
      : elapsed_(std::move(elapsed)), key_(key), pace_(pace), full_at_(kBuckets) {}

  /// Take lets a call of `whose` in, a network (client_network.h) or a party: nothing; or says in how many seconds to
  /// come again, one at least.
  std::optional<Seconds> Take(std::string_view whose);
  /// Set sets the pace; where that is another one, every bucket is full then: what was taken at another pace says
  /// nothing of this one.
  void Set(const Pace& pace);

 private:
  using Instant = std::chrono::nanoseconds;  // since the moment of `elapsed`
  static constexpr std::size_t kBuckets = 65'536;

  const Elapsed elapsed_;
  const Key key_;
  std::mutex mutex_;  // guards what follows
  Pace pace_;
  std::vector<Instant> full_at_;  // of each bucket: when it has all its tokens again
};

}  // namespace certmark::api
