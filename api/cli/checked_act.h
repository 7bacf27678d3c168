// An act of the authority's private record log, believed as far as a head of that log in the public one leads.
// FailedPrecondition: what was answered does not hold, or is no answer.
#pragma once

#include <cstdint>
#include <string>
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

/// LoggedHead is a head and the key entry of who signed it, as they stand in one of the list's logs.
struct LoggedHead {
  std::string origin;  ///< of the log
  std::uint64_t index = 0, key_index = 0;
  std::string entry, key_entry;
};
/// CheckRecordHead reads a head, which must be the list's authority's commitment to exactly that size and root, signed
/// by a key that the log announced before it, and that the list does not block there.
Result<RecordHead> CheckRecordHead(const LoggedHead& logged, const CheckedAct& act, const TrustList& list);

}  // namespace certmark::cli
