// FollowedLog: a log as it grows, every run of its entries tied to the signed checkpoint that came with it: by a tree
// that is grown here, entry by entry, which must have that checkpoint's root or be shown to be continued by it. So what
// was taken is one history, however often the connection ended meanwhile.
//
// FailedPrecondition: what was answered does not hold. What Client says of a call is passed on.
#pragma once

#include <cstdint>
#include <string>

#include "api/cli/checked_log.h"
#include "verifier-sdk/core/growing_tree.h"

namespace certmark::cli {

class FollowedLog {
 public:
  /// Begin takes up the tree of the first `index` entries, which the log's newest checkpoint is shown to continue.
  /// NotFound: that checkpoint has fewer. `client` and `list` outlive the FollowedLog.
  static Result<FollowedLog> Begin(Client& client, const TrustList& list, CheckedLog& log, std::uint64_t index);

  /// Take checks the next message of WatchLog, and returns its checkpoint. After an error nothing of it was taken, and
  /// it may be asked for again.
  Result<Checkpoint> Take(const v1::WatchLogResponse& message);

  /// next is the index of the first entry that was not taken yet.
  std::uint64_t next() const { return tree_.size(); }
  const std::string& origin() const { return origin_; }

 private:
  FollowedLog(Client& client, const TrustList& list, std::string origin)
      : client_(&client), list_(&list), origin_(std::move(origin)) {}
  Result<void> Tie(const GrowingTree& tree, const Checkpoint& checkpoint, std::uint32_t log) const;

  Client* client_;
  const TrustList* list_;
  std::string origin_;
  GrowingTree tree_;
};

}  // namespace certmark::cli
