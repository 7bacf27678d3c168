// Accreditations: two registrars give, suspend, restore and end them, and the clock ends them.
#include "ca/accreditations.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/ca/authority_fixture.h"

namespace certmark::ca::testing {
namespace {

ErrorCode CodeOf(const auto& result) {
  return result ? ErrorCode{} : result.error().code;
}

TEST(AccreditationScope, IsReadBackAndRefusesWhatIsTwiceEmptyOrUnknown) {
  const std::string json = R"({"schemes":["CNCA-App-001"],"platforms":["android","ios"],"until":1900000000})";
  EXPECT_EQ(AccreditationScope::Parse(json).value().ToJson(), json);
  for (const char* bad :
       {"", "{}", R"({"schemes":[],"platforms":["ios"],"until":1})", R"({"schemes":["a"],"platforms":[],"until":1})",
        R"({"schemes":["a","a"],"platforms":["ios"],"until":1})",
        R"({"schemes":["a"],"platforms":["ios","ios"],"until":1})",
        R"({"schemes":["a/b"],"platforms":["ios"],"until":1})",
        R"({"schemes":["a"],"platforms":["symbian"],"until":1})",
        R"({"schemes":["a"],"platforms":["ios"],"until":253402300800})"}) {
    EXPECT_FALSE(AccreditationScope::Parse(bad)) << bad;
  }
}

class AccreditationsTest : public ::testing::Test {
 protected:
  // The laboratory of these tests is a new one, which is not accredited yet.
  AccreditationsTest() : second(office.second_registrar()) {
    office.laboratory = office.Enrol("New Laboratory", {Role::kLaboratory});
  }

  const std::string& laboratory() const { return office.laboratory.party.id; }
  std::string Scope(Seconds life = 365 * kDay) const {
    AccreditationScope scope{{"CNCA-App-001"}, {Platform::kAndroid, Platform::kIos}, office.now() + life};
    return scope.ToJson();
  }
  Result<Proposal> Propose(const Person& by, Proposed act, const std::string& reason = "",
                           const std::string& details = "") {
    const std::string kind = act == Proposed::kAccredit ? "party/" : "accreditation/";
    return office.service().proposals().Propose(by.party, {act, kind + laboratory(), reason, details});
  }
  Result<Accreditation> Take(Proposed act, const std::string& reason = "", const std::string& details = "") {
    const Proposal proposal = CM_TRY(Propose(office.first_registrar(), act, reason, details));
    CM_TRY(office.service().proposals().Confirm(second.party, proposal.id));
    return Now();
  }
  Accreditation Accredit(Seconds life = 365 * kDay) { return Take(Proposed::kAccredit, "", Scope(life)).value(); }
  Result<Accreditation> Suspend() { return Take(Proposed::kSuspendAccreditation, "laboratory-unreliable"); }
  Accreditation Now() const { return Load<Accreditation>(office.store(), laboratory()).value().value; }

  std::string Refusal(std::string_view scheme = "CNCA-App-001", Platform platform = Platform::kAndroid) const {
    const auto required = RequireAccredited(office.store(), {laboratory(), scheme, platform, office.now()});
    if (required) return "accredited";
    EXPECT_EQ(required.error().code, ErrorCode::kFailedPrecondition);
    return required.error().message.substr(("party " + laboratory()).size());
  }
  bool IsFound() const {
    const auto found = FoundBy(office.store(), "accredited-scheme", "CNCA-App-001", "", 10).value();
    return std::ranges::find(found, "accreditation/" + laboratory()) != found.end();
  }
  RecordedAct LastAct() const { return RecordedAct::Parse(office.RecordEntries().back()).value(); }

  Office office;
  const Person& second;
};

TEST_F(AccreditationsTest, AreGivenByTwoRegistrarsForSchemesAndPlatformsUntilATime) {
  EXPECT_EQ(Refusal(), " is not accredited");
  const Accreditation given = Accredit();
  EXPECT_EQ(given.state, Accreditation::State::kActive);
  EXPECT_EQ(Refusal(), "accredited");
  EXPECT_TRUE(IsFound());
  EXPECT_EQ(LastAct().act.actor, second.party.id);
  EXPECT_EQ(LastAct().act.act, "confirm-accreditation");
  EXPECT_EQ(LastAct().act.rests_on, given.rests_on);
  EXPECT_EQ(Accreditation::FromJson(given.ToJson()).value().ToJson(), given.ToJson());
}

TEST_F(AccreditationsTest, AreNotGivenByOneRegistrarWhoProposesAndConfirms) {
  const Proposal proposal = Propose(office.first_registrar(), Proposed::kAccredit, "", Scope()).value();
  EXPECT_EQ(CodeOf(office.service().proposals().Confirm(office.first_registrar().party, proposal.id)),
            ErrorCode::kPermissionDenied);
  EXPECT_EQ(Refusal(), " is not accredited");
}

TEST_F(AccreditationsTest, AreGivenByRegistrarsAlone) {
  for (const Person* person : {&office.officer, &office.decider, &office.laboratory, &office.applicant}) {
    EXPECT_EQ(CodeOf(Propose(*person, Proposed::kAccredit, "", Scope())), ErrorCode::kPermissionDenied);
  }
  const Proposal proposal = Propose(office.first_registrar(), Proposed::kAccredit, "", Scope()).value();
  EXPECT_EQ(CodeOf(office.service().proposals().Confirm(office.officer.party, proposal.id)),
            ErrorCode::kPermissionDenied);
}

TEST_F(AccreditationsTest, AreNotGivenByARegistrarOfTheLaboratorys) {
  const Person insider = office.Enrol("Insider", {Role::kRegistrar}, {laboratory()});
  EXPECT_EQ(CodeOf(Propose(insider, Proposed::kAccredit, "", Scope())), ErrorCode::kPermissionDenied);
  const Proposal proposal = Propose(office.first_registrar(), Proposed::kAccredit, "", Scope()).value();
  EXPECT_EQ(CodeOf(office.service().proposals().Confirm(insider.party, proposal.id)), ErrorCode::kPermissionDenied);
  EXPECT_EQ(Refusal(), " is not accredited");
}

TEST_F(AccreditationsTest, AreForLaboratoriesAndAuditorsAlone) {
  const auto propose = [&](const Person& whom) {
    return office.service().proposals().Propose(office.first_registrar().party,
                                                {Proposed::kAccredit, "party/" + whom.party.id, "", Scope()});
  };
  EXPECT_EQ(CodeOf(propose(office.reviewer)), ErrorCode::kFailedPrecondition);
  EXPECT_EQ(CodeOf(propose(office.applicant)), ErrorCode::kFailedPrecondition);
  EXPECT_TRUE(propose(office.Enrol("Auditor", {Role::kAuditor})));
}

TEST_F(AccreditationsTest, AreNotForSchemesThatAreNotHereNorForATimeThatIsOver) {
  AccreditationScope scope{{"No-Such"}, {Platform::kAndroid}, office.now() + kDay};
  EXPECT_EQ(CodeOf(Propose(office.first_registrar(), Proposed::kAccredit, "", scope.ToJson())),
            ErrorCode::kFailedPrecondition);
  EXPECT_EQ(CodeOf(Propose(office.first_registrar(), Proposed::kAccredit, "", Scope(Seconds{0}))),
            ErrorCode::kFailedPrecondition);
  EXPECT_EQ(CodeOf(Propose(office.first_registrar(), Proposed::kAccredit, "", "")), ErrorCode::kInvalidArgument);
  // What was to come when it was proposed may be over when it is confirmed.
  const Proposal proposal = Propose(office.first_registrar(), Proposed::kAccredit, "", Scope(kDay)).value();
  office.Advance(kDay);
  EXPECT_EQ(CodeOf(office.service().proposals().Confirm(second.party, proposal.id)), ErrorCode::kFailedPrecondition);
}

TEST_F(AccreditationsTest, CoverNoOtherSchemeAndNoOtherPlatform) {
  Accredit();
  EXPECT_EQ(Refusal("Certmark-NPI"), " is not accredited for Certmark-NPI on android");
  EXPECT_EQ(Refusal("CNCA-App-001", Platform::kHarmonyos), " is not accredited for CNCA-App-001 on harmonyos");
  EXPECT_EQ(Refusal("CNCA-App-001", Platform::kIos), "accredited");
}

TEST_F(AccreditationsTest, EndAtTheirTimeWhetherOrNotTheClockHasBeenAtThem) {
  const Accreditation given = Accredit(kDay);
  office.Advance(kDay - Seconds{1});
  EXPECT_EQ(Refusal(), "accredited");
  EXPECT_TRUE(office.service().accreditations().OnDue(laboratory()));
  EXPECT_EQ(Now().state, Accreditation::State::kActive);
  office.Advance(Seconds{1});
  EXPECT_EQ(Refusal(), ": the accreditation has ended");
  ASSERT_TRUE(office.service().accreditations().OnDue(laboratory()));
  EXPECT_EQ(Now().state, Accreditation::State::kEnded);
  EXPECT_EQ(Refusal(), ": the accreditation has ended");
  EXPECT_EQ(LastAct().act.actor, kClock);
  EXPECT_EQ(LastAct().act.rests_on, given.rests_on);
  EXPECT_FALSE(IsFound());
}

TEST_F(AccreditationsTest, EndOnceAndForTheClockOnce) {
  Accredit(kDay);
  office.Advance(kDay);
  ASSERT_TRUE(office.service().accreditations().OnDue(laboratory()));
  const std::size_t acts = office.RecordEntries().size();
  ASSERT_TRUE(office.service().accreditations().OnDue(laboratory()));
  EXPECT_EQ(office.RecordEntries().size(), acts);
  EXPECT_FALSE(Now().Due());
}

TEST_F(AccreditationsTest, AreSuspendedAndRestored) {
  Accredit();
  ASSERT_TRUE(Suspend());
  EXPECT_EQ(Refusal(), ": the accreditation is suspended");
  EXPECT_EQ(Now().reason, "laboratory-unreliable");
  EXPECT_EQ(CodeOf(Suspend()), ErrorCode::kFailedPrecondition);
  EXPECT_EQ(CodeOf(Take(Proposed::kAccredit, "", Scope())), ErrorCode::kFailedPrecondition);
  ASSERT_TRUE(Take(Proposed::kRestoreAccreditation));
  EXPECT_EQ(Refusal(), "accredited");
  EXPECT_EQ(Now().reason, "");
}

TEST_F(AccreditationsTest, AreEndedForGoodAndGivenAnew) {
  Accredit();
  ASSERT_TRUE(Take(Proposed::kEndAccreditation, "accreditation-ended"));
  EXPECT_EQ(Refusal(), ": the accreditation has ended");
  for (const Proposed act : {Proposed::kSuspendAccreditation, Proposed::kEndAccreditation}) {
    EXPECT_EQ(CodeOf(Take(act, "accreditation-ended")), ErrorCode::kFailedPrecondition);
  }
  EXPECT_EQ(CodeOf(Take(Proposed::kRestoreAccreditation)), ErrorCode::kFailedPrecondition);
  Accredit();
  EXPECT_EQ(Refusal(), "accredited");
}

TEST_F(AccreditationsTest, AreNotRestoredPastTheirTime) {
  Accredit(kDay);
  ASSERT_TRUE(Suspend());
  const Proposal proposal = Propose(office.first_registrar(), Proposed::kRestoreAccreditation).value();
  office.Advance(kDay);
  EXPECT_EQ(CodeOf(office.service().proposals().Confirm(second.party, proposal.id)), ErrorCode::kFailedPrecondition);
  EXPECT_EQ(CodeOf(Take(Proposed::kRestoreAccreditation)), ErrorCode::kFailedPrecondition);
}

TEST_F(AccreditationsTest, TakeReasonsOfTheirOwnCatalogueAndNoDetails) {
  Accredit();
  for (const char* reason : {"", "misuse", "because"}) {
    EXPECT_EQ(CodeOf(Take(Proposed::kSuspendAccreditation, reason)), ErrorCode::kInvalidArgument) << reason;
  }
  EXPECT_EQ(CodeOf(Take(Proposed::kEndAccreditation, "accreditation-ended", "{}")), ErrorCode::kInvalidArgument);
  EXPECT_EQ(CodeOf(Take(Proposed::kAccredit, "accreditation-ended", Scope())), ErrorCode::kInvalidArgument);
  EXPECT_EQ(Refusal(), "accredited");
}

TEST_F(AccreditationsTest, ThatNeverWereAreNotSuspended) {
  EXPECT_EQ(CodeOf(Suspend()), ErrorCode::kNotFound);
  EXPECT_EQ(CodeOf(office.service().proposals().Propose(
                office.first_registrar().party,
                {Proposed::kSuspendAccreditation, "party/" + laboratory(), "laboratory-unreliable"})),
            ErrorCode::kInvalidArgument);
}

TEST_F(AccreditationsTest, OfWhichTwoProposalsRaceAreSuspendedOnce) {
  Accredit();
  const Proposal one =
      Propose(office.first_registrar(), Proposed::kSuspendAccreditation, "laboratory-unreliable").value();
  const Proposal two =
      Propose(office.first_registrar(), Proposed::kSuspendAccreditation, "laboratory-unreliable").value();
  ASSERT_TRUE(office.service().proposals().Confirm(second.party, one.id));
  EXPECT_EQ(CodeOf(office.service().proposals().Confirm(second.party, two.id)), ErrorCode::kFailedPrecondition);
}

TEST_F(AccreditationsTest, ListTheRecentReportsOfALaboratoryThatIsSuspended) {
  Accredit(3650 * kDay);
  office.Certified();
  office.Advance(60 * kDay);
  ApplicationForm form = office.Form();
  form.app.package = "org.example.second";
  const std::string file = office.Submit(form);
  office.Accept(file);
  office.Report(file);
  const std::string recent = office.Decide(file).value().application.certification;
  const Time at = office.now();
  office.Advance(305 * kDay + Seconds{1});  // a year and a second after the first report

  EXPECT_EQ(CodeOf(office.service().accreditations().ReportsToReview(office.officer.party, laboratory())),
            ErrorCode::kFailedPrecondition);
  ASSERT_TRUE(Suspend());
  const auto reports = office.service().accreditations().ReportsToReview(office.officer.party, laboratory()).value();
  ASSERT_EQ(reports.size(), 1u);
  EXPECT_EQ(reports[0].subject, "certification/" + recent);
  EXPECT_EQ(reports[0].received_at, at);
  EXPECT_EQ(CodeOf(office.service().accreditations().ReportsToReview(office.applicant.party, laboratory())),
            ErrorCode::kPermissionDenied);
}

TEST_F(AccreditationsTest, ListTheSameReportsWhenWhatWasSuspendedIsEnded) {
  Accredit(3650 * kDay);
  const std::string number = office.Certified().id;
  office.Advance(300 * kDay);
  ASSERT_TRUE(Suspend());
  office.Advance(300 * kDay);
  ASSERT_TRUE(Take(Proposed::kEndAccreditation, "laboratory-unreliable"));
  const auto reports = office.service().accreditations().ReportsToReview(office.officer.party, laboratory()).value();
  ASSERT_EQ(reports.size(), 1u);
  EXPECT_EQ(reports[0].subject, "certification/" + number);
}

TEST_F(AccreditationsTest, ListAReportOfExactlyTheLimit) {
  Accredit();
  office.Certified();
  const Time at = office.now();
  EXPECT_EQ(RecentReports(office.store(), laboratory(), at).value().size(), 1u);
  EXPECT_EQ(RecentReports(office.store(), laboratory(), at + Seconds{1}).value().size(), 0u);
  EXPECT_EQ(RecentReports(office.store(), office.reviewer.party.id, at).value().size(), 0u);
}

}  // namespace
}  // namespace certmark::ca::testing
