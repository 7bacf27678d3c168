#include "verifier-sdk/io/public_address.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/un.h>

namespace certmark::ledger {
namespace {

bool IsPublicText(std::string_view text) {
  const auto address = io::ParseIp(text);
  EXPECT_TRUE(address) << text;
  return address && io::IsPublic(*address);
}

TEST(PublicAddress, NoBlockReachesAnAddressFurtherThanItsEdges) {
  const struct {
    const char* before;  // the public address next to the block; none: the next one is not public either
    const char *first, *last;
    const char* after;
  } kRows[] = {
      {nullptr, "0.0.0.0", "0.255.255.255", "1.0.0.0"},
      {"9.255.255.255", "10.0.0.0", "10.255.255.255", "11.0.0.0"},
      {"100.63.255.255", "100.64.0.0", "100.127.255.255", "100.128.0.0"},
      {"126.255.255.255", "127.0.0.0", "127.255.255.255", "128.0.0.0"},
      {"169.253.255.255", "169.254.0.0", "169.254.255.255", "169.255.0.0"},
      {"172.15.255.255", "172.16.0.0", "172.31.255.255", "172.32.0.0"},
      {"191.255.255.255", "192.0.0.0", "192.0.0.255", "192.0.1.0"},
      {"192.0.1.255", "192.0.2.0", "192.0.2.255", "192.0.3.0"},
      {"192.88.98.255", "192.88.99.0", "192.88.99.255", "192.88.100.0"},
      {"192.167.255.255", "192.168.0.0", "192.168.255.255", "192.169.0.0"},
      {"198.17.255.255", "198.18.0.0", "198.19.255.255", "198.20.0.0"},
      {"198.51.99.255", "198.51.100.0", "198.51.100.255", "198.51.101.0"},
      {"203.0.112.255", "203.0.113.0", "203.0.113.255", "203.0.114.0"},
      {"223.255.255.255", "224.0.0.0", "255.255.255.255", nullptr},
      {nullptr, "::", "1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2000::"},
      {"2000:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2001::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff", "2001:200::"},
      {"2001:db7:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db9::"},
      {"2001:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2002::", "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2003::"},
      {"3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff", "3fff:1000::"},
      {"3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "4000::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", nullptr},
  };
  for (const auto& row : kRows) {
    EXPECT_FALSE(IsPublicText(row.first)) << row.first;
    EXPECT_FALSE(IsPublicText(row.last)) << row.last;
    for (const char* neighbour : {row.before, row.after}) {
      EXPECT_TRUE(neighbour == nullptr || IsPublicText(neighbour)) << neighbour;
    }
  }
}

TEST(PublicAddress, IsNoneOfThoseByWhichAMachineOrItsNetworkIsMeant) {
  for (const char* text :
       {"::1", "::", "fe80::1", "febf::1", "fc00::1", "fdff::1", "fec0::1", "ff02::1", "100::1", "5f00::1",
        "64:ff9b:1::1", "2001::1", "2001:2::1", "169.254.169.254", "::127.0.0.1", "::8.8.8.8"}) {
    EXPECT_FALSE(IsPublicText(text)) << text;
  }
}

TEST(PublicAddress, OfVersionFourInVersionSixIsJudgedByWhatItHolds) {
  for (const std::string prefix : {"::ffff:", "64:ff9b::"}) {
    for (const char* text : {"127.0.0.1", "10.1.2.3", "169.254.169.254", "192.168.0.1", "0.0.0.0"}) {
      EXPECT_FALSE(IsPublicText(prefix + text)) << prefix + text;
    }
    EXPECT_TRUE(IsPublicText(prefix + "8.8.8.8")) << prefix;
  }
  EXPECT_FALSE(IsPublicText("2002:808:808::1")) << "6to4 leads through somebody else's relay, whatever it holds";
}

TEST(PublicAddress, IsReadOfASocketsAddressOfBothVersionsAndOfNoOther) {
  sockaddr_in four{};
  four.sin_family = AF_INET;
  ASSERT_EQ(inet_pton(AF_INET, "8.8.4.4", &four.sin_addr), 1);
  EXPECT_EQ(io::IpOf(reinterpret_cast<const sockaddr&>(four)), io::ParseIp("::ffff:8.8.4.4"));
  sockaddr_in6 six{};
  six.sin6_family = AF_INET6;
  ASSERT_EQ(inet_pton(AF_INET6, "2a00::42", &six.sin6_addr), 1);
  EXPECT_EQ(io::IpOf(reinterpret_cast<const sockaddr&>(six)), io::ParseIp("2a00::42"));
  sockaddr_un local{};
  local.sun_family = AF_UNIX;
  EXPECT_EQ(io::IpOf(reinterpret_cast<const sockaddr&>(local)), std::nullopt);
}

TEST(PublicAddress, IsWrittenInOneWay) {
  using std::string_view_literals::operator""sv;
  for (const std::string_view text : {""sv, "localhost"sv, "127.1"sv, "0x7f.0.0.1"sv, "2130706433"sv, "[::1]"sv,
                                      "fe80::1%eth0"sv, "8.8.8.8 "sv, "8.8.8.8\0"sv}) {
    EXPECT_EQ(io::ParseIp(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace certmark::ledger
