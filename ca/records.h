// Records: the authority's rows as typed values, one JSON text a row, and what a change says about them.
//
// A record type R has: `static constexpr std::string_view kKind`; `std::string id`; `std::string ToJson() const`;
// `static Result<R> FromJson(std::string_view)`. Its row is `<kind>/<id>` in Column::kRecord.
//
// A type may also have `std::vector<IndexRow> IndexRows() const`: every row of Column::kIndex that follows from a
// record and from nothing else. Create, Replace and Erase keep those rows with the record, so that the two cannot
// disagree, and fsck knows them all by reading the records again.
//
// A type that has parts which never change once they are there may keep them in records of their own, which its row
// names by their digests: then it has `Result<void> LoadParts(const ledger::Store&)`, which completes what FromJson
// read, and `void WriteParts(ledger::Change&) const`, which creates those that have no row yet.
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
/// HasParts: records of that type keep parts in rows of their own.
template <class R>
concept HasParts = requires(R record, const ledger::Store& store) {
  record.LoadParts(store);
};

/// ParseRow reads a record in its row, with its parts. Corruption: it does not parse, or one of them is not there, or
/// not as it was.
template <class R>
Result<R> ParseRow(const ledger::Store& store, ByteView row, std::string_view id) {
  auto record = R::FromJson(AsText(row));
  if (!record)
    return Error{ErrorCode::kCorruption, std::string(R::kKind) + " " + std::string(id) + ": " + record.error().message};
  if constexpr (HasParts<R>) CM_TRY(record->LoadParts(store));
  return record;
}
/// Load reads a record. Errors as LoadRow and ParseRow.
template <class R>
Result<Stored<R>> Load(const ledger::Store& store, std::string_view id) {
  const Bytes row = CM_TRY(LoadRow<R>(store, id));
  R record = CM_TRY(ParseRow<R>(store, row, id));
  return Stored<R>{std::move(record), ledger::EtagOf(row)};
}

/// Expect adds the precondition that a record is still as it was read.
template <class R>
void Expect(ledger::Change& change, const Stored<R>& read) {
  change.preconditions.push_back({ledger::Column::kRecord, RecordKey(R::kKind, read.value.id), read.etag});
}
/// WriteRow writes a record's row, and those of its parts that have none yet.
template <class R>
void WriteRow(ledger::Change& change, const R& record) {
  if constexpr (HasParts<R>) record.WriteParts(change);
  change.writes.push_back({ledger::Column::kRecord, RecordKey(R::kKind, record.id), ToBytes(record.ToJson())});
}
/// Create writes a record that must not exist yet, and its index rows.
template <class R>
void Create(ledger::Change& change, const R& record) {
  change.preconditions.push_back({ledger::Column::kRecord, RecordKey(R::kKind, record.id), std::nullopt});
  WriteRow(change, record);
  MoveIndexRows(change, {}, IndexRowsOf(record));
}
/// Replace writes a record over the one that was read, if that is still there, and turns its index rows into the new
/// one's.
template <class R>
void Replace(ledger::Change& change, const Stored<R>& read, const R& record) {
  Expect(change, read);
  WriteRow(change, record);
  MoveIndexRows(change, IndexRowsOf(read.value), IndexRowsOf(record));
}
/// Erase removes a record that was read, if it is still there, and its index rows.
template <class R>
void Erase(ledger::Change& change, const Stored<R>& read) {
  static_assert(!HasParts<R>, "nothing erases its parts");
  Expect(change, read);
  change.writes.push_back({ledger::Column::kRecord, RecordKey(R::kKind, read.value.id), std::nullopt});
  MoveIndexRows(change, IndexRowsOf(read.value), {});
}

/// ForEach visits every record of a kind, in order of id, until `visit` says that it is enough. An error of `visit`
/// ends it. Corruption as ParseRow.
template <class R>
Result<void> ForEach(const ledger::Store& store, const std::function<Result<bool>(R record)>& visit) {
  std::optional<Error> failed;
  Bytes end = RecordKey(R::kKind, "");
  end.back() = '/' + 1;
  CM_TRY(store.Scan(ledger::Column::kRecord, RecordKey(R::kKind, ""), end, [&](ByteView key, ByteView value) {
    auto record = ParseRow<R>(store, value, IdOf(AsText(key)));
    if (!record) return failed = std::move(record).error(), false;
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
