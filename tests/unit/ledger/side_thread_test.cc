#include "ledger/side_thread.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>

namespace certmark::ledger {
namespace {

TEST(SideThread, DoesWhatItIsHandedOnAnotherThread) {
  SideThread side;
  std::thread::id where;
  side.Start([&] { where = std::this_thread::get_id(); });
  side.Wait();
  EXPECT_NE(where, std::thread::id());
  EXPECT_NE(where, std::this_thread::get_id());
}

TEST(SideThread, DoesOneThingAfterTheOther) {
  SideThread side;
  int sum = 0;
  for (int i = 1; i <= 100; ++i) {
    side.Start([&sum, i] { sum += i; });
    side.Wait();
    side.Wait();  // of nothing
  }
  EXPECT_EQ(sum, 5050);
}

TEST(SideThread, EndsOnceWhatIsUnderWayHas) {
  std::atomic<bool> done = false;
  {
    SideThread side;
    side.Start([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      done = true;
    });
  }
  EXPECT_TRUE(done);
  const SideThread idle;
}

}  // namespace
}  // namespace certmark::ledger
