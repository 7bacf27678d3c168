// What the checks of an authority's rows have in common: reading rows so that damage is a finding.
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

/// ShownKey is a row's key for people: whole, and what of it is no printable ASCII, such as a time, as `\xNN`.
std::string ShownKey(std::string_view key);

/// RowsCheck is a part of each of those checks. `store` and `fold` outlive it.
class RowsCheck {
 public:
  RowsCheck(const ledger::Store& store, const LogFold& fold) : store_(store), fold_(fold) {}

  const ledger::Store& store() const { return store_; }
  const LogFold& fold() const { return fold_; }
  RowsChecked& out() { return out_; }

  void Report(std::string_view kind, std::string place, std::string expected, std::string found);

  /// ForEachRow visits the rows whose key begins with `prefix`, every row if that is empty; damage ends the scan of
  /// them and is a finding, `row-unreadable`. An error of `visit` ends all.
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

 private:
  const ledger::Store& store_;
  const LogFold& fold_;
  RowsChecked out_;
};

}  // namespace certmark::ca
