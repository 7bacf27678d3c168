// Rebuild: an authority's database made again from what its logs have published, for the case that neither the database
// nor a backup of it is left.
#pragma once

#include <span>

#include "ca/authority_files.h"
#include "ca/clock.h"
#include "ca/outside.h"
#include "ca/replay_logs.h"

namespace certmark::ca {

/// RebuildRequest is what it is made from. References outlive the call.
struct RebuildRequest {
  const AuthorityFiles& files;
  std::span<const TrustList> lists;     ///< accepted ones, oldest first
  const ledger::WitnessPolicy& policy;  ///< which notes may be shown; and who is asked
  std::span<const Mirror> mirrors;      ///< one or more of each log of the newest list, in any order
  const Clock& clock;
  const Random& random;
  Heard heard{};
};

/// RebuildDatabase makes the database and the anchor again and returns the number of certifications in it. A mirror is
/// believed as far as somebody vouches for it: every entry is read and judged; every checkpoint is signed by its log's
/// key and cosigned as the newest list demands, a frozen log's of its final size and as its successor's genesis says;
/// the current log's meets the policy, reaches the anchor and agrees with it, if that is left, and no witness of the
/// policy has seen more. Where the anchor is gone, or older than what the mirrors show, a quorum of witnesses must
/// agree. The anchor's place may be a link to another device: it stays one.
/// What the public logs tell is there afterwards: entries, tiles, signers, certifications in their state, their status
/// rows, a name for each operator: all that ReplayLogs makes of them. What only the database knew is not: parties,
/// files, reports, requests, the record log, which begins anew with the acts of the replay. A certification whose state
/// the log leaves open is suspended. The database appears whole or not at all. FailedPrecondition: a log of which no
/// mirror was given, or none that has it to its end; nobody vouches, or a production authority's anchor lies beside the
/// database and no quorum has agreed, or cosignatures are missing; a mirror is behind the anchor or a witness, which is
/// `ROLLBACK DETECTED`; a database is there, or no device for the anchor. Corruption: a mirror that does not hold, or
/// an anchor with another root. Unavailable: a mirror cannot be read, or a daemon has the anchor.
Result<std::uint64_t> RebuildDatabase(const RebuildRequest& request);

}  // namespace certmark::ca
