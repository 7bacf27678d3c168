// Whose each RPC is: every one says it, and whoever it is not for does not reach its handler.
#include "api/access.h"

#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

#include <set>

#include "api/contract.h"
#include "certmark/v1/authority.pb.h"
#include "certmark/v1/public.pb.h"
#include "certmark/v1/resources.pb.h"

namespace certmark::api {
namespace {

ErrorCode CodeOf(const Result<void>& result) {
  return result ? ErrorCode{} : result.error().code;
}

Caller In(const std::set<ca::Role>& roles) {
  ca::Party party;
  party.id = "p1";
  party.roles = roles;
  return Caller{.party = std::move(party)};
}

TEST(Access, IsDeclaredForEveryRpcInActsThatThereAre) {
  std::set<const google::protobuf::Descriptor*> requests;
  for (const auto* rpc : Rpcs()) {
    const auto rule = AccessTo(*rpc);
    ASSERT_TRUE(rule) << rpc->full_name() << ": " << rule.error().message;
    EXPECT_EQ(rule->anybody || rule->strangers, rpc->service()->name() == "PublicService") << rpc->full_name();
    EXPECT_TRUE(requests.insert(rpc->input_type()).second)
        << rpc->full_name() << " takes what another takes: whose it is could not be told";
  }
  EXPECT_GT(requests.size(), 60u);
}

TEST(Access, IsByRole) {
  const auto& decide = *v1::DecideApplicationRequest::descriptor();
  EXPECT_TRUE(RequireAccess(In({ca::Role::kDecider}), decide));
  EXPECT_TRUE(RequireAccess(In({ca::Role::kReviewer, ca::Role::kDecider}), decide));
  const auto refused = RequireAccess(In({ca::Role::kReviewer}), decide);
  EXPECT_EQ(CodeOf(refused), ErrorCode::kPermissionDenied);
  EXPECT_EQ(refused.error().message, "party p1 may not call DecideApplication");
  EXPECT_EQ(CodeOf(RequireAccess({}, decide)), ErrorCode::kPermissionDenied) << "nobody in particular";
}

TEST(Access, ToThePublicServiceIsEverybodys) {
  EXPECT_TRUE(RequireAccess({}, *v1::GetBundleRequest::descriptor()));
  EXPECT_TRUE(RequireAccess(In({}), *v1::GetBundleRequest::descriptor()));
}

TEST(Access, ToComplainIsOfWhoDoesNotSayWhoTheyAre) {
  const auto& complain = *v1::FileComplaintRequest::descriptor();
  EXPECT_TRUE(RequireAccess({}, complain));
  EXPECT_EQ(CodeOf(RequireAccess(In({ca::Role::kRelyingParty}), complain)), ErrorCode::kPermissionDenied);
}

TEST(Access, ToWhatNoRpcTakesIsNobodys) {
  const Caller everything = In({ca::Role::kDecider, ca::Role::kRegistrar, ca::Role::kOperator});
  EXPECT_EQ(CodeOf(RequireAccess(everything, *v1::Proposal::descriptor())), ErrorCode::kPermissionDenied);
}

}  // namespace
}  // namespace certmark::api
