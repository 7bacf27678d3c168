// Change: what one use case asks the log to make durable, all of it or nothing.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "ledger/head.h"
#include "ledger/store.h"
#include "verifier-sdk/core/hash.h"
#include "verifier-sdk/core/time.h"

namespace certmark::ledger {

/// EtagOf is the digest by which a Precondition recognises a stored value.
inline Hash EtagOf(ByteView value) {
  return Sha256(value);
}

/// Precondition holds iff the key's value has `etag`, or, without one, iff the key is absent.
struct Precondition {
  Column column;
  Bytes key;
  std::optional<Hash> etag;
};

/// NewEntry is appended to the private record log or to the current public log. For each key of `found_by` the same
/// commit writes a row of Column::kIndex, FoundByKey of it and the entry's index, which is the row's value: so rows
/// find entries in the order in which they were committed.
struct NewEntry {
  enum class To : std::uint8_t { kRecordLog, kPublicLog } to;
  Bytes bytes;
  std::vector<Bytes> found_by{};
};

/// RequestId lets a caller send one request twice: within kRequestLife of the first, a change with the same key and
/// body changes nothing and is answered as the first was.
struct RequestId {
  Bytes key;     ///< who asks, for what, and their id: unique for one request
  Hash body;     ///< digest of the request; the same key with another body is an error
  Bytes answer;  ///< what the first caller is told, for whoever asks again
};
inline constexpr Seconds kRequestLife{7 * 24 * 3600};

struct Change {
  std::vector<Precondition> preconditions;
  std::vector<Write> writes;  ///< to kRecord and kIndex alone
  std::vector<NewEntry> entries;
  std::optional<RequestId> request{};
  Urgency urgency = Urgency::kOrdinary;
};

/// Ack is how far a change must have come before its caller is answered.
enum class Ack : std::uint8_t {
  kSequenced,  ///< durable, with its indices
  kPublished,  ///< and a signed, durable, anchored checkpoint covers it
  kWitnessed,  ///< and one that meets the witness policy, which is exposed
};

/// Receipt answers a change: the index of each of its entries, in order. An entry whose bytes were in the log already
/// has the index of the first.
struct Receipt {
  std::vector<std::uint64_t> indices;
  std::optional<Bytes> earlier_answer{};  ///< of the request's first call, when this was not the first
};

}  // namespace certmark::ledger
