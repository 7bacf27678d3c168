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
  Result<Certification> Take(Proposed act, const Person& confirmed_by, const std::string& reason) {
    const Proposal proposal = CM_TRY(office.Propose(office.officer, act, number, reason));
    return office.Confirm(confirmed_by, proposal.id);
  }
  void ExpectStatus(StatusValue status) {
    EXPECT_EQ(office.StatusAt(office.service().certifications().Get(number).value().status), status);
  }

  Office office;
  const std::string number, waiting;
};

TEST_F(FullDisk, TakesNoNewWorkUntilThereIsRoomAgain) {
  const auto applied = office.service().applications().Submit(office.applicant.party, {office.Form().ToJson()});
  ASSERT_FALSE(applied);
  EXPECT_EQ(applied.error().code, ErrorCode::kResourceExhausted);
  const auto decided = office.Decide(waiting);
  ASSERT_FALSE(decided);
  EXPECT_EQ(decided.error().code, ErrorCode::kResourceExhausted);
  EXPECT_FALSE(office.log().Stopped());
  office.disk().full = false;
  EXPECT_TRUE(office.service().applications().Submit(office.applicant.party, {office.Form().ToJson()}));
  EXPECT_TRUE(office.Decide(waiting));
}

TEST_F(FullDisk, StillSuspendsAndReinstates) {
  const auto suspended = Take(Proposed::kSuspend, office.second_officer, "misuse");
  ASSERT_TRUE(suspended) << suspended.error().message;
  ExpectStatus(StatusValue::kSuspended);
  const auto reinstated = office.service().certifications().Reinstate(office.officer.party, number, "cause-corrected");
  ASSERT_TRUE(reinstated) << reinstated.error().message;
  ExpectStatus(StatusValue::kValid);
}

TEST_F(FullDisk, StillRevokes) {
  const auto revoked = Take(Proposed::kRevoke, office.decider, "deception");
  ASSERT_TRUE(revoked) << revoked.error().message;
  ExpectStatus(StatusValue::kRevoked);
}

TEST_F(FullDisk, StillLetsAHolderWithdraw) {
  const auto withdrawn = office.service().certifications().Withdraw(office.applicant.party, number, "holder-request");
  ASSERT_TRUE(withdrawn) << withdrawn.error().message;
}

TEST_F(FullDisk, StillAnswersWhoReads) {
  EXPECT_TRUE(office.service().certifications().Bundle(number));
  EXPECT_EQ(office.service().certifications().LookUp(office.Form().app, std::nullopt)->size(), 1u);
}

}  // namespace
}  // namespace certmark::ca::testing
