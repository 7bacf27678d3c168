#include "api/grpc_services.h"

#include <utility>
#include <vector>

#include "api/client_network.h"
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

using google::protobuf::Message;
using Context = grpc::CallbackServerContext;
using Reactor = grpc::ServerUnaryReactor;

// Calls runs the RPCs of one listener: queue, caller, answer.
class Calls {
 public:
  Calls(CallDesk desk, LogWatches& watches) : desk_(std::move(desk)), watches_(watches) {}

  Reactor* Run(Context* context, const Message* request, Message* response) {
    Reactor* reactor = context->DefaultReactor();
    const ServedCall call = desk_.Begin(*context, *request->GetDescriptor());
    const bool queued =
        desk_.WorkersFor(*request->GetDescriptor()).TryRun([this, context, request, response, reactor, call] {
          const RequestScope scope(call.id());
          reactor->Finish(call.Ended(Answer(*context, *request, *response)));
        });
    if (!queued) reactor->Finish(call.Ended(desk_.TooMany()));
    return reactor;
  }
  DocumentCalls& documents() { return documents_; }
  LogWatches& watches() { return watches_; }

 private:
  grpc::Status Answer(Context& context, const Message& request, Message& response) {
    // Nobody waits for the answer any more: a change that its caller has given up is not begun.
    if (const auto given_up = desk_.GivenUp(context)) return *given_up;
    return desk_.Caught([&] {
      const auto caller = desk_.CallerOf(context);
      if (!caller) {
        const auto too_often = desk_.dispatch().Count({{}, {}, NetworkOf(context.peer())});
        return too_often ? desk_.Refuse(context, *too_often) : desk_.Refuse(caller.error());
      }
      const auto refusal = desk_.dispatch().Answer(*caller, request, response);
      return refusal ? desk_.Refuse(context, *refusal) : grpc::Status::OK;
    });
  }

  CallDesk desk_;
  DocumentCalls documents_{desk_};
  LogWatches& watches_;
};

// ---- The services: each RPC is handed on, and nothing else.

template <class Generated>
class Bound : public Generated::CallbackService {
 public:
  explicit Bound(Calls& calls) : calls_(calls) {}
  static constexpr const char* Name() { return Generated::service_full_name(); }

 protected:
  Reactor* Run(Context* c, const Message* q, Message* a) { return calls_.Run(c, q, a); }
  DocumentCalls& documents() { return calls_.documents(); }
  LogWatches& watches() { return calls_.watches(); }

 private:
  Calls& calls_;
};

class PublicRpcs final : public Bound<v1::PublicService> {
  using Bound::Bound;
  Reactor* GetCertification(Context* c, const v1::GetCertificationRequest* q, v1::Certification* a) override {
    return Run(c, q, a);
  }
  Reactor* BatchGetCertifications(Context* c, const v1::BatchGetCertificationsRequest* q,
                                  v1::BatchGetCertificationsResponse* a) override {
    return Run(c, q, a);
  }
  Reactor* LookUpApp(Context* c, const v1::LookUpAppRequest* q, v1::LookUpAppResponse* a) override {
    return Run(c, q, a);
  }
  Reactor* SearchCertifications(Context* c, const v1::SearchCertificationsRequest* q,
                                v1::SearchCertificationsResponse* a) override {
    return Run(c, q, a);
  }
  Reactor* CountCertifications(Context* c, const v1::CountCertificationsRequest* q,
                               v1::CountCertificationsResponse* a) override {
    return Run(c, q, a);
  }
  Reactor* GetBundle(Context* c, const v1::GetBundleRequest* q, v1::Bundle* a) override { return Run(c, q, a); }
  Reactor* GetTrustList(Context* c, const v1::GetTrustListRequest* q, v1::TrustList* a) override {
    return Run(c, q, a);
  }
  Reactor* GetCheckpoint(Context* c, const v1::GetCheckpointRequest* q, v1::Checkpoint* a) override {
    return Run(c, q, a);
  }
  Reactor* GetLogEntry(Context* c, const v1::GetLogEntryRequest* q, v1::LogEntry* a) override { return Run(c, q, a); }
  Reactor* GetProof(Context* c, const v1::GetProofRequest* q, v1::Proof* a) override { return Run(c, q, a); }
  Reactor* GetInclusionProof(Context* c, const v1::GetInclusionProofRequest* q, v1::InclusionProof* a) override {
    return Run(c, q, a);
  }
  Reactor* GetConsistencyProof(Context* c, const v1::GetConsistencyProofRequest* q, v1::ConsistencyProof* a) override {
    return Run(c, q, a);
  }
  grpc::ServerWriteReactor<v1::WatchLogResponse>* WatchLog(Context* c, const v1::WatchLogRequest* q) override {
    return watches().Watch(c, q);
  }
  Reactor* CreateEnrolment(Context* c, const v1::CreateEnrolmentRequest* q, v1::Enrolment* a) override {
    return Run(c, q, a);
  }
  Reactor* GetEnrolment(Context* c, const v1::GetEnrolmentRequest* q, v1::Enrolment* a) override {
    return Run(c, q, a);
  }
  Reactor* GetExposedOrder(Context* c, const v1::GetExposedOrderRequest* q, v1::ExposedOrder* a) override {
    return Run(c, q, a);
  }
  Reactor* ListExposedOrders(Context* c, const v1::ListExposedOrdersRequest* q,
                             v1::ListExposedOrdersResponse* a) override {
    return Run(c, q, a);
  }
  Reactor* FileComplaint(Context* c, const v1::FileComplaintRequest* q, v1::FileComplaintResponse* a) override {
    return Run(c, q, a);
  }
};

class PartyRpcs final : public Bound<v1::PartyService> {
  using Bound::Bound;
  Reactor* GetSelf(Context* c, const v1::GetSelfRequest* q, v1::Party* a) override { return Run(c, q, a); }
  Reactor* RenewCertificate(Context* c, const v1::RenewCertificateRequest* q, v1::RenewedCertificate* a) override {
    return Run(c, q, a);
  }
  Reactor* RevokeCertificates(Context* c, const v1::RevokeCertificatesRequest* q, v1::Party* a) override {
    return Run(c, q, a);
  }
  Reactor* GetApplication(Context* c, const v1::GetApplicationRequest* q, v1::Application* a) override {
    return Run(c, q, a);
  }
  Reactor* GetProposal(Context* c, const v1::GetProposalRequest* q, v1::Proposal* a) override { return Run(c, q, a); }
  Reactor* GetOrder(Context* c, const v1::GetOrderRequest* q, v1::Order* a) override { return Run(c, q, a); }
  Reactor* GetComplaint(Context* c, const v1::GetComplaintRequest* q, v1::Complaint* a) override {
    return Run(c, q, a);
  }
  Reactor* GetCase(Context* c, const v1::GetCaseRequest* q, v1::Case* a) override { return Run(c, q, a); }
  Reactor* GetAppeal(Context* c, const v1::GetAppealRequest* q, v1::Appeal* a) override { return Run(c, q, a); }
  Reactor* ReportBuild(Context* c, const v1::ReportBuildRequest* q, v1::Complaint* a) override { return Run(c, q, a); }
  Reactor* GetAccreditation(Context* c, const v1::GetAccreditationRequest* q, v1::Accreditation* a) override {
    return Run(c, q, a);
  }
  Reactor* GetApplicationFile(Context* c, const v1::GetApplicationFileRequest* q, v1::ApplicationFile* a) override {
    return Run(c, q, a);
  }
  Reactor* ListDocuments(Context* c, const v1::ListDocumentsRequest* q, v1::ListDocumentsResponse* a) override {
    return Run(c, q, a);
  }
  grpc::ServerWriteReactor<v1::ReadDocumentResponse>* ReadDocument(Context* c,
                                                                   const v1::ReadDocumentRequest* q) override {
    return documents().Read(c, q);
  }
  Reactor* ListWork(Context* c, const v1::ListWorkRequest* q, v1::ListWorkResponse* a) override { return Run(c, q, a); }
  Reactor* ListNotices(Context* c, const v1::ListNoticesRequest* q, v1::ListNoticesResponse* a) override {
    return Run(c, q, a);
  }
  Reactor* CreateSubscription(Context* c, const v1::CreateSubscriptionRequest* q, v1::Subscription* a) override {
    return Run(c, q, a);
  }
  Reactor* GetSubscription(Context* c, const v1::GetSubscriptionRequest* q, v1::Subscription* a) override {
    return Run(c, q, a);
  }
  Reactor* ListSubscriptions(Context* c, const v1::ListSubscriptionsRequest* q,
                             v1::ListSubscriptionsResponse* a) override {
    return Run(c, q, a);
  }
  Reactor* ReplaySubscription(Context* c, const v1::ReplaySubscriptionRequest* q, v1::Subscription* a) override {
    return Run(c, q, a);
  }
  Reactor* DeleteSubscription(Context* c, const v1::DeleteSubscriptionRequest* q,
                              v1::DeleteSubscriptionResponse* a) override {
    return Run(c, q, a);
  }
};

class OperatorRpcs final : public Bound<v1::OperatorService> {
  using Bound::Bound;
  Reactor* CreateApplication(Context* c, const v1::CreateApplicationRequest* q, v1::Application* a) override {
    return Run(c, q, a);
  }
  Reactor* CreateChallenge(Context* c, const v1::CreateChallengeRequest* q, v1::Challenge* a) override {
    return Run(c, q, a);
  }
  Reactor* ResubmitApplication(Context* c, const v1::ResubmitApplicationRequest* q, v1::Application* a) override {
    return Run(c, q, a);
  }
  Reactor* CorrectApplication(Context* c, const v1::CorrectApplicationRequest* q, v1::Application* a) override {
    return Run(c, q, a);
  }
  Reactor* WithdrawApplication(Context* c, const v1::WithdrawApplicationRequest* q, v1::Application* a) override {
    return Run(c, q, a);
  }
  grpc::ServerReadReactor<v1::UploadDocumentRequest>* UploadDocument(Context* c, v1::Document* a) override {
    return documents().Upload(c, a);
  }
  Reactor* WithdrawCertification(Context* c, const v1::WithdrawCertificationRequest* q, v1::Certification* a) override {
    return Run(c, q, a);
  }
  Reactor* FileAppeal(Context* c, const v1::FileAppealRequest* q, v1::Appeal* a) override { return Run(c, q, a); }
};

class LaboratoryRpcs final : public Bound<v1::LaboratoryService> {
  using Bound::Bound;
  Reactor* SubmitReport(Context* c, const v1::SubmitReportRequest* q, v1::Application* a) override {
    return Run(c, q, a);
  }
};

class AuthorityRpcs final : public Bound<v1::AuthorityService> {
  using Bound::Bound;
  Reactor* AcceptApplication(Context* c, const v1::AcceptApplicationRequest* q, v1::Application* a) override {
    return Run(c, q, a);
  }
  Reactor* ReassignApplication(Context* c, const v1::ReassignApplicationRequest* q, v1::Application* a) override {
    return Run(c, q, a);
  }
  Reactor* ReturnApplication(Context* c, const v1::ReturnApplicationRequest* q, v1::Application* a) override {
    return Run(c, q, a);
  }
  Reactor* RefuseApplication(Context* c, const v1::RefuseApplicationRequest* q, v1::Application* a) override {
    return Run(c, q, a);
  }
  Reactor* DecideApplication(Context* c, const v1::DecideApplicationRequest* q,
                             v1::DecideApplicationResponse* a) override {
    return Run(c, q, a);
  }
  Reactor* ProposeAct(Context* c, const v1::ProposeActRequest* q, v1::Proposal* a) override { return Run(c, q, a); }
  Reactor* ConfirmAct(Context* c, const v1::ConfirmActRequest* q, v1::Proposal* a) override { return Run(c, q, a); }
  Reactor* RejectAct(Context* c, const v1::RejectActRequest* q, v1::Proposal* a) override { return Run(c, q, a); }
  Reactor* ListLookAlikes(Context* c, const v1::ListLookAlikesRequest* q, v1::ListLookAlikesResponse* a) override {
    return Run(c, q, a);
  }
  Reactor* ListRecentReports(Context* c, const v1::ListRecentReportsRequest* q,
                             v1::ListRecentReportsResponse* a) override {
    return Run(c, q, a);
  }
  Reactor* ReinstateCertification(Context* c, const v1::ReinstateCertificationRequest* q,
                                  v1::Certification* a) override {
    return Run(c, q, a);
  }
  Reactor* CloseOrder(Context* c, const v1::CloseOrderRequest* q, v1::Order* a) override { return Run(c, q, a); }
  Reactor* AnswerComplaint(Context* c, const v1::AnswerComplaintRequest* q, v1::Complaint* a) override {
    return Run(c, q, a);
  }
  Reactor* PursueComplaint(Context* c, const v1::PursueComplaintRequest* q, v1::Case* a) override {
    return Run(c, q, a);
  }
  Reactor* OpenCase(Context* c, const v1::OpenCaseRequest* q, v1::Case* a) override { return Run(c, q, a); }
  Reactor* CloseCase(Context* c, const v1::CloseCaseRequest* q, v1::Case* a) override { return Run(c, q, a); }
  Reactor* DecideAppeal(Context* c, const v1::DecideAppealRequest* q, v1::Appeal* a) override { return Run(c, q, a); }
  Reactor* FindCertifications(Context* c, const v1::FindCertificationsRequest* q,
                              v1::FindCertificationsResponse* a) override {
    return Run(c, q, a);
  }
  Reactor* ProposeBulk(Context* c, const v1::ProposeBulkRequest* q, v1::Proposal* a) override { return Run(c, q, a); }
  Reactor* GetBulk(Context* c, const v1::GetBulkRequest* q, v1::Bulk* a) override { return Run(c, q, a); }
  Reactor* ListBulkItems(Context* c, const v1::ListBulkItemsRequest* q, v1::ListBulkItemsResponse* a) override {
    return Run(c, q, a);
  }
  Reactor* ListActs(Context* c, const v1::ListActsRequest* q, v1::ListActsResponse* a) override { return Run(c, q, a); }
  Reactor* ProveAct(Context* c, const v1::ProveActRequest* q, v1::ActProof* a) override { return Run(c, q, a); }
};

class RegistrarRpcs final : public Bound<v1::RegistrarService> {
  using Bound::Bound;
  Reactor* ListEnrolments(Context* c, const v1::ListEnrolmentsRequest* q, v1::ListEnrolmentsResponse* a) override {
    return Run(c, q, a);
  }
  Reactor* ApproveEnrolment(Context* c, const v1::ApproveEnrolmentRequest* q, v1::Enrolment* a) override {
    return Run(c, q, a);
  }
  Reactor* ConfirmEnrolment(Context* c, const v1::ConfirmEnrolmentRequest* q, v1::Enrolment* a) override {
    return Run(c, q, a);
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
