// What is urgent is committed apart from new work, so that a full disk can refuse one and take the other.
#include <gtest/gtest.h>

#include <algorithm>
#include <latch>

#include "tests/unit/ledger/ledger_fixture.h"

namespace certmark::ledger {
namespace {

class UrgencyTest : public LedgerFixture {
 protected:
  static Change Named(std::string_view name, Urgency urgency) {
    Change change = Entry(name);
    change.urgency = urgency;
    return change;
  }
};

TEST_F(UrgencyTest, OfAChangeIsThatOfItsBatch) {
  Open();
  std::vector<Urgency> batches;
  store_.OnCommit([&](const Batch& batch) {
    if (batch.writes.front().column == Column::kEntry) batches.push_back(batch.urgency);
  });
  ASSERT_TRUE(log_->Append(Named("a", Urgency::kUrgent), Ack::kPublished));
  ASSERT_TRUE(log_->Append(Named("b", Urgency::kOrdinary), Ack::kPublished));
  EXPECT_EQ(batches, (std::vector<Urgency>{Urgency::kUrgent, Urgency::kOrdinary}));
}

TEST_F(UrgencyTest, IsNeverSharedByTwoKindsInOneBatch) {
  Open();
  std::latch begun(1), go(1);
  std::vector<std::pair<Urgency, std::size_t>> batches;  // urgency, entries
  store_.OnCommit([&, first = true](const Batch& batch) mutable {
    if (std::exchange(first, false)) begun.count_down(), go.wait();
    const auto is_entry = [](const Write& write) { return write.column == Column::kEntry; };
    const auto entries = static_cast<std::size_t>(std::count_if(batch.writes.begin(), batch.writes.end(), is_entry));
    if (entries > 0) batches.emplace_back(batch.urgency, entries);
  });
  log_->Submit({{}, {Put("held", "x")}, {}}, Ack::kSequenced, [](const auto&) {});
  begun.wait();
  const Urgency order[] = {Urgency::kOrdinary, Urgency::kOrdinary, Urgency::kUrgent,
                           Urgency::kUrgent,   Urgency::kUrgent,   Urgency::kOrdinary};
  int number = 0;
  for (const Urgency urgency : order) {
    log_->Submit(Named(std::to_string(++number), urgency), Ack::kSequenced, [](const auto&) {});
  }
  go.count_down();
  log_.reset();
  EXPECT_EQ(batches, (std::vector<std::pair<Urgency, std::size_t>>{
                         {Urgency::kOrdinary, 2}, {Urgency::kUrgent, 3}, {Urgency::kOrdinary, 1}}));
}

TEST_F(UrgencyTest, OfADraftIsThatOfItsLeastUrgentChange) {
  Open();
  const WriterState state{Head{}, Edge::Load(store_, kRecordLog, {}).value(), Edge::Load(store_, kPublic, {}).value()};
  Draft draft(store_, state, kPublic, FromEpoch(0));
  ASSERT_TRUE(draft.Add(CheckedChange::Create(Named("a", Urgency::kUrgent)).value()));
  ASSERT_TRUE(draft.Add(CheckedChange::Create(Named("b", Urgency::kOrdinary)).value()));
  EXPECT_EQ(std::move(draft).Finish().urgency, Urgency::kOrdinary);
}

}  // namespace
}  // namespace certmark::ledger
