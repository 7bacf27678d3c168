// The options of a policy, held to their rows.
#include <gtest/gtest.h>

#include "tests/unit/core/verify_rows.h"

namespace certmark::testing {
namespace {

TEST(VerifyPolicy, ForgivesWhatAnOptionNamesAndNothingElse) {
  for (const OptionRow& row : OptionRows()) {
    SCOPED_TRACE(std::string(Name(row.option)) + ": " + row.name);
    TestCase c;
    row.wrong(c);
    EXPECT_EQ(Name(Judge(c).verdict), Name(row.without));
    c.policy.allow = {row.option};
    const Outcome outcome = Judge(c);
    EXPECT_EQ(Name(outcome.verdict), Name(row.with)) << outcome.reason;
    EXPECT_EQ(outcome.step, row.step) << outcome.reason;
    for (const Step& step : outcome.steps) {
      EXPECT_EQ(step.result == StepResult::kSkipped, step.number == row.step_skipped) << step.name;
    }
  }
}

TEST(VerifyPolicy, SaysWhichOptionGaveUpWhat) {
  for (const OptionRow& row : OptionRows()) {
    if (row.with != Verdict::kValid) continue;
    TestCase c;
    row.wrong(c);
    c.policy.allow = {row.option};
    std::string details;
    for (const Step& step : Judge(c).steps) details += step.detail + "\n";
    EXPECT_NE(details.find(Name(row.option)), std::string::npos) << details;
  }
}

TEST(VerifyPolicy, ForgivesTheSameThingUnderNoOtherOption) {
  for (const OptionRow& row : OptionRows()) {
    if (row.with != Verdict::kValid) continue;
    TestCase c;
    row.wrong(c);
    for (const Allow option : {Allow::kTestAuthority, Allow::kUnboundSigner, Allow::kUnknownBuild, Allow::kUnlogged,
                               Allow::kUnwitnessed, Allow::kUnknownStatus}) {
      if (option != row.option) c.policy.allow.insert(option);
    }
    EXPECT_NE(Judge(c).verdict, Verdict::kValid) << Name(row.option) << ": " << row.name;
  }
}

TEST(VerifyPolicy, ChangesNothingForWhatIsRight) {
  TestCase c;
  c.policy.allow = {Allow::kTestAuthority, Allow::kUnboundSigner, Allow::kUnknownBuild,
                    Allow::kUnlogged,      Allow::kUnwitnessed,   Allow::kUnknownStatus};
  const Outcome outcome = Judge(c);
  EXPECT_EQ(outcome.verdict, Verdict::kValid);
  for (const Step& step : outcome.steps) {
    EXPECT_EQ(step.result, StepResult::kPassed);
    EXPECT_EQ(step.detail.find("Allow"), std::string::npos) << step.detail;
  }
}

TEST(VerifyPolicy, HasANameForEveryOption) {
  for (const Allow option : {Allow::kTestAuthority, Allow::kUnboundSigner, Allow::kUnknownBuild, Allow::kUnlogged,
                             Allow::kUnwitnessed, Allow::kUnknownStatus}) {
    EXPECT_EQ(ParseAllow(Name(option)), option);
    EXPECT_TRUE(Name(option).starts_with("Allow"));
  }
  EXPECT_EQ(ParseAllow("AllowEverything"), std::nullopt);
  EXPECT_EQ(ParseAllow("allowunlogged"), std::nullopt);
  EXPECT_EQ(ParseAllow(""), std::nullopt);
}

TEST(VerifyPolicy, AllowsNothingByDefault) {
  const Policy policy;
  EXPECT_TRUE(policy.allow.empty());
  EXPECT_EQ(policy.skew, Seconds{60});
  EXPECT_EQ(policy.status_age, Seconds{24 * 3600});
}

}  // namespace
}  // namespace certmark::testing
