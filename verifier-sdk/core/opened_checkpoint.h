// OpenedCheckpoint: a checkpoint that a trust list's keys vouch for, as step 8 of FORMATS.md §9 holds it to be one.
#pragma once

#include <span>
#include <string_view>

#include "verifier-sdk/core/checkpoint.h"
#include "verifier-sdk/core/trust_list.h"
#include "verifier-sdk/core/verify.h"

namespace certmark {

struct OpenedCheckpoint {
  Checkpoint checkpoint;
  std::size_t witnesses = 0;  ///< of those in use, that cosigned it
};

/// WitnessesInUse are the policy's own with their threshold, or the list's with its quorum. They lie in the two.
struct WitnessesInUse {
  std::span<const NoteKey> keys;
  std::size_t threshold = 0;
};
WitnessesInUse WitnessesOf(const TrustList& list, const Policy& policy);

/// OpenCheckpoint reads a note and holds it to be a checkpoint of one of the list's logs: signed by that log's key, no
/// longer than its final size, no cosignature in use wrong, and enough of them unless the policy says
/// `AllowUnwitnessed`. FailedPrecondition: it is not so.
Result<OpenedCheckpoint> OpenCheckpoint(std::string_view note, const TrustList& list, const Policy& policy = {});

}  // namespace certmark
