// Key backups on a thread of their own: one round at a time, in its time, and told to stop.
#include "api/key_backup_keeper.h"

#include <gtest/gtest.h>

#include <future>
#include <stdexcept>
#include <thread>
#include <vector>

namespace certmark::api {
namespace {

constexpr Time kNow{Seconds{1'800'000'000}};
constexpr Seconds kDay{24 * 3600};
constexpr std::chrono::minutes kAMinute{1};

// Rounds are what a keeper runs here: each is over when the test lets it be.
class Rounds {
 public:
  KeyBackupKeeper::Round round() {
    return [this](Time now, const std::stop_token& stop) { return Run(now, stop); };
  }
  /// AwaitBegun waits until so many have begun.
  void AwaitBegun(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return begun_.size() >= count; });
  }
  void End(Result<ca::KeptKeyBackups> with) {
    const std::lock_guard lock(mutex_);
    result_ = std::move(with);
    changed_.notify_all();
  }
  std::vector<Time> begun() {
    const std::lock_guard lock(mutex_);
    return begun_;
  }

 private:
  Result<ca::KeptKeyBackups> Run(Time now, const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    begun_.push_back(now);
    changed_.notify_all();
    const bool ended = changed_.wait(lock, stop, [this] { return result_.has_value(); });
    if (!ended) return Error{ErrorCode::kUnavailable, "told to stop"};
    return *std::exchange(result_, std::nullopt);
  }
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::vector<Time> begun_;
  std::optional<Result<ca::KeptKeyBackups>> result_;
};

ca::KeptKeyBackups Kept(Time next) {
  return {.deleted = 0, .made = "/copies/1", .newest = next - kDay, .oldest = next - 2 * kDay, .next = next};
}

// LookUntil looks, at one time, until another round has begun: the one before it may not be quite over.
void LookUntil(KeyBackupKeeper& keeper, Rounds& rounds, Time now, std::size_t count) {
  while (rounds.begun().size() < count) {
    keeper.Look(now);
    std::this_thread::yield();
  }
}

TEST(KeyBackupKeeper, BeginsAtOnceAndThenWhenItIsTime) {
  Rounds rounds;
  KeyBackupKeeper keeper(rounds.round());
  keeper.Look(kNow);
  rounds.AwaitBegun(1);
  rounds.End(Kept(kNow + kDay));
  for (int i = 0; i < 1000; ++i) keeper.Look(kNow + kDay - Seconds{1});
  LookUntil(keeper, rounds, kNow + kDay, 2);
  rounds.End(Kept(kNow + 2 * kDay));
  EXPECT_EQ(keeper.Stop(kAMinute), Ended::kEnded);
  EXPECT_EQ(rounds.begun(), (std::vector<Time>{kNow, kNow + kDay}));
  EXPECT_GE(keeper.counts().made, 1u);
  EXPECT_EQ(keeper.counts().failed, 0u);
  EXPECT_GE(keeper.counts().newest, ToEpoch(kNow));
}

TEST(KeyBackupKeeper, HoldsUpNobodyAndRunsOneRoundAtATime) {
  Rounds rounds;
  KeyBackupKeeper keeper(rounds.round());
  keeper.Look(kNow);
  rounds.AwaitBegun(1);
  for (int i = 1; i <= 1000; ++i) keeper.Look(kNow + i * kDay);  // returns, though the round goes on
  EXPECT_EQ(rounds.begun().size(), 1u);
}

TEST(KeyBackupKeeper, CountsWhatFailsAndTriesAgainLater) {
  Rounds rounds;
  KeyBackupKeeper keeper(rounds.round());
  keeper.Look(kNow);
  rounds.AwaitBegun(1);
  rounds.End(Error{ErrorCode::kNotFound, "no directory /copies"});
  for (int i = 0; i < 1000; ++i) keeper.Look(kNow + KeyBackupKeeper::kRetry - Seconds{1});
  LookUntil(keeper, rounds, kNow + KeyBackupKeeper::kRetry, 2);
  EXPECT_EQ(keeper.Stop(kAMinute), Ended::kEnded);
  EXPECT_EQ(rounds.begun(), (std::vector<Time>{kNow, kNow + KeyBackupKeeper::kRetry}));
  EXPECT_EQ(keeper.counts().failed, 1u) << "to be told to stop is no failure";
  EXPECT_EQ(keeper.counts().made, 0u);
  EXPECT_EQ(keeper.counts().newest, 0);
}

TEST(KeyBackupKeeper, CountsWhatIsThrownAndGoesOn) {
  KeyBackupKeeper keeper(
      [](Time, const std::stop_token&) -> Result<ca::KeptKeyBackups> { throw std::runtime_error("no memory"); });
  for (Time now = kNow; keeper.counts().failed < 2; now += KeyBackupKeeper::kRetry) {
    keeper.Look(now);
    std::this_thread::yield();
  }
  EXPECT_EQ(keeper.counts().made, 0u);
}

TEST(KeyBackupKeeper, EndsThoughARoundIsUnderWay) {
  Rounds rounds;
  KeyBackupKeeper keeper(rounds.round());
  keeper.Look(kNow);
  rounds.AwaitBegun(1);
  EXPECT_EQ(keeper.Stop(kAMinute), Ended::kEnded);
  EXPECT_EQ(keeper.counts().failed, 0u);
}

TEST(KeyBackupKeeper, IsGivenUpWhereADiskDoesNotAnswer) {
  std::promise<void> begun, answer;
  {
    KeyBackupKeeper keeper([&, answered = answer.get_future().share()](Time, const std::stop_token&) {
      begun.set_value();
      answered.wait();
      return Result<ca::KeptKeyBackups>(Error{ErrorCode::kUnavailable, "told to stop"});
    });
    keeper.Look(kNow);
    begun.get_future().wait();
    EXPECT_EQ(keeper.Stop(std::chrono::milliseconds{0}), Ended::kAbandoned);
  }  // and nobody waits here
  answer.set_value();
}

TEST(KeyBackupKeeper, EndsThoughNothingWasAsked) {
  Rounds rounds;
  { const KeyBackupKeeper keeper(rounds.round()); }
  EXPECT_TRUE(rounds.begun().empty());
}

}  // namespace
}  // namespace certmark::api
