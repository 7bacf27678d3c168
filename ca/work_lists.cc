#include "ca/work_lists.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "ca/complaint.h"
#include "ca/proposal.h"
#include "ca/record_operator.h"
#include "ca/separation.h"

namespace certmark::ca {
namespace {

constexpr Seconds kWeek{7 * 24 * 3600};

// Sieve lets through what a party may do in a role. It asks about each operator once.
class Sieve {
 public:
  Sieve(const ledger::Store& store, const Party& party) : store_(store), party_(party) {}

  Result<bool> LetsThrough(const std::string& subject) {
    if (KindOf(subject) == Proposal::kKind) {
      const auto proposal = Load<Proposal>(store_, IdOf(subject));
      if (!proposal) return Gone(proposal.error());
      if (proposal->value.proposed_by == party_.id) return false;
    }
    const std::vector<std::string> operators = CM_TRY(OperatorsOf(store_, subject));
    for (const std::string& whose : operators) {
      if (!CM_TRY(IsApartFrom(whose))) return false;
    }
    return true;
  }

 private:
  // What went meanwhile waits for nobody.
  static Result<bool> Gone(const Error& error) {
    return error.code == ErrorCode::kNotFound ? Result<bool>(false) : Result<bool>(error);
  }
  Result<bool> IsApartFrom(const std::string& whose) {
    if (const auto known = apart_.find(whose); known != apart_.end()) return known->second;
    const bool apart = CM_TRY(IsApart(store_, party_, {whose}));
    return apart_[whose] = apart;
  }

  const ledger::Store& store_;
  const Party& party_;
  std::map<std::string, bool> apart_;
};

// ListsOf are the lists that a role works off, each read for itself.
std::vector<std::string_view> ListsOf(Role role) {
  if (role == Role::kSurveillanceOfficer) return {Name(role), Complaint::kPublicWork};
  return {Name(role)};
}

bool IsBefore(const WorkItem& a, const WorkItem& b) {
  const auto key = [](const WorkItem& item) {
    return std::tuple(!item.by, item.by.value_or(Time{}), !item.since, item.since.value_or(Time{}), item.subject);
  };
  return key(a) < key(b);
}

}  // namespace

Result<WorkLists::Work> WorkLists::Of(const Party& caller) const {
  // 1. The role.
  const auto party = CM_TRY(Admit(desk_.store(), caller, Act::kReadWork));
  // 2. What waits for it, each record once.
  std::set<std::string> seen;
  std::vector<WorkItem> items = CM_TRY(WorkOf(desk_.store(), "party:" + party.value.id, kMaxItems));
  for (const WorkItem& item : items) seen.insert(item.subject);
  Sieve sieve(desk_.store(), party.value);
  for (const Role role : party.value.roles) {
    for (const std::string_view list : ListsOf(role)) {
      for (WorkItem& item : CM_TRY(WorkOf(desk_.store(), list, kMaxItems))) {
        if (!seen.insert(item.subject).second || !CM_TRY(sieve.LetsThrough(item.subject))) continue;
        items.push_back(std::move(item));
      }
    }
  }
  // 3. By when.
  std::ranges::sort(items, IsBefore);
  const Time now = desk_.Now();
  Work work;
  for (WorkItem& item : items) {
    const bool over = item.by && *item.by < now, soon = item.by && *item.by < now + kWeek;
    (over ? work.overdue : soon ? work.this_week : work.waits).push_back(std::move(item));
  }
  return work;
}

}  // namespace certmark::ca
