// Follower: an index brought up to what authorities' logs have published, every entry hashed into a tree that a signed
// checkpoint has, and nothing shown to readers before that.
//
// What is refused changes nothing: readers keep the last good generation. Where a log's own signatures show that it has
// two histories, or went back, they are written down for whoever is to be told: `evidence-….json` in the directory.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "verifier-sdk/core/log_judge.h"
#include "verifier-sdk/core/trust_list.h"
#include "verifier-sdk/core/verify.h"
#include "verifier-sdk/io/directory_lock.h"
#include "verifier-sdk/io/tile_source.h"
#include "verifier-sdk/mirror/changes.h"

namespace certmark::mirror {

/// Authority is whom to follow, and how.
struct Authority {
  std::span<const TrustList> lists;  ///< accepted, oldest first; they outlive the call
  /// open is the log that a list names, wherever it is to be read from.
  std::function<std::unique_ptr<io::TileSource>(const TrustList::LogKey& log)> open;
  /// policy says which witnesses, and whether too few are forgiven (`AllowUnwitnessed`).
  Policy policy;
  /// signatures: all of them, or those that the log's own does not answer for.
  Signatures signatures = Signatures::kTrustLogForSignatures;
};

struct FollowerOptions {
  std::filesystem::path directory;  ///< made with those above it
  unsigned threads = 1;             ///< that read entries
  Changes::Limits limits{};
  std::function<void(std::uint64_t done, std::uint64_t total)> progress{};
};

/// Followed is what one turn came to.
struct Followed {
  bool is_changed = false;       ///< there is a new generation
  std::uint64_t generation = 0;  ///< the newest
  std::uint64_t entries = 0;     ///< that are new
  std::string origin;            ///< of the log that was followed last
  std::uint64_t size = 0;        ///< of it
};

/// Follower is the one writer of an index. For one thread.
class Follower {
 public:
  /// Open takes the directory for this process. FailedPrecondition: another one has it. Unavailable: it cannot be made.
  static Result<Follower> Open(FollowerOptions options);

  /// Follow brings the index up to the newest checkpoints of an authority's logs, log after log; `now` is written into
  /// evidence, and by it a cosignature is one of the future. FailedPrecondition: a checkpoint is not one that may be
  /// believed; or it and the one before it cannot both be, of which there is evidence then. Corruption: what the source
  /// gives is not what its checkpoint says, or the index is damaged. NotFound, Unavailable: the source does not have
  /// it, or not now. An error leaves the index as it was, but for logs that were followed to their end before; and an
  /// authority whose entries were to be judged anew is not trusted any more until they are.
  Result<Followed> Follow(const Authority& authority, Time now);

  /// LeaveOutAllBut makes whoever is not among these authorities (`iss` each) one that is not trusted, until it is
  /// followed again: to be called by whoever follows some no longer. True: there is a new generation. Corruption,
  /// Unavailable, OutcomeUnknown: as an index is opened, or written.
  Result<bool> LeaveOutAllBut(std::span<const std::string> authorities);

 private:
  class Turn;
  Result<void> Distrust(const std::shared_ptr<const Index>& index, const TrustList& list) const;
  Follower(FollowerOptions options, io::DirectoryLock lock) : options_(std::move(options)), lock_(std::move(lock)) {}

  FollowerOptions options_;
  io::DirectoryLock lock_;
};

}  // namespace certmark::mirror
