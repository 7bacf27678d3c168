#include "verifier-sdk/core/opened_checkpoint.h"

#include <string>
#include <utility>

#include "verifier-sdk/core/quote.h"

namespace certmark {
namespace {

Error Wrong(std::string message) {
  return {ErrorCode::kFailedPrecondition, std::move(message)};
}

// A note that cannot be read is wrong as one that does not hold.
template <class T>
Result<T> Readable(Result<T> result) {
  if (result) return result;
  return Wrong(result.error().message);
}

}  // namespace

WitnessesInUse WitnessesOf(const TrustList& list, const Policy& policy) {
  if (policy.own_witnesses) return {policy.own_witnesses->keys, policy.own_witnesses->threshold};
  return {list.witnesses(), list.quorum()};
}

Result<OpenedCheckpoint> OpenCheckpoint(std::string_view text, const TrustList& list, const Policy& policy) {
  const Note note = CM_TRY(Readable(Note::Parse(text)));
  Checkpoint checkpoint = CM_TRY(Readable(Checkpoint::Parse(note.text())));
  const auto position = list.LogPosition(checkpoint.origin);
  if (!position) return Wrong("not a log of this authority: " + Quote(checkpoint.origin));
  const TrustList::LogKey& log = list.logs()[*position];
  if (note.Check(log.key).state != Note::State::kGood) return Wrong("the checkpoint is not signed by " + log.origin);
  if (log.final_size && checkpoint.size > *log.final_size) {
    return Wrong("the checkpoint is beyond the log's final size");
  }
  const WitnessesInUse witnesses = WitnessesOf(list, policy);
  const auto cosigned = CountCosignatures(note, witnesses.keys);
  if (!cosigned) return Wrong("a witness's cosignature of the checkpoint is wrong");
  if (*cosigned < witnesses.threshold && !policy.allows(Allow::kUnwitnessed)) {
    return Wrong(std::to_string(*cosigned) + " witnesses signed the checkpoint, " +
                 std::to_string(witnesses.threshold) + " are needed");
  }
  return OpenedCheckpoint{std::move(checkpoint), *cosigned};
}

}  // namespace certmark
