// What every use case does at its desk.
#include "ca/desk.h"

#include <gtest/gtest.h>

#include <functional>
#include <utility>

#include "tests/unit/ca/authority_fixture.h"

namespace certmark::ca {
namespace {

using testing::SmallAuthority;

TEST(Desk, WaitsForTheLogAside) {
  int waits = 0;
  bool is_aside = false;
  SmallAuthority authority({.aside = [&](const std::function<void()>& wait) {
    EXPECT_FALSE(std::exchange(is_aside, true));
    wait();
    is_aside = false;
    ++waits;
  }});
  waits = 0;
  const Desk& desk = authority.service().desk();
  EXPECT_TRUE(desk.AwaitDurable());
  EXPECT_EQ(waits, 1);
  EXPECT_TRUE(desk.CommitRecorded({}, ledger::Ack::kSequenced));
  EXPECT_EQ(waits, 2);
}

}  // namespace
}  // namespace certmark::ca
