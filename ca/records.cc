#include "ca/records.h"

#include <algorithm>
#include <iterator>

namespace certmark::ca {

Bytes RecordKey(std::string_view kind, std::string_view id) {
  Bytes key = ToBytes(kind);
  key.push_back('/');
  key.insert(key.end(), id.begin(), id.end());
  return key;
}

void AppendTo(ledger::Change& change, ledger::Change more) {
  std::ranges::move(more.preconditions, std::back_inserter(change.preconditions));
  std::ranges::move(more.writes, std::back_inserter(change.writes));
  std::ranges::move(more.entries, std::back_inserter(change.entries));
  if (more.urgency == ledger::Urgency::kUrgent) change.urgency = more.urgency;
}

}  // namespace certmark::ca
