#include "ca/fsck_check.h"

#include <utility>

#include "ca/act_entry.h"

namespace certmark::ca {

using ledger::Column;

void RowsCheck::Report(std::string_view kind, std::string place, std::string expected, std::string found) {
  out_.findings.Add({kind, "", std::move(place), std::move(expected), std::move(found)});
}

Result<void> RowsCheck::ForEachRow(Column column, std::string_view prefix,
                                   const std::function<Result<void>(std::string_view rest, ByteView value)>& visit) {
  Bytes end = ToBytes(prefix);
  ++end.back();
  std::optional<Error> failed;
  const auto scanned = store_.Scan(column, AsBytes(prefix), end, [&](ByteView key, ByteView value) {
    ++out_.rows;
    const auto visited = visit(AsText(key.subspan(prefix.size())), value);
    if (!visited) failed = visited.error();
    return !failed;
  });
  if (failed) return *std::move(failed);
  if (!scanned && scanned.error().code != ErrorCode::kCorruption) return scanned;
  if (!scanned) Report("row-unreadable", std::string(prefix), "rows", scanned.error().message);
  return {};
}

Result<std::optional<Bytes>> RowsCheck::Get(Column column, ByteView key) {
  auto row = store_.Get(column, key);
  if (row || row.error().code != ErrorCode::kCorruption) return row;
  Report("row-unreadable", Quote(AsText(key)), "a row", row.error().message);
  return std::optional<Bytes>();
}

const LastAct* RowsCheck::ActOn(const std::string& subject, std::string_view state) {
  const auto found = fold_.acts().find(subject);
  if (found == fold_.acts().end()) {
    Report("act-missing", subject, "an act that made it", "none");
    return nullptr;
  }
  const LastAct& last = found->second;
  if (last.after == state) return &last;
  Report("act-state", subject, last.after + ", by log 0 entry " + std::to_string(last.index), std::string(state));
  return nullptr;
}

void RowsCheck::CheckDigest(const std::string& subject, const LastAct& act, const std::vector<ledger::Write>& writes) {
  ++out_.digests;
  const std::string digest = WritesDigest(writes);
  if (digest == act.writes) return;
  Report("act-digest", subject, act.writes + ", by log 0 entry " + std::to_string(act.index), digest);
}

ledger::Write RecordWrite(std::string_view subject, Bytes row) {
  return {Column::kRecord, ToBytes(subject), std::move(row)};
}

}  // namespace certmark::ca
