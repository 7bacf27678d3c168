// When a log shows what it has, and whom it answers when: witnesses, intervals, the clock.
#include <algorithm>
#include <future>
#include <map>
#include <thread>

#include "tests/unit/ledger/ledger_fixture.h"

namespace certmark::ledger {
namespace {

class PublishingTest : public LedgerFixture {
 protected:
  // OpenWitnessed opens a log that shows what one witness has cosigned.
  void OpenWitnessed() {
    Log::Options options = MakeOptions();
    options.publisher.meets_policy = [this](const Note& note) {
      return note.Check(witness_.key()).state == Note::State::kGood;
    };
    OpenWith(std::move(options));
  }
  void OpenWith(Log::Options options) {
    log_.reset();
    log_ = Log::Open(store_, anchor_, std::move(options)).value();
    ASSERT_FALSE(log_->Stopped()) << log_->Stopped()->message;
  }
  std::future<Result<Receipt>> Submit(std::string_view entry, Ack ack) {
    auto promise = std::make_shared<std::promise<Result<Receipt>>>();
    log_->Submit(Entry(entry), ack, [promise](Result<Receipt> receipt) { promise->set_value(std::move(receipt)); });
    return promise->get_future();
  }
  void Cosign(const SignedCheckpoint& checkpoint) {
    log_->AddCosignatures(checkpoint, {witness_.Cosign(checkpoint.checkpoint.ToText(), FromEpoch(now_))});
  }
  std::uint64_t ExposedSize() { return log_->Exposed() ? log_->Exposed()->checkpoint.size : 0; }

  testing::TestNoteKey witness_ = testing::TestNoteKey::Witness("w.example");
};

TEST_F(PublishingTest, ShowsNothingThatTheWitnessHasNotCosigned) {
  OpenWitnessed();
  ASSERT_TRUE(log_->Append(Entry("one"), Ack::kPublished));
  EXPECT_EQ(log_->Exposed(), nullptr);
  EXPECT_EQ(log_->Published()->checkpoint.size, 1u);
  EXPECT_EQ(log_->stats().published, 1u);
  EXPECT_EQ(log_->stats().witnessed, 0u);
}

TEST_F(PublishingTest, TellsWhoeverListensAfterWhoeverWaits) {
  Open();
  std::vector<std::string> heard;  // by one thread of the log
  std::promise<void> told;
  {
    const auto listening = log_->OnExposed([&] {
      heard.push_back("shown " + std::to_string(ExposedSize()));
      told.set_value();
    });
    log_->Submit(Entry("one"), Ack::kPublished, [&](const Result<Receipt>&) { heard.push_back("answered"); });
    told.get_future().wait();
  }
  ASSERT_TRUE(log_->Append(Entry("two"), Ack::kPublished));
  log_.reset();  // and the thread that would tell it
  EXPECT_EQ(heard, (std::vector<std::string>{"answered", "shown 1"}));
}

TEST_F(PublishingTest, TellsWhoeverListensWhatItsWitnessHasSigned) {
  OpenWitnessed();
  std::vector<std::uint64_t> sizes;
  std::promise<void> told;
  const auto listening = log_->OnExposed([&] {
    sizes.push_back(ExposedSize());
    told.set_value();
  });
  ASSERT_TRUE(log_->Append(Entry("one"), Ack::kPublished));
  Cosign(*log_->Published());
  told.get_future().wait();
  EXPECT_EQ(sizes, std::vector<std::uint64_t>{1});
}

TEST_F(PublishingTest, AnswersWitnessedOnceItIsShown) {
  OpenWitnessed();
  auto one = Submit("one", Ack::kWitnessed), two = Submit("two", Ack::kWitnessed);
  while (!log_->AwaitPublished(0, std::chrono::seconds(1)) || log_->Published()->checkpoint.size < 2) {
  }
  Cosign(*log_->Published());
  EXPECT_TRUE(one.get());
  EXPECT_TRUE(two.get());
  EXPECT_EQ(ExposedSize(), 2u);
  const Note note = Note::Parse(log_->Exposed()->note).value();
  EXPECT_EQ(note.Check(witness_.key()).state, Note::State::kGood);
  CheckHistory();
}

TEST_F(PublishingTest, AnswersThoseThatAnOlderCosignedCheckpointCovers) {
  OpenWitnessed();
  auto one = Submit("one", Ack::kWitnessed);
  while (!log_->Published()) log_->AwaitPublished(0, std::chrono::seconds(1));
  const auto first = log_->Published();
  ASSERT_TRUE(log_->Append(Entry("two"), Ack::kPublished));
  auto three = Submit("three", Ack::kWitnessed);
  Cosign(*first);
  EXPECT_TRUE(one.get());
  EXPECT_EQ(ExposedSize(), 1u);
  log_.reset();
  EXPECT_EQ(three.get().error().code, ErrorCode::kOutcomeUnknown);
}

TEST_F(PublishingTest, TellsWhoWaitsForWitnessesThatItHasStopped) {
  OpenWitnessed();
  auto one = Submit("one", Ack::kWitnessed);
  while (!log_->Published()) log_->AwaitPublished(0, std::chrono::seconds(1));
  hook_error_ = Error{ErrorCode::kUnavailable, "no status list"};
  EXPECT_FALSE(log_->Append(Entry("two"), Ack::kPublished));
  EXPECT_EQ(one.get().error().code, ErrorCode::kOutcomeUnknown);
  EXPECT_TRUE(log_->Stopped());
}

TEST_F(PublishingTest, GivesUpWaitingForWitnessesAndKeepsTheChange) {
  OpenWitnessed();
  const auto late = log_->AppendWithin(Entry("one"), Ack::kWitnessed, std::chrono::milliseconds(1));
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, ErrorCode::kOutcomeUnknown);
  EXPECT_EQ(Append("one"), 0u);
}

TEST_F(PublishingTest, ShowsTheCosignedCheckpointAfterAReopening) {
  OpenWitnessed();
  Append("one");
  Cosign(*log_->Published());
  while (ExposedSize() < 1) std::this_thread::yield();
  Append("two");
  const std::string note = log_->Exposed()->note;
  OpenWitnessed();
  EXPECT_EQ(log_->Exposed()->note, note);
  EXPECT_EQ(log_->Published()->checkpoint.size, 2u);
}

TEST_F(PublishingTest, ForgetsNoCosignatureThatComesForWhatIsShown) {
  Open();  // no policy: shown at once
  Append("one");
  Cosign(*log_->Published());
  const auto cosigned = [&] { return Note::Parse(log_->Exposed()->note).value().Check(witness_.key()).state; };
  while (cosigned() != Note::State::kGood) std::this_thread::yield();
  const std::string note = log_->Exposed()->note;
  Open();
  EXPECT_EQ(log_->Exposed()->note, note);
}

// A checkpoint has no time in it: an idle log has nothing to publish again but its witnesses' cosignatures.
TEST_F(PublishingTest, ShowsAnIdleLogsCheckpointWithItsNewestCosignature) {
  OpenWitnessed();
  Append("one");
  const auto published = log_->Published();
  EXPECT_EQ(published->checkpoint.ToText() + "\n" + key_.SignNote(published->checkpoint.ToText()), published->note);
  const auto cosigned_at = [&] { return Note::Parse(log_->Exposed()->note).value().Check(witness_.key()).time; };
  Cosign(*published);
  while (ExposedSize() < 1 || log_->stats().exposed_at == 0) std::this_thread::yield();
  const Time first = cosigned_at().value();
  const std::int64_t shown_at = log_->stats().exposed_at;
  now_ += 900;
  Cosign(*published);
  while (cosigned_at() == first || log_->stats().exposed_at == shown_at) std::this_thread::yield();
  EXPECT_GE(*cosigned_at(), first + Seconds(900));
  EXPECT_GE(log_->stats().exposed_at, shown_at + 900);
  EXPECT_TRUE(log_->Exposed()->note.starts_with(published->note));
}

TEST_F(PublishingTest, PublishesAtMostOnceAnIntervalAndRunsTheHookAtOnce) {
  Log::Options options = MakeOptions();
  options.publish_interval = std::chrono::hours(1);
  OpenWith(std::move(options));
  Append("one");  // the first has waited for nothing
  hooked_.clear();
  std::promise<void> hooked;
  on_hook_ = [&, first = true]() mutable {
    if (std::exchange(first, false)) hooked.set_value();
  };
  auto two = Submit("two", Ack::kPublished);
  hooked.get_future().wait();
  EXPECT_EQ(ExposedSize(), 1u);
  EXPECT_EQ(two.wait_for(std::chrono::seconds(0)), std::future_status::timeout);
  log_.reset();  // a log that closes publishes what it has
  EXPECT_TRUE(two.get());
  Open();
  EXPECT_EQ(ExposedSize(), 2u);
}

TEST_F(PublishingTest, StopsWhenTheClockIsSetBack) {
  Open();
  Append("one");
  now_ -= Log::kClockBound.count() - 5;
  EXPECT_EQ(Append("two"), 1u);  // a little is forgiven
  now_ -= Log::kClockBound.count() + 60;
  EXPECT_EQ(log_->Append(Entry("three"), Ack::kSequenced).error().code, ErrorCode::kUnavailable);
  ASSERT_TRUE(log_->Stopped());
  EXPECT_TRUE(log_->Stopped()->message.starts_with("the clock was set back: it says ")) << log_->Stopped()->message;
  EXPECT_EQ(ReadOnlyReason().code, ErrorCode::kFailedPrecondition);
  now_ += 3600;
  Open();
  EXPECT_EQ(Append("three"), 2u);
}

TEST_F(PublishingTest, WaitsForAClockThatJumpedForward) {
  std::atomic<std::int64_t> passed = 1000;
  Log::Options options = MakeOptions();
  options.clock = [this] { return FromEpoch(now_); };
  options.elapsed = [&] { return Seconds(passed); };
  OpenWith(std::move(options));
  Append("one");
  now_ += 3600, passed += 3600;
  Append("an hour later");
  now_ += ClockWatch::kBound.count();
  Append("within the bound");

  const Bytes before = memory_->Head().value();
  now_ += ClockWatch::kBound.count() + 1;
  const auto refused = log_->Append(Entry("not now"), Ack::kSequenced);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kUnavailable);
  EXPECT_TRUE(refused.error().message.starts_with("the clock jumped forward: it says ")) << refused.error().message;
  EXPECT_EQ(log_->ClockFault()->message, refused.error().message);
  EXPECT_EQ(memory_->Head().value(), before) << "no time was committed that is not yet";
  EXPECT_FALSE(log_->Stopped());
  EXPECT_EQ(log_->stats().refused[static_cast<std::size_t>(ErrorCode::kUnavailable)], 1u);

  now_ -= ClockWatch::kBound.count() + 1;  // somebody set it right
  EXPECT_FALSE(log_->ClockFault());
  EXPECT_EQ(Append("now"), 3u);
  CheckHistory();
}

TEST_F(PublishingTest, NeverLetsTheTimeOfACommitGoBack) {
  Open();
  Append("one");
  const Time first = Head::Decode(memory_->Head().value()).value().time;
  now_ -= 30;
  Append("two");
  EXPECT_EQ(Head::Decode(memory_->Head().value()).value().time, first);
}

TEST_F(PublishingTest, DoesNotWriteWhereItsOpenerKnowsBetter) {
  Log::Options options = MakeOptions();
  options.read_only = Error{ErrorCode::kCorruption, "ROLLBACK DETECTED: a witness has seen more"};
  const auto opened = Log::Open(store_, anchor_, std::move(options)).value();
  EXPECT_EQ(opened->Stopped()->message, "ROLLBACK DETECTED: a witness has seen more");
  EXPECT_EQ(opened->Append(Entry("one"), Ack::kSequenced).error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(store_.commits(), 0);
}

TEST_F(PublishingTest, CountsTheAgeOfWhatIsShownNotOfWhatIsPublished) {
  OpenWitnessed();
  Append("one");
  EXPECT_EQ(log_->stats().exposed_at, 0);
  Cosign(*log_->Published());
  while (ExposedSize() < 1 || log_->stats().exposed_at == 0) std::this_thread::yield();
  const std::int64_t shown_at = log_->stats().exposed_at;
  Append("two");
  EXPECT_EQ(log_->stats().exposed_at, shown_at);
}

TEST_F(PublishingTest, CountsWhoWasRefusedForWantOfRoom) {
  Open();
  store_.FailCommit(0, Fault::kNoRoom);
  EXPECT_EQ(log_->Append(Entry("one"), Ack::kPublished).error().code, ErrorCode::kResourceExhausted);
  EXPECT_EQ(log_->stats().refused[static_cast<std::size_t>(ErrorCode::kResourceExhausted)], 1u);
}

// A disk below the reserve of notes takes none, and nobody knows for how long.
TEST_F(PublishingTest, TellsWhoWaitsForACheckpointThatFindsNoRoom) {
  std::atomic<bool> full = true;
  store_.OnCommit([&](const Batch& batch) {
    const bool has_note =
        std::ranges::any_of(batch.writes, [](const Write& w) { return w.column == Column::kCheckpoint; });
    if (full && has_note) store_.FailCommit(0, Fault::kNoRoom);
  });
  Log::Options options = MakeOptions();
  options.note_patience = std::chrono::milliseconds(0);
  options.batch_entries = 1;
  options.changes_ahead = 8;
  OpenWith(std::move(options));
  const auto first = log_->Append(Entry("first"), Ack::kPublished);
  ASSERT_FALSE(first);
  EXPECT_EQ(first.error().code, ErrorCode::kOutcomeUnknown);
  EXPECT_EQ(first.error().message, "durable, but not published: injected: no room");
  std::vector<std::future<Result<Receipt>>> more;
  // More than the sequencer runs ahead of the publisher: some are committed, some stay in the queue.
  for (int i = 0; i < 40; ++i) {
    more.push_back(Submit("more " + std::to_string(i), i % 2 == 0 ? Ack::kPublished : Ack::kWitnessed));
  }
  std::map<ErrorCode, int> told;
  for (auto& answer : more) {
    const auto got = answer.get();
    ASSERT_FALSE(got);
    ++told[got.error().code];
  }
  EXPECT_EQ(told[ErrorCode::kOutcomeUnknown] + told[ErrorCode::kResourceExhausted], 40);
  EXPECT_GE(told[ErrorCode::kOutcomeUnknown], 8) << "those that were committed";
  EXPECT_GE(told[ErrorCode::kResourceExhausted], 1) << "those that were not";
  EXPECT_FALSE(log_->Stopped());
  EXPECT_EQ(log_->Exposed(), nullptr);
  full = false;
  EXPECT_TRUE(log_->Append(Entry("last"), Ack::kPublished));
  EXPECT_EQ(log_->Published()->checkpoint.size, log_->stats().integrated);
  store_.OnCommit({});
  CheckHistory();
}

TEST_F(PublishingTest, CountsWhatItDoes) {
  Stats stats;
  Log::Options options = MakeOptions();
  options.stats = &stats;
  OpenWith(std::move(options));
  ASSERT_TRUE(log_->Append({{}, {}, {Public("a"), Public("b")}}, Ack::kPublished));
  EXPECT_FALSE(log_->Append({{Still("k", "v")}, {}, {}}, Ack::kSequenced));
  EXPECT_FALSE(log_->Append(Entry(""), Ack::kSequenced));
  log_.reset();
  EXPECT_EQ(stats.integrated, 2u);
  EXPECT_EQ(stats.published, 2u);
  EXPECT_EQ(stats.witnessed, 2u);
  EXPECT_EQ(stats.anchored, 2u);
  EXPECT_GT(stats.exposed_at, 0);
  EXPECT_EQ(stats.refused[static_cast<std::size_t>(ErrorCode::kConflict)], 1u);
  EXPECT_EQ(stats.refused[static_cast<std::size_t>(ErrorCode::kInvalidArgument)], 1u);
  EXPECT_EQ(stats.batch_entries.Read().sum, 2.0);
  EXPECT_EQ(stats.verify_failures, 0u);
}

}  // namespace
}  // namespace certmark::ledger
