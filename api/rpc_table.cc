#include "api/rpc_table.h"

#include <google/protobuf/message.h>

#include <utility>
#include <vector>

#include "api/contract.h"

namespace certmark::api {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::Message;

struct Bound {
  const Descriptor *request, *response;
  Result<void> (*call)(Handlers&, const Caller&, const Message&, Message&);
};

// TypesOf names the types in a handler's signature.
template <class Method>
struct TypesOf;
template <class Res, class Req>
struct TypesOf<Result<Res> (Handlers::*)(const Caller&, const Req&)> {
  using Request = Req;
  using Response = Res;
};
template <class Res, class Req>
struct TypesOf<Result<Res> (Handlers::*)(const Caller&, const Req&) const>
    : TypesOf<Result<Res> (Handlers::*)(const Caller&, const Req&)> {};

template <auto kHandler>
Bound Bind() {
  using Types = TypesOf<decltype(kHandler)>;
  const auto call = [](Handlers& handlers, const Caller& caller, const Message& request,
                       Message& response) -> Result<void> {
    static_cast<typename Types::Response&>(response) =
        CM_TRY((handlers.*kHandler)(caller, static_cast<const typename Types::Request&>(request)));
    return {};
  };
  return {Types::Request::descriptor(), Types::Response::descriptor(), call};
}

template <auto... kHandlers>
std::vector<Bound> BindAll() {
  return {Bind<kHandlers>()...};
}

std::vector<Bound> Handled() {
  return BindAll<
      &Handlers::GetCertification, &Handlers::BatchGetCertifications, &Handlers::LookUpApp,
      &Handlers::SearchCertifications, &Handlers::CountCertifications, &Handlers::GetBundle, &Handlers::GetTrustList,
      &Handlers::GetCheckpoint, &Handlers::GetLogEntry, &Handlers::GetProof, &Handlers::GetInclusionProof,
      &Handlers::GetConsistencyProof, &Handlers::CreateEnrolment, &Handlers::GetEnrolment, &Handlers::GetExposedOrder,
      &Handlers::ListExposedOrders, &Handlers::FileComplaint, &Handlers::GetSelf, &Handlers::RenewCertificate,
      &Handlers::RevokeCertificates, &Handlers::GetApplication, &Handlers::GetProposal, &Handlers::GetOrder,
      &Handlers::GetComplaint, &Handlers::GetCase, &Handlers::GetAppeal, &Handlers::ReportBuild,
      &Handlers::GetAccreditation, &Handlers::GetApplicationFile, &Handlers::ListDocuments, &Handlers::ListWork,
      &Handlers::CreateApplication, &Handlers::CreateChallenge, &Handlers::ResubmitApplication,
      &Handlers::CorrectApplication, &Handlers::WithdrawApplication, &Handlers::WithdrawCertification,
      &Handlers::FileAppeal, &Handlers::SubmitReport, &Handlers::AcceptApplication, &Handlers::ReassignApplication,
      &Handlers::ReturnApplication, &Handlers::RefuseApplication, &Handlers::DecideApplication, &Handlers::ProposeAct,
      &Handlers::ConfirmAct, &Handlers::RejectAct, &Handlers::ListLookAlikes, &Handlers::ListRecentReports,
      &Handlers::ReinstateCertification, &Handlers::CloseOrder, &Handlers::AnswerComplaint, &Handlers::PursueComplaint,
      &Handlers::OpenCase, &Handlers::CloseCase, &Handlers::DecideAppeal, &Handlers::FindCertifications,
      &Handlers::ProposeBulk, &Handlers::GetBulk, &Handlers::ListBulkItems, &Handlers::ListActs, &Handlers::ProveAct,
      &Handlers::ListEnrolments, &Handlers::ApproveEnrolment, &Handlers::ConfirmEnrolment, &Handlers::ListNotices,
      &Handlers::CreateSubscription, &Handlers::GetSubscription, &Handlers::ListSubscriptions,
      &Handlers::ReplaySubscription, &Handlers::DeleteSubscription>();
}

// Table is in the order of Rpcs; without a call where an RPC is carried in a stream.
std::vector<Bound> Table() {
  std::vector<Bound> table(Rpcs().size(), Bound{nullptr, nullptr, nullptr});
  for (const Bound& bound : Handled()) table.at(PlaceOf(*bound.request)) = bound;
  return table;
}

const Bound& BoundTo(const Message& request) {
  static const std::vector<Bound> table = Table();
  return table.at(PlaceOf(*request.GetDescriptor()));
}

// By its descriptor a message may be of another class, which was made at run time.
bool Is(const Message& message, const Descriptor* type) {
  return message.GetDescriptor() == type &&
         message.GetReflection()->GetMessageFactory() == google::protobuf::MessageFactory::generated_factory();
}

}  // namespace

Result<void> RequireHandler(const Message& request, const Message& response) {
  if (PlaceOf(*request.GetDescriptor()) < Rpcs().size()) {
    const Bound& bound = BoundTo(request);
    if (bound.call != nullptr && Is(request, bound.request) && Is(response, bound.response)) return {};
  }
  return Error{ErrorCode::kInternal, request.GetDescriptor()->full_name() + " has no handler"};
}

Result<void> CallHandler(Handlers& handlers, const Caller& caller, const Message& request, Message& response) {
  return BoundTo(request).call(handlers, caller, request, response);
}

}  // namespace certmark::api
