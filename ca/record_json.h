// Members of a record's JSON as domain values. Every reader: InvalidArgument names the member that is missing or wrong.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ca/name_table.h"
#include "ledger/head.h"
#include "verifier-sdk/core/bytes.h"
#include "verifier-sdk/core/hash.h"
#include "verifier-sdk/core/json.h"
#include "verifier-sdk/core/quote.h"
#include "verifier-sdk/core/time.h"

namespace certmark::ca {

/// kMaxRecordBytes bounds a stored record: the largest are files, which fit many times over.
inline constexpr std::size_t kMaxRecordBytes = 8 * 1024 * 1024;

Result<std::string> ReadText(const json::Value& object, std::string_view name);
Result<std::optional<std::string>> ReadOptionalText(const json::Value& object, std::string_view name);
Result<std::vector<std::string>> ReadTexts(const json::Value& object, std::string_view name);
/// ReadTime and ReadOptionalTime read seconds since 1970, before the year 10000.
Result<Time> ReadTime(const json::Value& object, std::string_view name);
Result<std::optional<Time>> ReadOptionalTime(const json::Value& object, std::string_view name);
/// ReadBytes reads base64.
Result<Bytes> ReadBytes(const json::Value& object, std::string_view name);
/// ReadOptionalHash reads 64 lower-case hex digits.
Result<std::optional<Hash>> ReadOptionalHash(const json::Value& object, std::string_view name);
/// ReadName reads a value of an enumeration by its name in `table`.
template <class E, std::size_t N>
Result<E> ReadName(const json::Value& object, std::string_view name, const NameTable<E, N>& table) {
  const std::string_view text = CM_TRY(object.String(name));
  if (const std::optional<E> value = ValueIn(table, text)) return *value;
  return Error{ErrorCode::kInvalidArgument, std::string(name) + ": " + Quote(text)};
}

/// ToLogNumber is the number of a public log. InvalidArgument: there is none of that number.
Result<ledger::LogNumber> ToLogNumber(std::uint64_t number);

/// WriteTime writes seconds since 1970. REQUIRES: not before 1970.
void WriteTime(json::Writer& writer, std::string_view name, Time time);
/// WriteOptional writes the member if there is a value.
void WriteOptional(json::Writer& writer, std::string_view name, const std::optional<std::string>& text);
void WriteOptional(json::Writer& writer, std::string_view name, const std::optional<Time>& time);

}  // namespace certmark::ca
