// The way of an application to its evaluation, as messages tell it.
#include <gtest/gtest.h>

#include "api/convert.h"
#include "api/errors.h"
#include "api/handlers.h"
#include "ca/decided_file.h"
#include "tests/unit/ca/authority_fixture.h"
#include "verifier-sdk/core/names.h"

namespace certmark::api {
namespace {

using ca::testing::Office;
using ca::testing::Person;

class HandlersOfApplications : public ::testing::Test {
 protected:
  static Caller By(const Person& person) { return Caller{person.party}; }
  static std::string NameOf(const Person& person) { return ResourceName(Collection::kParties, person.party.id); }
  static std::string NameOf(const std::string& id) { return ResourceName(Collection::kApplications, id); }

  v1::Application Create(const ca::ApplicationForm& form) {
    v1::CreateApplicationRequest create;
    create.set_form(form.ToJson());
    return handlers_.CreateApplication(By(office_.applicant), create).value();
  }
  Result<v1::Application> Return(const std::string& name, const std::string& reason) {
    v1::ReturnApplicationRequest request;
    request.set_application(name);
    request.set_reason(reason);
    return handlers_.ReturnApplication(By(office_.reviewer), request);
  }
  Result<v1::Application> Refuse(const Person& by, const std::string& name, const std::string& reason) {
    v1::RefuseApplicationRequest request;
    request.set_application(name);
    request.set_reason(reason);
    return handlers_.RefuseApplication(By(by), request);
  }
  Result<v1::Application> Resubmit(const std::string& name, const std::string& form) {
    v1::ResubmitApplicationRequest request;
    request.set_name(name);
    request.set_form(form);
    return handlers_.ResubmitApplication(By(office_.applicant), request);
  }
  Result<v1::Application> Withdraw(const Person& by, const std::string& name) {
    v1::WithdrawApplicationRequest request;
    request.set_name(name);
    return handlers_.WithdrawApplication(By(by), request);
  }
  Result<v1::Application> Accept(const std::string& name, const std::string& laboratory, const std::string& auditor) {
    v1::AcceptApplicationRequest request;
    request.set_application(name);
    request.set_laboratory(laboratory);
    request.set_auditor(auditor);
    return handlers_.AcceptApplication(By(office_.reviewer), request);
  }

  certmark::testing::TempDir directory_;
  Office office_;
  Handlers handlers_{office_.service(), ca::AuthorityFiles(directory_.path())};
};

TEST_F(HandlersOfApplications, CarryAReturnToItsAnswer) {
  const std::string name = Create(office_.Form()).name();
  const auto returned = Return(name, "unit-unclear");
  ASSERT_TRUE(returned) << returned.error().message;
  EXPECT_EQ(returned->state(), v1::Application::RETURNED);
  EXPECT_EQ(returned->reason(), "unit-unclear");
  EXPECT_TRUE(returned->has_deadline());

  ca::ApplicationForm form = office_.Form();
  form.version_to = "250";
  const auto again = Resubmit(name, form.ToJson());
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->name(), name);
  EXPECT_EQ(again->state(), v1::Application::SUBMITTED);
  EXPECT_EQ(again->form(), form.ToJson());
  EXPECT_FALSE(again->has_deadline());
  EXPECT_EQ(Resubmit(name, form.ToJson()).error().code, ErrorCode::kFailedPrecondition) << "it is not returned";
}

TEST_F(HandlersOfApplications, WithdrawForItsOperatorAlone) {
  const std::string name = Create(office_.Form()).name();
  const Person other = office_.Enrol("Other Operator", {ca::Role::kOperator});
  EXPECT_EQ(Withdraw(other, name).error().code, ErrorCode::kNotFound);
  const auto withdrawn = Withdraw(office_.applicant, name);
  ASSERT_TRUE(withdrawn) << withdrawn.error().message;
  EXPECT_EQ(withdrawn->state(), v1::Application::WITHDRAWN);
  EXPECT_EQ(Withdraw(office_.applicant, name).error().code, ErrorCode::kFailedPrecondition);
}

TEST_F(HandlersOfApplications, RefuseForAReasonOfTheScheme) {
  const std::string name = Create(office_.Form()).name();
  EXPECT_EQ(Refuse(office_.reviewer, name, "bad-mood").error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(Refuse(office_.laboratory, name, "materials-incomplete").error().code, ErrorCode::kPermissionDenied);
  const auto refused = Refuse(office_.reviewer, name, "materials-incomplete");
  ASSERT_TRUE(refused) << refused.error().message;
  EXPECT_EQ(refused->state(), v1::Application::REFUSED);
  EXPECT_EQ(refused->reason(), "materials-incomplete");
}

TEST_F(HandlersOfApplications, AssignALaboratoryAndAnAuditorWhereTheSchemeAudits) {
  ca::ApplicationForm form = office_.Form();
  form.scheme = Office::kAudited;
  const std::string name = Create(office_.Complete(form)).name();
  const Person auditor = office_.EnrolEvaluator("Auditor", {ca::Role::kAuditor});
  EXPECT_EQ(Accept(name, NameOf(office_.laboratory), "").error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(Accept(name, "", NameOf(auditor)).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(Accept(name, NameOf(office_.laboratory), "auditor").error().code, ErrorCode::kInvalidArgument);
  const auto accepted = Accept(name, NameOf(office_.laboratory), NameOf(auditor));
  ASSERT_TRUE(accepted) << accepted.error().message;
  EXPECT_EQ(accepted->state(), v1::Application::VERIFICATION);
  EXPECT_EQ(accepted->laboratory(), NameOf(office_.laboratory));
  EXPECT_EQ(accepted->auditor(), NameOf(auditor));
  EXPECT_TRUE(accepted->has_decide_by());
  EXPECT_EQ(accepted->path(), "initial");
  EXPECT_EQ(accepted->base(), "");
}

TEST_F(HandlersOfApplications, SendWhatIsCorrectedBackToTheLaboratory) {
  const std::string id = office_.Submit();
  office_.Accept(id);
  office_.Report(id, {"APP-2019/3.1"});
  v1::CorrectApplicationRequest request;
  request.set_name(NameOf(id));
  EXPECT_EQ(handlers_.CorrectApplication(By(office_.laboratory), request).error().code, ErrorCode::kPermissionDenied);
  const auto corrected = handlers_.CorrectApplication(By(office_.applicant), request);
  ASSERT_TRUE(corrected) << corrected.error().message;
  EXPECT_EQ(corrected->state(), v1::Application::VERIFICATION);
  EXPECT_FALSE(corrected->has_deadline());
}

TEST_F(HandlersOfApplications, AssignAnotherLaboratory) {
  const Person another = office_.EnrolEvaluator("Another Laboratory", {ca::Role::kLaboratory});
  const std::string id = office_.Submit();
  office_.Accept(id);
  v1::ReassignApplicationRequest request;
  request.set_application(NameOf(id));
  request.set_laboratory("laboratory");
  EXPECT_EQ(handlers_.ReassignApplication(By(office_.reviewer), request).error().code, ErrorCode::kInvalidArgument);
  request.set_laboratory(NameOf(another));
  EXPECT_EQ(handlers_.ReassignApplication(By(office_.reviewer), request).error().code, ErrorCode::kInvalidArgument);
  request.set_reason("evaluator-unavailable");
  const auto reassigned = handlers_.ReassignApplication(By(office_.reviewer), request);
  ASSERT_TRUE(reassigned) << reassigned.error().message;
  EXPECT_EQ(reassigned->laboratory(), NameOf(another));
  EXPECT_EQ(reassigned->state(), v1::Application::VERIFICATION);
}

TEST_F(HandlersOfApplications, ShowTheReportsThatAnUpdateCarries) {
  const ca::Certification base = office_.Certified();
  const ca::Application before = office_.File(base.application);
  ca::ApplicationForm form = office_.FormOn(base, ca::ApplicationPath::kUpdate);
  form.version_to = "299";
  const std::string name = Create(office_.Complete(form)).name();
  EXPECT_EQ(Accept(name, NameOf(office_.laboratory), "").error().code, ErrorCode::kInvalidArgument)
      << "an update is not tested";
  const auto accepted = Accept(name, "", "");
  ASSERT_TRUE(accepted) << accepted.error().message;
  EXPECT_EQ(accepted->state(), v1::Application::REVIEW);
  EXPECT_EQ(accepted->laboratory(), "");
  EXPECT_EQ(accepted->path(), "update");
  EXPECT_EQ(accepted->base(), ResourceName(Collection::kCertifications, base.id));
  EXPECT_EQ(accepted->reports_size(), 0);
  ASSERT_EQ(accepted->carried_reports_size(), 1);
  const auto& carried = accepted->carried_reports(0);
  EXPECT_EQ(carried.kind(), "verification");
  EXPECT_EQ(carried.application(), NameOf(base.application));
  EXPECT_EQ(carried.author(), NameOf(office_.laboratory));
  EXPECT_EQ(carried.digest(), Sha256Uri(AsBytes(before.reports.back().jws)));
}

TEST_F(HandlersOfApplications, GiveOutTheFileOfADecidedApplication) {
  const std::string id = office_.Certified().application;
  v1::GetApplicationFileRequest request;
  request.set_name(NameOf(id));
  const auto given = handlers_.GetApplicationFile(By(office_.applicant), request);
  ASSERT_TRUE(given) << given.error().message;
  const ca::DecidedFile file = ca::DecidedFile::Parse(given->json()).value();
  EXPECT_EQ(file.form_json, office_.File(id).form_json);
  EXPECT_EQ(file.decision.jws, office_.File(id).decision->jws);
  request.set_name(NameOf(office_.Submit()));
  EXPECT_EQ(handlers_.GetApplicationFile(By(office_.applicant), request).error().code, ErrorCode::kFailedPrecondition);
}

TEST_F(HandlersOfApplications, AnswerNobodyAndNobodyFromAClosedRegister) {
  Handlers closed(office_.service(), ca::AuthorityFiles(directory_.path()), Register::kClosed);
  const auto is_refused = [&](auto method) {
    EXPECT_EQ((handlers_.*method)({}, {}).error().code, ErrorCode::kPermissionDenied);
    EXPECT_EQ((closed.*method)(By(office_.reviewer), {}).error().message, RegisterClosed().message);
  };
  is_refused(&Handlers::ResubmitApplication);
  is_refused(&Handlers::CorrectApplication);
  is_refused(&Handlers::WithdrawApplication);
  is_refused(&Handlers::AcceptApplication);
  is_refused(&Handlers::ReassignApplication);
  is_refused(&Handlers::ReturnApplication);
  is_refused(&Handlers::RefuseApplication);
  is_refused(&Handlers::GetApplicationFile);
  is_refused(&Handlers::ListDocuments);
  is_refused(&Handlers::BeginUpload);
  is_refused(&Handlers::BeginReading);
}

}  // namespace
}  // namespace certmark::api
