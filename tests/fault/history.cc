#include "tests/fault/history.h"

#include <charconv>

#include "ledger/log_reader.h"
#include "ledger/reread.h"

namespace certmark::ledger {
namespace {

constexpr std::size_t kSample = 300;

// Skip takes `prefix` off the front of `text`; false if it is not there.
bool Skip(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

}  // namespace

Result<void> FullCheck(const Store& store, LogNumber log) {
  const Head head = CM_TRY(Head::Decode(CM_TRY(store.Head())));
  CM_TRY(RereadGrowth(store, log, Edge(log), head.tree(log)));
  return {};
}

void History::Remember(std::string_view line) {
  if (Skip(line, "note ")) {
    const auto note = Base64Decode(line);
    const auto parsed = note ? Note::Parse(AsText(*note)) : Result<Note>(note.error());
    const auto checkpoint = parsed ? Checkpoint::Parse(parsed->text()) : Result<Checkpoint>(parsed.error());
    if (!checkpoint) return contradictions_.push_back("no checkpoint was exposed: " + std::string(line));
    return RememberNote(checkpoint->size, std::string(AsText(*note)));
  }
  const bool published = line.starts_with("ack P ");
  if (!Skip(line, "ack P ") && !Skip(line, "ack S ")) return;
  std::uint64_t index = 0;
  const char* const after = std::from_chars(line.data(), line.data() + line.size(), index).ptr;
  const std::string entry(line.substr(static_cast<std::size_t>(after - line.data()) + 1));
  const auto [place, is_new] = acknowledged_.emplace(index, entry);
  if (!is_new) {
    contradictions_.push_back("index " + std::to_string(index) + " was given to " + place->second + " and to " + entry);
  }
  unchecked_.emplace(index, entry);
  if (published) published_ = std::max(published_, index + 1);
}

void History::RememberNote(std::uint64_t size, const std::string& note) {
  const auto [place, is_new] = notes_.emplace(size, note);
  if (!is_new && place->second != note) {
    contradictions_.push_back("two checkpoints of size " + std::to_string(size) + ":\n" + place->second + "and\n" +
                              note);
  }
}

std::vector<std::string> History::Check(FaultLedger& ledger, Depth depth) {
  wrong_ = contradictions_;
  const auto exposed = ledger.log().Exposed();
  const std::uint64_t size = exposed ? exposed->checkpoint.size : 0;
  if (size < published_) {
    Wrong("the exposed size is " + std::to_string(size) + ", published were " + std::to_string(published_));
  }
  const auto& entries = depth == Depth::kAll ? acknowledged_ : unchecked_;
  for (const auto& [index, entry] : entries) CheckEntry(ledger, index, entry);
  for (std::size_t i = 0; depth == Depth::kSample && i < kSample && !acknowledged_.empty(); ++i) {
    const auto place = acknowledged_.lower_bound(random_() % (acknowledged_.rbegin()->first + 1));
    CheckEntry(ledger, place->first, place->second);
  }
  unchecked_.clear();
  if (exposed) CheckStoredNotes(ledger, depth);
  for (const LogNumber log : {kPublic, kRecordLog}) {
    if (depth == Depth::kSample) break;
    if (const auto checked = FullCheck(ledger.store(), log); !checked) Wrong(checked.error().message);
  }
  return std::move(wrong_);
}

void History::CheckEntry(FaultLedger& ledger, std::uint64_t index, const std::string& entry) {
  const LogReader reader(ledger.store(), kPublic);
  const auto exposed = ledger.log().Exposed();
  if (!exposed) return Wrong(entry + " was acknowledged, and no checkpoint is exposed");
  const Checkpoint& checkpoint = exposed->checkpoint;
  const auto stored = reader.Entry(index, checkpoint.size);
  if (!stored) return Wrong(entry + " is lost: " + stored.error().message);
  if (AsText(*stored) != entry) return Wrong(entry + " was replaced by " + std::string(AsText(*stored)));
  const auto record = ledger.store().Get(Column::kRecord, AsBytes(entry));
  if (!record || !*record || AsText(**record) != "value of " + entry) return Wrong(entry + " has lost its record");
  const auto proof = reader.Inclusion(index, checkpoint.size);
  if (!proof) return Wrong(entry + " has no proof: " + proof.error().message);
  if (!VerifyInclusion(index, checkpoint.size, LeafHash(AsBytes(entry)), *proof, checkpoint.root)) {
    Wrong(entry + ": its proof is wrong");
  }
}

// CheckStoredNotes: each is signed and leads to the newest, and of those ever seen none has another text or is missing
// at the end.
void History::CheckStoredNotes(FaultLedger& ledger, Depth depth) {
  const LogReader reader(ledger.store(), kPublic);
  const Checkpoint newest = ledger.log().Exposed()->checkpoint;
  std::map<std::uint64_t, std::string> stored;
  const std::uint64_t all = depth == Depth::kAll ? 1 : 1 + notes_.size() / kSample;  // prove each, or one in so many
  const auto visit = [&](ByteView, ByteView bytes) {
    const auto row = CheckpointRow::Decode(bytes);
    const std::string text = row ? row->note : "";
    const auto note = Note::Parse(text);
    const auto checkpoint = note ? Checkpoint::Parse(note->text()) : Result<Checkpoint>(note.error());
    if (!checkpoint || note->Check(FaultLogKey()).state != Note::State::kGood) {
      Wrong("a stored checkpoint is not signed: " + text);
      return true;
    }
    stored.emplace(checkpoint->size, text);
    RememberNote(checkpoint->size, text);
    if (random_() % all != 0) return true;
    const auto proof = reader.Consistency(checkpoint->size, newest.size);
    if (!proof || !VerifyConsistency(checkpoint->size, checkpoint->root, newest.size, newest.root, *proof)) {
      Wrong("the checkpoint of size " + std::to_string(checkpoint->size) + " does not lead to the newest");
    }
    return true;
  };
  if (const auto scanned = ledger.store().Scan(Column::kCheckpoint, CheckpointKey(kPublic, 0), {}, visit); !scanned) {
    Wrong(scanned.error().message);
  }
  for (const auto& [size, note] : notes_) {
    const auto found = stored.find(size);
    if (found == stored.end()) {
      // One of the same second may have replaced it, if that is newer.
      if (stored.lower_bound(size) == stored.end())
        Wrong("the checkpoint of size " + std::to_string(size) + " is lost");
    } else if (found->second != note) {
      Wrong("the checkpoint of size " + std::to_string(size) + " was replaced");
    }
  }
}

}  // namespace certmark::ledger
