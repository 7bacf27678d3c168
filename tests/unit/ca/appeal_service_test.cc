// Appeals: in time, once, and decided by somebody who took part in nothing of the file.
#include "ca/appeals.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "ca/file_export.h"
#include "ca/people.h"
#include "ca/record_operator.h"
#include "ca/statements.h"
#include "tests/unit/ca/document_fixture.h"
#include "tests/unit/ca/order_office.h"

namespace certmark::ca::testing {
namespace {

class AppealService : public Documents {
 protected:
  void TearDown() override { office.ExpectInAgreement(); }

  Appeals& appeals() { return office.service().appeals(); }
  Result<Appeal> File(const std::string& subject) { return appeals().File(office.applicant.party, subject, ""); }
  Result<Appeals::Decided> Decide(const Appeal& appeal, Appeal::State outcome, const std::string& reason) {
    return appeals().Decide(office.appeals_officer.party, {appeal.id, outcome, reason});
  }
  Result<Appeals::Decided> Uphold(const Appeal& appeal) {
    return Decide(appeal, Appeal::State::kUpheld, "facts-mistaken");
  }
  // Take is an act of two officers on the certification.
  std::string Take(Proposed act, const std::string& reason) {
    if (number.empty()) number = office.Certified().id;
    office.Confirm(office.second_officer, office.Propose(office.officer, act, number, reason).value().id).value();
    return "certification/" + number;
  }
  std::string Refused() { return Refused(office.Form()); }
  std::string Refused(const ApplicationForm& form) {
    const std::string id = office.InReview(form);
    DecisionDocument decision = office.DraftDecision(id);
    decision.granted = false;
    decision.reasons = {"criteria-not-met"};
    office.Decide(id, decision, office.decider).value();
    return "application/" + id;
  }
  Certification Now() { return office.LookAt(number); }
  // Exposed: the clock brings an order as far as that; Unmet: of a certified app, to the suspension for it.
  Order Exposed(const Order& order) { return office.Pass(order); }
  Order Unmet() {
    number = office.Certified().id;
    return office.Pass(Exposed(office.MakeOrder(office.Draft())));
  }
  // ExposedOfTwo is on an app with two certifications, of two signers.
  Order ExposedOfTwo() {
    number = office.Certified().id;
    other = office.CertifiedOfOtherSigner().id;
    return Exposed(office.MakeOrder(office.Draft(), "certification/" + number));
  }
  // ExpectBothReinstated: each with an event and an act of its own, in what came after `size` and `acts`.
  void ExpectBothReinstated(std::uint64_t size, std::size_t acts, const std::string& rests_on) {
    EXPECT_EQ(office.PublicSize(), size + 3) << "the order, and the two";
    EXPECT_EQ(office.RecordEntries().size(), acts + 3);
    std::set<std::string> reinstated;
    for (const ActEntry& act : office.LastActs(2)) {
      reinstated.insert(act.subject);
      EXPECT_EQ(act.before + " " + act.after, "SUSPENDED VALID");
      EXPECT_EQ(act.rests_on, rests_on);
    }
    EXPECT_EQ(reinstated, (std::set{"certification/" + number, "certification/" + other}));
    for (const std::string& each : {number, other}) {
      EXPECT_EQ(office.LookAt(each).history.back().kind, EventKind::kReinstated);
      EXPECT_EQ(office.StatusAt(office.LookAt(each).status), StatusValue::kValid);
    }
  }

  DocumentStore kept = Store();
  OrderOffice office;
  std::string number, other;
};

TEST_F(AppealService, WaitsForTheAppealsOfficersUntilItIsToBeAnswered) {
  const Appeal appeal = File(Take(Proposed::kSuspend, "misuse")).value();
  EXPECT_EQ(appeal.state, Appeal::State::kFiled);
  EXPECT_EQ(appeal.against, Appeal::Against::kSuspension);
  const auto work = WorkOf(office.store(), "appeals-officer", 9).value();
  ASSERT_EQ(work.size(), 1u);
  EXPECT_EQ(work[0].subject, "appeal/" + appeal.id);
  EXPECT_EQ(work[0].by, office.now() + 30 * kDay);
  Decide(appeal, Appeal::State::kDismissed, "decision-upheld").value();
  EXPECT_TRUE(WorkOf(office.store(), "appeals-officer", 9).value().empty());
}

TEST_F(AppealService, KeepsItsGroundsAsADocumentForWhoeverMayReadIt) {
  office.KeepDocuments(&kept);
  const std::string subject = Take(Proposed::kSuspend, "misuse");
  const Appeal appeal = appeals().File(office.applicant.party, subject, "It was another's build.").value();
  const std::string parent = "appeal/" + appeal.id;
  const auto documents = office.service().documents().Of(office.appeals_officer.party, parent).value();
  ASSERT_EQ(documents.size(), 1u);
  EXPECT_EQ(documents[0].sha256, *appeal.grounds);
  EXPECT_EQ(documents[0].uploaded_by, office.applicant.party.id);
  EXPECT_EQ(StatementText(TextOf(kept, documents[0].id).value()).value(), "It was another's build.");
  for (const Person* person : {&office.applicant, &office.decider, &office.officer}) {
    EXPECT_TRUE(office.service().documents().Read(person->party, documents[0].id)) << person->party.name;
  }
  const Person other = office.Enrol("Other Operator", {Role::kOperator});
  const Person of_holder = office.Enrol("Of The Holder", {Role::kAppealsOfficer}, {office.applicant.party.id});
  for (const Person* person : std::initializer_list<const Person*>{&other, &of_holder, &office.laboratory}) {
    EXPECT_EQ(CodeOf(office.service().documents().Read(person->party, documents[0].id)), ErrorCode::kPermissionDenied);
  }
  EXPECT_EQ(OperatorsOf(office.store(), parent).value(), std::vector<std::string>{office.applicant.party.id});
}

TEST_F(AppealService, OpensTheFileToTheAppealsOfficersFromThenOn) {
  office.KeepDocuments(&kept);
  const auto may_read = [&](const std::string& subject) {
    const bool file = office.service().applications().Get(office.appeals_officer.party, IdOf(subject)).has_value();
    EXPECT_EQ(office.service().documents().Of(office.appeals_officer.party, subject).has_value(), file);
    return file;
  };
  const std::string refused = Refused(),
                    unconcerned = SubjectOf(office.File(office.LookAt(office.Certified().id).application));
  EXPECT_FALSE(may_read(refused));
  const Appeal appeal = File(refused).value();
  EXPECT_TRUE(may_read(refused));
  Decide(appeal, Appeal::State::kDismissed, "decision-upheld").value();
  EXPECT_TRUE(may_read(refused)) << "it was theirs to judge";
  EXPECT_FALSE(may_read(unconcerned));
  const Person of_holder = office.Enrol("Of The Holder", {Role::kAppealsOfficer}, {office.applicant.party.id});
  EXPECT_EQ(CodeOf(office.service().applications().Get(of_holder.party, IdOf(refused))), ErrorCode::kNotFound);
}

TEST_F(AppealService, OpensTheFileOfACertificationThatWasActedOn) {
  const auto may_read = [&] {
    const std::string id = office.LookAt(number).application;
    return office.service().applications().Get(office.appeals_officer.party, id).has_value();
  };
  const std::string subject = Take(Proposed::kSuspend, "misuse");
  EXPECT_FALSE(may_read());
  File(subject).value();
  EXPECT_TRUE(may_read());
}

TEST_F(AppealService, OpensTheFileWhoseReportsTheAppealedOneCarries) {
  const Certification base = office.Certified();
  ApplicationForm update = office.FormOn(base, ApplicationPath::kUpdate);
  update.version_to = "299";
  number = office.Decide(office.InReview(update)).value().application.certification;
  const std::string subject = Take(Proposed::kSuspend, "misuse");
  Applications& files = office.service().applications();
  const auto read = [&] { return files.Get(office.appeals_officer.party, base.application); };
  EXPECT_EQ(CodeOf(read()), ErrorCode::kNotFound);
  File(subject).value();
  EXPECT_TRUE(read());
  const FileExport exporting(office.service().desk(), files, office.service().certifications());
  const auto file = exporting.Of(office.appeals_officer.party, Now().application);
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_EQ(file->carried.at(0).application, base.application);
}

TEST_F(AppealService, OpensTheFileWhoseReportsARefusedOneCarries) {
  const Certification base = office.Certified();
  ApplicationForm update = office.FormOn(base, ApplicationPath::kUpdate);
  update.version_to = "299";
  const std::string subject = Refused(update);
  const auto read = [&] { return office.service().applications().Get(office.appeals_officer.party, base.application); };
  EXPECT_EQ(CodeOf(read()), ErrorCode::kNotFound);
  File(subject).value();
  EXPECT_TRUE(read());
}

TEST_F(AppealService, OpensTheFileBehindAnOrder) {
  number = office.Certified().id;
  const Order order = office.MakeOrder(office.Draft());
  const std::string id = office.LookAt(number).application;
  const auto read = [&] { return office.service().applications().Get(office.appeals_officer.party, id); };
  EXPECT_EQ(CodeOf(read()), ErrorCode::kNotFound);
  File("order/" + order.id).value();
  EXPECT_TRUE(read());
}

TEST_F(AppealService, KeepsTheGroundsOfARefusalAsLongAsItsFile) {
  office.KeepDocuments(&kept);
  const Appeal appeal = appeals().File(office.applicant.party, Refused(), "All criteria are met.").value();
  const auto look = [&] {
    return office.service().documents().Of(office.decider.party, "appeal/" + appeal.id).value().at(0);
  };
  office.Advance(5 * kDay);
  Decide(appeal, Appeal::State::kDismissed, "decision-upheld").value();
  const Time end = office.now() + office.scheme().parameters.retention_ended;
  office.AdvanceTo(look().keep_until);
  office.RenewSigners();
  office.service().documents().OnDue(look().id).value();
  EXPECT_EQ(look().keep_until, end);
}

TEST_F(AppealService, LeavesNoGroundsWhereItIsNotFiled) {
  const std::string subject = Take(Proposed::kSuspend, "misuse");
  office.KeepDocuments(&kept);
  office.disk().full = true;
  EXPECT_EQ(CodeOf(appeals().File(office.applicant.party, subject, "grounds")), ErrorCode::kResourceExhausted);
  ExpectNothingKept();
}

TEST_F(AppealService, IsInTimeInTheLastSecondOfTheTenthWorkingDayAndNotAfterIt) {
  const std::string subject = Take(Proposed::kSuspend, "misuse");
  // 6 working days to the 14th of February, then the 24th to the 27th.
  const Time over = ParseDateTime("2026-02-27T16:00:00Z").value();
  office.AdvanceTo(over);
  EXPECT_EQ(CodeOf(File(subject)), ErrorCode::kFailedPrecondition);
  office.Advance(Seconds{-1});
  EXPECT_TRUE(File(subject));
}

TEST_F(AppealService, CountsTheWindowOfARefusalFromTheNewestHoweverManyActsTheFileHas) {
  const std::string subject = Refused();
  office.Advance(kDay);
  Uphold(File(subject).value()).value();
  const std::string id(IdOf(subject));
  const Person second = office.Enrol("Decider Two", {Role::kDecider});
  DecisionDocument decision = office.DraftDecision(id);
  decision.granted = false;
  decision.reasons = {"criteria-not-met"};
  office.Advance(kDay);
  office.Decide(id, decision, second).value();
  EXPECT_EQ(office.File(id).ended_at, office.now());
  ledger::Change change;
  for (int i = 0; i < 10'001; ++i) {
    ActEntry act = ActOn(office.now(), kClock, "look", office.File(id));
    act.reason = std::to_string(i);
    act.RecordIn(change);
  }
  office.service().desk().CommitRecorded(std::move(change), ledger::Ack::kSequenced).value();
  office.Advance(kDay);
  const auto again = File(subject);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->act_at, office.now() - kDay);
}

TEST_F(AppealService, IsFiledByTheOperatorConcernedAlone) {
  const std::string subject = Take(Proposed::kSuspend, "misuse");
  const Person other = office.Enrol("Other Operator", {Role::kOperator});
  EXPECT_EQ(CodeOf(appeals().File(other.party, subject, "")), ErrorCode::kNotFound);
  EXPECT_EQ(CodeOf(appeals().File(office.officer.party, subject, "")), ErrorCode::kPermissionDenied);
  const Appeal appeal = File(subject).value();
  EXPECT_EQ(CodeOf(appeals().Get(other.party, appeal.id)), ErrorCode::kNotFound);
  EXPECT_TRUE(appeals().Get(office.applicant.party, appeal.id));
  EXPECT_TRUE(appeals().Get(office.appeals_officer.party, appeal.id));
}

TEST_F(AppealService, IsFiledOnceAgainstOneActAndAgainAgainstAnother) {
  const std::string subject = Take(Proposed::kSuspend, "misuse");
  File(subject).value();
  office.Advance(Seconds{60});
  EXPECT_EQ(CodeOf(File(subject)), ErrorCode::kAlreadyExists);
  Take(Proposed::kRevoke, "deception");
  EXPECT_EQ(File(subject).value().against, Appeal::Against::kRevocation);
}

TEST_F(AppealService, FindsNothingToAppealAgainst) {
  number = office.Certified().id;
  EXPECT_EQ(CodeOf(File("certification/" + number)), ErrorCode::kFailedPrecondition);
  const Proposal asked = office.Propose(office.applicant, Proposed::kSuspend, number, Scheme::kHolderRequest).value();
  office.Confirm(office.officer, asked.id).value();
  EXPECT_EQ(CodeOf(File("certification/" + number)), ErrorCode::kFailedPrecondition);
  EXPECT_EQ(CodeOf(File("application/" + Now().application)), ErrorCode::kFailedPrecondition);
  EXPECT_EQ(CodeOf(File("proposal/" + asked.id)), ErrorCode::kNotFound);
  EXPECT_EQ(CodeOf(File("order/CO-2026-7K3Q9X2M4T4")), ErrorCode::kNotFound);
}

TEST_F(AppealService, IsDecidedWithAReasonOfTheCatalogueAlone) {
  const Appeal appeal = File(Take(Proposed::kSuspend, "misuse")).value();
  for (const char* reason : {"", "misuse", "cause-corrected", "decision-upheld", "because he is right"}) {
    EXPECT_EQ(CodeOf(Decide(appeal, Appeal::State::kUpheld, reason)), ErrorCode::kInvalidArgument) << reason;
  }
  for (const char* reason : {"", "facts-mistaken", "rule-misapplied"}) {
    EXPECT_EQ(CodeOf(Decide(appeal, Appeal::State::kDismissed, reason)), ErrorCode::kInvalidArgument) << reason;
  }
  EXPECT_EQ(CodeOf(Decide(appeal, Appeal::State::kFiled, "facts-mistaken")), ErrorCode::kInvalidArgument);
  EXPECT_EQ(Now().state, Certification::State::kSuspended);
}

TEST_F(AppealService, IsDecidedByNobodyWhoTookPartInTheFile) {
  // Each of them is an appeals officer, too, and took another part.
  const Person proposer = office.Enrol("Proposer", {Role::kSurveillanceOfficer, Role::kAppealsOfficer});
  const Person confirmer = office.Enrol("Confirmer", {Role::kSurveillanceOfficer, Role::kAppealsOfficer});
  const Person decided = office.Enrol("Decider Two", {Role::kDecider, Role::kAppealsOfficer});
  const Person accepted = office.Enrol("Reviewer Two", {Role::kReviewer, Role::kAppealsOfficer});
  const std::string id = office.Submit();
  office.service().applications().Accept(accepted.party, id, office.laboratory.party.id).value();
  office.Report(id);
  number = office.Decide(id, office.DraftDecision(id), decided).value().application.certification;
  office.Confirm(confirmer, office.Propose(proposer, Proposed::kSuspend, number, "misuse").value().id).value();
  const Appeal appeal = File("certification/" + number).value();
  const Person of_laboratory = office.Enrol("Of The Laboratory", {Role::kAppealsOfficer}, {office.laboratory.party.id});
  const Person of_holder = office.Enrol("Of The Holder", {Role::kAppealsOfficer}, {office.applicant.party.id});
  for (const Person* person : {&proposer, &confirmer, &decided, &accepted, &of_laboratory, &of_holder}) {
    EXPECT_EQ(CodeOf(appeals().Decide(person->party, {appeal.id, Appeal::State::kUpheld, "facts-mistaken"})),
              ErrorCode::kPermissionDenied)
        << person->party.name;
  }
  EXPECT_EQ(CodeOf(appeals().Decide(office.officer.party, {appeal.id, Appeal::State::kUpheld, "facts-mistaken"})),
            ErrorCode::kPermissionDenied);
  EXPECT_EQ(Now().state, Certification::State::kSuspended);
  EXPECT_TRUE(Uphold(appeal));
}

TEST_F(AppealService, IsNotDecidedByWhoeverDecidedAnEarlierOneOfTheFile) {
  const std::string subject = Take(Proposed::kSuspend, "misuse");
  Decide(File(subject).value(), Appeal::State::kDismissed, "decision-upheld").value();
  office.Advance(Seconds{60});
  Take(Proposed::kRevoke, "deception");
  const Appeal second = File(subject).value();
  EXPECT_EQ(CodeOf(Uphold(second)), ErrorCode::kPermissionDenied);
  const Person other = office.Enrol("Other Appeals Officer", {Role::kAppealsOfficer});
  EXPECT_TRUE(appeals().Decide(other.party, {second.id, Appeal::State::kDismissed, "decision-upheld"}));
}

TEST_F(AppealService, ReinstatesASuspensionInTheCommitThatUpholdsIt) {
  const Appeal appeal = File(Take(Proposed::kSuspend, "misuse")).value();
  const auto acts = office.RecordEntries().size();
  const Appeals::Decided decided = Uphold(appeal).value();
  EXPECT_EQ(office.RecordEntries().size(), acts + 2);
  EXPECT_EQ(office.LastActs(2).front().subject, "appeal/" + appeal.id);
  EXPECT_EQ(decided.appeal.state, Appeal::State::kUpheld);
  EXPECT_TRUE(std::holds_alternative<std::monostate>(decided.remedy));
  EXPECT_EQ(Now().state, Certification::State::kValid);
  EXPECT_EQ(office.StatusAt(Now().status), StatusValue::kValid);
  EXPECT_EQ(office.LastEvent().kind, EventKind::kReinstated);
  EXPECT_EQ(office.LastEvent().reason, "facts-mistaken");
  EXPECT_EQ(office.LastActs(1).front().rests_on, "appeal/" + appeal.id);
}

TEST_F(AppealService, ChangesNothingWhenDismissed) {
  const Appeal appeal = File(Take(Proposed::kSuspend, "misuse")).value();
  EXPECT_EQ(Decide(appeal, Appeal::State::kDismissed, "decision-upheld").value().appeal.state,
            Appeal::State::kDismissed);
  EXPECT_EQ(Now().state, Certification::State::kSuspended);
  EXPECT_EQ(CodeOf(Uphold(appeal)), ErrorCode::kFailedPrecondition);
}

TEST_F(AppealService, AsksForANewNumberWhereARevocationWasWrong) {
  const Appeal appeal = File(Take(Proposed::kRevoke, "deception")).value();
  const Appeals::Decided decided = Uphold(appeal).value();
  EXPECT_EQ(std::get<Regrant>(decided.remedy).number, number);
  // What was revoked stays so.
  EXPECT_EQ(Now().state, Certification::State::kRevoked);
  EXPECT_EQ(FoundBy(office.store(), "appeal-leaves", "grant", "", 9).value(),
            std::vector<std::string>{"appeal/" + appeal.id});
}

TEST_F(AppealService, AsksForANewNumberWhereTheClockRevokedWhatWasWronglySuspended) {
  const Appeal appeal = File(Take(Proposed::kSuspend, "misuse")).value();
  office.AdvanceTo(*Now().restore_by);
  office.service().certifications().OnDue(number).value();
  EXPECT_EQ(std::get<Regrant>(Uphold(appeal).value().remedy).number, number);
  EXPECT_EQ(Now().state, Certification::State::kRevoked);
}

TEST_F(AppealService, AsksForAReviewByOtherPeopleWhereARefusalWasWrong) {
  const std::string subject = Refused();
  const Appeal appeal = File(subject).value();
  EXPECT_EQ(appeal.against, Appeal::Against::kRefusal);
  const auto reopen = std::get<ReopenReview>(Uphold(appeal).value().remedy);
  EXPECT_EQ("application/" + reopen.application, subject);
  for (const Person* person : {&office.decider, &office.reviewer, &office.laboratory}) {
    EXPECT_NE(std::ranges::find(reopen.excluded, person->party.id), reopen.excluded.end()) << person->party.name;
  }
  EXPECT_EQ(std::ranges::find(reopen.excluded, office.applicant.party.id), reopen.excluded.end());
}

TEST_F(AppealService, IsRemediedOnce) {
  const Appeal appeal = File(Take(Proposed::kRevoke, "deception")).value();
  Uphold(appeal).value();
  ledger::Change change;
  Remedied(office.store(), appeal.id, change).value();
  const Appeal upheld = appeals().Get(office.applicant.party, appeal.id).value();
  const ActEntry act = ActOn(office.now(), kClock, "remedy-appeal", upheld);
  office.service().desk().Commit(std::move(change), act, ledger::Ack::kSequenced).value();
  EXPECT_TRUE(FoundBy(office.store(), "appeal-leaves", "grant", "", 9).value().empty());
  ledger::Change again;
  EXPECT_EQ(CodeOf(Remedied(office.store(), appeal.id, again)), ErrorCode::kFailedPrecondition);
}

TEST_F(AppealService, AnnulsAnOrderInTheCommitThatUpholdsIt) {
  number = office.Certified().id;
  const Order order = office.MakeOrder(office.Draft());
  const Appeal appeal = File("order/" + order.id).value();
  EXPECT_TRUE(std::holds_alternative<std::monostate>(Uphold(appeal).value().remedy));
  EXPECT_EQ(office.Look(order.id).state, Order::State::kAnnulled);
  EXPECT_FALSE(office.Look(order.id).exposed_at);
}

TEST_F(AppealService, AnnulsTheOrderAndLiftsTheSuspensionThatRestsOnIt) {
  const Order order = Unmet();
  ASSERT_EQ(Now().state, Certification::State::kSuspended);
  const Appeal appeal = File("certification/" + number).value();
  const auto size = office.PublicSize();
  Uphold(appeal).value();
  EXPECT_EQ(Now().state, Certification::State::kValid);
  EXPECT_EQ(office.Look(order.id).state, Order::State::kAnnulled);
  EXPECT_EQ(office.PublicSize(), size + 2);
  EXPECT_EQ(office.service().orders().Exposed(order.id).value().annulled_for, "facts-mistaken");
}

TEST_F(AppealService, LiftsASuspensionThatAnotherOrderThenMakesForItsOwnReason) {
  // Suspended for misuse, and its limit not over when that of an order passes.
  const std::string subject = Take(Proposed::kSuspend, "misuse");
  const Appeal appeal = File(subject).value();
  const Order order = office.MakeOrder(office.Draft());
  office.Turn(Proposed::kExposeOrder, order.id, "unlawful-collection").value();
  office.AdvanceTo(*office.Look(order.id).Due());
  office.service().orders().OnDue(order.id).value();
  ASSERT_TRUE(office.Look(order.id).limit_passed);
  ASSERT_EQ(Now().history.back().reason, "misuse") << "what is suspended stays so";
  office.Advance(kDay);
  Uphold(appeal).value();
  EXPECT_EQ(Now().state, Certification::State::kValid);
  const auto acts = office.RecordEntries();
  const auto upheld = RecordedAct::Parse(acts[acts.size() - 2]).value();
  EXPECT_TRUE(upheld.records.contains("order/" + order.id)) << "on record, in the same act";
  EXPECT_EQ(office.Look(order.id).state, Order::State::kExposed);
  ASSERT_LE(*office.Look(order.id).Due(), office.now());
  office.service().orders().OnDue(order.id).value();
  EXPECT_EQ(Now().state, Certification::State::kSuspended);
  EXPECT_EQ(Now().history.back().reason, Scheme::kOrderOverdue);
  EXPECT_EQ(Now().suspended_by, "proposal/" + order.proposal);
  EXPECT_TRUE(office.Look(order.id).limit_passed);
}

TEST_F(AppealService, IsOnRecordWhereTheClockDoesTheSameAgainInTheSameSecond) {
  const Appeal appeal = File(Take(Proposed::kSuspend, "misuse")).value();
  const Order order = office.MakeOrder(office.Draft());
  office.Turn(Proposed::kExposeOrder, order.id, "unlawful-collection").value();
  office.Pass(order);
  Uphold(appeal).value();
  const auto acts = office.RecordEntries().size();
  office.service().orders().OnDue(order.id).value();
  EXPECT_EQ(office.RecordEntries().size(), acts + 2) << "suspended, and the limit passed once more";
  EXPECT_EQ(office.LastActs(1).front().act, "pass-limit");
}

TEST_F(AppealService, LiftsEverySuspensionForTheOrderThatItAnnuls) {
  const Order order = office.Pass(ExposedOfTwo());
  const Appeal appeal = File("certification/" + other).value();
  const auto size = office.PublicSize();
  const auto acts = office.RecordEntries().size();
  Uphold(appeal).value();
  EXPECT_EQ(office.Look(order.id).state, Order::State::kAnnulled);
  ExpectBothReinstated(size, acts, "appeal/" + appeal.id);
}

TEST_F(AppealService, LiftsEverySuspensionForTheOrderThatItIsAgainst) {
  const Order order = ExposedOfTwo();
  const Appeal appeal = File("order/" + order.id).value();
  office.Pass(order);
  ASSERT_EQ(Now().state, Certification::State::kSuspended);
  const auto size = office.PublicSize();
  const auto acts = office.RecordEntries().size();
  Uphold(appeal).value();
  ExpectBothReinstated(size, acts, "appeal/" + appeal.id);
}

TEST_F(AppealService, LiftsEverySuspensionForAnOrderThatWasMetMeanwhile) {
  const Order order = ExposedOfTwo();
  const Appeal appeal = File("order/" + order.id).value();
  office.Pass(order);
  office.service().orders().Close(office.officer.party, order.id, "cause-corrected").value();
  Uphold(appeal).value();
  EXPECT_EQ(office.Look(order.id).state, Order::State::kRectified);
  EXPECT_EQ(Now().state, Certification::State::kValid);
  EXPECT_EQ(office.LookAt(other).state, Certification::State::kValid);
}

TEST_F(AppealService, LeavesASuspensionForAnotherCauseOfAnAppWhoseOrderIsAnnulled) {
  const Order order = ExposedOfTwo();
  office.Confirm(office.second_officer, office.Propose(office.officer, Proposed::kSuspend, other, "misuse").value().id)
      .value();
  office.Pass(order);
  Uphold(File("certification/" + number).value()).value();
  EXPECT_EQ(Now().state, Certification::State::kValid);
  EXPECT_EQ(office.LookAt(other).state, Certification::State::kSuspended);
}

TEST_F(AppealService, CountsTheWindowOfAnOrderFromItsExposure) {
  const Order order = office.MakeOrder(office.DraftUncertified());
  office.AdvanceTo(order.deadline);
  EXPECT_EQ(CodeOf(File("order/" + order.id)), ErrorCode::kFailedPrecondition);
  office.service().orders().OnDue(order.id).value();
  const Appeal appeal = File("order/" + order.id).value();
  Uphold(appeal).value();
  EXPECT_EQ(office.LastEvent().kind, EventKind::kOrderAnnulled);
}

TEST_F(AppealService, KnowsEverybodyWhoTookPart) {
  const Order order = Unmet();
  const auto people = PeopleOn(office.store(), "order/" + order.id).value();
  for (const Person* person : {&office.officer, &office.second_officer, &office.decider, &office.reviewer,
                               &office.laboratory, &office.applicant}) {
    EXPECT_TRUE(people.contains(person->party.id)) << person->party.name;
  }
  EXPECT_FALSE(people.contains(office.appeals_officer.party.id));
  EXPECT_FALSE(people.contains("clock"));
}

}  // namespace
}  // namespace certmark::ca::testing
