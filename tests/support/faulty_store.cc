#include "tests/support/faulty_store.h"

#include <algorithm>
#include <utility>

namespace certmark::ledger {
namespace {

// SameText: two rows hold one checkpoint, whoever signed below it. A row is eight bytes of time, the note's text, a
// blank line, signatures.
bool SameText(ByteView a, ByteView b) {
  const auto text = [](ByteView row) { return AsText(row).substr(8, AsText(row).find("\n\n")); };
  return text(a) == text(b);
}

}  // namespace

std::string_view Name(Fault fault) {
  switch (fault) {
    case Fault::kNone:
      return "None";
    case Fault::kUnavailable:
      return "Unavailable";
    case Fault::kNoRoom:
      return "NoRoom";
    case Fault::kConflict:
      return "Conflict";
    case Fault::kUnknownNotWritten:
      return "UnknownNotWritten";
    case Fault::kUnknownWritten:
      return "UnknownWritten";
    case Fault::kLost:
      return "Lost";
    case Fault::kUnsynced:
      return "Unsynced";
  }
  Die("no such fault");
}

void FaultyStore::FailCommit(int nth, Fault fault) {
  const std::lock_guard lock(mutex_);
  faults_[commits_ + nth] = fault;
}

void FaultyStore::FailSync(int nth, Fault fault) {
  const std::lock_guard lock(mutex_);
  sync_faults_[syncs_ + nth] = fault;
}

void FaultyStore::FailReads(Column column, bool fail) {
  const std::lock_guard lock(mutex_);
  unreadable_[column] = fail;
}

void FaultyStore::FlipBit(Column column, std::size_t bit) {
  const std::lock_guard lock(mutex_);
  flipped_[column] = bit;
}

void FaultyStore::FlipBitOfHead(std::size_t bit) {
  const std::lock_guard lock(mutex_);
  flipped_[std::nullopt] = bit;
}

void FaultyStore::StopFlipping() {
  const std::lock_guard lock(mutex_);
  flipped_.clear();
}

void FaultyStore::OnCommit(std::function<void(const Batch&)> hook) {
  const std::lock_guard lock(mutex_);
  hook_ = std::move(hook);
}

void FaultyStore::Reopen() {
  const std::lock_guard lock(mutex_);
  unknown_ = sync_failed_ = false;
  faults_.clear();
  sync_faults_.clear();
}

void FaultyStore::PowerCut() {
  Reopen();
  std::vector<Batch> undo;
  {
    const std::lock_guard lock(mutex_);
    undo = std::exchange(undo_, {});
    unsynced_ = false;
  }
  // Without the lock: whoever scans `inner_` holds that one's, and comes for this one.
  for (; !undo.empty(); undo.pop_back()) {
    if (!inner_.Commit(inner_.Head().value(), undo.back())) Die("a commit cannot be taken back");
  }
}

std::vector<std::string> FaultyStore::violations() const {
  const std::lock_guard lock(mutex_);
  return violations_;
}

Result<void> FaultyStore::Commit(ByteView expected_head, const Batch& batch) {
  if (committing_.exchange(true)) Violated("two commits at once");
  std::function<void(const Batch&)> hook;
  {
    const std::lock_guard lock(mutex_);
    hook = hook_;
  }
  if (hook) hook(batch);
  Watch(expected_head, batch);
  const Fault fault = Take();
  const bool written = fault == Fault::kNone || fault == Fault::kUnknownWritten || fault == Fault::kUnsynced;
  Result<void> done = written ? CommitToUndo(expected_head, batch) : Result<void>();
  committing_ = false;
  switch (fault) {
    case Fault::kNone:
    case Fault::kLost:
    case Fault::kUnsynced:
      return done;
    case Fault::kUnavailable:
      return Error{ErrorCode::kUnavailable, "injected: not now"};
    case Fault::kNoRoom:
      return Error{ErrorCode::kResourceExhausted, "injected: no room"};
    case Fault::kConflict:
      return Error{ErrorCode::kConflict, "injected: another head"};
    default:
      return Error{ErrorCode::kOutcomeUnknown, "injected: who knows"};
  }
}

Result<void> FaultyStore::Sync() {
  Fault fault = Fault::kNone;
  {
    const std::lock_guard lock(mutex_);
    const auto found = sync_faults_.find(syncs_++);
    if (found != sync_faults_.end()) fault = found->second;
    if (unknown_) fault = Fault::kUnknownNotWritten;
    unknown_ = fault != Fault::kNone;
    sync_failed_ = sync_failed_ || (unknown_ && found != sync_faults_.end());
    if (fault != Fault::kUnknownNotWritten && !unsynced_) undo_.clear();
  }
  if (fault == Fault::kNone) return inner_.Sync();
  return Error{ErrorCode::kOutcomeUnknown, "injected: who knows what was synced"};
}

Result<std::optional<Bytes>> FaultyStore::Get(Column column, ByteView key) const {
  {
    const std::lock_guard lock(mutex_);
    const auto found = unreadable_.find(column);
    if (found != unreadable_.end() && found->second) return Error{ErrorCode::kCorruption, "injected: unreadable"};
  }
  auto value = inner_.Get(column, key);
  if (value && *value) Flip(column, **value);
  return value;
}

Result<Bytes> FaultyStore::Head() const {
  auto head = inner_.Head();
  if (head) Flip(std::nullopt, *head);
  return head;
}

Result<void> FaultyStore::Scan(Column column, ByteView begin, ByteView end,
                               const std::function<bool(ByteView, ByteView)>& visit) const {
  return inner_.Scan(column, begin, end, [&](ByteView key, ByteView value) {
    Bytes read(value.begin(), value.end());
    Flip(column, read);
    return visit(key, read);
  });
}

void FaultyStore::Flip(std::optional<Column> column, Bytes& value) const {
  const std::lock_guard lock(mutex_);
  const auto found = flipped_.find(column);
  if (found == flipped_.end() || value.empty()) return;
  const std::size_t bit = found->second % (value.size() * 8);
  value[value.size() - 1 - bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
}

// CommitToUndo commits, and remembers how to take it back.
Result<void> FaultyStore::CommitToUndo(ByteView expected_head, const Batch& batch) {
  Batch undo{inner_.Head().value(), {}};
  for (const Write& write : batch.writes) {
    undo.writes.push_back({write.column, write.key, inner_.Get(write.column, write.key).value()});
  }
  Result<void> done = inner_.Commit(expected_head, batch);
  const std::lock_guard lock(mutex_);
  if (done) undo_.push_back(std::move(undo));
  return done;
}

// Take counts the commit and returns its fault.
Fault FaultyStore::Take() {
  const std::lock_guard lock(mutex_);
  const auto found = faults_.find(commits_++);
  const Fault fault = unknown_ ? Fault::kUnknownNotWritten : found == faults_.end() ? Fault::kNone : found->second;
  unknown_ = unknown_ || fault == Fault::kUnknownNotWritten || fault == Fault::kUnknownWritten;
  unsynced_ = unsynced_ || fault == Fault::kUnsynced;
  return fault;
}

void FaultyStore::Watch(ByteView expected_head, const Batch& batch) {
  {
    const std::lock_guard lock(mutex_);
    // Who commits cannot have heard yet of a sync that fails at that moment.
    if (unknown_ && !sync_failed_) violations_.push_back("commit after an unknown outcome");
  }
  if (Equal(expected_head, batch.new_head)) Violated("two states with one head");
  for (const Write& write : batch.writes) WatchRow(write);
}

void FaultyStore::WatchRow(const Write& write) {
  if (write.column == Column::kRecord || write.column == Column::kIndex || write.column == Column::kRequest) return;
  const std::string row =
      "row " + HexEncode(write.key) + " of column " + std::to_string(static_cast<int>(write.column));
  if (!write.value && write.column == Column::kCheckpoint) return;  // a newer one takes its place
  if (!write.value) return Violated(row + " is erased");
  const auto old = inner_.Get(write.column, write.key).value();
  if (!old || old == write.value) return;
  const bool grows = write.column == Column::kTile && old->size() < write.value->size() &&
                     std::equal(old->begin(), old->end(), write.value->begin());
  const bool cosigned = write.column == Column::kCheckpoint && SameText(*old, *write.value);
  if (!grows && !cosigned) Violated(row + " is changed");
}

void FaultyStore::Violated(std::string what) {
  const std::lock_guard lock(mutex_);
  violations_.push_back(std::move(what));
}

}  // namespace certmark::ledger
