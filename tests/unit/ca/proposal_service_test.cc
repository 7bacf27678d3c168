// Proposals as such, whatever they are about: who ends them, and when they are void.
#include <gtest/gtest.h>

#include "ca/act_entry.h"
#include "tests/unit/ca/authority_fixture.h"

namespace certmark::ca::testing {
namespace {

class ProposalService : public ::testing::Test {
 protected:
  std::string Propose() { return office.Propose(office.officer, Proposed::kSuspend, number, "misuse").value().id; }
  Proposal Stored(const std::string& id) { return Load<Proposal>(office.store(), id).value().value; }
  template <class T>
  static ErrorCode CodeOf(const Result<T>& result) {
    EXPECT_FALSE(result);
    return result ? ErrorCode::kInternal : result.error().code;
  }

  Office office;
  const std::string number = office.Certified().id;
};

TEST_F(ProposalService, IsRejectedByWhoMightConfirmItAndThenNobodyConfirmsIt) {
  const std::string id = Propose();
  EXPECT_EQ(office.service().proposals().Reject(office.decider.party, id, "not-serious")->state,
            Proposal::State::kRejected);
  EXPECT_EQ(Stored(id).confirmed_by, office.decider.party.id);
  EXPECT_EQ(CodeOf(office.Confirm(office.second_officer, id)), ErrorCode::kFailedPrecondition);
  EXPECT_EQ(CodeOf(office.service().proposals().Reject(office.decider.party, id, "")), ErrorCode::kFailedPrecondition);
}

TEST_F(ProposalService, IsNeitherReadNorEndedByWhoBelongsToWhomItConcerns) {
  const std::string id = Propose();
  const Person relative = office.Enrol("Relative", {Role::kDecider}, {office.applicant.party.id});
  EXPECT_EQ(CodeOf(office.service().proposals().Get(relative.party, id)), ErrorCode::kNotFound);
  EXPECT_EQ(CodeOf(office.service().proposals().Reject(relative.party, id, "")), ErrorCode::kPermissionDenied);
  EXPECT_EQ(CodeOf(office.Confirm(relative, id)), ErrorCode::kPermissionDenied);
  EXPECT_TRUE(office.service().proposals().Get(office.decider.party, id));
}

TEST_F(ProposalService, TakesTwoPeopleNotTwoPartiesOfOne) {
  const std::string id = Propose();
  const Person alias = office.Enrol("The officer once more", {Role::kSurveillanceOfficer}, {office.officer.party.id});
  EXPECT_EQ(CodeOf(office.Confirm(alias, id)), ErrorCode::kPermissionDenied);
  // Two of one organisation are two.
  const Person one = office.Enrol("One", {Role::kSurveillanceOfficer}, {office.laboratory.party.id});
  const Person another = office.Enrol("Another", {Role::kSurveillanceOfficer}, {office.laboratory.party.id});
  const Proposal proposal = office.Propose(one, Proposed::kSuspend, number, "misuse").value();
  EXPECT_TRUE(office.Confirm(another, proposal.id));
}

TEST_F(ProposalService, IsTakenBackByWhoMadeIt) {
  EXPECT_TRUE(office.service().proposals().Reject(office.officer.party, Propose(), ""));
}

TEST_F(ProposalService, IsNotRejectedByWhoCouldNotConfirmItNorWithProse) {
  const std::string id = Propose();
  EXPECT_EQ(CodeOf(office.service().proposals().Reject(office.reviewer.party, id, "")), ErrorCode::kPermissionDenied);
  EXPECT_EQ(CodeOf(office.service().proposals().Reject(office.decider.party, id, "Jane Doe says no")),
            ErrorCode::kInvalidArgument);
}

TEST_F(ProposalService, WaitsForThoseWhoMayConfirmItAndForNobodyOnceItIsOver) {
  const std::string id = Propose();
  for (const char* whom : {"surveillance-officer", "decider"}) {
    const auto work = WorkOf(office.store(), whom, 9).value();
    ASSERT_EQ(work.size(), 1u) << whom;
    EXPECT_EQ(work[0].subject, "proposal/" + id);
    EXPECT_EQ(work[0].by, Stored(id).expires_at);
  }
  office.Confirm(office.second_officer, id).value();
  EXPECT_TRUE(WorkOf(office.store(), "decider", 9).value().empty());
}

TEST_F(ProposalService, IsVoidOnceItsTimeIsOver) {
  const std::string id = Propose();
  office.Advance(Stored(id).expires_at - office.now() - Seconds{1});
  EXPECT_TRUE(office.service().proposals().OnDue(id));
  EXPECT_EQ(Stored(id).state, Proposal::State::kOpen) << "not yet";
  office.Advance(Seconds{1});
  EXPECT_EQ(CodeOf(office.Confirm(office.second_officer, id)), ErrorCode::kFailedPrecondition);
  EXPECT_TRUE(office.service().proposals().OnDue(id));
  EXPECT_EQ(Stored(id).state, Proposal::State::kExpired);
  const std::string act = office.RecordEntries().back();
  EXPECT_NE(act.find("\"actor\":\"clock\",\"act\":\"expire-proposal\""), std::string::npos);
  EXPECT_NE(act.find("\"rests_on\":\"proposal/" + id + "\""), std::string::npos);
  EXPECT_TRUE(office.service().proposals().OnDue(id)) << "nothing fires twice";
  EXPECT_EQ(office.RecordEntries().back(), act);
}

}  // namespace
}  // namespace certmark::ca::testing
