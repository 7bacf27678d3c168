#include "api/call_limits.h"

#include <gtest/gtest.h>

namespace certmark::api {
namespace {

using ca::Role;

class CallLimitsOf : public ::testing::Test {
 protected:
  static Caller Party(const std::string& id, std::set<Role> roles) {
    Caller caller;
    caller.party.emplace();
    caller.party->id = id;
    caller.party->roles = std::move(roles);
    caller.network = "all come from here";
    return caller;
  }
  static Caller Anybody(const std::string& network) { return {{}, {}, network}; }
  /// Taken is how many of `count` calls at once are let in.
  int Taken(const Caller& caller, int count) {
    int taken = 0;
    for (int i = 0; i < count; ++i) taken += !limits_.Take(caller);
    return taken;
  }

  std::chrono::nanoseconds now_{std::chrono::hours{1}};
  const CallRates rates_{.anybody = 1, .operators = 2, .evaluators = 3, .staff = 4, .relying_parties = 5};
  CallLimits limits_{rates_, {}, [this] { return now_; }};
};

TEST_F(CallLimitsOf, EachKindOfCallerAreItsOwn) {
  EXPECT_EQ(Taken(Anybody("a"), 50), 4);
  EXPECT_EQ(Taken(Party("o", {Role::kOperator}), 50), 8);
  EXPECT_EQ(Taken(Party("l", {Role::kLaboratory}), 50), 12);
  EXPECT_EQ(Taken(Party("u", {Role::kAuditor}), 50), 12);
  for (const Role role :
       {Role::kReviewer, Role::kDecider, Role::kSurveillanceOfficer, Role::kAppealsOfficer, Role::kRegistrar})
    EXPECT_EQ(Taken(Party(std::string(Name(role)), {role}), 50), 16) << Name(role);
  EXPECT_EQ(Taken(Party("s", {Role::kRelyingParty}), 50), 20);
}

TEST_F(CallLimitsOf, EachCallerAreItsOwnWhereverItCallsFrom) {
  EXPECT_EQ(Taken(Party("one", {Role::kOperator}), 50), 8);
  EXPECT_EQ(Taken(Party("two", {Role::kOperator}), 50), 8);
  EXPECT_EQ(Taken(Party("one", {Role::kOperator}), 50), 0);
  EXPECT_EQ(Taken(Anybody("a"), 50), 4);
  EXPECT_EQ(Taken(Anybody("b"), 50), 4);
}

TEST_F(CallLimitsOf, ACallerWhoIsSeveralThingsAreTheLargest) {
  EXPECT_EQ(Taken(Party("both", {Role::kOperator, Role::kRelyingParty}), 50), 20);
}

TEST_F(CallLimitsOf, APartyOfNoRoleAreThoseOfAnybody) {
  EXPECT_EQ(Taken(Party("nothing", {}), 50), 4);
}

TEST_F(CallLimitsOf, ACallerComeBackAtItsPace) {
  const Caller caller = Party("o", {Role::kOperator});
  (void)Taken(caller, 50);
  now_ += std::chrono::milliseconds{499};
  EXPECT_EQ(limits_.Take(caller)->retry_after, Seconds{1}) << "whole seconds, rounded up";
  now_ += std::chrono::milliseconds{1};
  EXPECT_EQ(Taken(caller, 50), 1);
}

TEST_F(CallLimitsOf, NobodyAreThereWithoutARate) {
  CallRates none = rates_;
  none.operators = 0;
  limits_.Set(none);
  EXPECT_EQ(Taken(Party("o", {Role::kOperator}), 500), 500);
  EXPECT_EQ(Taken(Party("both", {Role::kOperator, Role::kRelyingParty}), 500), 500) << "none is the largest";
  EXPECT_EQ(Taken(Anybody("a"), 50), 4) << "the others stay";
}

TEST_F(CallLimitsOf, ThoseWhoComplainAreCountedBesideTheirCalls) {
  CallRates slow = rates_;
  slow.complaint_interval = std::chrono::minutes{5};
  limits_.Set(slow);
  for (int i = 0; i < 20; ++i) EXPECT_FALSE(limits_.TakeComplaint(Anybody("a")));
  const auto refusal = limits_.TakeComplaint(Anybody("a"));
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->reason, "TOO_MANY_COMPLAINTS");
  EXPECT_EQ(refusal->retry_after, Seconds{300});
  EXPECT_EQ(Taken(Anybody("a"), 50), 4);
}

}  // namespace
}  // namespace certmark::api
