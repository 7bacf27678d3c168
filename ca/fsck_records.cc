// Fsck of records: each is what the newest act that names it wrote, and every index row follows from a record or an
// act.
#include <optional>
#include <unordered_set>
#include <utility>

#include "ca/act_entry.h"
#include "ca/fsck_check.h"
#include "ca/record_kinds.h"
#include "ca/row_product.h"
#include "verifier-sdk/core/quote.h"

namespace certmark::ca {
namespace {

using ledger::Column;

class RecordsChecker {
 public:
  RecordsChecker(const ledger::Store& store, const LogFold& fold)
      : check_(store, fold), fold_(fold), expected_(fold.act_rows().Empty()) {}

  Result<RowsChecked> Run() {
    CM_TRY(ForEachRecord([this](std::string_view subject, ByteView row) { return CheckRecord(subject, row); }));
    CM_TRY(CheckNothingIsGone());
    CM_TRY(CheckIndex());
    return std::move(check_.out());
  }

 private:
  using Visit = std::function<Result<void>(std::string_view subject, ByteView row)>;
  Result<void> ForEachRecord(const Visit& visit) { return check_.ForEachRow(Column::kRecord, "", visit); }

  Result<void> CheckRecord(std::string_view subject, ByteView row) {
    if (!IsRecordKind(KindOf(subject))) {
      check_.Report("row-unknown", Quote(subject), "no such row", std::to_string(row.size()) + " bytes");
      return {};
    }
    if (HasActs(KindOf(subject))) CheckDigest(std::string(subject), row);
    const auto rows = IndexRowsOfRecord(subject, row);
    if (!rows) {
      check_.Report("record-unreadable", std::string(subject), "a record under its id", rows.error().message);
      is_partial_ = true;
      return {};
    }
    for (const IndexRow& wanted : *rows) {
      expected_.Add(wanted.key, wanted.value);
      const auto stored = CM_TRY(check_.Get(Column::kIndex, wanted.key));
      if (stored == wanted.value) continue;
      check_.Report(stored ? "index-row-differs" : "index-row-missing", ShownKey(AsText(wanted.key)),
                    Quote(AsText(wanted.value)), stored ? Quote(AsText(*stored)) : "no such row");
    }
    return {};
  }

  void CheckDigest(const std::string& subject, ByteView row) {
    const auto written = fold_.written().find(subject);
    if (written == fold_.written().end()) {
      check_.Report("act-missing", subject, "an act that made it", "none");
      return;
    }
    ++check_.out().digests;
    const Hash digest = Sha256(row);
    if (written->second.digest == digest) return;
    const std::string by = ", by log 0 entry " + std::to_string(written->second.index);
    check_.Report("act-digest", subject, (written->second.digest ? written->second.digest->Hex() : "no record") + by,
                  digest.Hex());
  }

  // CheckNothingIsGone: a record stays until an act erases it.
  Result<void> CheckNothingIsGone() {
    for (const auto& [subject, written] : fold_.written()) {
      if (!written.digest || CM_TRY(check_.Get(Column::kRecord, AsBytes(subject)))) continue;
      check_.Report("record-missing", subject, "a record: log 0 entry " + std::to_string(written.index) + " wrote it",
                    "no such row");
    }
    return {};
  }

  // CheckIndex compares products first; only where they differ is it worth remembering which rows there should be.
  Result<void> CheckIndex() {
    RowProduct found = expected_.Empty(), found_acts = expected_.Empty();
    CM_TRY(check_.ForEachRow(Column::kIndex, "", [&](std::string_view key, ByteView value) -> Result<void> {
      (IsActRow(key) ? found_acts : found).Add(AsBytes(key), value);
      return {};
    }));
    if (found_acts != fold_.act_rows()) {
      check_.Report("act-rows", "act-of/, acted-by/, told/", std::to_string(fold_.act_rows().count()) + " rows that find acts",
                    std::to_string(found_acts.count()) + ", and not those");
    }
    // Whose record cannot be read, its rows are not known.
    if (found == expected_ || is_partial_) return {};
    return FindExtra();
  }

  Result<void> FindExtra() {
    std::unordered_set<std::string> wanted;
    CM_TRY(ForEachRecord([&](std::string_view subject, ByteView row) -> Result<void> {
      const auto rows = IndexRowsOfRecord(subject, row);
      if (!rows) return {};
      for (const IndexRow& index : *rows) wanted.emplace(AsText(index.key));
      return {};
    }));
    return check_.ForEachRow(Column::kIndex, "", [&](std::string_view key, ByteView value) -> Result<void> {
      if (!IsActRow(key) && !wanted.contains(std::string(key))) {
        check_.Report("index-row-extra", ShownKey(key), "no such row", Quote(AsText(value)));
      }
      return {};
    });
  }

  RowsCheck check_;
  const LogFold& fold_;
  RowProduct expected_;      // index rows that follow from records
  bool is_partial_ = false;  // a record could not be read
};

}  // namespace

Result<RowsChecked> CheckRecords(const ledger::Store& store, const LogFold& fold) {
  return RecordsChecker(store, fold).Run();
}

}  // namespace certmark::ca
