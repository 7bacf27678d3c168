#include "ledger/signed_checkpoint.h"

#include "verifier-sdk/core/note.h"

namespace certmark::ledger {
namespace {

constexpr std::size_t kTimeBytes = 8;

Error Corrupt(LogNumber log, std::uint64_t size, const std::string& what) {
  return {ErrorCode::kCorruption,
          "log " + std::to_string(log) + ", checkpoint of size " + std::to_string(size) + ": " + what};
}

// Present is a checkpoint that the head says is there.
Result<std::optional<SignedCheckpoint>> Present(const Store& store, LogNumber log, std::uint64_t size) {
  if (size == 0) return std::optional<SignedCheckpoint>{};
  auto stored = CM_TRY(ReadCheckpoint(store, log, size));
  if (!stored) return Corrupt(log, size, "it is not there");
  return stored;
}

}  // namespace

Bytes CheckpointRow::Encode() const {
  Bytes row = EncodeU64(static_cast<std::uint64_t>(ToEpoch(signed_at)));
  const ByteView text = AsBytes(note);
  row.insert(row.end(), text.begin(), text.end());
  return row;
}

Result<CheckpointRow> CheckpointRow::Decode(ByteView row) {
  if (row.size() < kTimeBytes) return Error{ErrorCode::kCorruption, "checkpoint row without a time"};
  const std::uint64_t time = CM_TRY(DecodeU64(row.first(kTimeBytes)));
  return CheckpointRow{FromEpoch(static_cast<std::int64_t>(time)), std::string(AsText(row.subspan(kTimeBytes)))};
}

Result<std::optional<SignedCheckpoint>> ReadCheckpoint(const Store& store, LogNumber log, std::uint64_t size) {
  const std::optional<Bytes> bytes = CM_TRY(store.Get(Column::kCheckpoint, CheckpointKey(log, size)));
  if (!bytes) return std::optional<SignedCheckpoint>{};
  auto row = CheckpointRow::Decode(*bytes);
  if (!row) return Corrupt(log, size, row.error().message);
  const auto note = Note::Parse(row->note);
  if (!note) return Corrupt(log, size, note.error().message);
  auto checkpoint = Checkpoint::Parse(note->text());
  if (!checkpoint) return Corrupt(log, size, checkpoint.error().message);
  if (checkpoint->size != size) return Corrupt(log, size, "it says size " + std::to_string(checkpoint->size));
  return std::optional(SignedCheckpoint{*std::move(checkpoint), std::move(row->note)});
}

Result<std::optional<SignedCheckpoint>> NewestNote(const Store& store, LogNumber log) {
  return Present(store, log, CM_TRY(ReadHead(store)).log(log).published);
}

Result<std::optional<SignedCheckpoint>> ExposedNote(const Store& store, LogNumber log) {
  return Present(store, log, CM_TRY(ReadHead(store)).log(log).exposed);
}

}  // namespace certmark::ledger
