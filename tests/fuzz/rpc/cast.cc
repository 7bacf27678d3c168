#include "tests/fuzz/rpc/cast.h"

#include <filesystem>

#include "api/contract.h"
#include "api/convert.h"
#include "certmark/v1/authority.pb.h"
#include "certmark/v1/laboratory.pb.h"
#include "certmark/v1/operator.pb.h"
#include "certmark/v1/party.pb.h"
#include "certmark/v1/public.pb.h"
#include "certmark/v1/registrar.pb.h"

namespace certmark::fuzz {
namespace {

namespace v1 = certmark::v1;
using api::Collection;
using api::ResourceName;
using ca::Role;
using ca::testing::Office;
using ca::testing::Person;

constexpr std::string_view kNetwork = "192.0.2.7";

// A folder for what DocumentStore wants to be there already.
std::filesystem::path Made(const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  return folder;
}

std::string NameOf(const Person& person) {
  return ResourceName(Collection::kParties, person.party.id);
}

std::string Certification(const std::string& number) {
  return ResourceName(Collection::kCertifications, number);
}

}  // namespace

Cast::Cast()
    : keys_(ca::DocumentKeys::Create(directory_ / "keys", ca::Secret("correct horse")).value()),
      documents_(ca::DocumentStore::Open(Made(directory_ / "documents"), keys_).value()),
      auditor_(office_.EnrolEvaluator("Auditor", {Role::kAuditor})),
      appeals_officer_(office_.Enrol("Appeals", {Role::kAppealsOfficer})),
      store_(office_.Enrol("Example Store", {Role::kRelyingParty})),
      another_laboratory_(office_.EnrolEvaluator("Another Laboratory", {Role::kLaboratory})),
      nobody_(office_.Enrol("Nobody", {Role::kRelyingParty})) {
  office_.KeepDocuments(&documents_);
  nobody_.party.roles.clear();
  people_ = {&office_.applicant,
             &office_.other_operator,
             &office_.laboratory,
             &another_laboratory_,
             &auditor_,
             &office_.reviewer,
             &office_.decider,
             &office_.officer,
             &office_.second_officer,
             &appeals_officer_,
             &office_.first_registrar(),
             &office_.second_registrar(),
             &store_,
             &nobody_};
}

api::Caller Cast::CallerAt(std::size_t index) const {
  if (index == 0) return {.party = std::nullopt, .network = std::string(kNetwork)};
  const Person& person = *people_[index - 1];
  // As the registry knows it now; of who has no role, as it never would.
  auto now = ca::Load<ca::Party>(office_.store(), person.party.id).value().value;
  if (&person == &nobody_) now.roles.clear();
  return {.party = std::move(now), .certificate = person.certificate.der(), .network = std::string(kNetwork)};
}

bool Cast::IsStaff(std::size_t index) const {
  if (index == 0) return false;
  for (const Role role : {Role::kReviewer, Role::kDecider, Role::kSurveillanceOfficer, Role::kAppealsOfficer}) {
    if (people_[index - 1]->party.roles.contains(role)) return true;
  }
  return false;
}

void Cast::Tell(LiveValues& live) {
  TellOfWords(live);
  TellOfParties(live);
  TellOfFiles(live);
  TellOfCertifications(live);
  TellOfSurveillance(live);
  TellOfAppeals(live);
  TellOfSubscriptions(live);
}

std::vector<std::string> Cast::Waiting(ca::Application::State state) const {
  constexpr std::size_t kMost = 1'000;
  std::vector<std::string> ids;
  const auto files = ca::LoadAll<ca::Application>(office_.store(), kMost).value();
  for (const ca::Application& file : files) {
    if (file.state == state && ca::ApplicationForm::Parse(file.form_json)) ids.push_back(file.id);
  }
  return ids;
}

void Cast::SignNow(FuzzedDataProvider& bytes, google::protobuf::Message& request) const {
  const auto pick = [&](const std::vector<std::string>& ids) {
    return ids[bytes.ConsumeIntegralInRange<std::size_t>(0, ids.size() - 1)];
  };
  if (request.GetDescriptor() == v1::DecideApplicationRequest::descriptor()) {
    const auto ids = Waiting(ca::Application::State::kReview);
    if (ids.empty()) return;
    const std::string id = pick(ids);
    auto& decide = static_cast<v1::DecideApplicationRequest&>(request);
    decide.set_application(ResourceName(Collection::kApplications, id));
    decide.set_etag(office_.EtagOf(id).Hex());
    ca::DecisionDocument decision = office_.DraftDecision(id);
    decision.granted = bytes.ConsumeBool();
    if (!decision.granted) decision.reasons = {"nonconform"};
    decide.set_decision(office_.SignDecision(decision, office_.decider));
  } else if (request.GetDescriptor() == v1::SubmitReportRequest::descriptor()) {
    const auto ids = Waiting(ca::Application::State::kVerification);
    if (ids.empty()) return;
    const std::string id = pick(ids);
    const Person& by = bytes.ConsumeBool() ? office_.laboratory : another_laboratory_;
    auto& report = static_cast<v1::SubmitReportRequest&>(request);
    report.set_application(ResourceName(Collection::kApplications, id));
    report.set_report(office_.SignReport(office_.DraftReport(id, by), by));
  }
}

std::string Cast::FormOf(std::string_view package) const {
  ca::ApplicationForm form = office_.Form();
  form.app.package = package;
  return form.ToJson();
}

std::string Cast::Filed(std::string_view package) {
  return office_.service().applications().Submit(office_.applicant.party, {FormOf(package)}).value().id;
}

std::string Cast::Certify(std::string_view package) {
  const std::string id = Filed(package);
  office_.Accept(id);
  (void)office_.Report(id);
  return office_.Decide(id).value().application.certification;
}

// One file in each state on the way, with the request that would take it on.
void Cast::TellOfFiles(LiveValues& live) {
  v1::CreateApplicationRequest create;
  create.set_form(FormOf("org.example.created"));
  live.Keep(create);
  const auto name = [](const std::string& id) { return ResourceName(Collection::kApplications, id); };

  const std::string submitted = Filed("org.example.submitted");
  office_.HandIn(submitted);
  v1::AcceptApplicationRequest accept;
  accept.set_application(name(submitted));
  accept.set_laboratory(NameOf(office_.laboratory));
  live.Keep(accept);

  const std::string returned = Filed("org.example.returned");
  office_.service().applications().Return(office_.reviewer.party, returned, "unit-unclear").value();
  v1::ResubmitApplicationRequest resubmit;
  resubmit.set_name(name(returned));
  resubmit.set_form(FormOf("org.example.returned"));
  live.Keep(resubmit);

  const std::string accepted = Filed("org.example.accepted");
  office_.Accept(accepted);
  v1::SubmitReportRequest report;
  report.set_application(name(accepted));
  for (const std::set<std::string>& nonconform : {std::set<std::string>{}, {"APP-2019/3.1"}}) {
    report.set_report(office_.SignReport(office_.DraftReport(accepted, nonconform), office_.laboratory));
    live.Keep(report);
    live.Learn(report);
  }
  v1::ReassignApplicationRequest reassign;
  reassign.set_application(name(accepted));
  reassign.set_laboratory(NameOf(another_laboratory_));
  reassign.set_reason("evaluator-unavailable");
  live.Keep(reassign);

  const std::string in_review = Filed("org.example.reviewed");
  office_.Accept(in_review);
  (void)office_.Report(in_review);
  v1::DecideApplicationRequest decide;
  decide.set_application(name(in_review));
  decide.set_etag(office_.EtagOf(in_review).Hex());
  ca::DecisionDocument decision = office_.DraftDecision(in_review);
  decide.set_decision(office_.SignDecision(decision, office_.decider));
  live.Keep(decide);
  live.Learn(decide);
  decision.granted = false;
  decision.reasons = {"nonconform"};
  decide.set_decision(office_.SignDecision(decision, office_.decider));
  live.Keep(decide);

  const std::string rectifying = Filed("org.example.rectifying");
  office_.Accept(rectifying);
  (void)office_.Report(rectifying, {"APP-2019/3.1"});
  v1::CorrectApplicationRequest correct;
  correct.set_name(name(rectifying));
  live.Keep(correct);

  v1::UploadDocumentRequest upload;
  upload.mutable_beginning()->set_parent(name(submitted));
  upload.mutable_beginning()->set_kind("privacy-policy");
  upload.mutable_beginning()->set_media_type("text/plain");
  live.Keep(upload);
}

void Cast::TellOfCertifications(LiveValues& live) {
  const std::string valid = Certify("org.example.app"), other = Certify("org.example.other");
  const auto suspend = office_.Propose(office_.officer, ca::Proposed::kSuspend, other, "misuse").value();
  v1::GetCertificationRequest get;
  get.set_name(Certification(valid));
  live.Keep(get);
  live.Learn(get);
  live.Add("name", Certification(other));
  v1::ConfirmActRequest confirm;
  confirm.set_proposal(ResourceName(Collection::kProposals, suspend.id));
  live.Keep(confirm);
  live.Learn(confirm);
  v1::ProposeActRequest propose;
  propose.set_act(v1::Proposal::REVOKE);
  propose.set_subject(Certification(valid));
  propose.set_reason("serious-defect");
  live.Keep(propose);

  propose.set_act(v1::Proposal::ORDER);
  propose.set_reason("unlawful-collection");
  propose.set_details(DraftOrder().ToJson());
  live.Keep(propose);
  live.Learn(propose);

  const auto complaint = office_.service().cases().Complain(
      office_.Form().app, "It collects before I consent: " + std::string(kMark), "call " + std::string(kMark));
  v1::PursueComplaintRequest pursue;
  pursue.set_name(ResourceName(Collection::kComplaints, complaint.value().id));
  pursue.set_reason("complaint-verified");
  live.Keep(pursue);
  live.Learn(pursue);
  v1::OpenCaseRequest open;
  open.set_certification(Certification(valid));
  open.set_cause(v1::Case::PLAN);
  open.set_reason("planned-surveillance");
  live.Keep(open);
  v1::FileComplaintRequest complain;
  complain.set_platform(v1::PLATFORM_ANDROID);
  complain.set_package("org.example.app");
  complain.set_text("It collects before I consent.");
  live.Keep(complain);
  v1::ReportBuildRequest build;
  build.set_platform(v1::PLATFORM_ANDROID);
  build.set_package("org.example.app");
  build.set_signer(std::string(ca::testing::kSigner));
  build.set_build("150");
  live.Keep(build);
  live.Learn(build);
  v1::CreateChallengeRequest challenge;
  challenge.set_platform(v1::PLATFORM_ANDROID);
  challenge.set_package("org.example.app");
  challenge.set_signer(std::string(ca::testing::kSigner));
  live.Keep(challenge);
  v1::WithdrawCertificationRequest withdraw;
  withdraw.set_name(Certification(other));
  withdraw.set_reason("holder-request");
  live.Keep(withdraw);
  v1::FileAppealRequest appeal;
  appeal.set_subject(Certification(other));
  appeal.set_grounds("It is not so.");
  live.Keep(appeal);
  v1::SearchCertificationsRequest search;
  search.set_filter("platform = ANDROID AND state = VALID AND valid_until < \"2037-01-01\"");
  search.set_query("Example");
  search.set_page_size(1);
  live.Keep(search);
  live.Learn(search);
  v1::ProposeBulkRequest bulk;
  bulk.set_act(v1::Proposal::SUSPEND_ALL);
  bulk.mutable_selector()->set_by("laboratory");
  bulk.mutable_selector()->set_value(NameOf(office_.laboratory));
  bulk.set_reason("misuse");
  live.Keep(bulk);
  live.Learn(bulk);
}

void Cast::TellOfParties(LiveValues& live) {
  for (const Person* person : people_) live.Add("party", NameOf(*person));
  const auto asked = office_.Request("Newcomer", "reg:XX:newcomer");
  v1::CreateEnrolmentRequest enrol;
  enrol.set_certificate_request(std::string(AsText(asked.csr)));
  enrol.set_display_name("Newcomer");
  enrol.set_operator_id("reg:XX:newcomer");
  enrol.set_url("https://newcomer.example");
  live.Keep(enrol);
  live.Learn(enrol);
  v1::ApproveEnrolmentRequest approve;
  approve.set_name(ResourceName(Collection::kEnrolments, asked.enrolment.id));
  approve.set_fingerprint(asked.enrolment.fingerprint);
  approve.add_roles(v1::ROLE_LABORATORY);
  live.Keep(approve);
  live.Learn(approve);

  const auto approved = office_.Request("Second Newcomer");
  office_.service()
      .enrolments()
      .Approve(office_.first_registrar().party,
               {approved.enrolment.id, approved.enrolment.fingerprint, {Role::kLaboratory}, {}})
      .value();
  v1::ConfirmEnrolmentRequest confirm;
  confirm.set_name(ResourceName(Collection::kEnrolments, approved.enrolment.id));
  confirm.set_fingerprint(approved.enrolment.fingerprint);
  live.Keep(confirm);
  live.Keep(v1::RenewCertificateRequest());
  v1::RevokeCertificatesRequest revoke;
  revoke.set_reason("key-compromise");
  live.Keep(revoke);
}

// What the scheme and the protos call things.
void Cast::TellOfWords(LiveValues& live) const {
  for (const char* reason : {"misuse", "serious-defect", "holder-request", "unit-unclear", "nonconform",
                             "cause-corrected", "facts-mistaken", "decision-upheld", "unlawful-collection",
                             "complaint-verified", "planned-surveillance", "evaluator-unavailable", "key-compromise"})
    live.Add("reason", reason);
  for (const char* by : {"laboratory", "signer", "operator", "scheme", "edition"}) live.Add("by", by);
  for (const char* value : {"CNCA-App-001", "CNCA-App-001 2019", "clock"}) live.Add("value", value);
  live.Add("actor", "clock");
  live.Add("subject", "apps/ios:com.example.other");
  for (const auto* rpc : api::Rpcs()) {
    const auto* answer = rpc->output_type();
    for (int i = 0; i < answer->field_count(); ++i) live.Add("paths", answer->field(i)->name());
  }
}

}  // namespace certmark::fuzz
