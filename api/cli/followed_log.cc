#include "api/cli/followed_log.h"

#include <algorithm>
#include <utility>

#include "verifier-sdk/core/log_entry.h"
#include "verifier-sdk/core/names.h"
#include "verifier-sdk/core/quote.h"

namespace certmark::cli {
namespace {

Error Wrong(std::string message) {
  return {ErrorCode::kFailedPrecondition, std::move(message)};
}

}  // namespace

// The path of the last leaf of a tree is the roots of all the complete subtrees before it.
Result<FollowedLog> FollowedLog::Begin(Client& client, const TrustList& list, CheckedLog& log, std::uint64_t index) {
  FollowedLog followed(client, list, log.newest().checkpoint.origin);
  if (index == 0) return followed;
  v1::GetLogEntryRequest request;
  request.set_log(log.number());
  request.set_index(index - 1);
  const Hash leaf = LeafHash(AsBytes(CM_TRY(client.GetLogEntry(request)).entry()));
  CheckedLog::Inclusion last = CM_TRY(log.Prove({index - 1, index, leaf}));
  std::ranges::reverse(last.path);
  followed.tree_ = CM_TRY(GrowingTree::Of(index - 1, std::move(last.path)));
  followed.tree_.Push(leaf);
  return followed;
}

Result<Checkpoint> FollowedLog::Take(const v1::WatchLogResponse& message) {
  if (message.first_index() != tree_.size()) {
    return Wrong("entry " + std::to_string(message.first_index()) + " came where entry " +
                 std::to_string(tree_.size()) + " comes next");
  }
  Checkpoint checkpoint = CM_TRY(OpenCheckpoint(message.checkpoint(), *list_)).checkpoint;
  if (checkpoint.origin != origin_ || LogOrigin(list_->iss(), message.log()) != origin_)
    return Wrong("the checkpoint is of another log, " + Quote(checkpoint.origin));
  GrowingTree tree = tree_;
  for (const std::string& entry : message.entries()) {
    if (entry.size() > kMaxEntryBytes) return Wrong("an entry has " + std::to_string(entry.size()) + " bytes");
    tree.Push(LeafHash(AsBytes(entry)));
  }
  CM_TRY(Tie(tree, checkpoint, message.log()));
  tree_ = std::move(tree);
  return checkpoint;
}

Result<void> FollowedLog::Tie(const GrowingTree& tree, const Checkpoint& checkpoint, std::uint32_t log) const {
  const Error other = Wrong("the entries up to " + std::to_string(tree.size()) +
                            " are not those of the checkpoint of " + std::to_string(checkpoint.size));
  if (tree.size() > checkpoint.size) return other;
  if (tree.size() == checkpoint.size) return tree.root() == checkpoint.root ? Result<void>() : other;
  if (tree.size() == 0) return {};  // nothing was taken yet
  v1::GetConsistencyProofRequest request;
  request.set_log(log);
  request.set_old_size(tree.size());
  request.set_new_size(checkpoint.size);
  const TreeRoots roots =
      CM_TRY(CheckConsistency(CM_TRY(client_->GetConsistencyProof(request)), {tree.size(), checkpoint.size}));
  if (roots.old_root == tree.root() && roots.new_root == checkpoint.root) return {};
  return other;
}

}  // namespace certmark::cli
