// The rows of column request: each request's answer and the row that lets it be forgotten, held against each other and
// against the logs that an answer names entries of.
#pragma once

#include <cstdint>

#include "ledger/findings.h"
#include "ledger/store.h"

namespace certmark::ledger {

/// RequestsChecked is what is wrong, and how many requests were looked at.
struct RequestsChecked {
  Findings findings;
  std::uint64_t requests = 0;
};

/// CheckRequests checks every row; a writer may be at work meanwhile. A place is `request` and the hex of the request's
/// key. Kinds: `request-unreadable`, `request-time` (dated after the head: it would never be over), `request-entry`
/// (its answer names an entry that no log has), `request-time-missing` (no row lets it be forgotten),
/// `request-time-extra` (such a row, and no request of that time). Unavailable: a row could not be read.
Result<RequestsChecked> CheckRequests(const Store& store);

}  // namespace certmark::ledger
