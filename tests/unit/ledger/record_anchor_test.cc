#include "ledger/record_anchor.h"

#include "tests/unit/ledger/ledger_fixture.h"

namespace certmark::ledger {
namespace {

// A ledger whose record log is anchored, on any store.
class RecordAnchored : public LedgerFixture {
 protected:
  Result<std::unique_ptr<Log>> TryOpenOn(Store& store) {
    Log::Options options = MakeOptions();
    options.publisher.record_anchor = file_;
    return Log::Open(store, anchor_, std::move(options));
  }
  static void Act(Log& log, std::string_view text) {
    ASSERT_TRUE(log.Append({{}, {}, {Private(text)}}, Ack::kPublished));
  }
  // HasActs is a store with these acts, made without the anchor's knowledge: another history, or an old copy.
  std::unique_ptr<Store> HasActs(std::initializer_list<std::string_view> acts) {
    auto store = MakeMemoryStore();
    Anchor elsewhere(dir_ / "elsewhere");
    const auto log = Log::Open(*store, elsewhere, MakeOptions()).value();
    for (const std::string_view act : acts) Act(*log, act);
    return store;
  }
  static void ExpectRollback(const Result<std::unique_ptr<Log>>& opened) {
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, ErrorCode::kCorruption);
    EXPECT_TRUE(opened.error().message.starts_with("ROLLBACK DETECTED: record anchor")) << opened.error().message;
  }

  std::filesystem::path file_ = dir_ / "records";
};

TEST_F(RecordAnchored, GoesOnWhereItStopped) {
  Act(*TryOpenOn(*memory_).value(), "a");
  Act(*TryOpenOn(*memory_).value(), "b");
  EXPECT_EQ(Anchor(file_).Read().value()->size, 2u);
  EXPECT_EQ(Anchor(file_).Read().value()->root, StoredTree(kRecordLog).root);
}

TEST_F(RecordAnchored, MissesAnActThatMadeNoPublicEntryInADatabasePutBack) {
  const auto copy = HasActs({"a"});
  {
    const auto log = TryOpenOn(*memory_).value();
    Act(*log, "a");
    Act(*log, "b");
  }
  ExpectRollback(TryOpenOn(*copy));
}

TEST_F(RecordAnchored, MissesAnActThatWasReplaced) {
  const auto other = HasActs({"a", "c"});
  {
    const auto log = TryOpenOn(*memory_).value();
    Act(*log, "a");
    Act(*log, "b");
  }
  ExpectRollback(TryOpenOn(*other));
}

TEST_F(RecordAnchored, AcceptsADatabaseThatACrashLeftAheadOfIt) {
  Act(*TryOpenOn(*memory_).value(), "a");
  const auto ahead = HasActs({"a", "b"});
  Act(*TryOpenOn(*ahead).value(), "c");
  EXPECT_EQ(Anchor(file_).Read().value()->size, 3u);
}

TEST_F(RecordAnchored, RefusesToGoOnWithoutItsFile) {
  Act(*TryOpenOn(*memory_).value(), "a");
  std::filesystem::remove(file_);
  const auto opened = TryOpenOn(*memory_);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::kFailedPrecondition);
}

TEST_F(RecordAnchored, StopsWritingWhenItCannotBeAdvanced) {
  const auto log = TryOpenOn(*memory_).value();
  Act(*log, "a");
  std::filesystem::remove(file_);
  std::filesystem::create_directory(file_);
  EXPECT_EQ(log->Append({{}, {}, {Private("b")}}, Ack::kPublished).error().code, ErrorCode::kOutcomeUnknown);
  EXPECT_TRUE(log->Stopped());
}

}  // namespace
}  // namespace certmark::ledger
