// Fsck of what nobody asks for: a row whose key begins with none of the names that the authority gives.
#include <optional>
#include <span>
#include <string_view>

#include "ca/fsck_check.h"

namespace certmark::ca {
namespace {

using ledger::Column;

// In the order of their bytes.
constexpr std::string_view kRecords[] = {"application/", "certification/", "enrolment/",
                                         "party/",       "proposal/",      "signer/"};
constexpr std::string_view kIndexes[] = {"app/",       "bootstrap/", "live/",  "open-enrolment/", "party-certificate/",
                                         "party-key/", "registrar/", "status/"};

// CheckBetween visits what lies between the rows of the names.
Result<void> CheckBetween(RowsCheck& check, Column column, std::span<const std::string_view> names) {
  const auto visit = [&](ByteView key, ByteView value) {
    check.Report("row-unknown", Quote(AsText(key)), "no such row", std::to_string(value.size()) + " bytes");
    return true;
  };
  Bytes begin;
  for (const std::string_view name : names) {
    CM_TRY(check.store().Scan(column, begin, AsBytes(name), visit));
    begin = ToBytes(name);
    ++begin.back();
  }
  return check.store().Scan(column, begin, {}, visit);
}

}  // namespace

Result<RowsChecked> CheckUnknownRows(const ledger::Store& store, const LogFold& fold) {
  RowsCheck check(store, fold);
  for (const auto& checked :
       {CheckBetween(check, Column::kRecord, kRecords), CheckBetween(check, Column::kIndex, kIndexes)}) {
    if (checked) continue;
    if (checked.error().code != ErrorCode::kCorruption) return checked.error();
    check.Report("row-unreadable", "rows of no name", "rows", checked.error().message);
  }
  return std::move(check.out());
}

}  // namespace certmark::ca
