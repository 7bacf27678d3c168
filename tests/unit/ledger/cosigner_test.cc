#include "ledger/cosigner.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <set>

#include "tests/unit/ledger/witnessed_log.h"

namespace certmark::ledger {
namespace {

using testing::Gate;
using testing::HttpAnswer;
using testing::kNow;
using testing::LoopbackRequest;
using testing::TestNoteKey;

// Generous: reached only by a test that fails.
constexpr std::chrono::seconds kLimit{120};

/// CosignerTest is a log that publishes when told, and what its cosigner delivered.
class CosignerTest : public ::testing::Test {
 protected:
  // Nobody is held when the servers go, and nobody asks them any more.
  void TearDown() override {
    cosigner_.reset();
    for (const auto& gate : gates_) gate->Open();
    witnesses_.clear();
  }
  Gate& NewGate() { return *gates_.emplace_back(std::make_unique<Gate>()); }
  WitnessServer& AddWitness() {
    witnesses_.push_back(std::make_unique<WitnessServer>(static_cast<int>(witnesses_.size()) + 1, log_));
    return *witnesses_.back();
  }
  void AddWitnesses(int count) {
    for (int i = 0; i < count; ++i) AddWitness();
  }
  Cosigner::Options MakeOptions(const std::string& quorum) {
    std::string policy;
    for (const auto& witness : witnesses_) policy += witness->line();
    Cosigner::Options options{.policy = WitnessPolicy::Parse(policy + quorum).value(),
                              .log_key = log_.key(),
                              .consistency = log_.source(),
                              .await_published = {},
                              .deliver = {},
                              .clock = [this] { return now_.load(); }};
    options.await_published = [this](std::uint64_t known, std::chrono::milliseconds patience) {
      return AwaitPublished(known, patience);
    };
    options.deliver = [this](const SignedCheckpoint& checkpoint, std::vector<std::string> lines) {
      Deliver(checkpoint.checkpoint.size, std::move(lines));
    };
    options.alarm = [this](const std::string& line) {
      const std::lock_guard lock(mutex_);
      alarms_.push_back(line);
      changed_.notify_all();
    };
    options.stats = &stats_;
    options.request_timeout = std::chrono::hours(1);
    options.shortest_backoff = std::chrono::milliseconds(1);
    options.longest_backoff = std::chrono::milliseconds(4);
    return options;
  }
  void Start(const std::string& quorum) { StartWith(MakeOptions(quorum)); }
  void StartWith(Cosigner::Options options) {
    auto started = Cosigner::Start(std::move(options));
    ASSERT_TRUE(started) << started.error().message;
    cosigner_ = *std::move(started);
  }
  void Publish(std::uint64_t size) { PublishThis(log_.At(size)); }
  void PublishThis(std::shared_ptr<const SignedCheckpoint> checkpoint) {
    const std::lock_guard lock(mutex_);
    published_ = std::move(checkpoint);
    changed_.notify_all();
  }

  // Await waits until `done` holds; what it reads is guarded by mutex_.
  template <class Done>
  void Await(const char* what, Done done) {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(changed_.wait_for(lock, kLimit, done)) << what;
  }
  void AwaitDelivered(std::uint64_t size, std::set<int> by) {
    Await("delivery",
          [&] { return std::ranges::all_of(by, [&](int witness) { return delivered_[size].contains(witness); }); });
  }
  // AwaitWitness waits until the snapshot of a witness is as told.
  template <class Is>
  void AwaitWitness(std::size_t index, Is is) {
    const auto end = std::chrono::steady_clock::now() + kLimit;
    while (!is(cosigner_->Snapshot().at(index))) {
      ASSERT_LT(std::chrono::steady_clock::now(), end) << cosigner_->Snapshot().at(index).outcome;
      std::this_thread::yield();
    }
  }
  std::set<int> Delivered(std::uint64_t size) {
    const std::lock_guard lock(mutex_);
    return delivered_[size];
  }
  WitnessServer& witness(std::size_t index) { return *witnesses_.at(index); }

 private:
  std::shared_ptr<const SignedCheckpoint> AwaitPublished(std::uint64_t known, std::chrono::milliseconds patience) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, patience, [&] { return published_ && published_->checkpoint.size != known; });
    return published_;
  }
  // Every line that comes must be a good cosignature of that size; it is remembered by its witness's number.
  void Deliver(std::uint64_t size, std::vector<std::string> lines) {
    const std::lock_guard lock(mutex_);
    calls_.emplace_back(size, lines.size());
    for (const std::string& line : lines) {
      const auto note = Note::Parse(log_.CheckpointAt(size).ToText() + "\n" + line);
      ASSERT_TRUE(note);
      for (std::size_t i = 0; i < witnesses_.size(); ++i) {
        const Note::Checked checked = note->Check(witnesses_[i]->key());
        ASSERT_NE(checked.state, Note::State::kBad);
        if (checked.state != Note::State::kGood) continue;
        delivered_[size].insert(static_cast<int>(i) + 1);
        times_[size].insert(*checked.time);
      }
    }
    changed_.notify_all();
  }

 protected:
  WitnessedLog log_;
  Stats stats_;
  std::atomic<Time> now_ = kNow;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::shared_ptr<const SignedCheckpoint> published_;
  std::map<std::uint64_t, std::set<int>> delivered_;
  std::map<std::uint64_t, std::set<Time>> times_;
  std::vector<std::pair<std::uint64_t, std::size_t>> calls_;  // size and number of lines of each delivery
  std::vector<std::string> alarms_;
  std::vector<std::unique_ptr<Gate>> gates_;
  std::vector<std::unique_ptr<WitnessServer>> witnesses_;
  std::unique_ptr<Cosigner> cosigner_;
};

std::uint64_t Observations(const Histogram& histogram) {
  std::uint64_t sum = 0;
  for (const std::uint64_t count : histogram.Read().counts) sum += count;
  return sum;
}

TEST_F(CosignerTest, HasEveryPublishedCheckpointCosigned) {
  AddWitnesses(3);
  Publish(5);
  Start("group all all w1 w2 w3\nquorum all\n");
  AwaitDelivered(5, {1, 2, 3});
  Publish(9);
  AwaitDelivered(9, {1, 2, 3});
  EXPECT_EQ(calls_, (std::vector<std::pair<std::uint64_t, std::size_t>>{{5, 3}, {9, 3}}));
  EXPECT_EQ(Observations(stats_.witness_seconds), 2u);
  const auto snapshot = cosigner_->Snapshot();
  ASSERT_EQ(snapshot.size(), 3u);
  EXPECT_EQ(snapshot[1].name, "w2");
  EXPECT_EQ(snapshot[1].cosigned_size, 9u);
  EXPECT_EQ(snapshot[1].failures, 0u);
  EXPECT_FALSE(snapshot[1].alarming);
}

TEST_F(CosignerTest, WaitsForTheFirstCheckpoint) {
  AddWitnesses(1);
  Start("quorum w1\n");
  Publish(1);
  AwaitDelivered(1, {1});
}

TEST_F(CosignerTest, ASlowWitnessDelaysNoQuorumAndNoNextRound) {
  AddWitnesses(3);
  Gate &asked = NewGate(), &gate = NewGate();
  witness(2).Say([&](const LoopbackRequest& request) { return asked.Open(), gate.Wait(), witness(2).Truly(request); });
  Publish(5);
  Start("group g 2 w1 w2 w3\nquorum g\n");
  AwaitDelivered(5, {1, 2});
  asked.Wait();
  Publish(9);
  AwaitDelivered(9, {1, 2});
  Publish(20);
  AwaitDelivered(20, {1, 2});
  EXPECT_EQ(Delivered(5), (std::set<int>{1, 2}));
  // It returns: what it cosigned late is delivered, and it joins the round that goes on.
  gate.Open();
  AwaitDelivered(5, {3});
  AwaitDelivered(20, {3});
  EXPECT_EQ(Delivered(9), (std::set<int>{1, 2}));
}

TEST_F(CosignerTest, DeliversLaterLinesSingly) {
  AddWitnesses(3);
  Gate& gate = NewGate();
  for (const int late : {1, 2}) {
    witness(late).Say([&, late](const LoopbackRequest& request) { return gate.Wait(), witness(late).Truly(request); });
  }
  Publish(5);
  Start("quorum w1\n");
  AwaitDelivered(5, {1});
  gate.Open();
  AwaitDelivered(5, {2, 3});
  EXPECT_EQ(calls_, (std::vector<std::pair<std::uint64_t, std::size_t>>{{5, 1}, {5, 1}, {5, 1}}));
}

TEST_F(CosignerTest, DeliversNothingBeforeTheQuorum) {
  AddWitnesses(2);
  Gate& gate = NewGate();
  witness(1).Say([&](const LoopbackRequest& request) { return gate.Wait(), witness(1).Truly(request); });
  Publish(5);
  Start("group g all w1 w2\nquorum g\n");
  AwaitWitness(0, [](const Cosigner::Witness& w) { return w.cosigned_size == 5; });
  EXPECT_EQ(Delivered(5), std::set<int>{});
  gate.Open();
  AwaitDelivered(5, {1, 2});
  EXPECT_EQ(calls_.size(), 1u);
}

TEST_F(CosignerTest, WithQuorumNoneEachLineIsDeliveredAsItComes) {
  AddWitnesses(2);
  Publish(5);
  Start("quorum none\n");
  AwaitDelivered(5, {1, 2});
  EXPECT_EQ(calls_, (std::vector<std::pair<std::uint64_t, std::size_t>>{{5, 1}, {5, 1}}));
  EXPECT_EQ(Observations(stats_.witness_seconds), 0u);
}

TEST_F(CosignerTest, ALyingWitnessNeverCounts) {
  AddWitnesses(2);
  const TestNoteKey liar = TestNoteKey::Witness("witness.example/2");
  witness(1).Say([liar](const LoopbackRequest&) { return HttpAnswer(200, "", liar.Cosign("another text\n", kNow)); });
  Publish(5);
  Start("group g all w1 w2\nquorum g\n");
  AwaitWitness(1, [](const Cosigner::Witness& w) { return w.failures >= 5; });
  AwaitWitness(0, [](const Cosigner::Witness& w) { return w.cosigned_size == 5; });
  EXPECT_TRUE(calls_.empty());
  EXPECT_NE(cosigner_->Snapshot()[1].outcome.find("WRONG"), std::string::npos);
  EXPECT_EQ(cosigner_->Snapshot()[1].cosigned_size, 0u);
}

TEST_F(CosignerTest, AWitnessThatIsDownIsAskedAgainUntilItIsBack) {
  AddWitnesses(2);
  witness(1).Say([](const LoopbackRequest&) { return std::string(); });
  Publish(5);
  Start("group g all w1 w2\nquorum g\n");
  AwaitWitness(1, [](const Cosigner::Witness& w) { return w.failures >= 3; });
  witness(1).Say({});
  AwaitDelivered(5, {1, 2});
  EXPECT_EQ(cosigner_->Snapshot()[1].failures, 0u);
  EXPECT_EQ(witness(0).asked(), 1);
}

TEST_F(CosignerTest, ARoundThatCannotBeWonGivesWayToWhatIsNewer) {
  AddWitnesses(2);
  witness(1).Say([](const LoopbackRequest&) { return HttpAnswer(404, "", ""); });
  Publish(5);
  Start("group g all w1 w2\nquorum g\n");
  AwaitWitness(1, [](const Cosigner::Witness& w) { return w.failures >= 1; });
  Publish(9);
  AwaitWitness(0, [](const Cosigner::Witness& w) { return w.cosigned_size == 9; });
  witness(1).Say({});
  AwaitDelivered(9, {1, 2});
}

TEST_F(CosignerTest, EveryAnswerOfAFaultyWitnessIsSurvived) {
  AddWitnesses(2);
  const auto turn = std::make_shared<std::atomic<std::size_t>>(0);
  const std::vector<std::string> answers = {
      HttpAnswer(403, "", "no"),
      HttpAnswer(422, "", "no"),
      HttpAnswer(500, "", std::string(100, '\x07')),
      HttpAnswer(302, "", ""),
      HttpAnswer(409, "text/x.tlog.size", "3\n"),
      HttpAnswer(409, "text/x.tlog.size", "4\n"),
      HttpAnswer(409, "text/x.tlog.size", "huge\n"),
      HttpAnswer(409, "", ""),
      HttpAnswer(200, "", ""),
      HttpAnswer(200, "", std::string(1'000'000, 'x')),
      std::string("nonsense\r\n\r\n"),
      std::string(),
  };
  witness(1).Say([&truth = witness(1), turn, answers](const LoopbackRequest& request) {
    const std::size_t now = (*turn)++;
    return now < answers.size() * 2 ? answers[now % answers.size()] : truth.Truly(request);
  });
  Publish(5);
  Start("group g all w1 w2\nquorum g\n");
  AwaitDelivered(5, {1, 2});
}

TEST_F(CosignerTest, AWitnessAheadRaisesAnAlarmOnceAndBlocksNobody) {
  AddWitnesses(2);
  ASSERT_EQ(witness(1).witness()->AddCheckpoint(log_.Body(0, 20)).status, 200);
  Publish(5);
  Start("group g any w1 w2\nquorum g\n");
  AwaitDelivered(5, {1});
  Await("alarm", [&] { return !alarms_.empty(); });
  AwaitWitness(1, [](const Cosigner::Witness& w) { return w.failures >= 3; });
  {
    const std::lock_guard lock(mutex_);
    ASSERT_EQ(alarms_.size(), 1u);
    EXPECT_NE(alarms_[0].find("\"w2\": ROLLBACK DETECTED: it has cosigned size 20, we are at size 5"),
              std::string::npos)
        << alarms_[0];
  }
  EXPECT_TRUE(cosigner_->Snapshot()[1].alarming);
  // The log grows past it, and it agrees again: the history was ours all along.
  Publish(30);
  AwaitDelivered(30, {1, 2});
  EXPECT_FALSE(cosigner_->Snapshot()[1].alarming);
}

TEST_F(CosignerTest, AWitnessOfAnotherHistoryRaisesAnAlarm) {
  AddWitnesses(2);
  const WitnessedLog fork("ca.example/log/1", "another first leaf");
  ASSERT_EQ(witness(1).witness()->AddCheckpoint(fork.Body(0, 5)).status, 200);
  Publish(9);
  Start("quorum w1\n");
  AwaitDelivered(9, {1});
  Await("alarm", [&] { return !alarms_.empty(); });
  EXPECT_NE(alarms_[0].find("ROLLBACK DETECTED"), std::string::npos) << alarms_[0];
}

TEST_F(CosignerTest, AnIdleLogsCheckpointIsCosignedAgain) {
  AddWitnesses(2);
  Publish(5);
  Start("group g all w1 w2\nquorum g\n");
  AwaitDelivered(5, {1, 2});
  for (const auto& w : witnesses_) w->witness().set_now(kNow + Seconds(900));
  EXPECT_EQ(witness(0).asked(), 1);
  now_ = kNow + Seconds(900);
  Await("renewal", [&] { return times_[5].contains(kNow + Seconds(900)) && calls_.size() == 2; });
  EXPECT_EQ(calls_[1].second, 2u);
}

TEST_F(CosignerTest, OffersNothingThatTheLogDidNotSign) {
  AddWitnesses(1);
  const auto forged = std::make_shared<SignedCheckpoint>(*log_.At(5));
  forged->note = log_.CheckpointAt(5).ToText() + "\n" + TestNoteKey::Log("ca.example/log/1").SignNote("another\n");
  PublishThis(forged);
  Start("quorum w1\n");
  Await("alarm", [&] { return !alarms_.empty(); });
  EXPECT_EQ(witness(0).asked(), 0);
  Publish(9);
  AwaitDelivered(9, {1});
}

TEST_F(CosignerTest, StopsWhileItsWitnessesAreSilent) {
  AddWitnesses(3);
  Gate& gate = NewGate();
  std::vector<Gate*> asked;
  for (std::size_t i = 0; i < 3; ++i) {
    asked.push_back(&NewGate());
    witness(i).Say(
        [&gate, here = asked[i]](const LoopbackRequest&) { return here->Open(), gate.Wait(), std::string(); });
  }
  Publish(5);
  Start("group g any w1 w2 w3\nquorum g\n");
  for (Gate* one : asked) one->Wait();
  // Requests may take an hour here: only cutting them ends this.
  cosigner_.reset();
  gate.Open();
  EXPECT_TRUE(calls_.empty());
}

TEST_F(CosignerTest, KeepsUpWithALogThatNeverRests) {
  AddWitnesses(3);
  Start("group g 2 w1 w2 w3\nquorum g\n");
  for (std::uint64_t size = 1; size <= 300; ++size) Publish(size);
  AwaitDelivered(300, {1, 2, 3});
}

TEST_F(CosignerTest, DoesNotStartWithoutUrlsOrFunctions) {
  AddWitnesses(1);
  Cosigner::Options options = MakeOptions("quorum w1\n");
  options.deliver = {};
  EXPECT_EQ(Cosigner::Start(std::move(options)).error().code, ErrorCode::kInvalidArgument);
  options = MakeOptions("quorum w1\n");
  options.policy = WitnessPolicy::Parse("witness w " + witness(0).key().ToVkey() + "\nquorum w\n").value();
  EXPECT_EQ(Cosigner::Start(std::move(options)).error().code, ErrorCode::kInvalidArgument);
}

TEST_F(CosignerTest, WithoutWitnessesItRests) {
  Start("quorum none\n");
  EXPECT_TRUE(cosigner_->Snapshot().empty());
}

}  // namespace
}  // namespace certmark::ledger
