// What the retained checkpoints of a log say, each judged for itself: the tree is held against them by TreeCheck.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/findings.h"
#include "ledger/store.h"
#include "ledger/tree_check.h"
#include "verifier-sdk/core/checkpoint.h"
#include "verifier-sdk/core/note.h"

namespace certmark::ledger {

/// CheckpointKeys says who must have signed a log's checkpoints: its own key, and, where they signed, these witnesses
/// rightly.
struct CheckpointKeys {
  NoteKey log;
  std::vector<NoteKey> witnesses{};
};

/// CheckNote judges one note: readable, of this log's origin, signed by its key, no wrong cosignature. On success it
/// returns what the note says. Kinds: `checkpoint-unreadable`, `checkpoint-origin`, `checkpoint-signature`,
/// `checkpoint-cosignature`. `place` is how findings name it; a finding's log is left empty.
std::optional<Checkpoint> CheckNote(std::string_view note, const CheckpointKeys& keys, const std::string& place,
                                    std::vector<Finding>& findings);

/// CheckedNotes are the checkpoints of one log that are good for themselves, by size, and what is wrong with others.
struct CheckedNotes {
  std::vector<CheckedRoot> roots;  ///< 40 bytes a checkpoint retained
  std::vector<Finding> findings;   ///< their log is left empty
  std::uint64_t count = 0;
};

/// CheckStoredNotes judges every checkpoint row of a log on `threads` threads. Further kind: `checkpoint-size`, a row
/// whose key names another size than its note. Unavailable: a row could not be read.
Result<CheckedNotes> CheckStoredNotes(const Store& store, LogNumber log, const CheckpointKeys& keys, unsigned threads);

}  // namespace certmark::ledger
