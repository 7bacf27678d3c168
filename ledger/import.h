// Importer: the writer of a store that is no log's yet, such as one restored from a copy. It puts entries where another
// copy of the log has them, verbatim, and what follows from them; it signs nothing, publishes nothing and moves no
// anchor.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "ledger/checkpoint_keeper.h"
#include "ledger/draft.h"
#include "ledger/signed_checkpoint.h"
#include "ledger/store.h"
#include "verifier-sdk/core/note.h"

namespace certmark::ledger {

/// Importer belongs to one thread. After an error its store is of no use: what was begun stays there.
class Importer {
 public:
  /// Options say which public log is continued, and which of its notes may be shown (as PublisherOptions).
  struct Options {
    LogNumber log = 1;
    std::function<bool(const Note&)> meets_policy;
    Time now;  ///< the time of what is imported
  };

  /// Open continues the trees in `store`, which outlives the importer and which nobody else writes to. Corruption: they
  /// do not hash to their roots.
  static Result<std::unique_ptr<Importer>> Open(Store& store, Options options);

  /// Add takes a change as Log::Submit does, to be committed with those before it. Entries to the public log get the
  /// next indices. Fails as Draft::Add and CheckedChange::Create.
  Result<Receipt> Add(Change change);
  /// pending is how many bytes wait for Commit.
  std::size_t pending() const { return pending_; }
  /// Commit writes what was added, in one batch. Fails as Store::Commit.
  Result<void> Commit();
  /// PutCheckpoint stores the note of a tree that is committed, as the newest. REQUIRES: its signature was verified.
  /// Corruption: the tree of that size has another root.
  Result<void> PutCheckpoint(const SignedCheckpoint& checkpoint);

  /// head is the state that was last committed.
  const Head& head() const { return state_.head; }

 private:
  Importer(Store& store, Options options, WriterState state);
  Result<void> Write(WriterState after, std::vector<ledger::Write> writes);

  Store& store_;
  const Options options_;
  WriterState state_;
  std::optional<Draft> draft_;  ///< over state_
  std::size_t pending_ = 0;
};

}  // namespace certmark::ledger
