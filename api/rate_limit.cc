#include "api/rate_limit.h"

#include <algorithm>
#include <utility>

#include "verifier-sdk/core/hash.h"

namespace certmark::api {

Seconds SteadySeconds() {
  return std::chrono::floor<Seconds>(std::chrono::steady_clock::now().time_since_epoch());
}

std::optional<Seconds> RateLimit::Take(std::string_view network) {
  const Hash digest = Sha256({ByteView(key_), AsBytes(network)});
  static_assert(kBuckets == 1 << 16, "two bytes of a digest are a place");
  const std::size_t place = std::size_t{digest.bytes[0]} << 8 | digest.bytes[1];
  const Instant now = elapsed_();
  const std::lock_guard lock(mutex_);
  Instant& full_at = full_at_[place];
  const Instant with_it = std::max(full_at, now) + each_;
  const Instant latest = now + each_ * burst_;
  if (with_it > latest) return std::chrono::ceil<Seconds>(with_it - latest);
  full_at = with_it;
  return std::nullopt;
}

void RateLimit::Limit(std::chrono::milliseconds each) {
  const std::lock_guard lock(mutex_);
  if (std::exchange(each_, each) != each) std::fill(full_at_.begin(), full_at_.end(), Instant{});
}

}  // namespace certmark::api
