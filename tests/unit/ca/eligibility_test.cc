// What bars an application, to the second, and whose past it is.
#include "ca/eligibility.h"

#include <gtest/gtest.h>

#include "ca/bars.h"
#include "tests/unit/ca/authority_fixture.h"

namespace certmark::ca::testing {
namespace {

Bar BarFor(Bar::Cause cause, Time at) {
  Bar bar;
  bar.id = "b1";
  bar.cause = cause;
  bar.at = at;
  return bar;
}

TEST(Eligibility, IsBarredByNothingWithoutFacts) {
  EXPECT_FALSE(Eligibility({}, {}, kStart));
}

TEST(Eligibility, IsBarredByAnUnlawfulOperatorWithoutEnd) {
  const EligibilityFacts facts{{BarFor(Bar::Cause::kUnlawfulOperator, kStart)}, {}};
  const auto found = Eligibility(facts, {}, kStart + 3650 * kDay);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->code, "unlawful-operator");
  EXPECT_EQ(found->fact, "bar/b1");
}

TEST(Eligibility, IsBarredByAnIncidentUpToTheLastSecondOfItsTime) {
  Parameters parameters;
  parameters.incident_bar = 365 * kDay;
  const EligibilityFacts facts{{BarFor(Bar::Cause::kMajorIncident, kStart)}, {}};
  const auto last = Eligibility(facts, parameters, kStart + 365 * kDay - Seconds{1});
  ASSERT_TRUE(last);
  EXPECT_EQ(last->code, "major-incident");
  EXPECT_FALSE(Eligibility(facts, parameters, kStart + 365 * kDay));
}

TEST(Eligibility, IsBarredByARevocationUpToTheLastSecondOfItsTime) {
  Parameters parameters;
  parameters.revocation_bar = 365 * kDay;
  const EligibilityFacts facts{{}, {{"CM-1", kStart - 400 * kDay}, {"CM-2", kStart}}};
  const auto last = Eligibility(facts, parameters, kStart + 365 * kDay - Seconds{1});
  ASSERT_TRUE(last);
  EXPECT_EQ(last->code, "revocation-impact");
  EXPECT_EQ(last->fact, "CM-2 was revoked at 2026-11-03T00:00:00Z");
  EXPECT_FALSE(Eligibility(facts, parameters, kStart + 365 * kDay));
}

class EligibilityTest : public ::testing::Test {
 protected:
  std::string Refusal(const Party& party, const ApplicationForm& form) const {
    const Scheme& scheme = *office.schemes().Find(form.scheme).value();
    const auto checked = CheckEligible(office.store(), {party, form, scheme, office.now()});
    if (checked) return "eligible";
    EXPECT_EQ(checked.error().code, ErrorCode::kFailedPrecondition);
    return checked.error().message.substr(0, checked.error().message.find(':'));
  }
  std::string Refusal(const ApplicationForm& form) const { return Refusal(office.applicant.party, form); }
  ApplicationForm OtherApp() const {
    ApplicationForm form = office.Form();
    form.app.package = "org.example.other";
    form.signers = {std::string(kOtherSigner)};
    return form;
  }
  std::string Revoke() {
    const std::string number = office.Certified().id;
    const Proposal proposal = office.Propose(office.officer, Proposed::kRevoke, number, "deception").value();
    office.Confirm(office.decider, proposal.id).value();
    return number;
  }
  void Confirm(const Proposals::Draft& draft) {
    const Proposal proposal = office.service().proposals().Propose(office.officer.party, draft).value();
    office.service().proposals().Confirm(office.second_officer.party, proposal.id).value();
  }
  // Twin enrols another party of the applicant's operator_id.
  Person Twin() {
    Applicant asked = office.Request("The Same Operator", office.applicant.party.operator_id);
    office.service()
        .enrolments()
        .Approve(office.first_registrar().party,
                 {asked.enrolment.id, asked.enrolment.fingerprint, {Role::kOperator}, {}})
        .value();
    return office.Become(std::move(asked));
  }

  Office office;
};

TEST_F(EligibilityTest, IsGivenToWhoHasNoPast) {
  EXPECT_EQ(Refusal(office.Form()), "eligible");
  office.Certified();
  EXPECT_EQ(Refusal(office.Form()), "eligible");
}

TEST_F(EligibilityTest, IsLostByABarAcrossTheOperatorsPartiesUntilItIsLifted) {
  const Person twin = Twin();
  const std::string unlawful = Bars::Cause{Bar::Cause::kUnlawfulOperator, office.now()}.ToJson();
  Confirm({Proposed::kBar, "party/" + office.applicant.party.id, "unlawful-operator", unlawful});
  EXPECT_EQ(Refusal(office.applicant.party, office.Form()), "unlawful-operator");
  EXPECT_EQ(Refusal(twin.party, OtherApp()), "unlawful-operator");
  EXPECT_EQ(Refusal(office.Enrol("Other Operator", {Role::kOperator}).party, OtherApp()), "eligible");
  const Bar bar = OpenBars(office.store(), twin.party).value().front();
  Confirm({Proposed::kLiftBar, SubjectOf(bar), "cause-corrected"});
  EXPECT_EQ(Refusal(twin.party, OtherApp()), "eligible");
}

TEST_F(EligibilityTest, IsLostByAnIncidentForAYearFromTheIncidentOn) {
  const Time incident = office.now() - 100 * kDay;
  const std::string details = Bars::Cause{Bar::Cause::kMajorIncident, incident}.ToJson();
  Confirm({Proposed::kBar, "party/" + office.applicant.party.id, "major-incident", details});
  EXPECT_EQ(Refusal(office.Form()), "major-incident");
  office.Advance(265 * kDay - Seconds{1});
  EXPECT_EQ(Refusal(office.Form()), "major-incident");
  office.Advance(Seconds{1});
  EXPECT_EQ(Refusal(office.Form()), "eligible");
}

TEST_F(EligibilityTest, IsLostByARevocationOfTheSameSchemeAcrossTheOperatorsParties) {
  const std::string number = Revoke();
  const Person twin = Twin();
  EXPECT_EQ(Refusal(OtherApp()), "revocation-impact");
  EXPECT_EQ(Refusal(twin.party, OtherApp()), "revocation-impact");
  EXPECT_EQ(Refusal(office.Enrol("Other Operator", {Role::kOperator}).party, OtherApp()), "eligible");
  const auto facts = GatherFacts(office.store(), {twin.party, OtherApp(), office.scheme(), office.now()}).value();
  ASSERT_EQ(facts.revocations.size(), 1u);
  EXPECT_EQ(facts.revocations[0].number, number);
  office.Advance(365 * kDay - Seconds{1});
  EXPECT_EQ(Refusal(OtherApp()), "revocation-impact");
  office.Advance(Seconds{1});
  EXPECT_EQ(Refusal(OtherApp()), "eligible");
}

TEST_F(EligibilityTest, IsKeptUnderAnotherSchemeButForTheSameApp) {
  Revoke();
  ApplicationForm other = OtherApp(), same = OtherApp();
  other.scheme = same.scheme = "Certmark-NPI 2021";
  same.app = office.Form().app;
  EXPECT_EQ(Refusal(other), "eligible");
  EXPECT_EQ(Refusal(same), "revocation-impact");
}

TEST_F(EligibilityTest, IsNotRegainedByHandingTheSameUnitToAnotherOperator) {
  Revoke();
  const Person stranger = office.Enrol("Other Operator", {Role::kOperator});
  EXPECT_EQ(Refusal(stranger.party, office.Form()), "revocation-impact");
  // Another key under the same package is another app, perhaps the true one.
  ApplicationForm form = office.Form();
  form.signers = {std::string(kOtherSigner)};
  EXPECT_EQ(Refusal(stranger.party, form), "eligible");
}

TEST_F(EligibilityTest, IsKeptAfterEndsThatAreNoRevocation) {
  const std::string number = office.Certified().id;
  office.service().certifications().Withdraw(office.applicant.party, number, "holder-request").value();
  EXPECT_EQ(Refusal(office.Form()), "eligible");
}

}  // namespace
}  // namespace certmark::ca::testing
