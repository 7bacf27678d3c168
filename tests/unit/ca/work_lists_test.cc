// What waits for whom: by role and in person, the most urgent first, and nothing of one's own.
#include "ca/work_lists.h"

#include <gtest/gtest.h>

#include "tests/unit/ca/town.h"

namespace certmark::ca::testing {
namespace {

class WorkWaiting : public ::testing::Test {
 protected:
  WorkLists::Work Of(const Person& person) { return office_.service().work_lists().Of(person.party).value(); }
  static std::vector<std::string> Subjects(const std::vector<WorkItem>& items) {
    std::vector<std::string> subjects;
    for (const WorkItem& item : items) subjects.push_back(item.subject);
    return subjects;
  }
  std::string Propose(const Person& by) {
    return "proposal/" + office_.Propose(by, Proposed::kRevoke, number_, "deception").value().id;
  }
  /// Wait puts something on a list, as a record's index rows would.
  void Wait(std::string_view whom, std::optional<Time> by, const std::string& subject) {
    IndexRow row = WorkRow(whom, by, subject);
    ledger::Change change;
    change.writes.push_back({ledger::Column::kIndex, std::move(row.key), std::move(row.value)});
    office_.log().Append(std::move(change), ledger::Ack::kSequenced).value();
  }

  Office office_;
  const std::string number_ = office_.Certified().id;
};

TEST_F(WorkWaiting, IsPartedByWhenItEnds) {
  const std::string me = "party:" + office_.reviewer.party.id;
  Wait(me, office_.now() + 8 * kDay, "thing/later");
  Wait(me, std::nullopt, "thing/endless");
  Wait(me, office_.now() + 6 * kDay, "thing/soon");
  Wait(me, office_.now(), "thing/now");
  Wait(me, office_.now() - Seconds{1}, "thing/over");
  const auto work = Of(office_.reviewer);
  EXPECT_EQ(Subjects(work.overdue), std::vector<std::string>{"thing/over"});
  EXPECT_EQ(Subjects(work.this_week), (std::vector<std::string>{"thing/now", "thing/soon"}));
  EXPECT_EQ(Subjects(work.waits), (std::vector<std::string>{"thing/later", "thing/endless"}));
}

TEST_F(WorkWaiting, MovesUpAsTimeGoesBy) {
  const std::string proposal = Propose(office_.officer);
  EXPECT_EQ(Subjects(Of(office_.second_officer).waits), std::vector<std::string>{proposal});
  office_.Advance(8 * kDay);
  EXPECT_EQ(Subjects(Of(office_.second_officer).this_week), std::vector<std::string>{proposal});
  office_.Advance(7 * kDay);
  EXPECT_EQ(Subjects(Of(office_.second_officer).overdue), std::vector<std::string>{proposal});
  EXPECT_EQ(office_.service().deadlines().Run(100).value().failed, 0u);
  EXPECT_TRUE(Of(office_.second_officer).overdue.empty()) << "the clock was at it";
}

TEST_F(WorkWaiting, IsOfEveryRoleOnceAndOfNoOther) {
  const Person both = office_.Enrol("Both", {Role::kSurveillanceOfficer, Role::kDecider});
  const std::string proposal = Propose(office_.officer);
  EXPECT_EQ(Subjects(Of(both).waits), std::vector<std::string>{proposal}) << "it waits for both roles";
  EXPECT_EQ(Subjects(Of(office_.decider).waits), std::vector<std::string>{proposal});
  EXPECT_TRUE(Of(office_.laboratory).waits.empty());
  EXPECT_TRUE(Of(office_.applicant).waits.empty());
}

TEST_F(WorkWaiting, IsNotWhatOneProposedOneself) {
  const std::string proposal = Propose(office_.officer);
  EXPECT_TRUE(Of(office_.officer).waits.empty());
  EXPECT_EQ(Subjects(Of(office_.second_officer).waits), std::vector<std::string>{proposal});
}

TEST_F(WorkWaiting, IsNeverAFileOfWhomOneIsPartOf) {
  const Person relative = office_.Enrol("Relative", {Role::kSurveillanceOfficer}, {office_.applicant.party.id});
  Propose(office_.officer);
  EXPECT_TRUE(Of(relative).waits.empty());
}

TEST_F(WorkWaiting, IsForWhoHasARoleWithWork) {
  const Person store = office_.Enrol("Store", {Role::kRelyingParty});
  const auto work = office_.service().work_lists().Of(store.party);
  ASSERT_FALSE(work);
  EXPECT_EQ(work.error().code, ErrorCode::kPermissionDenied);
}

}  // namespace
}  // namespace certmark::ca::testing
