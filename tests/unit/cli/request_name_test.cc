#include "api/cli/request_name.h"

#include <gtest/gtest.h>

#include <regex>

#include "certmark/v1/operator.pb.h"
#include "certmark/v1/public.pb.h"

namespace certmark::cli {
namespace {

TEST(ARequestsName, IsAnotherUuidEachTime) {
  v1::CreateApplicationRequest one, other;
  EXPECT_TRUE(NameRequest(one).value());
  EXPECT_TRUE(NameRequest(other).value());
  const std::regex version4("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
  EXPECT_TRUE(std::regex_match(one.request_id(), version4)) << one.request_id();
  EXPECT_NE(one.request_id(), other.request_id());
}

TEST(ARequestsName, IsNoneWhereTheRequestOnlyAsks) {
  v1::GetBundleRequest bundle;
  EXPECT_FALSE(NameRequest(bundle).value());
}

}  // namespace
}  // namespace certmark::cli
