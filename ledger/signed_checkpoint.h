// SignedCheckpoint: a checkpoint with its note, and the row in which it is kept.
#pragma once

#include <optional>
#include <string>

#include "ledger/head.h"
#include "ledger/store.h"
#include "verifier-sdk/core/checkpoint.h"
#include "verifier-sdk/core/time.h"

namespace certmark::ledger {

/// SignedCheckpoint is a checkpoint and the note that carries it, verbatim.
struct SignedCheckpoint {
  Checkpoint checkpoint;
  std::string note;
};

/// CheckpointRow is the value of a row of the checkpoint column. The text of its note never changes; witnesses'
/// signatures are added below it.
struct CheckpointRow {
  Time signed_at{};
  std::string note;

  /// Encode and Decode: time u64 big-endian, then the note. Corruption: too short for that.
  Bytes Encode() const;
  static Result<CheckpointRow> Decode(ByteView row);
};

/// ReadCheckpoint returns the stored checkpoint of `size`, or nothing where none is stored; the signature is not
/// verified. Corruption: it is no note of a checkpoint, or of another size.
Result<std::optional<SignedCheckpoint>> ReadCheckpoint(const Store& store, LogNumber log, std::uint64_t size);

/// NewestNote returns the newest checkpoint that was signed and stored, and ExposedNote the newest that met the witness
/// policy; unverified; nothing before the first. Corruption: as above, or it is not there.
Result<std::optional<SignedCheckpoint>> NewestNote(const Store& store, LogNumber log);
Result<std::optional<SignedCheckpoint>> ExposedNote(const Store& store, LogNumber log);

}  // namespace certmark::ledger
