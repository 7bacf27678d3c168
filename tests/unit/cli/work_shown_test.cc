// Work lists and acts as people read them.
#include "api/cli/work_shown.h"

#include <gtest/gtest.h>

#include <sstream>

#include "tests/support/test_pki.h"

namespace certmark::cli {
namespace {

using testing::kDay;
using testing::kNow;

TEST(WorkShown, SaysHowLateAThingIsInWholeUnits) {
  EXPECT_EQ(LateText(kNow - 3 * kDay, kNow), "3 days late");
  EXPECT_EQ(LateText(kNow - Seconds{47 * 3600}, kNow), "47 hours late");
  EXPECT_EQ(LateText(kNow - Seconds{1}, kNow), "a minute late");
  EXPECT_EQ(LateText(kNow + Seconds{5 * 60}, kNow), "in 5 minutes");
  EXPECT_EQ(LateText(kNow + 30 * kDay, kNow), "in 30 days");
}

TEST(WorkShown, PutsTheUrgentFirstAndLeavesOutWhatIsEmpty) {
  v1::ListWorkResponse work;
  work.add_waiting()->set_subject("cases/abcdefghijkmnpqr");
  v1::WorkItem* late = work.add_overdue();
  late->set_subject("appeals/abcdefghijkmnpqr");
  late->mutable_by()->set_seconds(ToEpoch(kNow - 2 * kDay));
  std::ostringstream out, err;
  Console console(out, err);
  ShowWork(console, work, kNow);
  const std::string text = out.str();
  EXPECT_NE(text.find("overdue  an appeal to decide           2 days late"), std::string::npos) << text;
  EXPECT_LT(text.find("overdue"), text.find("later"));
  EXPECT_EQ(text.find("this week"), std::string::npos);
}

TEST(WorkShown, NamesWhoActedAndOnWhatAsResources) {
  ca::RecordedAct recorded;
  recorded.act = {.at = kNow,
                  .actor = "clock",
                  .act = "suspend-all",
                  .subject = "certification/CM-2026-7K3Q9X2M4T4",
                  .reason = "misuse",
                  .before = "VALID",
                  .after = "SUSPENDED",
                  .rests_on = "proposal/abcdefghijkmnpqr"};
  std::ostringstream out, err;
  Console console(out, err);
  ShowAct(console, recorded, Hash{});
  recorded.act.actor = "abcdefghijkmnpqr";
  ShowAct(console, recorded, Hash{});
  const std::string text = out.str();
  for (const char* part : {"2026-11-03T00:00:00Z  suspend-all  by clock", "certifications/CM-2026-7K3Q9X2M4T4",
                           "VALID to SUSPENDED", "proposals/abcdefghijkmnpqr", "by parties/abcdefghijkmnpqr"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << " in " << text;
  }
}

}  // namespace
}  // namespace certmark::cli
