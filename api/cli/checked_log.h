// What the authority says of its log, believed as far as the trust list's keys and the verifier's own arithmetic lead.
// FailedPrecondition: what was answered does not hold, or is no answer. What Client says of a call is passed on.
#pragma once

#include <cstdint>
#include <string_view>

#include "api/cli/client.h"
#include "certmark/v1/public.pb.h"
#include "verifier-sdk/core/merkle.h"
#include "verifier-sdk/core/opened_checkpoint.h"
#include "verifier-sdk/core/trust_list.h"

namespace certmark::cli {

/// EntryClaim says that the entry of this leaf hash stands at `index` of the tree of `size`.
struct EntryClaim {
  std::uint64_t index = 0;
  std::uint64_t size = 0;
  Hash leaf;
};
/// TreeSizes are those of an earlier tree and of one that continues it.
struct TreeSizes {
  std::uint64_t old_size = 0;
  std::uint64_t new_size = 0;
};
/// TreeRoots are the roots of the trees of those sizes, shown consistent by `path`.
struct TreeRoots {
  Hash old_root, new_root;
  Proof path;
};

/// CheckTlogProof checks an offline proof of a claim; the size is its checkpoint's, not the claim's.
Result<OpenedCheckpoint> CheckTlogProof(std::string_view text, const EntryClaim& claim, const TrustList& list);
/// CheckInclusion returns the path that leads from the claimed entry to `root`.
Result<Proof> CheckInclusion(const v1::InclusionProof& answer, const EntryClaim& claim, const Hash& root);
/// CheckConsistency returns the roots that the answer shows consistent; whose they are it does not say.
Result<TreeRoots> CheckConsistency(const v1::ConsistencyProof& answer, const TreeSizes& sizes);

/// CheckedLog asks for proofs and ties each to one signed checkpoint, the newest when it was opened.
class CheckedLog {
 public:
  /// Open fetches and opens the checkpoint of the authority's log of that number, 0 for the current one. `client` and
  /// `list` outlive the CheckedLog.
  static Result<CheckedLog> Open(Client& client, const TrustList& list, std::uint32_t log);

  const OpenedCheckpoint& newest() const { return newest_; }
  const std::string& note() const { return note_; }
  /// number is what was asked for: 0 for the current one.
  std::uint32_t number() const { return log_; }

  struct Inclusion {
    Hash root;
    Proof path;
  };
  /// Prove shows a claim in the tree of its size, and that the newest checkpoint continues that tree.
  Result<Inclusion> Prove(const EntryClaim& claim);
  /// Compare shows that the tree of the one size continues that of the other, and the newest checkpoint both.
  Result<TreeRoots> Compare(const TreeSizes& sizes);

 private:
  CheckedLog(Client& client, std::uint32_t log, OpenedCheckpoint newest, std::string note)
      : client_(client), log_(log), newest_(std::move(newest)), note_(std::move(note)) {}
  Result<TreeRoots> FetchRoots(const TreeSizes& sizes);
  Result<Hash> RootAt(std::uint64_t size);

  Client& client_;
  std::uint32_t log_;
  OpenedCheckpoint newest_;
  std::string note_;
};

}  // namespace certmark::cli
