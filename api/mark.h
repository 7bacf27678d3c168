// Mark: what an app's certifications come to now, as its mark shows it (SCHEME.md §6). Pure.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "certmark/v1/public.pb.h"
#include "verifier-sdk/core/time.h"

namespace certmark::api {

struct Mark {
  enum class State : std::uint8_t {
    kCertified,
    kSuspended,
    kRevoked,
    kEnded,  ///< without fault: expired, withdrawn, superseded
    kNotCertified,
    kSeveral,  ///< more than one has not ended: which one is meant, the signing identity would say
    kUnknown,  ///< no answer could be had; no app is in this state
  };
  static constexpr std::array<State, 7> kStates = {State::kCertified, State::kSuspended,    State::kRevoked,
                                                   State::kEnded,     State::kNotCertified, State::kSeveral,
                                                   State::kUnknown};

  State state = State::kUnknown;
  /// rests_on are those that the state is the state of: all that have not ended; where every one has, the newest.
  std::vector<v1::Certification> rests_on = {};

  /// Of judges every certification of an app, oldest first, each as it is now.
  static Mark Of(const v1::LookUpAppResponse& all);
};

/// MarkState is what the mark of one certification shows.
Mark::State MarkState(const v1::Certification& certification);
/// IsLive: it has not ended.
bool IsLive(const v1::Certification& certification);
/// ValidUntil is when it is over.
Time ValidUntil(const v1::Certification& certification);
/// CacheOf lets nobody show what is said of certifications for longer than a minute, nor beyond the end of one of them.
std::string CacheOf(std::span<const v1::Certification> certifications, Time now);

/// Name is the state as JSON writes it: "certified", "not-certified" …
std::string_view Name(Mark::State state);

}  // namespace certmark::api
