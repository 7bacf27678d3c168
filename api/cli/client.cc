#include "api/cli/client.h"

#include <grpc/grpc_security_constants.h>
#include <grpcpp/grpcpp.h>

#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <thread>

#include "api/cli/call_end.h"
#include "api/cli/request_name.h"
#include "api/document_transfer.h"
#include "ca/sha256_stream.h"
#include "certmark/v1/authority.grpc.pb.h"
#include "certmark/v1/laboratory.grpc.pb.h"
#include "certmark/v1/operator.grpc.pb.h"
#include "certmark/v1/party.grpc.pb.h"
#include "certmark/v1/public.grpc.pb.h"
#include "certmark/v1/registrar.grpc.pb.h"

namespace certmark::cli {
namespace {

constexpr std::chrono::seconds kDeadline{30};
// Of a call that carries a document.
constexpr std::chrono::seconds kTransferDeadline{600};
// Four heartbeats of a log that is watched.
constexpr std::chrono::seconds kSilence{60};
// gRPC itself would in time try only every two minutes whether an authority is back.
constexpr int kReconnectMs = 10'000;

std::shared_ptr<grpc::Channel> Connect(const std::string& address, const ClientTls& tls) {
  // gRPC logs to stderr on its own; what it has to say comes with the call's status too.
  ::setenv("GRPC_VERBOSITY", "NONE", 0);
  grpc::SslCredentialsOptions options;
  options.pem_root_certs = tls.roots_pem;
  options.pem_cert_chain = tls.certificate_chain_pem;
  options.pem_private_key = std::string(tls.private_key_pem.Reveal());
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, kReconnectMs);
  return grpc::CreateCustomChannel(address, grpc::SslCredentials(options), arguments);
}

// EffectOf connects before anything is sent, and says what the call may then do: none, where no connection came about,
// for the call then fails at once and says why.
Effect EffectOf(Effect effect, grpc::Channel& channel, std::chrono::system_clock::time_point deadline) {
  for (auto state = channel.GetState(true); state != GRPC_CHANNEL_READY; state = channel.GetState(true)) {
    const bool has_failed = state == GRPC_CHANNEL_TRANSIENT_FAILURE || state == GRPC_CHANNEL_SHUTDOWN;
    if (has_failed || !channel.WaitForStateChange(state, deadline)) return Effect::kNone;
  }
  return effect;
}

}  // namespace

struct Client::Body {
  std::string address;
  std::shared_ptr<grpc::Channel> channel;
  Console& console;
  std::string server_certificate{};

  template <class Service, class Request, class Response>
  using Method = grpc::Status (Service::Stub::*)(grpc::ClientContext*, const Request&, Response*);

  /// Call makes one call of a service's stub; once more where nobody knows what became of the first and the authority
  /// does both once, by the name that the request is given here.
  template <class Service, class Request, class Response>
  Result<Response> Call(Effect effect, Method<Service, Request, Response> method, const Request& request) {
    Request named = request;
    const bool is_named = CM_TRY(NameRequest(named));
    auto answer = Try<Service>(effect, method, named);
    if (answer || !is_named || answer.error().code != ErrorCode::kOutcomeUnknown) return answer;
    return Try<Service>(effect, method, named);
  }

  template <class Service, class Request, class Response>
  Result<Response> Try(Effect effect, Method<Service, Request, Response> method, const Request& request) {
    typename Service::Stub stub(channel);
    grpc::ClientContext context;
    const auto deadline = std::chrono::system_clock::now() + kDeadline;
    context.set_deadline(deadline);
    Response response;
    grpc::Status status;
    {
      const Waiting waiting(console, "waiting for " + address);
      effect = EffectOf(effect, *channel, deadline);
      status = (stub.*method)(&context, request, &response);
    }
    Remember(context);
    if (!status.ok()) return ToError(status, effect);
    return response;
  }

  void Remember(const grpc::ClientContext& context) {
    const auto peer = context.auth_context();
    if (!peer) return;
    const auto shown = peer->FindPropertyValues(GRPC_X509_PEM_CERT_PROPERTY_NAME);
    if (!shown.empty()) server_certificate.assign(shown.front().data(), shown.front().size());
  }

  Error ToError(const grpc::Status& status, Effect effect) const {
    return ErrorOf(
        {static_cast<int>(status.error_code()), status.error_message(), address, effect, status.error_details()});
  }
};

Client::Client(std::string address, const ClientTls& tls, Console& console)
    : body_(std::make_unique<Body>(Body{address, Connect(address, tls), console})) {}
Client::~Client() = default;
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;

const std::string& Client::ServerCertificate() const {
  return body_->server_certificate;
}

using v1::AuthorityService;
using v1::LaboratoryService;
using v1::OperatorService;
using v1::PartyService;
using v1::PublicService;
using v1::RegistrarService;

Result<v1::Certification> Client::GetCertification(const v1::GetCertificationRequest& request) {
  return body_->Call<PublicService>(Effect::kNone, &PublicService::Stub::GetCertification, request);
}
Result<v1::LookUpAppResponse> Client::LookUpApp(const v1::LookUpAppRequest& request) {
  return body_->Call<PublicService>(Effect::kNone, &PublicService::Stub::LookUpApp, request);
}
Result<v1::BatchGetCertificationsResponse> Client::BatchGetCertifications(
    const v1::BatchGetCertificationsRequest& request) {
  return body_->Call<PublicService>(Effect::kNone, &PublicService::Stub::BatchGetCertifications, request);
}
Result<v1::SearchCertificationsResponse> Client::SearchCertifications(const v1::SearchCertificationsRequest& request) {
  return body_->Call<PublicService>(Effect::kNone, &PublicService::Stub::SearchCertifications, request);
}
Result<v1::CountCertificationsResponse> Client::CountCertifications(const v1::CountCertificationsRequest& request) {
  return body_->Call<PublicService>(Effect::kNone, &PublicService::Stub::CountCertifications, request);
}
Result<v1::Bundle> Client::GetBundle(const v1::GetBundleRequest& request) {
  return body_->Call<PublicService>(Effect::kNone, &PublicService::Stub::GetBundle, request);
}
Result<v1::TrustList> Client::GetTrustList(const v1::GetTrustListRequest& request) {
  return body_->Call<PublicService>(Effect::kNone, &PublicService::Stub::GetTrustList, request);
}
Result<v1::Checkpoint> Client::GetCheckpoint(const v1::GetCheckpointRequest& request) {
  return body_->Call<PublicService>(Effect::kNone, &PublicService::Stub::GetCheckpoint, request);
}
Result<v1::LogEntry> Client::GetLogEntry(const v1::GetLogEntryRequest& request) {
  return body_->Call<PublicService>(Effect::kNone, &PublicService::Stub::GetLogEntry, request);
}
Result<v1::Proof> Client::GetProof(const v1::GetProofRequest& request) {
  return body_->Call<PublicService>(Effect::kNone, &PublicService::Stub::GetProof, request);
}
Result<v1::InclusionProof> Client::GetInclusionProof(const v1::GetInclusionProofRequest& request) {
  return body_->Call<PublicService>(Effect::kNone, &PublicService::Stub::GetInclusionProof, request);
}
Result<v1::ConsistencyProof> Client::GetConsistencyProof(const v1::GetConsistencyProofRequest& request) {
  return body_->Call<PublicService>(Effect::kNone, &PublicService::Stub::GetConsistencyProof, request);
}
Result<v1::Enrolment> Client::CreateEnrolment(const v1::CreateEnrolmentRequest& request) {
  return body_->Call<PublicService>(Effect::kWrites, &PublicService::Stub::CreateEnrolment, request);
}
Result<v1::Enrolment> Client::GetEnrolment(const v1::GetEnrolmentRequest& request) {
  return body_->Call<PublicService>(Effect::kNone, &PublicService::Stub::GetEnrolment, request);
}
Result<v1::Party> Client::GetSelf(const v1::GetSelfRequest& request) {
  return body_->Call<PartyService>(Effect::kNone, &PartyService::Stub::GetSelf, request);
}
Result<v1::Party> Client::RevokeCertificates(const v1::RevokeCertificatesRequest& request) {
  return body_->Call<PartyService>(Effect::kWrites, &PartyService::Stub::RevokeCertificates, request);
}
Result<v1::RenewedCertificate> Client::RenewCertificate(const v1::RenewCertificateRequest& request) {
  return body_->Call<PartyService>(Effect::kWrites, &PartyService::Stub::RenewCertificate, request);
}
Result<v1::Application> Client::GetApplication(const v1::GetApplicationRequest& request) {
  return body_->Call<PartyService>(Effect::kNone, &PartyService::Stub::GetApplication, request);
}
Result<v1::ApplicationFile> Client::GetApplicationFile(const v1::GetApplicationFileRequest& request) {
  return body_->Call<PartyService>(Effect::kNone, &PartyService::Stub::GetApplicationFile, request);
}
Result<v1::ListDocumentsResponse> Client::ListDocuments(const v1::ListDocumentsRequest& request) {
  return body_->Call<PartyService>(Effect::kNone, &PartyService::Stub::ListDocuments, request);
}
Result<v1::Proposal> Client::GetProposal(const v1::GetProposalRequest& request) {
  return body_->Call<PartyService>(Effect::kNone, &PartyService::Stub::GetProposal, request);
}
Result<v1::Accreditation> Client::GetAccreditation(const v1::GetAccreditationRequest& request) {
  return body_->Call<PartyService>(Effect::kNone, &PartyService::Stub::GetAccreditation, request);
}
Result<v1::Challenge> Client::CreateChallenge(const v1::CreateChallengeRequest& request) {
  return body_->Call<OperatorService>(Effect::kWrites, &OperatorService::Stub::CreateChallenge, request);
}
Result<v1::ListLookAlikesResponse> Client::ListLookAlikes(const v1::ListLookAlikesRequest& request) {
  return body_->Call<AuthorityService>(Effect::kNone, &AuthorityService::Stub::ListLookAlikes, request);
}
Result<v1::ListRecentReportsResponse> Client::ListRecentReports(const v1::ListRecentReportsRequest& request) {
  return body_->Call<AuthorityService>(Effect::kNone, &AuthorityService::Stub::ListRecentReports, request);
}
Result<v1::Application> Client::CreateApplication(const v1::CreateApplicationRequest& request) {
  return body_->Call<OperatorService>(Effect::kWrites, &OperatorService::Stub::CreateApplication, request);
}
Result<v1::Application> Client::ResubmitApplication(const v1::ResubmitApplicationRequest& request) {
  return body_->Call<OperatorService>(Effect::kWrites, &OperatorService::Stub::ResubmitApplication, request);
}
Result<v1::Application> Client::CorrectApplication(const v1::CorrectApplicationRequest& request) {
  return body_->Call<OperatorService>(Effect::kWrites, &OperatorService::Stub::CorrectApplication, request);
}
Result<v1::Application> Client::WithdrawApplication(const v1::WithdrawApplicationRequest& request) {
  return body_->Call<OperatorService>(Effect::kWrites, &OperatorService::Stub::WithdrawApplication, request);
}
Result<v1::Certification> Client::WithdrawCertification(const v1::WithdrawCertificationRequest& request) {
  return body_->Call<OperatorService>(Effect::kWrites, &OperatorService::Stub::WithdrawCertification, request);
}
Result<v1::Application> Client::SubmitReport(const v1::SubmitReportRequest& request) {
  return body_->Call<LaboratoryService>(Effect::kWrites, &LaboratoryService::Stub::SubmitReport, request);
}
Result<v1::Application> Client::AcceptApplication(const v1::AcceptApplicationRequest& request) {
  return body_->Call<AuthorityService>(Effect::kWrites, &AuthorityService::Stub::AcceptApplication, request);
}
Result<v1::Application> Client::ReassignApplication(const v1::ReassignApplicationRequest& request) {
  return body_->Call<AuthorityService>(Effect::kWrites, &AuthorityService::Stub::ReassignApplication, request);
}
Result<v1::Application> Client::ReturnApplication(const v1::ReturnApplicationRequest& request) {
  return body_->Call<AuthorityService>(Effect::kWrites, &AuthorityService::Stub::ReturnApplication, request);
}
Result<v1::Application> Client::RefuseApplication(const v1::RefuseApplicationRequest& request) {
  return body_->Call<AuthorityService>(Effect::kWrites, &AuthorityService::Stub::RefuseApplication, request);
}
Result<v1::DecideApplicationResponse> Client::DecideApplication(const v1::DecideApplicationRequest& request) {
  return body_->Call<AuthorityService>(Effect::kWrites, &AuthorityService::Stub::DecideApplication, request);
}
Result<v1::Proposal> Client::ProposeAct(const v1::ProposeActRequest& request) {
  return body_->Call<AuthorityService>(Effect::kWrites, &AuthorityService::Stub::ProposeAct, request);
}
Result<v1::Proposal> Client::ConfirmAct(const v1::ConfirmActRequest& request) {
  return body_->Call<AuthorityService>(Effect::kWrites, &AuthorityService::Stub::ConfirmAct, request);
}
Result<v1::Proposal> Client::RejectAct(const v1::RejectActRequest& request) {
  return body_->Call<AuthorityService>(Effect::kWrites, &AuthorityService::Stub::RejectAct, request);
}
Result<v1::Certification> Client::ReinstateCertification(const v1::ReinstateCertificationRequest& request) {
  return body_->Call<AuthorityService>(Effect::kWrites, &AuthorityService::Stub::ReinstateCertification, request);
}
Result<v1::ListEnrolmentsResponse> Client::ListEnrolments(const v1::ListEnrolmentsRequest& request) {
  return body_->Call<RegistrarService>(Effect::kNone, &RegistrarService::Stub::ListEnrolments, request);
}
Result<v1::Enrolment> Client::ApproveEnrolment(const v1::ApproveEnrolmentRequest& request) {
  return body_->Call<RegistrarService>(Effect::kWrites, &RegistrarService::Stub::ApproveEnrolment, request);
}
Result<v1::Enrolment> Client::ConfirmEnrolment(const v1::ConfirmEnrolmentRequest& request) {
  return body_->Call<RegistrarService>(Effect::kWrites, &RegistrarService::Stub::ConfirmEnrolment, request);
}

// ---- Orders, complaints, cases, appeals

Result<v1::Order> Client::GetOrder(const v1::GetOrderRequest& request) {
  return body_->Call<PartyService>(Effect::kNone, &PartyService::Stub::GetOrder, request);
}
Result<v1::Order> Client::CloseOrder(const v1::CloseOrderRequest& request) {
  return body_->Call<AuthorityService>(Effect::kWrites, &AuthorityService::Stub::CloseOrder, request);
}
Result<v1::ExposedOrder> Client::GetExposedOrder(const v1::GetExposedOrderRequest& request) {
  return body_->Call<PublicService>(Effect::kNone, &PublicService::Stub::GetExposedOrder, request);
}
Result<v1::ListExposedOrdersResponse> Client::ListExposedOrders(const v1::ListExposedOrdersRequest& request) {
  return body_->Call<PublicService>(Effect::kNone, &PublicService::Stub::ListExposedOrders, request);
}
Result<v1::FileComplaintResponse> Client::FileComplaint(const v1::FileComplaintRequest& request) {
  return body_->Call<PublicService>(Effect::kWrites, &PublicService::Stub::FileComplaint, request);
}
Result<v1::Complaint> Client::GetComplaint(const v1::GetComplaintRequest& request) {
  return body_->Call<PartyService>(Effect::kNone, &PartyService::Stub::GetComplaint, request);
}
Result<v1::Complaint> Client::AnswerComplaint(const v1::AnswerComplaintRequest& request) {
  return body_->Call<AuthorityService>(Effect::kWrites, &AuthorityService::Stub::AnswerComplaint, request);
}
Result<v1::Case> Client::PursueComplaint(const v1::PursueComplaintRequest& request) {
  return body_->Call<AuthorityService>(Effect::kWrites, &AuthorityService::Stub::PursueComplaint, request);
}
Result<v1::Complaint> Client::ReportBuild(const v1::ReportBuildRequest& request) {
  return body_->Call<PartyService>(Effect::kWrites, &PartyService::Stub::ReportBuild, request);
}
Result<v1::Case> Client::GetCase(const v1::GetCaseRequest& request) {
  return body_->Call<PartyService>(Effect::kNone, &PartyService::Stub::GetCase, request);
}
Result<v1::Case> Client::OpenCase(const v1::OpenCaseRequest& request) {
  return body_->Call<AuthorityService>(Effect::kWrites, &AuthorityService::Stub::OpenCase, request);
}
Result<v1::Case> Client::CloseCase(const v1::CloseCaseRequest& request) {
  return body_->Call<AuthorityService>(Effect::kWrites, &AuthorityService::Stub::CloseCase, request);
}
Result<v1::Appeal> Client::FileAppeal(const v1::FileAppealRequest& request) {
  return body_->Call<OperatorService>(Effect::kWrites, &OperatorService::Stub::FileAppeal, request);
}
Result<v1::Appeal> Client::GetAppeal(const v1::GetAppealRequest& request) {
  return body_->Call<PartyService>(Effect::kNone, &PartyService::Stub::GetAppeal, request);
}
Result<v1::Appeal> Client::DecideAppeal(const v1::DecideAppealRequest& request) {
  return body_->Call<AuthorityService>(Effect::kWrites, &AuthorityService::Stub::DecideAppeal, request);
}

// ---- Documents, in pieces

namespace {

std::string UriOf(const Hash& digest) {
  return "sha256:" + digest.Hex();
}

// Send writes pieces as chunks, then their digest. False: the call is over, and Finish says why.
Result<bool> Send(grpc::ClientWriter<v1::UploadDocumentRequest>& writer, const PieceSource& source) {
  ca::Sha256Stream digest;
  v1::UploadDocumentRequest message;
  for (;;) {
    std::string_view piece = CM_TRY(source());
    if (piece.empty()) break;
    digest.Add(AsBytes(piece));
    for (; !piece.empty(); piece.remove_prefix(message.chunk().size())) {
      message.set_chunk(std::string(piece.substr(0, api::kMaxChunkBytes)));
      if (!writer.Write(message)) return false;
    }
  }
  message.set_digest(UriOf(CM_TRY(digest.Take())));
  return writer.Write(message) && writer.WritesDone();
}

struct Received {
  v1::Document document;
  std::string digest;
  std::uint64_t size = 0;
};

Result<Received> Receive(grpc::ClientReader<v1::ReadDocumentResponse>& reader, const PieceSink& sink) {
  const Error out_of_turn{ErrorCode::kCorruption, "the document did not come in order"};
  Received received;
  ca::Sha256Stream digest;
  v1::ReadDocumentResponse message;
  for (bool first = true; reader.Read(&message); first = false) {
    if (first != message.has_document()) return out_of_turn;
    if (first) {
      received.document = message.document();
      continue;
    }
    digest.Add(AsBytes(message.chunk()));
    received.size += message.chunk().size();
    CM_TRY(sink(message.chunk()));
  }
  received.digest = UriOf(CM_TRY(digest.Take()));
  return received;
}

}  // namespace

Result<v1::Document> Client::UploadDocument(const v1::UploadDocumentRequest::Beginning& beginning,
                                            const PieceSource& source) {
  OperatorService::Stub stub(body_->channel);
  grpc::ClientContext context;
  const auto deadline = std::chrono::system_clock::now() + kTransferDeadline;
  context.set_deadline(deadline);
  v1::Document document;
  const Waiting waiting(body_->console, "sending to " + body_->address);
  const Effect effect = EffectOf(Effect::kWrites, *body_->channel, deadline);
  const auto writer = stub.UploadDocument(&context, &document);
  v1::UploadDocumentRequest first;
  *first.mutable_beginning() = beginning;
  if (writer->Write(first)) {
    const auto sent = Send(*writer, source);
    if (!sent) {
      // Its bytes cannot be read here: nothing of it is to be kept there.
      context.TryCancel();
      (void)writer->Finish();
      return sent.error();
    }
  }
  const grpc::Status status = writer->Finish();
  if (!status.ok()) return body_->ToError(status, effect);
  return document;
}

Result<v1::Document> Client::ReadDocument(const v1::ReadDocumentRequest& request, const PieceSink& sink) {
  PartyService::Stub stub(body_->channel);
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + kTransferDeadline);
  const Waiting waiting(body_->console, "receiving from " + body_->address);
  const auto reader = stub.ReadDocument(&context, request);
  auto received = Receive(*reader, sink);
  if (!received) context.TryCancel();
  const grpc::Status status = reader->Finish();
  if (!received) return received.error();
  if (!status.ok()) return body_->ToError(status, Effect::kNone);
  if (received->digest == received->document.digest() && received->size == received->document.size())
    return std::move(received->document);
  return Error{ErrorCode::kCorruption, "the document is not what its record says"};
}

// ---- The log as it grows

namespace {

// Silence cancels a call in which nothing is heard for kSilence: a connection may be dead without a word.
class Silence {
 public:
  explicit Silence(grpc::ClientContext& context)
      : thread_([this, &context](const std::stop_token& over) { Listen(context, over); }) {}

  void Heard() {
    {
      const std::lock_guard lock(mutex_);
      heard_ = true;
    }
    wake_.notify_one();
  }

 private:
  void Listen(grpc::ClientContext& context, const std::stop_token& over) {
    std::unique_lock lock(mutex_);
    while (wake_.wait_for(lock, over, kSilence, [this] { return heard_; })) heard_ = false;
    if (!over.stop_requested()) context.TryCancel();
  }

  std::mutex mutex_;
  std::condition_variable_any wake_;
  bool heard_ = false;
  std::jthread thread_;
};

}  // namespace

Result<void> Client::WatchLog(const v1::WatchLogRequest& request, const RunSink& sink, const std::stop_token& stop) {
  PublicService::Stub stub(body_->channel);
  grpc::ClientContext context;
  const std::stop_callback stopping(stop, [&context] { context.TryCancel(); });
  Silence silence(context);
  const auto reader = stub.WatchLog(&context, request);
  Result<void> taken;
  v1::WatchLogResponse message;
  while (taken && reader->Read(&message)) {
    silence.Heard();
    taken = sink(message);
  }
  if (!taken) context.TryCancel();
  const grpc::Status status = reader->Finish();
  if (!taken) return taken;
  if (!status.ok()) return body_->ToError(status, Effect::kNone);
  return {};
}

// ---- Work lists, acts on many certifications, the record of acts

Result<v1::ListWorkResponse> Client::ListWork(const v1::ListWorkRequest& request) {
  return body_->Call<PartyService>(Effect::kNone, &PartyService::Stub::ListWork, request);
}
Result<v1::FindCertificationsResponse> Client::FindCertifications(const v1::FindCertificationsRequest& request) {
  return body_->Call<AuthorityService>(Effect::kNone, &AuthorityService::Stub::FindCertifications, request);
}
Result<v1::Proposal> Client::ProposeBulk(const v1::ProposeBulkRequest& request) {
  return body_->Call<AuthorityService>(Effect::kWrites, &AuthorityService::Stub::ProposeBulk, request);
}
Result<v1::Bulk> Client::GetBulk(const v1::GetBulkRequest& request) {
  return body_->Call<AuthorityService>(Effect::kNone, &AuthorityService::Stub::GetBulk, request);
}
Result<v1::ListBulkItemsResponse> Client::ListBulkItems(const v1::ListBulkItemsRequest& request) {
  return body_->Call<AuthorityService>(Effect::kNone, &AuthorityService::Stub::ListBulkItems, request);
}
Result<v1::ListActsResponse> Client::ListActs(const v1::ListActsRequest& request) {
  return body_->Call<AuthorityService>(Effect::kNone, &AuthorityService::Stub::ListActs, request);
}
Result<v1::ActProof> Client::ProveAct(const v1::ProveActRequest& request) {
  return body_->Call<AuthorityService>(Effect::kNone, &AuthorityService::Stub::ProveAct, request);
}

// ---- What a party is told without asking

Result<v1::ListNoticesResponse> Client::ListNotices(const v1::ListNoticesRequest& request) {
  return body_->Call<PartyService>(Effect::kNone, &PartyService::Stub::ListNotices, request);
}
Result<v1::Subscription> Client::CreateSubscription(const v1::CreateSubscriptionRequest& request) {
  return body_->Call<PartyService>(Effect::kWrites, &PartyService::Stub::CreateSubscription, request);
}
Result<v1::Subscription> Client::GetSubscription(const v1::GetSubscriptionRequest& request) {
  return body_->Call<PartyService>(Effect::kNone, &PartyService::Stub::GetSubscription, request);
}
Result<v1::ListSubscriptionsResponse> Client::ListSubscriptions(const v1::ListSubscriptionsRequest& request) {
  return body_->Call<PartyService>(Effect::kNone, &PartyService::Stub::ListSubscriptions, request);
}
Result<v1::Subscription> Client::ReplaySubscription(const v1::ReplaySubscriptionRequest& request) {
  return body_->Call<PartyService>(Effect::kWrites, &PartyService::Stub::ReplaySubscription, request);
}
Result<v1::DeleteSubscriptionResponse> Client::DeleteSubscription(const v1::DeleteSubscriptionRequest& request) {
  return body_->Call<PartyService>(Effect::kWrites, &PartyService::Stub::DeleteSubscription, request);
}

}  // namespace certmark::cli
