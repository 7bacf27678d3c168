#include "api/request_id.h"

#include <gtest/gtest.h>

#include <set>
#include <thread>

namespace certmark::api {
namespace {

TEST(RequestIds, AreEachUnlikeAllOthers) {
  std::set<std::string> ids[2];
  std::thread other([&] {
    for (int i = 0; i < 1000; ++i) ids[1].insert(NewRequestId());
  });
  for (int i = 0; i < 1000; ++i) ids[0].insert(NewRequestId());
  other.join();
  ids[0].merge(ids[1]);
  EXPECT_EQ(ids[0].size(), 2000u);
}

TEST(RequestIds, AreOfTheThreadThatWorksForTheRequest) {
  EXPECT_EQ(CurrentRequestId(), "");
  const RequestScope outer("a");
  EXPECT_EQ(CurrentRequestId(), "a");
  {
    const RequestScope inner("b");
    EXPECT_EQ(CurrentRequestId(), "b");
  }
  EXPECT_EQ(CurrentRequestId(), "a");
  std::string elsewhere = "not asked";
  std::thread([&] { elsewhere = CurrentRequestId(); }).join();
  EXPECT_EQ(elsewhere, "");
}

}  // namespace
}  // namespace certmark::api
