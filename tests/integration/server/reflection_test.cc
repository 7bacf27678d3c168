// What the listeners tell of their own services to whoever has no .proto file at hand.
#include <gtest/gtest.h>

#include "api/grpc_reflection.h"
#include "certmark/v1/public.grpc.pb.h"
#include "tests/integration/server/raw_call.h"
#include "tests/integration/server/served_office.h"

namespace certmark::testing {
namespace {

constexpr char kPath[] = "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo";
// ServerReflectionRequest: list_services, or the file of a symbol.
const std::string kListServices = "\x3a\x01*";
std::string FileOf(const std::string& symbol) {
  return "\x22" + std::string(1, static_cast<char>(symbol.size())) + symbol;
}

class Reflection : public ::testing::Test {
 protected:
  grpc::Status LookUp() {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
    v1::Checkpoint checkpoint;
    return v1::PublicService::NewStub(anybody_)->GetCheckpoint(&context, {}, &checkpoint);
  }
  static bool IsIn(const std::optional<std::string>& answer, const std::string& text) {
    return answer && answer->find(text) != answer->npos;
  }

  ServedOffice served_;
  std::shared_ptr<grpc::Channel> anybody_ = served_.Connect(served_.public_port());
};

TEST_F(Reflection, TellsAnybodyOfThePublicServiceAndOfNoOther) {
  RawCall call(anybody_, kPath, kListServices);
  const auto services = call.Next();
  EXPECT_TRUE(IsIn(services, "certmark.v1.PublicService"));
  EXPECT_FALSE(IsIn(services, "certmark.v1.PartyService"));
  RawCall of_one(anybody_, kPath, FileOf("certmark.v1.PublicService"));
  EXPECT_TRUE(IsIn(of_one.Next(), "LookUpAppRequest"));
}

TEST_F(Reflection, IsNotAmongParties) {
  RawCall call(served_.Connect(served_.party_port()), kPath, kListServices);
  EXPECT_EQ(call.Next(), std::nullopt);
  EXPECT_EQ(call.Finish().error_code(), grpc::UNIMPLEMENTED);
}

TEST_F(Reflection, HoldsNoMoreThreadsThanItMayAndNobodyElseUp) {
  std::vector<std::unique_ptr<RawCall>> held;
  int answered = 0;
  for (int i = 0; i < 12; ++i) {
    held.push_back(std::make_unique<RawCall>(anybody_, kPath, kListServices));
    answered += held.back()->Next() ? 1 : 0;
  }
  EXPECT_GE(answered, 1);
  EXPECT_LE(answered, api::kReflectionThreads);
  EXPECT_TRUE(LookUp().ok());
  EXPECT_EQ(HealthOf(anybody_, ""), kServing);
}

}  // namespace
}  // namespace certmark::testing
