// Follower: an index brought up to what authorities' logs have published, every entry hashed into a tree that a signed
// checkpoint has, and nothing shown to readers before that.
//
// It goes on by steps, each of which is proven to be how the signed tree goes on and is a generation then: whoever is
// interrupted loses a step at most. A call makes one of them: a log may have no end, or a slow server, and holds up
// nobody whom its caller follows too. An authority whose logs are followed from their beginnings is believed when they
// are at their ends (Belief); of one that was, states between two steps are old ones, and not fresh.
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

#include "verifier-sdk/core/log_judge.h"
#include "verifier-sdk/core/trust_list.h"
#include "verifier-sdk/core/verify.h"
#include "verifier-sdk/io/directory_lock.h"
#include "verifier-sdk/io/tile_source.h"
#include "verifier-sdk/mirror/changes.h"
#include "verifier-sdk/mirror/new_base.h"

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
  /// progress is told, one call at a time, how far a log was followed.
  std::function<void(std::uint64_t done, std::uint64_t total)> progress{};
};

struct FollowerOptions {
  std::filesystem::path directory;  ///< made with those above it
  unsigned threads = 1;             ///< that read entries
  Changes::Limits limits{};
};

/// Followed is what one step came to.
struct Followed {
  bool is_more = false;          ///< the next call goes on at once: states are not those of the logs' ends yet
  bool is_changed = false;       ///< there is a new generation
  std::uint64_t generation = 0;  ///< the newest
  std::uint64_t entries = 0;     ///< that are new
  std::string origin;            ///< of the log that was followed last
  std::uint64_t size = 0;        ///< of it

  /// Add makes it what this and the step after it came to.
  void Add(const Followed& next) {
    is_more = next.is_more;
    is_changed = is_changed || next.is_changed;
    generation = next.generation;
    entries += next.entries;
    origin = next.origin;
    size = next.size;
  }
};

/// Follower is the one writer of an index. For one thread.
class Follower {
 public:
  /// Open takes the directory for this process. FailedPrecondition: another one has it. Unavailable: it cannot be made.
  static Result<Follower> Open(FollowerOptions options);

  /// Follow goes one step on towards the newest checkpoints of an authority's logs, log after log: one commit at most
  /// (Changes::Limits). It is there when the answer's `is_more` is false. `now` is written into evidence, and by it a
  /// cosignature is one of the future. FailedPrecondition: a checkpoint is not one that may be believed, or shorter than
  /// the one before, or than the list says that the log is; or it and the one before cannot both be, of which there is
  /// evidence then.
  /// ResourceExhausted: the authority logs more keys than an index has room for. Corruption: what the source
  /// gives is not what its checkpoint says, or the index is damaged. NotFound, Unavailable: the source does not have
  /// it, or not now; NotFound too where a log has no entry yet. An error leaves the index as it was. A new list is a
  /// step of its own: an authority whose entries are to be judged anew by it is not believed any more until they are.
  Result<Followed> Follow(const Authority& authority, Time now);

  /// LeaveOutAllBut makes whoever is not among these authorities (`iss` each) one that is not believed, until it is
  /// followed again: to be called by whoever follows some no longer. True: there is a new generation. Corruption,
  /// Unavailable, OutcomeUnknown: as an index is opened, or written.
  Result<bool> LeaveOutAllBut(std::span<const std::string> authorities);

 private:
  class Turn;
  void BeginBase(const std::shared_ptr<const Index>& index);
  Follower(FollowerOptions options, io::DirectoryLock lock) : options_(std::move(options)), lock_(std::move(lock)) {}

  FollowerOptions options_;
  io::DirectoryLock lock_;
  std::unique_ptr<NewBase> next_;  // being written, where the delta has become large
};

}  // namespace certmark::mirror
