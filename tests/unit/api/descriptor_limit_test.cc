#include "api/descriptor_limit.h"

#include <gtest/gtest.h>

namespace certmark::api {
namespace {

TEST(ConnectionShares, AreAQuarterOfTheDescriptorsAndLeaveNoDoorWithout) {
  for (const std::size_t descriptors : {kLeastDescriptors, std::size_t{4096}, std::size_t{1} << 20}) {
    const ConnectionShares shares = ShareConnections(descriptors);
    const std::size_t all = 2 * shares.each_public + shares.party + shares.operations;
    EXPECT_LE(all, descriptors / 4);
    EXPECT_LE(all, ConnectionShares::kMost);
    for (const std::size_t share : {shares.each_public, shares.party, shares.operations}) EXPECT_GE(share, 48u);
  }
  EXPECT_EQ(ShareConnections(1 << 20).party, 1008u);
  EXPECT_EQ(ShareConnections(1 << 20).each_public, 1512u);
}

}  // namespace
}  // namespace certmark::api
