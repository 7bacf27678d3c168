#include "ledger/draft.h"

#include <algorithm>

#include "ledger/tiles.h"
#include "verifier-sdk/core/log_entry.h"
#include "verifier-sdk/core/merkle.h"

namespace certmark::ledger {
namespace {

// KeyText shows a key in an error: keys are names, and hold no secret.
std::string KeyText(ByteView key) {
  const bool printable = std::ranges::all_of(key, [](std::uint8_t c) { return c >= 0x20 && c < 0x7f; });
  return printable ? std::string(AsText(key)) : HexEncode(key);
}

std::string_view NameOf(Column column) {
  return column == Column::kRecord ? "record" : "index";
}

Result<void> CheckKey(Column column, const Bytes& key) {
  if (column != Column::kRecord && column != Column::kIndex) {
    return Error{ErrorCode::kInvalidArgument, "a change may name records and indexes alone, not " + KeyText(key)};
  }
  if (key.empty()) return Error{ErrorCode::kInvalidArgument, "empty key"};
  return {};
}

Result<void> CheckEntry(const Bytes& entry) {
  if (!entry.empty() && entry.size() <= kMaxEntryBytes) return {};
  return Error{ErrorCode::kInvalidArgument, "log entry of " + std::to_string(entry.size()) + " bytes"};
}

constexpr std::size_t kMaxRequestKey = 512;
constexpr std::size_t kMaxRequestAnswer = 64 * 1024;

// CheckRequest returns what the request's rows will weigh.
Result<std::size_t> CheckRequest(const RequestId& request) {
  if (request.key.empty() || request.key.size() > kMaxRequestKey) {
    return Error{ErrorCode::kInvalidArgument, "request id of " + std::to_string(request.key.size()) + " bytes"};
  }
  if (request.answer.size() > kMaxRequestAnswer) {
    return Error{ErrorCode::kInvalidArgument, "request answer of " + std::to_string(request.answer.size()) + " bytes"};
  }
  return 2 * request.key.size() + request.answer.size();
}

Error Corrupt(LogNumber log, const Hash& leaf, const std::string& what) {
  return {ErrorCode::kCorruption, "log " + std::to_string(log) + ", leaf " + leaf.Hex() + ": " + what};
}

}  // namespace

Result<CheckedChange> CheckedChange::Create(Change change) {
  CheckedChange checked;
  for (const Precondition& precondition : change.preconditions) CM_TRY(CheckKey(precondition.column, precondition.key));
  for (const Write& write : change.writes) {
    CM_TRY(CheckKey(write.column, write.key));
    checked.bytes_ += write.key.size() + (write.value ? write.value->size() : 0);
  }
  for (const NewEntry& entry : change.entries) {
    CM_TRY(CheckEntry(entry.bytes));
    checked.bytes_ += entry.bytes.size();
    checked.leaves_.push_back(LeafHash(entry.bytes));
    for (const Bytes& found_by : entry.found_by) {
      CM_TRY(CheckKey(Column::kIndex, found_by));
      checked.bytes_ += found_by.size() + 2 * sizeof(std::uint64_t);
    }
  }
  if (change.request) checked.bytes_ += CM_TRY(CheckRequest(*change.request));
  checked.change_ = std::move(change);
  return checked;
}

Draft::Draft(const Store& store, const WriterState& state, LogNumber public_log, Time now)
    : store_(store),
      state_(state),
      now_(now),
      growth_{Growth{kRecordLog, state.records.size(), {}, {}, {}},
              Growth{public_log, state.published.size(), {}, {}, {}}} {}

Result<Receipt> Draft::Add(CheckedChange checked) {
  Change& change = checked.change_;
  if (change.request) {
    if (auto answered = CM_TRY(FindAnswered(*change.request))) return *std::move(answered);
  }
  // 1. Everything that can fail.
  for (const Precondition& precondition : change.preconditions) CM_TRY(Check(precondition));
  std::vector<std::optional<std::uint64_t>> stored;
  stored.reserve(change.entries.size());
  for (std::size_t i = 0; i < change.entries.size(); ++i) {
    const NewEntry& entry = change.entries[i];
    stored.push_back(CM_TRY(FindStored(GrowthOf(entry.to).log, checked.leaves_[i], entry.bytes)));
  }
  // 2. What cannot.
  only_urgent_ = only_urgent_ && change.urgency == Urgency::kUrgent;
  Receipt receipt;
  for (std::size_t i = 0; i < change.entries.size(); ++i) {
    NewEntry& entry = change.entries[i];
    const std::uint64_t index =
        stored[i] ? *stored[i] : Append(GrowthOf(entry.to), checked.leaves_[i], std::move(entry.bytes));
    receipt.indices.push_back(index);
    for (const Bytes& found_by : entry.found_by)
      change.writes.push_back({Column::kIndex, FoundByKey(found_by, index), EncodeU64(index)});
  }
  for (Write& write : change.writes) {
    last_write_[{write.column, write.key}] = writes_.size();
    writes_.push_back(std::move(write));
  }
  if (change.request) {
    Bytes key = change.request->key;
    answered_.emplace(std::move(key), Answered{*std::move(change.request), receipt.indices});
  }
  return receipt;
}

Result<std::optional<Receipt>> Draft::FindAnswered(const RequestId& request) const {
  const auto here = answered_.find(request.key);
  if (here == answered_.end()) return FindRequest(store_, request, now_);
  const Answered& first = here->second;
  if (first.request.body != request.body) return OtherRequest();
  return std::optional(Receipt{first.indices, first.request.answer});
}

bool Draft::empty() const {
  return writes_.empty() && answered_.empty() && growth_[0].entries.empty() && growth_[1].entries.empty();
}

Draft::Finished Draft::Finish() && {
  Finished finished{std::move(writes_), 0, only_urgent_ ? Urgency::kUrgent : Urgency::kOrdinary, state_};
  finished.change_writes = finished.writes.size();
  for (const auto& [key, answered] : answered_) {
    for (Write& row : RequestRow(answered.request, answered.indices, now_)) finished.writes.push_back(std::move(row));
  }
  WriterState& after = finished.after;
  AppendRows(std::move(growth_[0]), after.records, after.head, finished.writes);
  AppendRows(std::move(growth_[1]), after.published, after.head, finished.writes);
  return finished;
}

Result<void> Draft::Check(const Precondition& precondition) const {
  const std::optional<Hash> now = CM_TRY(EtagNow(precondition.column, precondition.key));
  if (now == precondition.etag) return {};
  const std::string name = std::string(NameOf(precondition.column)) + " " + KeyText(precondition.key);
  if (!now) return Error{ErrorCode::kConflict, name + " is not there"};
  return Error{ErrorCode::kConflict, name + (precondition.etag ? " has changed" : " is there already")};
}

Result<std::optional<Hash>> Draft::EtagNow(Column column, const Bytes& key) const {
  const auto etag = [](const std::optional<Bytes>& value) {
    return value ? std::optional(EtagOf(*value)) : std::nullopt;
  };
  const auto written = last_write_.find({column, key});
  if (written != last_write_.end()) return etag(writes_[written->second].value);
  return etag(CM_TRY(store_.Get(column, key)));
}

Result<std::optional<std::uint64_t>> Draft::FindStored(LogNumber log, const Hash& leaf, const Bytes& entry) const {
  const std::optional<Bytes> row = CM_TRY(store_.Get(Column::kByHash, ByHashKey(log, leaf)));
  if (!row) return std::optional<std::uint64_t>{};
  const std::uint64_t index = CM_TRY(DecodeU64(*row));
  const std::optional<Bytes> known = CM_TRY(store_.Get(Column::kEntry, EntryKey(log, index)));
  if (!known) return Corrupt(log, leaf, "entry " + std::to_string(index) + " is not there");
  if (*known != entry) return Corrupt(log, leaf, "entry " + std::to_string(index) + " has other bytes");
  return std::optional(index);
}

std::uint64_t Draft::Append(Growth& growth, const Hash& leaf, Bytes entry) {
  const auto [place, is_new] = growth.index_of.emplace(leaf, growth.size);
  if (!is_new) {
    const std::uint64_t first = growth.size - growth.entries.size();
    if (growth.entries[place->second - first] != entry) Die("two entries of one batch have one SHA-256 hash");
    return place->second;
  }
  growth.leaves.push_back(leaf);
  growth.entries.push_back(std::move(entry));
  return growth.size++;
}

void Draft::AppendRows(Growth growth, Edge& edge, Head& head, std::vector<Write>& writes) {
  if (growth.entries.empty()) return;
  const std::size_t tiles = growth.entries.size() / kTileWidth + 2 * sizeof(std::uint64_t);
  writes.reserve(writes.size() + 2 * growth.entries.size() + tiles);
  std::uint64_t index = edge.size();
  for (Bytes& entry : growth.entries)
    writes.push_back({Column::kEntry, EntryKey(growth.log, index++), std::move(entry)});
  // In the order of their keys, for a table in memory finds the place of a key soonest near that of the one before.
  for (const auto& [leaf, place] : growth.index_of) {
    writes.push_back({Column::kByHash, ByHashKey(growth.log, leaf), EncodeU64(place)});
  }
  edge.Append(growth.leaves, writes);
  head.logs[growth.log].tree = edge.head();
}

}  // namespace certmark::ledger
