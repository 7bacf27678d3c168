#include "ca/fsck_check.h"

#include <utility>

namespace certmark::ca {

using ledger::Column;

std::string ShownKey(std::string_view key) {
  std::string shown;
  for (const char c : key) {
    if (c >= ' ' && c <= '~' && c != '\\') {
      shown += c;
    } else {
      shown += "\\x" + HexEncode(AsBytes(std::string_view(&c, 1)));
    }
  }
  return shown;
}

void RowsCheck::Report(std::string_view kind, std::string place, std::string expected, std::string found) {
  out_.findings.Add({kind, "", std::move(place), std::move(expected), std::move(found)});
}

Result<void> RowsCheck::ForEachRow(Column column, std::string_view prefix,
                                   const std::function<Result<void>(std::string_view rest, ByteView value)>& visit) {
  Bytes end = ToBytes(prefix);
  if (!end.empty()) ++end.back();
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

}  // namespace certmark::ca
