#include "api/grpc_server.h"

#include <grpc/support/log.h>
#include <grpcpp/grpcpp.h>
#include <spdlog/spdlog.h>

#include <chrono>
#include <list>
#include <utility>

#include "api/bind_check.h"
#include "api/grpc_calls.h"
#include "api/grpc_documents.h"
#include "api/worker_pool.h"
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

// What one listener lets its callers hold. Anybody reaches the public one, so it takes less: a certificate request and
// its names.
struct Limits {
  int message_bytes;
  int streams_a_connection;
  int idle_ms;  // a connection without a call
};
constexpr Limits kPublicLimits{32 * 1024, 16, 60'000};
constexpr Limits kPartyLimits{1024 * 1024, 128, 300'000};
constexpr std::size_t kListenerMemoryBytes = 128 * 1024 * 1024;
constexpr int kMaxMetadataBytes = 16 * 1024;
// Who has connected and not finished the TLS handshake holds a descriptor that no other limit knows of.
constexpr int kHandshakeMs = 20'000;
// A call that never ends keeps its connection from being idle: every connection ends at this age, and its calls soon
// after.
constexpr int kConnectionAgeMs = 600'000;
constexpr int kConnectionAgeGraceMs = 60'000;
constexpr std::chrono::seconds kGrace{5};

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
  explicit Calls(CallDesk desk) : desk_(std::move(desk)) {}

  template <auto kMethod>
  Reactor* Run(Context* context, RequestOf<kMethod> request, ResponseOf<kMethod> response) {
    Reactor* reactor = context->DefaultReactor();
    const bool queued = desk_.workers().TryRun([this, context, request, response, reactor] {
      reactor->Finish(Answer<kMethod>(*context, *request, *response));
    });
    if (!queued) reactor->Finish(TooMany());
    return reactor;
  }
  DocumentCalls& documents() { return documents_; }

 private:
  template <auto kMethod, class Request, class Response>
  grpc::Status Answer(const Context& context, const Request& request, Response& response) {
    // Nobody waits for the answer any more: a change that its caller has given up is not begun.
    if (const auto given_up = GivenUp(context)) return *given_up;
    return Caught([&] { return Handle<kMethod>(context, request, response); });
  }

  template <auto kMethod, class Request, class Response>
  grpc::Status Handle(const Context& context, const Request& request, Response& response) {
    const auto caller = desk_.CallerOf(context);
    if (!caller) return ToStatus(caller.error());
    auto result = (desk_.handlers().*kMethod)(*caller, request);
    if (!result) return ToStatus(result.error());
    response = std::move(*result);
    return grpc::Status::OK;
  }

  CallDesk desk_;
  DocumentCalls documents_{desk_};
};

// ---- The services: each RPC names its handler, and nothing else.

template <class Generated>
class Rpcs : public Generated::CallbackService {
 public:
  explicit Rpcs(Calls& calls) : calls_(calls) {}

 protected:
  template <auto kMethod>
  Reactor* Run(Context* c, RequestOf<kMethod> q, ResponseOf<kMethod> a) {
    return calls_.Run<kMethod>(c, q, a);
  }
  DocumentCalls& documents() { return calls_.documents(); }

 private:
  Calls& calls_;
};

class PublicRpcs final : public Rpcs<v1::PublicService> {
  using Rpcs::Rpcs;
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
    return Run<&Handlers::FileComplaint>(c, q, a);
  }
};

class PartyRpcs final : public Rpcs<v1::PartyService> {
  using Rpcs::Rpcs;
  Reactor* GetSelf(Context* c, const v1::GetSelfRequest* q, v1::Party* a) override {
    return Run<&Handlers::GetSelf>(c, q, a);
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

class OperatorRpcs final : public Rpcs<v1::OperatorService> {
  using Rpcs::Rpcs;
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

class LaboratoryRpcs final : public Rpcs<v1::LaboratoryService> {
  using Rpcs::Rpcs;
  Reactor* SubmitReport(Context* c, const v1::SubmitReportRequest* q, v1::Application* a) override {
    return Run<&Handlers::SubmitReport>(c, q, a);
  }
};

class AuthorityRpcs final : public Rpcs<v1::AuthorityService> {
  using Rpcs::Rpcs;
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

class RegistrarRpcs final : public Rpcs<v1::RegistrarService> {
  using Rpcs::Rpcs;
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

// ---- Listeners

grpc::SslServerCredentialsOptions TlsOptions(const ServerIdentity& identity,
                                             grpc_ssl_client_certificate_request_type client_certificates) {
  grpc::SslServerCredentialsOptions options(client_certificates);
  options.pem_key_cert_pairs.push_back(
      {std::string(identity.private_key_pem.Reveal()), identity.certificate_chain_pem});
  if (client_certificates != GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE)
    options.pem_root_certs = identity.client_roots_pem;
  return options;
}

// GrpcListener is one server on one port, its workers and its services. Members go in the reverse order of their use.
class GrpcListener {
 public:
  GrpcListener(Handlers& handlers, Authenticator authenticate, const GrpcServer::Options& options)
      : workers_(options.workers, options.queued_calls),
        calls_(CallDesk(handlers, std::move(authenticate), workers_)) {}
  ~GrpcListener() { Shutdown(std::chrono::system_clock::now()); }

  template <class Service>
  void Add() {
    services_.push_back(std::make_unique<Service>(calls_));
  }

  Result<void> Start(const Listener& where, std::string_view what, const Limits& limits,
                     const grpc::SslServerCredentialsOptions& tls) {
    CM_TRY(CheckBindable(where, what));
    grpc::ServerBuilder builder;
    builder.AddListeningPort(where.ToText(), grpc::SslServerCredentials(tls), &port_);
    for (const auto& service : services_) builder.RegisterService(service.get());
    builder.SetMaxReceiveMessageSize(limits.message_bytes);
    builder.SetResourceQuota(grpc::ResourceQuota(std::string(what)).Resize(kListenerMemoryBytes));
    // Two daemons must never share a port without knowing.
    builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
    builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, kMaxMetadataBytes);
    builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, limits.streams_a_connection);
    builder.AddChannelArgument(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, kHandshakeMs);
    builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_IDLE_MS, limits.idle_ms);
    builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_MS, kConnectionAgeMs);
    builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS, kConnectionAgeGraceMs);
    server_ = builder.BuildAndStart();
    if (!server_ || port_ == 0) {
      return Error{ErrorCode::kUnavailable,
                   "port " + std::to_string(where.port) + " (" + std::string(what) + ") is taken"};
    }
    return {};
  }

  // Returns once no call is running; those that still are at `deadline` are cancelled.
  void Shutdown(std::chrono::system_clock::time_point deadline) {
    if (!server_) return;
    server_->Shutdown(deadline);
    server_->Wait();
    server_.reset();
  }

  std::uint16_t port() const { return static_cast<std::uint16_t>(port_); }

 private:
  WorkerPool workers_;
  Calls calls_;
  std::list<std::unique_ptr<grpc::Service>> services_;
  std::unique_ptr<grpc::Server> server_;
  int port_ = 0;
};

// gRPC would write what strangers do to a connection to standard error, line by line.
void LogGrpcQuietly() {
  gpr_set_log_function([](gpr_log_func_args* line) { spdlog::debug("grpc: {}", line->message); });
}

}  // namespace

struct GrpcServer::Body {
  Body(Handlers& handlers, const Options& options)
      : anybody(handlers, {}, options), parties(handlers, options.authenticate, options) {
    anybody.Add<PublicRpcs>();
    parties.Add<PublicRpcs>();
    parties.Add<PartyRpcs>();
    parties.Add<OperatorRpcs>();
    parties.Add<LaboratoryRpcs>();
    parties.Add<AuthorityRpcs>();
    parties.Add<RegistrarRpcs>();
  }
  GrpcListener anybody, parties;
};

GrpcServer::GrpcServer(std::unique_ptr<Body> body) : body_(std::move(body)) {}

Result<std::unique_ptr<GrpcServer>> GrpcServer::Start(Handlers& handlers, Options options) {
  LogGrpcQuietly();
  // An empty authenticator would let everybody in as nobody: that is the public listener's way alone.
  if (!options.authenticate) return Error{ErrorCode::kInternal, "the party listener has no authenticator"};
  auto body = std::make_unique<Body>(handlers, options);
  CM_TRY(body->anybody.Start(options.public_listener, "public gRPC", kPublicLimits,
                             TlsOptions(options.identity, GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE)));
  CM_TRY(body->parties.Start(options.party_listener, "party gRPC", kPartyLimits,
                             TlsOptions(options.identity, GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY)));
  return std::unique_ptr<GrpcServer>(new GrpcServer(std::move(body)));
}

GrpcServer::~GrpcServer() {
  const auto deadline = std::chrono::system_clock::now() + kGrace;
  body_->anybody.Shutdown(deadline);
  body_->parties.Shutdown(deadline);
}

std::uint16_t GrpcServer::public_port() const {
  return body_->anybody.port();
}
std::uint16_t GrpcServer::party_port() const {
  return body_->parties.port();
}

}  // namespace certmark::api
