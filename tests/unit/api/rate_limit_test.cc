// A token bucket for each network, and what a network is.
#include "api/rate_limit.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "api/client_network.h"

namespace certmark::api {
namespace {

class RateLimits : public ::testing::Test {
 protected:
  /// Taken is how many of `count` calls are let in.
  int Taken(std::string_view network, int count) {
    int taken = 0;
    for (int i = 0; i < count; ++i) taken += !limit_.Take(network);
    return taken;
  }

  Seconds now_{1'000'000};
  RateLimit limit_{{.burst = 3, .each = std::chrono::seconds{60}}, RateLimit::Key{7}, [this] { return now_; }};
};

TEST_F(RateLimits, LetABurstInAndThenOneAfterEachInterval) {
  EXPECT_EQ(Taken("a", 5), 3);
  now_ += Seconds{59};
  EXPECT_EQ(Taken("a", 1), 0);
  now_ += Seconds{1};
  EXPECT_EQ(Taken("a", 2), 1);
  now_ += Seconds{3600};
  EXPECT_EQ(Taken("a", 9), 3) << "a bucket holds no more than a burst";
}

TEST_F(RateLimits, SayWhenToComeAgain) {
  Taken("a", 3);
  EXPECT_EQ(limit_.Take("a"), Seconds{60});
  now_ += Seconds{45};
  EXPECT_EQ(limit_.Take("a"), Seconds{15});
  now_ += Seconds{15};
  EXPECT_EQ(limit_.Take("a"), std::nullopt);
}

TEST_F(RateLimits, AreEachNetworksOwn) {
  Taken("a", 3);
  EXPECT_EQ(Taken("b", 5), 3);
  EXPECT_EQ(Taken("a", 1), 0);
}

TEST_F(RateLimits, CanBeSetAnewAndThenBeginAnew) {
  EXPECT_EQ(Taken("a", 5), 3);
  limit_.Set({3, std::chrono::seconds{60}});
  EXPECT_EQ(Taken("a", 5), 0) << "it is the same limit";
  limit_.Set({3, std::chrono::seconds{10}});
  EXPECT_EQ(Taken("a", 5), 3);
  now_ += Seconds{10};
  EXPECT_EQ(Taken("a", 5), 1);
  limit_.Set({3, {}});
  EXPECT_EQ(Taken("a", 50), 50);
  limit_.Set({3, std::chrono::seconds{60}});
  EXPECT_EQ(Taken("a", 5), 3);
}

TEST(RateLimit, IsNoneWithoutAnIntervalForManyThreadsAtOnce) {
  RateLimit limit({.burst = 1, .each = {}}, RateLimit::Key{});
  std::atomic<int> refused = 0;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 20'000; ++i) refused += limit.Take("a").has_value();
      });
    }
  }
  EXPECT_EQ(refused, 0);
}

TEST_F(RateLimits, CountACallForAsManyAsItStandsFor) {
  EXPECT_EQ(limit_.Take("a", 2), std::nullopt);
  EXPECT_EQ(limit_.Take("a", 2), Seconds{60});
  EXPECT_EQ(limit_.Take("b", 1'000), std::nullopt) << "no more than a burst";
  EXPECT_EQ(limit_.Take("b", 1), Seconds{60});
}

TEST(RateLimit, IsNoneWithoutAnInterval) {
  RateLimit limit({.burst = 1, .each = {}}, RateLimit::Key{}, [] { return Seconds{5}; });
  for (int i = 0; i < 100; ++i) EXPECT_EQ(limit.Take("a"), std::nullopt);
}

TEST(ClientNetworks, AreAnAddressOfVersionFourWhateverThePort) {
  EXPECT_EQ(NetworkOf("ipv4:192.0.2.1:443"), std::string("\xc0\x00\x02\x01", 4));
  EXPECT_EQ(NetworkOf("ipv4:192.0.2.1:443"), NetworkOf("ipv4:192.0.2.1:50000"));
  EXPECT_NE(NetworkOf("ipv4:192.0.2.1:443"), NetworkOf("ipv4:192.0.2.2:443"));
  for (const char* holds_it :
       {"ipv6:[::ffff:192.0.2.1]:443", "ipv6:[2002:c000:201::1]:443", "ipv6:[2002:c000:201:9::]:443"})
    EXPECT_EQ(NetworkOf(holds_it), NetworkOf("ipv4:192.0.2.1:443")) << holds_it;
  for (const char* address : {"192.0.2.1", "::ffff:192.0.2.1", "2002:c000:201::1"})
    EXPECT_EQ(NetworkOfAddress(address), NetworkOf("ipv4:192.0.2.1:443")) << address;
}

TEST(ClientNetworks, AreWhatASiteHasOfVersionSix) {
  const std::string one = NetworkOf("ipv6:[2001:db8:1:1::1]:443");
  EXPECT_EQ(one, std::string("\x20\x01\x0d\xb8\x00\x01", 6));
  for (const char* same :
       {"ipv6:[2001:db8:1:1:ffff::2]:9", "ipv6:[2001:db8:1:ffff::1]:443", "ipv6:%5B2001:db8:1:1::1%5D:443"})
    EXPECT_EQ(NetworkOf(same), one) << same;
  EXPECT_NE(NetworkOf("ipv6:[2001:db8:2:1::1]:443"), one);
  EXPECT_EQ(NetworkOf("ipv6:[fe80::1%25eth0]:443"), NetworkOf("ipv6:%5Bfe80::1%25eth0%5D:443"));
  EXPECT_EQ(NetworkOf("ipv6:[fe80::1%25eth0]:443").size(), 6u);
}

TEST(ClientNetworks, AreOneForAllOtherPeers) {
  for (const char* peer : {"", "unix:/run/socket", "ipv4:", "ipv4:192.0.2:443", "ipv6:nonsense:1", "ipv4"}) {
    EXPECT_EQ(NetworkOf(peer), "") << peer;
  }
  for (const char* address : {"", "localhost", ":", "192.0.2"}) EXPECT_EQ(NetworkOfAddress(address), "") << address;
}

}  // namespace
}  // namespace certmark::api
