#include "ca/public_text.h"

#include <gtest/gtest.h>

#include <string>
#include <type_traits>

namespace certmark::ca {
namespace {

// Free text has no way into what an order says in public: the types make it impossible.
static_assert(!std::is_default_constructible_v<PublicText>);
static_assert(!std::is_constructible_v<PublicText, std::string>);
static_assert(!std::is_constructible_v<PublicText, const char*>);
static_assert(!std::is_convertible_v<std::string, PublicText>);
static_assert(!std::is_assignable_v<PublicText&, std::string>);

TEST(PublicText, TakesNamesOfOrganisationsAndStores) {
  for (const char* name : {"Example Test Laboratory", "国家计算机病毒应急处理中心", "Store 360",
                           "Tom & Jerry (2), Ltd.", "4399 Games 2026", "Яндекс"}) {
    EXPECT_TRUE(PublicText::OrganisationName(name)) << name;
  }
  EXPECT_EQ(PublicText::OrganisationName("Store 360").value().text(), "Store 360");
}

TEST(PublicText, RefusesPersonalDataAndFreeText) {
  struct Row {
    const char *what, *text;
  };
  const Row rows[] = {
      {"nothing", ""},
      {"an e-mail address", "Li Si li.si@example.org"},
      {"an e-mail address in full width", "li.si＠example.org"},
      {"a mobile number", "Li Si 13812345678"},
      {"one with spaces", "Li Si 138 1234 5678"},
      {"one with hyphens", "call 138-1234-5678"},
      {"one with brackets", "call (010)1234567"},
      {"one in full width", "Li Si １３８１２３４５６７８"},
      {"an identity number", "11010519491231002X"},
      {"seven digits", "Shop 1234567"},
      {"a link to a person's page", "see https://social.example/li-si"},
      {"a line break", "a name\nand more"},
      {"more than a name holds",
       "The complainant, who lives in the third house on the left, told us what the app collected from her phone"},
  };
  for (const Row& row : rows) {
    const auto text = PublicText::OrganisationName(row.text);
    ASSERT_FALSE(text) << row.what;
    EXPECT_EQ(text.error().code, ErrorCode::kInvalidArgument) << row.what;
    const bool is_quoted = *row.text != '\0' && text.error().message.find(row.text) != std::string::npos;
    EXPECT_FALSE(is_quoted) << row.what;
  }
}

TEST(PublicText, NamesAnOperatorByItsRegisterNumberWhereItsNameMayNotBePublic) {
  Party party;
  party.name = "Example Operator";
  party.operator_id = "reg:XX:0000007";
  EXPECT_EQ(PublicText::OfOperator(party).text(), "Example Operator");
  party.name = "Shop 13812345678";
  EXPECT_EQ(PublicText::OfOperator(party).text(), "reg:XX:0000007");
  EXPECT_EQ(PublicText::OperatorName("reg:XX:0000007").value().text(), "reg:XX:0000007");
  EXPECT_FALSE(PublicText::OperatorName("Shop 13812345678"));
}

TEST(PublicText, NamesAnAppUnlessSomebodyIsReachedByItsName) {
  for (const char* name : {"Example", "12306", "58同城", "Orbot 🧅"})
    EXPECT_TRUE(PublicText::OfApp(AppName::Parse(name).value())) << name;
  for (const char* name : {"Taxi 13812345678", "li.si@example.org", "see https://social.example"})
    EXPECT_FALSE(PublicText::OfApp(AppName::Parse(name).value())) << name;
}

TEST(PublicText, NamesALaboratoryAndNoPersonWhoEvaluates) {
  Party party;
  party.id = "aaaaaaaaaaaaaaaa";
  party.name = "Example Laboratory";
  party.roles = {Role::kLaboratory};
  EXPECT_EQ(PublicText::OfEvaluator(party).text(), "Example Laboratory");
  party.name = "Laboratory of li.si@example.org";
  EXPECT_EQ(PublicText::OfEvaluator(party).text(), party.id);
  party.name = "Li Si";
  party.roles = {Role::kAuditor};
  EXPECT_EQ(PublicText::OfEvaluator(party).text(), party.id) << "an auditor is a person";
}

TEST(PublicText, LinksToASiteAndToNothingThatNamesSomebody) {
  Party party;
  EXPECT_FALSE(PublicText::SiteOf(party));
  party.url = "https://operator07.example/privacy";
  EXPECT_EQ(PublicText::SiteOf(party)->text(), party.url);
  for (const char* url :
       {"https://operator.example/?who=lisi", "https://operator.example/#lisi", "https://operator.example/li%20si",
        "https://operator.example/u/13812345678", "https://operator.example/@lisi", "http://operator.example"}) {
    party.url = url;
    EXPECT_FALSE(PublicText::SiteOf(party)) << url;
  }
}

TEST(PublicText, HasTheRegisterNumbersOfOperators) {
  EXPECT_EQ(PublicText::RegisterEntry("reg:XX:0000007").value().text(), "reg:XX:0000007");
  EXPECT_FALSE(PublicText::RegisterEntry("li.si@example.org"));
}

TEST(PublicText, IsABuildOfAnyLength) {
  EXPECT_EQ(PublicText::OfBuild(Build::FromNumber(1741004000)).text(), "1741004000");
}

}  // namespace
}  // namespace certmark::ca
