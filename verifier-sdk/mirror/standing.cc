#include "verifier-sdk/mirror/standing.h"

#include <algorithm>
#include <functional>

#include "verifier-sdk/core/bulk_log.h"
#include "verifier-sdk/core/verify_steps.h"

namespace certmark::mirror {
namespace {

bool IsAmong(const std::vector<std::string>& accepted, std::string_view value) {
  return accepted.empty() || std::ranges::find(accepted, value) != accepted.end();
}

Verdict OfState(FoldedState state) {
  switch (state) {
    case FoldedState::kValid:
      return Verdict::kValid;
    case FoldedState::kSuspended:
      return Verdict::kSuspended;
    case FoldedState::kRevoked:
      return Verdict::kRevoked;
    case FoldedState::kEnded:
      return Verdict::kEnded;
    case FoldedState::kUnknown:
      return Verdict::kStatusUnknown;
  }
  return Verdict::kUndecided;
}

}  // namespace

Verdict Standing(const Generation& generation, const Certification& c, const Policy& policy, Time now) {
  // Steps 2 and 3.
  if (!generation.Believes(c.authority)) return Verdict::kUntrustedIssuer;
  const FollowedAuthority& authority = generation.authorities[c.authority];
  if (now >= authority.trust_until) return Verdict::kUntrustedIssuer;
  if (authority.is_test && !policy.allows(Allow::kTestAuthority)) return Verdict::kUntrustedIssuer;
  if (c.key >= authority.keys.size()) return Verdict::kUntrustedIssuer;
  const SignerKey& key = authority.keys[c.key];
  if (now < key.from || key.until < now) return Verdict::kUntrustedIssuer;
  // Step 6.
  if (std::max(c.valid_from, c.issued) > steps::Plus(now, policy.skew)) return Verdict::kNotYetValid;
  if (steps::Plus(c.valid_until, policy.skew) <= now) return Verdict::kExpired;
  // Step 7.
  if (!IsAmong(policy.schemes, c.scheme) || !IsAmong(policy.levels, c.level)) return Verdict::kNotAccepted;
  // Steps 9 and 10. What no longer may stand for the state may not make it better either.
  if (c.state == FoldedState::kUnknown) return Verdict::kStatusUnknown;
  const bool is_fresh = !authority.logs.empty() && IsFresh(authority.logs.back().cosigned, authority.quorum,
                                                           {policy.status_age, policy.skew}, now);
  // That nobody vouches for a log's end may be forgiven; that its end is known and was not come to yet, never.
  const bool is_forgiven = policy.allows(Allow::kUnknownStatus) && authority.IsWhole();
  const Verdict said = OfState(c.state);
  if (is_fresh || (said == Verdict::kValid && is_forgiven)) return said;
  return Verdict::kStatusStale;
}

std::optional<Time> FreshUntil(const FollowedAuthority& authority, const Policy& policy, Time now) {
  if (authority.logs.empty()) return std::nullopt;
  const Time vouched = VouchedAt(authority.logs.back().cosigned, authority.quorum, steps::Plus(now, policy.skew));
  if (vouched == Time::min()) return std::nullopt;
  return steps::Plus(steps::Plus(vouched, policy.status_age), policy.skew);
}

Time VouchedAt(std::vector<Time> times, std::size_t quorum, Time latest) {
  std::erase_if(times, [&](Time time) { return time > latest; });
  const std::size_t needed = std::max<std::size_t>(1, quorum);
  if (times.size() < needed) return Time::min();
  std::ranges::sort(times, std::greater<>());
  return times[needed - 1];
}

}  // namespace certmark::mirror
