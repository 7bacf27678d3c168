// Surveillance: complaints of anybody, stores' reports of builds, and the cases that come of them.
#include "ca/cases.h"

#include <gtest/gtest.h>

#include "ca/people.h"
#include "tests/unit/ca/order_office.h"

namespace certmark::ca::testing {
namespace {

class CaseService : public ::testing::Test {
 protected:
  CaseService() : number(office.Certified().id), store(office.Enrol("Example Store", {Role::kRelyingParty})) {}
  void TearDown() override { office.ExpectInAgreement(); }

  Cases& cases() { return office.service().cases(); }
  App TheApp() const { return App::Parse(OrderOffice::kApp).value(); }
  Result<Complaint> Report(const std::string& build, std::string_view signer = kSigner) {
    return cases().Report(store.party, {TheApp(), std::string(signer), build});
  }
  Result<Complaint> Complain(const std::string& app = std::string(OrderOffice::kApp)) {
    return cases().Complain(App::Parse(app).value(), Sha256(AsBytes("salt and text")), {});
  }
  Result<Case> Open(const std::string& reason = "planned-surveillance") {
    return cases().Open(office.officer.party, {number, Case::Cause::kPlan, reason});
  }
  Result<Case> Close(const std::string& id, Case::Outcome outcome) {
    return cases().Close(office.officer.party, {id, outcome});
  }
  std::size_t OpenCases() { return FoundBy(office.store(), "open-case", number, "", 99).value().size(); }

  OrderOffice office;
  const std::string number;
  const Person store;
};

TEST_F(CaseService, OpensByPlanAndWaitsForTheOfficers) {
  const Case file = Open().value();
  EXPECT_EQ(file.state, Case::State::kOpen);
  const auto work = WorkOf(office.store(), "surveillance-officer", 9).value();
  ASSERT_EQ(work.size(), 1u);
  EXPECT_EQ(work[0].subject, "case/" + file.id);
  EXPECT_EQ(office.LastActs(1).front().reason, "planned-surveillance");
}

TEST_F(CaseService, OpensForAReasonOfTheCatalogueAlone) {
  for (const char* reason : {"", "holder-request", "he looked guilty"}) {
    EXPECT_EQ(CodeOf(Open(reason)), ErrorCode::kInvalidArgument) << reason;
  }
}

TEST_F(CaseService, IsOpenedAndClosedByNobodyOfTheOperators) {
  const Person related = office.Enrol("Related", {Role::kSurveillanceOfficer}, {office.applicant.party.id});
  EXPECT_EQ(CodeOf(cases().Open(related.party, {number, Case::Cause::kPlan, "planned-surveillance"})),
            ErrorCode::kPermissionDenied);
  EXPECT_EQ(CodeOf(cases().Open(office.applicant.party, {number, Case::Cause::kPlan, "planned-surveillance"})),
            ErrorCode::kPermissionDenied);
  const Case file = Open().value();
  EXPECT_EQ(CodeOf(cases().Close(related.party, {file.id, Case::Outcome::kNoFinding})), ErrorCode::kPermissionDenied);
}

TEST_F(CaseService, ClosesOnceWithItsOutcome) {
  const Case file = Open().value();
  EXPECT_EQ(Close(file.id, Case::Outcome::kNoFinding).value().state, Case::State::kClosed);
  EXPECT_EQ(CodeOf(Close(file.id, Case::Outcome::kCorrected)), ErrorCode::kFailedPrecondition);
  EXPECT_EQ(OpenCases(), 0u);
  EXPECT_EQ(FoundBy(office.store(), "case-of", number, "", 9).value().size(), 1u);
  EXPECT_EQ(office.LastActs(1).front().reason, "no-finding");
}

TEST_F(CaseService, ClosesWithNoOutcomeThatDidNotHappen) {
  const Case file = Open().value();
  for (const auto outcome : {Case::Outcome::kSuspended, Case::Outcome::kRevoked, Case::Outcome::kOrdered}) {
    EXPECT_EQ(CodeOf(Close(file.id, outcome)), ErrorCode::kFailedPrecondition) << Name(outcome);
  }
  office.MakeOrder(office.Draft());
  EXPECT_TRUE(Close(file.id, Case::Outcome::kOrdered));
  const Case second = Open().value();
  office.Confirm(office.second_officer, office.Propose(office.officer, Proposed::kSuspend, number, "misuse").value().id)
      .value();
  EXPECT_TRUE(Close(second.id, Case::Outcome::kSuspended));
}

TEST_F(CaseService, IsShownToStaffAndToTheOperatorConcerned) {
  const Case file = Open().value();
  const Person other = office.Enrol("Other Operator", {Role::kOperator});
  EXPECT_TRUE(cases().Get(office.applicant.party, file.id));
  EXPECT_TRUE(cases().Get(office.decider.party, file.id));
  EXPECT_EQ(CodeOf(cases().Get(other.party, file.id)), ErrorCode::kNotFound);
}

TEST_F(CaseService, OpensAtOnceOnAReportedBuildOutsideTheCertifiedRange) {
  for (const char* build : {"99", "200"}) {
    const Complaint report = Report(build).value();
    EXPECT_EQ(report.state, Complaint::State::kCase) << build;
    const Case file = cases().Get(office.officer.party, report.opened).value();
    EXPECT_EQ(file.cause, Case::Cause::kStoreReport);
    EXPECT_EQ(file.build, build);
    EXPECT_EQ(file.certification, number);
  }
}

TEST_F(CaseService, OpensNothingForABuildInsideTheRangeOrUnderAnotherSigner) {
  for (const char* build : {"100", "199"}) {
    EXPECT_EQ(Report(build).value().state, Complaint::State::kReceived) << build;
  }
  EXPECT_EQ(Report("99", kOtherSigner).value().certification, "");
  EXPECT_EQ(OpenCases(), 0u);
}

TEST_F(CaseService, OpensOneCaseForABuildHoweverOftenItIsReported) {
  const Complaint first = Report("200").value();
  const Complaint second = Report("200").value();
  EXPECT_NE(first.id, second.id);
  EXPECT_EQ(first.opened, second.opened);
  EXPECT_EQ(OpenCases(), 1u);
  Close(first.opened, Case::Outcome::kCorrected).value();
  EXPECT_NE(Report("200").value().opened, first.opened);
}

TEST_F(CaseService, TakesNoReportOfWhatCannotBe) {
  EXPECT_EQ(CodeOf(Report("the newest")), ErrorCode::kInvalidArgument);
  EXPECT_EQ(CodeOf(Report("200", "not a signer")), ErrorCode::kInvalidArgument);
  EXPECT_EQ(CodeOf(cases().Report(office.laboratory.party, {TheApp(), std::string(kSigner), "200"})),
            ErrorCode::kPermissionDenied);
}

TEST_F(CaseService, TakesAComplaintOfAnybodyAndSaysUntilWhenItIsAnswered) {
  const Complaint complaint = Complain().value();
  EXPECT_EQ(complaint.certification, number);
  EXPECT_EQ(complaint.answer_by, kFestivalDeadline);
  EXPECT_EQ(office.LastActs(1).front().actor, "public");
  EXPECT_EQ(Complain("ios:com.example.unknown").value().answer_by, kFestivalDeadline);
  const auto work = WorkOf(office.store(), "surveillance-officer", 9).value();
  ASSERT_EQ(work.size(), 2u);
  EXPECT_EQ(work[0].by, kFestivalDeadline);
}

TEST_F(CaseService, AnswersAComplaintOnceEvenTooLate) {
  const Complaint complaint = Complain().value();
  office.AdvanceTo(complaint.answer_by + kDay);
  const Complaint answered = cases().Answer(office.officer.party, complaint.id, {}).value();
  EXPECT_EQ(answered.state, Complaint::State::kAnswered);
  EXPECT_TRUE(WorkOf(office.store(), "surveillance-officer", 9).value().empty());
  EXPECT_EQ(CodeOf(cases().Answer(office.officer.party, complaint.id, {})), ErrorCode::kFailedPrecondition);
  EXPECT_EQ(CodeOf(cases().Pursue(office.officer.party, complaint.id, "complaint-verified")),
            ErrorCode::kFailedPrecondition);
}

TEST_F(CaseService, PursuesAComplaintAsACase) {
  const Complaint complaint = Complain().value();
  const Case file = cases().Pursue(office.officer.party, complaint.id, "complaint-verified").value();
  EXPECT_EQ(file.cause, Case::Cause::kComplaint);
  EXPECT_EQ(file.complaint, complaint.id);
  EXPECT_EQ(cases().GetComplaint(office.officer.party, complaint.id).value().opened, file.id);
  EXPECT_EQ(office.LastActs(1).front().rests_on, "complaint/" + complaint.id);
  EXPECT_TRUE(PeopleOn(office.store(), "certification/" + number).value().contains(office.officer.party.id));
}

TEST_F(CaseService, PursuesNoComplaintOfAnAppWithoutCertification) {
  const Complaint complaint = Complain("ios:com.example.unknown").value();
  EXPECT_EQ(CodeOf(cases().Pursue(office.officer.party, complaint.id, "complaint-verified")),
            ErrorCode::kFailedPrecondition);
  EXPECT_TRUE(cases().Answer(office.officer.party, complaint.id, {}));
}

TEST_F(CaseService, ShowsAComplaintToOfficersAndToWhoeverReported) {
  const Complaint report = Report("150").value();
  const Person other = office.Enrol("Other Store", {Role::kRelyingParty});
  EXPECT_TRUE(cases().GetComplaint(store.party, report.id));
  EXPECT_TRUE(cases().GetComplaint(office.officer.party, report.id));
  EXPECT_EQ(CodeOf(cases().GetComplaint(other.party, report.id)), ErrorCode::kPermissionDenied);
  EXPECT_EQ(CodeOf(cases().GetComplaint(office.applicant.party, report.id)), ErrorCode::kPermissionDenied);
}

TEST_F(CaseService, TakesAThousandComplaintsOfThePublicAndStillAStoresReport) {
  constexpr std::size_t kOfOneAct = 250;  // an act names every record that it writes, and a log entry has a limit
  for (std::size_t done = 0; done < Cases::kMaxOpen; done += kOfOneAct) {
    ledger::Change change;
    Complaint complaint;
    complaint.app = TheApp();
    complaint.from = Complaint::kPublic;
    complaint.received_at = complaint.answer_by = office.now();
    for (std::size_t i = done; i < done + kOfOneAct; ++i) {
      complaint.id = "c" + std::to_string(i);
      Create(change, complaint);
    }
    const ActEntry act = ActOn(office.now(), "public", "complain", complaint);
    office.service().desk().Commit(std::move(change), act, ledger::Ack::kSequenced).value();
  }
  EXPECT_EQ(CodeOf(Complain()), ErrorCode::kResourceExhausted);
  EXPECT_TRUE(Report("150"));
  cases().Answer(office.officer.party, "c7", {}).value();
  EXPECT_TRUE(Complain());
}

}  // namespace
}  // namespace certmark::ca::testing
