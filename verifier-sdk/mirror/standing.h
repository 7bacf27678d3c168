// Standing: what a certification of the index is worth at a time, by the steps of FORMATS.md §9 that an index can
// answer (2, 3, 6, 7 for scheme and level, 9, 10). Whether the app at hand is of its signers and builds is the asker's
// to see.
#pragma once

#include "verifier-sdk/core/verify.h"
#include "verifier-sdk/mirror/index.h"

namespace certmark::mirror {

/// Standing is VALID, or the first step's verdict that fails. Of the policy it goes by `AllowTestAuthority`,
/// `AllowUnknownStatus`, schemes, levels, status age and skew; what witnesses sign was asked when the log was followed.
Verdict Standing(const Generation& generation, const Certification& certification, const Policy& policy, Time now);

}  // namespace certmark::mirror
