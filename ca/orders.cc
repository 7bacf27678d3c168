#include "ca/orders.h"

#include <algorithm>

#include "ca/certification_rows.h"
#include "ca/numbers.h"
#include "ca/order_draft.h"
#include "ca/order_rules.h"
#include "ca/separation.h"

namespace certmark::ca {
namespace {

constexpr std::string_view kAppSubject = "app";

Error NoOrder(std::string_view number) {
  return {ErrorCode::kNotFound, "no order " + std::string(number)};
}

bool MayRead(const Party& party, const Order& order) {
  return party.id == order.facts.operator_party || MayAsStaff(party, Act::kReadOrder);
}

// LiveOf is the one certification that an app has now, or none. FailedPrecondition: it has several.
Result<std::optional<Stored<Certification>>> LiveOf(const ledger::Store& store, const App& app, Time now) {
  std::optional<Stored<Certification>> live;
  for (auto& read : CM_TRY(CertificationsOf(store, app))) {
    if (!read.value.IsLive(now)) continue;
    if (live) return Precondition(app.ToText() + " has several certifications: name one");
    live = std::move(read);
  }
  return live;
}

// Target is what an order is about.
struct Target {
  App app;
  std::optional<Stored<Certification>> certification;
};
Result<Target> TargetOf(const ledger::Store& store, const std::string& subject, Time now) {
  if (KindOf(subject) == kAppSubject) {
    App app = CM_TRY(App::Parse(IdOf(subject)));
    auto live = CM_TRY(LiveOf(store, app, now));
    return Target{std::move(app), std::move(live)};
  }
  if (KindOf(subject) != Certification::kKind) return Invalid("no app and no certification: " + subject);
  auto read = CM_TRY(Load<Certification>(store, IdOf(subject)));
  if (!read.value.IsLive(now)) {
    return Precondition(read.value.id + " is " + std::string(Name(read.value.StateAt(now))) + ": name the app");
  }
  App app = read.value.app;
  return Target{std::move(app), std::move(read)};
}

// OperatorOf is the party that an order is made on, or nobody where it is not enrolled.
Result<std::optional<Stored<Party>>> OperatorOf(const ledger::Store& store, const Target& target,
                                                const OrderDraft& draft) {
  std::string id = draft.operator_party;
  if (target.certification) {
    if (!id.empty() || !draft.operator_name.empty()) return Invalid("the operator is the certification's");
    id = target.certification->value.operator_party;
  }
  if (id.empty()) return std::optional<Stored<Party>>();
  if (!draft.operator_name.empty()) return Invalid("an enrolled operator has its name in the registry");
  auto party = CM_TRY(Load<Party>(store, id));
  if (!party.value.has(Role::kOperator)) return Invalid("party " + id + " is no operator");
  return std::optional(std::move(party));
}

ExposedOrder PublicPart(const Order& order) {
  const OrderFacts& facts = order.facts;
  return {.number = order.id,
          .app = facts.app,
          .certification = facts.certification,
          .operator_name = facts.operator_name,
          .version = facts.version,
          .store = facts.store,
          .body = facts.body,
          .findings = facts.findings,
          .tested_first = facts.tested_first,
          .tested_last = facts.tested_last,
          .deadline = order.deadline,
          .exposed_at = order.exposed_at.value_or(Time{}),
          .state = order.state,
          .closed_at = order.closed_at,
          .annulled_for = order.state == Order::State::kAnnulled ? order.closing_reason : ""};
}

}  // namespace

Result<Seconds> Orders::CheckProposal(const Party& proposer, const Proposal& proposal, ledger::Change& change) const {
  if (proposal.act == Proposed::kOrder) return CheckOrder(proposer, proposal, change);
  return CheckTurn(proposer, proposal, change);
}

Result<void> Orders::Confirmed(const Party& confirmer, const Proposal& proposal, ledger::Change change) const {
  if (proposal.act == Proposed::kOrder) return MakeOrder(confirmer, proposal, std::move(change));
  return Turned(confirmer, proposal, std::move(change));
}

Result<OrderFacts> Orders::FactsOf(const Proposal& proposal, ledger::Change& change) const {
  const Time now = desk_.Now();
  const OrderDraft draft = CM_TRY(OrderDraft::Parse(proposal.details));
  const Target target = CM_TRY(TargetOf(desk_.store(), proposal.subject, now));
  const Scheme& scheme = *CM_TRY(desk_.schemes().Find(draft.edition));
  CM_TRY(scheme.RequireReason(proposal.reason, ReasonUse::kOrder));
  CM_TRY(CheckAgainst(draft, scheme, target.app.platform, now));
  const auto party = CM_TRY(OperatorOf(desk_.store(), target, draft));
  PublicText name =
      party ? PublicText::OfOperator(party->value) : CM_TRY(PublicText::OrganisationName(draft.operator_name));
  const Build build = CM_TRY(Build::Parse(target.app.platform, draft.version));
  PublicText store = CM_TRY(PublicText::OrganisationName(draft.store));
  PublicText body = CM_TRY(PublicText::OrganisationName(draft.body));
  if (party) Expect(change, *party);
  if (target.certification) Expect(change, *target.certification);
  return OrderFacts{.app = target.app,
                    .certification = target.certification ? target.certification->value.id : "",
                    .operator_party = party ? party->value.id : "",
                    .operator_id = party ? party->value.operator_id : "",
                    .operator_name = std::move(name),
                    .version = PublicText::OfBuild(build),
                    .store = std::move(store),
                    .body = std::move(body),
                    .findings = draft.findings,
                    .tested_first = draft.tested_first,
                    .tested_last = draft.tested_last,
                    .edition = draft.edition};
}

Result<void> Orders::RequireApartFrom(const OrderFacts& facts, const Party& party) const {
  return RequireApartFromOperators(desk_.store(), party, {facts.operator_party});
}

Result<std::vector<std::string>> Orders::Concerned(const Proposal& proposal) const {
  std::vector<std::string> whose;
  if (KindOf(proposal.subject) == Order::kKind) {
    whose.push_back(CM_TRY(Load<Order>(desk_.store(), IdOf(proposal.subject))).value.facts.operator_party);
  } else if (KindOf(proposal.subject) == Certification::kKind) {
    whose.push_back(CM_TRY(Load<Certification>(desk_.store(), IdOf(proposal.subject))).value.operator_party);
  } else {
    // Of an app: whoever the proposal names, and whoever holds a certification of it, that an order may be made on.
    whose.push_back(CM_TRY(OrderDraft::Parse(proposal.details)).operator_party);
    for (const auto& read : CM_TRY(CertificationsOf(desk_.store(), CM_TRY(App::Parse(IdOf(proposal.subject))))))
      whose.push_back(read.value.operator_party);
  }
  std::erase(whose, "");
  return whose;
}

Result<Seconds> Orders::CheckOrder(const Party& proposer, const Proposal& proposal, ledger::Change& change) const {
  const OrderFacts facts = CM_TRY(FactsOf(proposal, change));
  CM_TRY(RequireApartFrom(facts, proposer));
  return CM_TRY(RulesOf(desk_.schemes(), facts))->parameters.proposal_life;
}

Result<void> Orders::MakeOrder(const Party& confirmer, const Proposal& proposal, ledger::Change change) const {
  // 1. The facts as they are now.
  OrderFacts facts = CM_TRY(FactsOf(proposal, change));
  const Scheme& scheme = *CM_TRY(RulesOf(desk_.schemes(), facts));
  // 2. The order, from this moment on.
  const Time now = desk_.Now();
  std::string number = CM_TRY(NewNumber("CO", now, desk_.random()));
  Order order{.id = std::move(number), .facts = std::move(facts)};
  order.reason = proposal.reason;
  order.proposal = proposal.id;
  order.ordered_at = now;
  order.deadline = scheme.calendar.After(now, scheme.parameters.order_working_days);
  // 3. One change.
  change.urgency = ledger::Urgency::kUrgent;
  Create(change, order);
  ActEntry act = ActOn(now, confirmer.id, Name(Act::kConfirmProposal), order);
  act.reason = proposal.reason;
  act.rests_on = SubjectOf(proposal);
  return desk_.Commit(std::move(change), act, ledger::Ack::kSequenced);
}

Result<Seconds> Orders::CheckTurn(const Party& proposer, const Proposal& proposal, ledger::Change& change) const {
  if (KindOf(proposal.subject) != Order::kKind) return Invalid("no order: " + proposal.subject);
  const bool exposes = proposal.act == Proposed::kExposeOrder;
  const auto read = CM_TRY(Load<Order>(desk_.store(), IdOf(proposal.subject)));
  CM_TRY(RequireApartFrom(read.value.facts, proposer));
  const Scheme& scheme = *CM_TRY(RulesOf(desk_.schemes(), read.value.facts));
  CM_TRY(scheme.RequireReason(proposal.reason, exposes ? ReasonUse::kOrder : ReasonUse::kAnnulment));
  CM_TRY(Next(read.value.state, exposes ? Order::Event::kExposed : Order::Event::kAnnulled));
  Expect(change, read);
  return scheme.parameters.proposal_life;
}

Result<void> Orders::Turned(const Party& confirmer, const Proposal& proposal, ledger::Change change) const {
  const auto read = CM_TRY(Load<Order>(desk_.store(), IdOf(proposal.subject)));
  const std::string act_name(Name(Act::kConfirmProposal));
  if (proposal.act == Proposed::kAnnulOrder)
    return Annul({read, proposal.reason, confirmer.id, act_name, SubjectOf(proposal)}, std::move(change));
  const Order order = CM_TRY(Expose(read, change));
  ActEntry act = ActOn(desk_.Now(), confirmer.id, act_name, order);
  act.reason = proposal.reason;
  act.before = Name(read.value.state);
  act.rests_on = SubjectOf(proposal);
  return desk_.Commit(std::move(change), act, ledger::Ack::kPublished);
}

Result<Order> Orders::Expose(const Stored<Order>& read, ledger::Change& change) const {
  const Scheme& scheme = *CM_TRY(RulesOf(desk_.schemes(), read.value.facts));
  Order order = read.value;
  order.state = CM_TRY(Next(read.value.state, Order::Event::kExposed));
  order.exposed_at = desk_.Now();
  order.limit = LimitOf(order, scheme);
  Replace(change, read, order);
  CM_TRY(AddEvent(order, change));
  return order;
}

Result<void> Orders::Annul(const Annulment& annulment, ledger::Change change) const {
  // 1. The order, and what was suspended for it.
  const Order& before = annulment.read.value;
  const auto suspended = CM_TRY(SuspendedFor(desk_.store(), before, desk_.Now(), change));
  Order order = before;
  order.state = CM_TRY(Next(before.state, Order::Event::kAnnulled));
  order.closed_at = desk_.Now();
  order.closing_reason = annulment.reason;
  Replace(change, annulment.read, order);
  CM_TRY(AddEvent(order, change));
  // 2. One change.
  ActEntry act = ActOn(desk_.Now(), annulment.actor, annulment.act, order);
  act.reason = annulment.reason;
  act.before = Name(before.state);
  act.rests_on = annulment.rests_on;
  if (!suspended.empty()) return Lift(suspended, act, std::move(change));
  return desk_.Commit(std::move(change), act, order.exposed_at ? ledger::Ack::kPublished : ledger::Ack::kSequenced);
}

Result<void> Orders::Lift(std::span<const Stored<Certification>> suspended, const ActEntry& act,
                          ledger::Change change) const {
  CM_TRY(ResumeLimits(desk_.store(), {suspended, IdOf(act.subject), desk_.Now()}, change));
  CM_TRY(desk_.Record(change, act));
  for (const Stored<Certification>& read : suspended) {
    CM_TRY(certifications_.Add({.read = read,
                                .kind = EventKind::kReinstated,
                                .reason = act.reason,
                                .actor = act.actor,
                                .act = act.act,
                                .rests_on = act.rests_on.empty() ? act.subject : act.rests_on},
                               change));
  }
  return desk_.CommitRecorded(std::move(change), ledger::Ack::kPublished);
}

Result<void> Orders::AddEvent(const Order& order, ledger::Change& change) const {
  change.urgency = ledger::Urgency::kUrgent;
  if (!order.exposed_at) return {};  // what was never public stays so
  certmark::Event event = EventOf(order);
  event.iss = desk_.authority().iss;
  event.jti = CM_TRY(NewUuidUrn(desk_.random()));
  event.iat = event.toe = desk_.Now();
  const std::string jws = CM_TRY(desk_.issuer().SignEvent(EventPayload(event)));
  change.entries.push_back({ledger::NewEntry::To::kPublicLog, ToBytes(jws)});
  return {};
}

Result<Order> Orders::Close(const Party& caller, std::string_view number, std::string_view reason) {
  // 1. The role, and the order.
  const auto party = CM_TRY(Admit(desk_.store(), caller, Act::kCloseOrder));
  const auto read = CM_TRY(Load<Order>(desk_.store(), number));
  // 2. The rules: nobody of the operator's, a reason, and not what the clock has to decide first.
  CM_TRY(RequireApartFrom(read.value.facts, party.value));
  const Scheme& scheme = *CM_TRY(RulesOf(desk_.schemes(), read.value.facts));
  CM_TRY(scheme.RequireReason(reason, ReasonUse::kOrderMet));
  const Time now = desk_.Now();
  Order order = read.value;
  order.state = CM_TRY(Next(read.value.state, Order::Event::kMet));
  if (read.value.state == Order::State::kOrdered && now >= read.value.deadline) {
    return Precondition(order.id + " is overdue since " + FormatDateTime(order.deadline));
  }
  if (const auto due = read.value.Due(); due && now >= *due) {
    return Precondition(order.id + " was to be met before " + FormatDateTime(*due) + ": the clock is first");
  }
  order.closed_at = now;
  order.closing_reason = reason;
  // 3. One change.
  ledger::Change change;
  Expect(change, party);
  Replace(change, read, order);
  CM_TRY(AddEvent(order, change));
  ActEntry act = ActOn(now, party.value.id, Name(Act::kCloseOrder), order);
  act.reason = reason;
  act.before = Name(read.value.state);
  const auto ack = order.exposed_at ? ledger::Ack::kPublished : ledger::Ack::kSequenced;
  CM_TRY(desk_.Commit(std::move(change), act, ack));
  return order;
}

Result<Order> Orders::Get(const Party& caller, std::string_view number) const {
  const auto party = CM_TRY(Admit(desk_.store(), caller, Act::kReadOrder));
  Order order = CM_TRY(Load<Order>(desk_.store(), number)).value;
  if (!MayRead(party.value, order)) return NoOrder(number);
  return order;
}

Result<Order> Orders::OfProposal(const Party& caller, std::string_view proposal) const {
  CM_TRY(Admit(desk_.store(), caller, Act::kReadOrder));
  const auto found = CM_TRY(FoundBy(desk_.store(), "order-proposal", proposal, "", 1));
  if (found.empty()) return Error{ErrorCode::kNotFound, "no order of proposal " + std::string(proposal)};
  return Get(caller, IdOf(found.front()));
}

Result<ExposedOrder> Orders::Exposed(std::string_view number) const {
  const Order order = CM_TRY(Load<Order>(desk_.store(), number)).value;
  if (!order.exposed_at) return NoOrder(number);
  return PublicPart(order);
}

Result<std::vector<ExposedOrder>> Orders::ListExposed(std::string_view after, std::size_t limit) const {
  const std::string last = after.empty() ? "" : std::string(Order::kKind) + "/" + std::string(after);
  std::vector<ExposedOrder> orders;
  for (const std::string& subject : CM_TRY(FoundBy(desk_.store(), "exposed-order", "all", last, limit))) {
    orders.push_back(CM_TRY(Exposed(IdOf(subject))));
  }
  return orders;
}

Result<std::vector<ExposedOrder>> Orders::ExposedOf(const App& app) const {
  std::vector<ExposedOrder> orders;
  for (const Order& order : CM_TRY(OrdersOf(desk_.store(), app))) {
    if (order.exposed_at) orders.push_back(PublicPart(order));
  }
  return orders;
}

}  // namespace certmark::ca
