#include "api/rate_limit.h"

#include <algorithm>
#include <utility>

#include "verifier-sdk/core/hash.h"

namespace certmark::api {

std::chrono::nanoseconds SteadyTime() {
  return std::chrono::steady_clock::now().time_since_epoch();
}

std::optional<Seconds> RateLimit::Take(std::string_view whose) {
  const Hash digest = Sha256({ByteView(key_), AsBytes(whose)});
  static_assert(kBuckets == 1 << 16, "two bytes of a digest are a place");
  const std::size_t place = std::size_t{digest.bytes[0]} << 8 | digest.bytes[1];
  const Instant now = elapsed_();
  const std::lock_guard lock(mutex_);
  Instant& full_at = full_at_[place];
  const Instant with_it = std::max(full_at, now) + pace_.each;
  const Instant latest = now + pace_.each * pace_.burst;
  if (with_it > latest) return std::chrono::ceil<Seconds>(with_it - latest);
  full_at = with_it;
  return std::nullopt;
}

void RateLimit::Set(const Pace& pace) {
  const std::lock_guard lock(mutex_);
  if (std::exchange(pace_, pace) != pace) std::fill(full_at_.begin(), full_at_.end(), Instant{});
}

}  // namespace certmark::api
