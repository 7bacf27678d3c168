#include "ledger/publisher.h"

#include <utility>

#include "ledger/reread.h"
#include "ledger/tiles.h"
#include "verifier-sdk/core/proofs.h"

namespace certmark::ledger {
namespace {

std::string Describe(const TreeHead& tree) {
  return "size " + std::to_string(tree.size) + " root " + tree.root.Base64();
}

TreeHead TreeOf(const Checkpoint& checkpoint) {
  return {checkpoint.size, checkpoint.root};
}

// StoredRoot is RootAt of a size that the head says the tree has: a node that is missing then is corruption.
Result<Hash> StoredRoot(const Store& store, LogNumber log, std::uint64_t size) {
  auto root = RootAt(TileNodes(store, log), size);
  if (!root && root.error().code == ErrorCode::kNotFound) return Error{ErrorCode::kCorruption, root.error().message};
  return root;
}

// CheckReaches holds a log's stored tree to what the anchor says of it.
Result<void> CheckReaches(const Store& store, LogNumber log, const TreeHead& anchored, const TreeHead& tree) {
  const auto rollback = [&](const TreeHead& found) {
    return Error{ErrorCode::kCorruption, std::string("ROLLBACK DETECTED: ") +
                                             (log == kRecordLog ? "record anchor" : "anchor") + " has " +
                                             Describe(anchored) + ", database has " + Describe(found)};
  };
  if (anchored.size > tree.size) return rollback(tree);
  const Hash root = CM_TRY(StoredRoot(store, log, anchored.size));
  if (root != anchored.root) return rollback({anchored.size, root});
  return {};
}

// Beside has something done on a thread of its own, if there is one, and does not outlive it.
class Beside {
 public:
  Beside(SideThread* thread, std::function<void()> task) : thread_(thread) {
    if (thread_ != nullptr) thread_->Start(std::move(task));
  }
  Beside(const Beside&) = delete;
  Beside& operator=(const Beside&) = delete;
  ~Beside() { Wait(); }
  void Wait() const {
    if (thread_ != nullptr) thread_->Wait();
  }

 private:
  SideThread* const thread_;
};

}  // namespace

Publisher::Publisher(const Store& store, Anchor& anchor, PublisherOptions options, Stats& stats)
    : store_(store), anchor_(anchor), options_(std::move(options)), stats_(stats) {
  if (options_.while_persisting) side_thread_ = std::make_unique<SideThread>("log-side");
}

Result<void> Publisher::Recover(const Head& head) {
  anchored_ = CM_TRY(anchor_.Read());
  const std::string& origin = options_.key.name();
  if (!anchored_ && head.version == 0) return Advance({Checkpoint{origin, 0, EmptyRoot()}, TreeHead{}});
  if (!anchored_) {
    return Error{ErrorCode::kFailedPrecondition, "anchor " + anchor_.file().string() +
                                                     " is missing, but the database has " +
                                                     Describe(head.tree(options_.log)) + ": put the anchor back"};
  }
  CM_TRY(CheckAnchor(*anchored_, head));
  std::optional<SignedCheckpoint> newest = CM_TRY(NewestNote(store_, options_.log));
  const std::uint64_t newest_size = newest ? newest->checkpoint.size : 0;
  if (newest_size < anchored_->published.size && !IsPredecessors(*anchored_)) {
    return Error{ErrorCode::kCorruption, "ROLLBACK DETECTED: anchor has " + Describe(TreeOf(anchored_->published)) +
                                             ", database has a newest checkpoint of size " +
                                             std::to_string(newest_size)};
  }
  if (!newest) return {};
  CM_TRY(CheckStored(*newest, head.tree(options_.log)));
  CM_TRY(Advance({newest->checkpoint, head.tree(kRecordLog)}));
  Show(*std::move(newest));
  return RecoverReadOnly(head);
}

Result<void> Publisher::RecoverReadOnly(const Head& head) {
  std::optional<SignedCheckpoint> exposed = CM_TRY(ExposedNote(store_, options_.log));
  if (!exposed) return {};
  CM_TRY(CheckStored(*exposed, head.tree(options_.log)));
  Expose(*std::move(exposed));
  return {};
}

TreeHead Publisher::Covered() const {
  const auto last = Published();
  return last ? TreeOf(last->checkpoint) : TreeHead{};
}

bool Publisher::HasGrown(const Head& head) const {
  return head.tree(options_.log) != Covered();
}

Result<void> Publisher::Publish(const Head& head, std::span<const Write> writes, const Persist& persist) {
  const TreeHead tree = head.tree(options_.log);
  // What is done beside it reads `writes`: it has ended when this returns, after an error too.
  const Beside beside(side_thread_.get(), [&] { options_.while_persisting(writes); });
  // 1. Read back what is about to be promised.
  if (auto same = Reread(Covered(), tree); !same) {
    ++stats_.verify_failures;
    return same;
  }
  // 2. Sign it, and open the note as a stranger would.
  SignedCheckpoint next = CM_TRY(Sign(tree));
  // 3. Nobody has seen it. From here on a crash cannot make us sign another checkpoint of this size,
  CM_TRY(persist(next));
  // 4. nor an old copy of the database.
  CM_TRY(Advance({next.checkpoint, head.tree(kRecordLog)}));
  // 5. Status lists first: no proof may leave with an older one.
  beside.Wait();
  CM_TRY(BeforeExposing(writes));
  // 6. The world may see it, or the witnesses.
  Show(next);
  Expose(std::move(next));
  return {};
}

Result<void> Publisher::Follow(const Head& head, std::span<const Write> writes) {
  CM_TRY(Advance({anchored_->published, head.tree(kRecordLog)}));
  return BeforeExposing(writes);
}

void Publisher::Show(SignedCheckpoint published) {
  stats_.published = published.checkpoint.size;
  {
    const std::lock_guard lock(mutex_);
    published_ = std::make_shared<const SignedCheckpoint>(std::move(published));
  }
  newer_.notify_all();
}

void Publisher::Expose(SignedCheckpoint checkpoint) {
  const auto note = Note::Parse(checkpoint.note);
  if (!note || !MeetsPolicy(*note)) return;
  const std::lock_guard lock(mutex_);
  if (exposed_ && exposed_->checkpoint.size > checkpoint.checkpoint.size) return;
  stats_.witnessed = checkpoint.checkpoint.size;
  exposed_ = std::make_shared<const SignedCheckpoint>(std::move(checkpoint));
}

std::shared_ptr<const SignedCheckpoint> Publisher::Exposed() const {
  const std::lock_guard lock(mutex_);
  return exposed_;
}

std::shared_ptr<const SignedCheckpoint> Publisher::Published() const {
  const std::lock_guard lock(mutex_);
  return published_;
}

std::shared_ptr<const SignedCheckpoint> Publisher::AwaitPublished(std::uint64_t known,
                                                                  std::chrono::milliseconds patience) const {
  std::unique_lock lock(mutex_);
  newer_.wait_for(lock, patience, [&] { return (published_ ? published_->checkpoint.size : 0) != known; });
  return published_;
}

bool Publisher::IsPredecessors(const AnchorState& anchored) const {
  return options_.succeeds && anchored.published == options_.succeeds->last;
}

Result<void> Publisher::CheckAnchor(const AnchorState& anchored, const Head& head) const {
  if (IsPredecessors(anchored)) {
    const LogNumber before = options_.succeeds->log;
    CM_TRY(CheckReaches(store_, before, TreeOf(anchored.published), head.tree(before)));
    return CheckReaches(store_, kRecordLog, anchored.records, head.tree(kRecordLog));
  }
  if (anchored.published.origin != options_.key.name()) {
    return Error{ErrorCode::kFailedPrecondition, "anchor " + anchor_.file().string() + " is of log " +
                                                     anchored.published.origin + ", not " + options_.key.name()};
  }
  CM_TRY(CheckReaches(store_, options_.log, TreeOf(anchored.published), head.tree(options_.log)));
  return CheckReaches(store_, kRecordLog, anchored.records, head.tree(kRecordLog));
}

// CheckStored judges a stored checkpoint as a stranger does, and then by the tree.
Result<void> Publisher::CheckStored(const SignedCheckpoint& stored, const TreeHead& tree) const {
  const Checkpoint& checkpoint = stored.checkpoint;
  const auto corrupt = [&](const std::string& what) {
    return Error{ErrorCode::kCorruption, "stored checkpoint, " + Describe(TreeOf(checkpoint)) + ": " + what};
  };
  const Note note = CM_TRY(Note::Parse(stored.note));
  if (checkpoint.origin != options_.key.name() || note.Check(options_.key).state != Note::State::kGood) {
    return corrupt("it is not signed by " + options_.key.ToVkey());
  }
  if (checkpoint.size > tree.size) return corrupt("the tree has " + Describe(tree));
  const Hash root = CM_TRY(StoredRoot(store_, options_.log, checkpoint.size));
  if (root != checkpoint.root) return corrupt("the tree has root " + root.Base64());
  return {};
}

// Reread goes on from the edge that the last reading came to: what that covers is signed already.
Result<void> Publisher::Reread(const TreeHead& covered, const TreeHead& tree) {
  const bool known = reread_ && reread_->head() == covered;
  Edge from = known ? *std::exchange(reread_, std::nullopt) : CM_TRY(Edge::Load(store_, options_.log, covered));
  reread_ = CM_TRY(RereadGrowth(store_, options_.log, std::move(from), tree));
  return {};
}

Result<SignedCheckpoint> Publisher::Sign(const TreeHead& tree) const {
  SignedCheckpoint next{{options_.key.name(), tree.size, tree.root}, {}};
  const std::string text = next.checkpoint.ToText();
  const Bytes signature = CM_TRY(options_.sign(text));
  next.note = text + "\n" + FormatSignatureLine(options_.key, signature);
  const auto parsed = Note::Parse(next.note);
  if (parsed && parsed->text() == text && parsed->Check(options_.key).state == Note::State::kGood) return next;
  ++stats_.verify_failures;
  return Error{ErrorCode::kInternal, "the signing function's signature does not verify under " + options_.key.ToVkey()};
}

Result<void> Publisher::Advance(AnchorState next) {
  // Recover let no anchor of another log pass but the predecessor's.
  const bool succeeds = anchored_ && anchored_->published.origin != next.published.origin;
  CM_TRY(succeeds ? anchor_.Succeed(*anchored_, next) : anchor_.Advance(anchored_, next));
  stats_.anchored = next.published.size;
  anchored_ = std::move(next);
  return {};
}

Result<void> Publisher::BeforeExposing(std::span<const Write> writes) const {
  if (!options_.before_exposing) return {};
  return options_.before_exposing(writes);
}

}  // namespace certmark::ledger
