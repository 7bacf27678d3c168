// RequestRows: requests that were answered lately, so that one sent twice is done once (AIP-155).
#pragma once

#include <optional>
#include <vector>

#include "ledger/change.h"
#include "ledger/store.h"

namespace certmark::ledger {

/// RequestKey is the key of a row: by name, of a request's answer; by time and name, of the row that finds it by age.
struct RequestKey {
  std::optional<Time> time;
  Bytes name;  ///< RequestId::key

  Bytes Encode() const;
  /// Parse reads a key. Corruption: neither of the two.
  static Result<RequestKey> Parse(ByteView key);
};

/// StoredRequest is the value of a row by name.
struct StoredRequest {
  Time time;
  Hash body;
  Receipt receipt;  ///< its `earlier_answer` is there

  /// Decode reads a value. Corruption: it is cut short.
  static Result<StoredRequest> Decode(ByteView row);
};

/// FindRequest returns the receipt of the request's first call, or nothing if it is the first or the other was over
/// kRequestLife ago. InvalidArgument: its key was used for another body.
Result<std::optional<Receipt>> FindRequest(const Store& store, const RequestId& request, Time now);

/// OtherRequest is the refusal of a request id that was used for another body.
Error OtherRequest();

/// RequestRow is a request's row with its first answer, and the row that finds it by age.
std::vector<Write> RequestRow(const RequestId& request, const std::vector<std::uint64_t>& indices, Time now);

/// ExpiredRequests are the writes that erase up to some dozens of rows that are over.
Result<std::vector<Write>> ExpiredRequests(const Store& store, Time now);

}  // namespace certmark::ledger
