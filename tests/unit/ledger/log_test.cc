#include "ledger/log.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <future>
#include <latch>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

#include "tests/unit/ledger/ledger_fixture.h"

namespace certmark::ledger {
namespace {

using Indices = std::vector<std::uint64_t>;

class LogTest : public LedgerFixture {
 protected:
  // Hold lets the next commit begin, and waits in it until Release; what is submitted meanwhile makes one batch.
  void Hold() {
    holding_ = std::make_unique<std::latch>(1);
    released_ = std::make_unique<std::latch>(1);
    store_.OnCommit([this, first = true](const Batch&) mutable {
      if (!std::exchange(first, false)) return;
      holding_->count_down();
      released_->wait();
    });
    Submit({{}, {Put("held", "x")}, {}}, Ack::kSequenced);
    holding_->wait();
    store_.OnCommit({});
  }
  void Release() { released_->count_down(); }

  // Submit queues a change and keeps its answer for Answer.
  void Submit(Change change, Ack ack) {
    auto promise = std::make_shared<std::promise<Result<Receipt>>>();
    answers_.push_back(promise->get_future());
    log_->Submit(std::move(change), ack,
                 [promise](Result<Receipt> receipt) { promise->set_value(std::move(receipt)); });
  }
  // Answer is what became of the `nth` change since Hold, 1 being the first after the held one.
  Result<Receipt> Answer(std::size_t nth) { return answers_.at(nth).get(); }
  ErrorCode CodeOf(std::size_t nth) {
    const auto answer = Answer(nth);
    return answer ? ErrorCode{} : answer.error().code;
  }

  std::unique_ptr<std::latch> holding_, released_;
  std::vector<std::future<Result<Receipt>>> answers_;
};

TEST_F(LogTest, GivesEntriesOfEachLogConsecutiveIndices) {
  Open();
  const Change change{{}, {}, {Public("a"), Private("r"), Public("b"), Private("s")}};
  EXPECT_EQ(log_->Append(change, Ack::kSequenced)->indices, (Indices{0, 0, 1, 1}));
  EXPECT_EQ(log_->Append(Entry("c"), Ack::kPublished)->indices, Indices{2});
  EXPECT_EQ(StoredTree(kPublic).size, 3u);
  EXPECT_EQ(StoredTree(kRecordLog).size, 2u);
  EXPECT_EQ(StoredTree(kRecordLog).root, NodeHash(LeafHash(AsBytes("r")), LeafHash(AsBytes("s"))));
  CheckHistory();
}

TEST_F(LogTest, WritesRecordsIndexesAndEntriesOfAChangeInOneCommit) {
  Open();
  std::vector<Column> columns;
  store_.OnCommit([&](const Batch& batch) {
    if (columns.empty()) {
      for (const Write& write : batch.writes) columns.push_back(write.column);
    }
  });
  ASSERT_TRUE(
      log_->Append({{}, {Put("k", "v"), {Column::kIndex, ToBytes("i"), Bytes{}}}, {Public("a")}}, Ack::kPublished));
  EXPECT_EQ(columns,
            (std::vector<Column>{Column::kRecord, Column::kIndex, Column::kEntry, Column::kByHash, Column::kTile}));
}

TEST_F(LogTest, WritesTheRowsThatFindAnEntryByItsIndexInTheSameCommit) {
  Open();
  const auto found = [&](std::string_view by) {
    Indices indices;
    Bytes end = ToBytes(by);
    ++end.back();
    EXPECT_TRUE(memory_->Scan(Column::kIndex, AsBytes(by), end, [&](ByteView key, ByteView value) {
      indices.push_back(DecodeU64(value).value());
      EXPECT_EQ(Bytes(key.begin(), key.end()), FoundByKey(AsBytes(by), indices.back()));
      return true;
    }));
    return indices;
  };
  const auto entry = [](std::string_view bytes, const std::vector<std::string_view>& by) {
    NewEntry out = Private(bytes);
    for (const std::string_view each : by) out.found_by.push_back(ToBytes(each));
    return out;
  };
  ASSERT_TRUE(log_->Append({{}, {}, {entry("r", {"a/"}), entry("s", {"a/", "b/"})}}, Ack::kSequenced));
  ASSERT_TRUE(log_->Append({{}, {}, {entry("q", {"a/"}), entry("r", {"a/"})}}, Ack::kSequenced));
  EXPECT_EQ(found("a/"), (Indices{0, 1, 2})) << "one that is there already is found where it was";
  EXPECT_EQ(found("b/"), Indices{1});
  EXPECT_EQ(log_->Append({{}, {}, {entry("t", {""})}}, Ack::kSequenced).error().code, ErrorCode::kInvalidArgument);
}

TEST_F(LogTest, CommitsWhatArrivedDuringACommitAsOneBatch) {
  Open();
  Hold();
  const int before = store_.commits();
  for (int i = 0; i < 50; ++i) Submit(Entry("entry " + std::to_string(i)), i % 2 ? Ack::kPublished : Ack::kSequenced);
  Release();
  for (std::size_t i = 0; i < 50; ++i) EXPECT_EQ(Answer(i + 1)->indices, Indices{i});
  log_.reset();
  EXPECT_EQ(store_.commits(), before + 3);  // the held one, the batch, its note
}

TEST_F(LogTest, ClosesABatchAtItsCaps) {
  struct Row {
    const char* name;
    std::size_t entries, bytes;
    int batches;
  };
  const Row rows[] = {{"by entries", 3, 1000, 4}, {"by bytes", 100, 20, 5}, {"one at least", 0, 0, 10}};
  for (const Row& row : rows) {
    memory_ = MakeMemoryStore();
    std::filesystem::remove(anchor_.file());
    FaultyStore store(*memory_);
    Log::Options options = MakeOptions();
    options.batch_entries = row.entries;
    options.batch_bytes = row.bytes;
    std::atomic<int> batches = 0;
    {
      std::latch begun(1), go(1);  // they outlive the log, whose thread waits for one
      const auto log = Log::Open(store, anchor_, std::move(options)).value();
      store.OnCommit([&, first = true](const Batch& batch) mutable {
        if (std::exchange(first, false)) begun.count_down(), go.wait();
        if (batch.writes.front().column == Column::kEntry) ++batches;
      });
      log->Submit({{}, {Put("held", "x")}, {}}, Ack::kSequenced, [](const auto&) {});
      begun.wait();
      for (char c = 'a'; c < 'a' + 10; ++c) log->Submit(Entry(std::string(10, c)), Ack::kSequenced, [](const auto&) {});
      go.count_down();
    }
    EXPECT_EQ(batches, row.batches) << row.name;
  }
}

TEST_F(LogTest, ChecksPreconditionsAgainstTheStore) {
  Open();
  ASSERT_TRUE(log_->Append({{Absent("k")}, {Put("k", "1")}, {}}, Ack::kSequenced));
  struct Row {
    const char* name;
    Precondition precondition;
    const char* message;
  };
  const Row rows[] = {
      {"wanted absent", Absent("k"), "record k is there already"},
      {"changed", Still("k", "0"), "record k has changed"},
      {"wanted present", Still("none", "1"), "record none is not there"},
      {"binary key", {Column::kIndex, {0, 255}, EtagOf({})}, "index 00ff is not there"},
  };
  for (const Row& row : rows) {
    const auto refused = log_->Append({{row.precondition}, {Put("k", "2")}, {Public(row.name)}}, Ack::kSequenced);
    ASSERT_FALSE(refused) << row.name;
    EXPECT_EQ(refused.error().code, ErrorCode::kConflict) << row.name;
    EXPECT_EQ(refused.error().message, row.message);
  }
  EXPECT_EQ(Record("k"), "1");
  EXPECT_EQ(StoredTree().size, 0u);
  EXPECT_TRUE(log_->Append({{Still("k", "1"), Absent("l")}, {Put("k", "2")}, {}}, Ack::kSequenced));
}

TEST_F(LogTest, ChecksPreconditionsAgainstWhatItsOwnBatchWrites) {
  Open();
  Hold();
  Submit({{Absent("k")}, {Put("k", "1")}, {Public("first")}}, Ack::kPublished);
  Submit({{Absent("k")}, {Put("k", "2")}, {Public("second")}}, Ack::kPublished);
  Submit({{Still("k", "1")}, {{Column::kRecord, ToBytes("k"), std::nullopt}}, {Public("third")}}, Ack::kPublished);
  Submit({{Still("k", "1")}, {Put("k", "4")}, {Public("fourth")}}, Ack::kPublished);
  Submit({{Absent("k")}, {Put("k", "5")}, {Public("fifth")}}, Ack::kPublished);
  Release();
  EXPECT_EQ(Answer(1)->indices, Indices{0});
  EXPECT_EQ(CodeOf(2), ErrorCode::kConflict);
  EXPECT_EQ(Answer(3)->indices, Indices{1});
  EXPECT_EQ(CodeOf(4), ErrorCode::kConflict);
  EXPECT_EQ(Answer(5)->indices, Indices{2});
  EXPECT_EQ(Record("k"), "5");
  EXPECT_EQ(StoredTree().size, 3u);
}

TEST_F(LogTest, GivesAnEntryThatIsThereAlreadyItsFirstIndex) {
  Open();
  EXPECT_EQ(log_->Append({{}, {}, {Public("a"), Public("b"), Public("a")}}, Ack::kSequenced)->indices,
            (Indices{0, 1, 0}));
  EXPECT_EQ(log_->Append({{}, {}, {Public("b"), Public("c")}}, Ack::kPublished)->indices, (Indices{1, 2}));
  EXPECT_EQ(log_->Append({{}, {}, {Private("a")}}, Ack::kSequenced)->indices, Indices{0});
  Hold();
  Submit(Entry("d"), Ack::kSequenced);
  Submit(Entry("d"), Ack::kPublished);
  Release();
  EXPECT_EQ(Answer(1)->indices, Indices{3});
  EXPECT_EQ(Answer(2)->indices, Indices{3});
  EXPECT_EQ(StoredTree().size, 4u);
}

TEST_F(LogTest, CommitsNothingForWhatIsAllThereAlready) {
  Open();
  Append("a");
  const int before = store_.commits();
  EXPECT_EQ(Append("a"), 0u);
  EXPECT_EQ(log_->Append({{Absent("x")}, {}, {}}, Ack::kPublished)->indices, Indices{});
  EXPECT_EQ(store_.commits(), before);
}

TEST_F(LogTest, NeverTakesAHashForTheBytes) {
  Open();
  Append("a");
  Damage({Column::kEntry, EntryKey(kPublic, 0), ToBytes("b")});
  EXPECT_EQ(log_->Append(Entry("a"), Ack::kSequenced).error().code, ErrorCode::kCorruption);
  Damage({Column::kEntry, EntryKey(kPublic, 0), std::nullopt});
  EXPECT_EQ(log_->Append(Entry("a"), Ack::kSequenced).error().code, ErrorCode::kCorruption);
}

TEST_F(LogTest, RefusesChangesOfAWrongShape) {
  Open();
  struct Row {
    const char* name;
    Change change;
  };
  std::vector<Row> rows = {
      {"empty entry", Entry("")},
      {"entry too long", Entry(std::string(65536, 'x'))},
      {"private entry too long", {{}, {}, {Private(std::string(65536, 'x'))}}},
      {"empty key", {{}, {Put("", "x")}, {}}},
      {"precondition on an empty key", {{Absent("")}, {}, {}}},
  };
  for (const Column column : {Column::kEntry, Column::kTile, Column::kCheckpoint, Column::kByHash, Column::kRequest}) {
    rows.push_back({"write to the ledger's own", {{}, {{column, ToBytes("k"), Bytes{}}}, {}}});
    rows.push_back({"precondition on the ledger's own", {{{column, ToBytes("k"), std::nullopt}}, {}, {}}});
  }
  for (const Row& row : rows) {
    const auto refused = log_->Append(row.change, Ack::kSequenced);
    ASSERT_FALSE(refused) << row.name;
    EXPECT_EQ(refused.error().code, ErrorCode::kInvalidArgument) << row.name;
  }
  EXPECT_EQ(store_.commits(), 0);
  EXPECT_EQ(log_->Append(Entry(std::string(65535, 'x')), Ack::kSequenced)->indices, Indices{0});
}

TEST_F(LogTest, RefusesMoreThanItsQueueHolds) {
  Log::Options options = MakeOptions();
  options.queue_changes = 2;
  log_ = Log::Open(store_, anchor_, std::move(options)).value();
  Hold();
  for (const char* entry : {"a", "b", "c"}) Submit(Entry(entry), Ack::kSequenced);
  EXPECT_EQ(CodeOf(3), ErrorCode::kResourceExhausted);
  Release();
  EXPECT_EQ(Answer(1)->indices, Indices{0});
  EXPECT_EQ(Answer(2)->indices, Indices{1});
}

TEST_F(LogTest, RefusesMoreBytesThanItsQueueHolds) {
  Log::Options options = MakeOptions();
  options.queue_bytes = 10;
  log_ = Log::Open(store_, anchor_, std::move(options)).value();
  Hold();
  for (const char* entry : {"a long one", "b"}) Submit(Entry(entry), Ack::kSequenced);
  EXPECT_EQ(CodeOf(2), ErrorCode::kResourceExhausted);
  Release();
  EXPECT_EQ(Answer(1)->indices, Indices{0});
}

TEST_F(LogTest, AnswersSequencedBeforeAndPublishedAfterTheCheckpointIsShown) {
  Open();
  std::mutex mutex;
  std::vector<std::string> order;
  const auto say = [&](std::string what) {
    const std::lock_guard lock(mutex);
    order.push_back(std::move(what));
  };
  Hold();
  const auto note = [&](const char* what) {
    return [&say, what, log = log_.get()](const Result<Receipt>& receipt) {
      const auto exposed = log->Exposed();
      say(std::string(what) + (receipt ? "" : " failed") + " at " +
          std::to_string(exposed ? exposed->checkpoint.size : 0));
    };
  };
  log_->Submit(Entry("a"), Ack::kPublished, note("published"));
  log_->Submit(Entry("b"), Ack::kSequenced, note("sequenced"));
  log_->Submit({{Absent("k")}, {Put("k", "v")}, {}}, Ack::kPublished, note("record"));
  Release();
  log_.reset();
  EXPECT_EQ(order, (std::vector<std::string>{"sequenced at 0", "published at 2", "record at 2"}));
}

TEST_F(LogTest, ShowsTheHookTheWritesOfTheBatch) {
  Open();
  hooked_.clear();
  ASSERT_TRUE(log_->Append({{}, {Put("a", "1"), {Column::kRecord, ToBytes("b"), std::nullopt}}, {Public("e")}},
                           Ack::kPublished));
  ASSERT_EQ(hooked_.size(), 1u);
  ASSERT_EQ(hooked_[0].size(), 2u);
  EXPECT_EQ(hooked_[0][0].key, ToBytes("a"));
  EXPECT_EQ(hooked_[0][1].key, ToBytes("b"));
  EXPECT_EQ(hooked_[0][1].value, std::nullopt);
}

TEST_F(LogTest, RunsTheHookForAChangeWithoutPublicEntriesAndSignsNothing) {
  Open();
  Append("a");
  const std::string note = log_->Exposed()->note;
  hooked_.clear();
  ASSERT_TRUE(log_->Append({{}, {Put("a", "1")}, {Private("r")}}, Ack::kPublished));
  EXPECT_EQ(hooked_.size(), 1u);
  EXPECT_EQ(log_->Exposed()->note, note);
}

TEST_F(LogTest, ContinuesTheSameTreesWhenOpenedAgain) {
  std::vector<Hash> leaves;
  for (int round = 0; round < 6; ++round) {
    Open();
    Change change;
    for (std::size_t i = leaves.size(); change.entries.size() < 100; ++i) {
      const std::string entry = "entry " + std::to_string(i);
      change.entries.push_back(Public(entry));
      leaves.push_back(LeafHash(AsBytes(entry)));
    }
    ASSERT_EQ(log_->Append(std::move(change), Ack::kPublished)->indices.back(), leaves.size() - 1);
    RememberExposed();
  }
  Open();
  EXPECT_EQ(log_->Exposed()->checkpoint.size, 600u);
  const LogReader reader(*memory_, kPublic);
  for (std::uint64_t i = 0; i < 600; i += 37) {
    const Proof proof = reader.Inclusion(i, 600).value();
    EXPECT_TRUE(VerifyInclusion(i, 600, leaves[i], proof, log_->Exposed()->checkpoint.root));
  }
  CheckHistory();
}

TEST_F(LogTest, ServesManyThreadsAtOnce) {
  constexpr int kThreads = 8, kEach = 50;
  Open();
  std::vector<std::thread> threads;
  std::vector<std::vector<std::uint64_t>> indices(kThreads);
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kEach; ++i) {
        const std::string name = std::to_string(t) + "/" + std::to_string(i);
        const Ack ack = i % 3 == 0 ? Ack::kPublished : Ack::kSequenced;
        const auto receipt = log_->Append({{Absent(name)}, {Put(name, name)}, {Public(name)}}, ack);
        ASSERT_TRUE(receipt) << receipt.error().message;
        indices[t].push_back(receipt->indices.at(0));
        EXPECT_TRUE(ack == Ack::kSequenced || indices[t].back() < log_->Exposed()->checkpoint.size);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::set<std::uint64_t> all;
  const LogReader reader(*memory_, kPublic);
  for (int t = 0; t < kThreads; ++t) {
    ASSERT_EQ(indices[t].size(), static_cast<std::size_t>(kEach));
    EXPECT_TRUE(std::is_sorted(indices[t].begin(), indices[t].end()));
    for (int i = 0; i < kEach; ++i) {
      EXPECT_TRUE(all.insert(indices[t][i]).second);
      EXPECT_EQ(AsText(reader.Entry(indices[t][i], 400).value()), std::to_string(t) + "/" + std::to_string(i));
    }
  }
  EXPECT_EQ(*all.rbegin(), kThreads * kEach - 1u);
  Open();
  CheckHistory();
}

TEST_F(LogTest, LetsOneOfManyRacersWin) {
  Open();
  std::atomic<int> won = 0, lost = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      const auto receipt = log_->Append({{Absent("unique")}, {Put("unique", std::to_string(t))}, {}}, Ack::kSequenced);
      EXPECT_TRUE(receipt || receipt.error().code == ErrorCode::kConflict);
      ++(receipt ? won : lost);
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(won, 1);
  EXPECT_EQ(lost, 7);
}

TEST_F(LogTest, FinishesWhatWasSubmittedBeforeItEnds) {
  Open();
  Hold();
  for (int i = 0; i < 20; ++i) Submit(Entry(std::to_string(i)), Ack::kPublished);
  std::thread ending([this] { log_.reset(); });
  Release();
  ending.join();
  for (std::size_t i = 0; i < 20; ++i) EXPECT_EQ(Answer(i + 1)->indices, Indices{i});
}

struct CommitFault {
  Fault fault;
  ErrorCode answer;
  bool stops;
  bool written;
};

class LogFault : public LogTest, public ::testing::WithParamInterface<CommitFault> {};

INSTANTIATE_TEST_SUITE_P(OfTheBatch, LogFault,
                         ::testing::Values(CommitFault{Fault::kUnavailable, ErrorCode::kUnavailable, false, false},
                                           CommitFault{Fault::kNoRoom, ErrorCode::kResourceExhausted, false, false},
                                           CommitFault{Fault::kConflict, ErrorCode::kUnavailable, true, false},
                                           CommitFault{Fault::kUnknownNotWritten, ErrorCode::kOutcomeUnknown, true,
                                                       false},
                                           CommitFault{Fault::kUnknownWritten, ErrorCode::kOutcomeUnknown, true, true}),
                         [](const auto& info) { return std::string(Name(info.param.fault)); });

TEST_P(LogFault, IsToldToEveryoneInTheBatchAndNothingIsWrittenBlindly) {
  Open();
  Append("zero");
  RememberExposed();
  Hold();
  Submit({{Absent("k")}, {Put("k", "1")}, {Public("one")}}, Ack::kPublished);
  Submit(Entry("two"), Ack::kSequenced);
  Submit({{Still("k", "9")}, {}, {}}, Ack::kSequenced);
  store_.FailCommit(1, GetParam().fault);
  Release();
  EXPECT_EQ(CodeOf(1), GetParam().answer);
  EXPECT_EQ(CodeOf(2), GetParam().answer);
  EXPECT_EQ(CodeOf(3), ErrorCode::kConflict);

  const auto next = log_->Append(Entry("three"), Ack::kPublished);
  EXPECT_EQ(log_->Stopped().has_value(), GetParam().stops);
  if (GetParam().stops) {
    ASSERT_FALSE(next);
    EXPECT_EQ(next.error().code, ErrorCode::kUnavailable);
    EXPECT_NE(next.error().message.find("injected"), std::string::npos) << next.error().message;
  } else {
    EXPECT_EQ(next->indices, Indices{1});
  }

  Open();
  EXPECT_EQ(Record("k"), GetParam().written ? "1" : "(absent)");
  const std::uint64_t expected = GetParam().written ? 3 : GetParam().stops ? 1 : 2;
  EXPECT_EQ(log_->Exposed()->checkpoint.size, expected);
  EXPECT_EQ(Append("one"), GetParam().written ? 1u : expected);
  CheckHistory();
}

TEST_F(LogTest, RefusesWhatWasQueuedBehindTheFailureThatStoppedIt) {
  Log::Options options = MakeOptions();
  options.batch_entries = 1;
  log_ = Log::Open(store_, anchor_, std::move(options)).value();
  Hold();
  Submit(Entry("one"), Ack::kSequenced);
  Submit(Entry("two"), Ack::kSequenced);
  Submit(Entry("three"), Ack::kPublished);
  store_.FailCommit(1, Fault::kUnknownWritten);
  Release();
  EXPECT_EQ(CodeOf(1), ErrorCode::kOutcomeUnknown);
  EXPECT_EQ(CodeOf(2), ErrorCode::kUnavailable);
  EXPECT_EQ(CodeOf(3), ErrorCode::kUnavailable);
  EXPECT_EQ(store_.violations(), std::vector<std::string>{});
}

TEST_F(LogTest, PublishesAtOpenWhatACrashLeftUnpublished) {
  Open();
  Append("one");
  sign_error_ = Error{ErrorCode::kUnavailable, "crash"};
  EXPECT_TRUE(log_->Append(Entry("two"), Ack::kSequenced));
  log_.reset();
  sign_error_.reset();
  hooked_.clear();
  Open();
  EXPECT_EQ(log_->Exposed()->checkpoint.size, 2u);
  ASSERT_EQ(hooked_.size(), 1u);
  EXPECT_TRUE(hooked_[0].empty());
  CheckHistory();
}

TEST_F(LogTest, PassesOnThatARowCannotBeReadAndWritesOn) {
  Open();
  store_.FailReads(Column::kByHash, true);
  EXPECT_EQ(log_->Append(Entry("a"), Ack::kSequenced).error().code, ErrorCode::kCorruption);
  EXPECT_EQ(log_->Append({{}, {Put("k", "v")}, {}}, Ack::kSequenced)->indices, Indices{});
  store_.FailReads(Column::kByHash, false);
  EXPECT_EQ(Append("a"), 0u);
}

TEST_F(LogTest, DoesNotWriteOverADamagedEdgeAndIsNotOpenedOverADamagedHead) {
  Open();
  Append("a");
  log_.reset();
  const Bytes tile = memory_->Get(Column::kTile, TileKey(kPublic, 0, 0)).value().value();
  Damage({Column::kTile, TileKey(kPublic, 0, 0), Bytes(32)});
  EXPECT_EQ(ReadOnlyReason().code, ErrorCode::kCorruption);
  Damage({Column::kTile, TileKey(kPublic, 0, 0), tile});
  ASSERT_TRUE(memory_->Commit(memory_->Head().value(), Batch{Bytes(9), {}}));
  EXPECT_EQ(TryOpen().error().code, ErrorCode::kCorruption);
}

TEST_F(LogTest, IsNotOpenedWithWrongOptions) {
  Log::Options no_signer = MakeOptions(), record_log = MakeOptions(), witness = MakeOptions();
  no_signer.publisher.sign = {};
  record_log.publisher.log = kRecordLog;
  witness.publisher.key = testing::TestNoteKey::Witness("w.example").key();
  for (const Log::Options& options : {no_signer, record_log, witness}) {
    EXPECT_EQ(Log::Open(store_, anchor_, options).error().code, ErrorCode::kInvalidArgument);
  }
}

TEST_F(LogTest, MakesABatchAndItsNoteDurableTogether) {
  Open();
  const int commits = store_.commits(), syncs = store_.syncs();
  Append("one");
  EXPECT_EQ(store_.commits(), commits + 2);
  EXPECT_EQ(store_.syncs(), syncs + 1);
}

// What comes while a checkpoint is signed is committed after its note, unless it is a batch: then it is not held back.
TEST_F(LogTest, HoldsLessThanABatchUntilTheNoteThatIsComing) {
  for (const std::size_t batch : {1u, 2u}) {
    memory_ = MakeMemoryStore();
    std::filesystem::remove(anchor_.file());
    FaultyStore store(*memory_);
    std::string order;
    store.OnCommit([&](const Batch& committed) {
      order += committed.writes.front().column == Column::kCheckpoint ? "note " : "batch ";
    });
    Log* log = nullptr;
    bool submitted = false;
    Log::Options options = MakeOptions();
    options.batch_entries = batch;
    options.publisher.sign = [&](std::string_view text) -> Result<Bytes> {
      if (!std::exchange(submitted, true)) {
        log->Submit(Entry("second"), Ack::kPublished, [](const Result<Receipt>& receipt) { EXPECT_TRUE(receipt); });
        while (batch == 1 && store.commits() < 2) std::this_thread::yield();
      }
      return key_.Sign(text);
    };
    auto opened = Log::Open(store, anchor_, std::move(options)).value();
    log = opened.get();
    EXPECT_TRUE(log->Append(Entry("first"), Ack::kPublished));
    opened.reset();
    EXPECT_EQ(order, batch == 1 ? "batch batch note note " : "batch note batch note ");
  }
}

TEST_F(LogTest, AnswersWhatChangesNothingInALogThatWasNeverWritten) {
  Open();
  EXPECT_EQ(log_->Append({}, Ack::kSequenced)->indices, Indices{});
  EXPECT_EQ(log_->Append({}, Ack::kPublished)->indices, Indices{});
  EXPECT_EQ(log_->Append({{Still("k", "v")}, {}, {}}, Ack::kSequenced).error().code, ErrorCode::kConflict);
}

TEST_F(LogTest, TellsNobodyThatHeLostToWhatIsNotDurable) {
  Open();
  store_.FailSync(0, Fault::kUnknownNotWritten);
  Submit({{Absent("k")}, {Put("k", "1")}, {}}, Ack::kSequenced);
  Submit({{Absent("k")}, {Put("k", "2")}, {}}, Ack::kSequenced);
  EXPECT_EQ(CodeOf(0), ErrorCode::kOutcomeUnknown);
  EXPECT_NE(CodeOf(1), ErrorCode::kConflict) << "unknown, or not even looked at";
}

TEST_F(LogTest, StopsWhereASyncFailsAndSaysThatNobodyKnows) {
  for (const Fault fault : {Fault::kUnknownNotWritten, Fault::kUnknownWritten}) {
    Open();
    Append("before");
    RememberExposed();
    store_.FailSync(0, fault);
    const std::string name = "after " + std::string(Name(fault));
    const auto unknown = log_->Append(Entry(name), Ack::kSequenced);
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error().code, ErrorCode::kOutcomeUnknown);
    EXPECT_TRUE(unknown.error().message.starts_with("not known to be durable: ")) << unknown.error().message;
    EXPECT_EQ(log_->Append(Entry("more"), Ack::kSequenced).error().code, ErrorCode::kUnavailable);
    log_.reset();
    store_.PowerCut();
    Open();
    CheckHistory();
    EXPECT_EQ(StoredTree().size, fault == Fault::kUnknownWritten ? 2u : 1u);
  }
}

// Whatever was answered is there after a power cut, with its index; what was not may be gone.
TEST_F(LogTest, LosesNothingThatWasAnsweredWhenThePowerIsCut) {
  std::map<std::string, std::uint64_t> answered;
  std::mutex mutex;
  for (int round = 0; round < 30; ++round) {
    Open();
    store_.FailSync(round % 7, Fault::kUnknownNotWritten);
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0;; ++i) {
          const std::string name = std::to_string(round) + "/" + std::to_string(t) + "/" + std::to_string(i);
          const auto receipt = log_->Append(Entry(name), i % 2 ? Ack::kPublished : Ack::kSequenced);
          if (!receipt) return;
          const std::lock_guard lock(mutex);
          answered.emplace(name, receipt->indices.at(0));
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    RememberExposed();
    log_.reset();
    store_.PowerCut();
  }
  Open();
  CheckHistory();
  const LogReader reader(*memory_, kPublic);
  for (const auto& [name, index] : answered) {
    EXPECT_EQ(AsText(reader.Entry(index, log_->Exposed()->checkpoint.size).value()), name);
  }
}

}  // namespace
}  // namespace certmark::ledger
