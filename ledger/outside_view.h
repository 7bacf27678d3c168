// OutsideView: how the witnesses see the log, asked before it starts to write. A database that was put back to an old
// copy, anchor and all, knows nothing of it; who has cosigned more does.
//
// Cosigning is not yet agreeing. A witness agrees when it had cosigned this very checkpoint already, and signs it again
// now. One that was behind learns of the checkpoint from us: it knows of nothing larger, but one put back to an old
// copy together with the log knows of nothing larger either. And a cosignature of another day proves only what the
// witness knew on that day.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "ledger/clock.h"
#include "ledger/witness_client.h"
#include "ledger/witness_policy.h"

namespace certmark::ledger {

/// kWitnessClockSkew is how far a witness's clock and ours may differ: its cosignature is fresh if its time lies in
/// between the question and its answer, or so far before or after. As long as the log lets its own clock step back.
inline constexpr Seconds kWitnessClockSkew{60};

/// OutsideView is the answer of every witness of a policy.
struct OutsideView {
  struct Witness {
    std::string name;      ///< in the policy
    WitnessAnswer answer;  ///< kCosigned: it has now cosigned the newest checkpoint; `text` says whether that vouches
    bool has_agreed = false;  ///< it had cosigned it before, and has signed it again now
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
  Clock clock = SystemTime;                   ///< called from many threads at once
};

/// LookFromOutside offers the newest stored checkpoint to every witness at once, as one that it has cosigned already; a
/// witness that is behind is brought up by a proof, and does not agree for it. Corruption, with `ROLLBACK DETECTED`,
/// the witness's name and the numbers: one has cosigned more than is stored, or another root; so many lines as there
/// are such witnesses are joined by `; `. FailedPrecondition: the witnesses whose cosignatures are of another time than
/// the clock's are a quorum: one of the two is wrong, and whoever writes by a wrong clock cannot take it back.
/// InvalidArgument: a witness has no URL. Internal: no HTTP client could be made. Blocks for two timeouts at most.
Result<OutsideView> LookFromOutside(const OutsideQuestion& question);

}  // namespace certmark::ledger
