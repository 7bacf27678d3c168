// CallLimits: how often who may call: nobody in particular by network, a party by what it is enrolled for.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>

#include "api/call_rates.h"
#include "api/handlers.h"
#include "api/rate_limit.h"
#include "api/refusal.h"

namespace certmark::api {

/// CallLimits is safe on any thread. Whoever is several things has the largest of their rates.
class CallLimits {
 public:
  /// CallLimits: `key` and `elapsed` as RateLimit has them.
  CallLimits(const CallRates& rates, const RateLimit::Key& key, const RateLimit::Elapsed& elapsed = SteadyTime);

  /// Take counts a call: nothing, or why it is refused and when to come again.
  std::optional<Refusal> Take(const Caller& caller);
  /// TakeComplaint counts a complaint of anybody.
  std::optional<Refusal> TakeComplaint(const Caller& caller);
  /// Set takes up other rates: whoever is under one that is another now begins anew.
  void Set(const CallRates& rates);

 private:
  static constexpr std::size_t kKinds = 5;  // of callers, in the order of CallRates
  std::size_t KindOf(const Caller& caller) const;

  std::array<std::atomic<std::uint32_t>, kKinds> rates_{};
  std::deque<RateLimit> limits_;  // of each kind
  RateLimit complaints_;
};

}  // namespace certmark::api
