// Delivery: retries that grow apart and end, dead letters, a new beginning.
#include "ca/delivery.h"

#include <gtest/gtest.h>

namespace certmark::ca {
namespace {

constexpr Time kNow{Seconds{1793664000}};

Delivery At(std::uint64_t next) {
  Delivery delivery;
  delivery.id = "abcdefghijkmnpqr";
  delivery.next = next;
  return delivery;
}

TEST(ADelivery, GoesOnBehindWhatWasTaken) {
  Delivery delivery = At(7);
  delivery.Taken(9);
  EXPECT_EQ(delivery.next, 10u);
  EXPECT_EQ(delivery.taken, 1u);
  EXPECT_TRUE(delivery.IsReady(kNow));
}

TEST(ADelivery, WaitsTwiceAsLongAfterEachFailureAndAnHourAtMost) {
  Delivery delivery = At(7);
  std::vector<Seconds> pauses;
  for (int i = 0; i < 14; ++i) {
    delivery.Failed(kNow, "no answer");
    pauses.push_back(*delivery.not_before - kNow);
  }
  EXPECT_EQ(pauses[0], Seconds{1});
  EXPECT_EQ(pauses[1], Seconds{2});
  EXPECT_EQ(pauses[11], Seconds{2048});
  EXPECT_EQ(pauses[12], Seconds{3600});
  EXPECT_EQ(pauses[13], Seconds{3600});
  EXPECT_EQ(delivery.next, 7u);
  EXPECT_FALSE(delivery.IsReady(kNow + Seconds{3599}));
  EXPECT_TRUE(delivery.IsReady(kNow + Seconds{3600}));
}

TEST(ADelivery, ForgetsItsFailuresOnceSomethingIsTaken) {
  Delivery delivery = At(7);
  delivery.Failed(kNow, "no answer");
  delivery.Taken(7);
  EXPECT_EQ(delivery.attempts, 0u);
  EXPECT_EQ(delivery.trouble, "");
  EXPECT_FALSE(delivery.failing_since);
}

TEST(ADelivery, StopsAfterAWeekOfFailuresAndLosesNothing) {
  Delivery delivery = At(7);
  delivery.Failed(kNow, "no answer");
  delivery.Failed(kNow + Delivery::kPatience - Seconds{1}, "no answer");
  EXPECT_FALSE(delivery.stopped);
  delivery.Failed(kNow + Delivery::kPatience, "no answer");
  EXPECT_TRUE(delivery.stopped);
  EXPECT_FALSE(delivery.IsReady(kNow + 2 * Delivery::kPatience));
  delivery.Replay(delivery.next);
  EXPECT_TRUE(delivery.IsReady(kNow));
  EXPECT_EQ(delivery.next, 7u);
}

TEST(ADelivery, ListsWhatWasRefusedAndStopsAfterAHundred) {
  Delivery delivery = At(0);
  for (std::uint64_t i = 0; i < Delivery::kMaxRefused; ++i) {
    EXPECT_FALSE(delivery.stopped) << i;
    delivery.Refused(i, kNow, "invalid_request");
  }
  EXPECT_TRUE(delivery.stopped);
  EXPECT_EQ(delivery.taken, 0u);
  EXPECT_EQ(delivery.next, Delivery::kMaxRefused);
  EXPECT_EQ(delivery.refused.back().index, Delivery::kMaxRefused - 1);
}

TEST(ADelivery, StopsAtOnceWhereItsTargetIsGone) {
  Delivery delivery = At(7);
  delivery.Gone("410");
  EXPECT_TRUE(delivery.stopped);
  EXPECT_EQ(delivery.next, 7u);
}

TEST(ADelivery, IsTheSameAfterItWasStored) {
  Delivery delivery = At(7);
  delivery.log = 3;
  delivery.Refused(8, kNow, "invalid_key");
  delivery.Failed(kNow, "no answer");
  EXPECT_EQ(Delivery::FromJson(delivery.ToJson()).value().ToJson(), delivery.ToJson());
  EXPECT_FALSE(Delivery::FromJson(R"({"id":"x"})"));
}

}  // namespace
}  // namespace certmark::ca
