// Standing: what a certification of the index is worth at a time, by the steps of FORMATS.md §9 that an index can
// answer (2, 3, 6, 7 for scheme and level, 9, 10). Whether the app at hand is of its signers and builds is the asker's
// to see.
#pragma once

#include <optional>
#include <vector>

#include "verifier-sdk/core/verify.h"
#include "verifier-sdk/mirror/index.h"

namespace certmark::mirror {

/// Standing is VALID, or the first step's verdict that fails. Of the policy it goes by `AllowTestAuthority`,
/// `AllowUnknownStatus` (of logs that were followed to their ends, all that the list names), schemes, levels, status
/// age and skew; what witnesses sign was asked when the log was followed.
Verdict Standing(const Generation& generation, const Certification& certification, const Policy& policy, Time now);

/// FreshUntil is until when the states that an authority's newest log says are fresh (IsFresh), by the policy's status
/// age. Nothing: they never were, for too few witnesses have signed, or not all was followed that they signed.
std::optional<Time> FreshUntil(const FollowedAuthority& authority, const Policy& policy, Time now);

/// VouchedAt is when as many witnesses as a state needs (one at least) had all signed: what makes it fresh, and for how
/// long. Times after `latest` say nothing. Time::min(): too few have.
Time VouchedAt(std::vector<Time> cosigned, std::size_t quorum, Time latest);

}  // namespace certmark::mirror
