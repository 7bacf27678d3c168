#include "ledger/outside_view.h"

#include <gtest/gtest.h>

#include "tests/unit/ledger/witnessed_log.h"

namespace certmark::ledger {
namespace {

using testing::HttpAnswer;
using testing::LoopbackRequest;

class OutsideViewTest : public ::testing::Test {
 protected:
  Result<OutsideView> Look(std::uint64_t size, const std::string& quorum = "group g 2 w1 w2 w3\nquorum g\n") {
    std::string policy;
    for (const WitnessServer* witness : {&w1_, &w2_, &w3_}) policy += witness->line();
    const WitnessPolicy parsed = WitnessPolicy::Parse(policy + quorum).value();
    const auto newest = log_.At(size);
    return LookFromOutside({parsed, *newest, log_.source(), timeout_, [this] { return now_; }});
  }
  void HaveCosigned(std::uint64_t size) {
    for (WitnessServer* w : {&w1_, &w2_, &w3_}) {
      ASSERT_EQ(w->witness()->AddCheckpoint(log_.Body(0, size)).status, 200);
    }
  }
  std::string Rollback(const Result<OutsideView>& view) {
    EXPECT_FALSE(view);
    if (view) return {};
    EXPECT_EQ(view.error().code, ErrorCode::kCorruption);
    EXPECT_NE(view.error().message.find("ROLLBACK DETECTED"), std::string::npos);
    return view.error().message;
  }
  static void Down(WitnessServer& witness) {
    witness.Say([](const LoopbackRequest&) { return std::string(); });
  }

  WitnessedLog log_;
  testing::Gate gate_;  // outlives the servers
  WitnessServer w1_{1, log_}, w2_{2, log_}, w3_{3, log_};
  std::chrono::milliseconds timeout_ = std::chrono::hours(1);
  Time now_ = testing::kNow;  // the witnesses' clocks say the same, until a test sets them
};

TEST_F(OutsideViewTest, WitnessesThatAgreeAreAQuorum) {
  HaveCosigned(9);
  const OutsideView view = Look(9).value();
  EXPECT_TRUE(view.quorum_agreed);
  ASSERT_EQ(view.witnesses.size(), 3u);
  for (const auto& witness : view.witnesses) EXPECT_TRUE(witness.has_agreed) << witness.answer.text;
  EXPECT_EQ(view.witnesses[2].name, "w3");
  EXPECT_EQ(w1_.asked(), 1);
}

// A witness that was put back to an old copy together with the log is behind too, and would agree with any past of it.
TEST_F(OutsideViewTest, AWitnessThatIsNewOrBehindIsBroughtUpAndVouchesForNothing) {
  ASSERT_EQ(w1_.witness()->AddCheckpoint(log_.Body(0, 5)).status, 200);
  const OutsideView view = Look(9).value();
  EXPECT_FALSE(view.quorum_agreed);
  for (const auto& witness : view.witnesses) {
    EXPECT_FALSE(witness.has_agreed) << witness.name;
    EXPECT_EQ(witness.answer.outcome, WitnessOutcome::kCosigned) << witness.answer.text;
  }
  EXPECT_TRUE(view.witnesses[0].answer.text.starts_with("it was behind, at size 5: it has now cosigned size 9 of "))
      << view.witnesses[0].answer.text;
  EXPECT_EQ(w1_.witness()->AddCheckpoint(log_.Body(0, 9)).body, "9\n");
  EXPECT_EQ(w2_.witness()->AddCheckpoint(log_.Body(0, 5)).body, "9\n");
}

TEST_F(OutsideViewTest, WhoWasBehindDoesNotMakeUpAQuorumWithWhoAgrees) {
  ASSERT_EQ(w1_.witness()->AddCheckpoint(log_.Body(0, 9)).status, 200);
  const OutsideView view = Look(9).value();
  EXPECT_TRUE(view.witnesses[0].has_agreed);
  EXPECT_FALSE(view.quorum_agreed);
}

TEST_F(OutsideViewTest, ACosignatureOfAnotherTimeDoesNotVouch) {
  HaveCosigned(9);
  const std::string old = w1_.witness()->AddCheckpoint(log_.Body(9, 9)).body;
  now_ += kWitnessClockSkew + Seconds(1);
  for (WitnessServer* w : {&w2_, &w3_}) w->witness().set_now(now_);
  w1_.Say([old](const LoopbackRequest&) { return HttpAnswer(200, "", old); });  // somebody on the way kept it
  const OutsideView view = Look(9).value();
  EXPECT_FALSE(view.witnesses[0].has_agreed);
  EXPECT_NE(view.witnesses[0].answer.text.find("its cosignature is of " + FormatDateTime(testing::kNow)),
            std::string::npos)
      << view.witnesses[0].answer.text;
  EXPECT_TRUE(view.quorum_agreed) << "the other two";
}

TEST_F(OutsideViewTest, ACosignatureIsFreshWithinTheSkewOfTwoClocks) {
  HaveCosigned(9);
  for (const Seconds skew : {kWitnessClockSkew, -kWitnessClockSkew}) {
    now_ = testing::kNow + skew;
    EXPECT_TRUE(Look(9).value().quorum_agreed) << skew.count();
    now_ += skew > Seconds(0) ? Seconds(1) : Seconds(-1);
    EXPECT_FALSE(Look(9)) << skew.count();
  }
}

TEST_F(OutsideViewTest, AClockThatAQuorumContradictsIsRefused) {
  HaveCosigned(9);
  now_ += Seconds(24 * 3600);
  const auto view = Look(9);
  ASSERT_FALSE(view);
  EXPECT_EQ(view.error().code, ErrorCode::kFailedPrecondition);
  EXPECT_TRUE(view.error().message.starts_with("the clock and a quorum of witnesses disagree: the clock says " +
                                               FormatDateTime(now_) + ", witness \"w1\" " +
                                               FormatDateTime(testing::kNow)))
      << view.error().message;
  w1_.witness().set_now(now_);
  w2_.witness().set_now(now_);
  EXPECT_TRUE(Look(9).value().quorum_agreed);
}

TEST_F(OutsideViewTest, OneThatIsAheadIsARollbackWhateverTheOthersSay) {
  ASSERT_EQ(w2_.witness()->AddCheckpoint(log_.Body(0, 20)).status, 200);
  const std::string error = Rollback(Look(9));
  EXPECT_NE(error.find("\"w2\""), std::string::npos) << error;
  EXPECT_NE(error.find("size 20"), std::string::npos) << error;
  EXPECT_NE(error.find("size 9"), std::string::npos) << error;
}

TEST_F(OutsideViewTest, AnotherRootAtTheSameSizeOrBeforeIsARollback) {
  const WitnessedLog fork("ca.example/log/1", "another first leaf");
  ASSERT_EQ(w1_.witness()->AddCheckpoint(fork.Body(0, 9)).status, 200);
  ASSERT_EQ(w3_.witness()->AddCheckpoint(fork.Body(0, 5)).status, 200);
  const std::string error = Rollback(Look(9));
  EXPECT_NE(error.find("\"w1\""), std::string::npos) << error;
  EXPECT_NE(error.find("\"w3\""), std::string::npos) << error;
}

TEST_F(OutsideViewTest, WhoDoesNotAnswerIsNotCounted) {
  HaveCosigned(9);
  Down(w1_);
  EXPECT_TRUE(Look(9).value().quorum_agreed);
  Down(w2_);
  const OutsideView view = Look(9).value();
  EXPECT_FALSE(view.quorum_agreed);
  EXPECT_FALSE(view.witnesses[0].has_agreed);
  EXPECT_EQ(view.witnesses[0].answer.outcome, WitnessOutcome::kUnreachable);
  EXPECT_TRUE(view.witnesses[2].has_agreed);
}

TEST_F(OutsideViewTest, AWitnessThatRefusesOrLiesIsNotCounted) {
  HaveCosigned(9);
  w1_.Say([](const LoopbackRequest&) { return HttpAnswer(404, "", ""); });
  w2_.Say([](const LoopbackRequest&) { return HttpAnswer(200, "", "— witness.example/2 AAAA\n"); });
  EXPECT_FALSE(Look(9).value().quorum_agreed);
}

TEST_F(OutsideViewTest, ASilentWitnessIsWaitedForOnlySoLong) {
  w3_.Say([this](const LoopbackRequest&) { return gate_.Wait(), std::string(); });
  timeout_ = std::chrono::milliseconds(2000);
  const OutsideView view = Look(9, "quorum w1\n").value();
  gate_.Open();
  EXPECT_EQ(view.witnesses[2].answer.outcome, WitnessOutcome::kUnreachable);
}

TEST_F(OutsideViewTest, QuorumNoneVouchesForNothing) {
  HaveCosigned(9);
  const OutsideView view = Look(9, "quorum none\n").value();
  EXPECT_TRUE(view.witnesses[0].has_agreed);
  EXPECT_FALSE(view.quorum_agreed);
}

}  // namespace
}  // namespace certmark::ledger
