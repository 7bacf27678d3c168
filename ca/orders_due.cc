// What the clock does with orders: overdue, exposed, and the suspension that follows.
#include "ca/certification_rows.h"
#include "ca/order_rules.h"
#include "ca/orders.h"

namespace certmark::ca {
namespace {

// ClockAct is an act on an order that nobody did, and rests on whoever brought it about.
ActEntry ClockAct(Time now, std::string_view name, const Order& before, const Order& after) {
  ActEntry act = ActOn(now, kClock, name, after);
  act.before = Name(before.state);
  act.rests_on = CauseOf(after);
  return act;
}

}  // namespace

Result<void> Orders::OnDue(std::string_view number) const {
  auto read = CM_TRY(Load<Order>(desk_.store(), number));
  const Time now = desk_.Now();
  const auto due = read.value.Due();
  if (!due || now < *due) return {};
  if (read.value.state == Order::State::kExposed) return read.value.limit ? SuspendUnmet(read) : SetLimit(read);
  if (read.value.state == Order::State::kOrdered) {
    CM_TRY(MarkOverdue(read));
    read = CM_TRY(Load<Order>(desk_.store(), number));
  }
  return ExposeOverdue(read);
}

Result<void> Orders::MarkOverdue(const Stored<Order>& read) const {
  Order order = read.value;
  order.state = CM_TRY(Next(read.value.state, Order::Event::kMissed));
  ledger::Change change;
  change.urgency = ledger::Urgency::kUrgent;
  Replace(change, read, order);
  return desk_.Commit(std::move(change), ClockAct(desk_.Now(), "order-overdue", read.value, order),
                      ledger::Ack::kSequenced);
}

Result<void> Orders::ExposeOverdue(const Stored<Order>& read) const {
  ledger::Change change;
  const Order order = CM_TRY(Expose(read, change));
  return desk_.Commit(std::move(change), ClockAct(*order.exposed_at, "expose-overdue", read.value, order),
                      ledger::Ack::kPublished);
}

Result<void> Orders::SetLimit(const Stored<Order>& read) const {
  Order order = read.value;
  order.limit = LimitOf(order, *CM_TRY(RulesOf(desk_.schemes(), order.facts)));
  ledger::Change change;
  Replace(change, read, order);
  return desk_.Commit(std::move(change), ClockAct(desk_.Now(), "set-order-limit", read.value, order),
                      ledger::Ack::kSequenced);
}

Result<void> Orders::SuspendUnmet(const Stored<Order>& read) const {
  const Time now = desk_.Now();
  // 1. Each certification is suspended in a commit of its own; one that is suspended already stays so
  // (Order::HoldsBack).
  std::vector<std::string> concerned;
  for (const auto& certification : CM_TRY(CertificationsOf(desk_.store(), read.value.facts.app))) {
    if (HasEnded(certification.value.state) || !read.value.Concerns(certification.value)) continue;
    concerned.push_back(certification.value.id);
    if (certification.value.StateAt(now) != Certification::State::kValid) continue;
    ledger::Change change;
    Expect(change, read);
    CM_TRY(certifications_.Carry({.read = certification,
                                  .kind = EventKind::kSuspended,
                                  .reason = std::string(Scheme::kOrderOverdue),
                                  .actor = std::string(kClock),
                                  .act = "suspend-unmet",
                                  .rests_on = CauseOf(read.value)},
                                 std::move(change)));
  }
  // 2. The order says that this is done, if none of them was reinstated meanwhile.
  ledger::Change change;
  for (const std::string& number : concerned) {
    const auto certification = CM_TRY(Load<Certification>(desk_.store(), number));
    if (certification.value.StateAt(now) == Certification::State::kValid)
      return Error{ErrorCode::kConflict, number + " was reinstated meanwhile"};
    Expect(change, certification);
  }
  Order order = read.value;
  order.limit_passed = true;
  Replace(change, read, order);
  return desk_.Commit(std::move(change), ClockAct(now, "pass-limit", read.value, order), ledger::Ack::kSequenced);
}

}  // namespace certmark::ca
