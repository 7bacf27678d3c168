#include "ledger/request_check.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "ledger/head.h"
#include "ledger/request_rows.h"

namespace certmark::ledger {
namespace {

// Beyond this, the end of the year 9999, no arithmetic is done.
constexpr Time kEndOfTime{Seconds{253'402'300'800}};

bool IsTime(Time time) {
  return time >= Time{} && time < kEndOfTime;
}

std::string Show(Time time) {
  return std::to_string(ToEpoch(time));
}

class RequestsChecker {
 public:
  explicit RequestsChecker(const Store& store) : store_(store) {}

  Result<RequestsChecked> Run() {
    CM_TRY(ForEach([this](ByteView key, ByteView value) { return CheckRow(key, value); }));
    return std::move(out_);
  }

 private:
  void Report(std::string_view kind, ByteView name, std::string expected, std::string found) {
    out_.findings.Add({kind, "", "request " + HexEncode(name), std::move(expected), std::move(found)});
  }

  Result<void> ForEach(const std::function<Result<void>(ByteView key, ByteView value)>& visit) {
    std::optional<Error> failed;
    const auto scanned = store_.Scan(Column::kRequest, {}, {}, [&](ByteView key, ByteView value) {
      const auto visited = visit(key, value);
      if (!visited) failed = visited.error();
      return !failed;
    });
    if (failed) return *std::move(failed);
    if (!scanned && scanned.error().code != ErrorCode::kCorruption) return scanned;
    if (!scanned) Report("request-unreadable", {}, "rows", scanned.error().message);
    return {};
  }

  Result<void> CheckRow(ByteView key, ByteView value) {
    const auto parsed = RequestKey::Parse(key);
    if (!parsed || (parsed->time && !IsTime(*parsed->time))) {
      Report("request-unreadable", key, "a key of a request", parsed ? "no time" : parsed.error().message);
      return {};
    }
    return parsed->time ? CheckTimeRow(*parsed, value) : CheckNameRow(*parsed, value);
  }

  Result<void> CheckNameRow(const RequestKey& key, ByteView value) {
    ++out_.requests;
    const auto stored = StoredRequest::Decode(value);
    if (!stored || !IsTime(stored->time)) {
      Report("request-unreadable", key.name, "a request and its answer", stored ? "no time" : stored.error().message);
      return {};
    }
    // The newest: what was written since the scan began is not beyond it.
    const auto head = ReadHead(store_);
    if (!head) return {};  // that is found elsewhere
    if (stored->time > head->time) {
      Report("request-time", key.name, "at most " + Show(head->time), Show(stored->time));
    }
    CheckEntries(key, *stored, *head);
    const RequestKey by_time{stored->time, key.name};
    if (CM_TRY(Has(by_time)) || !CM_TRY(HasStill(key, value))) return {};
    Report("request-time-missing", key.name, "a row of " + Show(stored->time), "no such row");
    return {};
  }

  // CheckEntries: an answer does not say of which log an index is; none has it is what can be told.
  void CheckEntries(const RequestKey& key, const StoredRequest& stored, const Head& head) {
    std::uint64_t size = 0;
    for (const auto& [number, log] : head.logs) size = std::max(size, log.tree.size);
    for (const std::uint64_t index : stored.receipt.indices) {
      if (index < size) continue;
      Report("request-entry", key.name, "an entry below " + std::to_string(size), "entry " + std::to_string(index));
    }
  }

  // CheckTimeRow: a request that was over when its key was used again has an older row, until that is erased.
  Result<void> CheckTimeRow(const RequestKey& key, ByteView value) {
    if (!value.empty()) Report("request-unreadable", key.name, "a row without a value", HexEncode(value));
    const auto row = store_.Get(Column::kRequest, RequestKey{std::nullopt, key.name}.Encode());
    if (!row && row.error().code != ErrorCode::kCorruption) return row.error();
    const auto stored = row && *row ? StoredRequest::Decode(**row) : Error{ErrorCode::kNotFound, "no such request"};
    if (row && *row && !(stored && IsTime(stored->time))) return {};  // that row says what is wrong with it
    if (stored && (stored->time == *key.time || stored->time - *key.time > kRequestLife)) return {};
    if (!CM_TRY(Has(key))) return {};  // erased since
    Report("request-time-extra", key.name, stored ? "a row of " + Show(stored->time) : "no such row",
           "a row of " + Show(*key.time));
    return {};
  }

  Result<bool> Has(const RequestKey& key) const {
    const auto row = store_.Get(Column::kRequest, key.Encode());
    if (!row && row.error().code != ErrorCode::kCorruption) return row.error();
    return row && *row;
  }
  Result<bool> HasStill(const RequestKey& key, ByteView value) const {
    const auto row = store_.Get(Column::kRequest, key.Encode());
    if (!row && row.error().code != ErrorCode::kCorruption) return row.error();
    return row && *row && Equal(**row, value);
  }

  const Store& store_;
  RequestsChecked out_;
};

}  // namespace

Result<RequestsChecked> CheckRequests(const Store& store) {
  return RequestsChecker(store).Run();
}

}  // namespace certmark::ledger
