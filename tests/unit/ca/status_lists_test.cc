#include "ca/status_lists.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "ledger/memory_store.h"
#include "tests/unit/ca/issuing.h"

namespace certmark::ca {
namespace {

using ledger::Column;
using ledger::Write;
using testing::kAuthority;
using testing::kDay;
using testing::kNow;

class StatusListsTest : public ::testing::Test {
 protected:
  std::unique_ptr<StatusLists> Load() { return TryLoad().value(); }
  Result<std::unique_ptr<StatusLists>> TryLoad() {
    auto lists = CM_TRY(StatusLists::Load(*store_, {.iss = std::string(kAuthority),
                                                    .signer = *ca_.status_key,
                                                    .leaf = ca_.status_signer,
                                                    .ca = ca_.credential_ca,
                                                    .clock = [this] { return now_; }}));
    CM_TRY(lists->Refresh());
    return lists;
  }
  /// Commit makes rows durable, as the log does before Apply sees them.
  void Commit(const std::vector<Write>& writes) {
    const Bytes head = store_->Head().value();
    Bytes next = head;
    next.push_back(1);
    store_->Commit(head, {next, writes}).value();
  }
  static StatusToken Read(const StatusLists& lists, std::uint32_t list = 0) {
    return StatusToken::Parse(lists.Current(list).value()->jwt).value();
  }

  const testing::Issuing ca_;
  Time now_ = kNow;
  std::unique_ptr<ledger::Store> store_ = ledger::MakeMemoryStore();
};

TEST_F(StatusListsTest, AreBornRevokedAndSigned) {
  const auto lists = Load();
  ASSERT_EQ(lists->count(), 1u);
  const StatusToken token = Read(*lists);
  EXPECT_TRUE(Equal(token.bits.bytes(), StatusBits().bytes()));
  EXPECT_EQ(token.bits.at(0), StatusValue::kRevoked);
}

TEST_F(StatusListsTest, AreTokensAsThePageSays) {
  const auto lists = Load();
  const StatusToken token = Read(*lists);
  EXPECT_EQ(token.iss, "https://ca.example");
  EXPECT_EQ(token.sub, "https://ca.example/status/0");
  EXPECT_EQ(token.iat, kNow);
  EXPECT_EQ(token.exp, kNow + kDay);
  EXPECT_EQ(token.ttl, 300u);
  EXPECT_EQ(token.jws.x5c, (std::vector<Bytes>{ca_.status_signer.der(), ca_.credential_ca.der()}));
  EXPECT_TRUE(VerifyJws(token.jws, ca_.status_signer.key()));
}

TEST_F(StatusListsTest, SayWhatWasCommittedAtOnce) {
  const auto lists = Load();
  const StatusPlace a = lists->Reserve(), b = lists->Reserve(), c = lists->Reserve();
  const Write writes[] = {StatusWrite(a, StatusValue::kValid), StatusWrite(b, StatusValue::kSuspended)};
  ASSERT_TRUE(lists->Apply(writes));
  const StatusToken token = Read(*lists);
  EXPECT_EQ(token.bits.at(a.index), StatusValue::kValid);
  EXPECT_EQ(token.bits.at(b.index), StatusValue::kSuspended);
  EXPECT_EQ(token.bits.at(c.index), StatusValue::kRevoked) << "reserved, never committed";
}

TEST_F(StatusListsTest, TheLastRowOfABatchWins) {
  const auto lists = Load();
  const Write writes[] = {StatusWrite({0, 5}, StatusValue::kValid), StatusWrite({0, 5}, StatusValue::kEnded)};
  ASSERT_TRUE(lists->Apply(writes));
  EXPECT_EQ(Read(*lists).bits.at(5), StatusValue::kEnded);
}

TEST_F(StatusListsTest, AreReadBackAsTheyWere) {
  {
    const auto lists = Load();
    const std::vector<Write> writes = {StatusWrite(lists->Reserve(), StatusValue::kValid),
                                       StatusWrite(lists->Reserve(), StatusValue::kEnded)};
    Commit(writes);
    ASSERT_TRUE(lists->Apply(writes));
  }
  const auto again = Load();
  EXPECT_EQ(Read(*again).bits.at(0), StatusValue::kValid);
  EXPECT_EQ(Read(*again).bits.at(1), StatusValue::kEnded);
  EXPECT_EQ(again->Reserve().index, 2u);
}

TEST_F(StatusListsTest, NeverHandOutACommittedPlaceAgain) {
  Commit({StatusWrite({0, 41}, StatusValue::kEnded), StatusWrite({0, 7}, StatusValue::kValid)});
  const auto lists = Load();
  EXPECT_EQ(lists->Reserve().index, 42u);
  EXPECT_EQ(lists->Reserve().index, 43u);
}

TEST_F(StatusListsTest, OpenTheNextListWhenOneIsFull) {
  Commit({StatusWrite({0, kStatusListEntries - 1}, StatusValue::kValid)});
  const auto lists = Load();
  const StatusPlace place = lists->Reserve();
  EXPECT_EQ(place.list, 1u);
  EXPECT_EQ(place.index, 0u);
  EXPECT_EQ(lists->Current(1).error().code, ErrorCode::kNotFound);
  const Write writes[] = {StatusWrite(place, StatusValue::kValid)};
  ASSERT_TRUE(lists->Apply(writes));
  EXPECT_EQ(lists->count(), 2u);
  EXPECT_EQ(Read(*lists, 1).sub, "https://ca.example/status/1");
  EXPECT_EQ(Read(*lists, 1).bits.at(0), StatusValue::kValid);
}

TEST_F(StatusListsTest, LeaveOtherRowsAndUntouchedListsAlone) {
  const auto lists = Load();
  const auto before = lists->Current(0).value();
  now_ += Seconds{10};
  const Write writes[] = {{Column::kIndex, ToBytes("app/android:x"), ToBytes("y")},
                          {Column::kRecord, StatusWrite({0, 1}, StatusValue::kValid).key, Bytes{0}}};
  ASSERT_TRUE(lists->Apply(writes));
  EXPECT_EQ(lists->Current(0).value(), before);
}

TEST_F(StatusListsTest, RefuseRowsThatNobodyWrites) {
  const Bytes good = StatusWrite({0, 1}, StatusValue::kValid).key;
  Bytes cut = good, longer = good, outside = good, far = good;
  cut.pop_back();
  longer.push_back(0);
  outside[good.size() - 3] = 2;  // index 2^17 + 1
  far[good.size() - 8] = 1;      // list 2^24
  const std::pair<const char*, Write> kRows[] = {
      {"a shorter key", {Column::kIndex, cut, Bytes{0}}},
      {"a longer key", {Column::kIndex, longer, Bytes{0}}},
      {"an index outside", {Column::kIndex, outside, Bytes{0}}},
      {"a list that cannot be", {Column::kIndex, far, Bytes{0}}},
      {"a value that is none", {Column::kIndex, good, Bytes{4}}},
      {"no value", {Column::kIndex, good, Bytes{}}},
      {"two values", {Column::kIndex, good, Bytes{0, 0}}},
      {"erased", {Column::kIndex, good, std::nullopt}},
  };
  const auto lists = Load();
  for (const auto& [name, write] : kRows) {
    EXPECT_EQ(lists->Apply({&write, 1}).error().code, ErrorCode::kCorruption) << name;
  }
  Commit({kRows[4].second});
  EXPECT_EQ(TryLoad().error().code, ErrorCode::kCorruption);
}

TEST_F(StatusListsTest, AreRefreshedAfterHalfTheirTtl) {
  const auto lists = Load();
  now_ += Seconds{149};
  ASSERT_TRUE(lists->Refresh());
  EXPECT_EQ(lists->Current(0).value()->iat, kNow);
  now_ += Seconds{1};
  ASSERT_TRUE(lists->Refresh());
  EXPECT_EQ(lists->Current(0).value()->iat, kNow + Seconds{150});
}

TEST_F(StatusListsTest, NeverLookOlderThanTheListTheyReplace) {
  const auto lists = Load();
  now_ -= Seconds{3000};
  const Write writes[] = {StatusWrite({0, 0}, StatusValue::kValid)};
  ASSERT_TRUE(lists->Apply(writes));
  EXPECT_EQ(lists->Current(0).value()->iat, kNow);
  EXPECT_EQ(Read(*lists).bits.at(0), StatusValue::kValid);
}

TEST_F(StatusListsTest, AreNotSignedOutsideTheSignersUsagePeriod) {
  const auto lists = Load();
  now_ = ca_.status_signer.usage_period()->last + Seconds{1};
  EXPECT_EQ(lists->Refresh().error().code, ErrorCode::kFailedPrecondition);
  EXPECT_EQ(TryLoad().error().code, ErrorCode::kFailedPrecondition);
}

TEST_F(StatusListsTest, AreShownToNobodyOnceTheyHaveEnded) {
  const auto lists = Load();
  now_ = kNow + kDay - Seconds{1};
  EXPECT_TRUE(lists->Current(0));
  now_ = kNow + kDay;
  const auto ended = lists->Current(0);
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().code, ErrorCode::kUnavailable);
  EXPECT_TRUE(ended.error().message.starts_with("status list 0 ended at ")) << ended.error().message;
  ASSERT_TRUE(lists->Refresh());
  EXPECT_EQ(lists->Current(0).value()->iat, kNow + kDay);
}

TEST_F(StatusListsTest, ArePreparedForNobodyToSeeAndThenShown) {
  const auto lists = Load();
  const auto before = lists->Current(0).value();
  const Write writes[] = {StatusWrite(lists->Reserve(), StatusValue::kValid)};
  lists->Prepare(writes);
  EXPECT_EQ(lists->Current(0).value(), before);
  const Time prepared_at = now_;
  now_ += Seconds{2};
  ASSERT_TRUE(lists->Apply(writes));
  EXPECT_EQ(lists->Current(0).value()->iat, prepared_at);
  EXPECT_EQ(Read(*lists).bits.at(0), StatusValue::kValid);
}

TEST_F(StatusListsTest, AreSignedAnewWhereWhatWasPreparedSaysSomethingElse) {
  const auto lists = Load();
  const Write meant = StatusWrite({0, 0}, StatusValue::kValid), written = StatusWrite({0, 0}, StatusValue::kSuspended);
  lists->Prepare({&meant, 1});
  ASSERT_TRUE(lists->Apply({&written, 1}));
  EXPECT_EQ(Read(*lists).bits.at(0), StatusValue::kSuspended);
  now_ += Seconds{1};
  ASSERT_TRUE(lists->Apply({&meant, 1}));
  EXPECT_EQ(Read(*lists).bits.at(0), StatusValue::kValid);
  EXPECT_EQ(lists->Current(0).value()->iat, now_) << "what was not taken is gone";
}

TEST_F(StatusListsTest, AreSignedAnewWhereWhatWasPreparedIsOfLongAgoOrOfATimeToCome) {
  const auto lists = Load();
  const Write writes[] = {StatusWrite({0, 0}, StatusValue::kValid)};
  lists->Prepare(writes);
  now_ += Seconds{3};
  ASSERT_TRUE(lists->Apply(writes));
  EXPECT_EQ(lists->Current(0).value()->iat, kNow + Seconds{3});
  now_ += Seconds{1000};
  lists->Prepare(writes);
  now_ -= Seconds{500};
  ASSERT_TRUE(lists->Apply(writes));
  EXPECT_EQ(lists->Current(0).value()->iat, kNow + Seconds{503}) << "the clock was put back since";
}

TEST_F(StatusListsTest, AreSignedAnewWhereANewerOneThanWhatWasPreparedIsShown) {
  const auto lists = Load();
  const Write writes[] = {StatusWrite({0, 0}, StatusValue::kValid)};
  now_ += StatusLists::kTtl / 2 - Seconds{1};
  lists->Prepare(writes);
  now_ += Seconds{1};
  ASSERT_TRUE(lists->Refresh());
  const Time refreshed_at = lists->Current(0).value()->iat;
  ASSERT_EQ(refreshed_at, now_);
  ASSERT_TRUE(lists->Apply(writes));
  EXPECT_EQ(lists->Current(0).value()->iat, refreshed_at);
  EXPECT_EQ(Read(*lists).bits.at(0), StatusValue::kValid);
}

TEST_F(StatusListsTest, ArePreparedOfNothingThatCannotBe) {
  const auto lists = Load();
  const Write erased{Column::kIndex, StatusWrite({0, 1}, StatusValue::kValid).key, std::nullopt};
  const Write fresh = StatusWrite({1, 0}, StatusValue::kValid);
  lists->Prepare({&erased, 1});
  lists->Prepare({&fresh, 1});
  EXPECT_EQ(lists->count(), 1u);
  ASSERT_TRUE(lists->Apply({&fresh, 1}));
  EXPECT_EQ(Read(*lists, 1).bits.at(0), StatusValue::kValid);
}

TEST_F(StatusListsTest, AreReadWhileTheyAreWritten) {
  const auto lists = Load();
  std::atomic<bool> done = false;
  std::thread reader([&] {
    while (!done) EXPECT_TRUE(lists->Current(0));
  });
  for (std::uint32_t i = 0; i < 20; ++i) {
    const Write writes[] = {StatusWrite(lists->Reserve(), StatusValue::kValid)};
    lists->Prepare(writes);
    EXPECT_TRUE(lists->Apply(writes));
  }
  done = true;
  reader.join();
  EXPECT_EQ(Read(*lists).bits.at(19), StatusValue::kValid);
}

}  // namespace
}  // namespace certmark::ca
