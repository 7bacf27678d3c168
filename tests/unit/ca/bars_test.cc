// Bars: two people bar an operator, two lift it, and it is barred under whatever name it comes.
#include "ca/bars.h"

#include <gtest/gtest.h>

#include "tests/unit/ca/authority_fixture.h"

namespace certmark::ca::testing {
namespace {

ErrorCode CodeOf(const auto& result) {
  return result ? ErrorCode{} : result.error().code;
}

TEST(Bar, BarsForAnIncidentUntilItsTimeIsOverAndForUnlawfulnessUntilItIsLifted) {
  Bar bar;
  bar.at = kStart;
  bar.cause = Bar::Cause::kMajorIncident;
  EXPECT_TRUE(bar.BarsAt(kStart + kDay - Seconds{1}, kDay));
  EXPECT_FALSE(bar.BarsAt(kStart + kDay, kDay));
  bar.cause = Bar::Cause::kUnlawfulOperator;
  EXPECT_TRUE(bar.BarsAt(kStart + 3650 * kDay, kDay));
  bar.state = Bar::State::kLifted;
  EXPECT_FALSE(bar.BarsAt(kStart, kDay));
}

TEST(BarCause, IsReadBackAndRefusesOthers) {
  const std::string json = R"({"kind":"major-incident","at":1793664000})";
  EXPECT_EQ(Bars::Cause::Parse(json).value().ToJson(), json);
  for (const char* bad : {"", "{}", R"({"kind":"major-incident"})", R"({"kind":"dislike","at":1})",
                          R"({"kind":"major-incident","at":"1"})"}) {
    EXPECT_FALSE(Bars::Cause::Parse(bad)) << bad;
  }
}

class BarsTest : public ::testing::Test {
 protected:
  const std::string& whom() const { return office.applicant.party.id; }
  std::string Details(Bar::Cause kind, Time at) const { return Bars::Cause{kind, at}.ToJson(); }
  std::string Unlawful() const { return Details(Bar::Cause::kUnlawfulOperator, office.now()); }
  Result<Proposal> Propose(const Person& by, const std::string& party, const std::string& details,
                           const std::string& reason = "unlawful-operator") {
    return office.service().proposals().Propose(by.party, {Proposed::kBar, "party/" + party, reason, details});
  }
  Result<Bar> BarOf(const std::string& details) {
    const Proposal proposal = CM_TRY(Propose(office.officer, whom(), details));
    CM_TRY(office.service().proposals().Confirm(office.second_officer.party, proposal.id));
    return Open().back();
  }
  Result<Proposal> ProposeLift(const Person& by, const Bar& bar, const std::string& reason = "cause-corrected") {
    return office.service().proposals().Propose(by.party, {Proposed::kLiftBar, SubjectOf(bar), reason});
  }
  std::vector<Bar> Open(const Party& party) const { return OpenBars(office.store(), party).value(); }
  std::vector<Bar> Open() const { return Open(office.applicant.party); }

  Office office;
};

TEST_F(BarsTest, AreSetByTwoPeopleWhoAreNamed) {
  const Bar bar = BarOf(Unlawful()).value();
  EXPECT_EQ(bar.state, Bar::State::kOpen);
  EXPECT_EQ(bar.operator_party, whom());
  EXPECT_EQ(bar.operator_id, office.applicant.party.operator_id);
  EXPECT_EQ(Bar::FromJson(bar.ToJson()).value().ToJson(), bar.ToJson());
  const ActEntry act = RecordedAct::Parse(office.RecordEntries().back()).value().act;
  EXPECT_EQ(act.subject, SubjectOf(bar));
  EXPECT_EQ(act.actor, office.second_officer.party.id);
  EXPECT_EQ(act.rests_on, bar.rests_on);
  EXPECT_EQ(act.reason, "unlawful-operator");
}

TEST_F(BarsTest, AreNotSetByOnePersonWhoProposesAndConfirms) {
  const Proposal proposal = Propose(office.officer, whom(), Unlawful()).value();
  EXPECT_EQ(CodeOf(office.service().proposals().Confirm(office.officer.party, proposal.id)),
            ErrorCode::kPermissionDenied);
  EXPECT_TRUE(Open().empty());
}

TEST_F(BarsTest, AreProposedByOfficersAlone) {
  const Person* const others[] = {&office.reviewer, &office.decider, &office.applicant, &office.laboratory,
                                  &office.first_registrar()};
  for (const Person* person : others) {
    EXPECT_EQ(CodeOf(Propose(*person, whom(), Unlawful())), ErrorCode::kPermissionDenied);
  }
}

TEST_F(BarsTest, AreNotSetByAnybodyOfTheOperators) {
  const Person insider = office.Enrol("Insider", {Role::kSurveillanceOfficer}, {whom()});
  EXPECT_EQ(CodeOf(Propose(insider, whom(), Unlawful())), ErrorCode::kPermissionDenied);
  const Proposal proposal = Propose(office.officer, whom(), Unlawful()).value();
  EXPECT_EQ(CodeOf(office.service().proposals().Confirm(insider.party, proposal.id)), ErrorCode::kPermissionDenied);
  EXPECT_TRUE(Open().empty());
}

TEST_F(BarsTest, AreNotForWhoIsNoOperatorNorForWhatIsToComeNorForAnyReason) {
  EXPECT_EQ(CodeOf(Propose(office.officer, office.laboratory.party.id, Unlawful())), ErrorCode::kFailedPrecondition);
  EXPECT_EQ(CodeOf(Propose(office.officer, "nobody", Unlawful())), ErrorCode::kNotFound);
  const std::string later = Details(Bar::Cause::kMajorIncident, office.now() + Seconds{1});
  EXPECT_EQ(CodeOf(Propose(office.officer, whom(), later)), ErrorCode::kInvalidArgument);
  for (const char* reason : {"", "misuse", "because"}) {
    EXPECT_EQ(CodeOf(Propose(office.officer, whom(), Unlawful(), reason)), ErrorCode::kInvalidArgument) << reason;
  }
}

TEST_F(BarsTest, AreSetOnceForOneThing) {
  BarOf(Unlawful()).value();
  EXPECT_EQ(CodeOf(BarOf(Unlawful())), ErrorCode::kAlreadyExists);
  ASSERT_TRUE(BarOf(Details(Bar::Cause::kMajorIncident, kStart - kDay)));
  EXPECT_EQ(CodeOf(BarOf(Details(Bar::Cause::kMajorIncident, kStart - kDay))), ErrorCode::kAlreadyExists);
  ASSERT_TRUE(BarOf(Details(Bar::Cause::kMajorIncident, kStart)));
  EXPECT_EQ(Open().size(), 3u);
}

TEST_F(BarsTest, AreOfEveryPartyOfOneOperatorId) {
  BarOf(Unlawful()).value();
  Party other = office.applicant.party;
  other.id = "another";
  EXPECT_EQ(Open(other).size(), 1u);
  other.operator_id += "1";
  EXPECT_TRUE(Open(other).empty());
  // Who is entered nowhere is nobody else's.
  other.operator_id.clear();
  EXPECT_TRUE(Open(other).empty());
}

TEST_F(BarsTest, AreLiftedByTwoPeopleAndSetAnew) {
  const Bar bar = BarOf(Unlawful()).value();
  const Proposal proposal = ProposeLift(office.officer, bar).value();
  EXPECT_EQ(CodeOf(office.service().proposals().Confirm(office.officer.party, proposal.id)),
            ErrorCode::kPermissionDenied);
  EXPECT_EQ(Open().size(), 1u);
  ASSERT_TRUE(office.service().proposals().Confirm(office.second_officer.party, proposal.id));
  EXPECT_TRUE(Open().empty());
  EXPECT_EQ(Load<Bar>(office.store(), bar.id).value().value.state, Bar::State::kLifted);
  EXPECT_EQ(CodeOf(ProposeLift(office.officer, bar)), ErrorCode::kFailedPrecondition);
  EXPECT_TRUE(BarOf(Unlawful()));
}

TEST_F(BarsTest, AreLiftedForAReasonThatReinstatesAndByNobodyOfTheOperators) {
  const Bar bar = BarOf(Unlawful()).value();
  EXPECT_EQ(CodeOf(ProposeLift(office.officer, bar, "misuse")), ErrorCode::kInvalidArgument);
  EXPECT_EQ(CodeOf(ProposeLift(office.applicant, bar)), ErrorCode::kPermissionDenied);
  const Person insider = office.Enrol("Insider", {Role::kSurveillanceOfficer}, {whom()});
  EXPECT_EQ(CodeOf(ProposeLift(insider, bar)), ErrorCode::kPermissionDenied);
}

}  // namespace
}  // namespace certmark::ca::testing
