// Orders, complaints, cases and appeals at the command line: what is read before anything is asked, and what people
// see.
#include "api/cli/surveillance_shown.h"

#include <gtest/gtest.h>

#include <sstream>

#include "api/cli/statement_file.h"
#include "ca/statements.h"
#include "tests/unit/cli/command_line.h"

namespace certmark::testing {
namespace {

constexpr std::string_view kDetails = R"({"operator":"","operator_name":"","version":"150","store":"Example Store",
  "body":"Example Laboratory","findings":["APP-2019/1.1"],"tested":["2026-11-02","2026-11-03"],"edition":"E 2019"})";

TEST(OrderVerb, ReadsItsDetailsFromAFile) {
  CommandLine certmark;
  const std::string whole = certmark.Write("whole.json", kDetails), cut = certmark.Write("cut.json", "{");
  const auto propose = [&](const std::string& file) {
    return certmark.Run(
        {"order", "propose", "android:org.example", "--reason", "unlawful-collection", "--details", file});
  };
  EXPECT_NE(propose(whole).err.find("party enrol"), std::string::npos) << "read, and nobody to send it to";
  EXPECT_EQ(propose(cut).code, 3);
  EXPECT_EQ(propose(cut).err.find("party enrol"), std::string::npos);
}

TEST(OrderVerb, TakesDaysAndNothingElseAsTested) {
  CommandLine certmark;
  const auto ran =
      certmark.Run({"order", "propose", "android:org.example", "--reason", "x", "--build", "1", "--store", "S",
                    "--body", "B", "--finding", "A/1", "--edition", "E", "--tested", "yesterday", "2026-11-03"});
  EXPECT_EQ(ran.code, 3);
  EXPECT_NE(ran.err.find("yesterday"), std::string::npos) << ran.err;
}

TEST(Statement, IsReadFromAFileOrFromStandardInput) {
  CommandLine certmark;
  const std::string text = certmark.Write("text", "Two\nlines.\n"), empty = certmark.Write("empty", "\n");
  const std::string hidden = certmark.Write("hidden", "a\x1b[2Jb");
  const std::string large = certmark.Write("large", std::string(ca::kMaxStatementBytes + 1, 'x'));
  const auto complain = [&](const std::string& file, const std::string& in = "") {
    return certmark.Run({"complain", "android:org.example", "--text", file}, in);
  };
  for (const auto& ran : {complain(text), complain("-", "words\r\n")}) {
    EXPECT_NE(ran.err.find("party enrol"), std::string::npos) << ran.err;
  }
  for (const std::string& file : {empty, hidden, large}) {
    EXPECT_EQ(complain(file).code, 3) << file;
    EXPECT_EQ(complain(file).err.find("party enrol"), std::string::npos) << file;
  }
  EXPECT_EQ(complain((certmark.directory() / "none").string()).code, 2);
}

template <class Resource>
std::string Shown(const Resource& resource) {
  std::ostringstream out, err;
  cli::Console console(out, err);
  cli::Show(console, resource);
  return out.str();
}

v1::Order AnOrder(v1::Order::State state) {
  v1::Order order;
  order.set_name("orders/CO-2026-7K3Q9X2M4T4");
  order.set_state(state);
  order.set_platform(v1::PLATFORM_ANDROID);
  order.set_package("org.example");
  order.set_version("150");
  order.add_findings("APP-2019/1.1");
  order.add_findings("APP-2019/3.1");
  order.mutable_test_start()->set_seconds(1793664000);
  order.mutable_test_end()->set_seconds(1793664000);
  order.mutable_deadline()->set_seconds(1793664000);
  return order;
}

TEST(Shown, AnOrderSaysWhatWasFoundAndUntilWhenItIsToBeMet) {
  const std::string shown = Shown(AnOrder(v1::Order::ORDERED));
  for (const char* part : {"orders/CO-2026-7K3Q9X2M4T4  ORDERED", "android:org.example, build 150",
                           "APP-2019/1.1, APP-2019/3.1", "2026-11-03T00:00:00Z", "2026-11-03 to 2026-11-03"}) {
    EXPECT_NE(shown.find(part), std::string::npos) << part << " in " << shown;
  }
}

TEST(Shown, EveryStateOfAnOrderHasItsOwnSentence) {
  std::set<std::string> sentences;
  for (const auto state :
       {v1::Order::ORDERED, v1::Order::OVERDUE, v1::Order::EXPOSED, v1::Order::RECTIFIED, v1::Order::ANNULLED}) {
    sentences.insert(cli::FateOf(AnOrder(state)));
  }
  EXPECT_EQ(sentences.size(), 5u);
}

TEST(Shown, AnAppealSaysWhatIsLeftToBeDone) {
  v1::Appeal appeal;
  appeal.set_name("appeals/abcdefghijkmnpqr");
  appeal.set_state(v1::Appeal::UPHELD);
  appeal.set_remedy(v1::Appeal::GRANT);
  EXPECT_NE(cli::FateOf(appeal).find("new number"), std::string::npos);
  appeal.set_remedy(v1::Appeal::REVIEW);
  EXPECT_NE(cli::FateOf(appeal).find("review"), std::string::npos);
}

TEST(Shown, AComplaintOfThePublicNamesNobody) {
  v1::Complaint complaint;
  complaint.set_name("complaints/abcdefghijkmnpqr");
  EXPECT_NE(Shown(complaint).find("the public"), std::string::npos);
}

TEST(Shown, ACaseSaysItsOutcomeOnceItIsClosed) {
  v1::Case file;
  file.set_name("cases/abcdefghijkmnpqr");
  file.set_state(v1::Case::CLOSED);
  file.set_cause(v1::Case::STORE_REPORT);
  file.set_outcome(v1::Case::NO_FINDING);
  file.mutable_close_time()->set_seconds(1793664000);
  EXPECT_NE(Shown(file).find("store-report"), std::string::npos);
  EXPECT_EQ(cli::FateOf(file), "cases/abcdefghijkmnpqr is closed: no-finding.");
}

}  // namespace
}  // namespace certmark::testing
