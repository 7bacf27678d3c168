#include "ca/scheme.h"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <set>

#include "tests/support/test_pki.h"
#include "tests/unit/ledger/temp_dir.h"

namespace certmark::ca {
namespace {

using certmark::testing::Replaced;

std::string Default() {
  return std::string(DefaultSchemeJson());
}

TEST(Scheme, IsTheRuleOf2019WithItsParameters) {
  const Scheme scheme = Scheme::Parse(DefaultSchemeJson()).value();
  EXPECT_EQ(scheme.Name(), "CNCA-App-001 2019");
  EXPECT_EQ(scheme.level, "certified");
  EXPECT_EQ(scheme.standards, std::vector<std::string>{"GB/T 35273-2020"});
  EXPECT_EQ(scheme.validity, Seconds{1095 * 86400});
  EXPECT_EQ(scheme.rectification_limit, Seconds{30 * 86400});
  EXPECT_EQ(scheme.rectification_rounds, 2u);
  EXPECT_EQ(scheme.proposal_life, Seconds{14 * 86400});
  EXPECT_EQ(scheme.suspension_limit, Seconds{183 * 86400});
  EXPECT_EQ(scheme.suspension_limit_asked, Seconds{365 * 86400});
  EXPECT_TRUE(scheme.audit_waived);
}

TEST(Scheme, HasThe31CriteriaInTheirSixCategories) {
  const Scheme scheme = Scheme::Parse(DefaultSchemeJson()).value();
  std::map<std::string, int> count;
  std::set<std::string> sentences;
  for (const Criterion& criterion : scheme.criteria) {
    ++count[criterion.category];
    EXPECT_EQ(criterion.category.substr(1), criterion.code.substr(0, 1)) << criterion.code;
    EXPECT_TRUE(criterion.mandatory) << criterion.code;
    sentences.insert(criterion.en);
    sentences.insert(criterion.zh);
  }
  EXPECT_EQ(count, (std::map<std::string, int>{{"C1", 4}, {"C2", 4}, {"C3", 9}, {"C4", 6}, {"C5", 3}, {"C6", 5}}));
  EXPECT_EQ(sentences.size(), 62u) << "no two criteria say the same";
  for (const Platform platform : {Platform::kAndroid, Platform::kIos, Platform::kHarmonyos, Platform::kMiniprogram}) {
    EXPECT_EQ(scheme.CriteriaFor(platform).size(), 31u) << Name(platform);
  }
}

TEST(Scheme, FindsCriteriaAndReasonsByTheirCodes) {
  const Scheme scheme = Scheme::Parse(DefaultSchemeJson()).value();
  ASSERT_NE(scheme.Find("6.5"), nullptr);
  EXPECT_EQ(scheme.Find("6.5")->category, "C6");
  EXPECT_EQ(scheme.Find("6.6"), nullptr);
  for (const char* reason :
       {"misuse", "surveillance-nonconformity", "surveillance-refused", "facts-changed", "order-overdue",
        "standard-changed", "holder-request", "cause-corrected", "serious-defect", "major-incident", "deception",
        "concealment", "commitment-breach", "product-discontinued", "criteria-not-met"}) {
    EXPECT_TRUE(scheme.HasReason(reason)) << reason;
  }
  EXPECT_FALSE(scheme.HasReason("because"));
  EXPECT_FALSE(scheme.HasReason(""));
}

TEST(Scheme, AsksOfAPlatformWhatConcernsIt) {
  const std::string json = Replaced(Default(), "\"code\": \"1.3\"", "\"platforms\": [\"ios\"], \"code\": \"1.3\"");
  const Scheme scheme = Scheme::Parse(json).value();
  EXPECT_EQ(scheme.CriteriaFor(Platform::kIos).size(), 31u);
  EXPECT_EQ(scheme.CriteriaFor(Platform::kAndroid).size(), 30u);
}

TEST(Scheme, IgnoresMembersItDoesNotKnow) {
  EXPECT_TRUE(Scheme::Parse(Replaced(Default(), "\"edition\"", "\"note\": {\"x\": 1}, \"edition\"")));
}

TEST(Scheme, RefusesAFileThatIsNotRight) {
  struct Row {
    const char* mutation;
    const char *from, *to;
  };
  const Row rows[] = {
      {"no id", "\"id\": \"CNCA-App-001\",", ""},
      {"an id with a space", "\"CNCA-App-001\"", "\"CNCA App-001\""},
      {"an empty edition", "\"2019\"", "\"\""},
      {"an edition that is a number", "\"2019\"", "2019"},
      {"no level", "\"level\": \"certified\",", ""},
      {"no standards", "[\"GB/T 35273-2020\"]", "[]"},
      {"a scope twice", "\"storage\"", "\"collection\""},
      {"a life over 1,096 days", "1095", "1097"},
      {"no life", "1095", "0"},
      {"a rectification of no days", "\"limit_days\": 30", "\"limit_days\": 0"},
      {"no rectification", "\"rectification\": {\"limit_days\": 30, \"rounds\": 2},", ""},
      {"eleven rounds", "\"rounds\": 2", "\"rounds\": 11"},
      {"no proposals", "\"proposal_days\": 14,", ""},
      {"a suspension without the asked limit", ", \"limit_asked_days\": 365", ""},
      {"an audit that is neither waived nor not", "{\"waived\": true}", "{}"},
      {"a reason that is no code", "\"misuse\"", "\"Misuse of mark\""},
      {"a reason twice", "\"misuse\"", "\"deception\""},
      {"no holder's request", "\"holder-request\"", "\"holder-asks\""},
      {"a criterion twice", "\"code\": \"1.2\"", "\"code\": \"1.1\""},
      {"a criterion without a category", "\"category\": \"C1\", ", ""},
      {"a criterion of no platform there is", "\"code\": \"1.1\"", "\"platforms\": [\"symbian\"], \"code\": \"1.1\""},
      {"a criterion of two lines", "has a privacy policy", "has a\\nprivacy policy"},
      {"criteria that are texts", "\"criteria\": [", "\"criteria\": [\"1.0\","},
  };
  for (const Row& row : rows) {
    const auto scheme = Scheme::Parse(Replaced(Default(), row.from, row.to));
    ASSERT_FALSE(scheme) << row.mutation;
    EXPECT_EQ(scheme.error().code, ErrorCode::kInvalidArgument) << row.mutation;
  }
  EXPECT_FALSE(Scheme::Parse("[]"));
  EXPECT_FALSE(Scheme::Parse(""));
}

TEST(Scheme, TellsEveryMistakeAtOnce) {
  std::string json = Replaced(Default(), "1095", "2000");
  json = Replaced(json, "\"misuse\"", "\"Misuse\"");
  EXPECT_EQ(Scheme::Parse(json).error().message, "validity_days is not 1 to 1096; reason is no code: \"Misuse\"");
}

TEST(Scheme, IsLoadedFromAFileThatErrorsName) {
  const certmark::testing::TempDir dir;
  const auto file = dir / "scheme.json";
  EXPECT_EQ(Scheme::Load(file).error().code, ErrorCode::kUnavailable);
  std::ofstream(file) << DefaultSchemeJson();
  EXPECT_EQ(Scheme::Load(file).value().Name(), "CNCA-App-001 2019");
  std::ofstream(file) << "[]";
  EXPECT_EQ(Scheme::Load(file).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(Scheme::Load(file).error().message, file.string() + ": scheme is no object");
  std::ofstream(file) << std::string(Scheme::kMaxBytes + 1, ' ');
  EXPECT_EQ(Scheme::Load(file).error().code, ErrorCode::kCorruption);
}

}  // namespace
}  // namespace certmark::ca
