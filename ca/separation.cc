#include "ca/separation.h"

#include <set>

namespace certmark::ca {

Result<Stored<Party>> Admit(const ledger::Store& store, const Party& caller, Act act) {
  auto current = Load<Party>(store, caller.id);
  if (current) {
    CM_TRY(Check(current->value, act));
    return current;
  }
  if (current.error().code != ErrorCode::kNotFound) return current;
  return Error{ErrorCode::kPermissionDenied, "party " + caller.id + " is not in the registry"};
}

Result<bool> BelongsTo(const ledger::Store& store, const Party& party, std::string_view other) {
  if (party.IsPartOf(other)) return true;
  std::set<std::string> seen = {party.id};
  std::vector<std::string> open = party.belongs_to;
  while (!open.empty()) {
    const std::string id = std::move(open.back());
    open.pop_back();
    if (!seen.insert(id).second) continue;
    const Party parent = CM_TRY(Load<Party>(store, id)).value;
    if (parent.IsPartOf(other)) return true;
    open.insert(open.end(), parent.belongs_to.begin(), parent.belongs_to.end());
  }
  return false;
}

Result<void> RequireApart(const ledger::Store& store, const Party& party, std::string_view other) {
  const Party second = CM_TRY(Load<Party>(store, other)).value;
  const bool together = CM_TRY(BelongsTo(store, party, other)) || CM_TRY(BelongsTo(store, second, party.id));
  if (!together) return {};
  return Error{ErrorCode::kPermissionDenied,
               "party " + party.id + " is not independent of party " + std::string(other)};
}

}  // namespace certmark::ca
