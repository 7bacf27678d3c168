// Index rows: the ways to find records, each derived from the record that it finds.
//
// Three families serve every kind of record; a record type adds rows of its own names where it needs others.
//   due/<time, 8 bytes big-endian><subject>         when the clock has to act on a record next
//   find/<attribute>/<value>/<subject>              records by what they say
//   work/<whom>/<time, 8 bytes big-endian><subject> what waits for somebody: a role, or a party; by when, or, its first
//                                                   bit set, since when
// The value of each is the subject, `<kind>/<id>`.
#pragma once

#include <compare>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/change.h"
#include "verifier-sdk/core/time.h"

namespace certmark::ca {

/// IndexRow is a row of Column::kIndex.
struct IndexRow {
  Bytes key, value;
  auto operator<=>(const IndexRow&) const = default;
};

/// MoveIndexRows adds to `change` what turns the rows `before` into `after`; rows of both are not touched.
void MoveIndexRows(ledger::Change& change, std::vector<IndexRow> before, std::vector<IndexRow> after);

/// DueRow says when the clock has to act on `subject` next: of a record there is one at most.
IndexRow DueRow(Time at, std::string_view subject);
/// FindRow finds `subject` by an attribute's value. REQUIRES: no `/` in either.
IndexRow FindRow(std::string_view attribute, std::string_view value, std::string_view subject);
/// WorkRow says that `subject` waits for `whom`, the name of a role or `party:` and an id; `by` orders a work list:
/// nothing is after everything.
IndexRow WorkRow(std::string_view whom, std::optional<Time> by, std::string_view subject);
/// WaitingRow is the WorkRow of what has no such time: after everything that has one, the oldest first.
IndexRow WaitingRow(std::string_view whom, Time since, std::string_view subject);

/// Due is a record on which the clock has to act.
struct Due {
  Time at;
  std::string subject;
};
/// DueUntil are the records due at `now` or before, the earliest first, after those up to `after`; at most `limit`.
Result<std::vector<Due>> DueUntil(const ledger::Store& store, Time now, const std::optional<Due>& after,
                                  std::size_t limit);

/// TimedRow is a row of `family`, as `ends/`: `<family><time, 8 bytes><value>`. TimedUntil are what such rows say, as
/// DueUntil: `subject` is the value.
IndexRow TimedRow(std::string_view family, Time at, std::string_view value);
Result<std::vector<Due>> TimedUntil(const ledger::Store& store, std::string_view family, Time until,
                                    const std::optional<Due>& after, std::size_t limit);

/// FoundBy are the subjects of an attribute's value, in order, those after `after`; at most `limit`.
Result<std::vector<std::string>> FoundBy(const ledger::Store& store, std::string_view attribute, std::string_view value,
                                         std::string_view after, std::size_t limit);

/// AllFoundBy is FoundBy without a limit, a page at a time.
Result<std::vector<std::string>> AllFoundBy(const ledger::Store& store, std::string_view attribute,
                                            std::string_view value);

/// WorkItem is what waits for somebody.
struct WorkItem {
  std::string subject;
  std::optional<Time> by;
  std::optional<Time> since{};  ///< of what a WaitingRow made
};
/// WorkOf is what waits for `whom`, the most urgent first, at most `limit`.
Result<std::vector<WorkItem>> WorkOf(const ledger::Store& store, std::string_view whom, std::size_t limit);

/// KindOf and IdOf are the halves of a subject.
std::string_view KindOf(std::string_view subject);
std::string_view IdOf(std::string_view subject);

}  // namespace certmark::ca
