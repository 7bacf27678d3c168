#include "ca/separation.h"

#include <algorithm>
#include <set>

namespace certmark::ca {

Result<Stored<Party>> Admit(const ledger::Store& store, const Party& caller, Act act) {
  auto current = Load<Party>(store, caller.id);
  if (current) {
    if (current->value.revocations != caller.revocations) {
      return Error{ErrorCode::kPermissionDenied, "the certificates of party " + caller.id + " are revoked"};
    }
    CM_TRY(Check(current->value, act));
    return current;
  }
  if (current.error().code != ErrorCode::kNotFound) return current;
  return Error{ErrorCode::kPermissionDenied, "party " + caller.id + " is not in the registry"};
}

namespace {

// CircleOf is a party with every party it belongs to, at whatever distance.
Result<std::vector<Party>> CircleOf(const ledger::Store& store, const Party& party) {
  std::vector<Party> circle = {party};
  std::set<std::string> seen = {party.id};
  for (std::size_t i = 0; i < circle.size(); ++i) {
    const std::vector<std::string> parents = circle[i].belongs_to;
    for (const std::string& parent : parents) {
      if (seen.insert(parent).second) circle.push_back(CM_TRY(Load<Party>(store, parent)).value);
    }
  }
  return circle;
}

// AreOne: one party, or two of one entry in a company register.
bool AreOne(const Party& a, const Party& b) {
  return a.id == b.id || (!a.operator_id.empty() && a.operator_id == b.operator_id);
}

}  // namespace

Result<void> RequireApart(const ledger::Store& store, const Party& party, std::string_view other) {
  const Party second = CM_TRY(Load<Party>(store, other)).value;
  const std::vector<Party> circle = CM_TRY(CircleOf(store, second));
  for (const Party& mine : CM_TRY(CircleOf(store, party))) {
    for (const Party& theirs : circle) {
      if (!AreOne(mine, theirs)) continue;
      return Error{ErrorCode::kPermissionDenied,
                   "party " + party.id + " is not independent of party " + std::string(other)};
    }
  }
  return {};
}

Result<void> RequireApartFromOperators(const ledger::Store& store, const Party& party,
                                       const std::vector<std::string>& operators) {
  for (const std::string& each : operators) {
    if (!each.empty()) CM_TRY(RequireApart(store, party, each));
  }
  return {};
}

Result<bool> IsApart(const ledger::Store& store, const Party& party, const std::vector<std::string>& operators) {
  const auto apart = RequireApartFromOperators(store, party, operators);
  if (!apart && apart.error().code != ErrorCode::kPermissionDenied) return apart.error();
  return apart.has_value();
}

Result<void> RequireNotEnteredAs(const ledger::Store& store, const Party& party, std::string_view operator_id) {
  if (operator_id.empty()) return {};
  const std::vector<Party> circle = CM_TRY(CircleOf(store, party));
  if (std::ranges::find(circle, operator_id, &Party::operator_id) == circle.end()) return {};
  return Error{ErrorCode::kPermissionDenied,
               "party " + party.id + " is not independent of " + std::string(operator_id)};
}

Result<bool> Stands(const ledger::Store& store, const FirstHalf& first) {
  return CM_TRY(Load<Party>(store, first.by)).value.revocations == first.revocations;
}

Result<void> RequireTwoPeople(const ledger::Store& store, const Party& party, const FirstHalf& first,
                              ledger::Change& change) {
  const auto read = CM_TRY(Load<Party>(store, first.by));
  const Party& second = read.value;
  if (second.revocations != first.revocations) {
    return Error{ErrorCode::kFailedPrecondition, "the certificates of party " + second.id +
                                                     " were revoked after it had begun this: it has to be begun again"};
  }
  Expect(change, read);
  const auto is_in = [](const Party& one, const std::vector<Party>& circle) {
    return std::ranges::any_of(circle, [&](const Party& each) { return AreOne(one, each); });
  };
  if (!is_in(second, CM_TRY(CircleOf(store, party))) && !is_in(party, CM_TRY(CircleOf(store, second)))) return {};
  return Error{ErrorCode::kPermissionDenied,
               "it takes two people, and party " + party.id + " and party " + second.id + " are one"};
}

}  // namespace certmark::ca
