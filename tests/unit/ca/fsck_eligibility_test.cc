// Fsck agrees with what accreditations, bars, challenges and ended certificates leave behind.
#include <gtest/gtest.h>

#include <algorithm>

#include "ca/accreditations.h"
#include "ca/bars.h"
#include "ca/challenges.h"
#include "ca/fsck.h"
#include "tests/unit/ca/town.h"

namespace certmark::ca::testing {
namespace {

class FsckEligibilityTest : public ::testing::Test {
 protected:
  std::vector<std::string> Found() const {
    FsckOptions options;
    options.lists = std::span(&town.authority().trust, 1);
    options.party_ca = &town.authority().party_ca;
    const FsckReport report = FsckAuthority(town.store(), options).value();
    std::vector<std::string> lines;
    for (const ledger::Finding& finding : report.findings.list()) {
      lines.push_back(std::string(finding.kind) + " | " + finding.place + " | " + finding.found);
    }
    return lines;
  }
  void Take(const Person& by, const Person& confirmed_by, const Proposals::Draft& draft) {
    const Proposal proposal = town.service().proposals().Propose(by.party, draft).value();
    town.service().proposals().Confirm(confirmed_by.party, proposal.id).value();
  }
  void Erase(ledger::Column column, const std::string& key) {
    ledger::Store& store = town.store_to_tamper_with();
    const Bytes head = store.Head().value();
    ASSERT_TRUE(store.Commit(head, {head, {{column, ToBytes(key), std::nullopt}}}));
  }

  Town town;
};

TEST_F(FsckEligibilityTest, FindsNothingAfterEveryKindOfAct) {
  const std::string laboratory = town.laboratory.party.id, whom = town.applicant.party.id;
  const Person& second = town.second_registrar();
  const AccreditationScope scope{{"CNCA-App-001"}, {Platform::kAndroid}, town.now() + kDay};
  Take(town.first_registrar(), second, {Proposed::kAccredit, "party/" + laboratory, "", scope.ToJson()});
  EXPECT_EQ(Found(), std::vector<std::string>{});
  Take(town.first_registrar(), second,
       {Proposed::kSuspendAccreditation, "accreditation/" + laboratory, "laboratory-unreliable"});
  const std::string cause = Bars::Cause{Bar::Cause::kUnlawfulOperator, town.now()}.ToJson();
  Take(town.officer, town.second_officer, {Proposed::kBar, "party/" + whom, "unlawful-operator", cause});
  const App app = App::Parse("android:org.example.app").value();
  const std::string challenge =
      town.service().challenges().Issue(town.applicant.party, app, std::string(kSigner)).value().id;
  EXPECT_EQ(Found(), std::vector<std::string>{});

  town.Advance(30 * kDay);
  const Bar bar = OpenBars(town.store(), town.applicant.party).value().front();
  Take(town.officer, town.second_officer, {Proposed::kLiftBar, SubjectOf(bar), "cause-corrected"});
  ASSERT_TRUE(town.service().accreditations().OnDue(laboratory));
  ASSERT_TRUE(town.service().challenges().OnDue(challenge));
  EXPECT_EQ(Found(), std::vector<std::string>{});
}

TEST_F(FsckEligibilityTest, FindsNothingAfterACertificateEnded) {
  town.Advance(town.laboratory.certificate.not_after() - town.now() + Seconds{1});
  ASSERT_TRUE(town.service().parties().OnDue(town.laboratory.party.id));
  for (const std::string& line : Found()) EXPECT_EQ(line.find("party"), std::string::npos) << line;
}

TEST_F(FsckEligibilityTest, NamesABarThatWasTakenAway) {
  const std::string cause = Bars::Cause{Bar::Cause::kUnlawfulOperator, town.now()}.ToJson();
  const std::string whom = town.applicant.party.id;
  Take(town.officer, town.second_officer, {Proposed::kBar, "party/" + whom, "unlawful-operator", cause});
  const std::string subject = SubjectOf(OpenBars(town.store(), town.applicant.party).value().front());
  Erase(ledger::Column::kIndex, "find/bar/" + whom + "/" + subject);
  std::vector<std::string> found = Found();
  ASSERT_EQ(found.size(), 1u);
  EXPECT_TRUE(found[0].starts_with("index-row-missing | ")) << found[0];
  Erase(ledger::Column::kRecord, subject);
  found = Found();
  EXPECT_TRUE(std::ranges::any_of(found, [&](const std::string& line) {
    return line.starts_with("act-digest | " + subject) || line.starts_with("record-missing | " + subject);
  })) << ::testing::PrintToString(found);
}

}  // namespace
}  // namespace certmark::ca::testing
