#include "ledger/request_rows.h"

#include "tests/unit/ledger/ledger_fixture.h"

namespace certmark::ledger {
namespace {

using Indices = std::vector<std::uint64_t>;

// A request of one entry; `body` is what it asks for.
Change Request(std::string_view key, std::string_view body, std::string_view entry) {
  Change change = Entry(entry);
  change.request = RequestId{ToBytes(key), Sha256(AsBytes(body)), ToBytes("answer to " + std::string(body))};
  return change;
}

class RequestTest : public LedgerFixture {
 protected:
  RequestTest() { Open(); }
  Result<Receipt> Send(std::string_view key, std::string_view body, std::string_view entry) {
    return log_->Append(Request(key, body, entry), Ack::kPublished);
  }
  std::size_t Rows() {
    std::size_t rows = 0;
    EXPECT_TRUE(memory_->Scan(Column::kRequest, {}, {}, [&](ByteView, ByteView) { return ++rows, true; }));
    return rows;
  }
};

TEST_F(RequestTest, SentTwiceIsDoneOnceAndAnsweredAsTheFirst) {
  const Receipt first = Send("k", "body", "one").value();
  EXPECT_EQ(first.indices, Indices{0});
  EXPECT_EQ(first.earlier_answer, std::nullopt);
  // The second was prepared anew: other bytes, signed at another second.
  const Receipt second = Send("k", "body", "one, signed again").value();
  EXPECT_EQ(second.indices, Indices{0});
  EXPECT_EQ(second.earlier_answer, ToBytes("answer to body"));
  EXPECT_EQ(StoredTree().size, 1u);
}

TEST_F(RequestTest, IsNotStoppedByAPreconditionThatItsFirstCallHasChanged) {
  Change first = Request("k", "body", "one");
  first.preconditions = {Absent("r")};
  first.writes = {Put("r", "1")};
  ASSERT_TRUE(log_->Append(first, Ack::kSequenced));
  EXPECT_EQ(log_->Append(first, Ack::kSequenced)->earlier_answer, ToBytes("answer to body"));
}

TEST_F(RequestTest, MayNotBeUsedForAnotherBody) {
  ASSERT_TRUE(Send("k", "body", "one"));
  const auto refused = Send("k", "another body", "two");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(StoredTree().size, 1u);
}

TEST_F(RequestTest, SurvivesAReopening) {
  ASSERT_TRUE(Send("k", "body", "one"));
  Open();
  EXPECT_EQ(Send("k", "body", "two")->indices, Indices{0});
}

TEST_F(RequestTest, IsRecognisedWithinOneBatchToo) {
  const WriterState state{Head(), Edge(kRecordLog), Edge(kPublic)};
  Draft draft(*memory_, state, kPublic, FromEpoch(1));
  EXPECT_EQ(draft.Add(CheckedChange::Create(Request("k", "body", "one")).value())->indices, Indices{0});
  const Receipt second = draft.Add(CheckedChange::Create(Request("k", "body", "two")).value()).value();
  EXPECT_EQ(second.indices, Indices{0});
  EXPECT_EQ(second.earlier_answer, ToBytes("answer to body"));
  EXPECT_EQ(draft.Add(CheckedChange::Create(Request("k", "other", "two")).value()).error().code,
            ErrorCode::kInvalidArgument);
}

TEST_F(RequestTest, ThatWasRefusedIsNotRemembered) {
  Change refused = Request("k", "body", "one");
  refused.preconditions = {Still("r", "1")};
  EXPECT_EQ(log_->Append(refused, Ack::kSequenced).error().code, ErrorCode::kConflict);
  EXPECT_EQ(Send("k", "body", "one")->earlier_answer, std::nullopt);
}

TEST_F(RequestTest, IsForgottenAfterSevenDays) {
  ASSERT_TRUE(Send("k", "body", "one"));
  EXPECT_EQ(Rows(), 2u);
  now_ += kRequestLife.count() + 10;
  EXPECT_EQ(Send("k", "another body", "two")->indices, Indices{1});
  EXPECT_EQ(Send("l", "body", "three")->indices, Indices{2});
  EXPECT_EQ(Rows(), 4u);  // those of the last two: what was over is gone
}

TEST_F(RequestTest, HasAnIdOfAForm) {
  EXPECT_EQ(Send("", "body", "one").error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(Send(std::string(513, 'k'), "body", "one").error().code, ErrorCode::kInvalidArgument);
  EXPECT_TRUE(Send(std::string(512, 'k'), "body", "one"));
}

}  // namespace
}  // namespace certmark::ledger
