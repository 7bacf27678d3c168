// LogReader: what the world may read of a log, bounded by its exposed checkpoint; answers from tiles and rows, never
// from memory.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ledger/signed_checkpoint.h"
#include "ledger/tiles.h"
#include "verifier-sdk/core/tlog_proof.h"

namespace certmark::ledger {

/// LogReader serves one public log. Every method is safe on any thread and takes the size up to which it may look: the
/// size of the exposed checkpoint. NotFound: beyond it. Corruption: a row that must be there is not.
class LogReader {
 public:
  /// LogReader reads `store`, which outlives it.
  LogReader(const Store& store, LogNumber log) : store_(store), log_(log) {}

  /// Entry returns the bytes of one entry.
  Result<Bytes> Entry(std::uint64_t index, std::uint64_t size) const;
  /// Run is how much of a log is read at once.
  struct Run {
    std::uint64_t begin = 0;      ///< the first entry
    std::size_t max_entries = 1;  ///< at least one
    std::size_t max_bytes = 0;    ///< but the first entry is read whatever its size
  };
  /// Entries returns entries that follow one another from `run.begin` on, as many as there are below `size` and fit;
  /// none where it is `size`.
  Result<std::vector<Bytes>> Entries(const Run& run, std::uint64_t size) const;
  /// LeafHashOf returns the leaf hash of one entry, from its tile.
  Result<Hash> LeafHashOf(std::uint64_t index, std::uint64_t size) const;
  /// IndexOf finds the entry of a leaf hash.
  Result<std::uint64_t> IndexOf(const Hash& leaf, std::uint64_t size) const;
  /// Tile returns the bytes of a hash tile or an entry bundle (uint16 big-endian lengths), cut to the width asked for.
  /// NotFound: a width that a tree of `size` has not reached.
  Result<Bytes> Tile(const TileName& name, std::uint64_t size) const;
  /// Inclusion and Consistency are the proofs of proofs.h. InvalidArgument: old_size > new_size.
  Result<Proof> Inclusion(std::uint64_t index, std::uint64_t size) const;
  Result<Proof> Consistency(std::uint64_t old_size, std::uint64_t new_size) const;
  /// RootAt is the root of the tree of the first `size` leaves.
  Result<Hash> RootAt(std::uint64_t size) const;
  /// ProveEntry writes the offline proof of entry `index` against `checkpoint`.
  Result<TlogProof> ProveEntry(std::uint64_t index, const SignedCheckpoint& checkpoint) const;

 private:
  Result<void> CheckIndex(std::uint64_t index, std::uint64_t size) const;
  Result<Bytes> HashTile(const TileName& name) const;
  Result<Bytes> EntryBundle(const TileName& name) const;

  const Store& store_;
  LogNumber log_;
};

}  // namespace certmark::ledger
