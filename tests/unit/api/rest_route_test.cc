#include "api/rest_route.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>
#include <gtest/gtest.h>

#include <set>

#include "api/access.h"
#include "api/contract.h"
#include "certmark/v1/http.pb.h"
#include "certmark/v1/public.pb.h"

namespace certmark::api {
namespace {

using google::protobuf::MethodDescriptor;

bool IsStream(const MethodDescriptor& rpc) {
  return rpc.client_streaming() || rpc.server_streaming();
}

TEST(RestRoute, IsThereForEveryRpcThatIsNoStream) {
  std::set<const MethodDescriptor*> reached;
  for (const RestRoute& route : RestRoutes()) reached.insert(route.rpc);
  for (const MethodDescriptor* rpc : Rpcs()) EXPECT_EQ(reached.contains(rpc), !IsStream(*rpc)) << rpc->full_name();
}

TEST(RestRoute, HasAPathOfItsOwn) {
  std::set<std::string> seen;
  for (const RestRoute& route : RestRoutes()) {
    std::string form = route.verb == RestRoute::Verb::kGet ? "GET " : "POST ";
    for (std::size_t i = 0; i < route.path.size(); ++i) form += "/" + route.path.SegmentAt(i);
    EXPECT_TRUE(seen.insert(form + route.path.verb()).second) << form;
  }
}

TEST(RestRoute, LetsNobodyKeepAnAnswerThatIsForParties) {
  for (const RestRoute& route : RestRoutes()) {
    const bool is_kept = route.max_age > 0 || route.fixed_by != nullptr;
    EXPECT_TRUE(!is_kept || AccessTo(*route.rpc)->anybody) << route.rpc->full_name();
  }
}

// A method of a service of its own, with what a test declares of it.
class Declaring : public ::testing::Test {
 protected:
  Result<std::vector<RestRoute>> Routes(const v1::Http& http, const std::string& request = "GetProofRequest",
                                        const std::string& answer = "Proof") {
    google::protobuf::FileDescriptorProto file;
    file.set_name("declared" + std::to_string(count_++) + ".proto");
    file.set_package("declared" + std::to_string(count_));
    file.add_dependency(v1::GetProofRequest::descriptor()->file()->name());
    file.add_dependency(v1::Certification::descriptor()->file()->name());
    auto& method = *file.add_service()->add_method();
    file.mutable_service(0)->set_name("Service");
    method.set_name("Method");
    method.set_input_type(".certmark.v1." + request);
    method.set_output_type(".certmark.v1." + answer);
    *method.mutable_options()->MutableExtension(v1::http) = http;
    return RoutesOf(*pool_.BuildFile(file)->service(0)->method(0));
  }

  google::protobuf::DescriptorPool pool_{google::protobuf::DescriptorPool::generated_pool()};
  int count_ = 0;
};

TEST_F(Declaring, RefusesWhatCannotBe) {
  v1::Http good;
  good.set_get("/v1/x/{index}");
  ASSERT_TRUE(Routes(good)) << Routes(good).error().message;
  const auto with = [&](auto change) {
    v1::Http http = good;
    change(http);
    return Routes(http);
  };
  EXPECT_FALSE(with([](v1::Http& http) { http.set_get("/v1/{nothing}"); }));
  EXPECT_FALSE(with([](v1::Http& http) { http.set_get("v1"); }));
  EXPECT_FALSE(with([](v1::Http& http) { http.add_also("/v1/{nothing}"); }));
  EXPECT_FALSE(with([](v1::Http& http) { http.set_answer("nothing"); }));
  EXPECT_FALSE(with([](v1::Http& http) { http.set_answer("text"); })) << "of which media type?";
  EXPECT_FALSE(with([](v1::Http& http) { http.set_fixed_by("nothing"); }));
  EXPECT_FALSE(Routes(good, "BatchGetCertificationsRequest")) << "it has no index";
  v1::Http query;
  query.set_get("/v1/x");
  EXPECT_FALSE(Routes(query, "Certification")) << "a query cannot say a message";
}

TEST_F(Declaring, HasNoneWhereNothingIsDeclared) {
  EXPECT_TRUE(Routes({}).value().empty());
}

}  // namespace
}  // namespace certmark::api
