#include "ledger/record_anchor.h"

#include <utility>

#include "ledger/proofs.h"
#include "ledger/tiles.h"

namespace certmark::ledger {
namespace {

Error Rollback(const Checkpoint& anchored, const std::string& found) {
  return {ErrorCode::kCorruption, "ROLLBACK DETECTED: record anchor has size " + std::to_string(anchored.size) +
                                      " root " + anchored.root.Base64() + ", database has " + found};
}

}  // namespace

RecordAnchor::RecordAnchor(std::filesystem::path file, std::string_view log_origin)
    : anchor_(std::move(file)), origin_(std::string(log_origin) + "/records") {}

Result<void> RecordAnchor::Recover(const Store& store, const TreeHead& tree) {
  last_ = CM_TRY(anchor_.Read());
  if (!last_) {
    if (tree.size == 0) return {};
    return Error{ErrorCode::kFailedPrecondition, "anchor " + anchor_.file().string() +
                                                     " is missing, but the record log has " +
                                                     std::to_string(tree.size) + " entries: put the anchor back"};
  }
  if (last_->origin != origin_) {
    return Error{ErrorCode::kFailedPrecondition,
                 "anchor " + anchor_.file().string() + " is of " + last_->origin + ", not " + origin_};
  }
  if (last_->size > tree.size) return Rollback(*last_, "size " + std::to_string(tree.size));
  const Hash root = CM_TRY(RootAt(TileNodes(store, kRecordLog), last_->size));
  if (root != last_->root) return Rollback(*last_, "root " + root.Base64() + " there");
  return {};
}

Result<void> RecordAnchor::Advance(const TreeHead& tree) {
  Checkpoint next{origin_, tree.size, tree.root};
  if (last_ == next) return {};
  CM_TRY(anchor_.Advance(last_, next));
  last_ = std::move(next);
  return {};
}

}  // namespace certmark::ledger
