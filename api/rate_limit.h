// RateLimit: a token bucket for each network that callers come from, in a table of a fixed size.
//
// No address is kept: a network is the place in the table that a digest of it leads to, under a key of this process.
// Two that share a place share a bucket; a flood from very many networks fills all of them, and then there is one limit
// for everybody.
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

/// SteadySeconds is how long the machine has run.
Seconds SteadySeconds();

/// RateLimit is safe on any thread.
class RateLimit {
 public:
  struct Options {
    std::size_t burst = 20;                            ///< at once, of who did not come for long
    std::chrono::milliseconds each{300'000};           ///< then one after such a time; 0: there is no limit
    std::function<Seconds()> elapsed = SteadySeconds;  ///< since some moment; nobody can set it
  };
  using Key = std::array<std::uint8_t, 32>;
  /// RateLimit: `key` is random and of this limit alone.
  RateLimit(Options options, const Key& key)
      : burst_(options.burst),
        elapsed_(std::move(options.elapsed)),
        key_(key),
        each_(options.each),
        full_at_(kBuckets) {}

  /// Take lets a call from `network` (client_network.h) in: nothing; or says in how many seconds to come again.
  std::optional<Seconds> Take(std::string_view network);
  /// Limit sets Options::each; where that is another one, every bucket is full then: what was taken at another rate
  /// says nothing of this one.
  void Limit(std::chrono::milliseconds each);

 private:
  using Instant = std::chrono::milliseconds;  // since the moment of `elapsed`
  static constexpr std::size_t kBuckets = 65'536;

  const std::size_t burst_;
  const std::function<Seconds()> elapsed_;
  const Key key_;
  std::mutex mutex_;  // guards what follows
  std::chrono::milliseconds each_;
  std::vector<Instant> full_at_;  // of each bucket: when it has all its tokens again
};

}  // namespace certmark::api
