// Records: the authority's rows as typed values, one JSON text a row, and what a change says about them.
//
// A record type R has: `static constexpr std::string_view kKind`; `std::string id`; `std::string ToJson() const`;
// `static Result<R> FromJson(std::string_view)`. Its row is `<kind>/<id>` in Column::kRecord.
//
// A type may also have `std::vector<IndexRow> IndexRows() const`: every row of Column::kIndex that follows from a
// record and from nothing else. Create, Replace and Erase keep those rows with the record, so that the two cannot
// disagree, and fsck knows them all by reading the records again.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ca/index_rows.h"
#include "ledger/change.h"
#include "ledger/store.h"

namespace certmark::ca {

/// Stored is a record as read, with the etag that a change names as its precondition.
template <class R>
struct Stored {
  R value;
  Hash etag;
};

/// RecordKey is the row's key, `<kind>/<id>`.
Bytes RecordKey(std::string_view kind, std::string_view id);

/// SubjectOf is a record as acts and index rows name it, `<kind>/<id>`.
template <class R>
std::string SubjectOf(const R& record) {
  return std::string(R::kKind) + "/" + record.id;
}

/// AppendTo adds to `change` what `more` says; what is urgent of either is urgent.
void AppendTo(ledger::Change& change, ledger::Change more);

/// IndexRowsOf are the rows that follow from a record: none of a type that names none.
template <class R>
std::vector<IndexRow> IndexRowsOf(const R& record) {
  if constexpr (requires { record.IndexRows(); }) {
    return record.IndexRows();
  } else {
    return {};
  }
}

/// LoadRow reads a record's row. NotFound names it.
template <class R>
Result<Bytes> LoadRow(const ledger::Store& store, std::string_view id) {
  auto row = CM_TRY(store.Get(ledger::Column::kRecord, RecordKey(R::kKind, id)));
  if (row) return *std::move(row);
  return Error{ErrorCode::kNotFound, "no " + std::string(R::kKind) + " " + std::string(id)};
}
/// ParseRow reads a record in its row. Corruption: it does not parse.
template <class R>
Result<R> ParseRow(ByteView row, std::string_view id) {
  auto record = R::FromJson(AsText(row));
  if (record) return record;
  return Error{ErrorCode::kCorruption, std::string(R::kKind) + " " + std::string(id) + ": " + record.error().message};
}
/// Load reads a record. Errors as LoadRow and ParseRow.
template <class R>
Result<Stored<R>> Load(const ledger::Store& store, std::string_view id) {
  const Bytes row = CM_TRY(LoadRow<R>(store, id));
  R record = CM_TRY(ParseRow<R>(row, id));
  return Stored<R>{std::move(record), ledger::EtagOf(row)};
}

/// Expect adds the precondition that a record is still as it was read.
template <class R>
void Expect(ledger::Change& change, const Stored<R>& read) {
  change.preconditions.push_back({ledger::Column::kRecord, RecordKey(R::kKind, read.value.id), read.etag});
}
/// Create writes a record that must not exist yet, and its index rows.
template <class R>
void Create(ledger::Change& change, const R& record) {
  change.preconditions.push_back({ledger::Column::kRecord, RecordKey(R::kKind, record.id), std::nullopt});
  change.writes.push_back({ledger::Column::kRecord, RecordKey(R::kKind, record.id), ToBytes(record.ToJson())});
  MoveIndexRows(change, {}, IndexRowsOf(record));
}
/// Replace writes a record over the one that was read, if that is still there, and turns its index rows into the new
/// one's.
template <class R>
void Replace(ledger::Change& change, const Stored<R>& read, const R& record) {
  Expect(change, read);
  change.writes.push_back({ledger::Column::kRecord, RecordKey(R::kKind, record.id), ToBytes(record.ToJson())});
  MoveIndexRows(change, IndexRowsOf(read.value), IndexRowsOf(record));
}
/// Erase removes a record that was read, if it is still there, and its index rows.
template <class R>
void Erase(ledger::Change& change, const Stored<R>& read) {
  Expect(change, read);
  change.writes.push_back({ledger::Column::kRecord, RecordKey(R::kKind, read.value.id), std::nullopt});
  MoveIndexRows(change, IndexRowsOf(read.value), {});
}

/// ForEach visits every record of a kind, in order of id, until `visit` says that it is enough. An error of `visit`
/// ends it. Corruption: one does not parse.
template <class R>
Result<void> ForEach(const ledger::Store& store, const std::function<Result<bool>(R record)>& visit) {
  std::optional<Error> failed;
  Bytes end = RecordKey(R::kKind, "");
  end.back() = '/' + 1;
  CM_TRY(store.Scan(ledger::Column::kRecord, RecordKey(R::kKind, ""), end, [&](ByteView, ByteView value) {
    auto record = R::FromJson(AsText(value));
    if (!record) {
      failed = Error{ErrorCode::kCorruption, std::string(R::kKind) + ": " + record.error().message};
      return false;
    }
    const auto more = visit(*std::move(record));
    if (!more) failed = more.error();
    return more && *more;
  }));
  if (failed) return *std::move(failed);
  return {};
}

/// LoadAll reads every record of a kind, in order of id, at most `limit`.
template <class R>
Result<std::vector<R>> LoadAll(const ledger::Store& store, std::size_t limit) {
  std::vector<R> records;
  CM_TRY(ForEach<R>(store, [&](R record) -> Result<bool> {
    records.push_back(std::move(record));
    return records.size() < limit;
  }));
  return records;
}

}  // namespace certmark::ca
