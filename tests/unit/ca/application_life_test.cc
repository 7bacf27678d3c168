// A file beyond its straight way: returned, refused, withdrawn, lapsed, audited; and the paths that change a
// certification.
#include <gtest/gtest.h>

#include <functional>
#include <future>

#include "tests/unit/ca/authority_fixture.h"
#include "verifier-sdk/core/verify.h"

namespace certmark::ca::testing {
namespace {

using State = Application::State;

class ApplicationLife : public ::testing::Test {
 protected:
  static ErrorCode CodeOf(const auto& result) { return result ? ErrorCode{} : result.error().code; }
  static std::string WordsOf(const auto& result) { return result ? "taken" : result.error().message; }
  Applications& files() { return office.service().applications(); }
  auto SubmitForm(const ApplicationForm& form) { return files().Submit(office.applicant.party, {form.ToJson()}); }
  Certification Read(const std::string& number) { return office.service().certifications().Get(number).value(); }
  /// Change takes a form all its way and returns what was granted on it.
  Certification Change(const ApplicationForm& form) {
    const std::string id = office.InReview(form);
    const auto decided = office.Decide(id);
    EXPECT_TRUE(decided) << decided.error().message;
    return Read(office.File(id).certification);
  }
  Verdict Judge(const std::string& number, const std::string& build) {
    const std::string bundle = office.service().certifications().Bundle(number).value();
    Policy policy;
    policy.allow = {Allow::kTestAuthority};
    const Expected expected{App::Parse("android:org.example.app").value(), {std::string(kSigner)}, build};
    return Verify(bundle, std::span(&office.authority().trust, 1), expected, policy, office.now()).verdict;
  }
  std::vector<std::string> WorkFor(const std::string& whom) {
    std::vector<std::string> subjects;
    const auto work = WorkOf(office.store(), whom, 10).value();
    for (const WorkItem& item : work) subjects.push_back(item.subject);
    return subjects;
  }

  Office office;
};

// ---- The form, held to its scheme

TEST_F(ApplicationLife, TakesNoFormWhoseSelfEvaluationFailsAMandatoryCriterion) {
  ApplicationForm form = office.Form();
  form.self_evaluation["APP-2019/3.1"] = Answer::Result::kNonconform;
  EXPECT_EQ(CodeOf(SubmitForm(form)), ErrorCode::kFailedPrecondition);
  EXPECT_EQ(WordsOf(SubmitForm(form)), "self-evaluation-failed: APP-2019/3.1");
  form.self_evaluation["APP-2019/3.1"] = Answer::Result::kNotApplicable;
  EXPECT_EQ(WordsOf(SubmitForm(form)), "taken");
}

TEST_F(ApplicationLife, TakesNoFormThatIsIncomplete) {
  ApplicationForm form = office.Form();
  form.self_evaluation.erase("APP-2019/3.1");
  EXPECT_EQ(WordsOf(SubmitForm(form)), "materials-incomplete: the self-evaluation does not answer APP-2019/3.1");
  form = office.Form();
  form.documents.erase("inventory");
  EXPECT_EQ(WordsOf(SubmitForm(form)), "materials-incomplete: no inventory");
  form = office.Form();
  form.documents["poem"] = form.documents["inventory"];
  EXPECT_EQ(CodeOf(SubmitForm(form)), ErrorCode::kInvalidArgument);
  form = office.Form();
  form.self_evaluation["APP-2019/99"] = Answer::Result::kConform;
  EXPECT_EQ(CodeOf(SubmitForm(form)), ErrorCode::kInvalidArgument);
  form = office.Form();
  form.documents["holder-facts"] = form.documents["inventory"];
  EXPECT_EQ(WordsOf(SubmitForm(form)), "taken") << "a document that the path does not need";
}

TEST_F(ApplicationLife, TakesNoOpenRangeOfBuildsWhereTheSchemeHasNone) {
  ApplicationForm form = office.Form();
  form.version_to.reset();
  EXPECT_EQ(CodeOf(SubmitForm(form)), ErrorCode::kFailedPrecondition);
  EXPECT_EQ(WordsOf(SubmitForm(form)), "versions.to: CNCA-App-001 2019 certifies no range that is open");
}

TEST(ApplicationsOfAnOpenScheme, TakeAnOpenRangeButFromNoUpdate) {
  Office office({.adapt = [](Scheme& scheme) { scheme.parameters.open_range = true; }});
  const Certification closed = office.Certified();
  ApplicationForm update = office.FormOn(closed, ApplicationPath::kUpdate);
  update.version_to.reset();
  const auto updated = office.service().applications().Submit(office.applicant.party, {update.ToJson()});
  ASSERT_FALSE(updated);
  EXPECT_EQ(updated.error().message, "an update makes the range of " + closed.id + " longer, and no more");
  ApplicationForm open = office.Form();
  open.app.package = "org.example.open";
  open.version_to.reset();
  EXPECT_TRUE(office.service().applications().Submit(office.applicant.party, {open.ToJson()}));
}

// ---- Returned, refused, withdrawn

TEST_F(ApplicationLife, GoesBackToItsOperatorAndIsSubmittedAgain) {
  const std::string id = office.Submit();
  EXPECT_EQ(WorkFor("reviewer"), std::vector<std::string>{"application/" + id});
  const Application returned = files().Return(office.reviewer.party, id, "materials-incomplete").value();
  EXPECT_EQ(returned.state, State::kReturned);
  EXPECT_EQ(returned.reason, "materials-incomplete");
  EXPECT_EQ(returned.deadline, office.now() + office.scheme().parameters.return_limit);
  EXPECT_EQ(WorkFor("party:" + office.applicant.party.id), std::vector<std::string>{"application/" + id});
  EXPECT_TRUE(WorkFor("reviewer").empty());
  ApplicationForm form = office.Form();
  form.app_name = "Example, completed";
  EXPECT_EQ(CodeOf(files().Accept(office.reviewer.party, id, office.laboratory.party.id)),
            ErrorCode::kFailedPrecondition);
  const Application again = files().Resubmit(office.applicant.party, id, {form.ToJson()}).value();
  EXPECT_EQ(again.state, State::kSubmitted);
  EXPECT_EQ(again.form_json, form.ToJson());
  EXPECT_FALSE(again.deadline);
  EXPECT_NE(office.RecordEntries().back().find("\"before\":\"RETURNED\",\"after\":\"SUBMITTED\""), std::string::npos);
  office.Accept(id);
}

TEST_F(ApplicationLife, IsSubmittedAgainByItsOperatorAloneUnderTheSameScheme) {
  const Person stranger = office.Enrol("Stranger", {Role::kOperator});
  const std::string id = office.Submit();
  const auto again = [&](const Person& who, const ApplicationForm& form) {
    return CodeOf(files().Resubmit(who.party, id, {form.ToJson()}));
  };
  EXPECT_EQ(again(office.applicant, office.Form()), ErrorCode::kFailedPrecondition) << "nobody returned it";
  files().Return(office.reviewer.party, id, "unit-unclear").value();
  EXPECT_EQ(again(stranger, office.Form()), ErrorCode::kNotFound);
  EXPECT_EQ(again(office.reviewer, office.Form()), ErrorCode::kPermissionDenied);
  ApplicationForm other = office.Form();
  other.scheme = "Certmark-NPI 2021";
  EXPECT_EQ(again(office.applicant, office.Complete(other)), ErrorCode::kInvalidArgument);
  ApplicationForm worse = office.Form();
  worse.documents.clear();
  EXPECT_EQ(again(office.applicant, worse), ErrorCode::kFailedPrecondition);
  EXPECT_EQ(again(office.applicant, office.Form()), ErrorCode{});
}

TEST_F(ApplicationLife, IsSubmittedAgainAsTheFileThatItIs) {
  const Certification base = office.Certified();
  ApplicationForm form = office.FormOn(base, ApplicationPath::kUpdate);
  form.version_to = "299";
  const std::string id = office.Submit(form);
  files().Return(office.reviewer.party, id, "unit-unclear").value();
  const struct {
    const char* what;
    std::function<void(ApplicationForm&)> change;
  } kMutations[] = {
      {"path", [](ApplicationForm& other) { other.path = ApplicationPath::kRenewal; }},
      {"path and base", [](ApplicationForm& other) { other.path = ApplicationPath::kInitial, other.base.clear(); }},
      {"base", [](ApplicationForm& other) { other.base = "CM-2026-7K3Q9X2M4T4"; }},
      {"package", [](ApplicationForm& other) { other.app.package = "org.example.other"; }},
      {"signer", [](ApplicationForm& other) { other.signers = {std::string(kOtherSigner)}; }},
      {"another signer", [](ApplicationForm& other) { other.signers.emplace_back(kOtherSigner); }},
  };
  for (const auto& mutation : kMutations) {
    ApplicationForm other = form;
    mutation.change(other);
    EXPECT_EQ(CodeOf(files().Resubmit(office.applicant.party, id, {office.Complete(other).ToJson()})),
              ErrorCode::kInvalidArgument)
        << mutation.what;
  }
  form.version_to = "399";
  EXPECT_TRUE(files().Resubmit(office.applicant.party, id, {office.Complete(form).ToJson()}));
}

TEST_F(ApplicationLife, IsNotAcceptedByWhoeverEvaluatedWhatItCarries) {
  const Certification base = office.Certified();
  const Person of_laboratory = office.Enrol("Of The Laboratory", {Role::kReviewer}, {office.laboratory.party.id});
  const std::string id = office.Submit(office.FormOn(base, ApplicationPath::kDocumentsOnly));
  EXPECT_EQ(CodeOf(files().Accept(of_laboratory.party, id, "")), ErrorCode::kPermissionDenied);
  EXPECT_EQ(office.File(id).state, State::kSubmitted);
  office.Accept(id);
}

TEST_F(ApplicationLife, LapsesWhenItIsNotSubmittedAgainInTime) {
  const std::string id = office.Submit(), other = office.SubmitBy(office.other_operator, office.Form());
  for (const std::string& each : {id, other}) files().Return(office.reviewer.party, each, "unit-unclear").value();
  office.Advance(office.scheme().parameters.return_limit - Seconds{1});
  ASSERT_TRUE(files().OnDue(id));
  EXPECT_EQ(office.File(id).state, State::kReturned) << "not yet due";
  office.Advance(Seconds{1});
  ASSERT_EQ(DueUntil(office.store(), office.now(), std::nullopt, 10).value().size(), 2u);
  ASSERT_TRUE(files().OnDue(id));
  EXPECT_EQ(office.File(id).state, State::kLapsed);
  EXPECT_EQ(office.File(id).retain_until, office.now() + office.scheme().parameters.retention_ended);
  const std::string entry = office.RecordEntries().back();
  EXPECT_NE(entry.find("\"actor\":\"clock\",\"act\":\"lapse-application\""), std::string::npos) << entry;
  EXPECT_NE(entry.find("\"rests_on\":\"application/" + id), std::string::npos) << entry;
  const std::size_t acts = office.RecordEntries().size();
  ASSERT_TRUE(files().OnDue(id));
  EXPECT_EQ(office.RecordEntries().size(), acts) << "nothing fires twice";
  // Who comes too late finds it lapsed, whether or not the clock has been there.
  EXPECT_EQ(CodeOf(files().Resubmit(office.other_operator.party, other, {office.Form().ToJson()})),
            ErrorCode::kFailedPrecondition);
  EXPECT_EQ(office.File(other).state, State::kLapsed);
}

TEST_F(ApplicationLife, IsRefusedAtAcceptanceWithAReasonOfTheCatalogue) {
  const std::string id = office.Submit();
  const Person bought = office.Enrol("Bought", {Role::kReviewer}, {office.applicant.party.id});
  EXPECT_EQ(CodeOf(files().Refuse(office.reviewer.party, id, "because")), ErrorCode::kInvalidArgument);
  EXPECT_EQ(CodeOf(files().Refuse(office.reviewer.party, id, "unit-unclear")), ErrorCode::kInvalidArgument)
      << "a reason to return it";
  EXPECT_EQ(CodeOf(files().Return(office.reviewer.party, id, "deception")), ErrorCode::kInvalidArgument)
      << "a reason to refuse it";
  EXPECT_EQ(CodeOf(files().Refuse(bought.party, id, "deception")), ErrorCode::kPermissionDenied);
  EXPECT_EQ(CodeOf(files().Return(bought.party, id, "unit-unclear")), ErrorCode::kPermissionDenied);
  EXPECT_EQ(CodeOf(files().Refuse(office.decider.party, id, "deception")), ErrorCode::kPermissionDenied);
  const Application refused = files().Refuse(office.reviewer.party, id, "deception").value();
  EXPECT_EQ(refused.state, State::kRefused);
  EXPECT_EQ(refused.retain_until, office.now() + office.scheme().parameters.retention_ended);
  EXPECT_NE(office.RecordEntries().back().find("\"reason\":\"deception\""), std::string::npos);
  EXPECT_EQ(CodeOf(files().Return(office.reviewer.party, id, "unit-unclear")), ErrorCode::kFailedPrecondition);
}

TEST_F(ApplicationLife, IsWithdrawnByItsOperatorAloneUntilItIsDecided) {
  const Person stranger = office.Enrol("Stranger", {Role::kOperator});
  const std::string id = office.InReview();
  EXPECT_EQ(CodeOf(files().Withdraw(stranger.party, id)), ErrorCode::kNotFound);
  EXPECT_EQ(CodeOf(files().Withdraw(office.reviewer.party, id)), ErrorCode::kPermissionDenied);
  EXPECT_EQ(files().Withdraw(office.applicant.party, id).value().state, State::kWithdrawn);
  EXPECT_EQ(CodeOf(office.Decide(id)), ErrorCode::kFailedPrecondition);
  const std::string granted = office.InReview();
  office.Decide(granted).value();
  EXPECT_EQ(CodeOf(files().Withdraw(office.applicant.party, granted)), ErrorCode::kFailedPrecondition);
}

// ---- The audit, where the scheme has one

class AnAudited : public ApplicationLife {
 protected:
  AnAudited() {
    ApplicationForm form = office.Form();
    form.scheme = Office::kAudited;
    id = office.Submit(form);
  }
  auto AcceptWith(std::string_view auditor_id) {
    return files().Accept(office.reviewer.party, id, office.laboratory.party.id, auditor_id);
  }
  auto Audit(const Person& by, const std::set<std::string>& nonconform = {}) {
    ReportDocument report = office.DraftReport(id, nonconform);
    report.kind = ReportDocument::Kind::kAudit;
    report.iss = office.authority().iss + "/parties/" + by.party.id;
    return files().SubmitReport(by.party, id, office.SignReport(report, by));
  }
  std::string id;
  const Person auditor = office.EnrolEvaluator("Auditor", {Role::kAuditor});
};

TEST_F(AnAudited, FileIsAssignedAnAuditorWhoIsIndependent) {
  const Person bought = office.Enrol("Bought", {Role::kAuditor}, {office.applicant.party.id});
  EXPECT_EQ(CodeOf(AcceptWith("")), ErrorCode::kInvalidArgument);
  EXPECT_EQ(CodeOf(AcceptWith(office.laboratory.party.id)), ErrorCode::kFailedPrecondition);
  EXPECT_EQ(CodeOf(AcceptWith(bought.party.id)), ErrorCode::kPermissionDenied);
  EXPECT_EQ(CodeOf(AcceptWith(auditor.party.id)), ErrorCode{});
  EXPECT_TRUE(files().Get(auditor.party, id));
  EXPECT_EQ(CodeOf(files().Get(bought.party, id)), ErrorCode::kNotFound);
}

TEST_F(AnAudited, FileIsGrantedOnTwoConformReportsAndNamesBothEvaluators) {
  const Person other = office.Enrol("Other Auditor", {Role::kAuditor});
  AcceptWith(auditor.party.id).value();
  EXPECT_EQ(CodeOf(Audit(auditor)), ErrorCode::kFailedPrecondition) << "the verification comes first";
  EXPECT_EQ(office.Report(id).state, State::kAudit);
  EXPECT_EQ(WorkFor("party:" + auditor.party.id), std::vector<std::string>{"application/" + id});
  EXPECT_EQ(CodeOf(office.Decide(id)), ErrorCode::kFailedPrecondition) << "no step is skipped";
  EXPECT_EQ(CodeOf(Audit(other)), ErrorCode::kNotFound);
  EXPECT_EQ(CodeOf(Audit(office.laboratory)), ErrorCode::kPermissionDenied);
  EXPECT_EQ(Audit(auditor).value().state, State::kReview);
  const Person employee = office.Enrol("Employee", {Role::kDecider}, {auditor.party.id});
  EXPECT_EQ(CodeOf(office.Decide(id, office.DraftDecision(id), employee)), ErrorCode::kPermissionDenied);
  const auto decided = office.Decide(id);
  ASSERT_TRUE(decided) << decided.error().message;
  EXPECT_NE(decided->bundle, std::nullopt);
}

TEST_F(AnAudited, FileIsListedForReviewOnceItsAuditorIsSuspended) {
  AcceptWith(auditor.party.id).value();
  office.Report(id);
  Audit(auditor).value();
  const auto to_review = [&] {
    return office.service().accreditations().ReportsToReview(office.officer.party, auditor.party.id).value();
  };
  office.Take(Proposed::kSuspendAccreditation, auditor, "laboratory-unreliable");
  ASSERT_EQ(to_review().size(), 1u);
  EXPECT_EQ(to_review()[0].subject, "application/" + id);
  EXPECT_EQ(to_review()[0].received_at, office.now());
  office.Take(Proposed::kEndAccreditation, auditor, "laboratory-unreliable");
  EXPECT_EQ(to_review().size(), 1u);
}

TEST_F(AnAudited, FileGoesBackToTheLaboratoryAfterANonconformAudit) {
  AcceptWith(auditor.party.id).value();
  office.Report(id);
  EXPECT_EQ(Audit(auditor, {"APP-2019/3.1"}).value().state, State::kRectifying);
  EXPECT_EQ(CodeOf(Audit(auditor)), ErrorCode::kFailedPrecondition);
  office.Advance(kDay);
  office.Correct(id);
  EXPECT_EQ(office.Report(id).state, State::kAudit);
  EXPECT_EQ(Audit(auditor).value().state, State::kReview);
  EXPECT_TRUE(office.Decide(id));
}

TEST_F(AnAudited, FileIsAuditedByAnotherOnceItsAuditorMayNot) {
  const Person another = office.EnrolEvaluator("Another Auditor", {Role::kAuditor});
  AcceptWith(auditor.party.id).value();
  office.Report(id);
  office.Take(Proposed::kEndAccreditation, auditor, "laboratory-unreliable");
  // The laboratory has done its part: whether it still may is not asked for the auditor's sake.
  office.Take(Proposed::kSuspendAccreditation, office.laboratory, "laboratory-unreliable");
  const auto reassign = [&](std::string_view laboratory, std::string_view with) {
    return files().Reassign(office.reviewer.party, id, {laboratory, with, "accreditation-ended"});
  };
  const Person newcomer = office.EnrolEvaluator("Another Laboratory", {Role::kLaboratory});
  EXPECT_EQ(CodeOf(reassign(newcomer.party.id, another.party.id)), ErrorCode::kFailedPrecondition)
      << "it is audited on the first one's report";
  EXPECT_EQ(reassign("", another.party.id).value().state, State::kAudit);
  EXPECT_EQ(CodeOf(Audit(auditor)), ErrorCode::kNotFound);
  EXPECT_EQ(Audit(another).value().state, State::kReview);
}

TEST_F(AnAudited, FileIsNotGrantedOnAStateThatItsAuditDoesNotBear) {
  AcceptWith(auditor.party.id).value();
  office.Report(id);
  Audit(auditor, {"APP-2019/3.1"}).value();
  // A damaged record: the state alone says that the file may be granted; the verification is conform, the audit not.
  const auto read = Load<Application>(office.store(), id).value();
  Application forged = read.value;
  forged.state = State::kReview;
  forged.deadline.reset();
  ledger::Change change;
  Replace(change, read, forged);
  office.log().Append(std::move(change), ledger::Ack::kSequenced).value();
  EXPECT_EQ(CodeOf(office.Decide(id)), ErrorCode::kFailedPrecondition);
}

// ---- Times

TEST_F(ApplicationLife, MovesTheLimitOfItsDecisionByTheTimeSpentRectifying) {
  const std::string id = office.Submit();
  office.Accept(id);
  const Time first = office.now() + office.scheme().parameters.decision_limit;
  EXPECT_EQ(office.File(id).decide_by, first);
  office.Report(id, {"APP-2019/3.1"});
  office.Advance(20 * kDay);
  office.Correct(id);
  office.Advance(kDay);
  EXPECT_EQ(office.Report(id).decide_by, first + 20 * kDay) << "the laboratory's day counts";
  const auto work = WorkOf(office.store(), "decider", 10).value();
  ASSERT_EQ(work.size(), 1u);
  EXPECT_EQ(work[0].by, first + 20 * kDay);
}

TEST_F(ApplicationLife, IsNotGrantedAfterItsDeadlineLapsed) {
  const std::string id = office.Submit();
  office.Accept(id);
  office.Report(id, {"APP-2019/3.1"});
  office.Advance(office.scheme().parameters.rectification_limit);
  EXPECT_EQ(CodeOf(files().Withdraw(office.applicant.party, id)), ErrorCode::kFailedPrecondition);
  EXPECT_EQ(office.File(id).state, State::kLapsed);
  EXPECT_EQ(CodeOf(office.Decide(id)), ErrorCode::kFailedPrecondition);
  EXPECT_TRUE(office.File(id).certification.empty());
}

TEST_F(ApplicationLife, IsKeptForATimeAfterItsCertificationEnded) {
  const Seconds kept = office.scheme().parameters.retention_granted;
  const Certification certified = office.Certified();
  EXPECT_FALSE(office.File(certified.application).retain_until);
  office.Advance(kDay);
  office.service().certifications().Withdraw(office.applicant.party, certified.id, "holder-request").value();
  EXPECT_EQ(office.File(certified.application).retain_until, office.now() + kept);
  const Certification expiring = office.Certified();
  office.Advance(expiring.valid_until - office.now() + 3 * kDay);
  ASSERT_TRUE(office.service().certifications().OnDue(expiring.id));
  EXPECT_EQ(office.File(expiring.application).retain_until, expiring.valid_until + kept)
      << "from its end, however late the clock came";
}

// ---- Changes of a certification

TEST_F(ApplicationLife, RenewsACertificationThatTheNewOneSupersedes) {
  const Certification old = office.CertifiedUnder(Office::kYoung);
  const ApplicationForm form = office.FormOn(old, ApplicationPath::kRenewal);
  office.Advance(30 * kDay - Seconds{1});
  EXPECT_EQ(CodeOf(SubmitForm(form)), ErrorCode::kFailedPrecondition) << "too early";
  office.Advance(Seconds{1});
  const std::size_t acts = office.RecordEntries().size();
  const Certification renewed = Change(form);
  EXPECT_EQ(office.RecordEntries().size(), acts + 4) << "submitted, accepted, reported, decided";
  EXPECT_EQ(renewed.supersedes, old.id);
  EXPECT_EQ(renewed.valid_until, renewed.valid_from + (old.valid_until - old.valid_from));
  EXPECT_EQ(Read(old.id).state, Certification::State::kSuperseded);
  EXPECT_EQ(Judge(renewed.id, "150"), Verdict::kValid);
  EXPECT_EQ(Judge(old.id, "150"), Verdict::kEnded);
  EXPECT_TRUE(office.File(renewed.application).carried_reports.empty());
}

TEST_F(ApplicationLife, GrowsTheRangeOfBuildsOnItsBasesReports) {
  const Certification old = office.Certified();
  const Application base = office.File(old.application);
  office.Advance(kDay);
  ApplicationForm form = office.FormOn(old, ApplicationPath::kUpdate);
  form.version_to = "299";
  const std::string id = office.InReview(form);
  ASSERT_EQ(office.File(id).state, State::kReview) << "no laboratory looks at it";
  ASSERT_EQ(office.File(id).carried_reports.size(), 1u);
  const auto decided = office.Decide(id);
  ASSERT_TRUE(decided) << decided.error().message;
  const Certification next = Read(decided->application.certification);
  EXPECT_EQ(next.supersedes, old.id);
  EXPECT_EQ(next.valid_until, old.valid_until) << "a change prolongs nothing";
  EXPECT_EQ(next.laboratory, office.laboratory.party.id);
  EXPECT_EQ(Read(old.id).state, Certification::State::kSuperseded);
  EXPECT_EQ(Read(old.id).superseded_by, next.id);
  EXPECT_EQ(Judge(next.id, "250"), Verdict::kValid);
  EXPECT_EQ(Judge(old.id, "150"), Verdict::kEnded);
  EXPECT_EQ(office.StatusAt(old.status), StatusValue::kEnded);
  EXPECT_EQ(office.File(id).carried_reports[0].digest, Sha256Uri(AsBytes(base.reports[0].jws)));
  // The base's file is kept as long as anything stands on it.
  const Seconds kept = office.scheme().parameters.retention_granted;
  EXPECT_EQ(office.File(base.id).retain_until, office.now() + kept);
  office.Advance(kDay);
  office.service().certifications().Withdraw(office.applicant.party, next.id, "holder-request").value();
  EXPECT_EQ(office.File(base.id).retain_until, office.now() + kept);
}

TEST_F(ApplicationLife, ChangesNeitherNameNorPrivacyPolicyWhereNoLaboratoryLooksAtIt) {
  const Certification old = office.Certified();
  for (const ApplicationPath path : {ApplicationPath::kUpdate, ApplicationPath::kDocumentsOnly}) {
    ApplicationForm form = office.FormOn(old, path);
    if (path == ApplicationPath::kUpdate) form.version_to = "299";
    ApplicationForm renamed = form, rewritten = form;
    renamed.app_name = "Example Two";
    rewritten.privacy_policy_url = "https://operator07.example/another-policy";
    for (const ApplicationForm& each : {renamed, rewritten}) {
      EXPECT_EQ(CodeOf(SubmitForm(each)), ErrorCode::kFailedPrecondition) << Name(path);
    }
    // A laboratory's to look at.
    rewritten.path = ApplicationPath::kReverification;
    rewritten.new_names.reset();
    for (const ApplicationForm& each : {form, office.Complete(rewritten)}) {
      const auto taken = SubmitForm(each);
      ASSERT_EQ(WordsOf(taken), "taken") << Name(path);
      files().Withdraw(office.applicant.party, taken->id).value();
    }
  }
}

TEST_F(ApplicationLife, ChangesNoDocumentThatNoLaboratoryLooksAtButThoseOfItsPath) {
  const Certification old = office.Certified();
  const auto another = [](char digit) { return "sha256:" + std::string(64, digit); };
  for (const auto& [path, own] : {std::pair(ApplicationPath::kUpdate, "self-evaluation"),
                                  std::pair(ApplicationPath::kDocumentsOnly, "holder-facts")}) {
    ApplicationForm form = office.FormOn(old, path);
    if (path == ApplicationPath::kUpdate) form.version_to = "299";
    for (const std::string kind : {"privacy-policy", "inventory", "permissions", "third-party-sdks"}) {
      ApplicationForm other = form, fewer = form;
      other.documents[kind] = another('1');
      fewer.documents.erase(kind);
      for (const ApplicationForm& each : {other, fewer}) {
        EXPECT_EQ(WordsOf(SubmitForm(each)),
                  "another " + kind + " than that of " + old.id + " is a laboratory's to look at");
      }
    }
    ApplicationForm more = form;
    more.documents[path == ApplicationPath::kUpdate ? "holder-facts" : "self-evaluation"] = another('2');
    EXPECT_EQ(CodeOf(SubmitForm(more)), ErrorCode::kFailedPrecondition);
    form.documents[own] = another('3');
    const auto taken = SubmitForm(form);
    ASSERT_EQ(WordsOf(taken), "taken");
    files().Withdraw(office.applicant.party, taken->id).value();
  }
}

TEST_F(ApplicationLife, CarriesTheFirstReportThroughSeveralChanges) {
  const Certification first = office.Certified();
  ApplicationForm form = office.FormOn(first, ApplicationPath::kUpdate);
  form.version_to = "299";
  const Certification second = Change(form);
  const Certification third = Change(office.FormOn(second, ApplicationPath::kDocumentsOnly));
  EXPECT_EQ(office.File(third.application).carried_reports.at(0).application, first.application);
  const Certification fourth = Change(office.FormOn(third, ApplicationPath::kReverification));
  EXPECT_TRUE(office.File(fourth.application).carried_reports.empty()) << "a laboratory looked at it anew";
  EXPECT_EQ(fourth.valid_until, first.valid_until);
  EXPECT_EQ(Judge(fourth.id, "250"), Verdict::kValid);
  EXPECT_EQ(Judge(third.id, "250"), Verdict::kEnded);
}

TEST_F(ApplicationLife, DecidesAChangeOnTheReportsItCarriesAndByWhoTookNoPartInThem) {
  const Person employee = office.Enrol("Tester", {Role::kDecider}, {office.laboratory.party.id});
  const std::string id = office.InReview(office.FormOn(office.Certified(), ApplicationPath::kDocumentsOnly));
  DecisionDocument decision = office.DraftDecision(id);
  EXPECT_EQ(CodeOf(office.Decide(id, decision, employee)), ErrorCode::kPermissionDenied);
  decision.rests_on.pop_back();
  EXPECT_EQ(CodeOf(office.Decide(id, decision, office.decider)), ErrorCode::kInvalidArgument);
  EXPECT_TRUE(office.Decide(id));
}

TEST_F(ApplicationLife, AssignsALaboratoryToNoChangeThatNeedsNone) {
  const std::string id = office.Submit(office.FormOn(office.Certified(), ApplicationPath::kDocumentsOnly));
  EXPECT_EQ(CodeOf(files().Accept(office.reviewer.party, id, office.laboratory.party.id)), ErrorCode::kInvalidArgument);
  EXPECT_EQ(CodeOf(files().Accept(office.reviewer.party, id, "")), ErrorCode{});
  office.Decide(id).value();
  EXPECT_EQ(CodeOf(files().Accept(office.reviewer.party, office.Submit(), "")), ErrorCode::kInvalidArgument);
}

TEST_F(ApplicationLife, TakesAChangeOfItsOwnBaseInItsOwnWayAlone) {
  const Certification old = office.Certified();
  struct Row {
    const char* mutation;
    ApplicationPath path;
    void (*apply)(ApplicationForm&);
  };
  const Row rows[] = {
      {"another package", ApplicationPath::kReverification,
       [](ApplicationForm& f) { f.app.package = "org.example.x"; }},
      {"another signer", ApplicationPath::kReverification,
       [](ApplicationForm& f) { f.signers = {std::string(kOtherSigner)}; }},
      {"one more signer", ApplicationPath::kReverification,
       [](ApplicationForm& f) { f.signers.emplace_back(kOtherSigner); }},
      {"another scheme", ApplicationPath::kReverification, [](ApplicationForm& f) { f.scheme = Office::kAudited; }},
      {"an update that grows nothing", ApplicationPath::kUpdate, [](ApplicationForm&) {}},
      {"an update that opens the range", ApplicationPath::kUpdate, [](ApplicationForm& f) { f.version_to.reset(); }},
      {"an update that shrinks", ApplicationPath::kUpdate, [](ApplicationForm& f) { f.version_to = "150"; }},
      {"an update of the first build", ApplicationPath::kUpdate,
       [](ApplicationForm& f) { f.version_from = "99", f.version_to = "299"; }},
      {"documents with builds", ApplicationPath::kDocumentsOnly, [](ApplicationForm& f) { f.version_to = "299"; }},
      {"documents with another name", ApplicationPath::kDocumentsOnly,
       [](ApplicationForm& f) { f.app_name = "Other"; }},
  };
  for (const Row& row : rows) {
    ApplicationForm form = office.FormOn(old, row.path);
    row.apply(form);
    EXPECT_EQ(CodeOf(SubmitForm(office.Complete(form))), ErrorCode::kFailedPrecondition) << row.mutation;
  }
  const Person stranger = office.Enrol("Stranger", {Role::kOperator});
  const ApplicationForm change = office.FormOn(old, ApplicationPath::kDocumentsOnly);
  EXPECT_EQ(CodeOf(files().Submit(stranger.party, {change.ToJson()})), ErrorCode::kPermissionDenied);
}

TEST_F(ApplicationLife, ChangesNothingThatIsNotValid) {
  for (const bool is_accepted : {false, true}) {
    ApplicationForm initial = office.Form();
    initial.app.package = is_accepted ? "org.example.one" : "org.example.two";
    const Certification old = Change(initial);
    const ApplicationForm form = office.FormOn(old, ApplicationPath::kDocumentsOnly);
    const std::string id = is_accepted ? office.InReview(form) : office.Submit(form);
    const auto proposal = office.Propose(office.officer, Proposed::kSuspend, old.id, "misuse").value();
    ASSERT_TRUE(office.Confirm(office.second_officer, proposal.id));
    EXPECT_EQ(CodeOf(SubmitForm(form)), ErrorCode::kFailedPrecondition);
    const std::uint64_t size = office.log().Exposed()->checkpoint.size;
    const ErrorCode refusal =
        is_accepted ? CodeOf(office.Decide(id)) : CodeOf(files().Accept(office.reviewer.party, id, ""));
    EXPECT_EQ(refusal, ErrorCode::kFailedPrecondition);
    EXPECT_EQ(office.log().Exposed()->checkpoint.size, size);
    EXPECT_EQ(Read(old.id).state, Certification::State::kSuspended);
  }
}

TEST_F(ApplicationLife, SupersedesABaseOnce) {
  const ApplicationForm form = office.FormOn(office.Certified(), ApplicationPath::kDocumentsOnly);
  EXPECT_TRUE(office.Decide(office.InReview(form)));
  EXPECT_EQ(CodeOf(SubmitForm(form)), ErrorCode::kFailedPrecondition);
}

// ---- How many

TEST_F(ApplicationLife, IsTheOnlyOneUnderWayOfItsUnitAndOperator) {
  const std::string id = office.Submit();
  ApplicationForm both = office.Form(), other = office.Form();
  both.signers.emplace_back(kOtherSigner);
  other.signers = {std::string(kOtherSigner)};
  EXPECT_EQ(CodeOf(SubmitForm(both)), ErrorCode::kAlreadyExists) << "one signer of two";
  EXPECT_EQ(WordsOf(SubmitForm(office.Form())), "application " + id + " of the unit is under way");
  EXPECT_EQ(WordsOf(SubmitForm(other)), "taken") << "another unit";
  EXPECT_EQ(WordsOf(files().Submit(office.other_operator.party, {office.Form().ToJson()})), "taken");
  files().Return(office.reviewer.party, id, "unit-unclear").value();
  EXPECT_EQ(CodeOf(SubmitForm(office.Form())), ErrorCode::kAlreadyExists);
  files().Withdraw(office.applicant.party, id).value();
  EXPECT_EQ(WordsOf(SubmitForm(office.Form())), "taken");
}

TEST_F(ApplicationLife, IsOneOfTwoThatAreSubmittedAtOnce) {
  const auto submit = [&] { return SubmitForm(office.Form()); };
  auto first = std::async(std::launch::async, submit), second = std::async(std::launch::async, submit);
  const auto one = first.get(), two = second.get();
  ASSERT_NE(one.has_value(), two.has_value());
  const ErrorCode code = one ? two.error().code : one.error().code;
  EXPECT_TRUE(code == ErrorCode::kConflict || code == ErrorCode::kAlreadyExists);
}

TEST_F(ApplicationLife, IsTheOnlyOneOfAMiniprogramToo) {
  ApplicationForm form = office.Form();
  form.app = App::Parse("miniprogram:wx0123456789abcdef").value();
  form.signers.clear();
  form.version_from = "1.2";
  form.version_to = "1.9";
  office.Submit(form);
  EXPECT_EQ(CodeOf(SubmitForm(office.Complete(form))), ErrorCode::kAlreadyExists);
}

TEST_F(ApplicationLife, WaitsToBeAcceptedWithNinetyNineOfItsOperatorsAtMost) {
  ApplicationForm form = office.Form();
  std::string first;
  for (std::size_t i = 0; i < Applications::kMaxWaiting; ++i) {
    form.app.package = "org.example.app" + std::to_string(i);
    const std::string id = office.Submit(form);
    if (i == 0) first = id;
  }
  form.app.package = "org.example.more";
  EXPECT_EQ(CodeOf(SubmitForm(form)), ErrorCode::kResourceExhausted);
  EXPECT_EQ(WordsOf(SubmitForm(form)),
            "party " + office.applicant.party.id + " has 100 applications that wait to be accepted");
  EXPECT_EQ(WordsOf(files().Submit(office.other_operator.party, {form.ToJson()})), "taken");
  files().Return(office.reviewer.party, first, "unit-unclear").value();
  EXPECT_EQ(CodeOf(SubmitForm(form)), ErrorCode::kResourceExhausted) << "what is returned comes back";
  files().Withdraw(office.applicant.party, first).value();
  EXPECT_EQ(WordsOf(SubmitForm(form)), "taken");
}

TEST_F(ApplicationLife, WaitsForTheReviewersInTheOrderInWhichItCame) {
  ApplicationForm form = office.Form();
  std::vector<std::string> came;
  for (int i = 0; i < 6; ++i) {
    form.app.package = "org.example.app" + std::to_string(i);
    came.push_back("application/" + office.Submit(form));
    office.Advance(Seconds{1});
  }
  EXPECT_EQ(WorkFor("reviewer"), came);
  std::vector<std::string> listed;
  const auto work = office.service().work_lists().Of(office.reviewer.party).value();
  for (const WorkItem& item : work.waits) listed.push_back(item.subject);
  EXPECT_EQ(listed, came);
  EXPECT_TRUE(work.overdue.empty() && work.this_week.empty()) << "since when is no by when";
}

}  // namespace
}  // namespace certmark::ca::testing
