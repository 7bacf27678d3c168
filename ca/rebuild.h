// Rebuild: an authority's database made again from what its logs have published, for the case that neither the database
// nor a backup of it is left.
#pragma once

#include <span>

#include "ca/authority.h"
#include "ca/clock.h"
#include "ledger/tile_source.h"

namespace certmark::ca {

/// RebuildRequest is what it is made from. References outlive the call.
struct RebuildRequest {
  const AuthorityFiles& files;
  const Authority& authority;
  std::span<const TrustList> lists;                    ///< accepted ones, oldest first
  std::span<const ledger::TileSource* const> mirrors;  ///< one of each log of the newest list, in any order
  const Clock& clock;
  const Random& random;
};

/// RebuildDatabase makes the database and the anchor again and returns the number of certifications in it. Every entry
/// is read from the mirrors and judged; every checkpoint is signed by its log's key and cosigned as the newest list
/// demands, a frozen log's of its final size, the current one's at least as far as the anchor, if that is left.
/// What the public logs tell is there afterwards: entries, tiles, signers, certifications in their state, their status
/// rows, a name for each operator. What only the database knew is not: parties, files, reports, requests, the record
/// log, which begins anew with an act for each certification that something has happened to. A certification whose
/// state the log leaves open is suspended. The database appears whole or not at all. InvalidArgument: a log without a
/// mirror. Corruption: a mirror that does not hold, or is behind the anchor: `ROLLBACK DETECTED`. Unavailable: a mirror
/// cannot be read.
Result<std::uint64_t> RebuildDatabase(const RebuildRequest& request);

}  // namespace certmark::ca
