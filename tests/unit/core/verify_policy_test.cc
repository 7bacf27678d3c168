// The options of a policy: refused without, accepted with, and what each of them must not forgive.
#include <gtest/gtest.h>

#include "tests/unit/core/verify_rows.h"

namespace certmark::testing {
namespace {

struct OptionRow {
  std::string name;
  Allow option;
  Wrong wrong;
  Verdict without, with;
  int step_skipped = 0;  // 0: the option skips a part of a step, not the whole
};

Wrong NoProof() {
  return [](TestCase& c) { c.has_proof = false; };
}
Wrong NoStatus() {
  return [](TestCase& c) { c.has_status = false; };
}
Wrong NoSigner() {
  return [](TestCase& c) { c.expected.signers.clear(); };
}
Wrong NoBuild() {
  return [](TestCase& c) { c.expected.build.reset(); };
}
Wrong SignedBy(std::vector<std::string> witnesses) {
  return [=](TestCase& c) { c.witnesses_signing = witnesses; };
}
Wrong TestEnvironment() {
  return [](TestCase& c) { c.trust.environment = "test"; };
}
Wrong Blocked(TestKey TestPki::*key) {
  return [=](TestCase& c) {
    c.trust.blocked.push_back({(c.pki.*key).public_key().spki_hash().Hex(), std::nullopt, std::nullopt});
  };
}
Wrong BadCosignature() {
  return With(Part::kNote, [](const std::string& note) {
    return note + TestNoteKey::Witness("w3.example").Cosign("another text\n", kNow);
  });
}
Wrong Revoked() {
  return [](TestCase& c) { c.status.set(kExampleStatusIndex, StatusValue::kRevoked); };
}

std::vector<OptionRow> Rows() {
  using enum Verdict;
  const auto test = Allow::kTestAuthority;
  const auto signer = Allow::kUnboundSigner;
  const auto build = Allow::kUnknownBuild;
  const auto unlogged = Allow::kUnlogged;
  const auto unwitnessed = Allow::kUnwitnessed;
  const auto status = Allow::kUnknownStatus;
  const auto leaf = &TestPki::signer_key;
  return {
      // What each forgives.
      {"a test authority", test, TestEnvironment(), kUntrustedIssuer, kValid},
      {"no signer told", signer, NoSigner(), kWrongSigner, kValid},
      {"no build told", build, NoBuild(), kWrongVersion, kValid},
      {"no proof", unlogged, NoProof(), kNotLogged, kValid, 8},
      {"no witness", unwitnessed, SignedBy({}), kNotWitnessed, kValid},
      {"too few witnesses", unwitnessed, SignedBy({"w1.example"}), kNotWitnessed, kValid},
      {"too few of one's own witnesses", unwitnessed,
       [](TestCase& c) {
         c.policy.own_witnesses = Policy::WitnessSet{};
         c.policy.own_witnesses->threshold = 1;
       },
       kNotWitnessed, kValid},
      {"no status list", status, NoStatus(), kStatusUnknown, kValid, 9},

      // What none of them forgives: what is there is judged as ever.
      {"a test authority whose list has ended", test, Both(TestEnvironment(), [](TestCase& c) { c.trust.exp = c.now; }),
       kUntrustedIssuer, kUntrustedIssuer},
      {"a test authority that blocks the leaf", test, Both(TestEnvironment(), Blocked(leaf)), kUntrustedIssuer,
       kUntrustedIssuer},
      {"an unknown authority", test, Claim("\"https://ca.example\"", "\"https://other.example\""), kUntrustedIssuer,
       kUntrustedIssuer},
      {"another signer told", signer, [](TestCase& c) { c.expected.signers = {std::string(kOtherSigner)}; },
       kWrongSigner, kWrongSigner},
      {"an empty signer told", signer, [](TestCase& c) { c.expected.signers = {""}; }, kWrongSigner, kWrongSigner},
      {"no signer and no build told", signer, Both(NoSigner(), NoBuild()), kWrongSigner, kWrongVersion},
      {"another build told", build, [](TestCase& c) { c.expected.build = "1"; }, kWrongVersion, kWrongVersion},
      {"an empty build told", build, [](TestCase& c) { c.expected.build = ""; }, kWrongVersion, kWrongVersion},
      {"no build and no signer told", build, Both(NoSigner(), NoBuild()), kWrongSigner, kWrongSigner},
      {"an empty proof", unlogged, In(Part::kProof, "c2sp", "C2SP"), kNotLogged, kNotLogged},
      {"a proof of another entry", unlogged, In(Part::kProof, "index 5", "index 4"), kNotLogged, kNotLogged},
      {"a proof without witnesses", unlogged, SignedBy({}), kNotWitnessed, kNotWitnessed},
      {"no proof and a blocked leaf", unlogged, Both(NoProof(), Blocked(leaf)), kUntrustedIssuer, kUntrustedIssuer},
      {"no proof and a leaf blocked from a late entry", unlogged,
       Both(NoProof(), BlockedFrom(leaf, 1'000'000, kLogOrigin)), kNotLogged, kUntrustedIssuer},
      {"no proof and a CA blocked from a late entry", unlogged,
       Both(NoProof(), BlockedFrom(&TestPki::credential_ca_key, 1'000'000, kLogOrigin)), kNotLogged, kUntrustedIssuer},
      {"no proof and no status list", unlogged, Both(NoProof(), NoStatus()), kNotLogged, kStatusUnknown, 8},
      {"a bad cosignature of a known witness", unwitnessed, BadCosignature(), kNotLogged, kNotLogged},
      {"a log that is not listed", unwitnessed, [](TestCase& c) { c.origin = "ca.example/log/9"; }, kNotLogged,
       kNotLogged},
      {"no proof at all", unwitnessed, NoProof(), kNotLogged, kNotLogged},
      {"a leaf blocked from this entry, unwitnessed", unwitnessed, Both(BlockedFrom(leaf, 5, kLogOrigin), SignedBy({})),
       kUntrustedIssuer, kUntrustedIssuer},
      {"an unreadable status list", status, With(Part::kStatusToken, [](const std::string&) { return "x"; }),
       kStatusUnknown, kStatusUnknown},
      {"an old status list", status, [](TestCase& c) { c.status_iat = c.now - 2 * kDay; }, kStatusStale, kStatusStale},
      {"a status list of another list", status, In(Part::kStatusClaims, "/status/0", "/status/1"), kStatusUnknown,
       kStatusUnknown},
      {"a status list that says revoked", status, Revoked(), kRevoked, kRevoked},
  };
}

TEST(VerifyPolicy, ForgivesWhatAnOptionNamesAndNothingElse) {
  for (const OptionRow& row : Rows()) {
    SCOPED_TRACE(std::string(Name(row.option)) + ": " + row.name);
    TestCase c;
    row.wrong(c);
    EXPECT_EQ(Name(Judge(c).verdict), Name(row.without));
    c.policy.allow = {row.option};
    const Outcome outcome = Judge(c);
    EXPECT_EQ(Name(outcome.verdict), Name(row.with)) << outcome.reason;
    for (const Step& step : outcome.steps) {
      EXPECT_EQ(step.result == StepResult::kSkipped, step.number == row.step_skipped) << step.name;
    }
  }
}

TEST(VerifyPolicy, SaysWhichOptionGaveUpWhat) {
  for (const OptionRow& row : Rows()) {
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
  for (const OptionRow& row : Rows()) {
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
