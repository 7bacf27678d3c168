// Restore: an authority's directory made again from a backup, and brought up to what the world has seen of its log.
//
// 1. The backup is what its manifest says.  2. Files that are not there are copied; the database, to the side.
// 3. What mirrors have beyond it is replayed.  4. What lies outside, anchor and witnesses, has seen nothing else.
// 5. fsck finds nothing.  6. Only then the database is put in place, and an anchor written.
//
// A backup that is older than an anchor, mirror or witness that is asked is refused, unless mirrors bring what it
// lacks. Where none of them is there to ask, the backup is believed, and a warning says so.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "ca/authority_files.h"
#include "ca/backup_manifest.h"
#include "ca/clock.h"
#include "ca/replay.h"
#include "ledger/tile_source.h"
#include "ledger/witness_policy.h"

namespace certmark::ca {

/// RestoreInput: what is pointed to outlives the call.
struct RestoreInput {
  /// Mirror is a copy of the public log, as it is served or exported.
  struct Mirror {
    std::string name;  ///< in messages
    const ledger::TileSource* source;
  };
  std::filesystem::path backup;
  AuthorityFiles files;  ///< the authority's: new, or with its database and nothing else moved away
  std::vector<Mirror> mirrors;
  std::optional<std::filesystem::path> anchor;       ///< one more to compare with, beside the directory's own
  const ledger::WitnessPolicy* witnesses = nullptr;  ///< those to ask
  Time now;
  Random random = SystemRandom;
  /// progress is told what is being done, and how much of it, of how much.
  std::function<void(std::string_view what, std::uint64_t done, std::uint64_t total)> progress{};
};

/// Restored is what came of it.
struct Restored {
  BackupManifest manifest;
  Replayed replayed;
  ledger::TreeHead log, records;           ///< as the new anchor says, or will
  std::optional<std::uint64_t> acts_lost;  ///< of the record log; nothing: no anchor was there to tell
  std::size_t witnesses_agreed = 0, witnesses_silent = 0;
  bool compared = false;             ///< with anything outside the backup
  std::vector<std::string> missing;  ///< files that a daemon needs and no backup has: keys
  std::string old_anchor;            ///< where the anchor that was there was moved; empty: there was none
};

/// Restore runs the six steps. FailedPrecondition: the backup is behind what was published, as an anchor or a witness
/// says (`ROLLBACK DETECTED`), and no mirror has the rest, with both sizes; or a database is there. Corruption: the
/// backup is not what its manifest says; a mirror or an anchor has another history; or fsck finds something. On an
/// error nothing was put in place but files that were missing.
Result<Restored> Restore(const RestoreInput& input);

}  // namespace certmark::ca
