#include "ledger/publisher.h"

#include <utility>

#include "ledger/proofs.h"
#include "ledger/reread.h"
#include "ledger/tiles.h"

namespace certmark::ledger {
namespace {

std::string Describe(std::uint64_t size, const Hash& root) {
  return "size " + std::to_string(size) + " root " + root.Base64();
}

constexpr std::uint64_t kNoEnd = ~std::uint64_t{0};  // no tree has so many leaves

// HasCheckpoint tells whether a note of a size in [begin, end) is stored.
Result<bool> HasCheckpoint(const Store& store, LogNumber log, std::uint64_t begin, std::uint64_t end) {
  bool found = false;
  const auto visit = [&](ByteView, ByteView) {
    found = true;
    return false;
  };
  CM_TRY(store.Scan(Column::kCheckpoint, CheckpointKey(log, begin), CheckpointKey(log, end), visit));
  return found;
}

// NewestSize finds the last checkpoint's size by halving, for a store scans forwards only. REQUIRES: there is one.
Result<std::uint64_t> NewestSize(const Store& store, LogNumber log) {
  std::uint64_t at_least = 0;
  for (unsigned bit = 64; bit-- > 0;) {
    const std::uint64_t size = at_least | (std::uint64_t{1} << bit);
    if (CM_TRY(HasCheckpoint(store, log, size, kNoEnd))) at_least = size;
  }
  return at_least;
}

// StoredRoot is RootAt of a size that the head says the tree has: a node that is missing then is corruption.
Result<Hash> StoredRoot(const Store& store, LogNumber log, std::uint64_t size) {
  auto root = RootAt(TileNodes(store, log), size);
  if (!root && root.error().code == ErrorCode::kNotFound) return Error{ErrorCode::kCorruption, root.error().message};
  return root;
}

}  // namespace

Result<std::optional<SignedCheckpoint>> NewestNote(const Store& store, LogNumber log) {
  if (!CM_TRY(HasCheckpoint(store, log, 0, kNoEnd))) return std::optional<SignedCheckpoint>{};
  const std::uint64_t size = CM_TRY(NewestSize(store, log));
  const auto corrupt = [&](const std::string& what) {
    return Error{ErrorCode::kCorruption,
                 "log " + std::to_string(log) + ", checkpoint of size " + std::to_string(size) + ": " + what};
  };
  const std::optional<Bytes> bytes = CM_TRY(store.Get(Column::kCheckpoint, CheckpointKey(log, size)));
  if (!bytes) return corrupt("it is not there");
  const auto note = Note::Parse(AsText(*bytes));
  if (!note) return corrupt(note.error().message);
  auto checkpoint = Checkpoint::Parse(note->text());
  if (!checkpoint) return corrupt(checkpoint.error().message);
  if (checkpoint->size != size) return corrupt("it says size " + std::to_string(checkpoint->size));
  return std::optional(SignedCheckpoint{*std::move(checkpoint), std::string(AsText(*bytes))});
}

Publisher::Publisher(Store& store, Anchor& anchor, PublisherOptions options)
    : store_(store), anchor_(anchor), options_(std::move(options)) {
  if (!options_.record_anchor.empty()) record_anchor_.emplace(options_.record_anchor, options_.key.name());
}

Result<void> Publisher::Recover(const Head& head) {
  if (record_anchor_) CM_TRY(record_anchor_->Recover(store_, head.log(kRecordLog)));
  const TreeHead tree = head.log(options_.log);
  const std::optional<Checkpoint> anchored = CM_TRY(anchor_.Read());
  if (anchored) CM_TRY(CheckAnchor(*anchored, tree));

  std::optional<SignedCheckpoint> newest = CM_TRY(NewestNote(store_, options_.log));
  if (anchored && (!newest || newest->checkpoint.size < anchored->size)) {
    return Error{ErrorCode::kCorruption,
                 "ROLLBACK DETECTED: anchor has " + Describe(anchored->size, anchored->root) + ", database has " +
                     (newest ? "a newest checkpoint of " + Describe(newest->checkpoint.size, newest->checkpoint.root)
                             : std::string("no checkpoint"))};
  }
  if (!newest) return {};
  CM_TRY(CheckNewest(*newest, tree));
  if (!anchored) CM_TRY(CheckLostAnchor(newest->checkpoint));
  CM_TRY(anchor_.Advance(anchored, newest->checkpoint));
  Expose(*std::move(newest));
  return {};
}

Result<void> Publisher::Publish(Head& head, std::span<const Write> writes) {
  if (record_anchor_) CM_TRY(record_anchor_->Advance(head.log(kRecordLog)));
  const TreeHead tree = head.log(options_.log);
  const std::shared_ptr<const SignedCheckpoint> last = Exposed();
  const TreeHead covered = last ? TreeHead{last->checkpoint.size, last->checkpoint.root} : TreeHead{};
  if (tree == covered) return BeforeExposing(writes);

  // 1. Read back what is about to be promised.
  CM_TRY(RereadGrowth(store_, options_.log, covered, tree));
  // 2. Sign it, and open the note as a stranger would.
  SignedCheckpoint next{{options_.key.name(), tree.size, tree.root}, {}};
  next.note = CM_TRY(Sign(next.checkpoint));
  // 3. From here on a crash cannot make us sign another checkpoint of this size,
  CM_TRY(Persist(head, next));
  // 4. nor an old copy of the database.
  CM_TRY(anchor_.Advance(last ? std::optional(last->checkpoint) : std::nullopt, next.checkpoint));
  // 5. Status lists first: no proof may leave with an older one.
  CM_TRY(BeforeExposing(writes));
  // 6. The world may see it.
  Expose(std::move(next));
  return {};
}

std::shared_ptr<const SignedCheckpoint> Publisher::Exposed() const {
  const std::lock_guard lock(mutex_);
  return exposed_;
}

Result<void> Publisher::CheckAnchor(const Checkpoint& anchored, const TreeHead& tree) const {
  if (anchored.origin != options_.key.name()) {
    return Error{ErrorCode::kFailedPrecondition, "anchor " + anchor_.file().string() + " is of log " + anchored.origin +
                                                     ", not " + options_.key.name()};
  }
  const auto rollback = [&](std::uint64_t size, const Hash& root) {
    return Error{ErrorCode::kCorruption, "ROLLBACK DETECTED: anchor has " + Describe(anchored.size, anchored.root) +
                                             ", database has " + Describe(size, root)};
  };
  if (anchored.size > tree.size) return rollback(tree.size, tree.root);
  const Hash root = CM_TRY(StoredRoot(store_, options_.log, anchored.size));
  if (root != anchored.root) return rollback(anchored.size, root);
  return {};
}

Result<void> Publisher::CheckNewest(const SignedCheckpoint& newest, const TreeHead& tree) const {
  const Checkpoint& checkpoint = newest.checkpoint;
  const auto corrupt = [&](const std::string& what) {
    return Error{ErrorCode::kCorruption,
                 "newest checkpoint, " + Describe(checkpoint.size, checkpoint.root) + ": " + what};
  };
  const Note note = CM_TRY(Note::Parse(newest.note));
  if (checkpoint.origin != options_.key.name() || note.Check(options_.key).state != Note::State::kGood) {
    return corrupt("it is not signed by " + options_.key.ToVkey());
  }
  if (checkpoint.size > tree.size) return corrupt("the tree has " + Describe(tree.size, tree.root));
  const Hash root = CM_TRY(StoredRoot(store_, options_.log, checkpoint.size));
  if (root != checkpoint.root) return corrupt("the tree has root " + root.Base64());
  return {};
}

// CheckLostAnchor allows a missing anchor only where a crash explains it: after the first note, before the first
// anchor.
Result<void> Publisher::CheckLostAnchor(const Checkpoint& newest) const {
  if (!CM_TRY(HasCheckpoint(store_, options_.log, 0, newest.size))) return {};
  return Error{ErrorCode::kFailedPrecondition, "anchor " + anchor_.file().string() +
                                                   " is missing, but the database has published up to size " +
                                                   std::to_string(newest.size) + ": put the anchor back"};
}

Result<std::string> Publisher::Sign(const Checkpoint& checkpoint) const {
  const std::string text = checkpoint.ToText();
  const Bytes signature = CM_TRY(options_.sign(text));
  const std::string signed_note = text + "\n" + FormatSignatureLine(options_.key, signature);
  const auto note = Note::Parse(signed_note);
  if (!note || note->text() != text || note->Check(options_.key).state != Note::State::kGood) {
    return Error{ErrorCode::kInternal, "the signer's signature does not verify under " + options_.key.ToVkey()};
  }
  return signed_note;
}

Result<void> Publisher::Persist(Head& head, const SignedCheckpoint& signed_checkpoint) {
  ledger::Head next = head;
  ++next.version;
  Batch batch{next.Encode(), {}};
  batch.writes.push_back({Column::kCheckpoint, CheckpointKey(options_.log, signed_checkpoint.checkpoint.size),
                          ToBytes(signed_checkpoint.note)});
  CM_TRY(store_.Commit(head.Encode(), batch));
  head = std::move(next);
  return {};
}

Result<void> Publisher::BeforeExposing(std::span<const Write> writes) const {
  if (!options_.before_exposing) return {};
  return options_.before_exposing(writes);
}

void Publisher::Expose(SignedCheckpoint checkpoint) {
  auto shown = std::make_shared<const SignedCheckpoint>(std::move(checkpoint));
  const std::lock_guard lock(mutex_);
  exposed_ = std::move(shown);
}

}  // namespace certmark::ledger
