#include "ledger/bell.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <optional>
#include <thread>

namespace certmark::ledger {
namespace {

TEST(Bell, IsHeardByAllWhoListenAndByNobodyElse) {
  Bell bell;
  int first = 0, second = 0;
  bell.Ring();
  std::optional<Bell::Listening> listening(bell.Listen([&] { ++first; }));
  const auto other = bell.Listen([&] { ++second; });
  bell.Ring();
  listening.reset();
  bell.Ring();
  EXPECT_EQ(first, 1);
  EXPECT_EQ(second, 2);
}

TEST(Bell, IsHeardByWhereverListeningWasMoved) {
  Bell bell;
  int heard = 0;
  {
    auto listening = bell.Listen([&] { ++heard; });
    const Bell::Listening moved = std::move(listening);
    bell.Ring();
  }
  bell.Ring();
  EXPECT_EQ(heard, 1);
}

TEST(Bell, CallsNobodyOnceTheyListenNoMore) {
  Bell bell;
  std::atomic<bool> done = false;
  std::thread ringing([&] {
    for (; !done; std::this_thread::yield()) bell.Ring();
  });
  for (int i = 0; i < 200; ++i) {
    const auto gone = std::make_unique<int>(0);
    const auto listening = bell.Listen([at = gone.get()] { ++*at; });
  }  // the listening goes first, then what its callback writes to
  done = true;
  ringing.join();
}

}  // namespace
}  // namespace certmark::ledger
