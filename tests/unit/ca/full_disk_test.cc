// On a full disk the authority takes no new work, and still says of a certification what must be said.
#include <gtest/gtest.h>

#include "tests/unit/ca/authority_fixture.h"

namespace certmark::ca::testing {
namespace {

class FullDisk : public ::testing::Test {
 protected:
  FullDisk() : number(office.Certified().id), waiting(InReview("org.example.other")) { office.disk().full = true; }

  std::string InReview(const std::string& package) {
    ApplicationForm form = office.Form();
    form.app = App::Parse("android:" + package).value();
    const std::string id = office.Submit(form);
    office.Accept(id);
    office.Report(id);
    return id;
  }
  Result<Certification> Take(EventKind act, const Person& confirmed_by, const std::string& reason) {
    const Proposal proposal = CM_TRY(office.service().ProposeAct(office.officer.party, act, number, reason));
    return office.service().ConfirmAct(confirmed_by.party, proposal.id);
  }
  void ExpectStatus(StatusValue status) {
    EXPECT_EQ(office.StatusAt(office.service().GetCertification(number).value().status), status);
  }

  Office office;
  const std::string number, waiting;
};

TEST_F(FullDisk, TakesNoNewWorkUntilThereIsRoomAgain) {
  const auto applied = office.service().SubmitApplication(office.applicant.party, office.Form().ToJson());
  ASSERT_FALSE(applied);
  EXPECT_EQ(applied.error().code, ErrorCode::kResourceExhausted);
  const auto decided = office.Decide(waiting);
  ASSERT_FALSE(decided);
  EXPECT_EQ(decided.error().code, ErrorCode::kResourceExhausted);
  EXPECT_FALSE(office.log().Stopped());
  office.disk().full = false;
  EXPECT_TRUE(office.service().SubmitApplication(office.applicant.party, office.Form().ToJson()));
  EXPECT_TRUE(office.Decide(waiting));
}

TEST_F(FullDisk, StillSuspendsAndReinstates) {
  const auto suspended = Take(EventKind::kSuspended, office.second_officer, "misuse");
  ASSERT_TRUE(suspended) << suspended.error().message;
  ExpectStatus(StatusValue::kSuspended);
  const auto reinstated = office.service().Reinstate(office.officer.party, number, "cause-corrected");
  ASSERT_TRUE(reinstated) << reinstated.error().message;
  ExpectStatus(StatusValue::kValid);
}

TEST_F(FullDisk, StillRevokes) {
  const auto revoked = Take(EventKind::kRevoked, office.decider, "deception");
  ASSERT_TRUE(revoked) << revoked.error().message;
  ExpectStatus(StatusValue::kRevoked);
}

TEST_F(FullDisk, StillLetsAHolderWithdraw) {
  const auto withdrawn = office.service().Withdraw(office.applicant.party, number, "holder-request");
  ASSERT_TRUE(withdrawn) << withdrawn.error().message;
}

TEST_F(FullDisk, StillAnswersWhoReads) {
  EXPECT_TRUE(office.service().GetBundle(number));
  EXPECT_EQ(office.service().LookUpApp(office.Form().app, std::nullopt)->size(), 1u);
}

}  // namespace
}  // namespace certmark::ca::testing
