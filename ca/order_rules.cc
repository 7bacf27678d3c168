#include "ca/order_rules.h"

#include <algorithm>
#include <vector>

namespace certmark::ca {

Result<const Scheme*> RulesOf(const Schemes& schemes, const OrderFacts& facts) {
  if (!facts.edition.empty()) return schemes.Find(facts.edition);
  const auto knows_all = [&](const Scheme* scheme) {
    return std::ranges::all_of(facts.findings, [&](const std::string& code) { return scheme->Find(code) != nullptr; });
  };
  const std::vector<const Scheme*> all = schemes.all();
  const auto found = std::ranges::find_if(all.rbegin(), all.rend(), knows_all);
  if (found != all.rend()) return *found;
  return Error{ErrorCode::kFailedPrecondition, "no scheme here knows what the order found"};
}

Time LimitOf(const Order& order, const Scheme& scheme) {
  return std::max(order.deadline, *order.exposed_at + scheme.parameters.exposed_limit);
}

}  // namespace certmark::ca
