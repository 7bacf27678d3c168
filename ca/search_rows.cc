#include "ca/search_rows.h"

#include <set>

#include "ca/certification.h"
#include "ca/name_terms.h"

namespace certmark::ca {
namespace {

using State = Certification::State;

void Append(Bytes& key, std::string_view text) {
  key.insert(key.end(), text.begin(), text.end());
}

Bytes TimeKey(std::string_view family, Time time) {
  Bytes key = ToBytes(family);
  const Bytes bytes = ledger::EncodeU64(static_cast<std::uint64_t>(ToEpoch(time)));
  key.insert(key.end(), bytes.begin(), bytes.end());
  return key;
}

IndexRow RowOf(Bytes key, const std::string& number) {
  Append(key, number);
  return {std::move(key), ToBytes(number)};
}

}  // namespace

Bytes BeginsKey(Time time) {
  return TimeKey("begins/", time);
}
Bytes EndsKey(Time time) {
  return TimeKey("ends/", time);
}
Bytes WordKey(std::string_view term) {
  Bytes key = ToBytes("word/");
  Append(key, term);
  return key;
}

std::vector<IndexRow> SearchRows(const Certification& certification) {
  const std::string& number = certification.id;
  std::vector<IndexRow> rows = {RowOf(BeginsKey(certification.valid_from), number),
                                RowOf(EndsKey(certification.valid_until), number)};
  if (certification.state != State::kValid && certification.state != State::kExpired) {
    const std::string subject = std::string(Certification::kKind) + "/" + number;
    rows.push_back(FindRow("state", Name(certification.state), subject));
  }
  std::set<std::string> terms;
  for (const std::string* name : {&certification.app_name, &certification.operator_name}) {
    for (std::string& term : NameParts::Of(*name).Terms()) terms.insert(std::move(term));
  }
  for (const std::string& term : terms) {
    Bytes key = WordKey(term);
    Append(key, "/" + number);
    rows.push_back({std::move(key), {}});
  }
  return rows;
}

}  // namespace certmark::ca
