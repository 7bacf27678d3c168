#include "ledger/import.h"

#include <algorithm>
#include <utility>

#include "ledger/tiles.h"
#include "verifier-sdk/core/proofs.h"

namespace certmark::ledger {

Importer::Importer(Store& store, Options options, WriterState state)
    : store_(store), options_(std::move(options)), state_(std::move(state)) {}

Result<std::unique_ptr<Importer>> Importer::Open(Store& store, Options options) {
  const Head head = CM_TRY(ReadHead(store));
  Edge records = CM_TRY(Edge::Load(store, kRecordLog, head.tree(kRecordLog)));
  Edge published = CM_TRY(Edge::Load(store, options.log, head.tree(options.log)));
  WriterState state{head, std::move(records), std::move(published)};
  return std::unique_ptr<Importer>(new Importer(store, std::move(options), std::move(state)));
}

Result<Receipt> Importer::Add(Change change) {
  if (!draft_) draft_.emplace(store_, state_, options_.log, options_.now);
  CheckedChange checked = CM_TRY(CheckedChange::Create(std::move(change)));
  const std::size_t bytes = checked.bytes();
  Receipt receipt = CM_TRY(draft_->Add(std::move(checked)));
  pending_ += bytes;
  return receipt;
}

Result<void> Importer::Commit() {
  if (!draft_ || draft_->empty()) return {};
  Draft::Finished finished = std::move(*draft_).Finish();
  draft_.reset();
  pending_ = 0;
  return Write(std::move(finished.after), std::move(finished.writes));
}

Result<void> Importer::PutCheckpoint(const SignedCheckpoint& checkpoint) {
  const Checkpoint& signed_tree = checkpoint.checkpoint;
  const Hash root = CM_TRY(RootAt(TileNodes(store_, options_.log), signed_tree.size));
  if (root != signed_tree.root) {
    return Error{ErrorCode::kCorruption, "the checkpoint of size " + std::to_string(signed_tree.size) + " has root " +
                                             signed_tree.root.Base64() + ", the tree " + root.Base64()};
  }
  CheckpointKeeper keeper(store_, options_.log, options_.meets_policy);
  std::vector<ledger::Write> writes;
  WriterState after = state_;
  CM_TRY(keeper.Put(checkpoint, {}, options_.now, after.head.logs[options_.log], writes));
  return Write(std::move(after), std::move(writes));
}

Result<void> Importer::Write(WriterState after, std::vector<ledger::Write> writes) {
  ++after.head.version;
  after.head.time = std::max(after.head.time, options_.now);
  CM_TRY(store_.Commit(state_.head.Encode(), {after.head.Encode(), std::move(writes)}));
  CM_TRY(store_.Sync());
  state_ = std::move(after);
  return {};
}

}  // namespace certmark::ledger
