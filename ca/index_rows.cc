#include "ca/index_rows.h"

#include <algorithm>

namespace certmark::ca {
namespace {

using ledger::Column;

constexpr std::string_view kDue = "due/", kFind = "find/", kWork = "work/";
constexpr std::size_t kTimeBytes = 8;
// What has no time stands after everything that has one.
constexpr std::uint64_t kNoTime = UINT64_MAX;
// Set in a time since when something waits: it comes after every time by when.
constexpr std::uint64_t kSince = std::uint64_t{1} << 63;

void Append(Bytes& key, std::string_view text) {
  key.insert(key.end(), text.begin(), text.end());
}
void Append(Bytes& key, std::uint64_t number) {
  const Bytes bytes = ledger::EncodeU64(number);
  key.insert(key.end(), bytes.begin(), bytes.end());
}

std::uint64_t Seconds64(Time time) {
  return static_cast<std::uint64_t>(ToEpoch(time));
}

IndexRow RowOf(Bytes key, std::string_view subject) {
  Append(key, subject);
  return {std::move(key), ToBytes(subject)};
}

Bytes FindPrefix(std::string_view attribute, std::string_view value) {
  Bytes key = ToBytes(kFind);
  Append(key, attribute);
  Append(key, "/");
  Append(key, value);
  Append(key, "/");
  return key;
}

Bytes WorkPrefix(std::string_view whom) {
  Bytes key = ToBytes(kWork);
  Append(key, whom);
  Append(key, "/");
  return key;
}

// After is the first key behind all that begin with `prefix`, which ends in a slash.
Bytes After(Bytes prefix) {
  ++prefix.back();
  return prefix;
}

// TimeIn reads the time that follows a prefix of a key.
Result<std::uint64_t> TimeIn(ByteView key, std::size_t prefix) {
  if (key.size() < prefix + kTimeBytes) return Error{ErrorCode::kCorruption, "an index row without its time"};
  return ledger::DecodeU64(key.subspan(prefix, kTimeBytes));
}

WorkItem ItemOf(std::uint64_t time, ByteView subject) {
  WorkItem item{std::string(AsText(subject)), std::nullopt};
  if (time == kNoTime) return item;
  (time & kSince ? item.since : item.by) = FromEpoch(static_cast<std::int64_t>(time & ~kSince));
  return item;
}

}  // namespace

void MoveIndexRows(ledger::Change& change, std::vector<IndexRow> before, std::vector<IndexRow> after) {
  std::ranges::sort(before);
  std::ranges::sort(after);
  const auto has_key = [](const std::vector<IndexRow>& rows, const Bytes& key) {
    return std::ranges::binary_search(rows, key, {}, &IndexRow::key);
  };
  for (const IndexRow& row : before) {
    if (!has_key(after, row.key)) change.writes.push_back({Column::kIndex, row.key, std::nullopt});
  }
  for (IndexRow& row : after) {
    if (std::ranges::binary_search(before, row)) continue;
    change.writes.push_back({Column::kIndex, std::move(row.key), std::move(row.value)});
  }
}

IndexRow TimedRow(std::string_view family, Time at, std::string_view value) {
  Bytes key = ToBytes(family);
  Append(key, Seconds64(at));
  return RowOf(std::move(key), value);
}

IndexRow DueRow(Time at, std::string_view subject) {
  return TimedRow(kDue, at, subject);
}

IndexRow FindRow(std::string_view attribute, std::string_view value, std::string_view subject) {
  return RowOf(FindPrefix(attribute, value), subject);
}

IndexRow WorkRow(std::string_view whom, std::optional<Time> by, std::string_view subject) {
  Bytes key = WorkPrefix(whom);
  Append(key, by ? Seconds64(*by) : kNoTime);
  return RowOf(std::move(key), subject);
}

IndexRow WaitingRow(std::string_view whom, Time since, std::string_view subject) {
  Bytes key = WorkPrefix(whom);
  Append(key, Seconds64(since) | kSince);
  return RowOf(std::move(key), subject);
}

Result<std::vector<Due>> TimedUntil(const ledger::Store& store, std::string_view family, Time until,
                                    const std::optional<Due>& after, std::size_t limit) {
  Bytes begin = ToBytes(family);
  if (after) {
    begin = TimedRow(family, after->at, after->subject).key;
    begin.push_back(0);  // the next key there can be
  }
  Bytes end = ToBytes(family);
  Append(end, Seconds64(until) + 1);
  std::vector<Due> due;
  std::optional<Error> failed;
  CM_TRY(store.Scan(Column::kIndex, begin, end, [&](ByteView key, ByteView value) {
    const auto at = TimeIn(key, family.size());
    if (!at) return failed = at.error(), false;
    due.push_back({FromEpoch(static_cast<std::int64_t>(*at)), std::string(AsText(value))});
    return due.size() < limit;
  }));
  if (failed) return *std::move(failed);
  return due;
}

Result<std::vector<Due>> DueUntil(const ledger::Store& store, Time now, const std::optional<Due>& after,
                                  std::size_t limit) {
  return TimedUntil(store, kDue, now, after, limit);
}

Result<std::vector<std::string>> FoundBy(const ledger::Store& store, std::string_view attribute, std::string_view value,
                                         std::string_view after, std::size_t limit) {
  const Bytes prefix = FindPrefix(attribute, value);
  Bytes begin = prefix;
  Append(begin, after);
  if (!after.empty()) begin.push_back(0);
  std::vector<std::string> subjects;
  if (limit == 0) return subjects;
  CM_TRY(store.Scan(Column::kIndex, begin, After(prefix), [&](ByteView, ByteView subject) {
    subjects.emplace_back(AsText(subject));
    return subjects.size() < limit;
  }));
  return subjects;
}

Result<std::vector<std::string>> AllFoundBy(const ledger::Store& store, std::string_view attribute,
                                            std::string_view value) {
  constexpr std::size_t kPage = 1000;
  std::vector<std::string> subjects;
  for (std::string after;;) {
    std::vector<std::string> page = CM_TRY(FoundBy(store, attribute, value, after, kPage));
    const bool last = page.size() < kPage;
    subjects.insert(subjects.end(), page.begin(), page.end());
    if (last) return subjects;
    after = page.back();
  }
}

Result<std::vector<WorkItem>> WorkOf(const ledger::Store& store, std::string_view whom, std::size_t limit) {
  const Bytes prefix = WorkPrefix(whom);
  std::vector<WorkItem> items;
  std::optional<Error> failed;
  if (limit == 0) return items;
  CM_TRY(store.Scan(Column::kIndex, prefix, After(prefix), [&](ByteView key, ByteView subject) {
    const auto time = TimeIn(key, prefix.size());
    if (!time) return failed = time.error(), false;
    items.push_back(ItemOf(*time, subject));
    return items.size() < limit;
  }));
  if (failed) return *std::move(failed);
  return items;
}

std::string_view KindOf(std::string_view subject) {
  return subject.substr(0, subject.find('/'));
}
std::string_view IdOf(std::string_view subject) {
  const std::size_t slash = subject.find('/');
  return slash == subject.npos ? std::string_view() : subject.substr(slash + 1);
}

}  // namespace certmark::ca
