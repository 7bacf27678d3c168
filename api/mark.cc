#include "api/mark.h"

#include <algorithm>
#include <iterator>

#include "ca/name_table.h"

namespace certmark::api {
namespace {

using State = Mark::State;

constexpr ca::NameTable<State, Mark::kStates.size()> kNames{{
    {State::kCertified, "certified"},
    {State::kSuspended, "suspended"},
    {State::kRevoked, "revoked"},
    {State::kEnded, "ended"},
    {State::kNotCertified, "not-certified"},
    {State::kSeveral, "several"},
    {State::kUnknown, "unknown"},
}};

}  // namespace

Mark::State MarkState(const v1::Certification& certification) {
  switch (certification.state()) {
    case v1::Certification::VALID:
      return State::kCertified;
    case v1::Certification::SUSPENDED:
      return State::kSuspended;
    case v1::Certification::REVOKED:
      return State::kRevoked;
    case v1::Certification::WITHDRAWN:
    case v1::Certification::SUPERSEDED:
    case v1::Certification::EXPIRED:
      return State::kEnded;
    default:
      return State::kUnknown;
  }
}

bool IsLive(const v1::Certification& certification) {
  const State state = MarkState(certification);
  return state == State::kCertified || state == State::kSuspended;
}

Time ValidUntil(const v1::Certification& certification) {
  return FromEpoch(certification.valid_until().seconds());
}

std::string CacheOf(std::span<const v1::Certification> certifications, Time now) {
  Seconds kept{60};
  for (const v1::Certification& each : certifications) {
    if (IsLive(each)) kept = std::clamp(ValidUntil(each) - now, Seconds{0}, kept);
  }
  return "public, max-age=" + std::to_string(kept.count()) + ", must-revalidate";
}

Mark Mark::Of(const v1::LookUpAppResponse& all) {
  if (all.certifications().empty()) return {.state = State::kNotCertified};
  Mark mark;
  std::ranges::copy_if(all.certifications(), std::back_inserter(mark.rests_on), IsLive);
  if (mark.rests_on.empty()) mark.rests_on.push_back(*all.certifications().rbegin());
  mark.state = mark.rests_on.size() > 1 ? State::kSeveral : MarkState(mark.rests_on.front());
  return mark;
}

std::string_view Name(Mark::State state) {
  return ca::NameIn(kNames, state);
}

}  // namespace certmark::api
