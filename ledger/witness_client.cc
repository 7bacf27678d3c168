#include "ledger/witness_client.h"

#include <algorithm>
#include <limits>

#include "verifier-sdk/core/decimal.h"
#include "verifier-sdk/core/quote.h"

namespace certmark::ledger {
namespace {

constexpr std::string_view kSizeType = "text/x.tlog.size";
constexpr std::uint64_t kMaxSize = std::numeric_limits<std::int64_t>::max();

WitnessAnswer Without(WitnessOutcome outcome, std::string text) {
  return {outcome, {}, 0, std::move(text)};
}

std::string SizeAndOrigin(const Checkpoint& checkpoint) {
  return "size " + std::to_string(checkpoint.size) + " of " + Quote(checkpoint.origin);
}

// MediaType is a content type without its parameters.
std::string_view MediaType(std::string_view content_type) {
  content_type = content_type.substr(0, content_type.find(';'));
  return content_type.substr(0, content_type.find_last_not_of(' ') + 1);
}

WitnessAnswer ReadCosignature(std::string_view lines, const AddCheckpointRequest& request, const NoteKey& key) {
  const auto ours = Note::Parse(request.checkpoint.note);
  if (!ours) return Without(WitnessOutcome::kBadAnswer, "our own checkpoint is no note: " + ours.error().message);
  const auto note = Note::Parse(ours->text() + "\n" + std::string(lines));
  if (!note || note->text() != ours->text()) {
    return Without(WitnessOutcome::kBadAnswer, "it answered with no signature lines: " + Quote(lines));
  }
  const Note::Checked checked = note->Check(key);
  switch (checked.state) {
    case Note::State::kAbsent:
      return Without(WitnessOutcome::kBadAnswer, "it answered without a signature of its key");
    case Note::State::kBad:
      return Without(WitnessOutcome::kBadAnswer, "its signature is WRONG");
    case Note::State::kGood:
      break;
  }
  // Each of its lines is good. The bytes begin with the time: the greatest is the newest.
  Bytes newest;
  for (const NoteSignature& line : note->signatures()) {
    if (line.name == key.name() && line.key_id == key.id()) newest = std::max(newest, line.signature);
  }
  return {WitnessOutcome::kCosigned, FormatSignatureLine(key, newest), 0,
          "cosigned " + SizeAndOrigin(request.checkpoint.checkpoint), checked.time.value_or(Time{})};
}

WitnessAnswer OtherRoot(const AddCheckpointRequest& request) {
  return Without(WitnessOutcome::kDisagrees,
                 "ROLLBACK DETECTED: it has cosigned another history: what it holds at size " +
                     std::to_string(request.old_size) + " is no prefix of our " +
                     SizeAndOrigin(request.checkpoint.checkpoint));
}

WitnessAnswer ReadConflict(const io::HttpResponse& response, const AddCheckpointRequest& request) {
  const Checkpoint& ours = request.checkpoint.checkpoint;
  if (MediaType(response.content_type) != kSizeType) {
    // Without a size a conflict says one thing: the sizes are equal, the roots are not.
    return request.old_size == ours.size ? OtherRoot(request)
                                         : Without(WitnessOutcome::kBadAnswer, "a conflict without a size");
  }
  std::string_view text = response.body;
  const bool ends = text.ends_with('\n');
  text = text.substr(0, text.find('\n'));
  const auto size = ParseDecimal(text, kMaxSize);
  if (!size || !ends || text.size() + 1 != response.body.size()) {
    return Without(WitnessOutcome::kBadAnswer, "a conflict with no size: " + Quote(response.body));
  }
  if (*size > ours.size) {
    return {WitnessOutcome::kAhead,
            {},
            *size,
            "ROLLBACK DETECTED: it has cosigned size " + std::to_string(*size) + ", we are at " + SizeAndOrigin(ours)};
  }
  if (*size == request.old_size) {
    return *size == ours.size ? OtherRoot(request)
                              : Without(WitnessOutcome::kBadAnswer, "a conflict with the very size it was offered");
  }
  return {WitnessOutcome::kConflict, {}, *size, "it has cosigned size " + std::to_string(*size)};
}

}  // namespace

std::string FormatAddCheckpoint(const AddCheckpointRequest& request) {
  std::string body = "old " + std::to_string(request.old_size) + "\n";
  for (const Hash& hash : request.proof) body += hash.Base64() + "\n";
  return body + "\n" + request.checkpoint.note;
}

WitnessAnswer ReadAddCheckpoint(const io::HttpResponse& response, const AddCheckpointRequest& request,
                                const NoteKey& key) {
  switch (response.status) {
    case 200:
      return ReadCosignature(response.body, request, key);
    case 404:
      return Without(WitnessOutcome::kUnknownLog, "it does not follow " + Quote(request.checkpoint.checkpoint.origin));
    case 409:
      return ReadConflict(response, request);
    case 422:  // the proof that it does not accept is right for our tree; from size 0 there is none to be wrong
      return request.old_size != 0 ? OtherRoot(request)
                                   : Without(WitnessOutcome::kRefused, "422: " + Quote(response.body));
    case 403:
      return Without(WitnessOutcome::kRefused, "403: it does not trust our log's key");
    default:
      return Without(WitnessOutcome::kRefused, std::to_string(response.status) + ": " + Quote(response.body));
  }
}

WitnessClient::WitnessClient(PolicyWitness witness, io::HttpClient& http, std::uint64_t known_size)
    : witness_(std::move(witness)), url_(witness_.url), http_(http), known_size_(known_size) {
  while (url_.ends_with('/')) url_.pop_back();
  url_ += "/add-checkpoint";
}

WitnessAnswer WitnessClient::Cosign(const SignedCheckpoint& checkpoint, const ConsistencySource& consistency) {
  // What was learnt of a larger tree (it came from a witness that is ahead) is no start for this one.
  known_size_ = std::min(known_size_, checkpoint.checkpoint.size);
  WitnessAnswer answer = Ask(checkpoint, consistency);
  if (answer.outcome != WitnessOutcome::kConflict) return answer;
  const std::uint64_t was_at = answer.size;
  answer = Ask(checkpoint, consistency);
  if (answer.outcome == WitnessOutcome::kCosigned) answer.behind = was_at;
  return answer;
}

WitnessAnswer WitnessClient::Ask(const SignedCheckpoint& checkpoint, const ConsistencySource& consistency) {
  const std::uint64_t size = checkpoint.checkpoint.size;
  AddCheckpointRequest request{known_size_, {}, checkpoint};
  if (request.old_size != 0 && request.old_size != size) {
    auto proof = consistency(request.old_size, size);
    if (!proof) return Without(WitnessOutcome::kUnreachable, "no consistency proof: " + proof.error().message);
    request.proof = *std::move(proof);
  }
  const auto response = http_.Post(url_, "text/plain; charset=utf-8", FormatAddCheckpoint(request));
  if (!response) return Without(WitnessOutcome::kUnreachable, response.error().message);
  WitnessAnswer answer = ReadAddCheckpoint(*response, request, witness_.key);
  if (answer.outcome == WitnessOutcome::kCosigned) known_size_ = size;
  if (answer.outcome == WitnessOutcome::kConflict) known_size_ = answer.size;
  return answer;
}

Result<void> CheckWitnessUrls(const WitnessPolicy& policy) {
  for (const PolicyWitness& witness : policy.witnesses()) {
    if (witness.url.starts_with("https://") || witness.url.starts_with("http://")) continue;
    return Error{ErrorCode::kInvalidArgument,
                 "witness " + Quote(witness.name) + " has no URL of http or https: " + Quote(witness.url)};
  }
  return {};
}

}  // namespace certmark::ledger
