// Handlers: one per RPC, the same for every transport. (caller, request) → Result<response>; no transport types.
#pragma once

#include <optional>
#include <vector>

#include "api/answer_cache.h"
#include "api/caller.h"
#include "api/delivery_target.h"
#include "ca/once.h"
#include "ca/service.h"
#include "certmark/v1/authority.pb.h"
#include "certmark/v1/laboratory.pb.h"
#include "certmark/v1/operator.pb.h"
#include "certmark/v1/party.pb.h"
#include "certmark/v1/public.pb.h"
#include "certmark/v1/registrar.pb.h"

namespace certmark::api {

class LogWatch;

/// Register says whether a daemon may tell what its rows say of certifications, parties and files.
enum class Register {
  kOpen,
  /// kClosed: they may be older than what was published, and a certification that was revoked since be VALID in them.
  /// Nobody is answered from them, parties neither. What carries its own proof is: entries, proofs, checkpoints, trust
  /// lists.
  kClosed,
};

/// Handlers translate and call the service. Each is safe on any thread and may block for a durable write. A handler of
/// a role answers PermissionDenied to a caller without a party; which roles may call is asked before it (access.h), and
/// of what file, the service says. All that reads
/// or writes rows is RegisterClosed where the register is closed.
class Handlers {
 public:
  Handlers(ca::Service& service, const ca::AuthorityFiles& files, Register state = Register::kOpen,
           DeliveryTargets targets = {})
      : service_(service), files_(files), register_(state), targets_(targets) {}

  /// domain is the authority's host: whose the reasons of its errors are.
  std::string_view domain() const;
  /// RequireOpen is RegisterClosed unless the register is open: for who reads rows beside the RPCs.
  Result<void> RequireOpen() const;

  /// MomentNow is all that answers to anybody depend on just now.
  AnswerMoment MomentNow() const;

  /// AnswerAgain writes the answer to a request that was done before, as its record is now, and says whether it was:
  /// the first answer, unless somebody has changed the record since. InvalidArgument: its name was used for another
  /// request.
  Result<bool> AnswerAgain(const Caller& caller, const ca::Once& once, google::protobuf::Message& response) const;

  /// IsRemembered: a request that was done is known as such.
  Result<bool> IsRemembered(const ca::Once& once) const;

  Result<v1::Certification> GetCertification(const Caller&, const v1::GetCertificationRequest&) const;
  Result<v1::BatchGetCertificationsResponse> BatchGetCertifications(const Caller&,
                                                                    const v1::BatchGetCertificationsRequest&) const;
  Result<v1::LookUpAppResponse> LookUpApp(const Caller&, const v1::LookUpAppRequest&) const;
  Result<v1::Bundle> GetBundle(const Caller&, const v1::GetBundleRequest&) const;
  Result<v1::TrustList> GetTrustList(const Caller&, const v1::GetTrustListRequest&) const;
  Result<v1::Checkpoint> GetCheckpoint(const Caller&, const v1::GetCheckpointRequest&) const;
  Result<v1::LogEntry> GetLogEntry(const Caller&, const v1::GetLogEntryRequest&) const;
  Result<v1::Proof> GetProof(const Caller&, const v1::GetProofRequest&) const;
  Result<v1::InclusionProof> GetInclusionProof(const Caller&, const v1::GetInclusionProofRequest&) const;
  Result<v1::ConsistencyProof> GetConsistencyProof(const Caller&, const v1::GetConsistencyProofRequest&) const;
  // A stream, which is the transport's to carry, by log_watch.h. OnExposed is the log's own: of whoever is to look
  // again.
  Result<LogWatch> BeginWatching(const Caller&, const v1::WatchLogRequest&) const;
  [[nodiscard]] ledger::Bell::Listening OnExposed(ledger::Bell::Told told) const;
  Result<v1::Enrolment> CreateEnrolment(const Caller&, const v1::CreateEnrolmentRequest&);
  Result<v1::Enrolment> GetEnrolment(const Caller&, const v1::GetEnrolmentRequest&) const;

  Result<v1::Party> GetSelf(const Caller&, const v1::GetSelfRequest&) const;
  Result<v1::RenewedCertificate> RenewCertificate(const Caller&, const v1::RenewCertificateRequest&);
  Result<v1::Party> RevokeCertificates(const Caller&, const v1::RevokeCertificatesRequest&);
  Result<v1::Application> GetApplication(const Caller&, const v1::GetApplicationRequest&) const;
  Result<v1::Proposal> GetProposal(const Caller&, const v1::GetProposalRequest&) const;

  Result<v1::Application> CreateApplication(const Caller&, const v1::CreateApplicationRequest&);
  Result<v1::Certification> WithdrawCertification(const Caller&, const v1::WithdrawCertificationRequest&);

  Result<v1::Application> SubmitReport(const Caller&, const v1::SubmitReportRequest&);

  Result<v1::DecideApplicationResponse> DecideApplication(const Caller&, const v1::DecideApplicationRequest&);
  Result<v1::Proposal> ProposeAct(const Caller&, const v1::ProposeActRequest&);
  Result<v1::Proposal> ConfirmAct(const Caller&, const v1::ConfirmActRequest&);
  Result<v1::Proposal> RejectAct(const Caller&, const v1::RejectActRequest&);
  Result<v1::Certification> ReinstateCertification(const Caller&, const v1::ReinstateCertificationRequest&);

  // ---- Searching (handlers_search.cc)
  Result<v1::SearchCertificationsResponse> SearchCertifications(const Caller&,
                                                                const v1::SearchCertificationsRequest&) const;
  Result<v1::CountCertificationsResponse> CountCertifications(const Caller&,
                                                              const v1::CountCertificationsRequest&) const;

  // ---- Eligibility (handlers_eligibility.cc)
  Result<v1::Accreditation> GetAccreditation(const Caller&, const v1::GetAccreditationRequest&) const;
  Result<v1::Challenge> CreateChallenge(const Caller&, const v1::CreateChallengeRequest&);
  Result<v1::ListLookAlikesResponse> ListLookAlikes(const Caller&, const v1::ListLookAlikesRequest&) const;
  Result<v1::ListRecentReportsResponse> ListRecentReports(const Caller&, const v1::ListRecentReportsRequest&) const;

  // ---- The way of an application to its evaluation (handlers_applications.cc)
  Result<v1::Application> ResubmitApplication(const Caller&, const v1::ResubmitApplicationRequest&);
  Result<v1::Application> CorrectApplication(const Caller&, const v1::CorrectApplicationRequest&);
  Result<v1::Application> WithdrawApplication(const Caller&, const v1::WithdrawApplicationRequest&);
  Result<v1::Application> AcceptApplication(const Caller&, const v1::AcceptApplicationRequest&);
  Result<v1::Application> ReassignApplication(const Caller&, const v1::ReassignApplicationRequest&);
  Result<v1::Application> ReturnApplication(const Caller&, const v1::ReturnApplicationRequest&);
  Result<v1::Application> RefuseApplication(const Caller&, const v1::RefuseApplicationRequest&);
  Result<v1::ApplicationFile> GetApplicationFile(const Caller&, const v1::GetApplicationFileRequest&) const;

  // ---- Documents (handlers_documents.cc). Those that come and go in pieces are the transport's to carry, by
  // document_transfer.h.
  Result<v1::ListDocumentsResponse> ListDocuments(const Caller&, const v1::ListDocumentsRequest&) const;
  Result<ca::Documents::Upload> BeginUpload(const Caller&, const v1::UploadDocumentRequest::Beginning&);
  Result<ca::Documents::Reading> BeginReading(const Caller&, const v1::ReadDocumentRequest&);

  Result<v1::ListEnrolmentsResponse> ListEnrolments(const Caller&, const v1::ListEnrolmentsRequest&) const;
  Result<v1::Enrolment> ApproveEnrolment(const Caller&, const v1::ApproveEnrolmentRequest&);
  Result<v1::Enrolment> ConfirmEnrolment(const Caller&, const v1::ConfirmEnrolmentRequest&);

  // Orders, complaints, cases, appeals (handlers_surveillance.cc).
  Result<v1::Order> GetOrder(const Caller&, const v1::GetOrderRequest&) const;
  Result<v1::Order> CloseOrder(const Caller&, const v1::CloseOrderRequest&);
  Result<v1::ExposedOrder> GetExposedOrder(const Caller&, const v1::GetExposedOrderRequest&) const;
  Result<v1::ListExposedOrdersResponse> ListExposedOrders(const Caller&, const v1::ListExposedOrdersRequest&) const;
  // ExposedOrdersOf is no RPC: the site tells in an app's feed what anybody could find in that list.
  Result<std::vector<v1::ExposedOrder>> ExposedOrdersOf(const App& app) const;
  Result<v1::FileComplaintResponse> FileComplaint(const Caller&, const v1::FileComplaintRequest&);
  Result<v1::Complaint> GetComplaint(const Caller&, const v1::GetComplaintRequest&) const;
  Result<v1::Complaint> AnswerComplaint(const Caller&, const v1::AnswerComplaintRequest&);
  Result<v1::Case> PursueComplaint(const Caller&, const v1::PursueComplaintRequest&);
  Result<v1::Complaint> ReportBuild(const Caller&, const v1::ReportBuildRequest&);
  Result<v1::Case> GetCase(const Caller&, const v1::GetCaseRequest&) const;
  Result<v1::Case> OpenCase(const Caller&, const v1::OpenCaseRequest&);
  Result<v1::Case> CloseCase(const Caller&, const v1::CloseCaseRequest&);
  Result<v1::Appeal> FileAppeal(const Caller&, const v1::FileAppealRequest&);
  Result<v1::Appeal> GetAppeal(const Caller&, const v1::GetAppealRequest&) const;
  Result<v1::Appeal> DecideAppeal(const Caller&, const v1::DecideAppealRequest&);

  // Work lists, acts on many certifications, the record of acts (handlers_work.cc).
  Result<v1::ListWorkResponse> ListWork(const Caller&, const v1::ListWorkRequest&) const;
  Result<v1::FindCertificationsResponse> FindCertifications(const Caller&, const v1::FindCertificationsRequest&) const;
  Result<v1::Proposal> ProposeBulk(const Caller&, const v1::ProposeBulkRequest&);
  Result<v1::Bulk> GetBulk(const Caller&, const v1::GetBulkRequest&) const;
  Result<v1::ListBulkItemsResponse> ListBulkItems(const Caller&, const v1::ListBulkItemsRequest&) const;
  Result<v1::ListActsResponse> ListActs(const Caller&, const v1::ListActsRequest&) const;
  Result<v1::ActProof> ProveAct(const Caller&, const v1::ProveActRequest&) const;

  // What a party is told without asking (handlers_notices.cc).
  Result<v1::ListNoticesResponse> ListNotices(const Caller&, const v1::ListNoticesRequest&) const;
  Result<v1::Subscription> CreateSubscription(const Caller&, const v1::CreateSubscriptionRequest&);
  Result<v1::Subscription> GetSubscription(const Caller&, const v1::GetSubscriptionRequest&) const;
  Result<v1::ListSubscriptionsResponse> ListSubscriptions(const Caller&, const v1::ListSubscriptionsRequest&) const;
  Result<v1::Subscription> ReplaySubscription(const Caller&, const v1::ReplaySubscriptionRequest&);
  Result<v1::DeleteSubscriptionResponse> DeleteSubscription(const Caller&, const v1::DeleteSubscriptionRequest&);

 private:
  /// PartyOf is the party that asks. Every handler of a role begins with this; whether its roles suffice is the
  /// service's to say.
  Result<const ca::Party*> PartyOf(const Caller& caller) const;

  ca::Service& service_;
  const ca::AuthorityFiles files_;
  const Register register_;
  const DeliveryTargets targets_;
  mutable AnswerCache<v1::LookUpAppResponse> looked_up_;
};

/// ShownTo is an enrolment as the caller may see it: registrars see also who approved it.
v1::Enrolment ShownTo(const Caller& caller, const ca::Enrolment& enrolment, const Certificate& party_ca);

}  // namespace certmark::api
