#include "ca/separation.h"

#include <algorithm>
#include <utility>

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

// Member is one of a circle: who a party is, and its entry in a company register, if it has one.
struct Member {
  std::string id, operator_id;
};
using Circle = std::vector<Member>;

// CircleOf is a party with every party it belongs to, at whatever distance.
Result<Circle> CircleOf(const ledger::Store& store, const Party& party) {
  Circle circle = {{party.id, party.operator_id}};
  std::vector<std::string> ahead = party.belongs_to;
  while (!ahead.empty()) {
    const std::string id = std::move(ahead.back());
    ahead.pop_back();
    if (std::ranges::find(circle, id, &Member::id) != circle.end()) continue;
    const Party parent = CM_TRY(Load<Party>(store, id)).value;
    circle.push_back({id, parent.operator_id});  // the id that was followed: a row that names another ends all the same
    ahead.insert(ahead.end(), parent.belongs_to.begin(), parent.belongs_to.end());
  }
  return circle;
}

// AreOne: one party, or two of one entry in a company register.
bool AreOne(const Member& a, const Member& b) {
  return a.id == b.id || (!a.operator_id.empty() && a.operator_id == b.operator_id);
}
bool IsIn(const Circle& circle, const Member& member) {
  return std::ranges::any_of(circle, [&](const Member& each) { return AreOne(member, each); });
}

}  // namespace

Result<void> RequireApart(const ledger::Store& store, const Party& party, std::string_view other) {
  const Party second = CM_TRY(Load<Party>(store, other)).value;
  const Circle theirs = CM_TRY(CircleOf(store, second)), mine = CM_TRY(CircleOf(store, party));
  if (std::ranges::none_of(mine, [&](const Member& member) { return IsIn(theirs, member); })) return {};
  return Error{ErrorCode::kPermissionDenied,
               "party " + party.id + " is not independent of party " + std::string(other)};
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
  const Circle circle = CM_TRY(CircleOf(store, party));
  if (std::ranges::find(circle, operator_id, &Member::operator_id) == circle.end()) return {};
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
  const Member mine{party.id, party.operator_id}, theirs{second.id, second.operator_id};
  if (!IsIn(CM_TRY(CircleOf(store, party)), theirs) && !IsIn(CM_TRY(CircleOf(store, second)), mine)) return {};
  return Error{ErrorCode::kPermissionDenied,
               "it takes two people, and party " + party.id + " and party " + second.id + " are one"};
}

}  // namespace certmark::ca
