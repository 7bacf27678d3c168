// Whose each RPC is: every one says it, and whoever it is not for does not reach its handler.
#include "api/access.h"

#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

#include <set>

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
  ASSERT_EQ(Services().size(), 6u);
  std::set<const google::protobuf::Descriptor*> requests;
  for (const auto* service : Services()) {
    for (int i = 0; i < service->method_count(); ++i) {
      const auto rule = AccessTo(*service->method(i));
      ASSERT_TRUE(rule) << service->method(i)->full_name() << ": " << rule.error().message;
      EXPECT_EQ(rule->anybody || rule->strangers, service->name() == "PublicService")
          << service->method(i)->full_name();
      EXPECT_TRUE(requests.insert(service->method(i)->input_type()).second)
          << service->method(i)->full_name() << " takes what another takes: whose it is could not be told";
    }
  }
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
