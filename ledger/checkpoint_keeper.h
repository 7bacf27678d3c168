// CheckpointKeeper: which checkpoints are stored, for how long, and with whose signatures.
//
// Kept: the newest, the exposed one, of the others at most one a second for seven days, then one an hour.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "ledger/head.h"
#include "ledger/signed_checkpoint.h"
#include "ledger/store.h"
#include "verifier-sdk/core/note.h"

namespace certmark::ledger {

/// CheckpointKeeper turns notes into rows, and says which rows may go. It belongs to the sequencer.
class CheckpointKeeper {
 public:
  using Policy = std::function<bool(const Note&)>;
  /// CheckpointKeeper keeps the checkpoints of one log; `store` outlives it. `meets_policy` as in PublisherOptions.
  CheckpointKeeper(const Store& store, LogNumber log, Policy meets_policy)
      : store_(store), log_(log), meets_policy_(std::move(meets_policy)) {}

  /// Put appends to `writes` the row of a checkpoint: the stored one with `cosignatures` (signature lines) added, each
  /// in place of an older one by the same key, or a new one; raises `head.published`, and `head.exposed` if the policy
  /// is met; and erases up to some dozens of rows that need no longer be kept. Returns the checkpoint as it will be
  /// stored. REQUIRES: no two calls for one size before a commit. InvalidArgument: a line that is none, or too many.
  /// Corruption: the stored row is of another text.
  Result<SignedCheckpoint> Put(const SignedCheckpoint& checkpoint, const std::vector<std::string>& cosignatures,
                               Time now, LogHead& head, std::vector<Write>& writes);

 private:
  struct Kept {
    std::uint64_t size;
    Time signed_at;
  };
  void ThinRecent(const LogHead& head, std::vector<Write>& writes);
  Result<void> ThinOld(Time now, const LogHead& head, std::vector<Write>& writes);

  const Store& store_;
  const LogNumber log_;
  const Policy meets_policy_;
  std::deque<Kept> recent_;       ///< rows of this run of which a newer one of the same second may let go
  std::uint64_t thinned_to_ = 0;  ///< rows of smaller sizes are thinned to one an hour
  Time thinned_at_{};             ///< when rows were last looked at for that
};

/// AddCosignatures returns `note` with each of `lines` in place of one by the same name and key id, or below the
/// others. InvalidArgument: a line that is no signature line, or more than a note may have.
Result<std::string> AddCosignatures(std::string_view note, const std::vector<std::string>& lines);

}  // namespace certmark::ledger
