// Restore: an authority's directory made again from a backup, and brought up to what the world has seen of its logs.
//
// 1. The backup is what its manifest says, no database is in the way, and somebody is there who may vouch.
// 2. Files that are not there are copied; the database, to the side.
// 3. What mirrors have beyond it is replayed, through every log of the succession.
// 4. What lies outside has seen nothing else, and an anchor or a quorum of witnesses vouches that this is all.
// 5. The record log says that this was restored, every term that may have been met meanwhile begins anew, and fsck
//    finds nothing.
// 6. Only then the database is put in place, and an anchor.
//
// Who is stopped anywhere begins again: until the last step nothing is there but files that were missing, and in it a
// database beside an anchor that it has reached.
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
#include "ca/replay_logs.h"
#include "ca/vouchers.h"
#include "ledger/witness_policy.h"

namespace certmark::ca {

/// IfNothingVouches says whether a backup is restored though neither an anchor nor a quorum of witnesses is left that
/// could say whether anything was published after it. Whoever contradicts it is believed all the same.
enum class IfNothingVouches : std::uint8_t { kRefuse, kRestore };

/// RestoreStep is what a restore has done, each durable before the next.
enum class RestoreStep : std::uint8_t { kChecked, kCopied, kReplayed, kVouched, kRecorded, kDatabaseInPlace, kDone };

/// RestoreInput: what is pointed to outlives the call.
struct RestoreInput {
  std::filesystem::path backup;
  AuthorityFiles files;  ///< the authority's: new, or with its database and nothing else moved away
  std::vector<Mirror> mirrors{};
  std::optional<std::filesystem::path> anchor{};     ///< one more to ask, beside the authority's own
  const ledger::WitnessPolicy* witnesses = nullptr;  ///< those to ask
  IfNothingVouches if_nothing_vouches = IfNothingVouches::kRefuse;
  Time now;
  ledger::Clock clock = ledger::SystemTime;  ///< by which a witness's answer is of now
  Random random = SystemRandom;
  /// progress is told what is being done, and how much of it, of how much.
  std::function<void(std::string_view what, std::uint64_t done, std::uint64_t total)> progress{};
  std::function<void(RestoreStep)> reached{};  ///< is told of each step
};

/// Restored is what came of it.
struct Restored {
  BackupManifest manifest;
  Replayed replayed;
  std::string origin;                      ///< of the newest log
  ledger::TreeHead log, records;           ///< its tree, and the record log's
  std::optional<std::uint64_t> acts_lost;  ///< of the record log; nothing: no anchor was there to tell
  std::uint64_t extended = 0;              ///< terms that begin anew (restored_deadlines.h)
  WitnessesHeard witnesses;
  std::vector<std::string> vouched_by;  ///< `anchor FILE`, `2 witnesses`; nobody: IfNothingVouches::kRestore
  std::vector<std::string> missing;     ///< what a daemon needs and no backup has: keys, documents
  std::string old_anchor;               ///< where a copy of the anchor that was there is; empty: there was none
};

/// kNothingVouches is the reason of a restore's act for which nothing vouched.
inline constexpr std::string_view kNothingVouches = "nothing-vouches";

/// Restore runs the six steps. FailedPrecondition: the backup is behind what was published, as an anchor or a witness
/// says (`ROLLBACK DETECTED`), and no mirror has the rest, with both sizes; nothing vouches; a log of the trust list is
/// not whole, named; or a database is there. Corruption: the backup is not what its manifest says; a mirror or an
/// anchor has another history; or fsck finds something. On an error before the last step nothing was put in place but
/// files that were missing.
Result<Restored> Restore(const RestoreInput& input);

}  // namespace certmark::ca
