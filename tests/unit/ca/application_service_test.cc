// The way of an application, and every way around it that must be shut.
#include <gtest/gtest.h>

#include <functional>
#include <future>

#include "tests/unit/ca/authority_fixture.h"
#include "verifier-sdk/core/verify.h"

namespace certmark::ca::testing {
namespace {

class ApplicationService : public ::testing::Test {
 protected:
  Outcome Judge(const std::string& bundle, const std::string& build = "150") {
    const Expected expected{App::Parse("android:org.example.app").value(), {std::string(kSigner)}, build};
    Policy policy;
    policy.allow = {Allow::kTestAuthority};
    return Verify(bundle, std::span(&office.authority().trust, 1), expected, policy, office.now());
  }
  static ErrorCode CodeOf(const auto& result) { return result ? ErrorCode{} : result.error().code; }

  Office office;
};

TEST_F(ApplicationService, LeadsFromTheFormToABundleThatAStrangerFindsValid) {
  const std::string id = office.Submit();
  EXPECT_EQ(office.File(id).state, Application::State::kSubmitted);
  office.Accept(id);
  EXPECT_EQ(office.File(id).state, Application::State::kVerification);
  office.Advance(5 * kDay);
  EXPECT_EQ(office.Report(id).state, Application::State::kReview);
  office.Advance(kDay);

  const auto decided = office.Decide(id);

  ASSERT_TRUE(decided) << decided.error().message;
  EXPECT_EQ(decided->application.state, Application::State::kGranted);
  EXPECT_EQ(office.File(id).certification, decided->application.certification);
  ASSERT_TRUE(decided->bundle);
  EXPECT_EQ(Judge(*decided->bundle).verdict, Verdict::kValid);
  EXPECT_EQ(Judge(*decided->bundle, "200").verdict, Verdict::kWrongVersion);
}

TEST_F(ApplicationService, PutsIntoTheCredentialWhatTheFileSays) {
  const std::string id = office.InReview();
  const auto decided = office.Decide(id).value();
  const Outcome outcome = Judge(*decided.bundle);
  ASSERT_TRUE(outcome.credential);
  const Credential& credential = *outcome.credential;
  const Application file = office.File(id);
  EXPECT_EQ(credential.name, "Example");
  EXPECT_EQ(credential.operator_name, "Example Operator 07");
  EXPECT_EQ(credential.operator_id, office.applicant.party.operator_id);
  EXPECT_EQ(credential.scheme, "CNCA-App-001");
  ASSERT_EQ(credential.evaluated_by.size(), 1u);
  EXPECT_EQ(credential.evaluated_by[0].name, "Example Test Laboratory");
  EXPECT_EQ(credential.evaluated_by[0].report, "sha256:" + Sha256(AsBytes(file.reports[0].jws)).Hex());
  EXPECT_EQ(credential.decision, "sha256:" + Sha256(AsBytes(file.decision->jws)).Hex());
  EXPECT_EQ(credential.decided_on, "2026-11-03");
  EXPECT_EQ(credential.valid_from, "2026-11-03T00:00:00Z");
  EXPECT_EQ(credential.valid_until, "2029-11-02T00:00:00Z");
}

TEST_F(ApplicationService, KeepsReportAndDecisionVerbatimWithTheirChains) {
  const std::string id = office.Submit();
  office.Accept(id);
  const std::string jws = office.SignReport(office.DraftReport(id), office.laboratory);
  office.service().applications().SubmitReport(office.laboratory.party, id, jws).value();
  const Application::Report kept = office.File(id).reports.at(0);
  EXPECT_EQ(kept.jws, jws);
  EXPECT_EQ(kept.author, office.laboratory.party.id);
  EXPECT_EQ(kept.chain, (std::vector{office.laboratory.certificate.der(), office.authority().party_ca.der()}));
  EXPECT_EQ(kept.revocation, "not revoked in the party registry at 2026-11-03T00:00:00Z");
}

TEST_F(ApplicationService, WritesEveryActWithItsActorIntoTheRecordLog) {
  const std::size_t before = office.RecordEntries().size();
  const std::string id = office.InReview();
  office.Decide(id).value();
  const auto entries = office.RecordEntries();
  ASSERT_EQ(entries.size(), before + 4);
  const auto line = [&](const Person& actor, std::string_view act, std::string_view from, std::string_view to) {
    return "\",\"at\":1793664000,\"actor\":\"" + actor.party.id + "\",\"act\":\"" + std::string(act) +
           "\",\"subject\":\"application/" + id + "\",\"reason\":\"\",\"before\":\"" + std::string(from) +
           "\",\"after\":\"" + std::string(to) + "\",\"rests_on\":\"\",\"concerns\":[";
  };
  EXPECT_NE(entries[before].find(line(office.applicant, "submit-application", "DRAFT", "SUBMITTED")),
            std::string::npos);
  EXPECT_NE(entries[before + 1].find(line(office.reviewer, "accept-application", "SUBMITTED", "VERIFICATION")),
            std::string::npos);
  EXPECT_NE(entries[before + 2].find(line(office.laboratory, "submit-report", "VERIFICATION", "REVIEW")),
            std::string::npos);
  EXPECT_NE(entries[before + 3].find(line(office.decider, "decide", "REVIEW", "GRANTED")), std::string::npos);
}

TEST_F(ApplicationService, LogsNoCredentialThatAVerifierWouldRefuse) {
  const std::string id = office.InReview();
  const auto before = office.log().Exposed()->checkpoint;
  office.Advance(181 * kDay);  // the trust list has ended
  EXPECT_EQ(CodeOf(office.Decide(id)), ErrorCode::kInternal);
  EXPECT_EQ(office.log().Exposed()->checkpoint, before);
  EXPECT_EQ(office.File(id).state, Application::State::kReview);
}

// ---- Who may read and act

TEST_F(ApplicationService, ShowsAFileToItsOperatorItsLaboratoryAndStaffAndToNobodyElse) {
  const Person stranger = office.Enrol("Stranger", {Role::kOperator});
  const Person other_laboratory = office.Enrol("Other Laboratory", {Role::kLaboratory});
  const Person store = office.Enrol("Store", {Role::kRelyingParty});
  const std::string id = office.Submit();
  const auto code = [&](const Person& who) { return CodeOf(office.service().applications().Get(who.party, id)); };
  EXPECT_EQ(code(office.laboratory), ErrorCode::kNotFound) << "before it is assigned";
  office.Accept(id);
  for (const Person* who :
       {&office.applicant, &office.laboratory, &office.reviewer, &office.decider, &office.officer}) {
    EXPECT_TRUE(office.service().applications().Get(who->party, id)) << who->party.name;
  }
  EXPECT_EQ(code(stranger), ErrorCode::kNotFound);
  EXPECT_EQ(code(other_laboratory), ErrorCode::kNotFound);
  EXPECT_EQ(code(store), ErrorCode::kPermissionDenied);
  EXPECT_EQ(office.service().applications().Get(stranger.party, id).error().message, "no application " + id);
  EXPECT_EQ(office.service().applications().Get(stranger.party, "x").error().message, "no application x");
}

TEST_F(ApplicationService, JudgesTheCallerByTheRegistryAndNotByWhatTheTransportHolds) {
  Party forged = office.applicant.party;
  forged.roles = {Role::kDecider, Role::kReviewer};
  const std::string id = office.Submit();
  EXPECT_EQ(CodeOf(office.service().applications().Accept(forged, id, office.laboratory.party.id)),
            ErrorCode::kPermissionDenied);
  forged.id = "nobody";
  EXPECT_EQ(CodeOf(office.service().applications().Accept(forged, id, office.laboratory.party.id)),
            ErrorCode::kPermissionDenied);
}

TEST_F(ApplicationService, RefusesAFormOfAnotherScheme) {
  ApplicationForm form = office.Form();
  form.scheme = "CNCA-App-001 2018";
  EXPECT_EQ(CodeOf(office.service().applications().Submit(office.applicant.party, {form.ToJson()})),
            ErrorCode::kInvalidArgument);
}

TEST_F(ApplicationService, GoesByTheEditionThatTheFormNamesToTheEnd) {
  ApplicationForm form = office.Form();
  form.scheme = "Certmark-NPI 2021";
  const std::string id = office.Submit(form);
  office.Accept(id);
  ReportDocument other = office.DraftReport(id);
  other.edition = "CNCA-App-001 2019";
  EXPECT_EQ(CodeOf(office.service().applications().SubmitReport(office.laboratory.party, id,
                                                                office.SignReport(other, office.laboratory))),
            ErrorCode::kInvalidArgument);
  EXPECT_EQ(office.DraftReport(id).answers.size(), 11u);
  office.Report(id);
  const auto decided = office.Decide(id).value();
  const Certification certification = office.service().certifications().Get(decided.application.certification).value();
  EXPECT_EQ(certification.scheme, "Certmark-NPI");
  EXPECT_EQ(certification.edition, "2021");
  EXPECT_EQ(certification.level, "necessary-only");
  EXPECT_EQ(certification.valid_until - certification.valid_from, 365 * kDay);
  // `standard-changed` is a reason of the other scheme alone.
  const auto propose = [&](const char* reason) {
    return CodeOf(office.Propose(office.officer, Proposed::kSuspend, certification.id, reason));
  };
  EXPECT_EQ(propose("standard-changed"), ErrorCode::kInvalidArgument);
  EXPECT_EQ(propose("serious-defect"), ErrorCode::kInvalidArgument) << "a reason to revoke, not to suspend";
  EXPECT_TRUE(office.Propose(office.officer, Proposed::kSuspend, certification.id, "misuse"));
}

TEST_F(ApplicationService, AssignsOnlyALaboratoryThatIsIndependentOfTheOperator) {
  const std::string id = office.Submit();
  const std::string& op = office.applicant.party.id;
  const Person daughter = office.Enrol("Daughter", {Role::kLaboratory}, {op});
  const Person granddaughter = office.Enrol("Granddaughter", {Role::kLaboratory}, {daughter.party.id});
  const auto accept = [&](const Person& reviewer, const Person& laboratory) {
    return CodeOf(office.service().applications().Accept(reviewer.party, id, laboratory.party.id));
  };
  EXPECT_EQ(accept(office.reviewer, daughter), ErrorCode::kPermissionDenied);
  EXPECT_EQ(accept(office.reviewer, granddaughter), ErrorCode::kPermissionDenied);
  EXPECT_EQ(accept(office.reviewer, office.decider), ErrorCode::kFailedPrecondition);
  EXPECT_EQ(accept(office.Enrol("Bought", {Role::kReviewer}, {op}), office.laboratory), ErrorCode::kPermissionDenied);
  EXPECT_EQ(accept(office.Enrol("Bound", {Role::kReviewer}, {office.laboratory.party.id}), office.laboratory),
            ErrorCode::kPermissionDenied);
  EXPECT_EQ(accept(office.decider, office.laboratory), ErrorCode::kPermissionDenied);
  EXPECT_EQ(office.File(id).state, Application::State::kSubmitted);
}

TEST_F(ApplicationService, NeverLetsAPartyBeItsOwnLaboratory) {
  const Person both = office.Enrol("Both", {Role::kOperator, Role::kLaboratory});
  const std::string id = office.service().applications().Submit(both.party, {office.Form().ToJson()}).value().id;
  EXPECT_EQ(CodeOf(office.service().applications().Accept(office.reviewer.party, id, both.party.id)),
            ErrorCode::kPermissionDenied);
}

TEST_F(ApplicationService, AcceptsAFileOnce) {
  const std::string id = office.Submit();
  office.Accept(id);
  EXPECT_EQ(CodeOf(office.service().applications().Accept(office.reviewer.party, id, office.laboratory.party.id)),
            ErrorCode::kFailedPrecondition);
}

// ---- Reports

TEST_F(ApplicationService, TakesAReportFromTheAssignedLaboratoryAlone) {
  const Person other = office.Enrol("Other Laboratory", {Role::kLaboratory});
  const std::string id = office.Submit();
  office.Accept(id);
  ReportDocument report = office.DraftReport(id);
  EXPECT_EQ(CodeOf(office.service().applications().SubmitReport(other.party, id,
                                                                office.SignReport(report, office.laboratory))),
            ErrorCode::kNotFound);
  report.iss = office.authority().iss + "/parties/" + other.party.id;
  EXPECT_EQ(CodeOf(office.service().applications().SubmitReport(office.laboratory.party, id,
                                                                office.SignReport(report, other))),
            ErrorCode::kPermissionDenied);
}

TEST_F(ApplicationService, TakesAReportAboutThisFileAlone) {
  struct Row {
    const char* mutation;
    void (*apply)(ReportDocument&);
  };
  const Row rows[] = {
      {"another application", [](ReportDocument& r) { r.application = "other"; }},
      {"another edition", [](ReportDocument& r) { r.edition = "CNCA-App-001 2018"; }},
      {"another authority", [](ReportDocument& r) { r.authority = "https://other.example"; }},
      {"another app", [](ReportDocument& r) { r.subject.app.package = "org.example.other"; }},
      {"another signer", [](ReportDocument& r) { r.subject.signers = {std::string(kOtherSigner)}; }},
      {"one more signer", [](ReportDocument& r) { r.subject.signers.emplace_back(kOtherSigner); }},
      {"a wider range", [](ReportDocument& r) { r.subject.version_to.reset(); }},
      {"another first build", [](ReportDocument& r) { r.subject.version_from = "101"; }},
      {"a criterion unanswered", [](ReportDocument& r) { r.answers.pop_back(); }},
      {"a criterion answered twice", [](ReportDocument& r) { r.answers.push_back(r.answers.front()); }},
      {"a criterion of no scheme", [](ReportDocument& r) { r.answers.front().criterion = "9.9"; }},
      {"signed two days ago", [](ReportDocument& r) { r.iat -= 2 * kDay; }},
      {"signed tomorrow", [](ReportDocument& r) { r.iat += kDay; }},
  };
  const std::string id = office.Submit();
  office.Accept(id);
  for (const Row& row : rows) {
    ReportDocument report = office.DraftReport(id);
    row.apply(report);
    EXPECT_EQ(CodeOf(office.service().applications().SubmitReport(office.laboratory.party, id,
                                                                  office.SignReport(report, office.laboratory))),
              ErrorCode::kInvalidArgument)
        << row.mutation;
  }
  EXPECT_TRUE(office.File(id).reports.empty());
}

TEST_F(ApplicationService, TakesNoReportBeforeAcceptanceAndNoneAfterReview) {
  const std::string id = office.Submit();
  const auto report = [&] {
    return CodeOf(office.service().applications().SubmitReport(
        office.laboratory.party, id, office.SignReport(office.DraftReport(id), office.laboratory)));
  };
  EXPECT_EQ(report(), ErrorCode::kNotFound);
  office.Accept(id);
  office.Report(id);
  EXPECT_EQ(report(), ErrorCode::kFailedPrecondition);
}

TEST_F(ApplicationService, TakesNoAuditReportWhereTheSchemeWaivesTheAudit) {
  const Person auditor = office.Enrol("Auditor", {Role::kAuditor});
  const std::string id = office.Submit();
  EXPECT_EQ(CodeOf(office.service().applications().Accept(office.reviewer.party, id, office.laboratory.party.id,
                                                          auditor.party.id)),
            ErrorCode::kInvalidArgument);
  office.Accept(id);
  ReportDocument report = office.DraftReport(id);
  report.kind = ReportDocument::Kind::kAudit;
  const auto submit = [&](const Person& by) {
    return CodeOf(office.service().applications().SubmitReport(by.party, id, office.SignReport(report, by)));
  };
  EXPECT_EQ(submit(office.laboratory), ErrorCode::kPermissionDenied) << "no auditor";
  EXPECT_EQ(submit(auditor), ErrorCode::kNotFound) << "not this file's";
}

TEST_F(ApplicationService, GivesThirtyDaysToRectifyAndTakesTheCorrectedReport) {
  const std::string id = office.Submit();
  office.Accept(id);
  const Application rectifying = office.Report(id, {"APP-2019/3.1"});
  EXPECT_EQ(rectifying.state, Application::State::kRectifying);
  EXPECT_EQ(rectifying.rectification_rounds, 1u);
  EXPECT_EQ(rectifying.deadline, office.now() + 30 * kDay);
  office.Advance(30 * kDay - Seconds{1});
  office.Correct(id);
  EXPECT_EQ(office.File(id).state, Application::State::kVerification);
  office.Advance(kDay);
  const Application corrected = office.Report(id);
  EXPECT_EQ(corrected.state, Application::State::kReview);
  EXPECT_FALSE(corrected.deadline);
  EXPECT_TRUE(office.Decide(id));
}

TEST_F(ApplicationService, LapsesAFileWhoseDeadlinePassed) {
  const std::string id = office.Submit();
  office.Accept(id);
  office.Report(id, {"APP-2019/3.1"});
  office.Advance(30 * kDay);
  const auto late = office.service().applications().Correct(office.applicant.party, id);
  EXPECT_EQ(CodeOf(late), ErrorCode::kFailedPrecondition);
  EXPECT_EQ(office.File(id).state, Application::State::kLapsed);
  EXPECT_EQ(office.File(id).reports.size(), 1u);
  EXPECT_NE(office.RecordEntries().back().find("\"actor\":\"clock\",\"act\":\"lapse-application\""), std::string::npos);
  EXPECT_EQ(CodeOf(office.Decide(id)), ErrorCode::kFailedPrecondition);
}

TEST_F(ApplicationService, EndsAFileThatIsStillNonconformAfterTheLastRound) {
  const std::string id = office.Submit();
  office.Accept(id);
  EXPECT_EQ(office.Report(id, {"APP-2019/3.1"}).rectification_rounds, 1u);
  office.Advance(kDay);
  office.Correct(id);
  EXPECT_EQ(office.Report(id, {"APP-2019/3.1", "APP-2019/3.2"}).rectification_rounds, 2u);
  office.Advance(kDay);
  office.Correct(id);
  const Application ended = office.Report(id, {"APP-2019/3.2"});
  EXPECT_EQ(ended.state, Application::State::kLapsed);
  EXPECT_EQ(ended.reports.size(), 3u);
}

TEST_F(ApplicationService, TakesNoReportBeforeTheOperatorSaysThatItIsCorrected) {
  const std::string id = office.Submit();
  office.Accept(id);
  office.Report(id, {"APP-2019/3.1"});
  office.Advance(kDay);
  // A laboratory alone ends no file.
  const auto again = office.service().applications().SubmitReport(
      office.laboratory.party, id, office.SignReport(office.DraftReport(id, {"APP-2019/3.1"}), office.laboratory));
  EXPECT_EQ(CodeOf(again), ErrorCode::kFailedPrecondition);
  EXPECT_EQ(office.File(id).rectification_rounds, 1u);
  const auto correct = [&](const Person& by) { return CodeOf(office.service().applications().Correct(by.party, id)); };
  EXPECT_EQ(correct(office.laboratory), ErrorCode::kPermissionDenied);
  EXPECT_EQ(correct(office.other_operator), ErrorCode::kNotFound);
  EXPECT_EQ(correct(office.applicant), ErrorCode{});
  EXPECT_EQ(correct(office.applicant), ErrorCode::kFailedPrecondition) << "it is the laboratory's turn";
  EXPECT_NE(office.RecordEntries().back().find("\"before\":\"RECTIFYING\",\"after\":\"VERIFICATION\""),
            std::string::npos);
}

TEST_F(ApplicationService, WaitsForTheOperatorWhileItRectifiesAndThenForTheLaboratory) {
  const auto waits_for = [&](const Person& whom) {
    return WorkOf(office.store(), "party:" + whom.party.id, 10).value().size();
  };
  const std::string id = office.Submit();
  office.Accept(id);
  office.Report(id, {"APP-2019/3.1"});
  EXPECT_EQ(waits_for(office.applicant), 1u);
  EXPECT_EQ(waits_for(office.laboratory), 0u);
  office.Correct(id);
  EXPECT_EQ(waits_for(office.applicant), 0u);
  EXPECT_EQ(waits_for(office.laboratory), 1u);
}

TEST_F(ApplicationService, TakesOneReportOnce) {
  const std::string id = office.Submit();
  office.Accept(id);
  const std::string jws = office.SignReport(office.DraftReport(id, {"APP-2019/3.1"}), office.laboratory);
  EXPECT_TRUE(office.service().applications().SubmitReport(office.laboratory.party, id, jws));
  EXPECT_EQ(CodeOf(office.service().applications().SubmitReport(office.laboratory.party, id, jws)),
            ErrorCode::kAlreadyExists);
  EXPECT_EQ(office.File(id).rectification_rounds, 1u);
}

// ---- Decisions

TEST_F(ApplicationService, IsNeverDecidedByWhoEvaluatedOrBelongsToThem) {
  const std::string id = office.Submit();
  const Person employee = office.Enrol("Tester", {Role::kDecider}, {office.laboratory.party.id});
  const Person relative = office.Enrol("Relative", {Role::kDecider}, {office.applicant.party.id});
  office.Accept(id);
  office.Report(id);
  EXPECT_EQ(CodeOf(office.Decide(id, office.DraftDecision(id), employee)), ErrorCode::kPermissionDenied);
  EXPECT_EQ(CodeOf(office.Decide(id, office.DraftDecision(id), relative)), ErrorCode::kPermissionDenied);
  EXPECT_EQ(office.File(id).state, Application::State::kReview);
}

TEST_F(ApplicationService, IsNeverDecidedByItsOwnLaboratoryOrOperator) {
  const Person evaluator = office.EnrolEvaluator("Evaluator", {Role::kLaboratory, Role::kDecider});
  const std::string id = office.Submit();
  office.service().applications().Accept(office.reviewer.party, id, evaluator.party.id).value();
  ReportDocument report = office.DraftReport(id);
  report.iss = office.authority().iss + "/parties/" + evaluator.party.id;
  office.service().applications().SubmitReport(evaluator.party, id, office.SignReport(report, evaluator)).value();
  EXPECT_EQ(CodeOf(office.Decide(id, office.DraftDecision(id), evaluator)), ErrorCode::kPermissionDenied);
  EXPECT_EQ(CodeOf(office.Decide(id, office.DraftDecision(id), office.laboratory)), ErrorCode::kPermissionDenied);
  EXPECT_EQ(CodeOf(office.Decide(id, office.DraftDecision(id), office.applicant)), ErrorCode::kPermissionDenied);
  EXPECT_TRUE(office.Decide(id));
}

TEST_F(ApplicationService, IsNotGrantedWithoutAReport) {
  const std::string id = office.Submit();
  EXPECT_EQ(CodeOf(office.Decide(id)), ErrorCode::kFailedPrecondition);
  office.Accept(id);
  EXPECT_EQ(CodeOf(office.Decide(id)), ErrorCode::kFailedPrecondition);
}

TEST_F(ApplicationService, IsNotGrantedWithAMandatoryCriterionNonconform) {
  const std::string id = office.Submit();
  office.Accept(id);
  office.Report(id, {"APP-2019/3.1"});
  EXPECT_EQ(CodeOf(office.Decide(id)), ErrorCode::kFailedPrecondition);
  EXPECT_TRUE(office.File(id).certification.empty());
}

TEST_F(ApplicationService, IsNotGrantedOnAStateThatItsReportDoesNotBear) {
  const std::string id = office.Submit();
  office.Accept(id);
  office.Report(id, {"APP-2019/3.1"});
  // A damaged record: the state alone says that the file may be granted.
  auto read = Load<Application>(office.store(), id).value();
  Application forged = read.value;
  forged.state = Application::State::kReview;
  ledger::Change change;
  Replace(change, read, forged);
  office.log().Append(std::move(change), ledger::Ack::kSequenced).value();
  EXPECT_EQ(CodeOf(office.Decide(id)), ErrorCode::kFailedPrecondition);
}

TEST_F(ApplicationService, IsDecidedAsTheDeciderSawIt) {
  const std::string id = office.Submit();
  office.Accept(id);
  const Hash seen = office.EtagOf(id);
  office.Report(id);
  const std::string decision = office.SignDecision(office.DraftDecision(id), office.decider);
  EXPECT_EQ(CodeOf(office.service().applications().Decide(office.decider.party,
                                                          {.application = id, .etag = seen, .decision_jws = decision})),
            ErrorCode::kConflict);
}

TEST_F(ApplicationService, IsDecidedOnceAndIssuedOnce) {
  const std::string id = office.InReview();
  office.Decide(id).value();
  const std::uint64_t size = office.log().Exposed()->checkpoint.size;
  EXPECT_EQ(CodeOf(office.Decide(id)), ErrorCode::kFailedPrecondition);
  EXPECT_EQ(office.log().Exposed()->checkpoint.size, size);
}

TEST_F(ApplicationService, RefusesADecisionThatIsNotAboutExactlyThisFile) {
  struct Row {
    const char* mutation;
    void (*apply)(DecisionDocument&);
  };
  const Row rows[] = {
      {"rests on nothing", [](DecisionDocument& d) { d.rests_on.clear(); }},
      {"rests not on the form", [](DecisionDocument& d) { d.rests_on.erase(d.rests_on.begin()); }},
      {"rests not on the report", [](DecisionDocument& d) { d.rests_on.pop_back(); }},
      {"rests on one thing twice", [](DecisionDocument& d) { d.rests_on.push_back(d.rests_on.front()); }},
      {"rests on something else too",
       [](DecisionDocument& d) { d.rests_on.push_back("sha256:" + std::string(64, '0')); }},
      {"rests on another form", [](DecisionDocument& d) { d.rests_on.front() = "sha256:" + std::string(64, '0'); }},
      {"another application", [](DecisionDocument& d) { d.application = "other"; }},
      {"another edition", [](DecisionDocument& d) { d.edition = "CNCA-App-001 2018"; }},
      {"another authority", [](DecisionDocument& d) { d.authority = "https://other.example"; }},
      {"another package", [](DecisionDocument& d) { d.subject.app.package = "org.example.other"; }},
      {"another signer", [](DecisionDocument& d) { d.subject.signers = {std::string(kOtherSigner)}; }},
      {"another range", [](DecisionDocument& d) { d.subject.version_to = "999"; }},
      {"a reason of no catalogue", [](DecisionDocument& d) { d.reasons = {"because"}; }},
      {"a refusal without a reason", [](DecisionDocument& d) { d.granted = false; }},
      {"signed two days ago", [](DecisionDocument& d) { d.iat -= 2 * kDay; }},
  };
  const std::string id = office.InReview();
  for (const Row& row : rows) {
    DecisionDocument decision = office.DraftDecision(id);
    row.apply(decision);
    EXPECT_EQ(CodeOf(office.Decide(id, decision, office.decider)), ErrorCode::kInvalidArgument) << row.mutation;
  }
  EXPECT_EQ(office.File(id).state, Application::State::kReview);
}

TEST_F(ApplicationService, RefusesADecisionThatSomebodyElseSigned) {
  const Person other = office.Enrol("Other Decider", {Role::kDecider});
  const std::string id = office.InReview();
  const std::string theirs = office.SignDecision(office.DraftDecision(id), other);
  EXPECT_EQ(CodeOf(office.service().applications().Decide(
                office.decider.party, {.application = id, .etag = office.EtagOf(id), .decision_jws = theirs})),
            ErrorCode::kPermissionDenied);
}

TEST_F(ApplicationService, KeepsARefusalAndIssuesNothing) {
  const std::string id = office.InReview();
  const std::uint64_t size = office.log().Exposed()->checkpoint.size;
  DecisionDocument decision = office.DraftDecision(id);
  decision.granted = false;
  decision.reasons = {"criteria-not-met"};
  const auto decided = office.Decide(id, decision, office.decider);
  ASSERT_TRUE(decided) << decided.error().message;
  EXPECT_EQ(decided->application.state, Application::State::kRefused);
  EXPECT_FALSE(decided->bundle);
  EXPECT_TRUE(office.File(id).decision);
  EXPECT_EQ(office.log().Exposed()->checkpoint.size, size);
  EXPECT_EQ(CodeOf(office.Decide(id)), ErrorCode::kFailedPrecondition);
}

TEST_F(ApplicationService, GrantsOneLiveCertificationForAnAppAndASigner) {
  office.Certified();
  ApplicationForm second = office.Form();
  second.signers = {std::string(kOtherSigner), std::string(kSigner)};
  const std::string id = office.Submit(second);
  office.Accept(id);
  office.Report(id);
  const std::uint64_t size = office.log().Exposed()->checkpoint.size;
  EXPECT_EQ(CodeOf(office.Decide(id)), ErrorCode::kAlreadyExists);
  EXPECT_EQ(office.File(id).state, Application::State::kReview) << "issued in the same act, or not at all";
  EXPECT_EQ(office.log().Exposed()->checkpoint.size, size);
  EXPECT_EQ(office.service().certifications().LookUp(second.app, std::nullopt).value().size(), 1u);
}

TEST_F(ApplicationService, GrantsAnotherSignersAppBesideTheFirst) {
  office.Certified();
  ApplicationForm second = office.Form();
  second.signers = {std::string(kOtherSigner)};
  const std::string id = office.Submit(second);
  office.Accept(id);
  office.Report(id);
  ASSERT_TRUE(office.Decide(id));
  const auto both = office.service().certifications().LookUp(second.app, std::nullopt).value();
  ASSERT_EQ(both.size(), 2u);
  const auto one = office.service().certifications().LookUp(second.app, kOtherSigner).value();
  ASSERT_EQ(one.size(), 1u);
  EXPECT_EQ(one[0].id, office.File(id).certification);
}

TEST_F(ApplicationService, GrantsOneOfTwoThatRaceForOneSigner) {
  const std::string ids[] = {office.InReview(), office.SubmitBy(office.other_operator, office.Form())};
  office.Accept(ids[1]);
  office.Report(ids[1]);
  std::vector<std::function<Result<Granting::Decided>()>> decisions;
  for (const std::string& id : ids) {
    decisions.push_back(
        [this, id, etag = office.EtagOf(id), jws = office.SignDecision(office.DraftDecision(id), office.decider)] {
          return office.service().applications().Decide(office.decider.party,
                                                        {.application = id, .etag = etag, .decision_jws = jws});
        });
  }
  auto first = std::async(std::launch::async, decisions[0]);
  auto second = std::async(std::launch::async, decisions[1]);
  const auto one = first.get(), two = second.get();
  ASSERT_NE(one.has_value(), two.has_value());
  const ErrorCode code = one ? two.error().code : one.error().code;
  EXPECT_TRUE(code == ErrorCode::kConflict || code == ErrorCode::kAlreadyExists);
  EXPECT_EQ(office.service().certifications().LookUp(office.Form().app, std::nullopt).value().size(), 1u);
}

TEST_F(ApplicationService, GrantsAMiniprogramThatHasNoSigners) {
  ApplicationForm form = office.Form();
  form.app = App::Parse("miniprogram:wx0123456789abcdef").value();
  form.signers.clear();
  form.version_from = "1.2";
  form.version_to = "1.9";
  const std::string id = office.Submit(form);
  office.Accept(id);
  office.Report(id);
  const auto decided = office.Decide(id);
  ASSERT_TRUE(decided) << decided.error().message;
  EXPECT_TRUE(decided->bundle);
}

}  // namespace
}  // namespace certmark::ca::testing
