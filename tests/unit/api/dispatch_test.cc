#include "api/dispatch.h"

#include <google/protobuf/message.h>
#include <gtest/gtest.h>

#include <thread>

#include "api/contract.h"
#include "api/convert.h"
#include "api/first_answer.h"
#include "ca/csr.h"
#include "ca/key_file.h"
#include "ledger/memory_store.h"
#include "tests/support/faulty_store.h"
#include "tests/unit/ca/authority_fixture.h"

namespace certmark::api {
namespace {

using ca::testing::Office;
using ca::testing::Person;

constexpr char kId[] = "01890a5d-ac96-774b-bcce-b302099a8057", kOtherId[] = "6fa459ea-ee8a-4ca4-894e-db77e160355e";

class DispatchOverAnOffice : public ::testing::Test {
 protected:
  DispatchOverAnOffice() { Open(); }

  static Caller By(const Person& person) { return Caller{person.party}; }
  std::string NameOf(const Person& person) const { return ResourceName(Collection::kParties, person.party.id); }
  /// Open makes what lives as long as the service does.
  void Open() {
    handlers_.emplace(office_.service(), ca::AuthorityFiles(directory_.path()));
    limits_.emplace(rates_, RateLimit::Key{}, [this] { return elapsed_; });
    dispatch_.emplace(*handlers_, *limits_);
  }
  /// Restart is what a stop of the process and its next start leave.
  void Restart() {
    office_.Reopen();
    Open();
  }
  /// Ask is the answer, or the reason of the refusal.
  template <class Response>
  std::variant<Response, std::string> Ask(const Caller& caller, const google::protobuf::Message& request) {
    Response response;
    if (const auto refusal = dispatch_->Answer(caller, request, response)) return refusal->reason;
    return response;
  }
  template <class Response>
  Response Answer(const Caller& caller, const google::protobuf::Message& request) {
    auto answer = Ask<Response>(caller, request);
    EXPECT_EQ(answer.index(), 0u) << std::get<1>(answer);
    return std::get<0>(answer);
  }
  template <class Response>
  std::string Refused(const Caller& caller, const google::protobuf::Message& request) {
    const auto answer = Ask<Response>(caller, request);
    return answer.index() == 0 ? "answered" : std::get<1>(answer);
  }

  v1::CreateApplicationRequest Create(const std::string& id = kId) const {
    v1::CreateApplicationRequest create;
    create.set_form(office_.Form().ToJson());
    create.set_request_id(id);
    return create;
  }
  std::size_t Applications() {
    return ca::LoadAll<ca::Application>(office_.service().desk().store(), 100).value().size();
  }

  certmark::testing::TempDir directory_;
  Office office_;
  std::optional<Handlers> handlers_;
  CallRates rates_{.staff = 1, .complaint_interval = std::chrono::minutes{5}};
  std::chrono::nanoseconds elapsed_{std::chrono::hours{1}};
  std::optional<CallLimits> limits_;
  std::optional<Dispatch> dispatch_;
};

using ARequest = DispatchOverAnOffice;
using ADispatch = DispatchOverAnOffice;

TEST_F(ARequest, ThatIsSentThriceIsDoneOnceAndAnsweredThrice) {
  const auto first = Answer<v1::Application>(By(office_.applicant), Create());
  const auto second = Answer<v1::Application>(By(office_.applicant), Create());
  const auto third = Answer<v1::Application>(By(office_.applicant), Create());
  EXPECT_EQ(second.SerializeAsString(), first.SerializeAsString());
  EXPECT_EQ(third.SerializeAsString(), first.SerializeAsString());
  EXPECT_EQ(Applications(), 1u);
}

TEST_F(ARequest, IsRememberedByTheNextProcess) {
  const auto first = Answer<v1::Application>(By(office_.applicant), Create());
  Restart();
  EXPECT_EQ(Answer<v1::Application>(By(office_.applicant), Create()).SerializeAsString(), first.SerializeAsString());
  EXPECT_EQ(Applications(), 1u);
}

TEST_F(ARequest, ThatIsSentByManyThreadsAtOnceIsDoneOnce) {
  constexpr int kThreads = 8;
  std::vector<std::string> answers(kThreads);
  {
    std::vector<std::jthread> threads;
    for (std::string& answer : answers) {
      threads.emplace_back([&] {
        v1::Application application;
        const auto refusal = dispatch_->Answer(By(office_.applicant), Create(), application);
        answer = refusal ? refusal->reason + ": " + refusal->message : application.SerializeAsString();
      });
    }
  }
  for (const std::string& answer : answers) EXPECT_EQ(answer, answers.front());
  EXPECT_EQ(Applications(), 1u);
}

TEST_F(ARequest, UnderTheIdOfAnotherIsRefusedAndTheIdIsBlamed) {
  (void)Answer<v1::Application>(By(office_.applicant), Create());
  auto other = Create();
  other.set_form(other.form() + " ");
  v1::Application application;
  const auto refusal = dispatch_->Answer(By(office_.applicant), other, application);
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->http, 400);
  EXPECT_EQ(refusal->field, "request_id");
}

TEST_F(ARequest, HasAnIdThatIsItsCallersAndItsRpcsOwn) {
  const auto application = Answer<v1::Application>(By(office_.applicant), Create());
  EXPECT_NE(Refused<v1::Application>(By(office_.other_operator), Create()), "INVALID_FIELD")
      << "another's id is nobody's affair";
  v1::WithdrawApplicationRequest withdraw;
  withdraw.set_name(application.name());
  withdraw.set_request_id(kId);
  EXPECT_EQ(Answer<v1::Application>(By(office_.applicant), withdraw).state(), v1::Application::WITHDRAWN);
}

TEST_F(ARequest, HasAUuidForItsId) {
  for (const char* id : {"1", "01890a5d-ac96-774b-bcce-b302099a805", "01890a5d-ac96-774b-bcce-b302099a80570",
                         "01890a5d/ac96/774b/bcce/b302099a8057", "{1890a5d-ac96-774b-bcce-b302099a805}",
                         "01890A5D-AC96-774B-BCCE-B302099A8057"}) {
    EXPECT_EQ(Refused<v1::Application>(By(office_.applicant), Create(id)), "INVALID_FIELD") << id;
  }
  EXPECT_EQ(Answer<v1::Application>(By(office_.applicant), Create(kOtherId)).state(), v1::Application::SUBMITTED);
}

TEST_F(ARequest, ThatWasRefusedIsNotRemembered) {
  auto wrong = Create();
  wrong.set_form("{}");
  ASSERT_NE(Refused<v1::Application>(By(office_.applicant), wrong), "answered");
  EXPECT_EQ(Refused<v1::Application>(By(office_.applicant), Create()), "answered");
}

TEST_F(ARequest, IsAnsweredAsTheThingIsNowWhereItWasChangedSince) {
  const auto first = Answer<v1::Application>(By(office_.applicant), Create());
  v1::WithdrawApplicationRequest withdraw;
  withdraw.set_name(first.name());
  (void)Answer<v1::Application>(By(office_.applicant), withdraw);
  const auto again = Answer<v1::Application>(By(office_.applicant), Create());
  EXPECT_EQ(again.name(), first.name());
  EXPECT_EQ(again.state(), v1::Application::WITHDRAWN);
}

TEST_F(ARequest, ToDecideIssuesOnceThoughItsEtagIsOldTheSecondTime) {
  const std::string id = office_.InReview();
  v1::DecideApplicationRequest decide;
  decide.set_application(ResourceName(Collection::kApplications, id));
  decide.set_etag(office_.EtagOf(id).Hex());
  decide.set_decision(office_.SignDecision(office_.DraftDecision(id), office_.decider));
  decide.set_request_id(kId);
  const auto first = Answer<v1::DecideApplicationResponse>(By(office_.decider), decide);
  const auto second = Answer<v1::DecideApplicationResponse>(By(office_.decider), decide);
  EXPECT_EQ(second.application().SerializeAsString(), first.application().SerializeAsString());
  EXPECT_FALSE(second.bundle().empty());
  EXPECT_TRUE(second.witnessed());
  decide.clear_request_id();
  EXPECT_EQ(Refused<v1::DecideApplicationResponse>(By(office_.decider), decide), "CONFLICT");
}

TEST_F(ARequest, ToConfirmIsDoneOnce) {
  const auto certification = office_.Certified();
  const auto proposal = office_.Propose(office_.officer, ca::Proposed::kSuspend, certification.id, "misuse");
  ASSERT_TRUE(proposal) << proposal.error().message;
  v1::ConfirmActRequest confirm;
  confirm.set_proposal(ResourceName(Collection::kProposals, proposal->id));
  confirm.set_request_id(kId);
  const auto first = Answer<v1::Proposal>(By(office_.second_officer), confirm);
  EXPECT_EQ(Answer<v1::Proposal>(By(office_.second_officer), confirm).SerializeAsString(), first.SerializeAsString());
  confirm.set_request_id(kOtherId);
  EXPECT_NE(Refused<v1::Proposal>(By(office_.second_officer), confirm), "answered");
}

TEST_F(ARequest, OfAnybodyIsDoneOnceToo) {
  v1::CreateEnrolmentRequest enrol;
  const ca::PrivateKey key = ca::GenerateKey(ca::KeyKind::kP256).value();
  enrol.set_certificate_request(std::string(AsText(ca::MakeCsr(key, "Example Operator").value())));
  enrol.set_display_name("Example Operator");
  enrol.set_operator_id("uscc:91350100M000100Y43");
  enrol.set_request_id(kId);
  const auto first = Answer<v1::Enrolment>({}, enrol);
  EXPECT_EQ(Answer<v1::Enrolment>({}, enrol).SerializeAsString(), first.SerializeAsString());
}

TEST_F(ADispatch, BoundsComplaintsOfANetworkWhateverBecomesOfThem) {
  v1::FileComplaintRequest complain;
  for (int i = 0; i < 20; ++i) EXPECT_NE(Refused<v1::FileComplaintResponse>({}, complain), "TOO_MANY_COMPLAINTS");
  EXPECT_EQ(Refused<v1::FileComplaintResponse>({}, complain), "TOO_MANY_COMPLAINTS");
  Caller elsewhere;
  elsewhere.network = "elsewhere";
  EXPECT_NE(Refused<v1::FileComplaintResponse>(elsewhere, complain), "TOO_MANY_COMPLAINTS");
}

TEST_F(ARequest, ThatTheClockCameBeforeIsNotDoneByTheClocksOwnAct) {
  const std::string id = office_.Submit();
  const std::string name = ResourceName(Collection::kApplications, id);
  v1::ReturnApplicationRequest give_back;
  give_back.set_application(name);
  give_back.set_reason("unit-unclear");
  (void)Answer<v1::Application>(By(office_.reviewer), give_back);
  office_.Advance(Seconds{400 * 24 * 3600});
  v1::ResubmitApplicationRequest resubmit;
  resubmit.set_name(name);
  resubmit.set_form(office_.Form().ToJson());
  resubmit.set_request_id(kId);
  const std::string first = Refused<v1::Application>(By(office_.applicant), resubmit);
  EXPECT_NE(first, "answered");
  EXPECT_EQ(Refused<v1::Application>(By(office_.applicant), resubmit), first);
}

TEST_F(ARequest, ToGrantARenewalIsDoneOnceThoughTheFileBeforeItIsWrittenToo) {
  const ca::ApplicationForm form =
      office_.FormOn(office_.CertifiedUnder(Office::kYoung), ca::ApplicationPath::kRenewal);
  office_.Advance(30 * ca::testing::kDay);
  const std::string id = office_.InReview(form);
  v1::DecideApplicationRequest decide;
  decide.set_application(ResourceName(Collection::kApplications, id));
  decide.set_etag(office_.EtagOf(id).Hex());
  decide.set_decision(office_.SignDecision(office_.DraftDecision(id), office_.decider));
  decide.set_request_id(kId);
  const auto first = Answer<v1::DecideApplicationResponse>(By(office_.decider), decide);
  const auto second = Answer<v1::DecideApplicationResponse>(By(office_.decider), decide);
  EXPECT_EQ(second.application().SerializeAsString(), first.application().SerializeAsString());
}

TEST_F(ARequest, IsNotAnsweredAgainToWhoMayNotReadTheFileAnyMore) {
  const std::string id = office_.Submit();
  office_.Accept(id);
  v1::SubmitReportRequest report;
  report.set_application(ResourceName(Collection::kApplications, id));
  report.set_report(office_.SignReport(office_.DraftReport(id, {"APP-2019/3.1"}), office_.laboratory));
  report.set_request_id(kId);
  ASSERT_EQ(Answer<v1::Application>(By(office_.laboratory), report).state(), v1::Application::RECTIFYING);
  const Person another = office_.EnrolEvaluator("Another Laboratory", {ca::Role::kLaboratory});
  v1::ReassignApplicationRequest reassign;
  reassign.set_application(report.application());
  reassign.set_laboratory(NameOf(another));
  reassign.set_reason("evaluator-unavailable");
  (void)Answer<v1::Application>(By(office_.reviewer), reassign);
  EXPECT_EQ(Refused<v1::Application>(By(office_.laboratory), report), "NOT_FOUND");
}

TEST_F(ARequest, OnTheWayOfAFileIsDoneOnceAtEachStep) {
  const auto twice = [&](const Caller& caller, auto request) {
    request.set_request_id(kId);
    const auto first = Answer<v1::Application>(caller, request);
    EXPECT_EQ(Answer<v1::Application>(caller, request).SerializeAsString(), first.SerializeAsString());
    return first;
  };
  rates_.staff = 0;
  Open();
  const std::string name = twice(By(office_.applicant), Create()).name();
  v1::ReturnApplicationRequest give_back;
  give_back.set_application(name);
  give_back.set_reason("unit-unclear");
  (void)twice(By(office_.reviewer), give_back);
  v1::ResubmitApplicationRequest resubmit;
  resubmit.set_name(name);
  resubmit.set_form(office_.Form().ToJson());
  (void)twice(By(office_.applicant), resubmit);
  v1::AcceptApplicationRequest accept;
  accept.set_application(name);
  accept.set_laboratory(NameOf(office_.laboratory));
  (void)twice(By(office_.reviewer), accept);
  v1::SubmitReportRequest report;
  report.set_application(name);
  const std::string id = ParseResourceName(Collection::kApplications, name).value();
  report.set_report(office_.SignReport(office_.DraftReport(id), office_.laboratory));
  EXPECT_EQ(twice(By(office_.laboratory), report).state(), v1::Application::REVIEW);
}

class FailingRows : public ledger::FaultyStore {
 public:
  explicit FailingRows(std::unique_ptr<ledger::Store> rows) : FaultyStore(*rows), rows_(std::move(rows)) {}

 private:
  const std::unique_ptr<ledger::Store> rows_;
};

TEST(ARequestWhoseSyncFails, IsNotToldToBeDoneHoweverOftenItIsSent) {
  FailingRows* rows = nullptr;
  Office office({.make_store = [&] {
    auto made = std::make_unique<FailingRows>(ledger::MakeMemoryStore());
    rows = made.get();
    return made;
  }});
  const certmark::testing::TempDir directory;
  Handlers handlers(office.service(), ca::AuthorityFiles(directory.path()));
  CallLimits limits({}, {});
  Dispatch dispatch(handlers, limits);
  v1::CreateApplicationRequest create;
  create.set_form(office.Form().ToJson());
  create.set_request_id(kId);
  rows->FailSync(0, ledger::Fault::kUnknownWritten);
  v1::Application application;
  const auto first = dispatch.Answer(Caller{office.applicant.party}, create, application);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->reason, "OUTCOME_UNKNOWN");
  const auto again = dispatch.Answer(Caller{office.applicant.party}, create, application);
  ASSERT_TRUE(again) << "its row can be read, and is not known to last";
  EXPECT_EQ(again->reason, "UNAVAILABLE");
}

TEST(EveryRpc, ThatChangesSomethingButARenewalCanBeSentTwice) {
  for (const auto* rpc : Rpcs()) {
    const std::string& name = rpc->name();
    const auto begins = [&](const char* with) { return name.starts_with(with); };
    const bool reads = begins("Get") || begins("List") || begins("LookUp") || begins("Find") || begins("Prove") ||
                       begins("Read") || begins("BatchGet") || begins("Search") || begins("Count");
    const bool has_no_id = reads || rpc->client_streaming() || rpc->server_streaming() || name == "RenewCertificate";
    const auto* field = rpc->input_type()->FindFieldByName("request_id");
    EXPECT_EQ(field == nullptr, has_no_id) << name;
    if (field == nullptr) continue;
    const auto& factory = *google::protobuf::MessageFactory::generated_factory();
    const std::unique_ptr<google::protobuf::Message> request(
        const_cast<google::protobuf::MessageFactory&>(factory).GetPrototype(rpc->input_type())->New());
    request->GetReflection()->SetString(request.get(), field, kId);
    const auto once = NamedRequest({}, *request);
    ASSERT_TRUE(once && *once) << name << " has no record that answers it";
  }
}

// ---- What is asked before

TEST_F(ADispatch, AsksWhomAnRpcIsForBeforeItReadsTheRequest) {
  EXPECT_EQ(Refused<v1::Application>(By(office_.laboratory), Create("no id")), "PERMISSION_DENIED");
  EXPECT_EQ(Refused<v1::Application>({}, Create()), "PERMISSION_DENIED");
}

TEST_F(ADispatch, RefusesAMessageOfAnotherRpcAsADefect) {
  EXPECT_EQ(Refused<v1::Proposal>(By(office_.applicant), Create()), "INTERNAL");
}

TEST_F(ADispatch, TellsWhatACallIsAbout) {
  v1::GetBundleRequest bundle;
  bundle.set_name("certifications/CM-2026-7K3Q9X2M4T4");
  v1::Bundle response;
  const auto refusal = dispatch_->Answer({}, bundle, response);
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->reason, "NOT_FOUND");
  EXPECT_EQ(refusal->resource, bundle.name());
}

TEST_F(ADispatch, CountsACallBeforeItAsksAnythingElse) {
  // What reviewers may is one a second, and four at once.
  v1::GetApplicationRequest get;
  get.set_name("applications/none");
  for (int i = 0; i < 4; ++i) EXPECT_EQ(Refused<v1::Application>(By(office_.reviewer), get), "NOT_FOUND");
  v1::Application response;
  const auto refusal = dispatch_->Answer(By(office_.reviewer), get, response);
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->reason, "TOO_MANY_CALLS");
  EXPECT_EQ(refusal->http, 429);
  EXPECT_EQ(refusal->retry_after, Seconds{1});
  EXPECT_EQ(Refused<v1::Application>(By(office_.decider), get), "NOT_FOUND") << "another person's calls are its own";
  elapsed_ += std::chrono::seconds{1};
  EXPECT_EQ(Refused<v1::Application>(By(office_.reviewer), get), "NOT_FOUND");
}

// ---- Masks

using AReadMask = DispatchOverAnOffice;

TEST_F(AReadMask, LeavesWhatItNames) {
  v1::GetCertificationRequest get;
  get.set_name(ResourceName(Collection::kCertifications, office_.Certified().id));
  get.mutable_read_mask()->add_paths("name");
  const auto got = Answer<v1::Certification>({}, get);
  v1::Certification only_named;
  only_named.set_name(get.name());
  EXPECT_EQ(got.SerializeAsString(), only_named.SerializeAsString());
}

TEST_F(AReadMask, IsOfEachThingInAList) {
  const auto certification = office_.Certified();
  v1::BatchGetCertificationsRequest batch;
  for (int i = 0; i < 2; ++i) batch.add_names(ResourceName(Collection::kCertifications, certification.id));
  batch.mutable_read_mask()->add_paths("name");
  const auto got = Answer<v1::BatchGetCertificationsResponse>({}, batch);
  ASSERT_EQ(got.certifications_size(), 2);
  for (const auto& each : got.certifications()) {
    EXPECT_EQ(each.name(), batch.names(0));
    EXPECT_TRUE(each.package().empty());
  }
}

TEST_F(AReadMask, ThatNamesWhatThereIsNotIsRefusedBeforeAnythingIsRead) {
  v1::GetCertificationRequest get;
  get.set_name("no name at all");
  get.mutable_read_mask()->add_paths("name");
  get.mutable_read_mask()->add_paths("nothing");
  v1::Certification response;
  const auto refusal = dispatch_->Answer({}, get, response);
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->field, "read_mask.paths[1]");
}

TEST_F(AReadMask, IsRefusedWhereItIsEmptyOrLong) {
  v1::GetCertificationRequest get;
  get.set_name(ResourceName(Collection::kCertifications, office_.Certified().id));
  for (const char* path : {"", ".", "name.", "..name"}) {
    get.clear_read_mask();
    get.mutable_read_mask()->add_paths(path);
    EXPECT_EQ(Refused<v1::Certification>({}, get), "INVALID_FIELD") << path;
  }
  get.clear_read_mask();
  for (int i = 0; i < 64; ++i) get.mutable_read_mask()->add_paths("name");
  EXPECT_EQ(Refused<v1::Certification>({}, get), "answered");
  get.mutable_read_mask()->add_paths("name");
  EXPECT_EQ(Refused<v1::Certification>({}, get), "INVALID_FIELD");
}

// ---- Batches

using ABatch = DispatchOverAnOffice;

TEST_F(ABatch, IsInTheOrderOfItsNamesAndWholeOrNotAtAll) {
  const std::string name = ResourceName(Collection::kCertifications, office_.Certified().id);
  v1::BatchGetCertificationsRequest batch;
  batch.add_names(name);
  EXPECT_EQ(Answer<v1::BatchGetCertificationsResponse>({}, batch).certifications(0).name(), name);
  batch.add_names("certifications/CM-2026-7K3Q9X2M4T4");
  EXPECT_EQ(Refused<v1::BatchGetCertificationsResponse>({}, batch), "NOT_FOUND");
  batch.set_names(1, "applications/x");
  v1::BatchGetCertificationsResponse response;
  EXPECT_EQ(dispatch_->Answer({}, batch, response)->field, "names[1]");
}

TEST_F(ABatch, HasAThousandNamesAtMost) {
  const std::string name = ResourceName(Collection::kCertifications, office_.Certified().id);
  v1::BatchGetCertificationsRequest batch;
  for (int i = 0; i < 1'000; ++i) batch.add_names(name);
  EXPECT_EQ(Answer<v1::BatchGetCertificationsResponse>({}, batch).certifications_size(), 1'000);
  batch.add_names(name);
  EXPECT_EQ(Refused<v1::BatchGetCertificationsResponse>({}, batch), "INVALID_FIELD");
}

}  // namespace
}  // namespace certmark::api
