#include "ledger/witness_policy.h"

#include <gtest/gtest.h>

#include <bitset>
#include <functional>

#include "tests/support/test_pki.h"

namespace certmark::ledger {
namespace {

using testing::kNow;
using testing::Replaced;
using testing::TestNoteKey;

constexpr std::string_view kText = "ca.example/log/1\n7\nPlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\n";

TestNoteKey Witness(int number) {
  return TestNoteKey::Witness("witness.example/" + std::to_string(number));
}

std::string WitnessLine(int number, std::string_view url = "") {
  return "witness w" + std::to_string(number) + " " + Witness(number).vkey() + " " + std::string(url) + "\n";
}

std::string Witnesses(int count) {
  std::string lines;
  for (int i = 1; i <= count; ++i) lines += WitnessLine(i);
  return lines;
}

// Cosigned is the log's note with the lines of these witnesses below it.
Note Cosigned(const std::vector<int>& by, std::string_view surplus = "") {
  std::string note = std::string(kText) + "\n" + TestNoteKey::Log("ca.example/log/1").SignNote(kText);
  for (const int number : by) note += Witness(number).Cosign(kText, kNow);
  return Note::Parse(note + std::string(surplus)).value();
}

WitnessPolicy Parsed(const std::string& text) {
  auto policy = WitnessPolicy::Parse(text);
  EXPECT_TRUE(policy) << (policy ? "" : policy.error().message);
  return policy ? *std::move(policy) : WitnessPolicy::None();
}

// Example is the policy of the specification: two of the Xs (1, 2, 3) and any of the Ys (4, 5, 6).
std::string Example() {
  return "log " + TestNoteKey::Log("ca.example/log/1").vkey() + "\n\n" + Witnesses(6) +
         "group X-witnesses 2 w1 w2 w3\ngroup Y-witnesses any w4 w5 w6\n"
         "group X-and-Y all X-witnesses Y-witnesses\nquorum X-and-Y\n";
}

TEST(WitnessPolicy, ReadsTheSpecificationsExample) {
  const WitnessPolicy policy = Parsed(Example());
  ASSERT_EQ(policy.logs().size(), 1u);
  EXPECT_EQ(policy.logs()[0].key.name(), "ca.example/log/1");
  ASSERT_EQ(policy.witnesses().size(), 6u);
  EXPECT_EQ(policy.witnesses()[3].name, "w4");
  EXPECT_EQ(policy.witnesses()[3].key.ToVkey(), Witness(4).vkey());
  EXPECT_FALSE(policy.fail_open());
}

TEST(WitnessPolicy, CountsEverySubsetAsTheExampleSays) {
  const WitnessPolicy policy = Parsed(Example());
  for (unsigned subset = 0; subset < 64; ++subset) {
    std::vector<int> by;
    std::vector<bool> marks;
    for (int i = 0; i < 6; ++i) {
      marks.push_back(subset >> i & 1);
      if (marks.back()) by.push_back(i + 1);
    }
    const bool quorum = std::bitset<3>(subset & 7).count() >= 2 && (subset & 56) != 0;
    EXPECT_EQ(policy.IsMetBy(marks), quorum) << subset;
    EXPECT_EQ(policy.SatisfiedBy(Cosigned(by)), quorum) << subset;
  }
}

TEST(WitnessPolicy, AnyThresholdCountsItsMembers) {
  for (int threshold = 1; threshold <= 5; ++threshold) {
    const WitnessPolicy policy =
        Parsed(Witnesses(5) + "group g " + std::to_string(threshold) + " w1 w2 w3 w4 w5\nquorum g\n");
    for (unsigned subset = 0; subset < 32; ++subset) {
      std::vector<bool> marks;
      for (int i = 0; i < 5; ++i) marks.push_back(subset >> i & 1);
      EXPECT_EQ(policy.IsMetBy(marks), static_cast<int>(std::bitset<5>(subset).count()) >= threshold);
    }
  }
}

TEST(WitnessPolicy, AQuorumMayBeOneWitnessOrAnInnerGroup) {
  EXPECT_TRUE(Parsed(Witnesses(2) + "quorum w2\n").SatisfiedBy(Cosigned({2})));
  EXPECT_FALSE(Parsed(Witnesses(2) + "quorum w2\n").SatisfiedBy(Cosigned({1})));
  const WitnessPolicy inner = Parsed(Witnesses(2) + "group in any w1\ngroup out all in w2\nquorum in\n");
  EXPECT_TRUE(inner.SatisfiedBy(Cosigned({1})));
}

TEST(WitnessPolicy, QuorumNoneIsMetByNothingAtAll) {
  const WitnessPolicy policy = Parsed(WitnessLine(1) + "quorum none\n");
  EXPECT_TRUE(policy.fail_open());
  EXPECT_TRUE(policy.SatisfiedBy(Cosigned({})));
  EXPECT_TRUE(Parsed("quorum none\n").fail_open());
  EXPECT_TRUE(WitnessPolicy::None().fail_open());
}

TEST(WitnessPolicy, AWrongLineOfAKnownWitnessSpoilsTheNote) {
  // The witness signed another text: name and key id are right, the signature is not.
  const std::string lie =
      Witness(2).Cosign("ca.example/log/1\n8\nPlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\n", kNow);
  const WitnessPolicy any = Parsed(Witnesses(2) + "group g any w1 w2\nquorum g\n");
  EXPECT_TRUE(any.SatisfiedBy(Cosigned({1})));
  EXPECT_FALSE(any.SatisfiedBy(Cosigned({1}, lie)));
  EXPECT_FALSE(any.SatisfiedBy(Cosigned({1, 2}, lie)));
  EXPECT_FALSE(any.SatisfiedBy(Cosigned({}, lie)));
  EXPECT_FALSE(Parsed(Witnesses(2) + "quorum none\n").SatisfiedBy(Cosigned({}, lie)));
}

TEST(WitnessPolicy, AStrangersLineNeitherCountsNorSpoils) {
  const WitnessPolicy policy = Parsed(Witnesses(1) + "quorum w1\n");
  EXPECT_TRUE(policy.SatisfiedBy(Cosigned({1, 9})));
  EXPECT_FALSE(policy.SatisfiedBy(Cosigned({9})));
}

TEST(WitnessPolicy, AcceptsWhatTheGrammarAllows) {
  const std::string vkey = Witness(1).vkey();
  const std::string accepted[] = {
      "\n \t\n# a comment\n  # another\nwitness w " + vkey + "\nquorum w\n",
      " \twitness\t w  \t" + vkey + " https://w.example/ \nquorum\tw\t\n",
      "witness \xe2\x84\xaa " + vkey + "\nquorum \xe2\x84\xaa\n",
      "witness \xff " + vkey + "\nquorum \xff\n",
      "witness all " + vkey + "\ngroup any all all\nquorum any\n",
      "quorum none\nwitness w " + vkey + "\n",
      "witness #w " + vkey + "\nquorum #w\n",
      "log " + TestNoteKey::Log("a").vkey() + " https://a.example\nlog " + TestNoteKey::Log("b").vkey() +
          "\nquorum none\n",
  };
  for (const std::string& text : accepted) Parsed(text);
  EXPECT_EQ(Parsed(WitnessLine(1, "https://w.example/x") + "quorum w1\n").witnesses()[0].url, "https://w.example/x");
}

struct Refused {
  const char* name;
  std::string text;
  const char* reason;
};

class WitnessPolicyRefuses : public ::testing::TestWithParam<Refused> {};

TEST_P(WitnessPolicyRefuses, WithItsReason) {
  const auto policy = WitnessPolicy::Parse(GetParam().text);
  ASSERT_FALSE(policy);
  EXPECT_EQ(policy.error().code, ErrorCode::kInvalidArgument);
  EXPECT_NE(policy.error().message.find(GetParam().reason), std::string::npos) << policy.error().message;
  EXPECT_EQ(policy.error().message.find('\n'), std::string::npos);
}

std::string Renamed(const TestNoteKey& key) {
  return NoteKey::Create("another.example", key.key().type(), key.key().public_key()).value().ToVkey();
}

std::string Many(int count, const std::function<std::string(int)>& line) {
  std::string text;
  for (int i = 0; i < count; ++i) text += line(i);
  return text + "quorum none\n";
}

const std::string kW1 = WitnessLine(1), kW2 = WitnessLine(2), kLogVkey = TestNoteKey::Log("a").vkey();

INSTANTIATE_TEST_SUITE_P(
    Rows, WitnessPolicyRefuses,
    ::testing::Values(
        Refused{"Empty", "", "no quorum line"}, Refused{"NoQuorum", kW1, "no quorum line"},
        Refused{"TwoQuorums", kW1 + "quorum w1\nquorum w1\n", "line 3: a second quorum"},
        Refused{"QuorumNoneThenAnother", kW1 + "quorum none\nquorum w1\n", "second quorum"},
        Refused{"UnknownQuorum", kW1 + "quorum w2\n", "no line above defines \"w2\""},
        Refused{"QuorumBeforeItsWitness", "quorum w1\n" + kW1, "no line above defines"},
        Refused{"QuorumOfTwo", kW1 + kW2 + "quorum w1 w2\n", "expected: quorum NAME"},
        Refused{"QuorumOfNothing", kW1 + "quorum\n", "expected: quorum NAME"},
        Refused{"QuorumOfAnotherCase", kW1 + "quorum W1\n", "no line above defines"},
        Refused{"NoLastLineEnd", kW1 + "quorum w1", "does not end"},
        Refused{"CarriageReturn", "quorum none\r\n", "control character"},
        Refused{"Nul", std::string("quorum none\n#\0\n", 15), "control character"},
        Refused{"Delete", "# \x7f\nquorum none\n", "control character"},
        Refused{"VerticalTab", "quorum\vnone\n", "control character"},
        Refused{"UnknownKeyword", "witnesses w\nquorum none\n", "unknown keyword"},
        Refused{"KeywordInCapitals", "Quorum none\n", "unknown keyword"},
        Refused{"MemberTwice", kW1 + "group g any w1 w1\nquorum g\n", "member already"},
        Refused{"MemberOfTwoGroups", kW1 + "group g any w1\ngroup h any w1\nquorum g\n", "member already"},
        Refused{"GroupOfItself", kW1 + "group g any w1 g\nquorum g\n", "no line above defines \"g\""},
        Refused{"GroupOfALater", kW1 + "group g any h\ngroup h any w1\nquorum g\n", "no line above defines \"h\""},
        Refused{"GroupOfNone", kW1 + "group g any none\nquorum g\n", "no line above defines \"none\""},
        Refused{"GroupOfNobody", kW1 + "group g any\nquorum g\n", "expected: group"},
        Refused{"ThresholdZero", kW1 + "group g 0 w1\nquorum g\n", "threshold"},
        Refused{"ThresholdTooHigh", kW1 + kW2 + "group g 3 w1 w2\nquorum g\n", "threshold"},
        Refused{"ThresholdNegative", kW1 + "group g -1 w1\nquorum g\n", "threshold"},
        Refused{"ThresholdWithLeadingZero", kW1 + "group g 01 w1\nquorum g\n", "threshold"},
        Refused{"ThresholdHuge", kW1 + "group g 18446744073709551617 w1\nquorum g\n", "threshold"},
        Refused{"ThresholdInWords", kW1 + "group g most w1\nquorum g\n", "threshold"},
        Refused{"NameTwice", kW1 + "witness w1 " + Witness(2).vkey() + "\nquorum w1\n", "is taken"},
        Refused{"GroupNamedAsAWitness", kW1 + "group w1 any w1\nquorum w1\n", "is taken"},
        Refused{"WitnessNamedNone", "witness none " + Witness(1).vkey() + "\nquorum none\n", "taken"},
        Refused{"GroupNamedNone", kW1 + "group none any w1\nquorum none\n", "taken"},
        Refused{"KeyTwice", kW1 + "witness x " + Witness(1).vkey() + "\nquorum w1\n", "second witness with this key"},
        Refused{"KeyTwiceUnderTwoNames", kW1 + "witness x " + Renamed(Witness(1)) + "\nquorum w1\n",
                "second witness with this key"},
        Refused{"LogTwice", "log " + kLogVkey + "\nlog " + kLogVkey + "\nquorum none\n", "second log with this key"},
        Refused{"LogTwiceUnderTwoNames",
                "log " + kLogVkey + "\nlog " + Renamed(TestNoteKey::Log("a")) + "\nquorum none\n", "second log"},
        Refused{"LogKeyForAWitness", "witness w " + kLogVkey + "\nquorum w\n", "wrong type"},
        Refused{"WitnessKeyForALog", "log " + Witness(1).vkey() + "\nquorum none\n", "wrong type"},
        Refused{"KeyIdWrong", Replaced(kW1, "+", "+0") + "quorum w1\n", "key id"},
        Refused{"NoKey", "witness w1\nquorum none\n", "expected: witness"},
        Refused{"SurplusItem", WitnessLine(1, "https://w.example more") + "quorum w1\n", "expected: witness"},
        Refused{"LogWithSurplusItem", "log " + kLogVkey + " https://a.example more\nquorum none\n", "expected: log"},
        Refused{"LogWithoutKey", "log\nquorum none\n", "expected: log"},
        Refused{"TooLarge", "#" + std::string(64 * 1024, ' ') + "\nquorum none\n", "too large"},
        Refused{"TooManyWitnesses", Many(65, [](int i) { return WitnessLine(i); }), "more than 64 witnesses"},
        Refused{"TooManyLogs",
                Many(65, [](int i) { return "log " + TestNoteKey::Log(std::to_string(i)).vkey() + "\n"; }),
                "more than 64 logs"},
        Refused{
            "TooManyGroups",
            kW1 + "group 0 any w1\n" +
                Many(64, [](int i) { return "group " + std::to_string(i + 1) + " any " + std::to_string(i) + "\n"; }),
            "more than 64 groups"}),
    [](const auto& row) { return row.param.name; });

TEST(WitnessPolicy, TakesAsMuchAsItsLimitsSay) {
  std::string text = Witnesses(64) + "group 1 any w1\n";
  for (int i = 2; i <= 64; ++i) text += "group " + std::to_string(i) + " any " + std::to_string(i - 1) + "\n";
  text += "quorum 64\n";
  text += "#" + std::string(WitnessPolicy::kMaxBytes - text.size() - 2, ' ') + "\n";
  std::vector<bool> marks(64);
  EXPECT_FALSE(Parsed(text).IsMetBy(marks));
  marks[0] = true;
  EXPECT_TRUE(Parsed(text).IsMetBy(marks));
}

}  // namespace
}  // namespace certmark::ledger
