#include "api/call_stats.h"

#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

#include "api/contract.h"
#include "certmark/v1/operator.pb.h"
#include "certmark/v1/party.pb.h"
#include "certmark/v1/public.pb.h"

namespace certmark::api {
namespace {

TEST(CallStats, NameAnRpcAsTheProtosDo) {
  CallStats stats;
  const RpcFigures* look_up = stats.Find(*v1::LookUpAppRequest::descriptor());
  ASSERT_NE(look_up, nullptr);
  EXPECT_EQ(look_up->service, "PublicService");
  EXPECT_EQ(look_up->method, "LookUpApp");
  EXPECT_EQ(stats.Find(*v1::UploadDocumentRequest::descriptor())->service, "OperatorService") << "a stream";
}

TEST(CallStats, KnowNoRpcThatIsAskedForByAnAnswer) {
  CallStats stats;
  EXPECT_EQ(stats.Find(*v1::LookUpAppResponse::descriptor()), nullptr);
}

// Two RPCs that are asked for by the same message would be counted as one.
TEST(CallStats, TellEveryRpcFromAllOthers) {
  CallStats stats;
  for (const auto* rpc : Rpcs()) {
    const RpcFigures* found = stats.Find(*rpc->input_type());
    ASSERT_NE(found, nullptr) << rpc->full_name();
    EXPECT_EQ(found->method, rpc->name());
    EXPECT_EQ(found->service, rpc->service()->name());
  }
}

}  // namespace
}  // namespace certmark::api
