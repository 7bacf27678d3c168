#include "ca/act_entry.h"

#include <gtest/gtest.h>

namespace certmark::ca {
namespace {

const ActEntry kAct{.at = FromEpoch(1793664000),
                    .actor = "p1",
                    .act = "submit-report",
                    .subject = "application/a1",
                    .reason = "",
                    .before = "VERIFICATION",
                    .after = "REVIEW"};

std::string EntryFor(std::vector<ledger::Write> writes) {
  ledger::Change change;
  change.writes = std::move(writes);
  kAct.RecordIn(change);
  return std::string(AsText(change.entries.back().bytes));
}

ledger::Write Row(std::string_view key, std::optional<Bytes> value) {
  return {ledger::Column::kRecord, ToBytes(key), std::move(value)};
}

TEST(ActEntry, IsOneEntryForOneChange) {
  EXPECT_EQ(EntryFor({Row("a", Bytes{1})}), EntryFor({Row("a", Bytes{1})}));
}

TEST(ActEntry, IsAnotherEntryForWhateverElseIsWritten) {
  const std::string entry = EntryFor({Row("a", Bytes{1})});
  EXPECT_NE(entry, EntryFor({Row("a", Bytes{2})})) << "another value";
  EXPECT_NE(entry, EntryFor({Row("b", Bytes{1})})) << "another key";
  EXPECT_NE(entry, EntryFor({Row("a", std::nullopt)})) << "erased";
  EXPECT_NE(entry, EntryFor({Row("a", Bytes{1}), Row("b", Bytes{1})})) << "one row more";
  EXPECT_NE(EntryFor({Row("a", Bytes{})}), EntryFor({Row("a", std::nullopt)})) << "empty is not erased";
  EXPECT_NE(EntryFor({{ledger::Column::kIndex, Bytes{1}, Bytes{}}}),
            EntryFor({{ledger::Column::kRecord, Bytes{1}, Bytes{}}}));
}

}  // namespace
}  // namespace certmark::ca
