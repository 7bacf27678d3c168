// WitnessClient: asking one witness to cosign a checkpoint (c2sp.org/tlog-witness, add-checkpoint).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "ledger/signed_checkpoint.h"
#include "ledger/witness_policy.h"
#include "verifier-sdk/core/merkle.h"
#include "verifier-sdk/io/http_client.h"

namespace certmark::ledger {

/// ConsistencySource proves the first `old_size` entries to be a prefix of the first `new_size`.
using ConsistencySource = std::function<Result<Proof>(std::uint64_t old_size, std::uint64_t new_size)>;

/// WitnessOutcome is how one exchange ended.
enum class WitnessOutcome : std::uint8_t {
  kCosigned,     ///< its cosignature verifies
  kConflict,     ///< it last cosigned another size than the one it was offered to start from
  kAhead,        ///< it has cosigned a size larger than the checkpoint's
  kDisagrees,    ///< what it has cosigned is no prefix of the checkpoint
  kUnknownLog,   ///< it does not follow the log
  kRefused,      ///< it answered with another status
  kBadAnswer,    ///< it answered against the protocol: a signature that is wrong or missing, a size that is none
  kUnreachable,  ///< no whole answer came in time
};

/// IsAlarming is true for outcomes that say that the witness has seen another history than ours.
inline bool IsAlarming(WitnessOutcome outcome) {
  return outcome == WitnessOutcome::kAhead || outcome == WitnessOutcome::kDisagrees;
}

/// WitnessAnswer is an outcome and what came with it.
struct WitnessAnswer {
  WitnessOutcome outcome = WitnessOutcome::kUnreachable;
  std::string line;        ///< kCosigned: the witness's own signature line, LF included, verified
  std::uint64_t size = 0;  ///< kConflict, kAhead: what the witness cosigned last
  std::string text;        ///< one line for people
  Time at{};               ///< kCosigned: when the witness says that it signed
  /// behind is set with kCosigned where it had to be brought up first: the smaller size at which it was.
  std::optional<std::uint64_t> behind{};
};

/// AddCheckpointRequest is what add-checkpoint sends.
struct AddCheckpointRequest {
  std::uint64_t old_size = 0;
  Proof proof;  ///< from old_size to the checkpoint; empty for 0 and for its own size
  const SignedCheckpoint& checkpoint;
};

/// FormatAddCheckpoint writes the request's body: `old N`, the proof's hashes, a blank line, the note.
std::string FormatAddCheckpoint(const AddCheckpointRequest& request);

/// ReadAddCheckpoint says what an answer means. A cosignature is verified with the witness's key before it is believed;
/// lines of other keys are ignored. kUnreachable is not among its outcomes.
WitnessAnswer ReadAddCheckpoint(const io::HttpResponse& response, const AddCheckpointRequest& request,
                                const NoteKey& key);

/// WitnessClient remembers the size that its witness was last known to have cosigned. It belongs to one thread.
class WitnessClient {
 public:
  /// WitnessClient asks `witness` through `http`, which it holds by reference. `known_size` is where it supposes the
  /// witness to be: 0 learns it from a conflict.
  WitnessClient(PolicyWitness witness, io::HttpClient& http, std::uint64_t known_size = 0);

  /// Cosign asks for a cosignature of `checkpoint`, starting from the known size, and once more from the size that a
  /// conflict told. kConflict is returned only when a conflict follows a conflict. kUnreachable also when `consistency`
  /// fails: nothing was asked then. Total.
  WitnessAnswer Cosign(const SignedCheckpoint& checkpoint, const ConsistencySource& consistency);

  /// known_size is what the witness has cosigned, as far as it has told.
  std::uint64_t known_size() const { return known_size_; }
  const PolicyWitness& witness() const { return witness_; }

 private:
  WitnessAnswer Ask(const SignedCheckpoint& checkpoint, const ConsistencySource& consistency);

  PolicyWitness witness_;
  std::string url_;
  io::HttpClient& http_;
  std::uint64_t known_size_;
};

/// CheckWitnessUrls is InvalidArgument if a witness of the policy has no URL of http or https to be asked at.
Result<void> CheckWitnessUrls(const WitnessPolicy& policy);

}  // namespace certmark::ledger
