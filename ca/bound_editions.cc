#include "ca/bound_editions.h"

#include <optional>

#include "ca/index_rows.h"
#include "verifier-sdk/core/quote.h"

namespace certmark::ca {
namespace {

// BehindValue is the first key behind all rows of an attribute's value.
Bytes BehindValue(std::string_view attribute, std::string_view value) {
  Bytes key = FindRow(attribute, value, "").key;
  ++key.back();
  return key;
}

}  // namespace

Result<void> RequireEditions(const ledger::Store& store, const Schemes& schemes) {
  std::string missing;
  for (const std::string_view attribute : {"edition", "file-edition"}) {
    for (const std::string& name : CM_TRY(ValuesOf(store, attribute))) {
      if (schemes.Find(name)) continue;
      const auto bound = CM_TRY(FoundBy(store, attribute, name, "", 1));
      if (!missing.empty()) missing += "\n";
      missing += "no scheme file has the edition " + Quote(name) +
                 ", to which is bound: " + (bound.empty() ? std::string("a record") : bound.front());
    }
  }
  if (missing.empty()) return {};
  return Error{ErrorCode::kFailedPrecondition, std::move(missing)};
}

Result<std::vector<std::string>> ValuesOf(const ledger::Store& store, std::string_view attribute) {
  const Bytes prefix = ToBytes("find/" + std::string(attribute) + "/");
  Bytes end = prefix;
  ++end.back();
  std::vector<std::string> values;
  for (Bytes begin = prefix;; begin = BehindValue(attribute, values.back())) {
    std::optional<std::string> value;
    CM_TRY(store.Scan(ledger::Column::kIndex, begin, end, [&](ByteView key, ByteView) {
      const std::string_view rest = AsText(key.subspan(prefix.size()));
      value = rest.substr(0, rest.find('/'));
      return false;
    }));
    if (!value) return values;
    values.push_back(*std::move(value));
  }
}

}  // namespace certmark::ca
