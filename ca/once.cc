#include "ca/once.h"

#include <algorithm>

#include "ledger/request_rows.h"

namespace certmark::ca {
namespace {

thread_local const Once* current = nullptr;

// The record of that kind that a change writes: what the act is on, where that is one, else the only one. Nothing where
// there is none, or several beside what the act is on.
std::optional<std::string> RecordIn(const ledger::Change& change, const ActEntry& act, std::string_view kind) {
  const std::string prefix = std::string(kind) + "/";
  if (act.subject.starts_with(prefix)) return act.subject;
  std::optional<std::string> found;
  for (const ledger::Write& write : change.writes) {
    const std::string_view subject = AsText(write.key);
    if (write.column != ledger::Column::kRecord || !write.value || !subject.starts_with(prefix)) continue;
    if (found && *found != subject) return std::nullopt;
    found = subject;
  }
  return found;
}

}  // namespace

OnceScope::OnceScope(const Once& once) {
  current = &once;
}

OnceScope::~OnceScope() {
  current = nullptr;
}

void ClaimOnce(ledger::Change& change, const ActEntry& act) {
  if (current == nullptr || (IsNoParty(act.actor) && act.actor != kPublicActor)) return;
  const auto record = RecordIn(change, act, current->kind);
  if (record) change.request = ledger::RequestId{ToBytes(current->key), current->body, ToBytes(*record)};
}

Result<std::optional<std::string>> DoneBefore(const ledger::Store& store, const Once& once, Time now) {
  const auto receipt = CM_TRY(ledger::FindRequest(store, {ToBytes(once.key), once.body, {}}, now));
  if (!receipt) return std::optional<std::string>();
  return std::optional(std::string(AsText(*receipt->earlier_answer)));
}

Error AlreadyDone() {
  return {ErrorCode::kAlreadyExists, "this request was carried out before"};
}

}  // namespace certmark::ca
