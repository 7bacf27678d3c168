#include <gtest/gtest.h>

#include "ca/schemes.h"
#include "tests/support/axml_writer.h"
#include "tests/support/zip_writer.h"
#include "tests/unit/ca/inventory_fixture.h"
#include "tests/unit/cli/command_line.h"

namespace certmark::testing {
namespace {

using ca::kGoodInventory;

class SelfCheckVerb : public ::testing::Test {
 protected:
  CommandLine::Ran Run(const std::string& inventory, std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"selfcheck", certmark_.Write("inventory.json", inventory)});
    return certmark_.Run(more);
  }
  CommandLine certmark_;
};

TEST_F(SelfCheckVerb, EndsWithZeroAndASentenceWhereNothingWouldBeRefused) {
  const auto ran = Run(kGoodInventory);
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_NE(ran.out.find("Nothing would be refused of what is declared"), std::string::npos) << ran.out;
  EXPECT_EQ(ran.out.find("refused  "), std::string::npos) << ran.out;
  EXPECT_EQ(ran.err, "");
}

TEST_F(SelfCheckVerb, EndsWithOneAndALineForEachReason) {
  const auto ran =
      Run(Replaced(Replaced(kGoodInventory, "org.rides07.app", "com.example.app"), "INTERNET", "READ_SMS"));
  EXPECT_EQ(ran.code, 1) << ran.err;
  EXPECT_TRUE(ran.out.starts_with("refused  package-placeholder  com.example.app: ")) << ran.out;
  EXPECT_NE(ran.out.find("\nrefused  permission-unexplained  APP-2019/4.1  android.permission.READ_SMS: "),
            std::string::npos)
      << ran.out;
  EXPECT_NE(ran.out.find("An application would be refused, for 2 reasons; 0 warnings, "), std::string::npos) << ran.out;
}

TEST_F(SelfCheckVerb, ReadsTheInventoryFromStdin) {
  EXPECT_EQ(certmark_.Run({"selfcheck", "-"}, kGoodInventory).code, 0);
}

TEST_F(SelfCheckVerb, WritesOneObjectForPrograms) {
  const auto ran = Run(Replaced(kGoodInventory, "Example Rides", "Example\\u202eRides"), {"--json"});
  EXPECT_EQ(ran.code, 1);
  EXPECT_TRUE(
      ran.out.starts_with(R"({"app":"android:org.rides07.app","refused":true,"findings":[{"severity":"refused",)"
                          R"("code":"name-unfit","criterion":"","what":"Example\u202eRides","why":")"))
      << ran.out;
}

TEST_F(SelfCheckVerb, ShowsNoNameThatSteersTheTerminal) {
  const auto ran = Run(Replaced(kGoodInventory, "Example Rides", "Example\\u202e\\u001b[2JRides"));
  EXPECT_EQ(ran.out.find('\x1b'), std::string::npos);
  EXPECT_EQ(ran.out.find("\u202e"), std::string::npos);
}

TEST_F(SelfCheckVerb, HoldsTheInventoryAgainstAListOfPermissions) {
  const std::string list = certmark_.Write(
      "list",
      "android.permission.ACCESS_FINE_LOCATION\r\n\nandroid.permission.READ_CONTACTS\nandroid.permission.CAMERA");
  const auto ran = Run(kGoodInventory, {"--permissions", list});
  EXPECT_EQ(ran.code, 1);
  EXPECT_NE(ran.out.find("refused  permission-not-declared  APP-2019/2.1  android.permission.CAMERA: "),
            std::string::npos)
      << ran.out;
  EXPECT_NE(ran.out.find("warning  permission-not-found  APP-2019/2.1  android.permission.INTERNET: "),
            std::string::npos);
}

TEST_F(SelfCheckVerb, ComparesWithTheListOfTheDefaultScheme) {
  const auto ran = Run(Replaced(kGoodInventory, "\"ride-hailing\"", "\"browser\""));
  EXPECT_EQ(ran.code, 1);
  EXPECT_TRUE(ran.out.starts_with("refused  information-beyond-type  APP-2019/4.2  mobile-number for \"Call a car\": "))
      << ran.out;
}

TEST_F(SelfCheckVerb, ComparesWithTheListOfTheSchemeThatItIsGiven) {
  std::string scheme(ca::DefaultSchemes().front().json);
  const std::string file = certmark_.Write("scheme.json", scheme);
  EXPECT_EQ(Run(kGoodInventory, {"--scheme", file}).code, 0);
  const std::string renamed = "\"code\": \"ride-hailing\"";
  ASSERT_NE(scheme.find(renamed), std::string::npos);
  const std::string other = certmark_.Write("other.json", Replaced(scheme, renamed, "\"code\": \"taxi\""));
  const auto ran = Run(kGoodInventory, {"--scheme", other});
  EXPECT_EQ(ran.code, 1) << ran.err;
  EXPECT_TRUE(ran.out.starts_with("refused  type-unknown  APP-2019/4.1  ride-hailing: ")) << ran.out;
}

TEST_F(SelfCheckVerb, BelievesTheApkMoreThanTheInventory) {
  const auto file = certmark_.directory() / "app.apk";
  AddToZip(file, "AndroidManifest.xml", ExampleManifest().Finish());
  const auto same = Run(kGoodInventory, {"--apk", file.string()});
  EXPECT_EQ(same.code, 0) << same.out << same.err;
  const auto other =
      Run(Replaced(kGoodInventory, "\"version_code\":120", "\"version_code\":119"), {"--apk", file.string()});
  EXPECT_EQ(other.code, 1);
  EXPECT_TRUE(other.out.starts_with("refused  inventory-differs  version_code: 119: the file itself says 120"))
      << other.out;
}

TEST_F(SelfCheckVerb, FlagsALookAlikeOfACertifiedName) {
  const std::string names = certmark_.Write("names", "android:com.rides.app EXAMPLE RIDES\nandroid:org.x.y Other\n");
  const auto ran = Run(kGoodInventory, {"--certified", names});
  EXPECT_EQ(ran.code, 0);
  EXPECT_NE(ran.out.find("warning  name-looks-like-certified  Example Rides: "), std::string::npos) << ran.out;
}

TEST_F(SelfCheckVerb, ToldSomethingUnfitSaysWhat) {
  struct Row {
    std::string inventory;
    std::vector<std::string> more;
    int code;
    const char* says;
  };
  const std::string text = certmark_.Write("text", "not an archive");
  const std::string nonsense = certmark_.Write("nonsense", "no-app\n");
  const std::string bytes = certmark_.Write("bytes", "\xff");
  const Row rows[] = {
      {"{", {}, 3, "the inventory: "},
      {R"({"app":{"platform":"android"}})", {}, 3, "the inventory: app: "},
      {kGoodInventory, {"--apk", text}, 3, "no ZIP archive"},
      {kGoodInventory, {"--apk", text + ".not"}, 2, "no such file"},
      {kGoodInventory, {"--permissions", text + ".not"}, 2, "text.not"},
      {kGoodInventory, {"--permissions", bytes}, 3, "not UTF-8"},
      {kGoodInventory, {"--certified", nonsense}, 3, "APP NAME"},
      {kGoodInventory, {"--scheme", text}, 3, "text"},
  };
  for (const Row& row : rows) {
    const auto ran = Run(row.inventory, row.more);
    EXPECT_EQ(ran.code, row.code) << row.says << ": " << ran.err;
    EXPECT_NE(ran.err.find(row.says), std::string::npos) << ran.err;
    EXPECT_EQ(ran.out, "");
  }
}

}  // namespace
}  // namespace certmark::testing
