// Surveillance: complaints of anybody, stores' reports of builds, and the cases that come of them.
#include "ca/cases.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "ca/document_parents.h"
#include "ca/people.h"
#include "ca/record_operator.h"
#include "ca/statements.h"
#include "tests/unit/ca/document_fixture.h"
#include "tests/unit/ca/order_office.h"

namespace certmark::ca::testing {
namespace {

class CaseService : public Documents {
 protected:
  CaseService() : number(office.Certified().id), store(office.Enrol("Example Store", {Role::kRelyingParty})) {
    office.KeepDocuments(&kept);
  }
  void TearDown() override { office.ExpectInAgreement(); }

  Cases& cases() { return office.service().cases(); }
  App TheApp() const { return App::Parse(OrderOffice::kApp).value(); }
  Result<Complaint> Report(const std::string& build, std::string_view signer = kSigner) {
    return cases().Report(store.party, {TheApp(), std::string(signer), build});
  }
  Result<Complaint> Complain(const std::string& app = std::string(OrderOffice::kApp)) {
    return cases().Complain(App::Parse(app).value(), "It collects before I consent.", "");
  }
  /// StatementsOf are the texts of a parent as `by` reads them.
  Result<std::vector<std::string>> StatementsOf(const Person& by, const std::string& parent) {
    std::vector<std::string> texts;
    for (const StoredDocument& document : CM_TRY(office.service().documents().Of(by.party, parent))) {
      CM_TRY(office.service().documents().Read(by.party, document.id));
      const std::string stored = CM_TRY(TextOf(kept, document.id));
      EXPECT_EQ(document.sha256, Sha256(AsBytes(stored)));
      texts.emplace_back(CM_TRY(StatementText(stored)));
    }
    std::ranges::sort(texts);
    return texts;
  }
  Result<Case> Open(const std::string& reason = "planned-surveillance") {
    return cases().Open(office.officer.party, {number, Case::Cause::kPlan, reason});
  }
  Result<Case> Close(const std::string& id, Case::Outcome outcome) {
    return cases().Close(office.officer.party, {id, outcome});
  }
  /// ExpectClosedTo: this officer neither learns of the complaint nor handles it.
  void ExpectClosedTo(const Person& officer, const Complaint& complaint) {
    const std::string subject = "complaint/" + complaint.id;
    EXPECT_EQ(CodeOf(cases().GetComplaint(officer.party, complaint.id)), ErrorCode::kPermissionDenied);
    EXPECT_EQ(CodeOf(StatementsOf(officer, subject)), ErrorCode::kPermissionDenied);
    EXPECT_EQ(CodeOf(cases().Answer(officer.party, complaint.id, "")), ErrorCode::kPermissionDenied);
    EXPECT_EQ(CodeOf(cases().Pursue(officer.party, complaint.id, "complaint-verified")), ErrorCode::kPermissionDenied);
    EXPECT_TRUE(office.service().work_lists().Of(officer.party).value().waits.empty());
    EXPECT_EQ(CodeOf(office.service().act_reading().OfRecord(officer.party, subject, {})),
              ErrorCode::kPermissionDenied);
    const auto acts = office.service().act_reading().ByActor(officer.party, Complaint::kPublic, {}).value().shown;
    EXPECT_TRUE(std::ranges::none_of(acts, [&](const auto& each) { return each.recorded.act.subject == subject; }));
  }
  std::size_t OpenCases() { return FoundBy(office.store(), "open-case", number, "", 99).value().size(); }

  DocumentStore kept = Store();
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
  const Person other = office.Enrol("Other Store", {Role::kRelyingParty});
  const Complaint first = Report("200").value();
  const Complaint second = cases().Report(other.party, {TheApp(), std::string(kSigner), "200"}).value();
  EXPECT_NE(first.id, second.id);
  EXPECT_EQ(first.opened, second.opened);
  EXPECT_EQ(OpenCases(), 1u);
  Close(first.opened, Case::Outcome::kCorrected).value();
  EXPECT_NE(Report("200").value().opened, first.opened);
}

TEST_F(CaseService, TakesNoReportFromOnePartyTwiceWhileItWaits) {
  const Complaint waiting = Report("150").value();
  Report("200").value();
  for (const char* build : {"150", "200"}) EXPECT_EQ(CodeOf(Report(build)), ErrorCode::kAlreadyExists) << build;
  EXPECT_TRUE(Report("151"));
  cases().Answer(office.officer.party, waiting.id, "").value();
  EXPECT_TRUE(Report("150")) << "it was answered, and is met again";
}

TEST_F(CaseService, TakesNoReportOfAnAppFromWhoeverHasAPartInItsOperator) {
  const Person related = office.Enrol("Store Of The Operator", {Role::kRelyingParty}, {office.applicant.party.id});
  for (const char* build : {"150", "200"}) {
    EXPECT_EQ(CodeOf(cases().Report(related.party, {TheApp(), std::string(kSigner), build})),
              ErrorCode::kPermissionDenied)
        << build;
  }
  EXPECT_EQ(OpenCases(), 0u);
}

TEST_F(CaseService, TakesAReportOfAStrangersBuildFromTheOperatorWhoseAppItImitates) {
  EXPECT_TRUE(cases().Report(office.applicant.party, {TheApp(), std::string(kOtherSigner), "150"}));
}

TEST_F(CaseService, DoesNotTellItsOperatorByWhomTheyWereReported) {
  const Case of_report = cases().Get(office.applicant.party, Report("200").value().opened).value();
  EXPECT_EQ(of_report.opened_by, "");
  EXPECT_EQ(of_report.complaint, "");
  EXPECT_EQ(of_report.build, "200");
  const Case as_staff = cases().Get(office.officer.party, of_report.id).value();
  EXPECT_EQ(as_staff.opened_by, store.party.id);
  EXPECT_NE(as_staff.complaint, "");
  const std::string pursued =
      cases().Pursue(office.officer.party, Complain().value().id, "complaint-verified").value().id;
  EXPECT_EQ(cases().Get(office.applicant.party, pursued).value().complaint, "");
  EXPECT_EQ(cases().Get(office.applicant.party, pursued).value().opened_by, office.officer.party.id);
}

TEST_F(CaseService, DoesNotTellStaffOfTheOperatorsOwnEither) {
  const Person own = office.Enrol("Officer Of The Operator", {Role::kSurveillanceOfficer}, {office.applicant.party.id});
  const Complaint report = Report("200").value();
  const Case file = cases().Get(own.party, report.opened).value();
  EXPECT_EQ(file.opened_by, "");
  EXPECT_EQ(file.complaint, "");
  EXPECT_EQ(file.build, "200");
  EXPECT_EQ(CodeOf(cases().GetComplaint(own.party, report.id)), ErrorCode::kPermissionDenied);
  EXPECT_EQ(CodeOf(cases().GetComplaint(own.party, Complain().value().id)), ErrorCode::kPermissionDenied);
  EXPECT_TRUE(cases().GetComplaint(own.party, Complain("ios:com.example.unknown").value().id)) << "of nobody known";
}

TEST_F(CaseService, IsClosedToStaffOfEachOperatorWhereSeveralAreCertifiedUnderTheNameOfTheApp) {
  std::swap(office.applicant, office.other_operator);
  office.CertifiedOfOtherSigner();
  const Complaint complaint = Complain().value();
  EXPECT_EQ(complaint.certification, "") << "nobody can know which is meant";
  for (const Person* one : {&office.applicant, &office.other_operator})
    ExpectClosedTo(office.Enrol("Officer Of " + one->party.name, {Role::kSurveillanceOfficer}, {one->party.id}),
                   complaint);
  EXPECT_TRUE(cases().Answer(office.officer.party, complaint.id, ""));
}

TEST_F(CaseService, IsClosedToStaffOfTheOperatorWhoseCertificationIsOver) {
  office.service().certifications().Withdraw(office.applicant.party, number, "holder-request").value();
  const Person own = office.Enrol("Officer Of The Operator", {Role::kSurveillanceOfficer}, {office.applicant.party.id});
  const Complaint complaint = Complain().value();
  EXPECT_EQ(complaint.certification, "");
  ExpectClosedTo(own, complaint);
  EXPECT_TRUE(cases().Answer(office.officer.party, complaint.id, ""));
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
  const auto work = office.service().work_lists().Of(office.officer.party).value();
  ASSERT_EQ(work.waits.size(), 2u);
  EXPECT_EQ(work.waits[0].by, kFestivalDeadline);
}

TEST_F(CaseService, AnswersAComplaintOnceEvenTooLate) {
  const Complaint complaint = Complain().value();
  office.AdvanceTo(complaint.answer_by + kDay);
  const auto overdue = office.service().work_lists().Of(office.officer.party).value().overdue;
  ASSERT_EQ(overdue.size(), 1u) << "nothing is dropped for being late";
  EXPECT_EQ(overdue[0].subject, "complaint/" + complaint.id);
  const Complaint answered = cases().Answer(office.officer.party, complaint.id, "").value();
  EXPECT_EQ(answered.state, Complaint::State::kAnswered);
  EXPECT_TRUE(office.service().work_lists().Of(office.officer.party).value().overdue.empty());
  EXPECT_EQ(CodeOf(cases().Answer(office.officer.party, complaint.id, "")), ErrorCode::kFailedPrecondition);
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
  EXPECT_TRUE(cases().Answer(office.officer.party, complaint.id, ""));
}

TEST_F(CaseService, ShowsAComplaintToOfficersAndToWhoeverReported) {
  const Complaint report = Report("150").value();
  const Person other = office.Enrol("Other Store", {Role::kRelyingParty});
  EXPECT_TRUE(cases().GetComplaint(store.party, report.id));
  EXPECT_TRUE(cases().GetComplaint(office.officer.party, report.id));
  EXPECT_EQ(CodeOf(cases().GetComplaint(other.party, report.id)), ErrorCode::kPermissionDenied);
  EXPECT_EQ(CodeOf(cases().GetComplaint(office.applicant.party, report.id)), ErrorCode::kPermissionDenied);
}

// ---- What people write

using Texts = std::vector<std::string>;

TEST_F(CaseService, KeepsWhatAComplaintSaysAsDocumentsThatCanBeErased) {
  const Complaint complaint =
      cases().Complain(TheApp(), "First line.\nSecond line, 第二行.", "mail@example.org").value();
  const std::string parent = "complaint/" + complaint.id;
  EXPECT_EQ(StatementsOf(office.officer, parent).value(),
            (Texts{"First line.\nSecond line, 第二行.", "mail@example.org"}));
  const auto documents = office.service().documents().Of(office.officer.party, parent).value();
  ASSERT_EQ(documents.size(), 2u);
  for (const StoredDocument& document : documents) {
    EXPECT_EQ(document.kind, kStatementKind);
    EXPECT_EQ(document.uploaded_by, "");
    EXPECT_TRUE(document.sha256 == *complaint.text || document.sha256 == *complaint.contact);
  }
}

TEST_F(CaseService, PutsNothingThatPeopleWriteIntoARecordOrAnAct) {
  const Complaint complaint = cases().Complain(TheApp(), "Ada Lovelace is watched.", "ada@example.org").value();
  cases().Answer(office.officer.party, complaint.id, "Ada Lovelace was told.").value();
  for (const std::string& entry : office.RecordEntries()) {
    EXPECT_EQ(entry.find("Lovelace"), std::string::npos);
    EXPECT_EQ(entry.find("ada@"), std::string::npos);
  }
  const Complaint stored = Load<Complaint>(office.store(), complaint.id).value().value;
  EXPECT_EQ(stored.ToJson().find("Ada"), std::string::npos);
  EXPECT_NE(*stored.text, Sha256(AsBytes("Ada Lovelace is watched."))) << "the digest is salted";
}

TEST_F(CaseService, SaltsEachStatementAnew) {
  EXPECT_NE(*Complain().value().text, *Complain().value().text);
}

TEST_F(CaseService, ReadsAnAnswerAndTheNotesOfACaseWithTheirParents) {
  const Complaint report = Report("150").value();
  cases().Answer(office.officer.party, report.id, "It is a build of another store.").value();
  EXPECT_EQ(StatementsOf(store, "complaint/" + report.id).value(), Texts{"It is a build of another store."});
  const Case file =
      cases().Open(office.officer.party, {number, Case::Cause::kPlan, "planned-surveillance", "Opened."}).value();
  cases().Close(office.officer.party, {file.id, Case::Outcome::kNoFinding, "Closed."}).value();
  for (const Person* person : {&office.applicant, &office.decider, &office.appeals_officer}) {
    EXPECT_EQ(StatementsOf(*person, "case/" + file.id).value(), (Texts{"Closed.", "Opened."}));
  }
}

TEST_F(CaseService, ShowsAStatementToNobodyElse) {
  const Complaint complaint = Complain().value();
  const Case file =
      cases().Open(office.officer.party, {number, Case::Cause::kPlan, "planned-surveillance", "Opened."}).value();
  const Person other = office.Enrol("Other Operator", {Role::kOperator});
  const Person related = office.Enrol("Related", {Role::kSurveillanceOfficer}, {office.applicant.party.id});
  for (const Person* person :
       std::initializer_list<const Person*>{&office.applicant, &office.laboratory, &store, &related}) {
    EXPECT_EQ(CodeOf(StatementsOf(*person, "complaint/" + complaint.id)), ErrorCode::kPermissionDenied);
  }
  for (const Person* person : std::initializer_list<const Person*>{&other, &office.laboratory, &store, &related}) {
    EXPECT_EQ(CodeOf(StatementsOf(*person, "case/" + file.id)), ErrorCode::kPermissionDenied);
  }
  EXPECT_EQ(CodeOf(StatementsOf(office.officer, "certification/" + number)), ErrorCode::kNotFound);
}

TEST_F(CaseService, TakesNoTextThatIsTooLongOrDoesNotShow) {
  const std::string longest(kMaxStatementBytes, 'x');
  EXPECT_TRUE(cases().Complain(TheApp(), longest, ""));
  for (const std::string& text :
       {std::string(), longest + "x", std::string("a\0b", 3), std::string("\xff"), std::string("a\u202eb")}) {
    EXPECT_EQ(CodeOf(cases().Complain(TheApp(), text, "")), ErrorCode::kInvalidArgument) << text.size();
  }
  for (const std::string& contact : {std::string(Cases::kMaxContactBytes + 1, 'x'), std::string("two\nlines")}) {
    EXPECT_EQ(CodeOf(cases().Complain(TheApp(), "text", contact)), ErrorCode::kInvalidArgument);
  }
  EXPECT_EQ(kept.Ids().value().size(), 1u);
}

TEST_F(CaseService, LeavesNoStatementWhereTheCommitFails) {
  office.disk().full = true;
  EXPECT_EQ(CodeOf(cases().Complain(TheApp(), "text", "contact")), ErrorCode::kResourceExhausted);
  ExpectNothingKept();
  office.disk().full = false;
  const Complaint complaint = Complain().value();
  EXPECT_EQ(kept.Ids().value().size(), 1u);
  EXPECT_EQ(CodeOf(cases().Answer(store.party, complaint.id, "answer")), ErrorCode::kPermissionDenied);
  EXPECT_EQ(kept.Ids().value().size(), 1u);
}

TEST_F(CaseService, TakesNoComplaintWithoutAStoreButAnswersWithoutWords) {
  const Complaint complaint = Complain().value();
  office.KeepDocuments(nullptr);
  EXPECT_EQ(CodeOf(Complain()), ErrorCode::kUnavailable);
  EXPECT_EQ(CodeOf(cases().Answer(office.officer.party, complaint.id, "words")), ErrorCode::kUnavailable);
  EXPECT_TRUE(cases().Answer(office.officer.party, complaint.id, ""));
}

TEST_F(CaseService, KeepsAComplaintsStatementsARetentionAfterItsCaseIsClosed) {
  const Complaint complaint = Complain().value();
  const Case file = cases().Pursue(office.officer.party, complaint.id, "complaint-verified").value();
  const auto kept_until = [&] {
    return RetentionOf(office.service().desk(), "complaint/" + complaint.id, office.now()).value().until;
  };
  const Seconds retention = office.scheme().parameters.retention_granted;
  office.Advance(kDay);
  EXPECT_EQ(kept_until(), office.now() + retention) << "the case is open: nobody can know";
  Close(file.id, Case::Outcome::kCorrected).value();
  const Time end = office.now() + retention;
  office.Advance(kDay);
  EXPECT_EQ(kept_until(), end);
  EXPECT_EQ(RetentionOf(office.service().desk(), "case/" + file.id, office.now()).value().until, end);
}

TEST_F(CaseService, ErasesWhatWasSaidOfAnAppWithoutCertificationTheShortestRetentionAfterItsAnswer) {
  const Complaint complaint = Complain("ios:com.example.unknown").value();
  const auto record = [&] {
    return office.service().documents().Of(office.officer.party, "complaint/" + complaint.id).value().at(0);
  };
  const auto pass_to = [&](Time time) {
    office.AdvanceTo(time);
    office.RenewSigners();
    office.service().documents().OnDue(record().id).value();
  };
  const Seconds retention = office.scheme().parameters.retention_ended;
  EXPECT_EQ(record().keep_until, office.now() + retention);
  pass_to(record().keep_until);
  EXPECT_EQ(record().keep_until, office.now() + retention) << "nobody answered: the clock looks again";
  cases().Answer(office.officer.party, complaint.id, "").value();
  const Time end = office.now() + retention;
  pass_to(end);
  EXPECT_EQ(record().state, StoredDocument::State::kErasing);
  EXPECT_EQ(record().complete_at, end + office.scheme().parameters.key_backup_life);
  ExpectNothingKept();
}

TEST_F(CaseService, IsAFileOfItsOperatorInWorkLists) {
  const Complaint complaint = Complain().value();
  const Case file = Open().value();
  const auto documents = office.service().documents().Of(office.officer.party, "complaint/" + complaint.id).value();
  for (const std::string& subject : {"complaint/" + complaint.id, "case/" + file.id, "document/" + documents[0].id}) {
    EXPECT_EQ(OperatorsOf(office.store(), subject).value(), Texts{office.applicant.party.id}) << subject;
  }
  EXPECT_EQ(OperatorsOf(office.store(), "complaint/" + Complain("ios:com.example.unknown").value().id).value(),
            Texts());
  const Person related = office.Enrol("Related", {Role::kSurveillanceOfficer}, {office.applicant.party.id});
  const auto work = office.service().work_lists().Of(related.party).value();
  EXPECT_EQ(work.overdue.size() + work.this_week.size() + work.waits.size(), 1u) << "the one that is nobody's";
}

TEST_F(CaseService, BoundsTheOpenCasesOfReportsAndNoneOfAnOfficers) {
  constexpr std::size_t kOfOneAct = 250;  // an act names every record that it writes, and a log entry has a limit
  const Person other = office.Enrol("Other Store", {Role::kRelyingParty});
  for (std::size_t done = 0; done < Cases::kMaxOpen; done += kOfOneAct) {
    ledger::Change change;
    Case file;
    file.cause = Case::Cause::kStoreReport;
    file.certification = number;
    file.operator_party = office.applicant.party.id;
    file.opened_by = store.party.id;
    file.opened_at = office.now();
    for (std::size_t i = done; i < done + kOfOneAct; ++i) {
      file.id = "c" + std::to_string(i);
      file.build = std::to_string(10'000 + i);
      Create(change, file);
    }
    const ActEntry act = ActOn(office.now(), store.party.id, Name(Act::kReportMisuse), file);
    office.service().desk().Commit(std::move(change), act, ledger::Ack::kSequenced).value();
  }
  EXPECT_EQ(CodeOf(Report("150")), ErrorCode::kResourceExhausted) << "so much of one party waits";
  EXPECT_EQ(CodeOf(cases().Report(other.party, {TheApp(), std::string(kSigner), "200"})),
            ErrorCode::kResourceExhausted);
  EXPECT_TRUE(cases().Report(other.party, {TheApp(), std::string(kSigner), "10007"})) << "it joins an open case";
  EXPECT_TRUE(Open());
  Close("c7", Case::Outcome::kNoFinding).value();
  EXPECT_TRUE(Report("150"));
}

TEST_F(CaseService, IsClosedToTheFloodedAppAloneAndShowsCasesBesideAFlood) {
  constexpr std::size_t kOfOneAct = 250;  // an act names every record that it writes, and a log entry has a limit
  const Case file = Open().value();
  for (std::size_t done = 0; done < Cases::Limits{}.of_app; done += kOfOneAct) {
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
  const auto refused = Complain();
  EXPECT_EQ(CodeOf(refused), ErrorCode::kResourceExhausted);
  EXPECT_EQ(refused.error().message,
            "too many complaints of " + std::string(OrderOffice::kApp) + " wait to be handled; come again later");
  EXPECT_TRUE(Complain("ios:com.example.unknown")) << "the flood is another app's";
  EXPECT_TRUE(Report("150"));
  const auto waits = office.service().work_lists().Of(office.officer.party).value().waits;
  EXPECT_NE(std::ranges::find(waits, "case/" + file.id, &WorkItem::subject), waits.end());
  cases().Answer(office.officer.party, "c7", "").value();
  EXPECT_TRUE(Complain());
}

TEST_F(CaseService, IsClosedByWhatWasDoneToTheSuccessor) {
  const Case file = Open().value();
  ApplicationForm form = office.FormOn(office.LookAt(number), ApplicationPath::kUpdate);
  form.version_to = "299";
  const std::string next = office.Decide(office.InReview(form)).value().application.certification;
  EXPECT_EQ(CodeOf(Close(file.id, Case::Outcome::kSuspended)), ErrorCode::kFailedPrecondition);
  office.Confirm(office.second_officer, office.Propose(office.officer, Proposed::kSuspend, next, "misuse").value().id)
      .value();
  EXPECT_TRUE(Close(file.id, Case::Outcome::kSuspended));
  EXPECT_TRUE(PeopleOn(office.store(), "certification/" + next).value().contains(office.officer.party.id));
}

TEST_F(CaseService, BoundsWhatThePublicTakesUpOfTheDiskAndCountsItEveryMinute) {
  Cases few(office.service().desk(), {.of_app = 10, .of_all = 3});
  const auto complain = [&](int i) {
    return few.Complain(App::Parse("ios:com.example.app" + std::to_string(i)).value(), "text", "");
  };
  const Complaint first = complain(1).value();
  EXPECT_TRUE(complain(2));
  EXPECT_TRUE(complain(3));
  const auto refused = complain(4);
  EXPECT_EQ(CodeOf(refused), ErrorCode::kResourceExhausted);
  EXPECT_EQ(refused.error().message, "too many complaints wait to be handled; come again later");
  few.Answer(office.officer.party, first.id, "").value();
  EXPECT_EQ(CodeOf(complain(4)), ErrorCode::kResourceExhausted) << "it is not counted again yet";
  office.Advance(OpenCount::kGoodFor);
  EXPECT_TRUE(complain(4));
  EXPECT_EQ(CodeOf(complain(5)), ErrorCode::kResourceExhausted);
}

}  // namespace
}  // namespace certmark::ca::testing
