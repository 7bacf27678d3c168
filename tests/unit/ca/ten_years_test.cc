// Ten years of an authority in one test: certifications, suspensions, restorings, orders and ends, the clock run every
// day; then everything must agree, and every state be the one that a few lines of arithmetic foretell.
#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <vector>

#include "ca/fsck.h"
#include "ca/order_draft.h"
#include "tests/unit/ca/authority_fixture.h"
#include "tests/unit/ca/scheme_model.h"

namespace certmark::ca::testing {
namespace {

constexpr int kYears = 10, kDays = kYears * 365;
constexpr int kLife = 1095, kSuspensionLimit = 183, kExposedLimit = 30;  // days, as the scheme says
constexpr int kOrderDays = 15;                                           // working days
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr int kGrantEvery = 48;  // days
#else
constexpr int kGrantEvery = 3;  // days
#endif
constexpr int kGrantsADay = 2;
constexpr int kLastGrant = kDays - 400;

// DayOf is the first day on which the clock, once a day, finds a time come.
int DayOf(Time time) {
  return static_cast<int>((time - kStart + kDay - Seconds{1}) / kDay);
}

// Ordered is an order on a certified app: when it is exposed unless met, and when that suspends. Days.
struct Ordered {
  int made = 0;
  std::optional<int> met;

  int ExposedOn() const { return DayOf(EndOfWorkingDay(kStart + made * kDay, kOrderDays)); }
  int SuspendsOn() const { return ExposedOn() + kExposedLimit; }
  bool IsExposed() const { return !met || *met > ExposedOn(); }
  Order::State State() const { return met ? Order::State::kRectified : Order::State::kExposed; }
};

// Fate is what a certification meets: on which days, and what becomes of it.
struct Fate {
  int granted = 0;
  std::optional<int> suspended, reinstated;
  std::optional<Ordered> ordered;

  /// StateOn computes the state at the end of a day, from the rules alone.
  Certification::State StateOn(int day) const {
    const int end = granted + kLife;
    const std::optional<int> limit = suspended ? std::optional(*suspended + kSuspensionLimit) : std::nullopt;
    const bool outlived = limit && !reinstated && *limit < end;
    if (outlived && day >= *limit) return Certification::State::kRevoked;
    if (day >= end) return Certification::State::kExpired;
    const bool is_suspended = suspended && day >= *suspended && !(reinstated && day >= *reinstated);
    return is_suspended ? Certification::State::kSuspended : Certification::State::kValid;
  }
};

class TenYears : public ::testing::Test {
 protected:
  void Pass(int day) {
    office_.Advance(kDay);
    // Signers and people have certificates that end.
    if (day % 80 == 0) office_.RenewSigners();
    if (day % 700 == 0 && day <= kLastGrant) EnrolAgain();
    EXPECT_EQ(office_.service().deadlines().Run(10'000).value().failed, 0u) << "day " << day;
    for (const std::string& number : suspended_on_[day]) Suspend(number);
    for (const std::string& number : reinstated_on_[day]) {
      office_.service().certifications().Reinstate(office_.officer.party, number, "cause-corrected").value();
    }
    for (const std::string& number : ordered_on_[day]) MakeOrder(number);
    for (const std::string& number : met_on_[day]) {
      office_.service().orders().Close(office_.officer.party, orders_.at(number), "cause-corrected").value();
    }
    if (day % kGrantEvery != 0 || day > kLastGrant) return;
    for (int i = 0; i < kGrantsADay; ++i) Grant(day);
  }

 private:
  std::vector<Person> EnrolOperators() {
    std::vector<Person> operators;
    for (int i = 1; i <= 40; ++i)
      operators.push_back(office_.Enrol("Operator " + std::to_string(i), {Role::kOperator}));
    return operators;
  }
  void EnrolAgain() {
    office_.laboratory = office_.EnrolEvaluator("Laboratory", {Role::kLaboratory});
    office_.decider = office_.Enrol("Decider", {Role::kDecider});
  }
  void Suspend(const std::string& number) {
    const Proposal proposal = office_.Propose(office_.officer, Proposed::kSuspend, number, "misuse").value();
    office_.Confirm(office_.second_officer, proposal.id).value();
  }
  // One of three orders is met in time, one once it is exposed, one never.
  static Ordered OrderFor(int day, int count) {
    Ordered ordered{.made = day + 1 + count * 53 % 700, .met = {}};
    if (count / 6 % 3 == 0) ordered.met = ordered.made + 10;
    if (count / 6 % 3 == 1) ordered.met = ordered.ExposedOn() + 10;
    return ordered;
  }
  void MakeOrder(const std::string& number) {
    OrderDraft draft;
    draft.version = "150";
    draft.store = "Example Store";
    draft.body = "Example Test Laboratory";
    draft.findings = {"APP-2019/1.1"};
    draft.tested_first = draft.tested_last = std::chrono::floor<std::chrono::days>(office_.now() - kDay);
    draft.edition = office_.scheme().Name();
    Proposals& proposals = office_.service().proposals();
    const Proposal proposal = proposals
                                  .Propose(office_.officer.party, {Proposed::kOrder, "certification/" + number,
                                                                   "unlawful-collection", draft.ToJson()})
                                  .value();
    proposals.Confirm(office_.second_officer.party, proposal.id).value();
    orders_[number] = office_.service().orders().OfProposal(office_.officer.party, proposal.id).value().id;
  }
  // Every third is suspended, at ages that leave nothing out; every other of these is put right.
  void Grant(int day) {
    ApplicationForm form = office_.Form();
    form.app.package = "org.example.app" + std::to_string(fates_.size());
    const std::string file = office_.SubmitBy(operators_[fates_.size() % operators_.size()], form);
    office_.Accept(file);
    office_.Report(file);
    Fate fate{.granted = day, .suspended = {}, .reinstated = {}, .ordered = {}};
    const int count = static_cast<int>(fates_.size());
    if (count % 3 == 0) fate.suspended = day + 1 + count * 37 % 1000;
    if (count % 6 == 0) fate.reinstated = *fate.suspended + 30;
    if (count % 6 == 1) fate.ordered = OrderFor(day, count);
    if (fate.ordered && !fate.ordered->met) fate.suspended = fate.ordered->SuspendsOn();
    const std::string number = office_.Decide(file).value().application.certification;
    fates_[number] = fate;
    if (fate.ordered) {
      ordered_on_[fate.ordered->made].push_back(number);
      if (fate.ordered->met) met_on_[*fate.ordered->met].push_back(number);
      return;
    }
    if (fate.suspended) suspended_on_[*fate.suspended].push_back(number);
    if (fate.reinstated) reinstated_on_[*fate.reinstated].push_back(number);
  }

 protected:
  // Forty operators stand for many here: who had one revoked would be granted nothing for a year.
  Office office_{{.adapt = [](Scheme& scheme) { scheme.parameters.revocation_bar = Seconds{0}; }}};
  const std::vector<Person> operators_ = EnrolOperators();
  std::map<std::string, Fate> fates_;
  std::map<std::string, std::string> orders_;  // by the certification that they are on
  std::map<int, std::vector<std::string>> suspended_on_, reinstated_on_, ordered_on_, met_on_;
};

TEST_F(TenYears, EndWithEverythingAsTheRulesForetell) {
  office_.service().record_heads().Begin().value();
  for (int day = 1; day <= kDays; ++day) Pass(day);
  office_.Reopen();  // with status lists of today

  std::map<Certification::State, int> states, foretold;
  for (const auto& [number, fate] : fates_) {
    const Certification certification = office_.service().certifications().Get(number).value();
    EXPECT_EQ(certification.state, fate.StateOn(kDays)) << number << ", granted on day " << fate.granted;
    EXPECT_EQ(office_.StatusAt(certification.status), certification.status_value()) << number;
    ++states[certification.state];
    ++foretold[fate.StateOn(kDays)];
  }
  EXPECT_EQ(states, foretold);
  std::size_t exposed = 0;
  for (const auto& [number, id] : orders_) {
    const Ordered& ordered = *fates_.at(number).ordered;
    const Order order = Load<Order>(office_.store(), id).value().value;
    EXPECT_EQ(order.exposed_at.has_value(), ordered.IsExposed()) << id;
    EXPECT_EQ(order.state, ordered.State()) << id << ", made on day " << ordered.made;
    if (ordered.IsExposed()) ++exposed;
  }
  EXPECT_EQ(office_.service().orders().ListExposed("", orders_.size()).value().size(), exposed);
  EXPECT_GT(exposed, 2u);
  EXPECT_GT(states[Certification::State::kValid], 5);
  EXPECT_GT(states[Certification::State::kSuspended], 0);
  EXPECT_GT(states[Certification::State::kRevoked], 5);
  EXPECT_GT(states[Certification::State::kExpired], 20);

  FsckOptions options;
  options.lists = office_.lists();
  options.party_ca = &office_.authority().party_ca;
  const FsckReport report = FsckAuthority(office_.store(), options).value();
  for (const ledger::Finding& finding : report.findings.list()) {
    ADD_FAILURE() << finding.kind << " " << finding.place << ": " << finding.expected << ", not " << finding.found;
  }
  EXPECT_EQ(report.certifications, fates_.size());
  EXPECT_EQ(report.counts.record_heads, static_cast<std::uint64_t>(kDays)) << "one a day";
}

}  // namespace
}  // namespace certmark::ca::testing
