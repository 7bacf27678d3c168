#include "ledger/checkpoint_keeper.h"

#include <algorithm>
#include <optional>

namespace certmark::ledger {
namespace {

constexpr Seconds kEverySecondFor{7 * 24 * 3600};
constexpr Seconds kHour{3600};
constexpr std::size_t kThinnedAtOnce = 64;

std::int64_t HourOf(Time time) {
  return ToEpoch(time) / kHour.count();
}

// SameKey: two signature lines name one key.
bool SameKey(const NoteSignature& a, const NoteSignature& b) {
  return a.name == b.name && a.key_id == b.key_id;
}

}  // namespace

Result<std::string> AddCosignatures(std::string_view note, const std::vector<std::string>& lines) {
  const Note parsed = CM_TRY(Note::Parse(note));
  std::string text = parsed.text() + "\n";
  std::string_view signatures = note.substr(text.size());
  std::string added;
  std::vector<NoteSignature> replaced;
  for (const std::string& line : lines) {
    const Note alone = CM_TRY(Note::Parse(text + line));
    if (alone.signatures().size() != 1) return Error{ErrorCode::kInvalidArgument, "more than a signature line"};
    replaced.push_back(alone.signatures().front());
    added += line;
  }
  for (const NoteSignature& old : parsed.signatures()) {
    const std::size_t end = signatures.find('\n') + 1;
    const bool stays = std::ranges::none_of(replaced, [&](const NoteSignature& by) { return SameKey(by, old); });
    if (stays) text += signatures.substr(0, end);
    signatures.remove_prefix(end);
  }
  text += added;
  CM_TRY(Note::Parse(text));
  return text;
}

Result<SignedCheckpoint> CheckpointKeeper::Put(const SignedCheckpoint& checkpoint,
                                               const std::vector<std::string>& cosignatures, Time now, LogHead& head,
                                               std::vector<Write>& writes) {
  const std::uint64_t size = checkpoint.checkpoint.size;
  const Bytes key = CheckpointKey(log_, size);
  CheckpointRow row{now, checkpoint.note};
  if (const std::optional<Bytes> stored = CM_TRY(store_.Get(Column::kCheckpoint, key))) {
    row = CM_TRY(CheckpointRow::Decode(*stored));
    const auto note = Note::Parse(row.note);
    if (!note || note->text() != checkpoint.checkpoint.ToText()) {
      return Error{ErrorCode::kCorruption, "another checkpoint of size " + std::to_string(size) + " is stored"};
    }
  } else if (std::ranges::none_of(recent_, [&](const Kept& kept) { return kept.size == size; })) {
    recent_.push_back({size, now});
  }
  row.note = CM_TRY(AddCosignatures(row.note, cosignatures));
  const Note note = CM_TRY(Note::Parse(row.note));
  head.published = std::max(head.published, size);
  if (!meets_policy_ || meets_policy_(note)) head.exposed = std::max(head.exposed, size);
  writes.push_back({Column::kCheckpoint, key, row.Encode()});
  ThinRecent(head, writes);
  CM_TRY(ThinOld(now, head, writes));
  return SignedCheckpoint{checkpoint.checkpoint, std::move(row.note)};
}

// ThinRecent lets go of rows that a newer one of the same second has replaced.
void CheckpointKeeper::ThinRecent(const LogHead& head, std::vector<Write>& writes) {
  std::ranges::sort(recent_, {}, &Kept::size);
  std::deque<Kept> still;
  for (std::size_t i = 0; i < recent_.size(); ++i) {
    const bool last = i + 1 == recent_.size();
    const bool replaced = !last && recent_[i + 1].signed_at == recent_[i].signed_at;
    const bool in_use = recent_[i].size == head.exposed || recent_[i].size == head.published;
    if (replaced && !in_use) {
      writes.push_back({Column::kCheckpoint, CheckpointKey(log_, recent_[i].size), std::nullopt});
    } else if (last || replaced) {
      still.push_back(recent_[i]);
    }
  }
  recent_ = std::move(still);
}

// ThinOld goes on where it stopped, a few rows at a time and once a second at most.
Result<void> CheckpointKeeper::ThinOld(Time now, const LogHead& head, std::vector<Write>& writes) {
  if (now == thinned_at_) return {};
  thinned_at_ = now;
  std::optional<Kept> before;
  std::size_t seen = 0;
  CM_TRY(store_.Scan(Column::kCheckpoint, CheckpointKey(log_, thinned_to_), CheckpointKey(log_ + 1, 0),
                     [&](ByteView key, ByteView value) {
                       const auto size = DecodeU64(key.last(8));
                       const auto row = CheckpointRow::Decode(value);
                       if (!size || !row || row->signed_at > now - kEverySecondFor || ++seen > kThinnedAtOnce)
                         return false;
                       const bool same_hour = before && HourOf(before->signed_at) == HourOf(row->signed_at);
                       if (same_hour && before->size != head.exposed) {
                         writes.push_back({Column::kCheckpoint, CheckpointKey(log_, before->size), std::nullopt});
                       }
                       before = Kept{*size, row->signed_at};
                       return true;
                     }));
  if (before) thinned_to_ = before->size;
  return {};
}

}  // namespace certmark::ledger
