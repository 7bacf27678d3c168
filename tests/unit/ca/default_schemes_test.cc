// What the files of ca/schemes say.
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "ca/schemes.h"

namespace certmark::ca {
namespace {

class DefaultScheme : public ::testing::Test {
 protected:
  const Schemes schemes = Schemes::Default().value();
  const Scheme& rule = *schemes.Find("CNCA-App-001 2019").value();
  const Scheme& necessary = *schemes.Find("Certmark-NPI 2021").value();
};

std::map<std::string, int> CategoriesOf(const Catalogue& catalogue) {
  std::map<std::string, int> count;
  for (const Criterion& criterion : catalogue.criteria) ++count[criterion.category];
  return count;
}

TEST_F(DefaultScheme, IsTheRuleOf2019WithItsParameters) {
  constexpr Seconds kDay{86400};
  const Parameters& p = rule.parameters;
  EXPECT_EQ(rule.level, "certified");
  EXPECT_EQ(rule.standards, std::vector<std::string>{"GB/T 35273-2020"});
  EXPECT_EQ(p.validity, 1095 * kDay);
  EXPECT_EQ(p.rectification_limit, 30 * kDay);
  EXPECT_EQ(p.rectification_rounds, 2u);
  EXPECT_EQ(p.decision_limit, 90 * kDay);
  EXPECT_EQ(p.proposal_life, 14 * kDay);
  EXPECT_EQ(p.suspension_limit, 183 * kDay);
  EXPECT_EQ(p.suspension_limit_asked, 365 * kDay);
  EXPECT_EQ(p.order_working_days, 15u);
  EXPECT_EQ(p.appeal_working_days, 10u);
  EXPECT_EQ(p.complaint_working_days, 15u);
  EXPECT_EQ(p.control_criterion, "UNIT/1");
  EXPECT_TRUE(p.audit_waived);
  EXPECT_FALSE(p.open_range);
}

TEST_F(DefaultScheme, HasThe31And42CriteriaInTheirCategories) {
  ASSERT_EQ(rule.catalogues.size(), 3u);
  EXPECT_EQ(rule.catalogues[0].id, "APP-2019");
  EXPECT_EQ(CategoriesOf(rule.catalogues[0]),
            (std::map<std::string, int>{{"C1", 4}, {"C2", 4}, {"C3", 9}, {"C4", 6}, {"C5", 3}, {"C6", 5}}));
  for (const Criterion& criterion : rule.catalogues[0].criteria) {
    EXPECT_TRUE(criterion.mandatory) << criterion.code;
    EXPECT_TRUE(criterion.code.starts_with("APP-2019/" + criterion.category.substr(1) + ".")) << criterion.code;
  }
  EXPECT_EQ(rule.catalogues[1].id, "GBT-35273-2020");
  EXPECT_EQ(
      CategoriesOf(rule.catalogues[1]),
      (std::map<std::string, int>{{"G5", 6}, {"G6", 4}, {"G7", 7}, {"G8", 8}, {"G9", 8}, {"G10", 2}, {"G11", 7}}));
  EXPECT_FALSE(rule.Find("GBT-35273-2020/5.6")->mandatory) << "exceptions, which need not be used";
  EXPECT_FALSE(rule.Find("GBT-35273-2020/9.5")->mandatory);
  for (const Platform platform : {Platform::kAndroid, Platform::kIos, Platform::kHarmonyos, Platform::kMiniprogram})
    EXPECT_EQ(rule.CriteriaFor(platform).size(), 74u) << Name(platform);
}

TEST_F(DefaultScheme, SaysEachThingOnceInBothLanguages) {
  for (const Scheme* scheme : schemes.all()) {
    std::set<std::string> en, zh;
    std::size_t count = 0;
    const auto add = [&](const Words& words) { ++count, en.insert(words.en), zh.insert(words.zh); };
    for (const Catalogue& catalogue : scheme->catalogues) {
      for (const Criterion& criterion : catalogue.criteria) add(criterion.words);
    }
    for (const Reason& reason : scheme->reasons) add(reason.words);
    for (const DocumentKind& document : scheme->documents) add(document.name);
    for (const Scheme::RoleWords& role : scheme->roles) add(role.name);
    EXPECT_EQ(en.size(), count) << scheme->Name();
    EXPECT_EQ(zh.size(), count) << scheme->Name();
    EXPECT_FALSE(en.contains("") || zh.contains("")) << scheme->Name();
  }
}

TEST_F(DefaultScheme, HasThe39TypesOfApps) {
  for (const Scheme* scheme : schemes.all()) {
    ASSERT_TRUE(scheme->necessary);
    const NecessaryInformation& information = *scheme->necessary;
    EXPECT_EQ(information.id, "NPI-2021");
    ASSERT_EQ(information.types.size(), 39u);
    std::uint32_t number = 0;
    for (const auto& type : information.types) EXPECT_EQ(type.number, ++number) << type.code;
  }
}

TEST_F(DefaultScheme, DemandsNothingForTheTypesThatNeedNothing) {
  std::set<std::uint32_t> none;
  for (const auto& type : rule.necessary->types) {
    if (type.items.empty()) none.insert(type.number);
  }
  EXPECT_EQ(none, (std::set<std::uint32_t>{21, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38}));
  EXPECT_EQ(rule.necessary->FindType("map")->items, (std::vector<std::string>{"location", "origin", "destination"}));
  EXPECT_EQ(rule.necessary->FindType("games")->items, std::vector<std::string>{"mobile-number"});
  EXPECT_EQ(rule.necessary->FindType("shopping")->items, rule.necessary->FindType("food-delivery")->items);
}

TEST_F(DefaultScheme, AsksForTheDocumentsOfAnApplication) {
  for (const char* code :
       {"application-form", "legal-person-proof", "version-control", "self-evaluation", "conformity-proof",
        "channel-differences", "privacy-policy", "inventory", "permissions", "third-party-sdks"}) {
    const DocumentKind* document = rule.FindDocument(code);
    ASSERT_NE(document, nullptr) << code;
    EXPECT_TRUE(document->required_for.contains("initial")) << code;
  }
}

TEST_F(DefaultScheme, HasTheReasonsOfEachActAndNoneForAnother) {
  const std::pair<const char*, ReasonUse> given[] = {
      {"misuse", ReasonUse::kSuspension},
      {"surveillance-nonconformity", ReasonUse::kSuspension},
      {"surveillance-refused", ReasonUse::kSuspension},
      {"facts-changed", ReasonUse::kSuspension},
      {"order-overdue", ReasonUse::kSuspension},
      {"standard-changed", ReasonUse::kSuspension},
      {"holder-request", ReasonUse::kSuspension},
      {"cause-corrected", ReasonUse::kReinstatement},
      {"serious-defect", ReasonUse::kRevocation},
      {"major-incident", ReasonUse::kRevocation},
      {"deception", ReasonUse::kRevocation},
      {"concealment", ReasonUse::kRevocation},
      {"commitment-breach", ReasonUse::kRevocation},
      {"not-corrected", ReasonUse::kRevocation},
      {"product-discontinued", ReasonUse::kWithdrawal},
      {"holder-request", ReasonUse::kWithdrawal},
      {"criteria-not-met", ReasonUse::kRefusal},
      {"materials-incomplete", ReasonUse::kReturn},
      {"laboratory-unreliable", ReasonUse::kAccreditation},
      {"order-in-error", ReasonUse::kAnnulment},
      {"cause-corrected", ReasonUse::kOrderMet},
      {"no-finding", ReasonUse::kCaseClosing},
      {"facts-mistaken", ReasonUse::kAppealUpheld},
      {"decision-upheld", ReasonUse::kAppealDismissed},
  };
  for (const auto& [code, use] : given) EXPECT_TRUE(rule.HasReason(code, use)) << code;
  EXPECT_FALSE(rule.HasReason("misuse", ReasonUse::kWithdrawal));
  EXPECT_FALSE(rule.HasReason("holder-request", ReasonUse::kRevocation));
  EXPECT_FALSE(rule.HasReason("cause-corrected", ReasonUse::kSuspension));
  EXPECT_FALSE(rule.HasReason("holder-request", ReasonUse::kOrderMet)) << "a wish meets no order";
  EXPECT_FALSE(rule.HasReason("decision-upheld", ReasonUse::kAppealUpheld));
  EXPECT_FALSE(rule.HasReason("facts-mistaken", ReasonUse::kAppealDismissed));
}

TEST_F(DefaultScheme, HasAShorterOneBesideIt) {
  EXPECT_EQ(necessary.level, "necessary-only");
  EXPECT_EQ(necessary.CriteriaFor(Platform::kAndroid).size(), 11u);
  EXPECT_EQ(necessary.Find("APP-2019/4.1"), nullptr) << "its own codes";
  EXPECT_NE(necessary.Find(necessary.parameters.control_criterion), nullptr);
  EXPECT_TRUE(necessary.parameters.audit_waived);
  EXPECT_FALSE(necessary.parameters.open_range);
}

// By the notices of the State Council's General Office: days off, and the weekends worked instead, of each year.
TEST_F(DefaultScheme, HasAHolidayCalendarForEachYearItKnows) {
  std::map<int, int> worked;
  for (const auto date : rule.calendar.worked) ++worked[static_cast<int>(std::chrono::year_month_day(date).year())];
  EXPECT_EQ(worked, (std::map<int, int>{
                        {2019, 6}, {2020, 6}, {2021, 7}, {2022, 7}, {2023, 7}, {2024, 8}, {2025, 5}, {2026, 6}}));
  using namespace std::chrono;
  for (int y = 2019; y <= 2026; ++y) {
    for (const auto date : {January / 1, May / 1, October / 1, October / 2, October / 3})
      EXPECT_FALSE(rule.calendar.IsWorked(year(y) / date)) << y << "-" << static_cast<unsigned>(date.month());
  }
  EXPECT_EQ(rule.calendar.until, sys_days(2026y / December / 31));
}

}  // namespace
}  // namespace certmark::ca
