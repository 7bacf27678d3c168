#include "api/grpc_services.h"

#include <utility>
#include <vector>

#include "api/grpc_documents.h"
#include "api/request_id.h"
#include "certmark/v1/authority.grpc.pb.h"
#include "certmark/v1/laboratory.grpc.pb.h"
#include "certmark/v1/operator.grpc.pb.h"
#include "certmark/v1/party.grpc.pb.h"
#include "certmark/v1/public.grpc.pb.h"
#include "certmark/v1/registrar.grpc.pb.h"

// The generated classes name a synchronous method beside each callback one; overriding the second hides the first.
#pragma GCC diagnostic ignored "-Woverloaded-virtual"

namespace certmark::api {
namespace {

using Context = grpc::CallbackServerContext;
using Reactor = grpc::ServerUnaryReactor;

// RpcOf names the types in a handler's signature, so that a service below binds an RPC by its method pointer alone.
template <class Method>
struct RpcOf;
template <class Res, class Req>
struct RpcOf<Result<Res> (Handlers::*)(const Caller&, const Req&)> {
  using Request = Req;
  using Response = Res;
};
template <class Res, class Req>
struct RpcOf<Result<Res> (Handlers::*)(const Caller&, const Req&) const> {
  using Request = Req;
  using Response = Res;
};
template <auto kMethod>
using RequestOf = const typename RpcOf<decltype(kMethod)>::Request*;
template <auto kMethod>
using ResponseOf = typename RpcOf<decltype(kMethod)>::Response*;

// Calls runs the RPCs of one listener: queue, caller, handler, answer.
class Calls {
 public:
  Calls(CallDesk desk, LogWatches& watches) : desk_(std::move(desk)), watches_(watches) {}

  template <auto kMethod>
  Reactor* Run(Context* context, RequestOf<kMethod> request, ResponseOf<kMethod> response) {
    Reactor* reactor = context->DefaultReactor();
    const ServedCall call = desk_.Begin(*context, *request->descriptor());
    const bool queued = desk_.workers().TryRun([this, context, request, response, reactor, call] {
      const RequestScope scope(call.id());
      reactor->Finish(call.Ended(Answer<kMethod>(*context, *request, *response)));
    });
    if (!queued) reactor->Finish(call.Ended(desk_.TooMany()));
    return reactor;
  }
  /// RunComplaint is Run for who has not complained too often.
  template <auto kMethod>
  Reactor* RunComplaint(Context* context, RequestOf<kMethod> request, ResponseOf<kMethod> response) {
    const auto wait = desk_.TakeComplaint(*context);
    if (!wait) return Run<kMethod>(context, request, response);
    Reactor* reactor = context->DefaultReactor();
    const ServedCall call = desk_.Begin(*context, *request->descriptor());
    reactor->Finish(call.Ended(desk_.TooSoon(*context, *wait)));
    return reactor;
  }
  DocumentCalls& documents() { return documents_; }
  LogWatches& watches() { return watches_; }

 private:
  template <auto kMethod, class Request, class Response>
  grpc::Status Answer(const Context& context, const Request& request, Response& response) {
    // Nobody waits for the answer any more: a change that its caller has given up is not begun.
    if (const auto given_up = desk_.GivenUp(context)) return *given_up;
    return desk_.Caught([&] { return Handle<kMethod>(context, request, response); });
  }

  template <auto kMethod, class Request, class Response>
  grpc::Status Handle(const Context& context, const Request& request, Response& response) {
    const auto caller = desk_.Admit(context, *Request::descriptor());
    if (!caller) return desk_.Refuse(caller.error());
    auto result = (desk_.handlers().*kMethod)(*caller, request);
    if (!result) return desk_.Refuse(result.error(), ResourceIn(request));
    if (result->ByteSizeLong() > std::size_t{kMaxAnswerBytes}) {
      return desk_.Refuse({ErrorCode::kResourceExhausted, "the answer would be larger than 4 MiB: ask for less"});
    }
    response = std::move(*result);
    return grpc::Status::OK;
  }

  CallDesk desk_;
  DocumentCalls documents_{desk_};
  LogWatches& watches_;
};

// ---- The services: each RPC names its handler, and nothing else.

template <class Generated>
class Bound : public Generated::CallbackService {
 public:
  explicit Bound(Calls& calls) : calls_(calls) {}
  static constexpr const char* Name() { return Generated::service_full_name(); }

 protected:
  template <auto kMethod>
  Reactor* Run(Context* c, RequestOf<kMethod> q, ResponseOf<kMethod> a) {
    return calls_.Run<kMethod>(c, q, a);
  }
  template <auto kMethod>
  Reactor* RunComplaint(Context* c, RequestOf<kMethod> q, ResponseOf<kMethod> a) {
    return calls_.RunComplaint<kMethod>(c, q, a);
  }
  DocumentCalls& documents() { return calls_.documents(); }
  LogWatches& watches() { return calls_.watches(); }

 private:
  Calls& calls_;
};

class PublicRpcs final : public Bound<v1::PublicService> {
  using Bound::Bound;
  Reactor* GetCertification(Context* c, const v1::GetCertificationRequest* q, v1::Certification* a) override {
    return Run<&Handlers::GetCertification>(c, q, a);
  }
  Reactor* LookUpApp(Context* c, const v1::LookUpAppRequest* q, v1::LookUpAppResponse* a) override {
    return Run<&Handlers::LookUpApp>(c, q, a);
  }
  Reactor* GetBundle(Context* c, const v1::GetBundleRequest* q, v1::Bundle* a) override {
    return Run<&Handlers::GetBundle>(c, q, a);
  }
  Reactor* GetTrustList(Context* c, const v1::GetTrustListRequest* q, v1::TrustList* a) override {
    return Run<&Handlers::GetTrustList>(c, q, a);
  }
  Reactor* GetCheckpoint(Context* c, const v1::GetCheckpointRequest* q, v1::Checkpoint* a) override {
    return Run<&Handlers::GetCheckpoint>(c, q, a);
  }
  Reactor* GetLogEntry(Context* c, const v1::GetLogEntryRequest* q, v1::LogEntry* a) override {
    return Run<&Handlers::GetLogEntry>(c, q, a);
  }
  Reactor* GetProof(Context* c, const v1::GetProofRequest* q, v1::Proof* a) override {
    return Run<&Handlers::GetProof>(c, q, a);
  }
  Reactor* GetInclusionProof(Context* c, const v1::GetInclusionProofRequest* q, v1::InclusionProof* a) override {
    return Run<&Handlers::GetInclusionProof>(c, q, a);
  }
  Reactor* GetConsistencyProof(Context* c, const v1::GetConsistencyProofRequest* q, v1::ConsistencyProof* a) override {
    return Run<&Handlers::GetConsistencyProof>(c, q, a);
  }
  grpc::ServerWriteReactor<v1::WatchLogResponse>* WatchLog(Context* c, const v1::WatchLogRequest* q) override {
    return watches().Watch(c, q);
  }
  Reactor* CreateEnrolment(Context* c, const v1::CreateEnrolmentRequest* q, v1::Enrolment* a) override {
    return Run<&Handlers::CreateEnrolment>(c, q, a);
  }
  Reactor* GetEnrolment(Context* c, const v1::GetEnrolmentRequest* q, v1::Enrolment* a) override {
    return Run<&Handlers::GetEnrolment>(c, q, a);
  }
  Reactor* GetExposedOrder(Context* c, const v1::GetExposedOrderRequest* q, v1::ExposedOrder* a) override {
    return Run<&Handlers::GetExposedOrder>(c, q, a);
  }
  Reactor* ListExposedOrders(Context* c, const v1::ListExposedOrdersRequest* q,
                             v1::ListExposedOrdersResponse* a) override {
    return Run<&Handlers::ListExposedOrders>(c, q, a);
  }
  Reactor* FileComplaint(Context* c, const v1::FileComplaintRequest* q, v1::FileComplaintResponse* a) override {
    return RunComplaint<&Handlers::FileComplaint>(c, q, a);
  }
};

class PartyRpcs final : public Bound<v1::PartyService> {
  using Bound::Bound;
  Reactor* GetSelf(Context* c, const v1::GetSelfRequest* q, v1::Party* a) override {
    return Run<&Handlers::GetSelf>(c, q, a);
  }
  Reactor* RenewCertificate(Context* c, const v1::RenewCertificateRequest* q, v1::RenewedCertificate* a) override {
    return Run<&Handlers::RenewCertificate>(c, q, a);
  }
  Reactor* RevokeCertificates(Context* c, const v1::RevokeCertificatesRequest* q, v1::Party* a) override {
    return Run<&Handlers::RevokeCertificates>(c, q, a);
  }
  Reactor* GetApplication(Context* c, const v1::GetApplicationRequest* q, v1::Application* a) override {
    return Run<&Handlers::GetApplication>(c, q, a);
  }
  Reactor* GetProposal(Context* c, const v1::GetProposalRequest* q, v1::Proposal* a) override {
    return Run<&Handlers::GetProposal>(c, q, a);
  }
  Reactor* GetOrder(Context* c, const v1::GetOrderRequest* q, v1::Order* a) override {
    return Run<&Handlers::GetOrder>(c, q, a);
  }
  Reactor* GetComplaint(Context* c, const v1::GetComplaintRequest* q, v1::Complaint* a) override {
    return Run<&Handlers::GetComplaint>(c, q, a);
  }
  Reactor* GetCase(Context* c, const v1::GetCaseRequest* q, v1::Case* a) override {
    return Run<&Handlers::GetCase>(c, q, a);
  }
  Reactor* GetAppeal(Context* c, const v1::GetAppealRequest* q, v1::Appeal* a) override {
    return Run<&Handlers::GetAppeal>(c, q, a);
  }
  Reactor* ReportBuild(Context* c, const v1::ReportBuildRequest* q, v1::Complaint* a) override {
    return Run<&Handlers::ReportBuild>(c, q, a);
  }
  Reactor* GetAccreditation(Context* c, const v1::GetAccreditationRequest* q, v1::Accreditation* a) override {
    return Run<&Handlers::GetAccreditation>(c, q, a);
  }
  Reactor* GetApplicationFile(Context* c, const v1::GetApplicationFileRequest* q, v1::ApplicationFile* a) override {
    return Run<&Handlers::GetApplicationFile>(c, q, a);
  }
  Reactor* ListDocuments(Context* c, const v1::ListDocumentsRequest* q, v1::ListDocumentsResponse* a) override {
    return Run<&Handlers::ListDocuments>(c, q, a);
  }
  grpc::ServerWriteReactor<v1::ReadDocumentResponse>* ReadDocument(Context* c,
                                                                   const v1::ReadDocumentRequest* q) override {
    return documents().Read(c, q);
  }
  Reactor* ListWork(Context* c, const v1::ListWorkRequest* q, v1::ListWorkResponse* a) override {
    return Run<&Handlers::ListWork>(c, q, a);
  }
};

class OperatorRpcs final : public Bound<v1::OperatorService> {
  using Bound::Bound;
  Reactor* CreateApplication(Context* c, const v1::CreateApplicationRequest* q, v1::Application* a) override {
    return Run<&Handlers::CreateApplication>(c, q, a);
  }
  Reactor* CreateChallenge(Context* c, const v1::CreateChallengeRequest* q, v1::Challenge* a) override {
    return Run<&Handlers::CreateChallenge>(c, q, a);
  }
  Reactor* ResubmitApplication(Context* c, const v1::ResubmitApplicationRequest* q, v1::Application* a) override {
    return Run<&Handlers::ResubmitApplication>(c, q, a);
  }
  Reactor* CorrectApplication(Context* c, const v1::CorrectApplicationRequest* q, v1::Application* a) override {
    return Run<&Handlers::CorrectApplication>(c, q, a);
  }
  Reactor* WithdrawApplication(Context* c, const v1::WithdrawApplicationRequest* q, v1::Application* a) override {
    return Run<&Handlers::WithdrawApplication>(c, q, a);
  }
  grpc::ServerReadReactor<v1::UploadDocumentRequest>* UploadDocument(Context* c, v1::Document* a) override {
    return documents().Upload(c, a);
  }
  Reactor* WithdrawCertification(Context* c, const v1::WithdrawCertificationRequest* q, v1::Certification* a) override {
    return Run<&Handlers::WithdrawCertification>(c, q, a);
  }
  Reactor* FileAppeal(Context* c, const v1::FileAppealRequest* q, v1::Appeal* a) override {
    return Run<&Handlers::FileAppeal>(c, q, a);
  }
};

class LaboratoryRpcs final : public Bound<v1::LaboratoryService> {
  using Bound::Bound;
  Reactor* SubmitReport(Context* c, const v1::SubmitReportRequest* q, v1::Application* a) override {
    return Run<&Handlers::SubmitReport>(c, q, a);
  }
};

class AuthorityRpcs final : public Bound<v1::AuthorityService> {
  using Bound::Bound;
  Reactor* AcceptApplication(Context* c, const v1::AcceptApplicationRequest* q, v1::Application* a) override {
    return Run<&Handlers::AcceptApplication>(c, q, a);
  }
  Reactor* ReassignApplication(Context* c, const v1::ReassignApplicationRequest* q, v1::Application* a) override {
    return Run<&Handlers::ReassignApplication>(c, q, a);
  }
  Reactor* ReturnApplication(Context* c, const v1::ReturnApplicationRequest* q, v1::Application* a) override {
    return Run<&Handlers::ReturnApplication>(c, q, a);
  }
  Reactor* RefuseApplication(Context* c, const v1::RefuseApplicationRequest* q, v1::Application* a) override {
    return Run<&Handlers::RefuseApplication>(c, q, a);
  }
  Reactor* DecideApplication(Context* c, const v1::DecideApplicationRequest* q,
                             v1::DecideApplicationResponse* a) override {
    return Run<&Handlers::DecideApplication>(c, q, a);
  }
  Reactor* ProposeAct(Context* c, const v1::ProposeActRequest* q, v1::Proposal* a) override {
    return Run<&Handlers::ProposeAct>(c, q, a);
  }
  Reactor* ConfirmAct(Context* c, const v1::ConfirmActRequest* q, v1::Proposal* a) override {
    return Run<&Handlers::ConfirmAct>(c, q, a);
  }
  Reactor* RejectAct(Context* c, const v1::RejectActRequest* q, v1::Proposal* a) override {
    return Run<&Handlers::RejectAct>(c, q, a);
  }
  Reactor* ListLookAlikes(Context* c, const v1::ListLookAlikesRequest* q, v1::ListLookAlikesResponse* a) override {
    return Run<&Handlers::ListLookAlikes>(c, q, a);
  }
  Reactor* ListRecentReports(Context* c, const v1::ListRecentReportsRequest* q,
                             v1::ListRecentReportsResponse* a) override {
    return Run<&Handlers::ListRecentReports>(c, q, a);
  }
  Reactor* ReinstateCertification(Context* c, const v1::ReinstateCertificationRequest* q,
                                  v1::Certification* a) override {
    return Run<&Handlers::ReinstateCertification>(c, q, a);
  }
  Reactor* CloseOrder(Context* c, const v1::CloseOrderRequest* q, v1::Order* a) override {
    return Run<&Handlers::CloseOrder>(c, q, a);
  }
  Reactor* AnswerComplaint(Context* c, const v1::AnswerComplaintRequest* q, v1::Complaint* a) override {
    return Run<&Handlers::AnswerComplaint>(c, q, a);
  }
  Reactor* PursueComplaint(Context* c, const v1::PursueComplaintRequest* q, v1::Case* a) override {
    return Run<&Handlers::PursueComplaint>(c, q, a);
  }
  Reactor* OpenCase(Context* c, const v1::OpenCaseRequest* q, v1::Case* a) override {
    return Run<&Handlers::OpenCase>(c, q, a);
  }
  Reactor* CloseCase(Context* c, const v1::CloseCaseRequest* q, v1::Case* a) override {
    return Run<&Handlers::CloseCase>(c, q, a);
  }
  Reactor* DecideAppeal(Context* c, const v1::DecideAppealRequest* q, v1::Appeal* a) override {
    return Run<&Handlers::DecideAppeal>(c, q, a);
  }
  Reactor* FindCertifications(Context* c, const v1::FindCertificationsRequest* q,
                              v1::FindCertificationsResponse* a) override {
    return Run<&Handlers::FindCertifications>(c, q, a);
  }
  Reactor* ProposeBulk(Context* c, const v1::ProposeBulkRequest* q, v1::Proposal* a) override {
    return Run<&Handlers::ProposeBulk>(c, q, a);
  }
  Reactor* GetBulk(Context* c, const v1::GetBulkRequest* q, v1::Bulk* a) override {
    return Run<&Handlers::GetBulk>(c, q, a);
  }
  Reactor* ListBulkItems(Context* c, const v1::ListBulkItemsRequest* q, v1::ListBulkItemsResponse* a) override {
    return Run<&Handlers::ListBulkItems>(c, q, a);
  }
  Reactor* ListActs(Context* c, const v1::ListActsRequest* q, v1::ListActsResponse* a) override {
    return Run<&Handlers::ListActs>(c, q, a);
  }
  Reactor* ProveAct(Context* c, const v1::ProveActRequest* q, v1::ActProof* a) override {
    return Run<&Handlers::ProveAct>(c, q, a);
  }
};

class RegistrarRpcs final : public Bound<v1::RegistrarService> {
  using Bound::Bound;
  Reactor* ListEnrolments(Context* c, const v1::ListEnrolmentsRequest* q, v1::ListEnrolmentsResponse* a) override {
    return Run<&Handlers::ListEnrolments>(c, q, a);
  }
  Reactor* ApproveEnrolment(Context* c, const v1::ApproveEnrolmentRequest* q, v1::Enrolment* a) override {
    return Run<&Handlers::ApproveEnrolment>(c, q, a);
  }
  Reactor* ConfirmEnrolment(Context* c, const v1::ConfirmEnrolmentRequest* q, v1::Enrolment* a) override {
    return Run<&Handlers::ConfirmEnrolment>(c, q, a);
  }
};

}  // namespace

// Members go in the reverse order of their use.
struct GrpcServices::Body {
  Body(CallDesk desk, LogWatches& watches) : calls(std::move(desk), watches) {}

  template <class... Services>
  void Add() {
    (services.push_back(std::make_unique<Services>(calls)), ...);
    (names.emplace_back(Services::Name()), ...);
  }

  Calls calls;
  std::vector<std::unique_ptr<grpc::Service>> services;
  std::vector<std::string> names;
};

GrpcServices::GrpcServices(Audience audience, CallDesk desk, LogWatches& watches)
    : body_(std::make_unique<Body>(std::move(desk), watches)) {
  body_->Add<PublicRpcs>();
  if (audience == Audience::kAnybody) return;
  body_->Add<PartyRpcs, OperatorRpcs, LaboratoryRpcs, AuthorityRpcs, RegistrarRpcs>();
}

GrpcServices::~GrpcServices() = default;

void GrpcServices::AddTo(grpc::ServerBuilder& builder) const {
  for (const auto& service : body_->services) builder.RegisterService(service.get());
}

const std::vector<std::string>& GrpcServices::Names() const {
  return body_->names;
}

}  // namespace certmark::api
