// What there is to call about once an app is certified: suspensions, orders, cases, complaints, appeals, subscriptions,
// each in the state in which somebody would be answered.
#include "api/convert.h"
#include "certmark/v1/authority.pb.h"
#include "certmark/v1/operator.pb.h"
#include "certmark/v1/party.pb.h"
#include "tests/fuzz/rpc/cast.h"

namespace certmark::fuzz {
namespace {

namespace v1 = certmark::v1;
using api::Collection;
using api::ResourceName;
using ca::Proposed;

// KeepReading keeps the request that reads a record.
template <class Request>
void KeepReading(LiveValues& live, const std::string& name) {
  Request get;
  get.set_name(name);
  live.Keep(get);
  live.Learn(get);
}

}  // namespace

ca::OrderDraft Cast::DraftOrder() const {
  ca::OrderDraft draft;
  draft.version = "150";
  draft.store = "Example Store";
  draft.body = "Example Laboratory";
  draft.findings = {"APP-2019/1.1"};
  draft.tested_first = draft.tested_last = std::chrono::floor<std::chrono::days>(office_.now() - ca::testing::kDay);
  draft.edition = office_.scheme().Name();
  return draft;
}

void Cast::Take(Proposed act, const std::string& number, const std::string& reason) {
  const auto proposal = office_.Propose(office_.officer, act, number, reason).value();
  office_.Confirm(office_.second_officer, proposal.id).value();
}

void Cast::TellOfSurveillance(LiveValues& live) {
  const std::string watched = Certify("org.example.watched"), suspended = Certify("org.example.suspended");
  Take(Proposed::kSuspend, suspended, "misuse");
  v1::ReinstateCertificationRequest reinstate;
  reinstate.set_name(ResourceName(Collection::kCertifications, suspended));
  reinstate.set_reason("cause-corrected");
  live.Keep(reinstate);

  auto& proposals = office_.service().proposals();
  const auto proposal = proposals
                            .Propose(office_.officer.party, {Proposed::kOrder, "certification/" + watched,
                                                             "unlawful-collection", DraftOrder().ToJson()})
                            .value();
  KeepReading<v1::GetProposalRequest>(live, ResourceName(Collection::kProposals, proposal.id));
  proposals.Confirm(office_.second_officer.party, proposal.id).value();
  const auto order = office_.service().orders().OfProposal(office_.officer.party, proposal.id).value();
  const std::string order_name = ResourceName(Collection::kOrders, order.id);
  KeepReading<v1::GetOrderRequest>(live, order_name);
  v1::CloseOrderRequest close;
  close.set_name(order_name);
  close.set_reason("cause-corrected");
  live.Keep(close);

  auto& cases = office_.service().cases();
  const auto opened =
      cases.Open(office_.officer.party, {watched, ca::Case::Cause::kPlan, "planned-surveillance"}).value();
  const std::string case_name = ResourceName(Collection::kCases, opened.id);
  KeepReading<v1::GetCaseRequest>(live, case_name);
  v1::CloseCaseRequest end;
  end.set_name(case_name);
  end.set_outcome(v1::Case::NO_FINDING);
  live.Keep(end);

  const auto complaint =
      cases.Complain(App::Parse("android:org.example.watched").value(), "It asks too much.", "").value();
  const std::string complaint_name = ResourceName(Collection::kComplaints, complaint.id);
  KeepReading<v1::GetComplaintRequest>(live, complaint_name);
  v1::AnswerComplaintRequest answer;
  answer.set_name(complaint_name);
  answer.set_answer("It was looked into.");
  live.Keep(answer);
}

void Cast::TellOfAppeals(LiveValues& live) {
  const std::string number = Certify("org.example.appealed");
  Take(Proposed::kSuspend, number, "misuse");
  auto& appeals = office_.service().appeals();
  const auto appeal = appeals.File(office_.applicant.party, "certification/" + number, "It was another app.").value();
  const std::string name = ResourceName(Collection::kAppeals, appeal.id);
  KeepReading<v1::GetAppealRequest>(live, name);
  v1::DecideAppealRequest decide;
  decide.set_name(name);
  decide.set_outcome(v1::Appeal::UPHELD);
  decide.set_reason("facts-mistaken");
  live.Keep(decide);
  decide.set_outcome(v1::Appeal::DISMISSED);
  decide.set_reason("decision-upheld");
  live.Keep(decide);
}

void Cast::TellOfSubscriptions(LiveValues& live) {
  v1::CreateSubscriptionRequest create;
  create.set_of(v1::Subscription::EVENTS);
  create.set_target("https://store.example/hook");
  live.Keep(create);
  const auto made = office_.service()
                        .subscriptions()
                        .Create(store_.party, {.of = ca::Subscription::Of::kEvents, .target = create.target()})
                        .value();
  const std::string name = ResourceName(Collection::kSubscriptions, made.subscription.id);
  KeepReading<v1::GetSubscriptionRequest>(live, name);
  v1::ReplaySubscriptionRequest replay;
  replay.set_name(name);
  replay.set_from(1);
  live.Keep(replay);
  v1::DeleteSubscriptionRequest end;
  end.set_name(name);
  live.Keep(end);
}

}  // namespace certmark::fuzz
