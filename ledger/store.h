// Store: the seam below the ledger. Bytes by key in columns, and one head that a commit must name to be accepted.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "verifier-sdk/core/bytes.h"

namespace certmark::ledger {

/// Column separates kinds of rows; keys are ordered bytewise within one.
enum class Column : std::uint8_t {
  kEntry,       ///< log number, index → entry bytes
  kTile,        ///< log number, level, tile number → its hashes, at the widest width reached
  kCheckpoint,  ///< log number, size → time, signed note
  kByHash,      ///< log number, leaf hash → index
  kRecord,      ///< the authority's records by name
  kIndex,       ///< ways to find records
  kRequest,     ///< requests of the last days, by their ids and by their age
};
inline constexpr Column kAllColumns[] = {Column::kEntry,  Column::kTile,  Column::kCheckpoint, Column::kByHash,
                                         Column::kRecord, Column::kIndex, Column::kRequest};

/// Write sets a key, or erases it when there is no value.
struct Write {
  Column column;
  Bytes key;
  std::optional<Bytes> value;
};

/// Urgency says what a commit may use of the last room on a disk.
enum class Urgency : std::uint8_t {
  kOrdinary,  ///< new work: refused while there is still room to say what is urgent
  kUrgent,    ///< what must be said even then: a suspension, a revocation
};

/// Batch is what one commit writes; later writes of a key win over earlier ones.
struct Batch {
  Bytes new_head;
  std::vector<Write> writes;
  Urgency urgency = Urgency::kOrdinary;
};

/// Store keeps rows and the head. Commits are ordered and seen at once; Sync makes them durable, so that one sync may
/// serve several commits, and the next may be written meanwhile. Whatever a crash takes, it takes from the end: a
/// commit that is there afterwards has all before it. Reads and Sync may run on any thread beside one writer; a read
/// sees a commit whole or not at all. Contract tests: tests/contract.
class Store {
 public:
  virtual ~Store() = default;

  /// Head returns the bytes of the last commit's head; empty for a store never written.
  virtual Result<Bytes> Head() const = 0;

  /// Commit makes `batch` the new state, for every reader from now on, iff the stored head equals `expected_head`. The
  /// end of the process does not undo it; the end of the machine may, until Sync has returned. Conflict: nothing was
  /// written. Unavailable: nothing was written, safe to retry. ResourceExhausted: no room, nothing was written.
  /// OutcomeUnknown: may have been written; this store answers every later Commit and Sync so, reopen it.
  virtual Result<void> Commit(ByteView expected_head, const Batch& batch) = 0;

  /// Sync returns once every commit that returned before the call is durable. OutcomeUnknown: nobody knows which are;
  /// as Commit's. It is never tried again: after one failed sync the system forgets what it could not write.
  virtual Result<void> Sync() = 0;

  /// Get returns the value of a key, or nothing. Corruption: the stored bytes failed their checksum. Unavailable: they
  /// could not be read.
  virtual Result<std::optional<Bytes>> Get(Column column, ByteView key) const = 0;

  /// Scan visits keys in [begin, end) in order until `visit` returns false; an empty `end` means to the column's end.
  /// The views end with the call. REQUIRES: `visit` does not call Commit. Corruption: as Get.
  virtual Result<void> Scan(Column column, ByteView begin, ByteView end,
                            const std::function<bool(ByteView key, ByteView value)>& visit) const = 0;
};

}  // namespace certmark::ledger
