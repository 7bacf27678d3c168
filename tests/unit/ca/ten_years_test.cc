// Ten years of an authority in one test: certifications, suspensions, restorings and ends, the clock run every day;
// then everything must agree, and every state be the one that a few lines of arithmetic foretell.
#include <gtest/gtest.h>

#include <map>
#include <optional>

#include "ca/fsck.h"
#include "tests/unit/ca/authority_fixture.h"

namespace certmark::ca::testing {
namespace {

constexpr int kYears = 10, kDays = kYears * 365;
constexpr int kLife = 1095, kSuspensionLimit = 183;  // days, as the scheme says
constexpr int kGrantEvery = 12;                      // days
constexpr int kLastGrant = kDays - 400;

// Fate is what a certification meets: on which days, and what becomes of it.
struct Fate {
  int granted = 0;
  std::optional<int> suspended, reinstated;

  /// StateOn computes the state at the end of a day, from the rules alone.
  Certification::State StateOn(int day) const {
    const int end = granted + kLife;
    const std::optional<int> limit = suspended ? std::optional(*suspended + kSuspensionLimit) : std::nullopt;
    const bool outlived = limit && !reinstated && *limit < end;
    if (outlived && day >= *limit) return Certification::State::kRevoked;
    if (day >= end) return Certification::State::kExpired;
    const bool is_suspended = suspended && day >= *suspended && !(reinstated && day >= *reinstated);
    return is_suspended ? Certification::State::kSuspended : Certification::State::kValid;
  }
};

class TenYears : public ::testing::Test {
 protected:
  void Pass(int day) {
    office_.Advance(kDay);
    // Signers and people have certificates that end.
    if (day % 80 == 0) office_.RenewSigners();
    if (day % 700 == 0 && day <= kLastGrant) EnrolAgain();
    EXPECT_EQ(office_.service().deadlines().Run(10'000).value().failed, 0u) << "day " << day;
    for (const auto& [number, fate] : fates_) {
      if (fate.suspended == day) Suspend(number);
      if (fate.reinstated == day) {
        office_.service().certifications().Reinstate(office_.officer.party, number, "cause-corrected").value();
      }
    }
    if (day % kGrantEvery == 0 && day <= kLastGrant) Grant(day);
  }

 private:
  void EnrolAgain() {
    office_.laboratory = office_.EnrolEvaluator("Laboratory", {Role::kLaboratory});
    office_.decider = office_.Enrol("Decider", {Role::kDecider});
  }
  void Suspend(const std::string& number) {
    const Proposal proposal = office_.Propose(office_.officer, Proposed::kSuspend, number, "misuse").value();
    office_.Confirm(office_.second_officer, proposal.id).value();
  }
  // Every third is suspended, at ages that leave nothing out; every other of these is put right.
  void Grant(int day) {
    ApplicationForm form = office_.Form();
    form.app.package = "org.example.app" + std::to_string(day);
    const std::string file = office_.Submit(form);
    office_.Accept(file);
    office_.Report(file);
    Fate fate{.granted = day, .suspended = {}, .reinstated = {}};
    const int count = static_cast<int>(fates_.size());
    if (count % 3 == 0) fate.suspended = day + 1 + count * 37 % 1000;
    if (count % 6 == 0) fate.reinstated = *fate.suspended + 30;
    fates_[office_.Decide(file).value().application.certification] = fate;
  }

 protected:
  // One operator stands for many here: who had one revoked would be granted nothing for a year.
  Office office_{{.adapt = [](Scheme& scheme) { scheme.parameters.revocation_bar = Seconds{0}; }}};
  std::map<std::string, Fate> fates_;
};

TEST_F(TenYears, EndWithEverythingAsTheRulesForetell) {
  office_.service().record_heads().Begin().value();
  for (int day = 1; day <= kDays; ++day) Pass(day);
  office_.Reopen();  // with status lists of today

  std::map<Certification::State, int> states, foretold;
  for (const auto& [number, fate] : fates_) {
    const Certification certification = office_.service().certifications().Get(number).value();
    EXPECT_EQ(certification.state, fate.StateOn(kDays)) << number << ", granted on day " << fate.granted;
    EXPECT_EQ(office_.StatusAt(certification.status), certification.status_value()) << number;
    ++states[certification.state];
    ++foretold[fate.StateOn(kDays)];
  }
  EXPECT_EQ(states, foretold);
  EXPECT_GT(states[Certification::State::kValid], 20);
  EXPECT_GT(states[Certification::State::kSuspended], 0);
  EXPECT_GT(states[Certification::State::kRevoked], 20);
  EXPECT_GT(states[Certification::State::kExpired], 100);

  FsckOptions options;
  options.lists = office_.lists();
  options.party_ca = &office_.authority().party_ca;
  const FsckReport report = FsckAuthority(office_.store(), options).value();
  for (const ledger::Finding& finding : report.findings.list()) {
    ADD_FAILURE() << finding.kind << " " << finding.place << ": " << finding.expected << ", not " << finding.found;
  }
  EXPECT_EQ(report.certifications, fates_.size());
  EXPECT_EQ(report.counts.record_heads, static_cast<std::uint64_t>(kDays)) << "one a day";
}

}  // namespace
}  // namespace certmark::ca::testing
