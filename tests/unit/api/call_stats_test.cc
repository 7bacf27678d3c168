#include "api/call_stats.h"

#include <gtest/gtest.h>

#include <set>

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
  std::set<std::string> names;
  for (const RpcFigures& rpc : stats.rpcs()) names.insert(rpc.service + "." + rpc.method);
  EXPECT_EQ(names.size(), stats.rpcs().size());
  for (const auto* message : {v1::GetTrustListRequest::descriptor(), v1::GetSelfRequest::descriptor(),
                              v1::CreateApplicationRequest::descriptor()}) {
    const auto* service = message->file()->service(0);
    for (int i = 0; i < service->method_count(); ++i) {
      const RpcFigures* found = stats.Find(*service->method(i)->input_type());
      ASSERT_NE(found, nullptr);
      EXPECT_EQ(found->method, service->method(i)->name());
    }
  }
}

}  // namespace
}  // namespace certmark::api
