// A decided file as a stranger judges it: good as it was taken away, and not with anything of it changed, missing or
// swapped.
#include "ca/file_check.h"

#include <gtest/gtest.h>

#include "ca/file_export.h"
#include "tests/unit/ca/authority_fixture.h"
#include "verifier-sdk/core/jws.h"

namespace certmark::ca::testing {
namespace {

class DecidedFiles : public ::testing::Test {
 protected:
  Result<DecidedFile> Export(const Person& by, const std::string& id) {
    return FileExport(office_.service().desk(), office_.service().applications(), office_.service().certifications())
        .Of(by.party, id);
  }
  DecidedFile Taken(const std::string& id) {
    return DecidedFile::Parse(Export(office_.decider, id).value().ToJson()).value();
  }
  /// Granted is a file with a rectification in it.
  DecidedFile Granted(const std::string& package = "org.example.app") {
    ApplicationForm form = office_.Form();
    form.app.package = package;
    const std::string id = office_.Submit(office_.Complete(form));
    office_.Accept(id);
    office_.Report(id, {"APP-2019/1.1"});
    office_.Advance(kDay);
    office_.Report(id);
    office_.Advance(Seconds{60});
    office_.Decide(id).value();
    return Taken(id);
  }
  DecidedFile Updated() {
    const Certification base = office_.Certified();
    ApplicationForm form = office_.FormOn(base, ApplicationPath::kUpdate);
    form.version_to = "299";
    const std::string id = office_.InReview(office_.Complete(form));
    office_.Advance(Seconds{60});
    office_.Decide(id).value();
    return Taken(id);
  }
  DecidedFile Refused() {
    const std::string id = office_.InReview();
    DecisionDocument decision = office_.DraftDecision(id);
    decision.granted = false;
    decision.reasons = {"criteria-not-met"};
    office_.Decide(id, decision, office_.decider).value();
    return Taken(id);
  }
  /// Overturned is a certified file whose revocation an appeal found wrong: it is reviewed again.
  std::string Overturned() {
    const Certification certified = office_.Certified();
    End(certified.id, Proposed::kRevoke, "deception");
    office_.Advance(kDay);
    Uphold("certification/" + certified.id);
    return certified.application;
  }
  void End(const std::string& number, Proposed act, const std::string& reason) {
    const Proposal proposal = office_.Propose(office_.officer, act, number, reason).value();
    office_.Confirm(office_.second_officer, proposal.id).value();
  }
  void Uphold(const std::string& subject) {
    const Person officer = office_.Enrol("Appeals Officer", {Role::kAppealsOfficer});
    Appeals& appeals = office_.service().appeals();
    const Appeal appeal = appeals.File(office_.applicant.party, subject, "").value();
    appeals.Decide(officer.party, {appeal.id, Appeal::State::kUpheld, "facts-mistaken"}).value();
  }
  /// DecideAgain is another decider's decision.
  DecidedFile DecideAgain(const std::string& id, bool granted) {
    const Person other = office_.Enrol("Other Decider", {Role::kDecider});
    DecisionDocument decision = office_.DraftDecision(id);
    decision.granted = granted;
    if (!granted) decision.reasons = {"criteria-not-met"};
    office_.Decide(id, decision, other).value();
    return Taken(id);
  }
  void ExpectGood(const DecidedFile& file) const {
    const FileVerdict verdict = Judge(file);
    EXPECT_TRUE(verdict.good()) << verdict.failed << ": " << verdict.reason;
  }
  FileVerdict Judge(const DecidedFile& file) const {
    return CheckFile(file, {office_.authority().trust, office_.scheme(), {Allow::kTestAuthority}});
  }
  void ExpectFails(const DecidedFile& file, std::string_view step, std::string_view what) const {
    const FileVerdict verdict = Judge(file);
    EXPECT_EQ(verdict.failed, step) << what << ": " << verdict.reason;
    EXPECT_EQ(verdict.good(), false) << what;
  }
  /// Redecide signs another decision over the file as it is now.
  void Redecide(DecidedFile& file, DecisionDocument decision, const Person& by) const {
    decision.rests_on = {Sha256Uri(AsBytes(file.form_json))};
    for (const auto& report : file.reports) decision.rests_on.push_back(Sha256Uri(AsBytes(report.jws)));
    for (const auto& carried : file.carried) decision.rests_on.push_back(Sha256Uri(AsBytes(carried.report.jws)));
    file.decision.jws = office_.SignDecision(decision, by);
    file.decision.author = by.party.id;
    file.decision.chain[0] = by.certificate.der();
  }

  Office office_;
};

TEST_F(DecidedFiles, AreGoodAsTheyWereTakenAway) {
  for (const DecidedFile& file : {Granted(), Refused()}) {
    const FileVerdict verdict = Judge(file);
    EXPECT_TRUE(verdict.good()) << verdict.failed << ": " << verdict.reason;
    EXPECT_EQ(verdict.passed.size(), 8u);
  }
}

TEST_F(DecidedFiles, AreGoodWithReportsThatTheyCarry) {
  const DecidedFile file = Updated();
  EXPECT_EQ(file.carried.size(), 1u);
  const FileVerdict verdict = Judge(file);
  EXPECT_TRUE(verdict.good()) << verdict.failed << ": " << verdict.reason;
}

TEST_F(DecidedFiles, AreGoodYearsLater) {
  const DecidedFile file = Granted();
  office_.Advance(kDay * 400);
  EXPECT_TRUE(Judge(file).good());
}

TEST_F(DecidedFiles, AreGoodWhenTheyAreTakenAwayLongAfterTheirDecision) {
  const Certification certified = office_.Certified();
  office_.Advance(30 * kDay);
  office_.RenewSigners();
  ExpectGood(Taken(certified.application));
  End(certified.id, Proposed::kRevoke, "deception");
  ExpectGood(Taken(certified.application));
}

TEST_F(DecidedFiles, AreGoodOnceOthersDecidedWhatAnAppealReopened) {
  const std::string id = Refused().application;
  office_.Advance(kDay);
  Uphold("application/" + id);
  EXPECT_EQ(Export(office_.decider, id).error().code, ErrorCode::kFailedPrecondition) << "it is not decided";
  office_.Advance(kDay);
  const DecidedFile file = DecideAgain(id, true);
  EXPECT_NE(file.certification, "");
  ExpectGood(file);
}

TEST_F(DecidedFiles, AreGoodWithTheNumberGrantedInsteadOfAWrongRevocation) {
  const std::string id = Overturned(), revoked = office_.File(id).certification;
  const DecidedFile file = DecideAgain(id, true);
  EXPECT_NE(file.certification, revoked);
  ExpectGood(file);
}

TEST_F(DecidedFiles, AreGoodWhereWhatWasRevokedIsRefusedInTheEnd) {
  const DecidedFile file = DecideAgain(Overturned(), false);
  EXPECT_EQ(file.certification, "");
  ExpectGood(file);
}

TEST_F(DecidedFiles, AreGoodWithACredentialThatWasReissued) {
  const Certification before = office_.Certified();
  office_.Advance(30 * kDay);
  office_.RenewSigners();
  const Proposal all =
      office_.service()
          .bulks()
          .Propose(office_.officer.party, {Proposed::kReissueAll, {"scheme", "CNCA-App-001"}, "signer-renewed"})
          .value();
  office_.service().proposals().Confirm(office_.second_officer.party, all.id).value();
  ASSERT_EQ(office_.service().deadlines().Run(1000).value().failed, 0u);
  office_.Advance(Seconds{600});
  const DecidedFile file = Taken(before.application);
  EXPECT_NE(file.certification, before.id);
  ExpectGood(file);
  DecidedFile later = file;
  later.decision.received_at += 40 * kDay;
  ExpectFails(later, "decision", "decided after it was re-issued");
}

TEST_F(DecidedFiles, AreNotGoodWithAnythingOfThemChangedMissingOrSwapped) {
  const DecidedFile good = Granted(), other = Granted("org.example.other"), refused = Refused();
  const struct {
    const char* what;
    std::string_view step;
    std::function<void(DecidedFile&)> change;
  } kRows[] = {
      {"another authority", "form", [](auto& f) { f.authority = "https://other.example"; }},
      {"a form that is none", "form", [](auto& f) { f.form_json = "{}"; }},
      {"a form with a space more", "decision", [](auto& f) { f.form_json += " "; }},
      {"a report's signature", "reports", [](auto& f) { f.reports[0].jws[f.reports[0].jws.size() - 5] ^= 1; }},
      {"a report's author", "reports", [&](auto& f) { f.reports[0].author = office_.decider.party.id; }},
      {"a report's certificate", "reports", [](auto& f) { f.reports[0].chain[0] = f.decision.chain[0]; }},
      {"a report's CA", "reports", [&](auto& f) { f.reports[0].chain[1] = office_.authority().credential_ca.der(); }},
      {"a report without a chain", "reports", [](auto& f) { f.reports[0].chain.clear(); }},
      {"a report that came in days later", "reports", [](auto& f) { f.reports[0].received_at += kDay * 3; }},
      {"a report that came in before it was signed", "reports", [](auto& f) { f.reports[0].received_at -= kDay; }},
      {"another file's report", "reports", [&](auto& f) { f.reports[1] = other.reports[1]; }},
      {"a report left out", "decision", [](auto& f) { f.reports.erase(f.reports.begin()); }},
      {"the latest report left out", "decision", [](auto& f) { f.reports.pop_back(); }},
      {"a report twice", "decision", [](auto& f) { f.reports.push_back(f.reports[1]); }},
      {"another file's report carried", "carried",
       [&](auto& f) {
         f.carried.push_back({other.application, other.reports[1]});
       }},
      {"the reports in another order", "rules", [](auto& f) { std::swap(f.reports[0], f.reports[1]); }},
      {"another file's decision", "decision", [&](auto& f) { f.decision = other.decision; }},
      {"a decision's signature", "decision", [](auto& f) { f.decision.jws[f.decision.jws.size() - 5] ^= 1; }},
      {"a decision's author", "decision", [&](auto& f) { f.decision.author = office_.reviewer.party.id; }},
      {"a report as the decision", "decision", [](auto& f) { f.decision = f.reports[0]; }},
      {"an operator who decided", "people", [](auto& f) { f.operator_party = f.decision.author; }},
      {"an operator who evaluated", "people", [](auto& f) { f.operator_party = f.reports[0].author; }},
      {"no bundle", "credential", [](auto& f) { f.bundle.clear(); }},
      {"no certification", "credential",
       [](auto& f) {
         f.bundle.clear();
         f.certification.clear();
       }},
      {"another number", "credential", [&](auto& f) { f.certification = other.certification; }},
      {"another file's bundle", "credential",
       [&](auto& f) {
         f.bundle = other.bundle;
         f.certification = other.certification;
       }},
  };
  for (const auto& row : kRows) {
    DecidedFile file = good;
    row.change(file);
    ExpectFails(file, row.step, row.what);
  }
  DecidedFile with_credential = refused;
  with_credential.bundle = good.bundle;
  with_credential.certification = good.certification;
  ExpectFails(with_credential, "credential", "a refusal with a credential");
}

TEST_F(DecidedFiles, AreNotGoodWhenTheirDecisionWasNotToBeMade) {
  const DecidedFile good = Granted();
  DecisionDocument decision = office_.DraftDecision(good.application);
  {
    DecidedFile file = good;
    Redecide(file, decision, office_.laboratory);
    ExpectFails(file, "people", "who evaluated decided");
  }
  {
    DecidedFile file = good;
    file.reports.pop_back();  // the first report, nonconform, is the latest now
    Redecide(file, decision, office_.decider);
    ExpectFails(file, "rules", "granted on a nonconform mandatory criterion");
  }
  {
    DecidedFile file = good;
    file.reports.clear();
    Redecide(file, decision, office_.decider);
    ExpectFails(file, "rules", "granted without a report");
  }
  {
    DecidedFile file = good;
    Redecide(file, decision, office_.decider);
    file.reports[1].received_at = file.decision.received_at + Seconds{60};
    ExpectFails(file, "times", "decided before the report came in");
  }
  {
    DecidedFile file = good;
    decision.granted = false;
    decision.reasons = {};
    Redecide(file, decision, office_.decider);
    ExpectFails(file, "rules", "refused without a reason");
  }
}

TEST_F(DecidedFiles, AreNotGoodWhenWhatTheyCarryIsNotTheBases) {
  const DecidedFile good = Updated();
  {
    DecidedFile file = good;
    file.carried.clear();
    ExpectFails(file, "decision", "nothing carried");
  }
  {
    DecidedFile file = good;
    file.carried[0].application = "abcdefghijkmnpqr";
    ExpectFails(file, "carried", "carried from elsewhere");
  }
  {
    DecidedFile file = good;
    file.carried.push_back(file.carried[0]);
    ExpectFails(file, "carried", "carried twice");
  }
  {
    DecidedFile file = good;
    file.reports.push_back(file.carried[0].report);
    file.carried.clear();
    ExpectFails(file, "reports", "carried as its own");
  }
}

TEST_F(DecidedFiles, OfATestAuthorityAreCheckedOnlyWhenThatIsSaid) {
  const FileVerdict verdict = CheckFile(Granted(), {office_.authority().trust, office_.scheme()});
  EXPECT_EQ(verdict.failed, "credential");
}

TEST_F(DecidedFiles, AreTakenAwayByWhoMayReadThemOnceTheyAreDecided) {
  const std::string id = office_.InReview();
  EXPECT_EQ(Export(office_.applicant, id).error().code, ErrorCode::kFailedPrecondition);
  office_.Decide(id).value();
  EXPECT_TRUE(Export(office_.applicant, id));
  EXPECT_TRUE(Export(office_.laboratory, id));
  const Person other = office_.Enrol("Other Operator", {Role::kOperator});
  EXPECT_EQ(Export(other, id).error().code, ErrorCode::kNotFound);
}

TEST_F(DecidedFiles, AreRefusedInAnotherFormat) {
  const std::string json = Granted().ToJson();
  EXPECT_EQ(DecidedFile::Parse(json).value().ToJson(), json);
  for (const char* member : {"format", "authority", "application", "operator", "form", "reports", "carried", "decision",
                             "author", "jws", "chain", "receivedAt", "revocation"}) {
    std::string without = json;
    without.replace(without.find("\"" + std::string(member) + "\""), 2, "\"x");
    EXPECT_FALSE(DecidedFile::Parse(without)) << member;
  }
  EXPECT_FALSE(DecidedFile::Parse(json.substr(0, json.size() / 2)));
}

}  // namespace
}  // namespace certmark::ca::testing
