// Every kind of record that an authority keeps: for who reads them all without knowing what they are.
#pragma once

#include <string_view>
#include <vector>

#include "ca/index_rows.h"

namespace certmark::ca {

/// IsRecordKind: an authority has records of that kind.
bool IsRecordKind(std::string_view kind);

/// IndexRowsOfRecord reads the record stored under `subject`, `<kind>/<id>`, and returns the index rows that follow
/// from it. InvalidArgument: no such kind, a row that is no record of it, or one under another id.
Result<std::vector<IndexRow>> IndexRowsOfRecord(std::string_view subject, ByteView row);

}  // namespace certmark::ca
