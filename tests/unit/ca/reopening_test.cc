// What an upheld appeal leaves: a file that other people review again, and for a wrong revocation a new number.
#include <gtest/gtest.h>

#include <algorithm>

#include "ca/appeals.h"
#include "tests/unit/ca/order_office.h"

namespace certmark::ca::testing {
namespace {

using State = Application::State;

class Reopening : public ::testing::Test {
 protected:
  Reopening() : other_decider(office.Enrol("Other Decider", {Role::kDecider})) {}
  void TearDown() override { office.ExpectInAgreement(); }

  Applications& files() { return office.service().applications(); }
  std::string Uphold(const std::string& subject, const Person& officer) {
    const Appeal appeal = office.service().appeals().File(office.applicant.party, subject, {}).value();
    const auto decided =
        office.service().appeals().Decide(officer.party, {appeal.id, Appeal::State::kUpheld, "facts-mistaken"});
    EXPECT_TRUE(decided) << decided.error().message;
    return appeal.id;
  }
  std::string Uphold(const std::string& subject) { return Uphold(subject, office.appeals_officer); }
  DecisionDocument Refusal(const std::string& id) const {
    DecisionDocument decision = office.DraftDecision(id);
    decision.granted = false;
    decision.reasons = {"criteria-not-met"};
    return decision;
  }
  std::string Refused() {
    const std::string id = office.InReview();
    office.Decide(id, Refusal(id), office.decider).value();
    return id;
  }
  void Revoke(const std::string& number) {
    office
        .Confirm(office.second_officer,
                 office.Propose(office.officer, Proposed::kRevoke, number, "deception").value().id)
        .value();
  }
  Result<Granting::Decided> Grant(const std::string& id, const Person& by) {
    return office.Decide(id, office.DraftDecision(id), by);
  }
  Appeal::Leaves LeftBy(const std::string& appeal) { return Load<Appeal>(office.store(), appeal).value().value.leaves; }

  OrderOffice office;
  Person other_decider;
};

TEST_F(Reopening, PutsARefusedFileBackToItsReviewInTheCommitThatUpholdsTheAppeal) {
  const std::string id = Refused();
  const std::string old_decision = office.File(id).decision->jws;
  const std::size_t acts = office.RecordEntries().size();
  const std::string appeal = Uphold("application/" + id);
  EXPECT_EQ(office.RecordEntries().size(), acts + 2) << "filed, decided";
  const Application file = office.File(id);
  EXPECT_EQ(file.state, State::kReview);
  EXPECT_FALSE(file.decision);
  ASSERT_EQ(file.overturned.size(), 1u);
  EXPECT_EQ(file.overturned[0].jws, old_decision);
  EXPECT_FALSE(file.retain_until);
  EXPECT_EQ(LeftBy(appeal), Appeal::Leaves::kReview);
  EXPECT_EQ(Application::FromJson(file.ToJson()).value().ToJson(), file.ToJson());
}

TEST_F(Reopening, ShutsOutWhoeverTookPartAndWhoeverIsTheirs) {
  const std::string id = Refused();
  Uphold("application/" + id);
  const Person of_decider = office.Enrol("Of The Decider", {Role::kDecider}, {office.decider.party.id});
  for (const Person* person : std::initializer_list<const Person*>{&office.decider, &of_decider})
    EXPECT_EQ(CodeOf(Grant(id, *person)), ErrorCode::kPermissionDenied);
  const auto granted = Grant(id, other_decider);
  ASSERT_TRUE(granted) << granted.error().message;
  EXPECT_TRUE(granted->bundle);
}

TEST_F(Reopening, ShutsOutTheAppealsOfficerToo) {
  const Person both = office.Enrol("Both", {Role::kAppealsOfficer, Role::kDecider});
  const std::string id = Refused();
  Uphold("application/" + id, both);
  EXPECT_EQ(CodeOf(Grant(id, both)), ErrorCode::kPermissionDenied);
}

TEST_F(Reopening, IsSettledByTheDecisionThatFollowsWhicheverItIs) {
  const std::string id = Refused();
  const std::string appeal = Uphold("application/" + id);
  office.Advance(Seconds{60});
  office.Decide(id, Refusal(id), other_decider).value();
  EXPECT_EQ(LeftBy(appeal), Appeal::Leaves::kNothing);
  EXPECT_EQ(office.File(id).state, State::kRefused);
  EXPECT_EQ(office.File(id).appeal, "");
  // It can be appealed against like any other, and then neither decider decides again.
  const Person second_officer = office.Enrol("Second Appeals Officer", {Role::kAppealsOfficer});
  Uphold("application/" + id, second_officer);
  for (const Person* person : {&office.decider, &other_decider})
    EXPECT_EQ(CodeOf(Grant(id, *person)), ErrorCode::kPermissionDenied);
}

TEST_F(Reopening, IsSettledByAWithdrawal) {
  const std::string id = Refused();
  const std::string appeal = Uphold("application/" + id);
  files().Withdraw(office.applicant.party, id).value();
  EXPECT_EQ(LeftBy(appeal), Appeal::Leaves::kNothing);
}

TEST_F(Reopening, OfWhatWasRefusedAtAcceptanceSkipsNoStep) {
  const std::string id = office.Submit();
  files().Refuse(office.reviewer.party, id, "unlawful-operator").value();
  Uphold("application/" + id);
  EXPECT_EQ(office.File(id).state, State::kSubmitted);
  EXPECT_EQ(CodeOf(files().Accept(office.reviewer.party, id, office.laboratory.party.id)),
            ErrorCode::kPermissionDenied);
  EXPECT_EQ(CodeOf(files().Refuse(office.reviewer.party, id, "unlawful-operator")), ErrorCode::kPermissionDenied);
  const Person other = office.Enrol("Other Reviewer", {Role::kReviewer});
  EXPECT_EQ(files().Accept(other.party, id, office.laboratory.party.id).value().state, State::kVerification);
}

TEST_F(Reopening, LeavesTheUnitToWhatWasAppliedForMeanwhile) {
  const std::string id = office.Submit();
  files().Refuse(office.reviewer.party, id, "unlawful-operator").value();
  const std::string meanwhile = office.Submit();
  Uphold("application/" + id);
  EXPECT_EQ(office.File(id).state, State::kSubmitted);
  const auto again = [&] { return files().Submit(office.applicant.party, {office.Form().ToJson()}); };
  EXPECT_EQ(CodeOf(again()), ErrorCode::kAlreadyExists) << "there is one that no appeal reopened";
  files().Withdraw(office.applicant.party, id).value();
  EXPECT_EQ(CodeOf(again()), ErrorCode::kAlreadyExists);
  files().Withdraw(office.applicant.party, meanwhile).value();
  EXPECT_TRUE(again());
}

TEST_F(Reopening, OfAWrongRevocationGrantsANewNumberByANewDecision) {
  const Certification revoked = office.Certified();
  const std::string old_decision = office.File(revoked.application).decision->jws;
  Revoke(revoked.id);
  office.Advance(kDay);
  const std::string appeal = Uphold("certification/" + revoked.id);
  EXPECT_EQ(LeftBy(appeal), Appeal::Leaves::kGrant);
  const std::string id = revoked.application;
  EXPECT_EQ(office.File(id).state, State::kReview);
  EXPECT_EQ(CodeOf(Grant(id, office.decider)), ErrorCode::kPermissionDenied);
  const auto granted = Grant(id, other_decider);
  ASSERT_TRUE(granted) << granted.error().message;
  EXPECT_EQ(LeftBy(appeal), Appeal::Leaves::kNothing);
  const Certification anew = office.LookAt(granted->application.certification);
  EXPECT_NE(anew.id, revoked.id);
  EXPECT_EQ(anew.state, Certification::State::kValid);
  EXPECT_EQ(anew.valid_until, revoked.valid_until) << "no longer than what was wrongly ended";
  EXPECT_NE(office.File(id).decision->jws, old_decision);
  // What was revoked stays so.
  EXPECT_EQ(office.LookAt(revoked.id).state, Certification::State::kRevoked);
  EXPECT_EQ(office.StatusAt(revoked.status), StatusValue::kRevoked);
}

TEST_F(Reopening, MakesAnOverturnedRevocationBarNothingMore) {
  const Certification revoked = office.Certified();
  Revoke(revoked.id);
  ApplicationForm form = office.Form();
  form.app.package = "org.example.second";
  const auto submit = [&] { return files().Submit(office.applicant.party, {office.Complete(form).ToJson()}); };
  EXPECT_EQ(CodeOf(submit()), ErrorCode::kFailedPrecondition);
  const std::string appeal = Uphold("certification/" + revoked.id);
  EXPECT_EQ(office.LookAt(revoked.id).overturned_by, "appeal/" + appeal);
  EXPECT_TRUE(submit());
}

TEST_F(Reopening, GrantsANewNumberForAChangeWhoseBaseIsSuperseded) {
  const Certification base = office.Certified();
  ApplicationForm form = office.FormOn(base, ApplicationPath::kUpdate);
  form.version_to = "299";
  const std::string id = office.InReview(form);
  const std::string number = office.Decide(id).value().application.certification;
  Revoke(number);
  Uphold("certification/" + number);
  const auto granted = Grant(id, other_decider);
  ASSERT_TRUE(granted) << granted.error().message;
  const Certification anew = office.LookAt(granted->application.certification);
  EXPECT_EQ(anew.version_to, "299");
  EXPECT_EQ(anew.valid_until, base.valid_until);
  EXPECT_EQ(office.LookAt(base.id).superseded_by, number) << "as it was";
}

TEST_F(Reopening, GrantsNothingForWhatWouldHaveEndedMeanwhile) {
  const Certification revoked = office.Certified();
  Revoke(revoked.id);
  Uphold("certification/" + revoked.id);
  const std::string id = revoked.application;
  const DecisionDocument decision = office.DraftDecision(id);
  EXPECT_TRUE(office.File(id).regrants == revoked.id);
  office.AdvanceTo(revoked.valid_until);
  EXPECT_FALSE(office.Decide(id, decision, other_decider));
  EXPECT_EQ(office.File(id).state, State::kReview);
}

TEST_F(Reopening, IsNotDoneForASuspensionWhereTheRevocationHadAnotherCause) {
  const Certification certification = office.Certified();
  office
      .Confirm(office.second_officer,
               office.Propose(office.officer, Proposed::kSuspend, certification.id, "misuse").value().id)
      .value();
  const Appeal appeal =
      office.service().appeals().File(office.applicant.party, "certification/" + certification.id, {}).value();
  office.Advance(Seconds{60});
  Revoke(certification.id);
  office.service()
      .appeals()
      .Decide(office.appeals_officer.party, {appeal.id, Appeal::State::kUpheld, "facts-mistaken"})
      .value();
  EXPECT_EQ(LeftBy(appeal.id), Appeal::Leaves::kNothing);
  EXPECT_EQ(office.File(certification.application).state, State::kGranted);
  EXPECT_EQ(office.LookAt(certification.id).overturned_by, "");
}

}  // namespace
}  // namespace certmark::ca::testing
