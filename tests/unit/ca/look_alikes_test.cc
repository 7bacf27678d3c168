// Names that look like certified ones are found, whatever they are written with.
#include "ca/look_alikes.h"

#include <gtest/gtest.h>

#include "tests/unit/ca/authority_fixture.h"

namespace certmark::ca::testing {
namespace {

class LookAlikesTest : public ::testing::Test {
 protected:
  std::string Certify(const std::string& name) {
    ApplicationForm form = office.Form();
    form.app_name = name;
    const std::string id = office.Submit(form);
    office.Accept(id);
    office.Report(id);
    return office.Decide(id).value().application.certification;
  }
  std::vector<std::string> Found(const char* name, const char* app = "android:org.example.other") const {
    return LookAlikes(office.store(), AppName::Parse(name).value(), App::Parse(app).value()).value();
  }

  Office office;
};

TEST_F(LookAlikesTest, AreFoundInAnyCaseAndScript) {
  const std::string number = Certify("PayPal");
  for (const char* name : {"PayPal", "paypal", "PayPaI", "P\u0430yPal"}) {  // a capital i, a Cyrillic a
    EXPECT_EQ(Found(name), std::vector{number}) << name;
  }
  EXPECT_EQ(Found("PayPall"), std::vector<std::string>{});
}

TEST_F(LookAlikesTest, AreNotTheAppItself) {
  const std::string number = Certify("PayPal");
  EXPECT_EQ(Found("PayPal", "android:org.example.app"), std::vector<std::string>{});
  EXPECT_EQ(Found("PayPal", "ios:org.example.app"), std::vector{number});
}

TEST_F(LookAlikesTest, AreNotOfACertificationThatEnded) {
  const std::string number = Certify("PayPal");
  office.service().certifications().Withdraw(office.applicant.party, number, "holder-request").value();
  EXPECT_EQ(Found("PayPal"), std::vector<std::string>{});
}

TEST_F(LookAlikesTest, AreFoundByWhatTheRecordKeepsOfTheName) {
  Certification certification = office.service().certifications().Get(Certify("PayPal")).value();
  const auto rows = [&] {
    std::vector<IndexRow> found = certification.IndexRows();
    std::erase_if(found, [](const IndexRow& row) { return !AsText(row.key).starts_with("find/name"); });
    return found;
  };
  const auto as_certified = rows();
  ASSERT_EQ(as_certified.size(), 2u);
  certification.app_name = "Another";
  EXPECT_EQ(rows(), as_certified) << "a copy, whatever ICU says today";
  certification.looks = LooksOf(certification.app_name);
  EXPECT_NE(rows(), as_certified);
}

TEST(LookAlikeRows, AreNoneOfATextThatIsNoName) {
  EXPECT_EQ(LookAlikeRows(LooksOf("PayPal"), "certification/1").size(), 2u);
  EXPECT_TRUE(LookAlikeRows(LooksOf(""), "certification/1").empty());
  EXPECT_TRUE(LookAlikeRows(LooksOf("Pay\u200bPal"), "certification/1").empty());
}

}  // namespace
}  // namespace certmark::ca::testing
