// NewBase: a base that is written while the log goes on, and whatever was changed meanwhile.
#include "verifier-sdk/mirror/new_base.h"

#include <map>
#include <optional>
#include <set>

#include "tests/unit/mirror/mirror_fixture.h"

namespace certmark::mirror {
namespace {

using namespace certmark::testing;

// 300 apps and a mirror that goes on, of which few changes are many.
class NewBaseTest : public FollowerTest {
 protected:
  static constexpr std::uint64_t kApps = 300;

  NewBaseTest() {
    limits_.delta_apps = 20;
    Many(log_, 0, kApps);
    log_.Publish(kNow);
    EXPECT_TRUE(Follow(Honest(log_)));
    follower_.emplace(Follower::Open({.directory = directory(), .threads = 1, .limits = limits_}).value());
  }

  // Change suspends an app, or reinstates it.
  void Change(std::uint64_t app) {
    FoldedState& state = changed_.try_emplace(app, FoldedState::kValid).first->second;
    const bool is_valid = state == FoldedState::kValid;
    log_.Add(log_.EventOf(is_valid ? EventKind::kSuspended : EventKind::kReinstated,
                          "org.example.a" + std::to_string(app), NumberAt(app)));
    state = is_valid ? FoldedState::kSuspended : FoldedState::kValid;
  }
  Result<Followed> GoOn() {
    log_.Publish(kNow);
    return FollowWith(*follower_, Honest(log_));
  }
  // WhyWrong names an app of which something else is said than what became of it, or none.
  std::string WhyWrong() const {
    const auto index = Open();
    for (std::uint64_t i = 0; i < kApps; ++i) {
      const std::string package = "org.example.a" + std::to_string(i);
      const auto found = index->Lookup(AppOf(package));
      if (!found) return found.error().message;
      const auto state = changed_.find(i);
      const FoldedState expected = state == changed_.end() ? FoldedState::kValid : state->second;
      if (found->certifications.size() != 1 || found->certifications.front().state != expected) return package;
      if (!*index->FindByNumber(0, found->certifications.front().number)) return package + " by its number";
    }
    std::uint64_t apps = 0;
    const auto seen = index->ForEach([&](const RecordView&) -> Result<void> { return ++apps, Result<void>(); });
    return seen && apps == kApps ? "" : std::to_string(apps) + " apps";
  }
  std::uint64_t DeltaApps() const { return Open()->delta() != nullptr ? Open()->delta()->apps() : 0; }

  std::optional<Follower> follower_;
  std::map<std::uint64_t, FoldedState> changed_;
};

TEST_F(NewBaseTest, HasWhatWasThereAndTheDeltaHasWhatCameMeanwhile) {
  std::set<std::string> bases = {Open()->generation().base};
  for (std::uint64_t turn = 0; turn < 60; ++turn) {
    // Some are changed again and again, and so are in the delta of then and in the one of now, another or the same.
    for (const std::uint64_t app : {turn * 7 % kApps, turn % 5, turn % 5, turn * 3 % kApps, turn % 2}) Change(app);
    const auto followed = GoOn();
    ASSERT_TRUE(followed) << followed.error().message;
    ASSERT_EQ(WhyWrong(), "") << "in turn " << turn;
    ASSERT_LE(DeltaApps(), 2 * limits_.delta_apps);
    bases.insert(Open()->generation().base);
  }
  EXPECT_GE(bases.size(), 3u);
}

TEST_F(NewBaseTest, IsNotTakenByAnAuthorityThatIsJudgedAnewMeanwhile) {
  for (std::uint64_t app = 0; app < 13; ++app) Change(app);
  ASSERT_TRUE(GoOn());
  for (std::uint64_t app = 13; app < 25; ++app) Change(app);
  ASSERT_TRUE(GoOn());
  EXPECT_GT(DeltaApps(), limits_.delta_apps);
  BlockSomebody();
  Change(30);
  ASSERT_TRUE(GoOn());
  EXPECT_EQ(WhyWrong(), "");
  EXPECT_EQ(DeltaApps(), 0u);
  Change(31);
  ASSERT_TRUE(GoOn());
  EXPECT_EQ(WhyWrong(), "");
}

TEST_F(NewBaseTest, IsWrittenByWhoeverNeedsItWhereItCouldNotBeWrittenBeside) {
  std::filesystem::create_directories(directory() / NewBase::kFile / "in the way");
  const std::string before = Open()->generation().base;
  for (std::uint64_t app = 0; app < 45; ++app) {
    Change(app);
    ASSERT_TRUE(GoOn());
    ASSERT_EQ(WhyWrong(), "");
  }
  EXPECT_NE(Open()->generation().base, before);
}

TEST_F(NewBaseTest, IsBegunAnewWhereItCouldNotBeWritten) {
  std::filesystem::create_directories(directory() / NewBase::kFile / "in the way");
  const std::string before = Open()->generation().base;
  for (std::uint64_t app = 0; app < 25; ++app) {
    Change(app);
    ASSERT_TRUE(GoOn());
  }
  ASSERT_EQ(Open()->generation().base, before);
  std::filesystem::remove_all(directory() / NewBase::kFile);
  // The delta does not become larger, and none waits for a base that is not done.
  for (int turn = 0; turn < 200 && Open()->generation().base == before; ++turn) {
    Change(0);
    ASSERT_TRUE(GoOn());
  }
  EXPECT_NE(Open()->generation().base, before);
  EXPECT_EQ(WhyWrong(), "");
}

TEST_F(NewBaseTest, IsNotTakenForABaseOfTheSameNameThatWasMadeAnewMeanwhile) {
  for (std::uint64_t app = 0; app < 13; ++app) Change(app);
  ASSERT_TRUE(GoOn());
  for (std::uint64_t app = 13; app < 25; ++app) Change(app);
  ASSERT_TRUE(GoOn());
  ASSERT_GT(DeltaApps(), limits_.delta_apps);
  ASSERT_TRUE(GoOn());  // begun, out of `base-1`, and not taken: nothing was changed
  std::filesystem::remove(directory() / "current");
  Change(40);
  ASSERT_TRUE(GoOn());
  ASSERT_EQ(Open()->generation().base, "base-1");
  for (std::uint64_t app = 50; app < 95; ++app) {
    Change(app);
    ASSERT_TRUE(GoOn());
    ASSERT_EQ(WhyWrong(), "") << app;
  }
}

// A few apps may come to as much as many do, and a delta is written anew each time.
TEST_F(NewBaseTest, IsBegunWhereAFewAppsComeToMuch) {
  limits_.delta_bytes = 20'000;
  follower_.reset();
  follower_.emplace(Follower::Open({.directory = directory(), .threads = 1, .limits = limits_}).value());
  const auto grow = [this](std::uint64_t i) {
    for (std::uint64_t n = 0; n < 10; ++n) {
      log_.Add(log_.UnsignedCredential({.package = "org.example.a" + std::to_string(i % 3),
                                        .number = NumberAt(kApps + 10 * i + n),
                                        .scheme = std::string(100, 'x')}));
    }
  };
  std::set<std::string> bases;
  for (std::uint64_t i = 0; i < 60; ++i) {
    grow(i);
    ASSERT_TRUE(GoOn());
    const auto index = Open();
    bases.insert(index->generation().base);
    ASSERT_LE(index->delta() != nullptr ? index->delta()->bytes() : 0, 2 * limits_.delta_bytes) << "in turn " << i;
    ASSERT_LE(DeltaApps(), 3u);
  }
  EXPECT_GE(bases.size(), 2u);
  const auto found = Open()->Lookup(AppOf("org.example.a1"));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->certifications.size(), 201u);
}

TEST_F(NewBaseTest, LeavesNothingBehind) {
  for (std::uint64_t app = 0; app < 30; app += 15) {
    for (std::uint64_t i = 0; i < 15; ++i) Change(app + i);
    ASSERT_TRUE(GoOn());
  }
  Change(40);
  ASSERT_TRUE(GoOn());
  follower_.reset();
  EXPECT_FALSE(std::filesystem::exists(directory() / NewBase::kFile));
  std::ofstream(directory() / NewBase::kFile) << "of a process that was killed";
  follower_.emplace(Follower::Open({.directory = directory()}).value());
  EXPECT_FALSE(std::filesystem::exists(directory() / NewBase::kFile));
}

}  // namespace
}  // namespace certmark::mirror
