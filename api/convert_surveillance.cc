#include "api/convert_surveillance.h"

#include <utility>

#include "api/convert.h"
#include "api/convert_table.h"

namespace certmark::api {
namespace {

constexpr std::pair<ca::Order::State, v1::Order::State> kOrderStates[] = {
    {ca::Order::State::kOrdered, v1::Order::ORDERED},   {ca::Order::State::kOverdue, v1::Order::OVERDUE},
    {ca::Order::State::kExposed, v1::Order::EXPOSED},   {ca::Order::State::kRectified, v1::Order::RECTIFIED},
    {ca::Order::State::kAnnulled, v1::Order::ANNULLED},
};

constexpr std::pair<ca::Case::State, v1::Case::State> kCaseStates[] = {
    {ca::Case::State::kOpen, v1::Case::OPEN},
    {ca::Case::State::kClosed, v1::Case::CLOSED},
};

constexpr std::pair<ca::Case::Cause, v1::Case::Cause> kCauses[] = {
    {ca::Case::Cause::kComplaint, v1::Case::COMPLAINT},
    {ca::Case::Cause::kIncident, v1::Case::INCIDENT},
    {ca::Case::Cause::kStoreReport, v1::Case::STORE_REPORT},
    {ca::Case::Cause::kPlan, v1::Case::PLAN},
};

constexpr std::pair<ca::Case::Outcome, v1::Case::Outcome> kOutcomes[] = {
    {ca::Case::Outcome::kNoFinding, v1::Case::NO_FINDING}, {ca::Case::Outcome::kCorrected, v1::Case::CORRECTED},
    {ca::Case::Outcome::kSuspended, v1::Case::SUSPENDED},  {ca::Case::Outcome::kRevoked, v1::Case::REVOKED},
    {ca::Case::Outcome::kOrdered, v1::Case::ORDERED},
};

constexpr std::pair<ca::Complaint::State, v1::Complaint::State> kComplaintStates[] = {
    {ca::Complaint::State::kReceived, v1::Complaint::RECEIVED},
    {ca::Complaint::State::kAnswered, v1::Complaint::ANSWERED},
    {ca::Complaint::State::kCase, v1::Complaint::CASE_OPENED},
};

constexpr std::pair<ca::Appeal::State, v1::Appeal::State> kAppealStates[] = {
    {ca::Appeal::State::kFiled, v1::Appeal::FILED},
    {ca::Appeal::State::kUpheld, v1::Appeal::UPHELD},
    {ca::Appeal::State::kDismissed, v1::Appeal::DISMISSED},
};

constexpr std::pair<ca::Appeal::Against, v1::Appeal::Against> kAgainst[] = {
    {ca::Appeal::Against::kRefusal, v1::Appeal::REFUSAL},
    {ca::Appeal::Against::kSuspension, v1::Appeal::SUSPENSION},
    {ca::Appeal::Against::kRevocation, v1::Appeal::REVOCATION},
    {ca::Appeal::Against::kOrder, v1::Appeal::ORDER},
};

constexpr std::pair<ca::Appeal::Leaves, v1::Appeal::Remedy> kRemedies[] = {
    {ca::Appeal::Leaves::kNothing, v1::Appeal::REMEDY_UNSPECIFIED},
    {ca::Appeal::Leaves::kReview, v1::Appeal::REVIEW},
    {ca::Appeal::Leaves::kGrant, v1::Appeal::GRANT},
};

std::string PartyName(std::string_view id) {
  return ResourceName(Collection::kParties, id);
}
std::string CertificationName(std::string_view number) {
  return ResourceName(Collection::kCertifications, number);
}

}  // namespace

v1::Order ToProto(const ca::Order& order) {
  const ca::OrderFacts& facts = order.facts;
  v1::Order out;
  out.set_name(ResourceName(Collection::kOrders, order.id));
  out.set_state(Second(kOrderStates, order.state));
  out.set_platform(ToProto(facts.app.platform));
  out.set_package(facts.app.package);
  out.set_certification(CertificationName(facts.certification));
  out.set_operator_(PartyName(facts.operator_party));
  out.set_operator_name(facts.operator_name.text());
  out.set_version(facts.version.text());
  out.set_store(facts.store.text());
  out.set_body(facts.body.text());
  for (const std::string& finding : facts.findings) out.add_findings(finding);
  Put(facts.tested_first, out.mutable_test_start());
  Put(facts.tested_last, out.mutable_test_end());
  out.set_edition(facts.edition);
  out.set_reason(order.reason);
  out.set_proposal(ResourceName(Collection::kProposals, order.proposal));
  Put(order.ordered_at, out.mutable_order_time());
  Put(order.deadline, out.mutable_deadline());
  if (order.exposed_at) Put(*order.exposed_at, out.mutable_expose_time());
  if (order.limit) Put(*order.limit, out.mutable_limit());
  if (order.closed_at) Put(*order.closed_at, out.mutable_close_time());
  out.set_closing_reason(order.closing_reason);
  return out;
}

v1::ExposedOrder ToProto(const ca::ExposedOrder& order) {
  v1::ExposedOrder out;
  out.set_name(ResourceName(Collection::kOrders, order.number));
  out.set_state(Second(kOrderStates, order.state));
  out.set_platform(ToProto(order.app.platform));
  out.set_package(order.app.package);
  out.set_certification(CertificationName(order.certification));
  out.set_operator_name(order.operator_name.text());
  out.set_version(order.version.text());
  out.set_store(order.store.text());
  out.set_body(order.body.text());
  for (const std::string& finding : order.findings) out.add_findings(finding);
  Put(order.tested_first, out.mutable_test_start());
  Put(order.tested_last, out.mutable_test_end());
  Put(order.exposed_at, out.mutable_expose_time());
  Put(order.deadline, out.mutable_deadline());
  if (order.closed_at) Put(*order.closed_at, out.mutable_close_time());
  out.set_annul_reason(order.annulled_for);
  return out;
}

v1::Case ToProto(const ca::Case& file) {
  v1::Case out;
  out.set_name(ResourceName(Collection::kCases, file.id));
  out.set_state(Second(kCaseStates, file.state));
  out.set_cause(Second(kCauses, file.cause));
  out.set_certification(CertificationName(file.certification));
  out.set_operator_(PartyName(file.operator_party));
  out.set_reason(file.reason);
  out.set_complaint(ResourceName(Collection::kComplaints, file.complaint));
  out.set_signer(file.signer);
  out.set_build(file.build);
  out.set_opened_by(PartyName(file.opened_by));
  out.set_closed_by(PartyName(file.closed_by));
  Put(file.opened_at, out.mutable_open_time());
  if (file.closed_at) Put(*file.closed_at, out.mutable_close_time());
  if (file.outcome) out.set_outcome(Second(kOutcomes, *file.outcome));
  return out;
}

v1::Complaint ToProto(const ca::Complaint& complaint) {
  v1::Complaint out;
  out.set_name(ResourceName(Collection::kComplaints, complaint.id));
  out.set_state(Second(kComplaintStates, complaint.state));
  out.set_platform(ToProto(complaint.app.platform));
  out.set_package(complaint.app.package);
  out.set_certification(CertificationName(complaint.certification));
  if (complaint.from != ca::Complaint::kPublic) out.set_from(PartyName(complaint.from));
  out.set_signer(complaint.signer);
  out.set_build(complaint.build);
  Put(complaint.received_at, out.mutable_receive_time());
  Put(complaint.answer_by, out.mutable_answer_by());
  out.set_handled_by(PartyName(complaint.handled_by));
  if (complaint.handled_at) Put(*complaint.handled_at, out.mutable_handle_time());
  out.set_case_(ResourceName(Collection::kCases, complaint.opened));
  return out;
}

v1::Appeal ToProto(const ca::Appeal& appeal) {
  v1::Appeal out;
  out.set_name(ResourceName(Collection::kAppeals, appeal.id));
  out.set_state(Second(kAppealStates, appeal.state));
  out.set_against(Second(kAgainst, appeal.against));
  out.set_subject(SubjectName(appeal.subject));
  out.set_operator_(PartyName(appeal.operator_party));
  Put(appeal.filed_at, out.mutable_file_time());
  Put(appeal.answer_by, out.mutable_answer_by());
  out.set_decided_by(PartyName(appeal.decided_by));
  out.set_reason(appeal.reason);
  if (appeal.decided_at) Put(*appeal.decided_at, out.mutable_decide_time());
  out.set_remedy(Second(kRemedies, appeal.leaves));
  return out;
}

Result<ca::Case::Cause> FromProto(v1::Case::Cause cause) {
  return First(kCauses, cause, "cause");
}
Result<ca::Case::Outcome> FromProto(v1::Case::Outcome outcome) {
  return First(kOutcomes, outcome, "outcome");
}
Result<ca::Appeal::State> FromProto(v1::Appeal::State state) {
  return First(kAppealStates, state, "outcome");
}

v1::FileComplaintResponse ToComplainant(const ca::Complaint& complaint) {
  v1::FileComplaintResponse response;
  response.set_name(ResourceName(Collection::kComplaints, complaint.id));
  Put(complaint.answer_by, response.mutable_answer_by());
  return response;
}

}  // namespace certmark::api
