// Feed: an index as rows for a ranking, one a certification, and one for an app against which orders are open and that
// has none.
//
// Columns: platform, package, certified, verdict, state, level, scheme, since, until, suspended_before, open_orders,
// number, signers, from, to, authority, log, entry. `certified` is 1 where the verdict is VALID. Times are seconds
// since 1970, empty where there is none; signers are separated by spaces.
#pragma once

#include <functional>
#include <string_view>

#include "verifier-sdk/core/verify.h"
#include "verifier-sdk/mirror/index.h"

namespace certmark::mirror {

enum class FeedFormat { kCsv, kJsonLines };

/// WriteFeed calls `write` with each line, its end included; CSV (RFC 4180, but ended by LF) begins with the columns'
/// names, JSON lines have them as members. In CSV a control character is written as a space, so that a row is one line,
/// and before a field that a spreadsheet would take for a formula (= + - @ at its beginning) stands an apostrophe. The
/// rows are of one generation. Corruption: a record is damaged. Whatever `write` returns ends it.
Result<void> WriteFeed(const Index& index, FeedFormat format, const Policy& policy, Time now,
                       const std::function<Result<void>(std::string_view line)>& write);

}  // namespace certmark::mirror
