#include "verifier-sdk/core/verify.h"

#include <gtest/gtest.h>

#include <set>

#include "tests/unit/core/verify_rows.h"

namespace certmark::testing {
namespace {

constexpr const char* kStepNames[] = {"parse", "authority", "key", "signature", "claims",
                                      "time",  "subject",   "log", "status",    "value"};

bool IsOneLine(const std::string& text) {
  for (const char c : text) {
    if (c < 0x20 || c > 0x7e) return false;
  }
  return !text.empty() && text.size() <= 400;
}

// What holds of every outcome, whatever its verdict.
void CheckShape(const Outcome& outcome) {
  ASSERT_EQ(outcome.steps.size(), 10u);
  EXPECT_NE(outcome.verdict, Verdict::kUndecided);
  EXPECT_TRUE(IsOneLine(outcome.reason)) << outcome.reason;
  const bool valid = outcome.verdict == Verdict::kValid;
  for (const Step& step : outcome.steps) {
    EXPECT_EQ(step.name, kStepNames[step.number - 1]);
    if (step.number > outcome.step) {
      EXPECT_EQ(step.result, StepResult::kNotReached);
      EXPECT_EQ(step.detail, "");
      continue;
    }
    EXPECT_TRUE(IsOneLine(step.detail)) << step.detail;
    const bool failed = step.number == outcome.step && !valid;
    EXPECT_EQ(step.result == StepResult::kFailed, failed);
  }
  EXPECT_EQ(outcome.reason, outcome.steps[static_cast<std::size_t>(outcome.step) - 1].detail);
  EXPECT_EQ(outcome.credential.has_value(), outcome.step > 1);
}

void CheckRows(const std::vector<Row>& rows) {
  std::set<std::string> names;
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_TRUE(names.insert(row.name).second) << "two rows of one name";
    TestCase c;
    row.wrong(c);
    const Outcome outcome = Judge(c);
    EXPECT_EQ(Name(outcome.verdict), Name(row.verdict)) << outcome.reason;
    EXPECT_EQ(outcome.step, row.step) << outcome.reason;
    CheckShape(outcome);
  }
}

TEST(Verify, RefusesMalformedBundles) {
  CheckRows(BundleRows());
}
TEST(Verify, RefusesMalformedCredentials) {
  CheckRows(CredentialRows());
}
TEST(Verify, RefusesEveryMemberThatIsMissingNullOrOfAnotherType) {
  CheckRows(MemberRows());
}
TEST(Verify, RefusesWhoeverIsNotTheAuthority) {
  CheckRows(TrustRows());
}
TEST(Verify, RefusesClaimsThatDisagree) {
  CheckRows(ClaimRows());
}
TEST(Verify, RefusesAnotherTimeAppSignerBuildOrScheme) {
  CheckRows(SubjectRows());
}
TEST(Verify, RefusesWhatTheLogOrItsWitnessesDoNotShow) {
  CheckRows(LogRows());
}
TEST(Verify, RefusesWithoutAFreshGoodStatus) {
  CheckRows(StatusRows());
}

TEST(Verify, ReachesEveryVerdict) {
  std::set<Verdict> reached;
  for (const RowGroup& group : RowGroups()) {
    for (const Row& row : group.rows) reached.insert(row.verdict);
  }
  for (int i = 1; i <= static_cast<int>(Verdict::kEnded); ++i) {
    const auto verdict = static_cast<Verdict>(i);
    EXPECT_TRUE(reached.contains(verdict)) << Name(verdict);
  }
}

TEST(Verify, SaysOfAValidOneUntilWhenAndByWhichStatus) {
  const Outcome outcome = Judge(TestCase());
  EXPECT_EQ(outcome.reason, "certified until 2029-11-03, status of 2026-11-12T23:59:00Z");
  ASSERT_TRUE(outcome.credential);
  EXPECT_EQ(outcome.credential->number, "CM-2026-7K3Q9X2M4T4");
  for (const Step& step : outcome.steps) EXPECT_EQ(step.result, StepResult::kPassed) << step.name;
}

TEST(Verify, NamesTheOffendingValue) {
  TestCase c;
  c.expected.build = "1741003999";
  EXPECT_EQ(Judge(c).reason, "build is not certified: \"1741003999\"");
}

TEST(Verify, CutsWhatIsTooLongToRead) {
  TestCase c;
  c.expected.build = std::string(65, '7') + "\n";
  EXPECT_EQ(Judge(c).reason, "build is not certified: \"" + std::string(64, '7') + "...\"");
}

TEST(Verify, FindsTheListOfItsAuthorityAmongMany) {
  const Made mine = TestCase().Make();
  TestCase stranger;  // the same keys at another name would never be confused
  stranger.trust.iss = "https://other.example";
  stranger.trust.logs = {
      {"other.example/log/1", TestNoteKey::Log("other.example/log/1").vkey(), "https://other.example", std::nullopt}};
  std::vector<TrustList> lists = stranger.Make().lists;
  EXPECT_EQ(Verify(mine.bundle, lists, stranger.expected, stranger.policy, stranger.now).verdict,
            Verdict::kUntrustedIssuer);
  lists.push_back(mine.lists.front());
  EXPECT_EQ(Verify(mine.bundle, lists, stranger.expected, stranger.policy, stranger.now).verdict, Verdict::kValid);
}

TEST(Verify, TrustsNobodyWithoutATrustList) {
  const TestCase c;
  const Outcome outcome = Verify(c.Make().bundle, {}, c.expected, c.policy, c.now);
  EXPECT_EQ(outcome.verdict, Verdict::kUntrustedIssuer);
  EXPECT_EQ(outcome.step, 2);
}

TEST(Verify, SaysTheSameTwice) {
  const TestCase c;
  const Made made = c.Make();
  const Outcome first = Verify(made.bundle, made.lists, c.expected, c.policy, c.now);
  const Outcome second = Verify(made.bundle, made.lists, c.expected, c.policy, c.now);
  EXPECT_EQ(first.verdict, second.verdict);
  for (std::size_t i = 0; i < first.steps.size(); ++i) EXPECT_EQ(first.steps[i].detail, second.steps[i].detail);
}

TEST(Verify, NeverAcceptsATruncatedBundle) {
  const TestCase c;
  const Made made = c.Make();
  for (std::size_t size = 0; size < made.bundle.size(); ++size) {
    const std::string_view cut = std::string_view(made.bundle).substr(0, size);
    const Outcome outcome = Verify(cut, made.lists, c.expected, c.policy, c.now);
    ASSERT_EQ(outcome.verdict, Verdict::kMalformed) << "cut to " << size;
  }
}

// Nothing in a compact bundle is idle: whichever byte is another one, it is not accepted. Bytes take turns at having
// their lowest bit and their case changed.
TEST(Verify, NeverAcceptsABundleWithAnyByteChanged) {
  const TestCase c;
  const Made made = c.Make();
  for (std::size_t i = 0; i < made.bundle.size(); ++i) {
    std::string changed = made.bundle;
    changed[i] = static_cast<char>(changed[i] ^ (i % 2 == 0 ? 0x01 : 0x20));
    const Outcome outcome = Verify(changed, made.lists, c.expected, c.policy, c.now);
    ASSERT_NE(outcome.verdict, Verdict::kValid) << "byte " << i << ": " << made.bundle.substr(i, 20);
    ASSERT_NE(outcome.verdict, Verdict::kUndecided) << "byte " << i;
  }
}

// The string member `name` of the bundle, cut after every `stride` bytes.
void CheckCuts(const TestCase& c, std::string_view name, std::size_t stride) {
  const Made made = c.Make();
  const std::string quoted = "\"" + std::string(name) + "\":\"";
  const std::size_t begin = made.bundle.find(quoted) + quoted.size();
  const std::size_t end = made.bundle.find('"', begin);
  for (std::size_t cut = begin; cut < end; cut += stride) {
    const std::string changed = made.bundle.substr(0, cut) + made.bundle.substr(end);
    const Outcome outcome = Verify(changed, made.lists, c.expected, c.policy, c.now);
    ASSERT_NE(outcome.verdict, Verdict::kValid) << name << " cut to " << cut - begin;
  }
}

TEST(Verify, NeverAcceptsAProofCutAnywhere) {
  CheckCuts(TestCase(), "tlogProof", 1);
}
TEST(Verify, NeverAcceptsAStatusListCutAnywhere) {
  CheckCuts(TestCase(), "statusList", 5);
}
TEST(Verify, NeverAcceptsACredentialCutAnywhere) {
  CheckCuts(TestCase(), "credential", 1);
}

}  // namespace
}  // namespace certmark::testing
