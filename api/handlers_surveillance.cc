// Handlers of orders, complaints, cases and appeals.
#include <algorithm>

#include "api/convert.h"
#include "api/convert_surveillance.h"
#include "api/convert_table.h"
#include "api/handlers.h"
#include "api/page_token.h"
#include "api/request_field.h"

namespace certmark::api {
namespace {

constexpr std::uint32_t kOrdersOfPage = 100, kMaxOrdersOfPage = 1000;

}  // namespace

// ---- Orders

Result<v1::Order> Handlers::GetOrder(const Caller& caller, const v1::GetOrderRequest& request) const {
  const ca::Party* party = CM_TRY(PartyOf(caller));
  if (const auto proposal = ParseResourceName(Collection::kProposals, request.name())) {
    return ToProto(CM_TRY(service_.orders().OfProposal(*party, *proposal)));
  }
  const std::string number = CM_TRY(InField("name", ParseResourceName(Collection::kOrders, request.name())));
  return ToProto(CM_TRY(service_.orders().Get(*party, number)));
}

Result<v1::Order> Handlers::CloseOrder(const Caller& caller, const v1::CloseOrderRequest& request) {
  const ca::Party* party = CM_TRY(PartyOf(caller));
  const std::string number = CM_TRY(InField("name", ParseResourceName(Collection::kOrders, request.name())));
  return ToProto(CM_TRY(InField("reason", service_.orders().Close(*party, number, request.reason()))));
}

Result<v1::ExposedOrder> Handlers::GetExposedOrder(const Caller&, const v1::GetExposedOrderRequest& request) const {
  CM_TRY(RequireOpen());
  const std::string number = CM_TRY(InField("name", ParseResourceName(Collection::kOrders, request.name())));
  return ToProto(CM_TRY(service_.orders().Exposed(number)));
}

Result<v1::ListExposedOrdersResponse> Handlers::ListExposedOrders(const Caller&,
                                                                  const v1::ListExposedOrdersRequest& request) const {
  CM_TRY(RequireOpen());
  const std::string after = CM_TRY(InField("page_token", ParseOrderToken(request.page_token())));
  const std::size_t size = std::min(request.page_size() == 0 ? kOrdersOfPage : request.page_size(), kMaxOrdersOfPage);
  // One more than a page says whether there is another.
  auto orders = CM_TRY(service_.orders().ListExposed(after, size + 1));
  v1::ListExposedOrdersResponse response;
  if (orders.size() > size) {
    orders.erase(orders.begin() + static_cast<std::ptrdiff_t>(size), orders.end());
    response.set_next_page_token(OrderToken(orders.back().number));
  }
  for (const ca::ExposedOrder& order : orders) *response.add_orders() = ToProto(order);
  return response;
}

Result<std::vector<v1::ExposedOrder>> Handlers::ExposedOrdersOf(const App& app) const {
  CM_TRY(RequireOpen());
  std::vector<v1::ExposedOrder> orders;
  for (const ca::ExposedOrder& order : CM_TRY(service_.orders().ExposedOf(app))) orders.push_back(ToProto(order));
  return orders;
}

// ---- Complaints

Result<v1::FileComplaintResponse> Handlers::FileComplaint(const Caller& caller,
                                                          const v1::FileComplaintRequest& request) {
  CM_TRY(RequireOpen());
  // It would be on record as the public's, and past whatever bounds the public on its way here.
  if (caller.party) {
    return Error{ErrorCode::kPermissionDenied,
                 "a complaint has no name: make it on a public listener, as anybody does"};
  }
  const App app = CM_TRY(AppOf(request));
  return ToComplainant(CM_TRY(service_.cases().Complain(app, request.text(), request.contact())));
}

Result<v1::Complaint> Handlers::GetComplaint(const Caller& caller, const v1::GetComplaintRequest& request) const {
  const ca::Party* party = CM_TRY(PartyOf(caller));
  const std::string id = CM_TRY(InField("name", ParseResourceName(Collection::kComplaints, request.name())));
  return ToProto(CM_TRY(service_.cases().GetComplaint(*party, id)));
}

Result<v1::Complaint> Handlers::AnswerComplaint(const Caller& caller, const v1::AnswerComplaintRequest& request) {
  const ca::Party* party = CM_TRY(PartyOf(caller));
  const std::string id = CM_TRY(InField("name", ParseResourceName(Collection::kComplaints, request.name())));
  return ToProto(CM_TRY(InField("answer", service_.cases().Answer(*party, id, request.answer()))));
}

Result<v1::Case> Handlers::PursueComplaint(const Caller& caller, const v1::PursueComplaintRequest& request) {
  const ca::Party* party = CM_TRY(PartyOf(caller));
  const std::string id = CM_TRY(InField("name", ParseResourceName(Collection::kComplaints, request.name())));
  return ToProto(CM_TRY(InField("reason", service_.cases().Pursue(*party, id, request.reason()))));
}

Result<v1::Complaint> Handlers::ReportBuild(const Caller& caller, const v1::ReportBuildRequest& request) {
  const ca::Party* party = CM_TRY(PartyOf(caller));
  const App app = CM_TRY(AppOf(request));
  return ToProto(CM_TRY(service_.cases().Report(*party, {app, request.signer(), request.build()})));
}

// ---- Cases

Result<v1::Case> Handlers::GetCase(const Caller& caller, const v1::GetCaseRequest& request) const {
  const ca::Party* party = CM_TRY(PartyOf(caller));
  const std::string id = CM_TRY(InField("name", ParseResourceName(Collection::kCases, request.name())));
  return ToProto(CM_TRY(service_.cases().Get(*party, id)));
}

Result<v1::Case> Handlers::OpenCase(const Caller& caller, const v1::OpenCaseRequest& request) {
  const ca::Party* party = CM_TRY(PartyOf(caller));
  ca::Cases::Opening opening;
  opening.certification =
      CM_TRY(InField("certification", ParseResourceName(Collection::kCertifications, request.certification())));
  opening.cause = CM_TRY(InField("cause", FromProto(request.cause())));
  opening.reason = request.reason();
  opening.note = request.note();
  return ToProto(CM_TRY(service_.cases().Open(*party, opening)));
}

Result<v1::Case> Handlers::CloseCase(const Caller& caller, const v1::CloseCaseRequest& request) {
  const ca::Party* party = CM_TRY(PartyOf(caller));
  const std::string id = CM_TRY(InField("name", ParseResourceName(Collection::kCases, request.name())));
  const ca::Case::Outcome outcome = CM_TRY(InField("outcome", FromProto(request.outcome())));
  return ToProto(CM_TRY(service_.cases().Close(*party, {id, outcome, request.note()})));
}

// ---- Appeals

Result<v1::Appeal> Handlers::FileAppeal(const Caller& caller, const v1::FileAppealRequest& request) {
  const ca::Party* party = CM_TRY(PartyOf(caller));
  const std::string subject = CM_TRY(InField("subject", ParseSubject(request.subject())));
  return ToProto(CM_TRY(service_.appeals().File(*party, subject, request.grounds())));
}

Result<v1::Appeal> Handlers::GetAppeal(const Caller& caller, const v1::GetAppealRequest& request) const {
  const ca::Party* party = CM_TRY(PartyOf(caller));
  const std::string id = CM_TRY(InField("name", ParseResourceName(Collection::kAppeals, request.name())));
  return ToProto(CM_TRY(service_.appeals().Get(*party, id)));
}

Result<v1::Appeal> Handlers::DecideAppeal(const Caller& caller, const v1::DecideAppealRequest& request) {
  const ca::Party* party = CM_TRY(PartyOf(caller));
  const std::string id = CM_TRY(InField("name", ParseResourceName(Collection::kAppeals, request.name())));
  const ca::Appeal::State outcome = CM_TRY(InField("outcome", FromProto(request.outcome())));
  return ToProto(CM_TRY(service_.appeals().Decide(*party, {id, outcome, request.reason()})).appeal);
}

}  // namespace certmark::api
