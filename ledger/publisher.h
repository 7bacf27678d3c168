// Publisher: from a stored tree to a checkpoint that the world sees, in an order that cannot be undone by a crash.
//
// 1. Re-read the new entries and tiles from the store and re-hash them: what is signed was read back, not remembered.
// 2. Sign the checkpoint, and verify the note with the log's own verifier key.
// 3. Persist the note: it and the tree are durable then.  4. Advance the anchor.  5. Run the pre-expose hook, for which
// what takes time was made ready beside the steps before.
// 6. Expose, at once or when enough witnesses have cosigned.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>

#include "ledger/anchor.h"
#include "ledger/edge.h"
#include "ledger/head.h"
#include "ledger/side_thread.h"
#include "ledger/signed_checkpoint.h"
#include "ledger/stats.h"
#include "ledger/store.h"
#include "verifier-sdk/core/note.h"

namespace certmark::ledger {

/// Predecessor is a log that has ended, and the checkpoint at which it did.
struct Predecessor {
  LogNumber log;
  Checkpoint last;
};

/// PublisherOptions says which log is published, and lends what the ledger must not own.
struct PublisherOptions {
  LogNumber log = 1;
  NoteKey key;  ///< the log's verifier key; its name is the origin
  /// sign returns the 64-byte Ed25519 signature of a note's text. The ledger holds no key.
  std::function<Result<Bytes>(std::string_view note_text)> sign;
  /// before_exposing sees the record and index writes of the batches just committed; the authority re-signs the status
  /// lists they touch. An error stops the writer.
  std::function<Result<void>(std::span<const Write> writes)> before_exposing;
  /// while_persisting, if there is one, sees them before, on a thread of its own, while they are read back, signed for
  /// and made durable: nothing may be shown yet, but what takes time be made ready for `before_exposing`. It is waited
  /// for, after an error too, and `writes` are lent until it returns. It must not throw.
  std::function<void(std::span<const Write> writes)> while_persisting{};
  /// meets_policy says whether enough witnesses have cosigned a note for the world to see it; none: every note will do.
  std::function<bool(const Note&)> meets_policy;
  /// succeeds is set while a log is begun that succeeds another: its first checkpoint may then take over an anchor that
  /// says exactly this, and no other.
  std::optional<Predecessor> succeeds{};
};

/// Publisher's Recover, Publish and Follow belong to one thread at a time; the rest may be called from any.
class Publisher {
 public:
  /// Publisher holds references: `store`, `anchor` and `stats` outlive it.
  Publisher(const Store& store, Anchor& anchor, PublisherOptions options, Stats& stats);

  /// Recover takes up what was published before a stop. The database must reach the anchor and agree with it, in both
  /// logs, else Corruption with `ROLLBACK DETECTED` and the numbers; a note persisted ahead of the anchor is advanced
  /// to. A store never written gets its anchor here. No hook runs: at start the authority signs every status list
  /// before it serves. FailedPrecondition: the anchor belongs to another log, or is missing.
  Result<void> Recover(const Head& head);
  /// RecoverReadOnly shows the exposed checkpoint that is stored, if it is signed and the stored tree leads to it:
  /// all that a log may do that must not write.
  Result<void> RecoverReadOnly(const Head& head);

  /// Persist commits a note and returns once it is durable, with all that was committed before. Only the sequencer
  /// writes to the store.
  using Persist = std::function<Result<void>(const SignedCheckpoint&)>;
  /// HasGrown says whether the public tree in `head` has entries that no checkpoint covers.
  bool HasGrown(const Head& head) const;
  /// Publish runs the six steps for the trees in `head`. Every error means: stop writing. REQUIRES: HasGrown.
  Result<void> Publish(const Head& head, std::span<const Write> writes, const Persist& persist);
  /// Follow advances the anchor to the record tree in `head`, which is durable, and runs the hook: what may not wait
  /// when a checkpoint does.
  Result<void> Follow(const Head& head, std::span<const Write> writes);
  /// Expose shows `checkpoint`, whose note is durable, if its note meets the policy and nothing newer is shown.
  /// REQUIRES: it was published, or is just being.
  void Expose(SignedCheckpoint checkpoint);

  /// MeetsPolicy is the policy's word on a note.
  bool MeetsPolicy(const Note& note) const { return !options_.meets_policy || options_.meets_policy(note); }

  /// Exposed returns the newest checkpoint that may be shown, or nothing before the first; Published the newest that
  /// was signed and anchored, which only witnesses may see before it is exposed.
  std::shared_ptr<const SignedCheckpoint> Exposed() const;
  std::shared_ptr<const SignedCheckpoint> Published() const;
  /// AwaitPublished waits until the size of Published (0: none) is not `known`, or for `patience` at most, and returns
  /// it.
  std::shared_ptr<const SignedCheckpoint> AwaitPublished(std::uint64_t known, std::chrono::milliseconds patience) const;

 private:
  /// IsPredecessors is true iff the anchor says where the predecessor ended: until the first checkpoint takes it over.
  bool IsPredecessors(const AnchorState& anchored) const;
  Result<void> CheckAnchor(const AnchorState& anchored, const Head& head) const;
  Result<void> CheckStored(const SignedCheckpoint& stored, const TreeHead& tree) const;
  Result<void> Reread(const TreeHead& covered, const TreeHead& tree);
  Result<SignedCheckpoint> Sign(const TreeHead& tree) const;
  Result<void> Advance(AnchorState next);
  TreeHead Covered() const;
  Result<void> BeforeExposing(std::span<const Write> writes) const;
  void Show(SignedCheckpoint published);

  const Store& store_;
  Anchor& anchor_;
  const PublisherOptions options_;
  Stats& stats_;
  std::optional<AnchorState> anchored_;      ///< what the anchor says
  std::optional<Edge> reread_;               ///< of the tree that was last read back and found right
  std::unique_ptr<SideThread> side_thread_;  ///< for `while_persisting`, if there is one

  mutable std::mutex mutex_;  ///< guards what follows
  mutable std::condition_variable newer_;
  // Shared so that a reader keeps the checkpoint it began with while a newer one replaces it.
  std::shared_ptr<const SignedCheckpoint> published_, exposed_;
};

}  // namespace certmark::ledger
