#include "api/transfer_slots.h"

#include <gtest/gtest.h>

#include <optional>
#include <vector>

namespace certmark::api {
namespace {

TEST(TransferSlots, GiveOnePartyNoMoreThanItsOwn) {
  TransferSlots slots({.all = 3, .each = 2});
  const auto first = slots.Take("a");
  std::optional<TransferSlots::Slot> second(slots.Take("a").value());
  EXPECT_EQ(slots.Take("a").error().code, ErrorCode::kResourceExhausted);
  EXPECT_TRUE(slots.Take("b"));
  second.reset();
  EXPECT_TRUE(slots.Take("a"));
}

TEST(TransferSlots, GiveAllTogetherNoMoreThanThereAre) {
  TransferSlots slots({.all = 2, .each = 2});
  const auto first = slots.Take("a");
  {
    const auto second = slots.Take("b");
    EXPECT_EQ(slots.Take("c").error().code, ErrorCode::kResourceExhausted);
  }
  EXPECT_TRUE(slots.Take("c"));
}

TEST(TransferSlots, AreFreedOnceThoughASlotIsMoved) {
  TransferSlots slots({.all = 1, .each = 1});
  for (int i = 0; i < 3; ++i) {
    auto slot = slots.Take("a").value();
    const TransferSlots::Slot moved = std::move(slot);
    EXPECT_FALSE(slots.Take("a"));
  }
}

}  // namespace
}  // namespace certmark::api
