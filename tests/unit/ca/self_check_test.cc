#include "ca/self_check.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "ca/permission_table.h"
#include "tests/support/test_pki.h"
#include "tests/unit/ca/inventory_fixture.h"

namespace certmark::ca {
namespace {

using certmark::testing::Replaced;

constexpr const char* kKey = "a454b87a1847a89ed7f5e70fba6bba96f3ef29c26e0981204fe347bf231dfd5b";
constexpr const char* kTestKey = "a40da80a59d170caa950cf15c18c454d47a39b26989d8b640ecd745ba71bf5dc";

std::string Line(const Finding& finding) {
  return std::string(Name(finding.severity)) + " " + finding.code + " " + finding.criterion;
}

std::vector<std::string> Lines(const std::vector<Finding>& findings) {
  std::vector<std::string> lines;
  for (const Finding& finding : findings) lines.push_back(Line(finding));
  return lines;
}

class SelfChecked : public ::testing::Test {
 protected:
  std::vector<Finding> Check(const std::string& json) {
    return SelfCheck(Inventory::Parse(json).value(),
                     {.necessary = &list_, .observed = observed_, .certified = certified_});
  }
  // Check of the good inventory with one thing in it changed.
  std::vector<std::string> With(std::string_view from, std::string_view to) {
    return Lines(Check(Replaced(kGoodInventory, from, to)));
  }

  NecessaryInformation list_ = SmallList();
  const Observed* observed_ = nullptr;
  std::vector<CertifiedName> certified_;
};

TEST_F(SelfChecked, AnAppAsItShouldBeHasNoFinding) {
  const auto findings = Check(kGoodInventory);
  EXPECT_EQ(Lines(findings), std::vector<std::string>{});
  EXPECT_FALSE(WouldBeRefused(findings));
}

TEST_F(SelfChecked, FindsOneThingForOneThingThatIsWrong) {
  struct Row {
    const char *from, *to, *finding;
  };
  const std::string with_test_key = std::string("[\"") + kTestKey + "\"";
  const Row rows[] = {
      // Names.
      {"\"name\":\"Example Rides\",", "", "refused name-missing "},
      {"Example Rides", "Example Rides\\ufeff", "refused name-unfit "},
      {"Example Rides", "Example\\u00adRides", "refused name-unfit "},
      {"Example Rides", "Example\\u202eRides", "refused name-unfit "},
      {"Example Rides", "Example\\u00a0Rides", "refused name-unfit "},
      {"Example Rides", "Rides 138-0013-8000", "refused name-reaches-somebody "},
      {"Example Rides", "Exe\\u0301mple Rides", "note name-normalised "},
      // Packages, signers, builds.
      {"org.rides07.app", "app", "refused package-unfit "},
      {"org.rides07.app", "com.example.rides", "refused package-placeholder "},
      {"org.rides07.app", "com.yourcompany.rides", "refused package-placeholder "},
      {"org.rides07.app", "org.example.rides", "warning package-reserved "},
      {"org.rides07.app", "org.rides07.app.debug", "refused debug-build "},
      {"\"debuggable\":false", "\"debuggable\":true", "refused debug-build "},
      {"\"1.2.0\"", "\"1.2.0-Debug\"", "warning debug-version "},
      {"[\"a454b87a1847a89ed7f5e70fba6bba96f3ef29c26e0981204fe347bf231dfd5b\"]", "[]", "refused signers-unfit "},
      {"a454b87a", "A454B87A", "refused signers-unfit "},
      {"[\"a454b87a1847a89ed7f5e70fba6bba96f3ef29c26e0981204fe347bf231dfd5b\"", with_test_key.c_str(),
       "refused public-test-key "},
      {"\"version_code\":120,", "", "refused version-missing "},
      {"\"version_code\":120", "\"version_code\":2100000001", "note version-large "},
      {"\"version_code\":120", "\"version_code\":2147483648", "warning version-truncated "},
      {"\"min_sdk\":24", "\"min_sdk\":35", "warning sdk-range "},
      // Policy and type.
      {"\"privacy_policy\"", "\"p\"", "refused policy-missing APP-2019/1.1"},
      {"https://operator07", "http://operator07", "refused policy-unfit APP-2019/1.1"},
      {"\"ride-hailing\"", "\"rockets\"", "refused type-unknown APP-2019/4.1"},
      // Information.
      {"\"item\":\"mobile-number\"", "\"item\":\"age\"", "refused information-beyond-type APP-2019/4.2"},
      {"\"purpose\":\"to reach you\",", "", "refused purpose-missing APP-2019/2.1"},
      {"\"consent\":\"before\"", "\"consent\":\"none\"", "refused consent-missing APP-2019/3.1"},
      {"\"consent\":\"at-the-moment\"}", "\"consent\":\"before\"}", "refused sensitive-not-at-the-moment APP-2019/2.3"},
      {"\"basic\":true,", "", "warning no-basic-function APP-2019/2.1"},
      // Third parties.
      {"\"self\",\"Example Maps SDK\"", "\"Example Maps SDK\",\"Example Ads\"",
       "refused recipient-not-listed APP-2019/5.1"},
      {"[\"location\"]", "[\"location\",\"contacts\"]", "refused sdk-not-declared APP-2019/2.1"},
      // Permissions.
      {"INTERNET\"", "RECORD_AUDIO\"", "refused permission-unexplained APP-2019/4.1"},
      {"android.permission.INTERNET\"", ".permission.WRITE\"", "note permission-relative "},
      {"android.permission.INTERNET\"", "MODIFY_PHONE_STATE\"", "note permission-without-namespace "},
      {"android.permission.READ_CONTACTS\"", "a.b\"", "note permission-missing APP-2019/2.1"},
      {"\"permissions\"", "\"p\"", "refused permissions-missing APP-2019/2.1"},
  };
  for (const Row& row : rows) EXPECT_EQ(With(row.from, row.to), std::vector<std::string>{row.finding}) << row.to;
}

TEST_F(SelfChecked, CapitalsUnderscoresAndEmojiAreFine) {
  EXPECT_EQ(With("org.rides07.app", "An.Stop_9.App_"), std::vector<std::string>{});
  EXPECT_EQ(With("Example Rides", "ADB⚡OTG \xe2\x9d\xa4\xef\xb8\x8f"), std::vector<std::string>{});
}

TEST_F(SelfChecked, VersionCodesGoUpToWhatAStoreAndAnIntTake) {
  for (const char* fine : {"1", "2026083701", "2100000000"}) {
    EXPECT_EQ(With("\"version_code\":120", std::string("\"version_code\":") + fine), std::vector<std::string>{});
  }
  // From API 28 on a version code has 64 bits.
  const std::string long_code = Replaced(kGoodInventory, "\"version_code\":120", "\"version_code\":4294967297");
  EXPECT_EQ(Lines(Check(Replaced(long_code, "\"min_sdk\":24", "\"min_sdk\":28"))),
            std::vector<std::string>{"note version-large "});
}

TEST_F(SelfChecked, ATypeThatNeedsNothingMayDemandNothing) {
  const auto findings = Check(Replaced(kGoodInventory, "ride-hailing", "utilities"));
  EXPECT_EQ(Lines(findings), (std::vector<std::string>{"refused information-beyond-type APP-2019/4.2",
                                                       "refused information-beyond-type APP-2019/4.2"}));
  EXPECT_EQ(findings[0].what, "mobile-number for \"Call a car\"");
  EXPECT_NE(findings[0].why.find("without any personal information"), std::string::npos);
}

TEST_F(SelfChecked, MoreThanTheTypeNeedsMayBeAskedForWhereItIsNotDemanded) {
  EXPECT_EQ(With("\"item\":\"mobile-number\",\"purpose\":\"to reach you\",\"demanded\":true",
                 "\"item\":\"age\",\"purpose\":\"to reach you\",\"demanded\":false"),
            std::vector<std::string>{});
}

TEST_F(SelfChecked, WithoutAListNecessityIsNotComparedAndThatIsSaid) {
  const auto findings = SelfCheck(Inventory::Parse(kGoodInventory).value(), {});
  EXPECT_EQ(Lines(findings), std::vector<std::string>{"note necessity-not-compared "});
}

TEST_F(SelfChecked, WhatGoesToAThirdPartyBeforeConsentIsRefusedTwice) {
  const auto lines = With("\"demanded\":true,\"consent\":\"at-the-moment\"", "\"demanded\":true");
  EXPECT_EQ(lines, (std::vector<std::string>{"refused consent-missing APP-2019/3.1",
                                             "refused recipient-without-consent APP-2019/5.1"}));
}

TEST_F(SelfChecked, SeveralSignersAreOneIdentityAndOthersAreUnitsOfTheirOwn) {
  const std::string second = std::string(64, 'b');
  EXPECT_EQ(With("dfd5b\"]", "dfd5b\",\"" + second + "\"]"), std::vector<std::string>{"note several-signers "});
  std::string others = "\"others\":[";
  for (int i = 0; i < 24; ++i) {
    const std::string key = std::string(62, 'c') + std::string(1, static_cast<char>('a' + i / 5)) +
                            std::string(1, static_cast<char>('0' + i % 5));
    others += (i ? "," : "") + std::string(R"({"package":"org.rides07.app","signers":[")") + key + "\"]}";
  }
  const auto findings = Check(Replaced(kGoodInventory, "\"permissions\"", others + "],\"permissions\""));
  ASSERT_EQ(Lines(findings), std::vector<std::string>{"note other-signing-identities "});
  EXPECT_NE(findings[0].why.find("24 more"), std::string::npos) << findings[0].why;
}

TEST_F(SelfChecked, AKeyOverManyUnrelatedAppsIsWarnedOf) {
  const auto with_others = [&](int related, int unrelated) {
    std::string others = R"("others":[{"package":"org.rides07.app","signers":[")" + std::string(kKey) + "\"]}";
    for (int i = 0; i < related; ++i)
      others += R"(,{"package":"org.rides07.more)" + std::to_string(i) + R"(","signers":[")" + kKey + "\"]}";
    for (int i = 0; i < unrelated; ++i)
      others += R"(,{"package":"net.other)" + std::to_string(i) + R"(.app","signers":[")" + kKey + "\"]}";
    return Check(Replaced(kGoodInventory, "\"permissions\"", others + "],\"permissions\""));
  };
  EXPECT_EQ(Lines(with_others(40, 3)), std::vector<std::string>{});
  const auto findings = with_others(0, 41);
  ASSERT_EQ(Lines(findings), std::vector<std::string>{"warning shared-key "});
  EXPECT_NE(findings[0].why.find("41 unrelated"), std::string::npos) << findings[0].why;
}

TEST_F(SelfChecked, LookAlikesOfCertifiedNamesAreFlagged) {
  certified_ = {{{Platform::kAndroid, "com.rides.app"}, "Example Rides"},
                {{Platform::kAndroid, "org.rides07.app"}, "Example Rides"},
                {{Platform::kAndroid, "org.other.app"}, "Something Else"}};
  for (const char* name : {"Example Rides", "EXAMPLE RIDES", "Ex\u0430mple Rides", "Exarnple Rides"}) {
    const auto findings = Check(Replaced(kGoodInventory, "Example Rides", name));
    ASSERT_EQ(Lines(findings), std::vector<std::string>{"warning name-looks-like-certified "}) << name;
    EXPECT_NE(findings[0].why.find("android:com.rides.app"), std::string::npos);
  }
  EXPECT_EQ(With("Example Rides", "Example Riders"), std::vector<std::string>{});
}

TEST_F(SelfChecked, TheFileItselfIsBelievedMoreThanTheInventory) {
  Observed observed{.package = "org.rides07.app",
                    .version_code = 120,
                    .min_sdk = 24,
                    .target_sdk = 34,
                    .debuggable = false,
                    .permissions = {"android.permission.ACCESS_FINE_LOCATION", "android.permission.INTERNET",
                                    "android.permission.READ_CONTACTS"}};
  observed_ = &observed;
  EXPECT_EQ(Lines(Check(kGoodInventory)), std::vector<std::string>{});
  observed.permissions.back() = "android.permission.READ_SMS";
  observed.version_code = 121;
  observed.debuggable = true;
  EXPECT_EQ(Lines(Check(kGoodInventory)),
            (std::vector<std::string>{
                "refused inventory-differs ", "refused debug-build ", "refused permission-not-declared APP-2019/2.1",
                "refused permission-unexplained APP-2019/4.1", "warning permission-not-found APP-2019/2.1",
                "note permission-missing APP-2019/2.1"}));
}

TEST_F(SelfChecked, PermissionsComeFromTheFileWhereTheInventoryHasNone) {
  Observed observed;
  observed.permissions = {"android.permission.ACCESS_FINE_LOCATION", "android.permission.READ_CONTACTS"};
  observed_ = &observed;
  EXPECT_EQ(With("\"permissions\"", "\"p\""), std::vector<std::string>{});
}

TEST(PermissionTable, NamesEachPermissionOnceWithWhatItOpens) {
  std::vector<std::string_view> names;
  for (const PermissionRow& row : PermissionTable()) {
    names.push_back(row.permission);
    EXPECT_FALSE(row.items.empty()) << row.permission;
  }
  std::ranges::sort(names);
  EXPECT_EQ(std::ranges::adjacent_find(names), names.end());
  EXPECT_TRUE(ItemsBehind("android.permission.INTERNET").empty());
}

}  // namespace
}  // namespace certmark::ca
