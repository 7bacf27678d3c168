// OutsideView: how the witnesses see the log, asked before it starts to write. A database that was put back to an old
// copy, anchor and all, knows nothing of it; who has cosigned more does.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "ledger/witness_client.h"
#include "ledger/witness_policy.h"

namespace certmark::ledger {

/// OutsideView is the answer of every witness of a policy.
struct OutsideView {
  struct Witness {
    std::string name;         ///< in the policy
    WitnessAnswer answer;     ///< kCosigned: it agrees, and has now cosigned the newest checkpoint
    bool has_agreed = false;  ///< answer is kCosigned
  };
  std::vector<Witness> witnesses;  ///< in the policy's order
  bool quorum_agreed = false;      ///< those that agreed are a quorum; never with `quorum none`: nobody vouches then
};

/// OutsideQuestion is what they are asked.
struct OutsideQuestion {
  const WitnessPolicy& policy;
  const SignedCheckpoint& newest;             ///< the newest stored checkpoint, signed by the log
  const ConsistencySource consistency;        ///< over the stored tree; called from many threads at once
  std::chrono::milliseconds timeout{10'000};  ///< for one exchange; a witness may need two
};

/// LookFromOutside offers the newest stored checkpoint to every witness at once, as one that it has cosigned already; a
/// witness that is behind is brought up by a proof, so that agreeing is cosigning. Corruption, with `ROLLBACK
/// DETECTED`, the witness's name and the numbers: one has cosigned more than is stored, or another root; so many lines
/// as there are such witnesses are joined by `; `. InvalidArgument: a witness has no URL. Internal: no HTTP client
/// could be made. Blocks for two timeouts at most.
Result<OutsideView> LookFromOutside(const OutsideQuestion& question);

}  // namespace certmark::ledger
