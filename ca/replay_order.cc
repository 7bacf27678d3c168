#include "ca/replay_order.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace certmark::ca {
namespace {

Result<OrderFacts> FactsOf(const certmark::Event& event, const Certification* certification) {
  PublicText operator_name = CM_TRY(PublicText::OperatorName(event.operator_name));
  const Build build = CM_TRY(Build::Parse(event.app.platform, event.version));
  PublicText store = CM_TRY(PublicText::OrganisationName(event.store));
  PublicText body = CM_TRY(PublicText::OrganisationName(event.body));
  const Time first = CM_TRY(ParseDate(event.tested_first));
  const Time last = CM_TRY(ParseDate(event.tested_last));
  return OrderFacts{.app = event.app,
                    .certification = event.number,
                    .operator_party = certification ? certification->operator_party : "",
                    .operator_id = certification ? certification->operator_id : "",
                    .operator_name = std::move(operator_name),
                    .version = PublicText::OfBuild(build),
                    .store = std::move(store),
                    .body = std::move(body),
                    .findings = event.findings,
                    .tested_first = first,
                    .tested_last = last,
                    .edition = ""};
}

Result<std::optional<Order>> ExposedUnknown(const certmark::Event& event, const Certification* certification) {
  OrderFacts facts = CM_TRY(FactsOf(event, certification));
  Order order{.id = event.order, .facts = std::move(facts)};
  order.state = Order::State::kExposed;
  order.ordered_at = event.toe;  // it was before
  order.deadline = event.deadline.value_or(event.toe);
  order.exposed_at = event.toe;
  return std::optional(std::move(order));
}

Order::Event StepOf(EventKind kind) {
  if (kind == EventKind::kExposed) return Order::Event::kExposed;
  return kind == EventKind::kRectified ? Order::Event::kMet : Order::Event::kAnnulled;
}

}  // namespace

Result<std::optional<Order>> OrderAfter(const std::optional<Order>& known, const certmark::Event& event,
                                        const Certification* certification) {
  if (!known && event.kind == EventKind::kExposed) return ExposedUnknown(event, certification);
  if (!known) return std::optional<Order>();
  Order order = *known;
  order.state = CM_TRY(Next(known->state, StepOf(event.kind)));
  if (event.kind == EventKind::kExposed) {
    order.exposed_at = event.toe;
  } else {
    order.closed_at = event.toe;
    order.closing_reason = event.reason;
  }
  return std::optional(std::move(order));
}

Result<std::string> CauseOfOverdue(const ledger::Store& store, const Certification& certification) {
  std::vector<Order> orders = CM_TRY(OrdersOf(store, certification.app));
  std::erase_if(orders, [&](const Order& order) {
    return order.state != Order::State::kExposed || !order.Concerns(certification);
  });
  if (orders.empty()) return std::string();
  const auto time = [](const Order& order) { return std::max(order.deadline, *order.exposed_at); };
  return CauseOf(*std::ranges::min_element(orders, {}, time));
}

}  // namespace certmark::ca
