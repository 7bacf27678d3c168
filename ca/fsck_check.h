// What the checks of an authority's rows have in common: reading rows so that damage is a finding, and what the last
// act on a file says.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ca/fsck_rows.h"
#include "ca/records.h"
#include "verifier-sdk/core/quote.h"

namespace certmark::ca {

/// RowsCheck is a part of each of those checks. `store` and `fold` outlive it.
class RowsCheck {
 public:
  RowsCheck(const ledger::Store& store, const LogFold& fold) : store_(store), fold_(fold) {}

  const ledger::Store& store() const { return store_; }
  const LogFold& fold() const { return fold_; }
  RowsChecked& out() { return out_; }

  void Report(std::string_view kind, std::string place, std::string expected, std::string found);

  /// ForEachRow visits the rows whose key begins with `prefix`; damage ends the scan of them and is a finding,
  /// `row-unreadable`. An error of `visit` ends all.
  Result<void> ForEachRow(ledger::Column column, std::string_view prefix,
                          const std::function<Result<void>(std::string_view rest, ByteView value)>& visit);
  /// Get reads a row; one that is damaged is as good as none, and is a finding.
  Result<std::optional<Bytes>> Get(ledger::Column column, ByteView key);

  /// ForEach visits every record of a kind with its row. One that cannot be read is a finding of the kind `unreadable`,
  /// if that is not empty.
  template <class R>
  Result<void> ForEach(std::string_view unreadable,
                       const std::function<Result<void>(const R& record, Bytes row)>& visit) {
    const std::string prefix = std::string(R::kKind) + "/";
    return ForEachRow(ledger::Column::kRecord, prefix, [&](std::string_view rest, ByteView value) -> Result<void> {
      const auto record = R::FromJson(AsText(value));
      if (record && record->id == rest) return visit(*record, Bytes(value.begin(), value.end()));
      if (!unreadable.empty()) {
        Report(unreadable, prefix + std::string(rest), "a record under its id",
               record ? "another id" : record.error().message);
      }
      return {};
    });
  }

  /// ActOn returns the last act on a file, if what it left is `state`; else that is a finding, `act-missing` or
  /// `act-state`, and nothing is returned.
  const LastAct* ActOn(const std::string& subject, std::string_view state);
  /// CheckDigest holds an act to the rows that it is said to have written: `act-digest`.
  void CheckDigest(const std::string& subject, const LastAct& act, const std::vector<ledger::Write>& writes);

 private:
  const ledger::Store& store_;
  const LogFold& fold_;
  RowsChecked out_;
};

/// SubjectOf is a record as acts name it, `<kind>/<id>`.
template <class R>
std::string SubjectOf(const R& record) {
  return std::string(R::kKind) + "/" + record.id;
}

/// RecordWrite is the write that put `row` under a subject.
ledger::Write RecordWrite(std::string_view subject, Bytes row);

}  // namespace certmark::ca
