// Fsck: is everything that a log or a database says still what its entries' bytes make of it?
//
// It reads, and changes nothing. A damaged row is reported and does not end the check. Memory is bounded: one window of
// entries a thread, the right edge of the tree, 40 bytes a retained checkpoint.
#pragma once

#include <cstdint>
#include <functional>
#include <map>

#include "ledger/checkpoint_check.h"
#include "ledger/findings.h"
#include "ledger/store.h"
#include "ledger/tile_source.h"
#include "ledger/tree_check.h"

namespace certmark::ledger {

/// FsckOptions says how to go about it.
struct FsckOptions {
  unsigned threads = 2;  ///< both cores; more where a source is far away
  EntryVisitor visit{};  ///< sees every entry of every log, one log after the other
  /// progress is told the entries done, of how many; one call at a time, on any of the threads.
  std::function<void(std::uint64_t done, std::uint64_t total)> progress{};
};

/// FsckReport is what was found, and how much was looked at. Without findings all of it agrees.
struct FsckReport {
  Findings findings;
  std::uint64_t entries = 0, tiles = 0, checkpoints = 0, requests = 0;
  std::map<LogNumber, TreeHead> logs;  ///< as far as each was checked
};

/// FsckStore checks every log that the head of `store` names, the record log too: entries, tiles of every level, roots,
/// by_hash rows, checkpoints, the head, the rows of requests, and that there is no row beyond. `keys` are those of the
/// public logs. A writer may be at work on `store` meanwhile: what it appends is not judged. Kinds beside those of
/// tree_check.h, checkpoint_check.h, by_hash_check.h and request_check.h: `head-unreadable`, `log-unknown` (no key for
/// it), `entry-extra`, `tile-extra`, `checkpoint-extra`, `by-hash-extra`. Unavailable: something could not be read, and
/// nothing can be told.
Result<FsckReport> FsckStore(const Store& store, const std::map<LogNumber, CheckpointKeys>& keys,
                             const FsckOptions& options);

/// PublishedLog is one log as the world sees it, and what it must be.
struct PublishedLog {
  const TileSource& source;
  LogNumber number = 1;  ///< what a visitor is told
  CheckpointKeys keys;
  std::size_t quorum = 0;  ///< how many of the witnesses must have cosigned
};

/// FsckPublished checks one log against its own newest checkpoint. Further kinds: `checkpoint-missing`,
/// `checkpoint-not-witnessed`. Unavailable as above.
Result<FsckReport> FsckPublished(const PublishedLog& log, const FsckOptions& options);

}  // namespace certmark::ledger
