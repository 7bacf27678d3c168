// Whatever people write, nothing of a natural person reaches what is public, nor the record log: here everything that
// can be written carries a mark, a whole life is lived, and then every byte is looked at.
#include <gtest/gtest.h>

#include "tests/unit/ca/marked_life.h"

namespace certmark::ca::testing {
namespace {

using PersonalData = MarkedLife;
using None = std::vector<std::string>;

TEST_F(PersonalData, IsTakenIntoNoCode) {
  Live();
  for (const auto& [what, way] : ways()) EXPECT_EQ(way, "INVALID_ARGUMENT") << what;
  EXPECT_EQ(ways().size(), 15u);
}

TEST_F(PersonalData, ReachesNothingThatIsPublicAndNoAct) {
  Live();
  // What was taken, names, addresses, remarks, methods and letters, is nowhere that anybody can look.
  const std::string all = PublicBytes();
  EXPECT_EQ(FoundIn(all), None{});
  const std::string opened = Opened(all);
  EXPECT_NE(opened.find("reg:XX:shop"), std::string::npos) << "the operator is named by its register's entry";
  EXPECT_NE(opened.find(office_.laboratory.party.id), std::string::npos) << "the laboratory by its id";
  EXPECT_NE(opened.find(auditor_.party.id), std::string::npos) << "and so is who audited";
  for (const char* act : {"complain", "close-case", "file-appeal", "decide-appeal", "report-misuse"})
    EXPECT_NE(opened.find("\"act\":\"" + std::string(act)), std::string::npos) << act;
}

TEST_F(PersonalData, IsWhereWhoeverMayReadItReadsIt) {
  Live();
  for (const std::string& parent : {"appeal/" + appeal_, "case/" + case_, "complaint/" + complaint_})
    EXPECT_NE(FoundIn(Statements(office_.officer, parent)), None{}) << parent;
}

TEST(PersonalDataMarks, WouldBeFoundIfTheyWereThere) {
  const std::string text = "{\"name\":\"" + Marked("Shop") + "\"}";
  const None some = {std::string(kPhone), std::string(kIdentity), std::string(kMail)};
  EXPECT_EQ(FoundIn("{\"credential\":\"" + Base64UrlEncode(ToBytes(text)) + ".x\"}"), some);
  EXPECT_EQ(FoundIn("{\"certificates\":[\"" + Base64Encode(ToBytes(text)) + "\"]}"), some);
}

}  // namespace
}  // namespace certmark::ca::testing
