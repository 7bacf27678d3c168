// RecordHeadRow: how far the public log is committed to the private record log, and when it will be next.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "ca/index_rows.h"
#include "ledger/head.h"
#include "verifier-sdk/core/hash.h"
#include "verifier-sdk/core/time.h"

namespace certmark::ca {

/// RecordHeadRow is one record, `record-head/public`.
struct RecordHeadRow {
  static constexpr std::string_view kKind = "record-head";
  static constexpr std::string_view kId = "public";
  std::string id{kId};
  std::uint64_t size = 0;     ///< of the record log, as the newest head says; 0: there is none yet
  Hash root;                  ///< of the record log at that size
  ledger::LogNumber log = 0;  ///< the public log that holds the head; 0: none yet
  Hash entry;                 ///< leaf hash of the head in it
  Time at, next;              ///< when it was made, and when the next is due
  /// replaced: a backup that was put back has another record log than the head says; only a longer one gets the next.
  bool replaced = false;

  /// IndexRows: when the next is due.
  std::vector<IndexRow> IndexRows() const;
  std::string ToJson() const;
  static Result<RecordHeadRow> FromJson(std::string_view json);
};

/// NextMidnight is 00:00 UTC of the day after `now`, when the next head is due.
Time NextMidnight(Time now);

}  // namespace certmark::ca
