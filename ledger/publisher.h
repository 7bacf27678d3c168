// Publisher: from a durable tree to a checkpoint that the world sees, in an order that cannot be undone by a crash.
//
// 1. Re-read the new entries and tiles from the store and re-hash them: what is signed was read back, not remembered.
// 2. Sign the checkpoint, and verify the note with the log's own verifier key.
// 3. Persist the note.  4. Advance the anchor.  5. Run the pre-expose hook.  6. Expose.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>

#include "ledger/anchor.h"
#include "ledger/head.h"
#include "ledger/record_anchor.h"
#include "ledger/store.h"
#include "verifier-sdk/core/checkpoint.h"
#include "verifier-sdk/core/note.h"

namespace certmark::ledger {

/// SignedCheckpoint is an exposed checkpoint and its note, verbatim.
struct SignedCheckpoint {
  Checkpoint checkpoint;
  std::string note;
};

/// PublisherOptions says which log is published, and lends what the ledger must not own.
struct PublisherOptions {
  LogNumber log = 1;
  NoteKey key;  ///< the log's verifier key; its name is the origin
  /// sign returns the 64-byte Ed25519 signature of a note's text. The ledger holds no key.
  std::function<Result<Bytes>(std::string_view note_text)> sign;
  /// before_exposing sees the record and index writes of the batch just committed; the authority re-signs the status
  /// lists they touch. An error stops the writer.
  std::function<Result<void>(std::span<const Write> writes)> before_exposing;
  /// record_anchor is the file of the record log's anchor; empty: that log is not anchored.
  std::filesystem::path record_anchor;
};

/// NewestNote returns the newest checkpoint persisted in `store`, and its note, unverified; nothing before the first.
/// Corruption: it is no note of a checkpoint, or stands under another size than its own.
Result<std::optional<SignedCheckpoint>> NewestNote(const Store& store, LogNumber log);

/// Publisher belongs to the sequencer thread; Exposed may be called from any thread.
class Publisher {
 public:
  /// Publisher holds references: `store` and `anchor` outlive it.
  Publisher(Store& store, Anchor& anchor, PublisherOptions options);

  /// Recover exposes what was published before a stop: the newest persisted note. The anchor must be reached and agreed
  /// with by the tree `head` and by that note, else Corruption with `ROLLBACK DETECTED` and the numbers. A note
  /// persisted ahead of the anchor is advanced to. No hook runs: at start the authority signs every status list before
  /// it serves. FailedPrecondition: the anchor belongs to another log, or is missing though more was published than a
  /// first checkpoint.
  Result<void> Recover(const Head& head);

  /// Publish advances the record log's anchor, then runs the six steps for the tree in `head`; on success `head` is the
  /// new head of the store (a note was committed). When the public tree did not grow since the last exposed checkpoint,
  /// only step 5 is run. Every error means: stop writing.
  Result<void> Publish(Head& head, std::span<const Write> writes);

  /// Exposed returns the newest checkpoint that may be shown, or nothing before the first.
  std::shared_ptr<const SignedCheckpoint> Exposed() const;

 private:
  Result<void> CheckAnchor(const Checkpoint& anchored, const TreeHead& tree) const;
  Result<void> CheckNewest(const SignedCheckpoint& newest, const TreeHead& tree) const;
  Result<void> CheckLostAnchor(const Checkpoint& newest) const;
  Result<std::string> Sign(const Checkpoint& checkpoint) const;
  Result<void> Persist(Head& head, const SignedCheckpoint& signed_checkpoint);
  Result<void> BeforeExposing(std::span<const Write> writes) const;
  void Expose(SignedCheckpoint checkpoint);

  Store& store_;
  Anchor& anchor_;
  PublisherOptions options_;
  std::optional<RecordAnchor> record_anchor_;
  mutable std::mutex mutex_;  ///< guards exposed_
  // Shared so that a reader keeps the checkpoint it began with while a newer one is exposed.
  std::shared_ptr<const SignedCheckpoint> exposed_;
};

}  // namespace certmark::ledger
