// Handlers of eligibility: who may evaluate, what is signed to show control, which names look alike.
#include <gtest/gtest.h>

#include "api/convert.h"
#include "api/handlers.h"
#include "tests/unit/ca/app_key.h"
#include "tests/unit/ca/authority_fixture.h"

namespace certmark::api {
namespace {

using ca::testing::AppKey;
using ca::testing::Office;
using ca::testing::Person;

class EligibilityHandlers : public ::testing::Test {
 protected:
  static Caller By(const Person& person) { return Caller{person.party}; }
  static ErrorCode CodeOf(const auto& result) { return result ? ErrorCode{} : result.error().code; }
  std::string Accreditation() const { return ResourceName(Collection::kAccreditations, office_.laboratory.party.id); }
  v1::Challenge Challenge(const AppKey& key) {
    v1::CreateChallengeRequest request;
    request.set_platform(v1::PLATFORM_ANDROID);
    request.set_package("org.example.app");
    request.set_signer(key.signer());
    return handlers_.CreateChallenge(By(office_.applicant), request).value();
  }
  // Create applies for an app under `key`, and answers `challenge` with it.
  Result<v1::Application> Create(const AppKey& key, const std::string& challenge, const std::string& text) {
    ca::ApplicationForm form = office_.Form();
    form.signers = {key.signer()};
    v1::CreateApplicationRequest request;
    request.set_form(form.ToJson());
    v1::ControlProof* const proof = request.add_proofs();
    proof->set_challenge(challenge);
    proof->set_certificate(std::string(AsText(key.certificate())));
    proof->set_signature(std::string(AsText(key.Sign(text))));
    return handlers_.CreateApplication(By(office_.applicant), request);
  }

  certmark::testing::TempDir directory_;
  Office office_;
  Handlers handlers_{office_.service(), ca::AuthorityFiles(directory_.path())};
};

TEST_F(EligibilityHandlers, RefuseACallerWhoIsNobody) {
  EXPECT_EQ(CodeOf(handlers_.GetAccreditation({}, {})), ErrorCode::kPermissionDenied);
  EXPECT_EQ(CodeOf(handlers_.CreateChallenge({}, {})), ErrorCode::kPermissionDenied);
  EXPECT_EQ(CodeOf(handlers_.ListLookAlikes({}, {})), ErrorCode::kPermissionDenied);
  EXPECT_EQ(CodeOf(handlers_.ListRecentReports({}, {})), ErrorCode::kPermissionDenied);
}

TEST_F(EligibilityHandlers, ShowAnAccreditationToEveryPartyAsItIsNow) {
  v1::GetAccreditationRequest request;
  request.set_name(Accreditation());
  const auto shown = handlers_.GetAccreditation(By(office_.applicant), request);
  ASSERT_TRUE(shown) << shown.error().message;
  EXPECT_EQ(shown->party(), ResourceName(Collection::kParties, office_.laboratory.party.id));
  EXPECT_EQ(shown->state(), v1::Accreditation::ACTIVE);
  EXPECT_EQ(shown->platforms_size(), 4);
  EXPECT_EQ(shown->end_time().seconds(), ToEpoch(office_.now() + 3650 * ca::testing::kDay));
  office_.Advance(3650 * ca::testing::kDay);
  EXPECT_EQ(handlers_.GetAccreditation(By(office_.applicant), request)->state(), v1::Accreditation::ENDED);
  request.set_name("parties/" + office_.laboratory.party.id);
  EXPECT_EQ(CodeOf(handlers_.GetAccreditation(By(office_.applicant), request)), ErrorCode::kInvalidArgument);
}

TEST_F(EligibilityHandlers, TakeTheAnswerToAChallengeWithAnApplication) {
  const AppKey key = AppKey::Ec("P-256");
  const v1::Challenge challenge = Challenge(key);
  EXPECT_EQ(challenge.package(), "org.example.app");
  EXPECT_EQ(challenge.signer(), key.signer());
  EXPECT_EQ(challenge.expire_time().seconds(), ToEpoch(office_.now() + ca::Challenge::kLife));
  EXPECT_EQ(CodeOf(Create(key, challenge.name(), challenge.text() + " ")), ErrorCode::kInvalidArgument);
  EXPECT_EQ(CodeOf(Create(key, "applications/abcdefghijkmnpqr", challenge.text())), ErrorCode::kInvalidArgument);
  const auto created = Create(key, challenge.name(), challenge.text());
  ASSERT_TRUE(created) << created.error().message;
  ASSERT_EQ(created->proven_signers_size(), 1);
  EXPECT_EQ(created->proven_signers(0), key.signer());
}

TEST_F(EligibilityHandlers, ListNamesThatLookAlike) {
  const std::string number = office_.Certified().id;
  ca::ApplicationForm form = office_.Form();
  form.app.package = "org.example.second";
  v1::ListLookAlikesRequest request;
  request.set_application(ResourceName(Collection::kApplications, office_.Submit(form)));
  const auto found = handlers_.ListLookAlikes(By(office_.reviewer), request);
  ASSERT_TRUE(found) << found.error().message;
  ASSERT_EQ(found->certifications_size(), 1);
  EXPECT_EQ(found->certifications(0), ResourceName(Collection::kCertifications, number));
}

TEST_F(EligibilityHandlers, ListWhatRestsOnASuspendedLaboratorysReports) {
  const std::string number = office_.Certified().id;
  v1::ListRecentReportsRequest request;
  request.set_accreditation(Accreditation());
  EXPECT_EQ(CodeOf(handlers_.ListRecentReports(By(office_.officer), request)), ErrorCode::kFailedPrecondition);
  office_.Take(ca::Proposed::kSuspendAccreditation, office_.laboratory, "laboratory-unreliable");
  const auto found = handlers_.ListRecentReports(By(office_.officer), request);
  ASSERT_TRUE(found) << found.error().message;
  ASSERT_EQ(found->reports_size(), 1);
  EXPECT_EQ(found->reports(0).subject(), ResourceName(Collection::kCertifications, number));
  EXPECT_EQ(found->reports(0).receive_time().seconds(), ToEpoch(office_.now()));
}

TEST_F(EligibilityHandlers, CarryProposalsOfRegistrarsFromTheirDetails) {
  const Person newcomer = office_.Enrol("New Laboratory", {ca::Role::kLaboratory});
  v1::ProposeActRequest propose;
  propose.set_act(v1::Proposal::ACCREDIT);
  propose.set_subject(ResourceName(Collection::kParties, newcomer.party.id));
  propose.set_details(
      ca::AccreditationScope{{"CNCA-App-001"}, {Platform::kIos}, office_.now() + ca::testing::kDay}.ToJson());
  const auto proposed = handlers_.ProposeAct(By(office_.first_registrar()), propose);
  ASSERT_TRUE(proposed) << proposed.error().message;
  v1::ConfirmActRequest confirm;
  confirm.set_proposal(proposed->name());
  ASSERT_TRUE(handlers_.ConfirmAct(By(office_.second_registrar()), confirm));
  v1::GetAccreditationRequest get;
  get.set_name(ResourceName(Collection::kAccreditations, newcomer.party.id));
  EXPECT_EQ(handlers_.GetAccreditation(By(newcomer), get)->schemes(0), "CNCA-App-001");
}

}  // namespace
}  // namespace certmark::api
