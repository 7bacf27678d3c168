#include "api/cli/checked_log.h"

#include <string>
#include <utility>

#include "verifier-sdk/core/names.h"
#include "verifier-sdk/core/note.h"
#include "verifier-sdk/core/quote.h"
#include "verifier-sdk/core/tlog_proof.h"

namespace certmark::cli {
namespace {

constexpr int kMaxHashes = 128;  // more than any proof over a tree of at most 2^63 leaves has

Error Wrong(std::string message) {
  return {ErrorCode::kFailedPrecondition, std::move(message)};
}

// Malformed answers of the authority are its fault: refused, not usage.
template <class T>
Result<T> FromAuthority(Result<T> result) {
  if (result || result.error().code != ErrorCode::kInvalidArgument) return result;
  return Wrong(result.error().message);
}

Result<Hash> ReadHash(const std::string& bytes) {
  return FromAuthority(Hash::FromBytes(AsBytes(bytes)));
}

Result<Proof> ReadPath(const google::protobuf::RepeatedPtrField<std::string>& hashes) {
  if (hashes.size() > kMaxHashes) return Wrong("the proof has " + std::to_string(hashes.size()) + " hashes");
  Proof path;
  for (const std::string& hash : hashes) path.push_back(CM_TRY(ReadHash(hash)));
  return path;
}

}  // namespace

Result<OpenedCheckpoint> CheckTlogProof(std::string_view text, const EntryClaim& claim, const TrustList& list) {
  const TlogProof proof = CM_TRY(FromAuthority(TlogProof::Parse(text)));
  if (proof.index != claim.index) return Wrong("the proof is of another entry, " + std::to_string(proof.index));
  OpenedCheckpoint opened = CM_TRY(OpenCheckpoint(proof.checkpoint_note, list));
  const Checkpoint& checkpoint = opened.checkpoint;
  if (VerifyInclusion(claim.index, checkpoint.size, claim.leaf, proof.path, checkpoint.root)) return opened;
  return Wrong("the proof does not lead from the entry to the checkpoint");
}

Result<Proof> CheckInclusion(const v1::InclusionProof& answer, const EntryClaim& claim, const Hash& root) {
  if (answer.index() != claim.index || answer.size() != claim.size) {
    return Wrong("the proof is of entry " + std::to_string(answer.index()) + " in a tree of size " +
                 std::to_string(answer.size()));
  }
  Proof path = CM_TRY(ReadPath(answer.hashes()));
  if (VerifyInclusion(claim.index, claim.size, claim.leaf, path, root)) return path;
  return Wrong("the proof does not lead from the entry to the root of the tree of size " + std::to_string(claim.size));
}

Result<TreeRoots> CheckConsistency(const v1::ConsistencyProof& answer, const TreeSizes& sizes) {
  if (answer.old_size() != sizes.old_size || answer.new_size() != sizes.new_size) {
    return Wrong("the proof is of sizes " + std::to_string(answer.old_size()) + " and " +
                 std::to_string(answer.new_size()));
  }
  TreeRoots roots;
  roots.old_root = CM_TRY(ReadHash(answer.old_root_hash()));
  roots.new_root = CM_TRY(ReadHash(answer.new_root_hash()));
  roots.path = CM_TRY(ReadPath(answer.hashes()));
  if (VerifyConsistency(sizes.old_size, roots.old_root, sizes.new_size, roots.new_root, roots.path)) return roots;
  return Wrong("the tree of size " + std::to_string(sizes.new_size) + " does not continue that of size " +
               std::to_string(sizes.old_size));
}

Result<CheckedLog> CheckedLog::Open(Client& client, const TrustList& list, std::uint32_t log) {
  v1::GetCheckpointRequest request;
  request.set_log(log);
  std::string note = CM_TRY(client.GetCheckpoint(request)).note();
  OpenedCheckpoint newest = CM_TRY(OpenCheckpoint(note, list));
  const std::string& origin = newest.checkpoint.origin;
  if (log > 0 && origin != LogOrigin(list.iss(), log)) return Wrong("the checkpoint is of another log, " + origin);
  return CheckedLog(client, log, std::move(newest), std::move(note));
}

Result<CheckedLog::Inclusion> CheckedLog::Prove(const EntryClaim& claim) {
  const Hash root = CM_TRY(RootAt(claim.size));
  v1::GetInclusionProofRequest request;
  request.set_log(log_);
  request.set_index(claim.index);
  request.set_size(claim.size);
  Proof path = CM_TRY(CheckInclusion(CM_TRY(client_.GetInclusionProof(request)), claim, root));
  return Inclusion{root, std::move(path)};
}

Result<TreeRoots> CheckedLog::Compare(const TreeSizes& sizes) {
  const Hash root = CM_TRY(RootAt(sizes.new_size));
  TreeRoots roots = CM_TRY(FetchRoots(sizes));
  if (roots.new_root == root) return roots;
  return Wrong("the proof is of another tree of size " + std::to_string(sizes.new_size));
}

Result<TreeRoots> CheckedLog::FetchRoots(const TreeSizes& sizes) {
  v1::GetConsistencyProofRequest request;
  request.set_log(log_);
  request.set_old_size(sizes.old_size);
  request.set_new_size(sizes.new_size);
  return CheckConsistency(CM_TRY(client_.GetConsistencyProof(request)), sizes);
}

// The root of an earlier size is what the newest checkpoint is shown to continue.
Result<Hash> CheckedLog::RootAt(std::uint64_t size) {
  const Checkpoint& newest = newest_.checkpoint;
  if (size == newest.size) return newest.root;
  if (size > newest.size) {
    return Error{ErrorCode::kNotFound,
                 "the newest checkpoint has size " + std::to_string(newest.size) + ", not " + std::to_string(size)};
  }
  const TreeRoots roots = CM_TRY(FetchRoots({size, newest.size}));
  if (roots.new_root == newest.root) return roots.old_root;
  return Wrong("the log does not lead from size " + std::to_string(size) + " to its checkpoint");
}

}  // namespace certmark::cli
