#include "ledger/side_thread.h"

#include <gtest/gtest.h>

#include <future>
#include <thread>

namespace certmark::ledger {
namespace {

TEST(SideThread, DoesWhatItIsHandedOnAnotherThread) {
  SideThread side("side");
  std::thread::id where;
  side.Start([&] { where = std::this_thread::get_id(); });
  side.Wait();
  EXPECT_NE(where, std::thread::id());
  EXPECT_NE(where, std::this_thread::get_id());
}

TEST(SideThread, DoesOneThingAfterTheOther) {
  SideThread side("side");
  int sum = 0;
  for (int i = 1; i <= 100; ++i) {
    side.Start([&sum, i] { sum += i; });
    side.Wait();
    side.Wait();  // of nothing
  }
  EXPECT_EQ(sum, 5050);
}

TEST(SideThread, EndsOnceWhatIsUnderWayHas) {
  std::promise<void> told;
  bool done = false;
  std::thread teller;
  {
    SideThread side("side");
    side.Start([&] {
      told.get_future().wait();
      done = true;
    });
    teller = std::thread([&] { told.set_value(); });
  }
  EXPECT_TRUE(done);
  teller.join();
  const SideThread idle("idle");
}

}  // namespace
}  // namespace certmark::ledger
