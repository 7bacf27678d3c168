#include "ledger/request_rows.h"

#include <string>

namespace certmark::ledger {
namespace {

// Keys begin with what they are: by name, or by time u64 and name. A row by name holds time u64, the body's digest,
// the number of indices u64, the indices u64 each, and the answer.
constexpr std::uint8_t kByName = 'n', kByTime = 't';
constexpr std::size_t kErasedAtOnce = 64;
constexpr std::size_t kNumber = 8;

void AppendNumber(Bytes& out, std::uint64_t value) {
  const Bytes number = EncodeU64(value);
  out.insert(out.end(), number.begin(), number.end());
}

Bytes NameKey(ByteView name) {
  return RequestKey{std::nullopt, Bytes(name.begin(), name.end())}.Encode();
}

Bytes TimeKey(Time time, ByteView name) {
  return RequestKey{time, Bytes(name.begin(), name.end())}.Encode();
}

Result<std::uint64_t> TakeNumber(ByteView& row) {
  if (row.size() < kNumber) return Error{ErrorCode::kCorruption, "request row is cut short"};
  const std::uint64_t value = CM_TRY(DecodeU64(row.first(kNumber)));
  row = row.subspan(kNumber);
  return value;
}

}  // namespace

Bytes RequestKey::Encode() const {
  Bytes key{time ? kByTime : kByName};
  if (time) AppendNumber(key, static_cast<std::uint64_t>(ToEpoch(*time)));
  key.insert(key.end(), name.begin(), name.end());
  return key;
}

Result<RequestKey> RequestKey::Parse(ByteView key) {
  const auto rest = [&key](std::size_t from) {
    return Bytes(key.begin() + static_cast<std::ptrdiff_t>(from), key.end());
  };
  if (key.size() > 1 && key[0] == kByName) return RequestKey{std::nullopt, rest(1)};
  if (key.size() > 1 + kNumber && key[0] == kByTime) {
    const std::uint64_t time = CM_TRY(DecodeU64(key.subspan(1, kNumber)));
    return RequestKey{FromEpoch(static_cast<std::int64_t>(time)), rest(1 + kNumber)};
  }
  return Error{ErrorCode::kCorruption, "neither by name nor by time"};
}

Result<StoredRequest> StoredRequest::Decode(ByteView row) {
  StoredRequest stored;
  stored.time = FromEpoch(static_cast<std::int64_t>(CM_TRY(TakeNumber(row))));
  if (row.size() < Hash::kSize) return Error{ErrorCode::kCorruption, "request row is cut short"};
  stored.body = CM_TRY(Hash::FromBytes(row.first(Hash::kSize)));
  row = row.subspan(Hash::kSize);
  const std::uint64_t count = CM_TRY(TakeNumber(row));
  if (count > row.size() / kNumber) return Error{ErrorCode::kCorruption, "request row is cut short"};
  for (std::uint64_t i = 0; i < count; ++i) stored.receipt.indices.push_back(CM_TRY(TakeNumber(row)));
  stored.receipt.earlier_answer.emplace(row.begin(), row.end());
  return stored;
}

Result<std::optional<Receipt>> FindRequest(const Store& store, const RequestId& request, Time now) {
  const std::optional<Bytes> row = CM_TRY(store.Get(Column::kRequest, NameKey(request.key)));
  if (!row) return std::optional<Receipt>{};
  StoredRequest stored = CM_TRY(StoredRequest::Decode(*row));
  if (now - stored.time > kRequestLife) return std::optional<Receipt>{};
  if (stored.body != request.body) return OtherRequest();
  return std::optional(std::move(stored.receipt));
}

Error OtherRequest() {
  return {ErrorCode::kInvalidArgument, "this request id was used for another request"};
}

std::vector<Write> RequestRow(const RequestId& request, const std::vector<std::uint64_t>& indices, Time now) {
  Bytes row;
  AppendNumber(row, static_cast<std::uint64_t>(ToEpoch(now)));
  row.insert(row.end(), request.body.bytes.begin(), request.body.bytes.end());
  AppendNumber(row, indices.size());
  for (const std::uint64_t index : indices) AppendNumber(row, index);
  row.insert(row.end(), request.answer.begin(), request.answer.end());
  std::vector<Write> writes;
  writes.push_back({Column::kRequest, NameKey(request.key), std::move(row)});
  writes.push_back({Column::kRequest, TimeKey(now, request.key), Bytes{}});
  return writes;
}

Result<std::vector<Write>> ExpiredRequests(const Store& store, Time now) {
  std::vector<Write> writes;
  std::vector<Bytes> names;
  CM_TRY(
      store.Scan(Column::kRequest, TimeKey(Time{}, {}), TimeKey(now - kRequestLife, {}), [&](ByteView key, ByteView) {
        if (names.size() == kErasedAtOnce) return false;
        const ByteView name = key.subspan(1 + kNumber);
        names.emplace_back(name.begin(), name.end());
        writes.push_back({Column::kRequest, Bytes(key.begin(), key.end()), std::nullopt});
        return true;
      }));
  for (const Bytes& name : names) {
    // A name that was used again has a younger row, which stays.
    const std::optional<Bytes> row = CM_TRY(store.Get(Column::kRequest, NameKey(name)));
    if (row && CM_TRY(StoredRequest::Decode(*row)).time < now - kRequestLife) {
      writes.push_back({Column::kRequest, NameKey(name), std::nullopt});
    }
  }
  return writes;
}

}  // namespace certmark::ledger
