// Deliveries: in order, each once or under the same name again, whoever is slow, fails or refuses.
#include "api/deliveries.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

#include "tests/unit/ca/town.h"

namespace certmark::api {
namespace {

using ca::testing::Person;
using ca::testing::Town;
using Of = ca::Subscription::Of;

constexpr std::chrono::seconds kPatience{20};

/// Post is where everything is delivered: it remembers, and answers as it is told.
class Post {
 public:
  Deliveries::NewCourier Couriers() {
    return [this]() -> Result<Deliveries::Courier> {
      return Deliveries::Courier{
          [this](const ca::Subscription& to, const ca::Message& message) { return Take(to, message); },
          [this] { Cut(); }};
    };
  }
  /// Mend lets what comes arrive again after a stop that cut it short.
  void Mend() {
    const std::lock_guard lock(mutex_);
    is_cut_ = false;
  }
  /// Answer has every message from now on answered so.
  void Answer(Attempt attempt) {
    const std::lock_guard lock(mutex_);
    answer_ = std::move(attempt);
  }
  /// Shut holds what is sent to a subscription until Open.
  void Shut(const std::string& id) {
    const std::lock_guard lock(mutex_);
    shut_ = id;
  }
  void Open() {
    const std::lock_guard lock(mutex_);
    shut_.clear();
    changed_.notify_all();
  }
  std::vector<std::uint64_t> Got(const std::string& id) {
    const std::lock_guard lock(mutex_);
    return got_[id];
  }
  /// Await returns once a subscription has got so many messages.
  bool Await(const std::string& id, std::size_t count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kPatience, [&] { return got_[id].size() >= count; });
  }
  bool AwaitHeld(unsigned count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kPatience, [&] { return held_ >= count; });
  }
  unsigned held() {
    const std::lock_guard lock(mutex_);
    return held_;
  }

 private:
  void Cut() {
    const std::lock_guard lock(mutex_);
    is_cut_ = true;
    shut_.clear();
    changed_.notify_all();
  }
  Attempt Take(const ca::Subscription& to, const ca::Message& message) {
    std::unique_lock lock(mutex_);
    if (shut_ == to.id || shut_ == to.party) {
      ++held_;
      changed_.notify_all();
      changed_.wait(lock, [&] { return shut_ != to.id && shut_ != to.party; });
    }
    got_[to.id].push_back(IndexOf(message));
    changed_.notify_all();
    if (is_cut_) return {Outcome::kNotNow, "cut short"};
    return answer_;
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, std::vector<std::uint64_t>> got_;
  Attempt answer_{Outcome::kTaken, ""};
  std::string shut_;
  bool is_cut_ = false;
  unsigned held_ = 0;
};

class DeliveriesTest : public ::testing::Test {
 protected:
  DeliveriesTest() { Start(); }
  void Start() {
    post_.Mend();
    deliveries_ = Deliveries::Start(town_.service().subscriptions(), town_.service().desk(), post_.Couriers()).value();
  }
  std::string Subscribe(const Person& by, Of of = Of::kNotices, std::optional<std::uint64_t> from = std::nullopt) {
    return town_.service()
        .subscriptions()
        .Create(by.party, {.of = of, .target = "https://store.example/", .from = from})
        .value()
        .subscription.id;
  }
  ca::Delivery StateOf(const std::string& id) { return ca::Load<ca::Delivery>(town_.store(), id).value().value; }
  /// AwaitState returns once what is kept of a delivery is so.
  bool AwaitState(const std::string& id, const std::function<bool(const ca::Delivery&)>& is_so) {
    const auto end = std::chrono::steady_clock::now() + kPatience;
    while (!is_so(StateOf(id))) {
      if (std::chrono::steady_clock::now() > end) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds{5});
    }
    return true;
  }

  Town town_;
  Post post_;
  std::unique_ptr<Deliveries> deliveries_;
};

TEST_F(DeliveriesTest, SendInOrderWhatCame) {
  const std::string id = Subscribe(town_.applicant);
  town_.Grant("org.example.told");
  ASSERT_TRUE(post_.Await(id, 3));
  const auto got = post_.Got(id);
  EXPECT_TRUE(std::ranges::is_sorted(got));
  EXPECT_EQ(got.size(), 3u);
  EXPECT_TRUE(AwaitState(id, [&](const ca::Delivery& delivery) { return delivery.next == got.back() + 1; }));
  EXPECT_EQ(StateOf(id).taken, 3u);
}

TEST_F(DeliveriesTest, TryAgainUnderTheSameNameOnceTheTimeHasCome) {
  post_.Answer({Outcome::kNotNow, "no answer"});
  const std::string id = Subscribe(town_.laboratory, Of::kEvents, 0);
  ASSERT_TRUE(post_.Await(id, 1));
  ASSERT_TRUE(AwaitState(id, [](const ca::Delivery& delivery) { return delivery.attempts == 1; }));
  EXPECT_EQ(StateOf(id).trouble, "no answer");
  deliveries_->Look();
  post_.Answer({Outcome::kTaken, ""});
  EXPECT_EQ(post_.Got(id).size(), 1u) << "its time has not come";
  town_.Advance(Seconds{1});
  deliveries_->Look();
  ASSERT_TRUE(post_.Await(id, 6));
  const auto got = post_.Got(id);
  EXPECT_EQ(got[0], got[1]);
  EXPECT_TRUE(AwaitState(id, [](const ca::Delivery& delivery) { return delivery.taken == 5; }));
}

TEST_F(DeliveriesTest, ListWhatIsRefusedAndGoOn) {
  post_.Answer({Outcome::kRefused, "invalid_request"});
  const std::string id = Subscribe(town_.laboratory, Of::kEvents, 0);
  ASSERT_TRUE(AwaitState(id, [](const ca::Delivery& delivery) { return delivery.refused.size() == 5; }));
  EXPECT_EQ(StateOf(id).refused[0].index, post_.Got(id)[0]);
  EXPECT_EQ(StateOf(id).taken, 0u);
  EXPECT_FALSE(StateOf(id).stopped);
}

TEST_F(DeliveriesTest, StopWhereTheTargetIsGoneAndBeginAgainWhereItIsReplayed) {
  post_.Answer({Outcome::kGone, "410"});
  const std::string id = Subscribe(town_.laboratory, Of::kEvents, 0);
  ASSERT_TRUE(AwaitState(id, [](const ca::Delivery& delivery) { return delivery.stopped; }));
  post_.Answer({Outcome::kTaken, ""});
  town_.service().subscriptions().Replay(town_.laboratory.party, id, std::nullopt).value();
  ASSERT_TRUE(post_.Await(id, 6));
  EXPECT_EQ(post_.Got(id)[0], post_.Got(id)[1]);
}

TEST_F(DeliveriesTest, LoseNothingThatAStopCutShort) {
  const std::string id = Subscribe(town_.laboratory, Of::kEvents, 0);
  ASSERT_TRUE(post_.Await(id, 5));
  ASSERT_TRUE(AwaitState(id, [](const ca::Delivery& delivery) { return delivery.taken == 5; }));
  post_.Shut(id);
  town_.Act(ca::Proposed::kRevoke, town_.valid, "deception");
  deliveries_->Look();
  ASSERT_TRUE(post_.AwaitHeld(1));
  deliveries_.reset();  // it arrives, and nobody writes that down
  EXPECT_EQ(StateOf(id).taken, 5u);
  EXPECT_EQ(StateOf(id).attempts, 0u) << "that we stopped is no failure of the target";
  town_.Reopen();
  Start();
  ASSERT_TRUE(post_.Await(id, 7));
  const auto got = post_.Got(id);
  EXPECT_EQ(got[5], got[6]) << "the second of the two is known by its index";
}

TEST_F(DeliveriesTest, OfOnePartyThatTakesItsTimeHoldUpNobodyElse) {
  std::vector<std::string> slow;
  post_.Shut(town_.laboratory.party.id);
  for (std::size_t i = 0; i < ca::Subscription::kMaxOfParty; ++i)
    slow.push_back(Subscribe(town_.laboratory, Of::kEvents, 0));
  ASSERT_TRUE(post_.AwaitHeld(Deliveries::kOfParty));
  const std::string id = Subscribe(town_.applicant, Of::kEvents, 0);
  ASSERT_TRUE(post_.Await(id, 5));
  EXPECT_EQ(post_.held(), Deliveries::kOfParty);
  post_.Open();
  for (const std::string& one : slow) EXPECT_TRUE(post_.Await(one, 5));
}

TEST_F(DeliveriesTest, GoOnWhereTheyAreReplayedThoughTheirTurnIsUnderWay) {
  const std::string id = Subscribe(town_.laboratory, Of::kEvents, 0);
  ASSERT_TRUE(AwaitState(id, [](const ca::Delivery& delivery) { return delivery.taken == 5; }));
  post_.Shut(id);
  town_.Act(ca::Proposed::kRevoke, town_.valid, "deception");
  deliveries_->Look();
  ASSERT_TRUE(post_.AwaitHeld(1));
  town_.service().subscriptions().Replay(town_.laboratory.party, id, 0).value();
  post_.Open();
  ASSERT_TRUE(post_.Await(id, 12));
  EXPECT_TRUE(AwaitState(id, [](const ca::Delivery& delivery) { return delivery.taken == 6; }));
  EXPECT_EQ(post_.Got(id).size(), 12u) << "five, the sixth, and all six again";
}

TEST_F(DeliveriesTest, SendNothingOnceASubscriptionEnds) {
  post_.Answer({Outcome::kNotNow, "no answer"});
  const std::string id = Subscribe(town_.laboratory, Of::kEvents, 0);
  ASSERT_TRUE(AwaitState(id, [](const ca::Delivery& delivery) { return delivery.attempts == 1; }));
  ASSERT_TRUE(town_.service().subscriptions().End(town_.laboratory.party, id));
  town_.Advance(Seconds{60});
  const std::string other = Subscribe(town_.applicant, Of::kEvents, 0);
  ASSERT_TRUE(post_.Await(other, 1));
  EXPECT_EQ(post_.Got(id).size(), 1u);
}

TEST_F(DeliveriesTest, CountHowTheyStand) {
  const std::string id = Subscribe(town_.laboratory, Of::kEvents, 0);
  ASSERT_TRUE(AwaitState(id, [](const ca::Delivery& delivery) { return delivery.taken == 5; }));
  EXPECT_EQ(deliveries_->counts().taken, 5u);
  EXPECT_EQ(deliveries_->counts().subscriptions, 1u);
  EXPECT_EQ(deliveries_->counts().failed, 0u);
}

}  // namespace
}  // namespace certmark::api
