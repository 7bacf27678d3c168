#include "ledger/witness.h"

#include <algorithm>
#include <limits>

#include "ledger/posix_file.h"
#include "verifier-sdk/core/decimal.h"
#include "verifier-sdk/core/lines.h"
#include "verifier-sdk/core/merkle.h"
#include "verifier-sdk/core/quote.h"

namespace certmark::ledger {
namespace {

constexpr std::string_view kText = "text/plain; charset=utf-8";
constexpr std::uint64_t kMaxSize = std::numeric_limits<std::int64_t>::max();

WitnessReply Refuse(int status, std::string_view why) {
  return {status, std::string(kText), std::string(why) + "\n"};
}

Error Invalid(std::string message) {
  return {ErrorCode::kInvalidArgument, std::move(message)};
}

Error Corrupt(const std::filesystem::path& file, std::string_view why) {
  return {ErrorCode::kCorruption, file.string() + ": " + std::string(why)};
}

Bytes BigEndian(std::uint64_t value) {
  Bytes bytes;
  for (int shift = 56; shift >= 0; shift -= 8) bytes.push_back(static_cast<std::uint8_t>(value >> shift));
  return bytes;
}

// LogSignatures returns the lines of the log's keys; nothing if there is none, or a wrong one.
std::optional<std::string> LogSignatures(const Note& note, const std::vector<NoteKey>& keys) {
  std::string lines;
  for (const NoteKey& key : keys) {
    const Note::State state = note.Check(key).state;
    if (state == Note::State::kBad) return std::nullopt;
    if (state == Note::State::kAbsent) continue;
    const auto line = std::ranges::find_if(
        note.signatures(), [&](const NoteSignature& s) { return s.key_id == key.id() && s.name == key.name(); });
    lines += FormatSignatureLine(key, line->signature);
  }
  if (lines.empty()) return std::nullopt;
  return lines;
}

Result<void> CheckKeys(const Witness::Options& options) {
  if (options.key.type() != NoteKey::Type::kCosignature) return Invalid("a witness signs with a cosignature key");
  for (const NoteKey& log : options.logs) {
    if (log.type() != NoteKey::Type::kEd25519) return Invalid("no log's key: " + Quote(log.ToVkey()));
    // One key under two roles could be made to say the one by being asked for the other.
    if (Equal(log.public_key(), options.key.public_key())) return Invalid("the witness's own key is a log's");
  }
  return {};
}

}  // namespace

// Request is a body, parsed.
struct Witness::Request {
  std::uint64_t old_size = 0;
  Proof proof;
  Note note;
  Checkpoint checkpoint;

  static Result<Request> Parse(std::string_view body);
};

Result<Witness::Request> Witness::Request::Parse(std::string_view body) {
  constexpr std::string_view kOld = "old ";
  if (body.size() > kMaxRequest) return Invalid("the request is too large");
  const auto first = TakeLine(body);
  if (!first || !first->starts_with(kOld)) return Invalid("the first line is not `old N`");
  const auto old_size = ParseDecimal(first->substr(kOld.size()), kMaxSize);
  if (!old_size) return Invalid("no size: " + Quote(*first));
  Request request;
  request.old_size = *old_size;
  for (;;) {
    const auto line = TakeLine(body);
    if (!line) return Invalid("no blank line after the proof");
    if (line->empty()) break;
    if (request.proof.size() == kMaxProof) return Invalid("more than 63 lines of proof");
    request.proof.push_back(CM_TRY(Hash::FromBase64(*line)));
  }
  request.note = CM_TRY(Note::Parse(body));
  request.checkpoint = CM_TRY(Checkpoint::Parse(request.note.text()));
  return request;
}

std::string OriginHash(std::string_view origin) {
  return Sha256(AsBytes(origin)).Hex();
}

Witness::Witness(Options options, io::DirectoryLock lock) : options_(std::move(options)), lock_(std::move(lock)) {}

Result<std::unique_ptr<Witness>> Witness::Open(Options options) {
  if (!options.sign || !options.clock) return Invalid("a witness without one of its functions");
  CM_TRY(CheckKeys(options));
  io::DirectoryLock lock = CM_TRY(io::DirectoryLock::Take(options.directory));
  std::unique_ptr<Witness> witness(new Witness(std::move(options), std::move(lock)));
  for (const NoteKey& key : witness->options_.logs) {
    Log& log = witness->logs_[key.name()];
    log.keys.push_back(key);
    log.file = witness->options_.directory / OriginHash(key.name());
  }
  for (auto& [origin, log] : witness->logs_) CM_TRY(witness->Load(log));
  return witness;
}

Result<void> Witness::Load(Log& log) {
  const auto text = CM_TRY(ReadSmallFile(log.file, Note::kMaxBytes));
  if (!text) return {};
  const auto note = Note::Parse(*text);
  const auto checkpoint = note ? Checkpoint::Parse(note->text()) : Result<Checkpoint>(note.error());
  if (!checkpoint) return Corrupt(log.file, checkpoint.error().message);
  if (checkpoint->origin != log.keys.front().name()) return Corrupt(log.file, "a checkpoint of another log");
  if (!LogSignatures(*note, log.keys)) return Corrupt(log.file, "the log did not sign it");
  const Note::Checked own = note->Check(options_.key);
  if (own.state != Note::State::kGood) return Corrupt(log.file, "this witness did not sign it");
  log.last = *checkpoint;
  log.note = *text;
  last_time_ = std::max(last_time_, own.time.value());
  return {};
}

WitnessReply Witness::AddCheckpoint(std::string_view body) {
  const auto request = Request::Parse(body);
  if (!request) return Refuse(400, request.error().message);
  const std::lock_guard lock(mutex_);
  return Judge(*request);
}

// Judge and Continue check in the order of the specification. REQUIRES: mutex_ is held.
WitnessReply Witness::Judge(const Request& request) {
  const auto found = logs_.find(request.checkpoint.origin);
  if (found == logs_.end()) return Refuse(404, "this log is not followed");
  Log& log = found->second;
  if (!LogSignatures(request.note, log.keys)) return Refuse(403, "no good signature of the log");
  const std::uint64_t size = request.checkpoint.size;
  if (request.old_size > size) return Refuse(400, "the old size is larger than the checkpoint's");
  const std::uint64_t last_size = log.last ? log.last->size : 0;
  if (request.old_size != last_size) return {409, "text/x.tlog.size", std::to_string(last_size) + "\n"};
  const Hash last_root = log.last ? log.last->root : EmptyRoot();
  if (log.last && size == last_size && request.checkpoint.root != last_root) {
    return Refuse(409, "another root was cosigned at this size");
  }
  if (!VerifyConsistency(last_size, last_root, size, request.checkpoint.root, request.proof)) {
    return Refuse(422, "the consistency proof does not verify");
  }
  return Continue(log, request);
}

WitnessReply Witness::Continue(Log& log, const Request& request) {
  if (broken_) return Refuse(500, "out of order: an earlier write may have failed");
  const auto line = Sign(request.note.text());
  if (!line) return Refuse(500, line.error().message);
  if (const auto persisted = Persist(log, request, *line); !persisted) {
    broken_ = persisted.error().code != ErrorCode::kUnavailable;
    return Refuse(500, "the checkpoint could not be stored");
  }
  return {200, std::string(kText), *line};
}

Result<std::string> Witness::Sign(std::string_view note_text) {
  const Time now = options_.clock();
  if (now < last_time_ || ToEpoch(now) <= 0) return Error{ErrorCode::kUnavailable, "the clock went back"};
  const Bytes signature = CM_TRY(options_.sign(CosignatureMessage(now, note_text)));
  last_time_ = now;
  Bytes timed = BigEndian(static_cast<std::uint64_t>(ToEpoch(now)));
  timed.insert(timed.end(), signature.begin(), signature.end());
  std::string line = FormatSignatureLine(options_.key, timed);
  // A wrong cosignature would make every client refuse the checkpoint, and this witness refuse its own file.
  const auto note = Note::Parse(std::string(note_text) + "\n" + line);
  if (!note || note->text() != note_text || note->Check(options_.key).state != Note::State::kGood) {
    return Error{ErrorCode::kInternal, "the witness's key signed wrongly"};
  }
  return line;
}

Result<void> Witness::Persist(Log& log, const Request& request, const std::string& line) {
  std::string note = request.note.text() + "\n" + LogSignatures(request.note, log.keys).value() + line;
  if (note.size() > Note::kMaxBytes) return Error{ErrorCode::kUnavailable, "the note would be too large"};
  CM_TRY(ReplaceFile(log.file, note));
  log.last = request.checkpoint;
  log.note = std::move(note);
  return {};
}

WitnessReply Witness::Latest(std::string_view origin_hash) const {
  const std::lock_guard lock(mutex_);
  for (const auto& [origin, log] : logs_) {
    if (log.last && OriginHash(origin) == origin_hash) return {200, std::string(kText), log.note};
  }
  return Refuse(404, "no checkpoint of such a log was cosigned here");
}

}  // namespace certmark::ledger
