#include "api/call_limits.h"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

namespace certmark::api {
namespace {

enum Kind : std::size_t { kAnybody, kOperators, kEvaluators, kStaff, kRelyingParties };

Kind KindOfRole(ca::Role role) {
  switch (role) {
    case ca::Role::kOperator:
      return kOperators;
    case ca::Role::kLaboratory:
    case ca::Role::kAuditor:
      return kEvaluators;
    case ca::Role::kRelyingParty:
      return kRelyingParties;
    case ca::Role::kReviewer:
    case ca::Role::kDecider:
    case ca::Role::kSurveillanceOfficer:
    case ca::Role::kAppealsOfficer:
    case ca::Role::kRegistrar:
      break;
  }
  return kStaff;
}

RateLimit::Pace PaceOf(std::uint32_t rate) {
  if (rate == 0) return {};
  constexpr std::size_t kSecondsAtOnce = 4;
  return {kSecondsAtOnce * rate, std::chrono::nanoseconds{std::chrono::seconds{1}} / rate};
}

RateLimit::Pace ComplaintPace(const CallRates& rates) {
  return {20, rates.complaint_interval};
}

std::array<std::uint32_t, 5> Each(const CallRates& rates) {
  return {rates.anybody, rates.operators, rates.evaluators, rates.staff, rates.relying_parties};
}

Refusal TooSoon(std::string reason, const std::string& what, Seconds wait) {
  return {.grpc = 8,  // RESOURCE_EXHAUSTED
          .http = 429,
          .reason = std::move(reason),
          .message = "too many " + what + ": come again in " + std::to_string(wait.count()) + " s",
          .retry_after = wait};
}

}  // namespace

CallLimits::CallLimits(const CallRates& rates, const RateLimit::Key& key, const RateLimit::Elapsed& elapsed)
    : complaints_(ComplaintPace(rates), key, elapsed) {
  for (std::size_t i = 0; i < kKinds; ++i) {
    rates_[i] = Each(rates)[i];
    limits_.emplace_back(PaceOf(rates_[i]), key, elapsed);
  }
}

std::size_t CallLimits::KindOf(const Caller& caller) const {
  std::size_t kind = kAnybody;
  if (!caller.party) return kind;
  std::uint64_t fastest = 0;
  for (const ca::Role role : caller.party->roles) {
    const std::size_t other = KindOfRole(role);
    const std::uint32_t rate = rates_[other];
    const std::uint64_t speed = rate == 0 ? std::numeric_limits<std::uint64_t>::max() : rate;
    if (speed > std::exchange(fastest, std::max(fastest, speed))) kind = other;
  }
  return kind;
}

std::optional<Refusal> CallLimits::Take(const Caller& caller) {
  const auto wait = limits_[KindOf(caller)].Take(caller.party ? caller.party->id : caller.network);
  if (!wait) return std::nullopt;
  return TooSoon("TOO_MANY_CALLS", caller.party ? "calls of this party" : "calls from your network", *wait);
}

std::optional<Refusal> CallLimits::TakeComplaint(const Caller& caller) {
  const auto wait = complaints_.Take(caller.network);
  if (!wait) return std::nullopt;
  return TooSoon("TOO_MANY_COMPLAINTS", "complaints from your network", *wait);
}

void CallLimits::Set(const CallRates& rates) {
  for (std::size_t i = 0; i < kKinds; ++i) {
    rates_[i] = Each(rates)[i];
    limits_[i].Set(PaceOf(rates_[i]));
  }
  complaints_.Set(ComplaintPace(rates));
}

}  // namespace certmark::api
