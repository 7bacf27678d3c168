// An act of the authority's private record log, believed as far as a head of that log in the public one leads.
// FailedPrecondition: what was answered does not hold, or is no answer.
#pragma once

#include <cstdint>
#include <string_view>

#include "ca/act_entry.h"
#include "certmark/v1/work.pb.h"
#include "verifier-sdk/core/hash.h"
#include "verifier-sdk/core/log_entry.h"
#include "verifier-sdk/core/trust_list.h"

namespace certmark::cli {

/// CheckedAct is an act that stands at `index` of a record log of `head_size` entries, whose root is `head_root`;
/// whether the authority ever published that root, the head says.
struct CheckedAct {
  ca::RecordedAct recorded;
  std::uint64_t index = 0;
  std::uint64_t head_size = 0;
  Hash head_root;
};
/// CheckActProof checks that the answer is of the act of that leaf hash, and leads from it to its root.
Result<CheckedAct> CheckActProof(const v1::ActProof& answer, const Hash& leaf);

/// CheckRecordHead reads an entry of the public log, which must be the list's authority's commitment to exactly that
/// size and root.
Result<RecordHead> CheckRecordHead(std::string_view entry, const CheckedAct& act, const TrustList& list);

}  // namespace certmark::cli
