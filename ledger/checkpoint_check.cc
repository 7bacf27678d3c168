#include "ledger/checkpoint_check.h"

#include <iterator>
#include <optional>
#include <utility>

#include "ledger/signed_checkpoint.h"
#include "verifier-sdk/core/quote.h"
#include "verifier-sdk/io/in_order.h"

namespace certmark::ledger {
namespace {

constexpr std::size_t kRowsAtOnce = 256;
constexpr std::size_t kLogBytes = sizeof(LogNumber);

// NoteOf is the note in the value of a checkpoint row.
Result<std::string> NoteOf(ByteView value) {
  return CM_TRY(CheckpointRow::Decode(value)).note;
}

Result<std::vector<std::uint64_t>> StoredSizes(const Store& store, LogNumber log) {
  std::vector<std::uint64_t> sizes;
  const Bytes end = log == ~LogNumber{0} ? Bytes{} : CheckpointKey(log + 1, 0);
  CM_TRY(store.Scan(Column::kCheckpoint, CheckpointKey(log, 0), end, [&](ByteView key, ByteView) {
    const auto size = DecodeU64(key.subspan(kLogBytes));
    if (size) sizes.push_back(*size);  // a key of another form is no row of this log
    return true;
  }));
  return sizes;
}

// CheckRow judges the row of one size.
Result<void> CheckRow(const Store& store, const Bytes& key, const CheckpointKeys& keys, CheckedNotes& out) {
  const std::uint64_t size = DecodeU64(ByteView(key).subspan(kLogBytes)).value();
  const std::string place = "checkpoint of size " + std::to_string(size);
  const auto row = store.Get(Column::kCheckpoint, key);
  if (!row && row.error().code != ErrorCode::kCorruption) return row.error();
  if (row && !*row) return {};  // no longer retained
  ++out.count;
  const auto note = row ? NoteOf(**row) : row.error();
  if (!note) {
    out.findings.push_back({"checkpoint-unreadable", "", place, "a note", note.error().message});
    return {};
  }
  const auto checkpoint = CheckNote(*note, keys, place, out.findings);
  if (!checkpoint) return {};
  if (checkpoint->size != size) {
    out.findings.push_back({"checkpoint-size", "", place, std::to_string(size), std::to_string(checkpoint->size)});
    return {};
  }
  out.roots.push_back({size, checkpoint->root});
  return {};
}

void Append(CheckedNotes& all, CheckedNotes more) {
  std::move(more.roots.begin(), more.roots.end(), std::back_inserter(all.roots));
  std::move(more.findings.begin(), more.findings.end(), std::back_inserter(all.findings));
  all.count += more.count;
}

}  // namespace

std::optional<Checkpoint> CheckNote(std::string_view text, const CheckpointKeys& keys, const std::string& place,
                                    std::vector<Finding>& findings) {
  const auto refuse = [&](std::string_view kind, std::string expected, std::string found) {
    findings.push_back({kind, "", place, std::move(expected), std::move(found)});
    return std::nullopt;
  };
  const auto note = Note::Parse(text);
  if (!note) return refuse("checkpoint-unreadable", "a note", note.error().message);
  auto checkpoint = Checkpoint::Parse(note->text());
  if (!checkpoint) return refuse("checkpoint-unreadable", "a checkpoint", checkpoint.error().message);
  if (checkpoint->origin != keys.log.name()) {
    return refuse("checkpoint-origin", keys.log.name(), Quote(checkpoint->origin));
  }
  if (note->Check(keys.log).state != Note::State::kGood) {
    return refuse("checkpoint-signature", "a signature of " + keys.log.ToVkey(), "none that holds");
  }
  for (const NoteKey& witness : keys.witnesses) {
    if (note->Check(witness).state != Note::State::kBad) continue;
    return refuse("checkpoint-cosignature", "a cosignature of " + witness.ToVkey(), "one that does not hold");
  }
  return *std::move(checkpoint);
}

Result<CheckedNotes> CheckStoredNotes(const Store& store, LogNumber log, const CheckpointKeys& keys, unsigned threads) {
  const std::vector<std::uint64_t> sizes = CM_TRY(StoredSizes(store, log));
  CheckedNotes all;
  const auto make = [&](std::uint64_t page) -> Result<CheckedNotes> {
    CheckedNotes made;
    for (std::size_t i = page * kRowsAtOnce; i < sizes.size() && i < (page + 1) * kRowsAtOnce; ++i) {
      CM_TRY(CheckRow(store, CheckpointKey(log, sizes[i]), keys, made));
    }
    return made;
  };
  const auto take = [&all](CheckedNotes made) -> Result<void> {
    Append(all, std::move(made));
    return {};
  };
  CM_TRY(io::InOrder<CheckedNotes>((sizes.size() + kRowsAtOnce - 1) / kRowsAtOnce, threads, make, take));
  return all;
}

}  // namespace certmark::ledger
