#include "tests/fault/history.h"

#include <algorithm>
#include <charconv>
#include <iterator>

#include "ledger/fsck.h"
#include "ledger/log_reader.h"
#include "ledger/signed_checkpoint.h"

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

std::vector<std::string> Fsck(const Store& store) {
  const auto report = FsckStore(store, {{kPublic, {FaultLogKey()}}}, {});
  if (!report) return {"fsck: " + report.error().message};
  std::vector<std::string> lines;
  for (const Finding& finding : report->findings.list()) {
    lines.push_back("fsck: " + std::string(finding.kind) + " " + finding.log + " " + finding.place + ": expected " +
                    finding.expected + ", found " + finding.found);
  }
  return lines;
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
  if (exposed) CheckStoredNotes(ledger);
  std::ranges::move(Fsck(ledger.store()), std::back_inserter(wrong_));
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

// CheckStoredNotes: of the notes ever seen, none has another text, or is missing at the end. Whether they are signed
// and lead to the newest is fsck's.
void History::CheckStoredNotes(FaultLedger& ledger) {
  std::map<std::uint64_t, std::string> stored;
  const auto visit = [&](ByteView key, ByteView bytes) {
    const auto row = CheckpointRow::Decode(bytes);
    const auto size = DecodeU64(key.subspan(sizeof(LogNumber)));
    if (!row || !size) return true;  // that is found by fsck
    stored.emplace(*size, row->note);
    RememberNote(*size, row->note);
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
