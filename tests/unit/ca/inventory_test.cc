#include "ca/inventory.h"

#include <gtest/gtest.h>

#include "tests/support/test_pki.h"
#include "tests/unit/ca/inventory_fixture.h"

namespace certmark::ca {
namespace {

using certmark::testing::Replaced;

TEST(Inventory, IsReadWhole) {
  const Inventory inventory = Inventory::Parse(kGoodInventory).value();
  EXPECT_EQ(inventory.app.ToText(), "android:org.rides07.app");
  EXPECT_EQ(inventory.name, "Example Rides");
  EXPECT_EQ(inventory.version_code, 120u);
  EXPECT_EQ(inventory.min_sdk, 24u);
  EXPECT_EQ(inventory.target_sdk, 34u);
  EXPECT_EQ(inventory.app_type, "ride-hailing");
  ASSERT_EQ(inventory.features.size(), 2u);
  EXPECT_TRUE(inventory.features[0].basic);
  const Inventory::Information& location = inventory.features[0].information[1];
  EXPECT_EQ(location.item, "location");
  EXPECT_EQ(location.purpose, "to send the car to you");
  EXPECT_TRUE(location.demanded);
  EXPECT_EQ(location.consent, Inventory::Consent::kAtTheMoment);
  EXPECT_EQ(location.recipients, (std::vector<std::string>{"self", "Example Maps SDK"}));
  EXPECT_EQ(inventory.sdks[0].information, std::vector<std::string>{"location"});
  EXPECT_EQ(inventory.permissions->size(), 3u);
}

TEST(Inventory, MaySayLittleAndThenSaysNothingGood) {
  const Inventory inventory = Inventory::Parse(R"({"app":{"platform":"android","package":"org.rides07.app"}})").value();
  EXPECT_EQ(inventory.name, "");
  EXPECT_FALSE(inventory.version_code);
  EXPECT_FALSE(inventory.permissions);
  const Inventory silent =
      Inventory::Parse(
          R"({"app":{"platform":"android","package":"a.b"},"features":[{"name":"f","information":[{"item":"age"}]}]})")
          .value();
  const Inventory::Information& item = silent.features[0].information[0];
  EXPECT_EQ(item.consent, Inventory::Consent::kNone);
  EXPECT_FALSE(item.demanded);
  EXPECT_EQ(item.recipients, std::vector<std::string>{"self"});
}

TEST(Inventory, NamesWhatIsNotOfItsForm) {
  struct Row {
    const char *from, *to, *message;
  };
  const Row rows[] = {
      {"\"app\":", "\"a\":", "app"},
      {"\"android\"", "\"symbian\"", "app: "},
      {"\"package\":\"org.rides07.app\",", "", "app: "},
      {"\"version_code\":120", "\"version_code\":\"120\"", "version_code"},
      {"\"version_code\":120", "\"version_code\":-1", ""},
      {"\"debuggable\":false", "\"debuggable\":0", "debuggable"},
      {"\"consent\":\"before\"", "\"consent\":\"yes\"", "features[0]: information[0]: consent"},
      {"{\"item\":\"mobile-number\",", "{", "features[0]: information[0]: "},
      {"\"name\":\"Call a car\",", "", "features[0]: "},
      {"[\"location\"]", "\"location\"", "sdks[0]: "},
      {"\"permissions\":[", "\"permissions\":[1,", "permissions"},
  };
  for (const Row& row : rows) {
    const auto inventory = Inventory::Parse(Replaced(kGoodInventory, row.from, row.to));
    ASSERT_FALSE(inventory) << row.to;
    EXPECT_EQ(inventory.error().code, ErrorCode::kInvalidArgument);
    EXPECT_NE(inventory.error().message.find(row.message), std::string::npos) << inventory.error().message;
  }
}

TEST(Inventory, HasAtMostAThousandOfEach) {
  std::string permissions = "\"a.b\"";
  for (int i = 0; i < 1000; ++i) permissions += ",\"a.b\"";
  const auto inventory =
      Inventory::Parse(R"({"app":{"platform":"android","package":"a.b"},"permissions":[)" + permissions + "]}");
  ASSERT_FALSE(inventory);
  EXPECT_EQ(inventory.error().message, "permissions: over 1,000");
}

}  // namespace
}  // namespace certmark::ca
