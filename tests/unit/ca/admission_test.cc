// Who is let in, at every step of a file: evaluators that are accredited, operators that nothing bars, apps whose
// signing identity is shown to be the applicant's.
#include <gtest/gtest.h>

#include <algorithm>

#include "ca/accreditations.h"
#include "ca/bars.h"
#include "tests/unit/ca/app_key.h"
#include "tests/unit/ca/authority_fixture.h"

namespace certmark::ca::testing {
namespace {

// Words are a refusal's, or "taken".
std::string Words(const auto& result) {
  return result ? "taken" : result.error().message;
}
// Code is what a refusal begins with: the scheme's own code of it.
std::string Code(const auto& result) {
  const std::string words = Words(result);
  return words.substr(0, words.find(':'));
}

constexpr std::string_view kWhy = "accreditation-suspended";

class Admission : public ::testing::Test {
 protected:
  static ErrorCode CodeOf(const auto& result) { return result ? ErrorCode{} : result.error().code; }
  Applications& files() { return office.service().applications(); }
  Result<Application> Accept(const std::string& id, const Person& laboratory, const std::string& auditor = "") {
    return files().Accept(office.reviewer.party, id, laboratory.party.id, auditor);
  }
  Result<Application> Accept(const std::string& id) { return Accept(id, office.laboratory); }
  Result<Application> Report(const std::string& id, const ReportDocument& report) {
    return files().SubmitReport(office.laboratory.party, id, office.SignReport(report, office.laboratory));
  }
  Result<Application> Report(const std::string& id) { return Report(id, office.DraftReport(id)); }
  std::string Accepted() {
    const std::string id = office.Submit();
    office.Accept(id);
    return id;
  }
  void Impose(const Person& whom) {
    const std::string details = Bars::Cause{Bar::Cause::kMajorIncident, office.now()}.ToJson();
    Confirm({Proposed::kBar, "party/" + whom.party.id, "major-incident", details});
  }
  void LiftBars(const Person& whom) {
    const auto bars = OpenBars(office.store(), whom.party).value();
    for (const Bar& bar : bars) Confirm({Proposed::kLiftBar, SubjectOf(bar), "cause-corrected"});
  }
  void Confirm(const Proposals::Draft& draft) {
    const Proposal proposal = office.service().proposals().Propose(office.officer.party, draft).value();
    office.service().proposals().Confirm(office.second_officer.party, proposal.id).value();
  }

  Office office;
};

// ---- Evaluators

TEST_F(Admission, AssignsNoLaboratoryThatIsNotAccredited) {
  const Person newcomer = office.Enrol("New Laboratory", {Role::kLaboratory});
  const std::string id = office.Submit();
  EXPECT_EQ(Words(Accept(id, newcomer)), "party " + newcomer.party.id + " is not accredited");
  EXPECT_EQ(office.File(id).state, Application::State::kSubmitted);
  office.Accredit(newcomer);
  EXPECT_EQ(Words(Accept(id, newcomer)), "taken");
}

TEST_F(Admission, GoesOnWithAnotherLaboratoryOnceItsOwnMayTestNothing) {
  const Person another = office.EnrolEvaluator("Another Laboratory", {Role::kLaboratory});
  const std::string id = Accepted();
  office.Report(id, {"APP-2019/3.1"});
  office.Advance(kDay);
  office.Take(Proposed::kSuspendAccreditation, office.laboratory, "laboratory-unreliable");
  const Application taken = files().Reassign(office.reviewer.party, id, {another.party.id, "", kWhy}).value();
  EXPECT_EQ(taken.state, Application::State::kRectifying);
  EXPECT_EQ(taken.deadline, office.now() - kDay + office.scheme().parameters.rectification_limit);
  EXPECT_EQ(taken.laboratory, another.party.id);
  const ActEntry act = RecordedAct::Parse(office.RecordEntries().back()).value().act;
  EXPECT_EQ(act.act, "reassign-application");
  EXPECT_EQ(act.reason, kWhy);
  office.Correct(id);
  EXPECT_EQ(CodeOf(Report(id)), ErrorCode::kNotFound) << "it is no file of the first one's any more";
  ReportDocument report = office.DraftReport(id);
  report.iss = office.authority().iss + "/parties/" + another.party.id;
  EXPECT_EQ(Words(files().SubmitReport(another.party, id, office.SignReport(report, another))), "taken");
  // Whoever reported once evaluated it, and never decides.
  const Person employee = office.Enrol("Tester", {Role::kDecider}, {office.laboratory.party.id});
  EXPECT_EQ(CodeOf(office.Decide(id, office.DraftDecision(id), employee)), ErrorCode::kPermissionDenied);
  EXPECT_TRUE(office.Decide(id));
}

TEST_F(Admission, ReassignsAsItAssigns) {
  const std::string& op = office.applicant.party.id;
  const Person another = office.EnrolEvaluator("Another Laboratory", {Role::kLaboratory});
  const Person newcomer = office.Enrol("New Laboratory", {Role::kLaboratory});
  const Person daughter = office.Enrol("Daughter", {Role::kLaboratory}, {op});
  const Person of_first = office.Enrol("Of The First", {Role::kReviewer}, {office.laboratory.party.id});
  const Person of_other = office.Enrol("Of The Other", {Role::kReviewer}, {another.party.id});
  const Person bought = office.Enrol("Bought", {Role::kReviewer}, {op});
  const std::string id = office.Submit();
  const auto reassign = [&](const Person& by, const std::string& laboratory, const std::string& auditor = "") {
    return CodeOf(files().Reassign(by.party, id, {laboratory, auditor, kWhy}));
  };
  EXPECT_EQ(reassign(office.reviewer, another.party.id), ErrorCode::kFailedPrecondition) << "not accepted";
  office.Accept(id);
  EXPECT_EQ(reassign(office.decider, another.party.id), ErrorCode::kPermissionDenied);
  for (const Person* by : {&of_first, &of_other, &bought})
    EXPECT_EQ(reassign(*by, another.party.id), ErrorCode::kPermissionDenied) << by->party.name;
  EXPECT_EQ(reassign(office.reviewer, daughter.party.id), ErrorCode::kPermissionDenied);
  EXPECT_EQ(reassign(office.reviewer, newcomer.party.id), ErrorCode::kFailedPrecondition) << "not accredited";
  EXPECT_EQ(reassign(office.reviewer, office.decider.party.id), ErrorCode::kFailedPrecondition) << "no laboratory";
  EXPECT_EQ(reassign(office.reviewer, office.laboratory.party.id), ErrorCode::kAlreadyExists);
  EXPECT_EQ(reassign(office.reviewer, "", another.party.id), ErrorCode::kInvalidArgument) << "the audit is waived";
  EXPECT_EQ(reassign(office.reviewer, ""), ErrorCode::kInvalidArgument);
  for (const std::string_view none : {"", "misuse", "because"}) {
    EXPECT_EQ(CodeOf(files().Reassign(office.reviewer.party, id, {another.party.id, "", none})),
              ErrorCode::kInvalidArgument)
        << none;
  }
  EXPECT_EQ(office.File(id).laboratory, office.laboratory.party.id);
  EXPECT_EQ(reassign(office.reviewer, another.party.id), ErrorCode{});
  EXPECT_EQ(WorkOf(office.store(), "party:" + another.party.id, 10).value().size(), 1u);
  EXPECT_TRUE(WorkOf(office.store(), "party:" + office.laboratory.party.id, 10).value().empty());
}

TEST_F(Admission, AssignsNoLaboratoryOutOfItsScope) {
  const Person other_scheme = office.Enrol("Of Another Scheme", {Role::kLaboratory});
  office.Accredit(other_scheme, {.schemes = {"Certmark-NPI"}, .platforms = {}, .until = {}});
  const Person other_platform = office.Enrol("Of Another Platform", {Role::kLaboratory});
  office.Accredit(other_platform, {.schemes = {}, .platforms = {Platform::kIos}, .until = {}});
  const std::string id = office.Submit();
  for (const Person* laboratory : {&other_scheme, &other_platform}) {
    EXPECT_EQ(Words(Accept(id, *laboratory)),
              "party " + laboratory->party.id + " is not accredited for CNCA-App-001 on android");
  }
}

TEST_F(Admission, AssignsNoLaboratoryThatIsSuspendedOrEnded) {
  const std::string id = office.Submit();
  const std::string whose = "party " + office.laboratory.party.id + ": the accreditation ";
  office.Take(Proposed::kSuspendAccreditation, office.laboratory, "laboratory-unreliable");
  EXPECT_EQ(Words(Accept(id)), whose + "is suspended");
  office.Take(Proposed::kRestoreAccreditation, office.laboratory);
  office.Take(Proposed::kEndAccreditation, office.laboratory, "accreditation-ended");
  EXPECT_EQ(Words(Accept(id)), whose + "has ended");
}

TEST_F(Admission, TakesNoReportOfALaboratoryThatWasSuspendedOrEndedMeanwhile) {
  const std::string id = Accepted();
  const std::string whose = "party " + office.laboratory.party.id + ": the accreditation ";
  office.Take(Proposed::kSuspendAccreditation, office.laboratory, "laboratory-unreliable");
  EXPECT_EQ(Words(Report(id)), whose + "is suspended");
  office.Take(Proposed::kRestoreAccreditation, office.laboratory);
  office.Take(Proposed::kEndAccreditation, office.laboratory, "accreditation-ended");
  EXPECT_EQ(Words(Report(id)), whose + "has ended");
  EXPECT_TRUE(office.File(id).reports.empty());
}

TEST_F(Admission, TakesNoReportOnceTheAccreditationsTimeIsOverWhetherOrNotTheClockHasBeenAtIt) {
  const Person laboratory = office.Enrol("Soon Over", {Role::kLaboratory});
  office.Accredit(laboratory, {.schemes = {}, .platforms = {}, .until = office.now() + kDay});
  const std::string id = office.Submit();
  Accept(id, laboratory).value();
  office.Advance(kDay);
  ReportDocument report = office.DraftReport(id);
  report.iss = office.authority().iss + "/parties/" + laboratory.party.id;
  EXPECT_EQ(Words(files().SubmitReport(laboratory.party, id, office.SignReport(report, laboratory))),
            "party " + laboratory.party.id + ": the accreditation has ended");
}

TEST_F(Admission, TakesNoReportOutOfAScopeThatChangedMeanwhile) {
  const std::string id = Accepted();
  office.Take(Proposed::kEndAccreditation, office.laboratory, "accreditation-ended");
  office.Accredit(office.laboratory, {.schemes = {"Certmark-NPI"}, .platforms = {}, .until = {}});
  EXPECT_EQ(CodeOf(Report(id)), ErrorCode::kFailedPrecondition);
  office.Take(Proposed::kEndAccreditation, office.laboratory, "accreditation-ended");
  office.Accredit(office.laboratory);
  EXPECT_EQ(Words(Report(id)), "taken");
}

TEST_F(Admission, AssignsNoAuditorThatIsNotAccredited) {
  const Person auditor = office.Enrol("Auditor", {Role::kAuditor});
  ApplicationForm form = office.Form();
  form.scheme = SmallAuthority::kAudited;
  const std::string id = office.Submit(form);
  EXPECT_EQ(Words(Accept(id, office.laboratory, auditor.party.id)), "party " + auditor.party.id + " is not accredited");
  office.Accredit(auditor);
  EXPECT_EQ(Words(Accept(id, office.laboratory, auditor.party.id)), "taken");
}

// ---- Operators

TEST_F(Admission, TakesNoApplicationOfWhoIsBarred) {
  Impose(office.applicant);
  EXPECT_EQ(Code(files().Submit(office.applicant.party, {office.Form().ToJson()})), "major-incident");
  EXPECT_EQ(Words(files().Submit(office.other_operator.party, {office.Form().ToJson()})), "taken");
}

TEST_F(Admission, TakesNoFormAgainOfWhoIsBarredMeanwhile) {
  const std::string id = office.Submit();
  files().Return(office.reviewer.party, id, "materials-incomplete").value();
  Impose(office.applicant);
  EXPECT_EQ(Code(files().Resubmit(office.applicant.party, id, {office.Form().ToJson()})), "major-incident");
  LiftBars(office.applicant);
  EXPECT_EQ(Words(files().Resubmit(office.applicant.party, id, {office.Form().ToJson()})), "taken");
}

TEST_F(Admission, AcceptsNobodyWhoIsBarredMeanwhileButRefusesThemForIt) {
  const std::string id = office.Submit();
  Impose(office.applicant);
  EXPECT_EQ(Code(Accept(id)), "major-incident");
  EXPECT_EQ(files().Refuse(office.reviewer.party, id, "major-incident").value().state, Application::State::kRefused);
}

TEST_F(Admission, GrantsNobodyWhoIsBarredMeanwhileButRefusesThemForIt) {
  const std::string id = office.InReview();
  Impose(office.applicant);
  EXPECT_EQ(Code(office.Decide(id)), "major-incident");
  EXPECT_EQ(office.File(id).state, Application::State::kReview);
  DecisionDocument refusal = office.DraftDecision(id);
  refusal.granted = false;
  refusal.reasons = {"major-incident"};
  EXPECT_EQ(office.Decide(id, refusal, office.decider).value().application.state, Application::State::kRefused);
}

TEST_F(Admission, GrantsNothingWithinAYearAfterARevocation) {
  const Certification revoked = office.Certified();
  ApplicationForm form = office.Form();
  form.app.package = "org.example.second";
  const std::string under_way = office.InReview(form);
  office
      .Confirm(office.second_officer,
               office.Propose(office.officer, Proposed::kRevoke, revoked.id, "deception").value().id)
      .value();
  EXPECT_EQ(Code(office.Decide(under_way)), "revocation-impact");
  files().Withdraw(office.applicant.party, under_way).value();
  EXPECT_EQ(Code(files().Submit(office.applicant.party, {office.Complete(form).ToJson()})), "revocation-impact");
  office.Advance(365 * kDay);
  EXPECT_EQ(Words(files().Submit(office.applicant.party, {office.Complete(form).ToJson()})), "taken");
}

// ---- Control over the signing identity

class FileUnderControl : public Admission {
 protected:
  ApplicationForm FormOf(const AppKey& key) const {
    ApplicationForm form = office.Form();
    form.signers = {key.signer()};
    return form;
  }
  Challenge Ask(const AppKey& key) {
    return office.service().challenges().Issue(office.applicant.party, office.Form().app, key.signer()).value();
  }
  /// Submit hands in a form with an answer to `challenge` by `key`.
  Result<Application> Submit(const ApplicationForm& form, const Challenge& challenge, const AppKey& by) {
    const Bytes signature = by.Sign(challenge.text);
    const Challenges::Proof proof{challenge.id, by.certificate(), signature};
    return files().Submit(office.applicant.party, {form.ToJson(), std::span(&proof, 1)});
  }
  /// Evaluate reports all conform, but that the laboratory did not look at who controls the signing identity.
  void Evaluate(const std::string& id) {
    office.Accept(id);
    ReportDocument report = office.DraftReport(id);
    for (Answer& answer : report.answers) {
      if (answer.criterion == office.scheme().parameters.control_criterion)
        answer.result = Answer::Result::kNotApplicable;
    }
    Report(id, report).value();
  }

  const AppKey key = AppKey::Ec("P-256"), other_key = AppKey::Ec("P-256");
};

TEST_F(FileUnderControl, IsToShowItByAGrantAtTheLatest) {
  const std::string id = office.Submit(FormOf(key));
  Evaluate(id);
  EXPECT_EQ(Code(office.Decide(id)), "control-not-proven");
  EXPECT_EQ(office.File(id).state, Application::State::kReview);
}

TEST_F(FileUnderControl, ShowsItByTheKeysSignature) {
  const Challenge challenge = Ask(key);
  const std::string id = Submit(FormOf(key), challenge, key).value().id;
  EXPECT_EQ(office.File(id).proven_signers, std::set<std::string>{key.signer()});
  EXPECT_EQ(CodeOf(Load<Challenge>(office.store(), challenge.id)), ErrorCode::kNotFound);
  Evaluate(id);
  EXPECT_EQ(Words(office.Decide(id)), "taken");
}

TEST_F(FileUnderControl, DoesNotShowItBySomebodyElsesKeyNorTwiceByOneChallenge) {
  const Challenge challenge = Ask(key);
  EXPECT_EQ(CodeOf(Submit(FormOf(key), challenge, other_key)), ErrorCode::kInvalidArgument);
  EXPECT_EQ(CodeOf(Submit(FormOf(other_key), challenge, key)), ErrorCode::kInvalidArgument);
  EXPECT_TRUE(Load<Challenge>(office.store(), challenge.id)) << "what proves nothing uses up nothing";
  Submit(FormOf(key), challenge, key).value();
  EXPECT_EQ(CodeOf(Submit(FormOf(key), challenge, key)), ErrorCode::kNotFound);
}

TEST_F(FileUnderControl, StaysSoWhenItIsSubmittedAgainAndIsOfTheSameAppAndKeyAlone) {
  const std::string id = Submit(FormOf(key), Ask(key), key).value().id;
  const auto resubmit = [&](const ApplicationForm& form) {
    files().Return(office.reviewer.party, id, "materials-incomplete").value();
    return files().Resubmit(office.applicant.party, id, {form.ToJson()});
  };
  EXPECT_EQ(resubmit(FormOf(key)).value().proven_signers, std::set<std::string>{key.signer()});
  files().Return(office.reviewer.party, id, "materials-incomplete").value();
  ApplicationForm other = FormOf(key);
  other.app.package = "org.example.other";
  for (const ApplicationForm& form : {other, FormOf(other_key)}) {
    EXPECT_EQ(CodeOf(files().Resubmit(office.applicant.party, id, {form.ToJson()})), ErrorCode::kInvalidArgument);
  }
}

TEST_F(FileUnderControl, ShowsItWithTheFormThatAnswersAReturn) {
  const std::string id = office.Submit(FormOf(key));
  files().Return(office.reviewer.party, id, "control-not-proven").value();
  const Challenge challenge = Ask(key);
  const Bytes signature = key.Sign(challenge.text);
  const Challenges::Proof proof{challenge.id, key.certificate(), signature};
  const auto twice = {proof, proof};
  EXPECT_EQ(CodeOf(files().Resubmit(office.applicant.party, id, {FormOf(key).ToJson(), twice})),
            ErrorCode::kInvalidArgument);
  const auto again = files().Resubmit(office.applicant.party, id, {FormOf(key).ToJson(), std::span(&proof, 1)}).value();
  EXPECT_EQ(again.proven_signers, std::set<std::string>{key.signer()});
  EXPECT_EQ(Application::FromJson(again.ToJson()).value().ToJson(), again.ToJson());
}

// ---- Names

TEST_F(Admission, ShowsReviewersAndDecidersWhatLooksLikeTheFilesApp) {
  const std::string number = office.Certified().id;
  ApplicationForm form = office.Form();
  form.app.package = "org.example.second";
  form.app_name = "Examp1e";
  const std::string id = office.SubmitBy(office.other_operator, form);
  for (const Person* person : {&office.reviewer, &office.decider})
    EXPECT_EQ(files().LookAlikesOf(person->party, id).value(), std::vector<std::string>{number});
  for (const Person* person : {&office.other_operator, &office.laboratory, &office.officer})
    EXPECT_EQ(CodeOf(files().LookAlikesOf(person->party, id)), ErrorCode::kPermissionDenied);
}

}  // namespace
}  // namespace certmark::ca::testing
