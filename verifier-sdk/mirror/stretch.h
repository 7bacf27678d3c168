// Stretch: some entries of a log, from where its tree ends: read by several threads, folded, and proven to be how a
// signed tree goes on. What is proven so is as good as the whole, and merely older. Where the changes fail meanwhile
// nothing is read on, and their error is its own (Changes::failed).
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>

#include "verifier-sdk/core/checkpoint.h"
#include "verifier-sdk/core/log_judge.h"
#include "verifier-sdk/core/trust_list.h"
#include "verifier-sdk/io/tile_source.h"
#include "verifier-sdk/mirror/changes.h"
#include "verifier-sdk/mirror/evidence.h"

namespace certmark::mirror {

/// Stretch says what to read. What it refers to outlives the reading.
struct Stretch {
  std::span<const TrustList> lists;  ///< by which entries are judged: accepted, oldest first
  Signatures signatures = Signatures::kTrustLogForSignatures;
  unsigned threads = 1;  ///< that read
  const io::TileSource& source;
  const Checkpoint& checkpoint;  ///< of the signed tree
  std::uint64_t end = 0;         ///< where to stop, if not before (Changes::IsFull); at most the signed tree's
  /// seen is a checkpoint that was believed before, of a tree not longer than the signed one, or null.
  const Checkpoint* seen = nullptr;
  std::chrono::milliseconds proof_time;  ///< how long the hash tiles of its proofs may take, longer by one at most
  const std::function<void(std::uint64_t done, std::uint64_t total)>& progress;  ///< or an empty one
};

/// OtherHistory: the log signed a tree that does not begin with the one that was seen. Without a beginning the entries
/// alone have shown it, and no tile could be had.
struct OtherHistory {
  std::optional<Beginning> beginning;
};

/// ReadStretch is what reading came to.
struct ReadStretch {
  std::uint64_t unknown = 0;            ///< entries of types that nobody here knows
  std::optional<OtherHistory> other{};  ///< then nothing of it may be kept
};

/// Read folds the stretch into `changes`, which were told whose it is, and lets `log`'s tree grow. What it comes to is
/// proven to be how the signed tree begins, and that to begin with the one that was seen, however far it comes. After
/// an error nothing of it may be kept. Corruption: what the source gives is not what is signed, which blames nobody but
/// the source. NotFound, Unavailable: the source does not have it, or not now.
Result<ReadStretch> Read(const Stretch& stretch, FollowedLog& log, Changes& changes);

}  // namespace certmark::mirror
