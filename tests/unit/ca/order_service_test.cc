// Orders: the ladder of SCHEME §4, known to operator and authority alone until it is exposed.
#include "ca/orders.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <utility>

#include "tests/unit/ca/order_office.h"
#include "verifier-sdk/core/event_fold.h"

namespace certmark::ca::testing {
namespace {

class OrderService : public ::testing::Test {
 protected:
  void TearDown() override { office.ExpectInAgreement(); }

  Orders& orders() { return office.service().orders(); }
  Order MakeUncertified() { return office.MakeOrder(office.DraftUncertified()); }
  Order MakeCertified() {
    number = office.Certified().id;
    return office.MakeOrder(office.Draft());
  }
  Order Exposed(Order order) {
    office.AdvanceTo(order.deadline);
    orders().OnDue(order.id).value();
    return office.Look(order.id);
  }
  std::vector<WorkItem> Work(const std::string& whom) { return WorkOf(office.store(), whom, 9).value(); }

  OrderOffice office;
  std::string number;  // of the certification
};

TEST(Order, TakesEveryStepOfTheLadderAndNoOther) {
  using State = Order::State;
  using Event = Order::Event;
  struct Row {
    State from;
    std::optional<State> missed, exposed, met, annulled;
  };
  const Row rows[] = {
      {State::kOrdered, State::kOverdue, State::kExposed, State::kRectified, State::kAnnulled},
      {State::kOverdue, {}, State::kExposed, {}, State::kAnnulled},
      {State::kExposed, {}, {}, State::kRectified, State::kAnnulled},
      {State::kRectified, {}, {}, {}, {}},
      {State::kAnnulled, {}, {}, {}, {}},
  };
  const auto expect = [](State from, Event event, std::optional<State> to) {
    const auto next = Next(from, event);
    EXPECT_EQ(next ? std::optional(*next) : std::nullopt, to) << Name(from);
    EXPECT_EQ(CodeOf(next), to ? ErrorCode{} : ErrorCode::kFailedPrecondition);
  };
  for (const Row& row : rows) {
    expect(row.from, Event::kMissed, row.missed);
    expect(row.from, Event::kExposed, row.exposed);
    expect(row.from, Event::kMet, row.met);
    expect(row.from, Event::kAnnulled, row.annulled);
  }
}

TEST_F(OrderService, IsNoWorkOfStaffOfWhoseAppItIsProposedOn) {
  number = office.Certified().id;
  const Person related = office.Enrol("Related", {Role::kSurveillanceOfficer}, {office.applicant.party.id});
  office.ProposeOrder(office.Draft()).value();
  EXPECT_TRUE(office.service().work_lists().Of(related.party).value().waits.empty());
  EXPECT_EQ(office.service().work_lists().Of(office.second_officer.party).value().waits.size(), 1u);
}

TEST_F(OrderService, BeginsWithTheConfirmationAndCountsWorkingDaysOverTheSpringFestival) {
  const Order order = MakeUncertified();
  EXPECT_EQ(order.state, Order::State::kOrdered);
  EXPECT_TRUE(IsOrderNumber(order.id));
  EXPECT_EQ(order.ordered_at, kBeforeSpringFestival);
  EXPECT_EQ(order.deadline, kFestivalDeadline);
  EXPECT_EQ(order.facts.certification, "");
  EXPECT_EQ(order.facts.operator_name.text(), "Example Operator 07");
  const ActEntry act = office.LastActs(1).front();
  EXPECT_EQ(act.actor, office.second_officer.party.id);
  EXPECT_EQ(act.subject, "order/" + order.id);
  EXPECT_EQ(act.after, "ORDERED");
  EXPECT_EQ(act.rests_on, "proposal/" + order.proposal);
}

TEST_F(OrderService, IsNeverProposedAndConfirmedByOnePerson) {
  const Proposal proposal = office.ProposeOrder(office.DraftUncertified()).value();
  EXPECT_EQ(CodeOf(office.service().proposals().Confirm(office.officer.party, proposal.id)),
            ErrorCode::kPermissionDenied);
  EXPECT_TRUE(OrdersOf(office.store(), App::Parse(OrderOffice::kApp).value()).value().empty());
}

TEST_F(OrderService, IsMadeByNobodyOfTheOperators) {
  const Person related = office.Enrol("Related", {Role::kSurveillanceOfficer}, {office.applicant.party.id});
  Proposals& proposals = office.service().proposals();
  const std::string subject = "app/" + std::string(OrderOffice::kApp);
  const std::string details = office.DraftUncertified().ToJson();
  EXPECT_EQ(CodeOf(proposals.Propose(related.party, {Proposed::kOrder, subject, "unlawful-collection", details})),
            ErrorCode::kPermissionDenied);
  const Proposal proposal = office.ProposeOrder(office.DraftUncertified()).value();
  EXPECT_EQ(CodeOf(proposals.Confirm(related.party, proposal.id)), ErrorCode::kPermissionDenied);
  const Order order = MakeUncertified();
  EXPECT_EQ(CodeOf(orders().Close(related.party, order.id, "cause-corrected")), ErrorCode::kPermissionDenied);
  EXPECT_EQ(CodeOf(proposals.Propose(related.party, {Proposed::kAnnulOrder, "order/" + order.id, "order-in-error"})),
            ErrorCode::kPermissionDenied);
  EXPECT_EQ(CodeOf(proposals.Propose(office.applicant.party, {Proposed::kOrder, subject, "misuse", details})),
            ErrorCode::kPermissionDenied);
}

TEST_F(OrderService, TakesNoFactThatIsNotOne) {
  struct Row {
    const char* what;
    std::function<void(OrderDraft&)> change;
  };
  const Row rows[] = {
      {"no finding", [](OrderDraft& d) { d.findings.clear(); }},
      {"a finding outside the catalogue", [](OrderDraft& d) { d.findings = {"APP-2019/99"}; }},
      {"a finding in prose", [](OrderDraft& d) { d.findings = {"Li Si says that it spies"}; }},
      {"a finding twice",
       [](OrderDraft& d) {
         d.findings = {"APP-2019/1.1", "APP-2019/1.1"};
       }},
      {"an edition that is not here", [](OrderDraft& d) { d.edition = "CNCA-App-001 1999"; }},
      {"a version that is no build", [](OrderDraft& d) { d.version = "the one on Li Si's phone"; }},
      {"a body with an e-mail address", [](OrderDraft& d) { d.body = "li.si@example.org"; }},
      {"a store with a telephone number", [](OrderDraft& d) { d.store = "call 138 1234 5678"; }},
      {"no store", [](OrderDraft& d) { d.store.clear(); }},
      {"tested tomorrow", [](OrderDraft& d) { d.tested_last = ParseDate("2026-02-07").value(); }},
      {"tested backwards", [](OrderDraft& d) { d.tested_last = ParseDate("2026-01-01").value(); }},
      {"nobody's app", [](OrderDraft& d) { d.operator_party.clear(); }},
      {"a laboratory as operator", [this](OrderDraft& d) { d.operator_party = office.laboratory.party.id; }},
      {"two names", [](OrderDraft& d) { d.operator_name = "Another"; }},
      {"a person's address", [](OrderDraft& d) { d.operator_party.clear(), d.operator_name = "li.si@example.org"; }},
  };
  for (const Row& row : rows) {
    OrderDraft draft = office.DraftUncertified();
    row.change(draft);
    EXPECT_FALSE(office.ProposeOrder(draft)) << row.what;
  }
  EXPECT_EQ(CodeOf(office.service().proposals().Propose(
                office.officer.party, {Proposed::kOrder, "app/" + std::string(OrderOffice::kApp), "holder-request",
                                       office.DraftUncertified().ToJson()})),
            ErrorCode::kInvalidArgument);
}

TEST_F(OrderService, ConcernsAnAppWhoseOperatorIsUnknownToTheAuthority) {
  OrderDraft draft = office.Draft();
  draft.operator_name = "Unknown Operator Ltd.";
  const Order order = Exposed(office.MakeOrder(draft));
  EXPECT_EQ(order.facts.operator_party, "");
  EXPECT_EQ(office.LastEvent().operator_name, "Unknown Operator Ltd.");
  EXPECT_EQ(office.LastEvent().number, "");
}

TEST_F(OrderService, IsKnownToItsOperatorAndTheAuthorityAloneUntilExposed) {
  const std::uint64_t public_size = office.PublicSize();
  const Order order = MakeUncertified();
  const Person other = office.Enrol("Other Operator", {Role::kOperator});
  for (const Person* person :
       {&office.applicant, &office.officer, &office.second_officer, &office.decider, &office.appeals_officer}) {
    EXPECT_TRUE(orders().Get(person->party, order.id)) << person->party.name;
  }
  EXPECT_EQ(CodeOf(orders().Get(other.party, order.id)), ErrorCode::kNotFound);
  EXPECT_EQ(CodeOf(orders().Get(office.laboratory.party, order.id)), ErrorCode::kPermissionDenied);
  EXPECT_EQ(CodeOf(orders().Exposed(order.id)), ErrorCode::kNotFound);
  EXPECT_TRUE(orders().ListExposed("", 9).value().empty());
  EXPECT_EQ(office.PublicSize(), public_size);
  Exposed(order);
  EXPECT_TRUE(orders().Exposed(order.id));
  EXPECT_EQ(CodeOf(orders().Get(other.party, order.id)), ErrorCode::kNotFound);
}

TEST_F(OrderService, WaitsForTheOperatorAndTheOfficersUntilItIsMet) {
  const Order order = MakeUncertified();
  for (const std::string& whom : {"party:" + office.applicant.party.id, std::string("surveillance-officer")}) {
    const auto work = Work(whom);
    ASSERT_EQ(work.size(), 1u) << whom;
    EXPECT_EQ(work[0].subject, "order/" + order.id);
    EXPECT_EQ(work[0].by, order.deadline);
  }
  orders().Close(office.officer.party, order.id, "cause-corrected").value();
  EXPECT_TRUE(Work("surveillance-officer").empty());
  EXPECT_FALSE(office.Look(order.id).Due());
}

TEST_F(OrderService, IsNotOverdueOneSecondBeforeItsDeadline) {
  const Order order = MakeUncertified();
  office.AdvanceTo(kFestivalDeadline - Seconds{1});
  orders().OnDue(order.id).value();
  EXPECT_EQ(office.Look(order.id).state, Order::State::kOrdered);
}

TEST_F(OrderService, IsOverdueAndExposedByTheClockAtItsDeadline) {
  const Order order = MakeUncertified();
  office.AdvanceTo(kFestivalDeadline);
  orders().OnDue(order.id).value();
  EXPECT_EQ(office.Look(order.id).state, Order::State::kExposed);
  const auto acts = office.LastActs(2);
  EXPECT_EQ(acts[0].before + ">" + acts[0].after, "ORDERED>OVERDUE");
  EXPECT_EQ(acts[1].before + ">" + acts[1].after, "OVERDUE>EXPOSED");
  for (const ActEntry& act : acts) {
    EXPECT_EQ(act.actor, "clock");
    EXPECT_EQ(act.rests_on, "proposal/" + order.proposal);
  }
}

TEST_F(OrderService, FiresNothingTwice) {
  const Order order = Exposed(MakeUncertified());
  const auto acts = office.RecordEntries().size();
  const auto size = office.PublicSize();
  orders().OnDue(order.id).value();
  orders().OnDue(order.id).value();
  EXPECT_EQ(office.RecordEntries().size(), acts);
  EXPECT_EQ(office.PublicSize(), size);
}

TEST_F(OrderService, SaysEverythingInTheEventThatExposesIt) {
  const Order order = Exposed(MakeCertified());
  const certmark::Event event = office.LastEvent();
  EXPECT_EQ(event.kind, EventKind::kExposed);
  EXPECT_EQ(event.app.ToText(), OrderOffice::kApp);
  EXPECT_EQ(event.order, order.id);
  EXPECT_EQ(event.number, number);
  EXPECT_EQ(event.findings, (std::vector<std::string>{"APP-2019/1.1", "APP-2019/3.1"}));
  EXPECT_EQ(event.deadline, kFestivalDeadline);
  EXPECT_EQ(event.operator_name, "Example Operator 07");
  EXPECT_EQ(event.version, "150");
  EXPECT_EQ(event.store, "Example Store");
  EXPECT_EQ(event.body, "Example Test Laboratory");
  EXPECT_EQ(event.tested_first, "2026-01-28");
  EXPECT_EQ(event.tested_last, "2026-01-30");
  EXPECT_EQ(event.toe, office.now());
}

TEST_F(OrderService, ChangesNoStateOfACertificationInTheFoldOfEvents) {
  const Order order = Exposed(MakeCertified());
  EventFold fold;
  fold.AddCredential(number, order.facts.app, office.now());
  EXPECT_EQ(fold.AddEvent(office.LastEvent()), EventFold::Applied::kApplied);
  orders().Close(office.officer.party, order.id, "cause-corrected").value();
  EXPECT_EQ(fold.AddEvent(office.LastEvent()), EventFold::Applied::kNoNumber);
  EXPECT_EQ(fold.Find(number)->state, FoldedState::kValid);
  EXPECT_TRUE(fold.Find(number)->history.empty());
}

TEST_F(OrderService, IsExposedBeforeItsDeadlineWhereItIsSerious) {
  const Order order = MakeUncertified();
  office.Advance(kDay);
  ASSERT_EQ(office.Turn(Proposed::kExposeOrder, order.id, "serious-defect").value().state, Order::State::kExposed);
  const ActEntry act = office.LastActs(1).front();
  EXPECT_EQ(act.before + ">" + act.after, "ORDERED>EXPOSED");
  EXPECT_TRUE(act.rests_on.starts_with("proposal/"));
  EXPECT_EQ(office.LastEvent().deadline, kFestivalDeadline);
  // Its time to rectify is not cut short: the limit counts from whichever is later.
  EXPECT_EQ(office.Look(order.id).limit, office.now() + 30 * kDay);
  EXPECT_EQ(CodeOf(office.Turn(Proposed::kExposeOrder, order.id, "serious-defect")), ErrorCode::kFailedPrecondition);
}

TEST_F(OrderService, GivesNoReasonOutsideTheCatalogue) {
  const Order order = MakeUncertified();
  for (const char* reason : {"", "misuse", "because", "order-in-error: he was right"}) {
    EXPECT_EQ(CodeOf(office.Turn(Proposed::kAnnulOrder, order.id, reason)), ErrorCode::kInvalidArgument) << reason;
    EXPECT_EQ(CodeOf(orders().Close(office.officer.party, order.id, reason)), ErrorCode::kInvalidArgument) << reason;
  }
  for (const char* reason : {"holder-request", "cause-unfounded"}) {
    EXPECT_EQ(CodeOf(orders().Close(office.officer.party, order.id, reason)), ErrorCode::kInvalidArgument)
        << reason << " lifts a suspension and meets no order";
  }
  EXPECT_EQ(CodeOf(office.Turn(Proposed::kExposeOrder, order.id, "order-in-error")), ErrorCode::kInvalidArgument);
}

TEST_F(OrderService, IsMetInTimeAndNeverSeenInPublic) {
  const std::uint64_t size = office.PublicSize();
  const Order order = MakeUncertified();
  office.AdvanceTo(kFestivalDeadline - Seconds{1});
  EXPECT_EQ(orders().Close(office.officer.party, order.id, "cause-corrected").value().state, Order::State::kRectified);
  office.Advance(99 * kDay);
  orders().OnDue(order.id).value();
  EXPECT_EQ(office.Look(order.id).state, Order::State::kRectified);
  EXPECT_EQ(CodeOf(orders().Exposed(order.id)), ErrorCode::kNotFound);
  EXPECT_EQ(office.PublicSize(), size);
}

TEST_F(OrderService, IsNotClosedByHandOnceItIsOverdue) {
  const Order order = MakeUncertified();
  office.AdvanceTo(kFestivalDeadline);
  EXPECT_EQ(CodeOf(orders().Close(office.officer.party, order.id, "cause-corrected")), ErrorCode::kFailedPrecondition);
}

TEST_F(OrderService, IsRectifiedInPublicOnceExposed) {
  const Order order = Exposed(MakeUncertified());
  orders().Close(office.officer.party, order.id, "cause-corrected").value();
  EXPECT_EQ(office.LastEvent().kind, EventKind::kRectified);
  EXPECT_EQ(office.LastEvent().order, order.id);
  const ExposedOrder seen = orders().Exposed(order.id).value();
  EXPECT_EQ(seen.state, Order::State::kRectified);
  EXPECT_EQ(seen.closed_at, office.now());
  EXPECT_EQ(seen.annulled_for, "");
  EXPECT_EQ(CodeOf(office.Turn(Proposed::kAnnulOrder, order.id, "order-in-error")), ErrorCode::kFailedPrecondition);
}

TEST_F(OrderService, IsAnnulledInPublicWithItsReasonOnceExposed) {
  const Order order = Exposed(MakeUncertified());
  office.Turn(Proposed::kAnnulOrder, order.id, "order-in-error").value();
  EXPECT_EQ(office.LastEvent().kind, EventKind::kOrderAnnulled);
  EXPECT_EQ(office.LastEvent().reason, "order-in-error");
  const ExposedOrder seen = orders().Exposed(order.id).value();
  EXPECT_EQ(seen.state, Order::State::kAnnulled);
  EXPECT_EQ(seen.annulled_for, "order-in-error");
}

TEST_F(OrderService, IsAnnulledInPrivateBefore) {
  const std::uint64_t size = office.PublicSize();
  const Order order = MakeUncertified();
  office.Turn(Proposed::kAnnulOrder, order.id, "order-in-error").value();
  office.AdvanceTo(kFestivalDeadline);
  orders().OnDue(order.id).value();
  EXPECT_EQ(office.Look(order.id).state, Order::State::kAnnulled);
  EXPECT_EQ(office.PublicSize(), size);
  EXPECT_EQ(CodeOf(orders().Exposed(order.id)), ErrorCode::kNotFound);
}

TEST_F(OrderService, ListsWhatIsExposedPageByPage) {
  std::vector<std::string> numbers;
  for (int i = 0; i < 3; ++i) numbers.push_back(MakeUncertified().id);
  office.AdvanceTo(kFestivalDeadline);
  for (const std::string& each : numbers) orders().OnDue(each).value();
  std::ranges::sort(numbers);
  const auto first = orders().ListExposed("", 2).value();
  ASSERT_EQ(first.size(), 2u);
  const auto rest = orders().ListExposed(first.back().number, 2).value();
  ASSERT_EQ(rest.size(), 1u);
  EXPECT_EQ((std::vector{first[0].number, first[1].number, rest[0].number}), numbers);
}

TEST_F(OrderService, IsRefusedForATestBefore1970) {
  OrderDraft draft = office.DraftUncertified();
  draft.tested_first = Time{-kDay};
  EXPECT_EQ(CodeOf(office.ProposeOrder(draft)), ErrorCode::kInvalidArgument);
}

TEST_F(OrderService, IsNotClosedOnceTheClockHasToActOnIt) {
  const Order order = Exposed(MakeCertified());
  office.AdvanceTo(*order.limit);
  EXPECT_EQ(CodeOf(orders().Close(office.officer.party, order.id, "cause-corrected")), ErrorCode::kFailedPrecondition);
  orders().OnDue(order.id).value();
  EXPECT_TRUE(orders().Close(office.officer.party, order.id, "cause-corrected"));
}

TEST_F(OrderService, KeepsItsHolderFromWithdrawingAndAnybodyOfTheOperatorsFromANewGrantWhileItIsExposed) {
  const Order order = Exposed(MakeCertified());
  EXPECT_EQ(CodeOf(office.service().certifications().Withdraw(office.applicant.party, number, "holder-request")),
            ErrorCode::kFailedPrecondition);
  ApplicationForm other = office.Form();
  other.signers = {std::string(kOtherSigner)};
  EXPECT_EQ(CodeOf(office.Decide(office.InReview(other))), ErrorCode::kFailedPrecondition);
  ASSERT_TRUE(orders().Close(office.officer.party, order.id, "cause-corrected"));
  EXPECT_TRUE(office.service().certifications().Withdraw(office.applicant.party, number, "holder-request"));
}

TEST_F(OrderService, SuspendsNothingOfAnAppWithoutCertification) {
  const Order order = Exposed(MakeUncertified());
  office.AdvanceTo(*order.limit);
  orders().OnDue(order.id).value();
  EXPECT_EQ(office.LastActs(1).front().act, "pass-limit");
  EXPECT_FALSE(office.Look(order.id).Due());
}

TEST_F(OrderService, GoesFromOrderToRevocationByTheClockAloneEachActNamingTheOrdersProposal) {
  const Order order = Exposed(MakeCertified());
  EXPECT_EQ(order.limit, kFestivalDeadline + 30 * kDay);
  // One second before the limit nothing happens.
  office.AdvanceTo(*order.limit - Seconds{1});
  orders().OnDue(order.id).value();
  EXPECT_EQ(office.LookAt(number).state, Certification::State::kValid);
  office.Advance(Seconds{1});
  orders().OnDue(order.id).value();
  const Certification suspended = office.LookAt(number);
  EXPECT_EQ(suspended.state, Certification::State::kSuspended);
  EXPECT_EQ(office.StatusAt(suspended.status), StatusValue::kSuspended);
  EXPECT_EQ(office.LastEvent().kind, EventKind::kSuspended);
  EXPECT_EQ(office.LastEvent().reason, "order-overdue");
  EXPECT_EQ(office.LastActs(1).front().rests_on, "proposal/" + order.proposal);
  // A suspension never outlives its limit.
  office.AdvanceTo(*suspended.restore_by);
  office.service().certifications().OnDue(number).value();
  EXPECT_EQ(office.LookAt(number).state, Certification::State::kRevoked);
  EXPECT_EQ(office.StatusAt(suspended.status), StatusValue::kRevoked);
  const ActEntry act = office.LastActs(1).front();
  EXPECT_EQ(act.actor, "clock");
  EXPECT_EQ(act.rests_on, "proposal/" + order.proposal);
  // The order itself may still be met.
  EXPECT_TRUE(orders().Close(office.officer.party, order.id, "cause-corrected"));
}

TEST_F(OrderService, IsMetBeforeAnOfficerReinstates) {
  const Order order = office.Pass(Exposed(MakeCertified()));
  Certifications& certifications = office.service().certifications();
  const auto reinstate = [&] { return certifications.Reinstate(office.officer.party, number, "cause-corrected"); };
  EXPECT_EQ(CodeOf(reinstate()), ErrorCode::kFailedPrecondition);
  EXPECT_EQ(CodeOf(certifications.Withdraw(office.applicant.party, number, "holder-request")),
            ErrorCode::kFailedPrecondition);
  orders().Close(office.officer.party, order.id, "cause-corrected").value();
  EXPECT_EQ(office.LookAt(number).state, Certification::State::kSuspended) << "somebody has to verify it";
  EXPECT_TRUE(reinstate());
  office.ExpectInAgreement();
}

TEST_F(OrderService, TakesEverySuspensionForItAlongWhenItIsAnnulled) {
  number = office.Certified().id;
  const std::string other = office.CertifiedOfOtherSigner().id;
  const Order order = office.Pass(Exposed(office.MakeOrder(office.Draft(), "certification/" + number)));
  const auto size = office.PublicSize();
  office.Turn(Proposed::kAnnulOrder, order.id, "order-in-error").value();
  EXPECT_EQ(office.PublicSize(), size + 3) << "the order's event, and theirs";
  const auto acts = office.LastActs(3);
  EXPECT_EQ(acts[0].subject, "order/" + order.id);
  for (const std::string& each : {number, other}) {
    EXPECT_EQ(office.LookAt(each).state, Certification::State::kValid);
    EXPECT_EQ(office.LookAt(each).history.back().reason, "order-in-error");
    EXPECT_EQ(std::ranges::count(acts, "certification/" + each, &ActEntry::subject), 1);
  }
  EXPECT_EQ(acts[2].actor, office.second_officer.party.id);
  EXPECT_EQ(acts[2].rests_on.substr(0, 9), "proposal/");
  office.ExpectInAgreement();
}

TEST_F(OrderService, IsNotAnnulledWhileTheClockSuspendsForIt) {
  const Order order = Exposed(MakeCertified());
  office.AdvanceTo(*order.limit);
  const Proposal annulment =
      office.service()
          .proposals()
          .Propose(office.officer.party, {Proposed::kAnnulOrder, "order/" + order.id, "order-in-error"})
          .value();
  // The clock is faster once it was read what is suspended for the order, and before that is lifted.
  bool is_faster = true;
  const Random random = [&](std::span<std::uint8_t> out) {
    if (std::exchange(is_faster, false)) {
      const auto read = Load<Certification>(office.store(), number).value();
      office.service()
          .certifications()
          .Carry({.read = read,
                  .kind = EventKind::kSuspended,
                  .reason = std::string(Scheme::kOrderOverdue),
                  .actor = std::string(kClock),
                  .act = "suspend-unmet",
                  .rests_on = CauseOf(order)},
                 {})
          .value();
    }
    return SystemRandom(out);
  };
  const Desk& desk = office.service().desk();
  Service service({desk.log(), desk.authority(), desk.schemes(), desk.status(), [&] { return office.now(); }, random});
  EXPECT_EQ(CodeOf(service.proposals().Confirm(office.second_officer.party, annulment.id)), ErrorCode::kConflict);
  EXPECT_FALSE(is_faster);
  EXPECT_EQ(office.Look(order.id).state, Order::State::kExposed);
  service.proposals().Confirm(office.second_officer.party, annulment.id).value();
  EXPECT_EQ(office.Look(order.id).state, Order::State::kAnnulled);
  EXPECT_EQ(office.LookAt(number).state, Certification::State::kValid);
}

TEST_F(OrderService, LeavesToAnotherOrderWhatItHoldsBack) {
  number = office.Certified().id;
  const Order first = office.MakeOrder(office.Draft()), second = office.MakeOrder(office.Draft());
  for (int i = 0; i < 2; ++i) {
    office.Pass(first);
    office.Pass(second);
  }
  ASSERT_TRUE(office.Look(second.id).limit_passed);
  office.Turn(Proposed::kAnnulOrder, first.id, "order-in-error").value();
  EXPECT_EQ(office.LookAt(number).state, Certification::State::kValid);
  office.Advance(Seconds{1});
  orders().OnDue(second.id).value();
  EXPECT_EQ(office.LookAt(number).suspended_by, "proposal/" + second.proposal);
  office.ExpectInAgreement();
}

TEST_F(OrderService, LetsNobodyEscapeIntoASuspensionOfTheirOwn) {
  const Order order = Exposed(MakeCertified());
  const Proposal asked = office.Propose(office.applicant, Proposed::kSuspend, number, Scheme::kHolderRequest).value();
  office.Confirm(office.officer, asked.id).value();
  office.AdvanceTo(*order.limit);
  orders().OnDue(order.id).value();
  Certifications& certifications = office.service().certifications();
  EXPECT_EQ(CodeOf(certifications.Reinstate(office.officer.party, number, "holder-request")),
            ErrorCode::kFailedPrecondition);
  EXPECT_EQ(CodeOf(certifications.Withdraw(office.applicant.party, number, "holder-request")),
            ErrorCode::kFailedPrecondition);
  orders().Close(office.officer.party, order.id, "cause-corrected").value();
  EXPECT_TRUE(certifications.Withdraw(office.applicant.party, number, "holder-request"));
}

TEST_F(OrderService, LeavesACertificationOfAnotherOperatorAlone) {
  const Person other = office.Enrol("Other Operator", {Role::kOperator});
  OrderDraft draft = office.Draft();
  draft.operator_party = other.party.id;
  const Order order = office.MakeOrder(draft);
  number = office.Certified().id;  // certified meanwhile, of somebody else
  Exposed(order);
  office.AdvanceTo(*office.Look(order.id).limit);
  orders().OnDue(order.id).value();
  EXPECT_EQ(office.LookAt(number).state, Certification::State::kValid);
}

TEST_F(OrderService, KeepsItsFactsThroughTheRecord) {
  const Order order = MakeCertified();
  const Order again = Order::FromJson(order.ToJson()).value();
  EXPECT_EQ(again.ToJson(), order.ToJson());
  EXPECT_EQ(again.IndexRows(), order.IndexRows());
}

}  // namespace
}  // namespace certmark::ca::testing
