#include "ca/order.h"

#include <algorithm>

#include "ca/certification_rows.h"
#include "ca/name_table.h"
#include "ca/party.h"
#include "ca/proposal.h"
#include "ca/record_json.h"

namespace certmark::ca {
namespace {

using State = Order::State;

constexpr NameTable<State, 5> kStates{{
    {State::kOrdered, "ORDERED"},
    {State::kOverdue, "OVERDUE"},
    {State::kExposed, "EXPOSED"},
    {State::kRectified, "RECTIFIED"},
    {State::kAnnulled, "ANNULLED"},
}};
constexpr NameTable<Order::Event, 4> kEvents{{
    {Order::Event::kMissed, "missed"},
    {Order::Event::kExposed, "exposed"},
    {Order::Event::kMet, "met"},
    {Order::Event::kAnnulled, "annulled"},
}};

struct Step {
  State from;
  Order::Event event;
  State to;
};
constexpr Step kSteps[] = {
    {State::kOrdered, Order::Event::kMissed, State::kOverdue},
    {State::kOrdered, Order::Event::kExposed, State::kExposed},  // what is serious
    {State::kOrdered, Order::Event::kMet, State::kRectified},
    {State::kOrdered, Order::Event::kAnnulled, State::kAnnulled},
    {State::kOverdue, Order::Event::kExposed, State::kExposed},
    {State::kOverdue, Order::Event::kAnnulled, State::kAnnulled},
    {State::kExposed, Order::Event::kMet, State::kRectified},
    {State::kExposed, Order::Event::kAnnulled, State::kAnnulled},
};

// An app's orders are read whole; nobody makes so many of one app.
constexpr std::size_t kMaxOrdersOfAnApp = 10'000;

void WriteFacts(json::Writer& writer, const OrderFacts& facts) {
  writer.Member("app", facts.app.ToText());
  writer.Member("certification", facts.certification);
  writer.Member("operator_party", facts.operator_party);
  writer.Member("operator_id", facts.operator_id);
  writer.Member("operator_name", facts.operator_name.text());
  writer.Member("version", facts.version.text());
  writer.Member("store", facts.store.text());
  writer.Member("body", facts.body.text());
  writer.Strings("findings", facts.findings);
  WriteTime(writer, "tested_first", facts.tested_first);
  WriteTime(writer, "tested_last", facts.tested_last);
  writer.Member("edition", facts.edition);
}

Result<OrderFacts> ReadFacts(const json::Value& root) {
  App app = CM_TRY(App::Parse(CM_TRY(root.String("app"))));
  std::string certification = CM_TRY(ReadText(root, "certification"));
  std::string operator_party = CM_TRY(ReadText(root, "operator_party"));
  std::string operator_id = CM_TRY(ReadText(root, "operator_id"));
  PublicText operator_name = CM_TRY(PublicText::OperatorName(CM_TRY(root.String("operator_name"))));
  const Build build = CM_TRY(Build::Parse(app.platform, CM_TRY(root.String("version"))));
  PublicText store = CM_TRY(PublicText::OrganisationName(CM_TRY(root.String("store"))));
  PublicText body = CM_TRY(PublicText::OrganisationName(CM_TRY(root.String("body"))));
  std::vector<std::string> findings = CM_TRY(ReadTexts(root, "findings"));
  const Time first = CM_TRY(ReadTime(root, "tested_first"));
  const Time last = CM_TRY(ReadTime(root, "tested_last"));
  std::string edition = CM_TRY(ReadText(root, "edition"));
  return OrderFacts{.app = std::move(app),
                    .certification = std::move(certification),
                    .operator_party = std::move(operator_party),
                    .operator_id = std::move(operator_id),
                    .operator_name = std::move(operator_name),
                    .version = PublicText::OfBuild(build),
                    .store = std::move(store),
                    .body = std::move(body),
                    .findings = std::move(findings),
                    .tested_first = first,
                    .tested_last = last,
                    .edition = std::move(edition)};
}

}  // namespace

std::string_view Name(Order::State state) {
  return NameIn(kStates, state);
}

Result<Order::State> Next(Order::State state, Order::Event event) {
  for (const Step& step : kSteps) {
    if (step.from == state && step.event == event) return step.to;
  }
  return Error{ErrorCode::kFailedPrecondition, "an order that is " + std::string(NameIn(kStates, state)) +
                                                   " cannot be " + std::string(NameIn(kEvents, event))};
}

std::optional<Time> Order::Due() const {
  if (state == State::kOrdered || state == State::kOverdue) return deadline;
  // One that a replay brought back has no limit yet: the clock sets it.
  if (state == State::kExposed && !limit_passed) return limit ? limit : exposed_at;
  return std::nullopt;
}

bool Order::Concerns(const Certification& certification) const {
  if (certification.app != facts.app) return false;
  if (!facts.operator_id.empty() && certification.operator_id == facts.operator_id) return true;
  if (!facts.operator_party.empty()) return certification.operator_party == facts.operator_party;
  return certification.IsKnownAs(facts.operator_name.text());
}

bool Order::HoldsBack(const Certification& certification, Time now) const {
  return state == State::kExposed && limit && now >= *limit && Concerns(certification);
}

std::string Order::ToJson() const {
  json::Writer writer;
  writer.Object([&] {
    writer.Member("id", id);
    WriteFacts(writer, facts);
    writer.Member("state", NameIn(kStates, state));
    writer.Member("reason", reason);
    writer.Member("proposal", proposal);
    WriteTime(writer, "ordered_at", ordered_at);
    WriteTime(writer, "deadline", deadline);
    WriteOptional(writer, "exposed_at", exposed_at);
    WriteOptional(writer, "limit", limit);
    writer.Member("limit_passed", limit_passed);
    WriteOptional(writer, "closed_at", closed_at);
    writer.Member("closing_reason", closing_reason);
  });
  return writer.Take();
}

Result<Order> Order::FromJson(std::string_view json) {
  const json::Document document = CM_TRY(json::Document::Parse(json, kMaxRecordBytes));
  const json::Value root = document.root();
  std::string id = CM_TRY(ReadText(root, "id"));
  OrderFacts facts = CM_TRY(ReadFacts(root));
  Order out{.id = std::move(id), .facts = std::move(facts)};
  out.state = CM_TRY(ReadName(root, "state", kStates));
  out.reason = CM_TRY(ReadText(root, "reason"));
  out.proposal = CM_TRY(ReadText(root, "proposal"));
  out.ordered_at = CM_TRY(ReadTime(root, "ordered_at"));
  out.deadline = CM_TRY(ReadTime(root, "deadline"));
  out.exposed_at = CM_TRY(ReadOptionalTime(root, "exposed_at"));
  out.limit = CM_TRY(ReadOptionalTime(root, "limit"));
  out.limit_passed = CM_TRY(root.Bool("limit_passed"));
  out.closed_at = CM_TRY(ReadOptionalTime(root, "closed_at"));
  out.closing_reason = CM_TRY(ReadText(root, "closing_reason"));
  return out;
}

std::vector<IndexRow> Order::IndexRows() const {
  const std::string subject = std::string(kKind) + "/" + id;
  std::vector<IndexRow> rows = {FindRow("order-app", facts.app.ToText(), subject)};
  if (!proposal.empty()) rows.push_back(FindRow("order-proposal", proposal, subject));
  if (exposed_at) rows.push_back(FindRow("exposed-order", "all", subject));
  if (const auto due = Due()) rows.push_back(DueRow(*due, subject));
  if (!is_open()) return rows;
  rows.push_back(WorkRow(ca::Name(Role::kSurveillanceOfficer), deadline, subject));
  if (!facts.operator_party.empty()) rows.push_back(WorkRow("party:" + facts.operator_party, deadline, subject));
  return rows;
}

certmark::Event EventOf(const Order& order) {
  certmark::Event event;
  event.kind = EventKind::kExposed;
  event.app = order.facts.app;
  event.order = order.id;
  if (order.state == State::kRectified) event.kind = EventKind::kRectified;
  if (order.state == State::kAnnulled) {
    event.kind = EventKind::kOrderAnnulled;
    event.reason = order.closing_reason;
  }
  if (event.kind != EventKind::kExposed) return event;
  event.number = order.facts.certification;
  event.findings = order.facts.findings;
  event.deadline = order.deadline;
  event.operator_name = order.facts.operator_name.text();
  event.version = order.facts.version.text();
  event.store = order.facts.store.text();
  event.body = order.facts.body.text();
  event.tested_first = FormatDate(order.facts.tested_first);
  event.tested_last = FormatDate(order.facts.tested_last);
  return event;
}

Result<std::vector<Order>> OrdersOf(const ledger::Store& store, const App& app) {
  std::vector<Order> orders;
  for (const std::string& subject : CM_TRY(FoundBy(store, "order-app", app.ToText(), "", kMaxOrdersOfAnApp))) {
    orders.push_back(CM_TRY(Load<Order>(store, IdOf(subject))).value);
  }
  return orders;
}

std::string CauseOf(const Order& order) {
  if (order.proposal.empty()) return SubjectOf(order);
  return std::string(Proposal::kKind) + "/" + order.proposal;
}

Result<std::vector<Stored<Certification>>> SuspendedFor(const ledger::Store& store, const Order& order, Time now,
                                                        ledger::Change& change) {
  std::vector<Stored<Certification>> suspended;
  for (auto& read : CM_TRY(CertificationsOf(store, order.facts.app))) {
    if (HasEnded(read.value.state) || !order.Concerns(read.value)) continue;
    Expect(change, read);
    const bool is_suspended = read.value.StateAt(now) == Certification::State::kSuspended;
    if (is_suspended && read.value.suspended_by == CauseOf(order)) suspended.push_back(std::move(read));
  }
  return suspended;
}

Result<void> ResumeLimits(const ledger::Store& store, const Reinstated& reinstated, ledger::Change& change) {
  if (reinstated.certifications.empty()) return {};
  const auto holds_back = [&](const Order& order) {
    return std::ranges::any_of(reinstated.certifications, [&](const Stored<Certification>& certification) {
      return order.HoldsBack(certification.value, reinstated.at);
    });
  };
  const std::string app = reinstated.certifications.front().value.app.ToText();
  for (const std::string& subject : CM_TRY(FoundBy(store, "order-app", app, "", kMaxOrdersOfAnApp))) {
    const auto read = CM_TRY(Load<Order>(store, IdOf(subject)));
    if (read.value.id == reinstated.but || !read.value.limit_passed) continue;
    if (!holds_back(read.value)) continue;
    Order order = read.value;
    order.limit_passed = false;
    Replace(change, read, order);
  }
  return {};
}

namespace {

template <class Predicate>
Result<void> RequireNone(const ledger::Store& store, const Certification& certification, ledger::Change& change,
                         Predicate holds) {
  const std::string app = certification.app.ToText();
  for (const std::string& subject : CM_TRY(FoundBy(store, "order-app", app, "", kMaxOrdersOfAnApp))) {
    const auto read = CM_TRY(Load<Order>(store, IdOf(subject)));
    if (holds(read.value)) return Error{ErrorCode::kFailedPrecondition, "order " + read.value.id + " is not met"};
    Expect(change, read);
  }
  return {};
}

}  // namespace

Result<void> RequireNoOrderUnmet(const ledger::Store& store, const Certification& certification, Time now,
                                 ledger::Change& change) {
  return RequireNone(store, certification, change,
                     [&](const Order& order) { return order.HoldsBack(certification, now); });
}

Result<void> RequireNoOrderExposed(const ledger::Store& store, const Certification& certification,
                                   ledger::Change& change) {
  return RequireNone(store, certification, change, [&](const Order& order) {
    return order.state == State::kExposed && order.Concerns(certification);
  });
}

}  // namespace certmark::ca
