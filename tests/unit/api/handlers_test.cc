#include "api/handlers.h"

#include <gtest/gtest.h>

#include <fstream>

#include "api/convert.h"
#include "tests/unit/ca/authority_fixture.h"
#include "verifier-sdk/core/tlog_proof.h"

namespace certmark::api {
namespace {

using ca::testing::Office;
using ca::testing::Person;

class HandlersOverAnOffice : public ::testing::Test {
 protected:
  static Caller By(const Person& person) { return Caller{person.party}; }
  std::string NameOf(const Person& person) const { return ResourceName(Collection::kParties, person.party.id); }

  certmark::testing::TempDir directory_;
  Office office_;
  Handlers handlers_{office_.service(), ca::AuthorityFiles(directory_.path())};
};

// Calls a handler as nobody, with an empty request.
template <class Response, class Request>
ErrorCode AsNobody(Handlers& handlers, Result<Response> (Handlers::*method)(const Caller&, const Request&)) {
  return (handlers.*method)({}, {}).error().code;
}
template <class Response, class Request>
ErrorCode AsNobody(Handlers& handlers, Result<Response> (Handlers::*method)(const Caller&, const Request&) const) {
  return (handlers.*method)({}, {}).error().code;
}

TEST_F(HandlersOverAnOffice, OfARoleRefuseACallerWhoIsNobody) {
  EXPECT_EQ(AsNobody(handlers_, &Handlers::GetSelf), ErrorCode::kPermissionDenied);
  EXPECT_EQ(AsNobody(handlers_, &Handlers::GetApplication), ErrorCode::kPermissionDenied);
  EXPECT_EQ(AsNobody(handlers_, &Handlers::GetProposal), ErrorCode::kPermissionDenied);
  EXPECT_EQ(AsNobody(handlers_, &Handlers::CreateApplication), ErrorCode::kPermissionDenied);
  EXPECT_EQ(AsNobody(handlers_, &Handlers::WithdrawCertification), ErrorCode::kPermissionDenied);
  EXPECT_EQ(AsNobody(handlers_, &Handlers::SubmitReport), ErrorCode::kPermissionDenied);
  EXPECT_EQ(AsNobody(handlers_, &Handlers::AcceptApplication), ErrorCode::kPermissionDenied);
  EXPECT_EQ(AsNobody(handlers_, &Handlers::DecideApplication), ErrorCode::kPermissionDenied);
  EXPECT_EQ(AsNobody(handlers_, &Handlers::ProposeAct), ErrorCode::kPermissionDenied);
  EXPECT_EQ(AsNobody(handlers_, &Handlers::ConfirmAct), ErrorCode::kPermissionDenied);
  EXPECT_EQ(AsNobody(handlers_, &Handlers::ReinstateCertification), ErrorCode::kPermissionDenied);
  EXPECT_EQ(AsNobody(handlers_, &Handlers::ListEnrolments), ErrorCode::kPermissionDenied);
  EXPECT_EQ(AsNobody(handlers_, &Handlers::ApproveEnrolment), ErrorCode::kPermissionDenied);
  EXPECT_EQ(AsNobody(handlers_, &Handlers::ConfirmEnrolment), ErrorCode::kPermissionDenied);
}

TEST_F(HandlersOverAnOffice, CarryAnApplicationToItsBundle) {
  v1::CreateApplicationRequest create;
  create.set_form(office_.Form().ToJson());
  const auto created = handlers_.CreateApplication(By(office_.applicant), create);
  ASSERT_TRUE(created) << created.error().message;
  const std::string id = ParseResourceName(Collection::kApplications, created->name()).value();

  v1::AcceptApplicationRequest accept;
  accept.set_application(created->name());
  accept.set_laboratory(NameOf(office_.laboratory));
  ASSERT_TRUE(handlers_.AcceptApplication(By(office_.reviewer), accept));

  v1::SubmitReportRequest report;
  report.set_application(created->name());
  report.set_report(office_.SignReport(office_.DraftReport(id), office_.laboratory));
  const auto reported = handlers_.SubmitReport(By(office_.laboratory), report);
  ASSERT_TRUE(reported) << reported.error().message;

  v1::DecideApplicationRequest decide;
  decide.set_application(created->name());
  decide.set_etag(reported->etag());  // as the last writer was told it: nobody has touched the file since
  decide.set_decision(office_.SignDecision(office_.DraftDecision(id), office_.decider));
  const auto decided = handlers_.DecideApplication(By(office_.decider), decide);
  ASSERT_TRUE(decided) << decided.error().message;
  EXPECT_EQ(decided->application().state(), v1::Application::GRANTED);

  v1::GetBundleRequest bundle;
  bundle.set_name(decided->application().certification());
  const auto got = handlers_.GetBundle({}, bundle);
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_FALSE(decided->bundle().empty());
  EXPECT_NE(got->json().find("tlogProof"), std::string::npos);
}

TEST_F(HandlersOverAnOffice, ShowTheEtagOfTheFileAsItIsStored) {
  const std::string id = office_.Submit();
  v1::GetApplicationRequest get;
  get.set_name(ResourceName(Collection::kApplications, id));
  const auto application = handlers_.GetApplication(By(office_.applicant), get);
  ASSERT_TRUE(application) << application.error().message;
  EXPECT_EQ(application->etag(), office_.EtagOf(id).Hex());
}

TEST_F(HandlersOverAnOffice, RefuseAnEtagThatIsNone) {
  v1::DecideApplicationRequest decide;
  decide.set_application(ResourceName(Collection::kApplications, office_.Submit()));
  decide.set_etag("W/\"1\"");
  const auto decided = handlers_.DecideApplication(By(office_.decider), decide);
  ASSERT_FALSE(decided);
  EXPECT_EQ(decided.error().code, ErrorCode::kInvalidArgument);
}

TEST_F(HandlersOverAnOffice, ProveEveryEntryAgainstTheCheckpointTheyShow) {
  office_.Certified();
  const auto checkpoint = handlers_.GetCheckpoint({}, {});
  ASSERT_TRUE(checkpoint);
  const std::uint64_t size = office_.log().Exposed()->checkpoint.size;
  for (std::uint64_t index = 0; index < size; ++index) {
    v1::GetLogEntryRequest get;
    get.set_index(index);
    v1::GetProofRequest prove;
    prove.set_index(index);
    const auto entry = handlers_.GetLogEntry({}, get);
    const auto proof = TlogProof::Parse(handlers_.GetProof({}, prove).value().text()).value();
    EXPECT_EQ(proof.checkpoint_note, checkpoint->note());
    EXPECT_TRUE(VerifyInclusion(index, size, LeafHash(AsBytes(entry->entry())), proof.path,
                                office_.log().Exposed()->checkpoint.root));
  }
  v1::GetLogEntryRequest beyond;
  beyond.set_index(size);
  EXPECT_EQ(handlers_.GetLogEntry({}, beyond).error().code, ErrorCode::kNotFound);
}

TEST_F(HandlersOverAnOffice, NeverShowATrustListThatTheProcessHasNotAccepted) {
  std::filesystem::create_directory(directory_ / "trust");
  std::ofstream(directory_ / "trust" / "2.jwt") << "put.there.since";
  v1::GetTrustListRequest second;
  second.set_seq(2);
  EXPECT_EQ(handlers_.GetTrustList({}, second).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(handlers_.GetTrustList({}, {})->jws(), office_.authority().trust.text());
}

TEST_F(HandlersOverAnOffice, TellAnEnrolledApplicantTheirCertificates) {
  const auto applicant = office_.Request("Example Operator 08", "reg:XX:0000008");
  v1::GetEnrolmentRequest get;
  get.set_name(ResourceName(Collection::kEnrolments, applicant.enrolment.id));
  const auto pending = handlers_.GetEnrolment({}, get);
  ASSERT_TRUE(pending) << pending.error().message;
  EXPECT_EQ(pending->state(), v1::Enrolment::PENDING);
  EXPECT_EQ(pending->certificates_size(), 0);
  EXPECT_EQ(pending->expire_time().seconds() - pending->request_time().seconds(), ca::kEnrolmentLife.count());

  v1::ApproveEnrolmentRequest approve;
  approve.set_name(get.name());
  approve.set_fingerprint(applicant.enrolment.fingerprint);
  approve.add_roles(v1::ROLE_OPERATOR);
  const auto approved = handlers_.ApproveEnrolment(By(office_.first_registrar()), approve);
  ASSERT_TRUE(approved) << approved.error().message;
  EXPECT_EQ(approved->state(), v1::Enrolment::ENROLLED);
  ASSERT_EQ(approved->certificates_size(), 2);
  EXPECT_EQ(ToBytes(approved->certificates(1)), office_.authority().party_ca.der());
}

TEST_F(HandlersOverAnOffice, RefuseAnUnspecifiedRole) {
  v1::ApproveEnrolmentRequest approve;
  approve.set_name(ResourceName(Collection::kEnrolments, office_.Request("Somebody").enrolment.id));
  approve.add_roles(v1::ROLE_UNSPECIFIED);
  EXPECT_EQ(handlers_.ApproveEnrolment(By(office_.first_registrar()), approve).error().code,
            ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace certmark::api
