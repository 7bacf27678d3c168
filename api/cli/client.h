// Client: the authority's services over gRPC, one method each; client.cc alone knows gRPC.
#pragma once

#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

#include "api/cli/output.h"
#include "ca/secret.h"
#include "certmark/v1/authority.pb.h"
#include "certmark/v1/laboratory.pb.h"
#include "certmark/v1/operator.pb.h"
#include "certmark/v1/party.pb.h"
#include "certmark/v1/public.pb.h"
#include "certmark/v1/registrar.pb.h"
#include "verifier-sdk/core/result.h"

namespace certmark::cli {

/// ClientTls is whom the connection believes, and who it says it is: without a certificate, nobody in particular.
struct ClientTls {
  std::string roots_pem;
  std::string certificate_chain_pem;
  ca::Secret private_key_pem;
};

/// PieceSource gives the next bytes of something, none at its end; what it gave lasts until it is asked again.
using PieceSource = std::function<Result<std::string_view>()>;
/// PieceSink takes the next bytes of something.
using PieceSink = std::function<Result<void>(std::string_view)>;
/// RunSink takes the next message of a log that is watched.
using RunSink = std::function<Result<void>(const v1::WatchLogResponse&)>;

/// Client speaks to one listener. Every call has 30 seconds, one that carries a document ten minutes. Errors: the
/// authority's code and words, save that its InvalidArgument is FailedPrecondition here (exit.h). Unavailable: not
/// reached, or no answer in time to a question. OutcomeUnknown: no answer in time to what may have been done meanwhile,
/// or the connection broke under it.
class Client {
 public:
  /// Client connects at the first call. `console` outlives it and is told when a call takes long.
  Client(std::string address, const ClientTls& tls, Console& console);
  ~Client();
  Client(Client&&) noexcept;
  Client& operator=(Client&&) noexcept;

  /// ServerCertificate is what the listener showed, in PEM, at the newest call that it answered; empty: none was.
  const std::string& ServerCertificate() const;

  // Anybody, on the public listener.
  Result<v1::Certification> GetCertification(const v1::GetCertificationRequest& request);
  Result<v1::LookUpAppResponse> LookUpApp(const v1::LookUpAppRequest& request);
  Result<v1::BatchGetCertificationsResponse> BatchGetCertifications(const v1::BatchGetCertificationsRequest& request);
  Result<v1::SearchCertificationsResponse> SearchCertifications(const v1::SearchCertificationsRequest& request);
  Result<v1::CountCertificationsResponse> CountCertifications(const v1::CountCertificationsRequest& request);
  Result<v1::Bundle> GetBundle(const v1::GetBundleRequest& request);
  Result<v1::TrustList> GetTrustList(const v1::GetTrustListRequest& request);
  Result<v1::Checkpoint> GetCheckpoint(const v1::GetCheckpointRequest& request);
  Result<v1::LogEntry> GetLogEntry(const v1::GetLogEntryRequest& request);
  Result<v1::Proof> GetProof(const v1::GetProofRequest& request);
  Result<v1::InclusionProof> GetInclusionProof(const v1::GetInclusionProofRequest& request);
  Result<v1::ConsistencyProof> GetConsistencyProof(const v1::GetConsistencyProofRequest& request);
  /// WatchLog gives what comes to `sink` until the log ends, `sink` fails, which is then returned, or `stop` is
  /// requested. Unavailable: the connection ended, or said nothing for a minute; ResourceExhausted: turned away for
  /// now; both may be tried again, from the next index on.
  Result<void> WatchLog(const v1::WatchLogRequest& request, const RunSink& sink, const std::stop_token& stop);
  Result<v1::Enrolment> CreateEnrolment(const v1::CreateEnrolmentRequest& request);
  Result<v1::Enrolment> GetEnrolment(const v1::GetEnrolmentRequest& request);

  // Parties, on the party listener.
  Result<v1::Party> GetSelf(const v1::GetSelfRequest& request);
  Result<v1::RenewedCertificate> RenewCertificate(const v1::RenewCertificateRequest& request);
  Result<v1::Party> RevokeCertificates(const v1::RevokeCertificatesRequest& request);
  Result<v1::Application> GetApplication(const v1::GetApplicationRequest& request);
  Result<v1::ApplicationFile> GetApplicationFile(const v1::GetApplicationFileRequest& request);
  Result<v1::ListDocumentsResponse> ListDocuments(const v1::ListDocumentsRequest& request);
  /// ReadDocument gives a document to `sink`. Corruption: it is not what its record says; what was given so far is not
  /// to be used. Also fails as `sink`.
  Result<v1::Document> ReadDocument(const v1::ReadDocumentRequest& request, const PieceSink& sink);
  /// UploadDocument sends what `source` gives, and its digest. Also fails as `source`.
  Result<v1::Document> UploadDocument(const v1::UploadDocumentRequest::Beginning& beginning, const PieceSource& source);
  Result<v1::Proposal> GetProposal(const v1::GetProposalRequest& request);
  Result<v1::Accreditation> GetAccreditation(const v1::GetAccreditationRequest& request);
  Result<v1::Challenge> CreateChallenge(const v1::CreateChallengeRequest& request);
  Result<v1::ListLookAlikesResponse> ListLookAlikes(const v1::ListLookAlikesRequest& request);
  Result<v1::ListRecentReportsResponse> ListRecentReports(const v1::ListRecentReportsRequest& request);
  Result<v1::Application> CreateApplication(const v1::CreateApplicationRequest& request);
  Result<v1::Application> ResubmitApplication(const v1::ResubmitApplicationRequest& request);
  Result<v1::Application> CorrectApplication(const v1::CorrectApplicationRequest& request);
  Result<v1::Application> WithdrawApplication(const v1::WithdrawApplicationRequest& request);
  Result<v1::Certification> WithdrawCertification(const v1::WithdrawCertificationRequest& request);
  Result<v1::Application> SubmitReport(const v1::SubmitReportRequest& request);
  Result<v1::Application> AcceptApplication(const v1::AcceptApplicationRequest& request);
  Result<v1::Application> ReassignApplication(const v1::ReassignApplicationRequest& request);
  Result<v1::Application> ReturnApplication(const v1::ReturnApplicationRequest& request);
  Result<v1::Application> RefuseApplication(const v1::RefuseApplicationRequest& request);
  Result<v1::DecideApplicationResponse> DecideApplication(const v1::DecideApplicationRequest& request);
  Result<v1::Proposal> ProposeAct(const v1::ProposeActRequest& request);
  Result<v1::Proposal> ConfirmAct(const v1::ConfirmActRequest& request);
  Result<v1::Proposal> RejectAct(const v1::RejectActRequest& request);
  Result<v1::Certification> ReinstateCertification(const v1::ReinstateCertificationRequest& request);
  Result<v1::ListEnrolmentsResponse> ListEnrolments(const v1::ListEnrolmentsRequest& request);
  Result<v1::Enrolment> ApproveEnrolment(const v1::ApproveEnrolmentRequest& request);
  Result<v1::Enrolment> ConfirmEnrolment(const v1::ConfirmEnrolmentRequest& request);

  // Orders, complaints, cases, appeals: the first three on the public listener.
  Result<v1::ExposedOrder> GetExposedOrder(const v1::GetExposedOrderRequest& request);
  Result<v1::ListExposedOrdersResponse> ListExposedOrders(const v1::ListExposedOrdersRequest& request);
  Result<v1::FileComplaintResponse> FileComplaint(const v1::FileComplaintRequest& request);
  Result<v1::Order> GetOrder(const v1::GetOrderRequest& request);
  Result<v1::Order> CloseOrder(const v1::CloseOrderRequest& request);
  Result<v1::Complaint> GetComplaint(const v1::GetComplaintRequest& request);
  Result<v1::Complaint> AnswerComplaint(const v1::AnswerComplaintRequest& request);
  Result<v1::Case> PursueComplaint(const v1::PursueComplaintRequest& request);
  Result<v1::Complaint> ReportBuild(const v1::ReportBuildRequest& request);
  Result<v1::Case> GetCase(const v1::GetCaseRequest& request);
  Result<v1::Case> OpenCase(const v1::OpenCaseRequest& request);
  Result<v1::Case> CloseCase(const v1::CloseCaseRequest& request);
  Result<v1::Appeal> FileAppeal(const v1::FileAppealRequest& request);
  Result<v1::Appeal> GetAppeal(const v1::GetAppealRequest& request);
  Result<v1::Appeal> DecideAppeal(const v1::DecideAppealRequest& request);

  // Work lists, acts on many certifications, the record of acts.
  Result<v1::ListWorkResponse> ListWork(const v1::ListWorkRequest& request);
  Result<v1::FindCertificationsResponse> FindCertifications(const v1::FindCertificationsRequest& request);
  Result<v1::Proposal> ProposeBulk(const v1::ProposeBulkRequest& request);
  Result<v1::Bulk> GetBulk(const v1::GetBulkRequest& request);
  Result<v1::ListBulkItemsResponse> ListBulkItems(const v1::ListBulkItemsRequest& request);
  Result<v1::ListActsResponse> ListActs(const v1::ListActsRequest& request);
  Result<v1::ActProof> ProveAct(const v1::ProveActRequest& request);

  // What a party is told without asking.
  Result<v1::ListNoticesResponse> ListNotices(const v1::ListNoticesRequest& request);
  Result<v1::Subscription> CreateSubscription(const v1::CreateSubscriptionRequest& request);
  Result<v1::Subscription> GetSubscription(const v1::GetSubscriptionRequest& request);
  Result<v1::ListSubscriptionsResponse> ListSubscriptions(const v1::ListSubscriptionsRequest& request);
  Result<v1::Subscription> ReplaySubscription(const v1::ReplaySubscriptionRequest& request);
  Result<v1::DeleteSubscriptionResponse> DeleteSubscription(const v1::DeleteSubscriptionRequest& request);

 private:
  struct Body;
  std::unique_ptr<Body> body_;
};

}  // namespace certmark::cli
