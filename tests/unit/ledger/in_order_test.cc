#include "verifier-sdk/io/in_order.h"

#include <gtest/gtest.h>

#include <atomic>

namespace certmark::ledger {
namespace {

TEST(InOrder, TakesWhatSeveralThreadsMakeInItsOrder) {
  std::vector<std::uint64_t> taken;
  const auto made = io::InOrder<std::uint64_t>(
      1000, 4, [](std::uint64_t i) -> Result<std::uint64_t> { return i * i; },
      [&taken](std::uint64_t square) -> Result<void> {
        taken.push_back(square);
        return {};
      });
  ASSERT_TRUE(made);
  ASSERT_EQ(taken.size(), 1000u);
  for (std::uint64_t i = 0; i < taken.size(); ++i) EXPECT_EQ(taken[i], i * i);
}

TEST(InOrder, NeverHoldsMoreThanTwoPiecesAThread) {
  std::atomic<int> held = 0, most = 0;
  ASSERT_TRUE(io::InOrder<int>(
      500, 3,
      [&](std::uint64_t) -> Result<int> {
        const int now = ++held;
        for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) continue;
        return 0;
      },
      [&](int) -> Result<void> {
        --held;
        return {};
      }));
  EXPECT_LE(most, 6);
}

TEST(InOrder, EndsWithTheFirstErrorOfMakingOrTaking) {
  const auto number = [](std::uint64_t i) -> Result<int> { return static_cast<int>(i); };
  const auto fine = [](int) -> Result<void> { return {}; };
  const auto fails_at_7 = [](std::uint64_t i) -> Result<int> {
    if (i == 7) return Error{ErrorCode::kUnavailable, "seven"};
    return 0;
  };
  EXPECT_EQ(io::InOrder<int>(100, 2, fails_at_7, fine).error().message, "seven");
  std::vector<int> taken;
  const auto refuses_7 = [&taken](int i) -> Result<void> {
    if (i == 7) return Error{ErrorCode::kCorruption, "taken"};
    taken.push_back(i);
    return {};
  };
  EXPECT_EQ(io::InOrder<int>(100, 2, number, refuses_7).error().message, "taken");
  EXPECT_EQ(taken.size(), 7u) << "what comes after a failure is not taken";
}

TEST(InOrder, ByNoThreadIsDoneByTheCallers) {
  std::uint64_t taken = 0;
  const auto make = [](std::uint64_t i) -> Result<std::uint64_t> { return i; };
  EXPECT_TRUE(
      io::InOrder<std::uint64_t>(3, 0, make, [&](std::uint64_t) -> Result<void> { return ++taken, Result<void>(); }));
  EXPECT_EQ(taken, 3u);
}

TEST(InOrder, OfNothingIsDoneAtOnce) {
  const auto never = [](auto) -> Result<int> { return Error{ErrorCode::kInternal, "called"}; };
  EXPECT_TRUE(io::InOrder<int>(0, 2, never, [](int) -> Result<void> { return {}; }));
}

}  // namespace
}  // namespace certmark::ledger
