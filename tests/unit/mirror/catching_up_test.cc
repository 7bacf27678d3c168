// Catching up, by steps: each is proven and kept, nothing is shown before the last, and whoever is interrupted goes on
// from where it was.
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <map>
#include <set>

#include "tests/unit/mirror/mirror_fixture.h"
#include "verifier-sdk/mirror/answer.h"
#include "verifier-sdk/mirror/feed.h"

namespace certmark::mirror {
namespace {

using namespace certmark::testing;

// A log of four bundles, 1,003 entries, followed by steps of one bundle. Its second half revokes an app of the first.
class CatchingUpTest : public FollowerTest {
 protected:
  CatchingUpTest() {
    spec_.witnesses = {TestNoteKey::Witness("w1").vkey()};
    spec_.quorum = 1;
    limits_.step = 256;
    Many(log_, 0, 1000);
    End();
  }
  void End() { log_.Add(log_.EventOf(EventKind::kRevoked, "org.example.a5", NumberAt(5))).Publish(kNow, {"w1"}); }

  // ForkAfter makes the log anew, and another history of it, which is longer, and the same for that many apps.
  GrownLog ForkAfter(std::uint64_t apps) {
    log_ = GrownLog(Pki());
    Many(log_, 0, apps);
    GrownLog other = log_;
    Many(log_, apps, 1000 - apps);
    End();
    Many(other, 2000, 1000);
    other.Publish(kNow, {"w1"});
    return other;
  }

  // Before calls `then` when that bundle is asked for.
  static Server Before(std::string bundle, Server honest, std::function<Result<std::string>()> then) {
    return [=](const std::string& path) -> Result<std::string> {
      return path.starts_with("tile/entries/" + bundle) ? then() : honest(path);
    };
  }
  static Result<std::string> Away() { return Error{ErrorCode::kUnavailable, "HTTP status 503"}; }
  // Asked follows, and returns the bundles that were asked for.
  std::set<std::string> Asked(const GrownLog& log) {
    std::set<std::string> asked;
    const auto followed = Follow([&](const std::string& path) {
      if (path.starts_with("tile/entries/")) asked.insert(path.substr(13, 3));
      return Honest(log)(path);
    });
    EXPECT_TRUE(followed) << followed.error().message;
    return asked;
  }
  // IsKilled follows in a process that ends itself when it asks for that bundle.
  bool IsKilledBefore(const std::string& bundle) {
    const pid_t child = ::fork();
    if (child == 0) {
      static_cast<void>(Follow(Before(bundle, Honest(log_), [] { return ::raise(SIGKILL), Away(); })));
      ::_exit(0);
    }
    int status = 0;
    return ::waitpid(child, &status, 0) == child && WIFSIGNALED(status);
  }

  FollowedAuthority Mine() const { return Open()->generation().authorities.at(0); }
  std::uint64_t Size() const { return Mine().logs.at(0).tree.size(); }
  // ExpectTheWholeLog: the mirror is as if it had never been interrupted.
  void ExpectTheWholeLog() const {
    EXPECT_EQ(Mine().belief, Belief::kBelieved);
    EXPECT_EQ(Mine().counts.credentials, 1000u);
    EXPECT_EQ(Mine().counts.entries, log_.size());
    EXPECT_EQ(StatesOf("org.example.a5"), "7:REVOKED");
    EXPECT_EQ(VerdictOf("org.example.a0"), Verdict::kValid);
    EXPECT_EQ(VerdictOf("org.example.a999"), Verdict::kValid);
    std::uint64_t apps = 0;
    EXPECT_TRUE(Open()->ForEach([&](const RecordView&) -> Result<void> { return ++apps, Result<void>(); }));
    EXPECT_EQ(apps, 1000u);
  }
};

TEST_F(CatchingUpTest, GoesOnFromTheLastStepWhenTheServerIsThereAgain) {
  EXPECT_EQ(CodeOf(Follow(Before("002", Honest(log_), Away))), ErrorCode::kUnavailable);
  EXPECT_EQ(Size(), 512u);
  EXPECT_EQ(VerdictOf("org.example.a5"), Verdict::kUntrustedIssuer);
  EXPECT_EQ(Asked(log_), (std::set<std::string>{"002", "003"}));
  ExpectTheWholeLog();
}

TEST_F(CatchingUpTest, GoesOnFromTheLastStepOfAProcessThatWasKilled) {
  ASSERT_TRUE(IsKilledBefore("003"));
  EXPECT_EQ(Mine().belief, Belief::kCatchingUp);
  EXPECT_EQ(Asked(log_), (std::set<std::string>{"003"}));
  ExpectTheWholeLog();
}

TEST_F(CatchingUpTest, GoesOnToACheckpointThatIsNewerThanTheOneItBeganWith) {
  EXPECT_EQ(CodeOf(Follow(Before("001", Honest(log_), Away))), ErrorCode::kUnavailable);
  log_.Add(log_.EventOf(EventKind::kSuspended, "org.example.a6", NumberAt(6))).Publish(kNow, {"w1"});
  EXPECT_EQ(Asked(log_), (std::set<std::string>{"001", "002", "003"}));
  ExpectTheWholeLog();
  EXPECT_EQ(StatesOf("org.example.a6"), "8:SUSPENDED");
}

TEST_F(CatchingUpTest, KeepsTheHonestHalfOfAServerThatLiesInTheOther) {
  const auto lies = [](const std::string& path, std::string& answer) {
    if (path.starts_with("tile/entries/002")) answer.back() ^= 1;
  };
  EXPECT_EQ(CodeOf(Follow(Lying(Honest(log_), lies))), ErrorCode::kCorruption);
  EXPECT_EQ(Size(), 512u);
  EXPECT_TRUE(Evidences().empty());
  EXPECT_EQ(Asked(log_), (std::set<std::string>{"002", "003"}));
  ExpectTheWholeLog();
}

TEST_F(CatchingUpTest, KeepsNothingOfAStepThatTheSignedTreeDoesNotHave) {
  const auto lies = [](const std::string& path, std::string& answer) {
    if (path.starts_with("tile/entries/000")) answer.back() ^= 1;
  };
  EXPECT_EQ(CodeOf(Follow(Lying(Honest(log_), lies))), ErrorCode::kCorruption);
  EXPECT_EQ(Index::Open(directory()).error().code, ErrorCode::kNotFound);
  const auto lies_of_the_tree = [](const std::string& path, std::string& answer) {
    if (path.starts_with("tile/1/")) answer.back() ^= 1;
  };
  EXPECT_EQ(CodeOf(Follow(Lying(Honest(log_), lies_of_the_tree))), ErrorCode::kCorruption);
  EXPECT_EQ(Index::Open(directory()).error().code, ErrorCode::kNotFound);
}

TEST_F(CatchingUpTest, BeginsAnewByAListThatJudgesOtherwise) {
  EXPECT_EQ(CodeOf(Follow(Before("003", Honest(log_), Away))), ErrorCode::kUnavailable);
  BlockSomebody();
  EXPECT_EQ(Asked(log_), (std::set<std::string>{"000", "001", "002", "003"}));
  ExpectTheWholeLog();
}

TEST_F(CatchingUpTest, OpensNothingThatWasDamagedMeanwhileAndSaysSo) {
  ASSERT_TRUE(IsKilledBefore("003"));
  std::string current = ReadFile(directory() / "current");
  current[current.size() / 2] ^= 1;
  std::ofstream(directory() / "current", std::ios::binary) << current;
  const auto damaged = Follow(Honest(log_));
  EXPECT_EQ(CodeOf(damaged), ErrorCode::kCorruption);
  EXPECT_NE(damaged.error().message.find("`current` is damaged"), std::string::npos) << damaged.error().message;
  // Without it everything begins from the first entry.
  std::filesystem::remove(directory() / "current");
  EXPECT_EQ(Asked(log_).size(), 4u);
  ExpectTheWholeLog();
}

TEST_F(CatchingUpTest, ShowsNoOrderBeforeItHasReadWhatBecameOfIt) {
  GrownLog log(Pki());
  log.Add(log.Order(EventKind::kExposed, "org.example.b", OrderAt(1)));
  log.Add(log.Order(EventKind::kExposed, "org.example.a7", OrderAt(2)));
  Many(log, 0, 600);
  log.Add(log.Order(EventKind::kRectified, "org.example.b", OrderAt(1))).Publish(kNow, {"w1"});
  EXPECT_EQ(CodeOf(Follow(Before("002", Honest(log), Away))), ErrorCode::kUnavailable);
  EXPECT_TRUE(Open()->Lookup(AppOf("org.example.b"))->orders.empty());
  std::string feed;
  const auto take = [&](std::string_view line) -> Result<void> { return feed += line, Result<void>(); };
  ASSERT_TRUE(WriteFeed(*Open(), FeedFormat::kCsv, Policy{}, kNow, take));
  EXPECT_EQ(feed.find("org.example.b"), feed.npos);
  EXPECT_NE(feed.find("android,org.example.a7,0,UNTRUSTED_ISSUER,VALID,certified,CNCA-App-001,"), feed.npos);
  ASSERT_TRUE(Follow(Honest(log)));
  EXPECT_TRUE(Open()->Lookup(AppOf("org.example.b"))->orders.empty());
  EXPECT_EQ(Open()->Lookup(AppOf("org.example.a7"))->orders.size(), 1u);
}

TEST_F(CatchingUpTest, EndsAStepWhereItHoldsEnoughHoweverFewItsEntries) {
  limits_.step = 1'000'000;
  limits_.bytes = 1000;
  threads_ = 2;
  EXPECT_EQ(Asked(log_).size(), 4u);
  EXPECT_EQ(Open()->generation().number, 4u) << "a step for each bundle";
  ExpectTheWholeLog();
}

// What was signed while it caught up binds the log, whatever of it was read.
TEST_F(CatchingUpTest, BlamesALogThatSignsAnotherHistoryMeanwhile) {
  for (const std::uint64_t common : {100u, 700u}) {
    std::filesystem::remove_all(directory());
    const GrownLog other = ForkAfter(common);
    EXPECT_EQ(CodeOf(Follow(Before("002", Honest(log_), Away))), ErrorCode::kUnavailable);
    const auto refused = Follow(Honest(other));
    EXPECT_EQ(CodeOf(refused), ErrorCode::kFailedPrecondition) << refused.error().message;
    EXPECT_NE(refused.error().message.find("does not continue"), std::string::npos) << refused.error().message;
    ASSERT_EQ(Evidences().size(), 1u);
    const auto document = json::Document::Parse(ReadFile(Evidences().front()), 1 << 20).value();
    EXPECT_EQ(document.root().String("had").value(), log_.note());
    EXPECT_TRUE(document.root().String("beginning"));
  }
}

// It leaves what was seen after the next step, and there it has nothing to be read.
TEST_F(CatchingUpTest, KeepsNothingOfAForkThatLeavesWhatWasSeenBeforeThatIsRead) {
  const GrownLog other = ForkAfter(800);
  EXPECT_EQ(CodeOf(Follow(Before("002", Honest(log_), Away))), ErrorCode::kUnavailable);
  EXPECT_EQ(CodeOf(Follow(Before("003", Honest(other), Away))), ErrorCode::kFailedPrecondition);
  EXPECT_EQ(Evidences().size(), 1u);
  EXPECT_EQ(Size(), 512u);
  EXPECT_EQ(Mine().logs.at(0).note, log_.note());
  EXPECT_EQ(Asked(log_), (std::set<std::string>{"002", "003"}));
  ExpectTheWholeLog();
}

TEST_F(CatchingUpTest, BelievesNoTilesThatAreToShowThatALogGoesOnAndDoNot) {
  EXPECT_EQ(CodeOf(Follow(Before("002", Honest(log_), Away))), ErrorCode::kUnavailable);
  const std::string seen = log_.note();
  Many(log_, 2000, 300);
  log_.Publish(kNow, {"w1"});
  // Of the third bundle's hashes nothing is made but the tree that was seen.
  const auto lies = [](const std::string& path, std::string& answer) {
    if (path == "tile/0/003") answer[0] ^= 1;
  };
  EXPECT_EQ(CodeOf(Follow(Before("003", Lying(Honest(log_), lies), Away))), ErrorCode::kCorruption);
  EXPECT_EQ(Size(), 512u);
  EXPECT_TRUE(Evidences().empty());
  // The newest checkpoint is what binds the log from the step on that it was proven in.
  EXPECT_EQ(CodeOf(Follow(Before("003", Honest(log_), Away))), ErrorCode::kUnavailable);
  EXPECT_EQ(Size(), 768u);
  EXPECT_NE(Mine().logs.at(0).note, seen);
  EXPECT_EQ(Mine().logs.at(0).note, log_.note());
}

TEST_F(CatchingUpTest, BlamesALogThatGoesBackMeanwhile) {
  GrownLog shorter(Pki());
  Many(shorter, 0, 800);
  shorter.Publish(kNow + Seconds(1), {"w1"});
  EXPECT_EQ(CodeOf(Follow(Before("002", Honest(log_), Away))), ErrorCode::kUnavailable);
  const auto refused = Follow(Honest(shorter));
  EXPECT_EQ(CodeOf(refused), ErrorCode::kFailedPrecondition);
  EXPECT_NE(refused.error().message.find("rollback"), std::string::npos) << refused.error().message;
}

TEST_F(CatchingUpTest, ShowsWhatItHasOfALongUpdateAsOldAndNeverAsLess) {
  log_.Add(log_.Order(EventKind::kExposed, "org.example.a7", OrderAt(1))).Publish(kNow, {"w1"});
  ASSERT_TRUE(Follow(Honest(log_)));
  log_.Add(log_.EventOf(EventKind::kRevoked, "org.example.a6", NumberAt(6)));
  Many(log_, 1000, 600);
  log_.Add(log_.EventOf(EventKind::kRevoked, "org.example.a8", NumberAt(8)));
  log_.Add(log_.Order(EventKind::kRectified, "org.example.a7", OrderAt(1))).Publish(kNow, {"w1"});
  EXPECT_EQ(CodeOf(Follow(Before("005", Honest(log_), Away))), ErrorCode::kUnavailable);
  EXPECT_EQ(Size(), 1280u);
  EXPECT_EQ(Mine().belief, Belief::kBelieved);
  policy_.allow.insert(Allow::kTestAuthority);
  const auto verdict_of = [&](std::string_view package) {
    return Standing(Open()->generation(), Open()->Lookup(AppOf(package))->certifications.at(0), policy_, kNow);
  };
  EXPECT_EQ(verdict_of("org.example.a7"), Verdict::kStatusStale);
  EXPECT_EQ(StatesOf("org.example.a6"), "8:REVOKED");
  // The mirror knows that there is more: that is another thing than not to know whether there is.
  EXPECT_EQ(VerdictOf("org.example.a8"), Verdict::kStatusStale);
  const auto answer = [&] { return AnswerLine(*Open(), R"({"app": "android:org.example.a7"})", policy_, kNow); };
  EXPECT_NE(answer().find(R"("whole":false,"openOrders":[")" + OrderAt(1)), std::string::npos) << answer();
  EXPECT_EQ(Asked(log_), (std::set<std::string>{"005", "006"}));
  EXPECT_EQ(verdict_of("org.example.a7"), Verdict::kValid);
  EXPECT_EQ(verdict_of("org.example.a6"), Verdict::kRevoked);
  EXPECT_EQ(VerdictOf("org.example.a8"), Verdict::kRevoked);
  EXPECT_NE(answer().find(R"("whole":true,"openOrders":[])"), std::string::npos) << answer();
}

// ---- Judging anew

TEST_F(CatchingUpTest, BelievesNothingOfAnAuthorityFromWhenItIsToBeJudgedAnewWhoeverIsKilled) {
  ASSERT_TRUE(Follow(Honest(log_)));
  EXPECT_EQ(VerdictOf("org.example.a7"), Verdict::kValid);
  BlockSomebody();
  for (const char* bundle : {"000", "002"}) {
    ASSERT_TRUE(IsKilledBefore(bundle));
    EXPECT_EQ(Mine().trust_seq, 2u) << bundle;
    EXPECT_EQ(VerdictOf("org.example.a7"), Verdict::kUntrustedIssuer) << bundle;
  }
  EXPECT_EQ(Asked(log_), (std::set<std::string>{"002", "003"}));
  ExpectTheWholeLog();
}

TEST_F(CatchingUpTest, LeavesOutAnAuthorityThatNobodyFollowsWhileItCatchesUp) {
  EXPECT_EQ(CodeOf(Follow(Before("002", Honest(log_), Away))), ErrorCode::kUnavailable);
  EXPECT_TRUE(Follower::Open({.directory = directory()}).value().LeaveOutAllBut({}).value());
  EXPECT_EQ(CodeOf(Follow(Before("003", Honest(log_), Away))), ErrorCode::kUnavailable);
  EXPECT_EQ(VerdictOf("org.example.a5"), Verdict::kUntrustedIssuer);
  EXPECT_EQ(Asked(log_), (std::set<std::string>{"003"}));
  ExpectTheWholeLog();
}

// ---- A step at a time

// Whoever serves it says each time that there is one more, and gives it: nobody else is to wait for its end.
TEST_F(CatchingUpTest, GoesOneStepOnInALogThatGrowsAsFastAsItIsFollowed) {
  limits_.step = 1;
  Follower follower = Follower::Open({.directory = directory(), .threads = 1, .limits = limits_}).value();
  const Server grows = [this](const std::string& path) {
    if (path == "checkpoint") log_.Add("no entry of any kind").Publish(kNow, {"w1"});
    return Honest(log_)(path);
  };
  const std::uint64_t published = log_.size();
  for (std::uint64_t step = 1; step <= 3; ++step) {
    const auto followed = StepWith(follower, grows);
    ASSERT_TRUE(followed) << followed.error().message;
    EXPECT_TRUE(followed->is_more);
    EXPECT_TRUE(followed->is_changed);
    EXPECT_EQ(followed->entries, 1u);
    EXPECT_EQ(followed->generation, step);
    EXPECT_EQ(followed->size, published + step);
    EXPECT_EQ(Size(), step);
  }
}

TEST_F(CatchingUpTest, EndsAStepThatTakesTooLongAfterABundle) {
  limits_ = {};
  limits_.time = std::chrono::milliseconds(0);
  Follower follower = Follower::Open({.directory = directory(), .threads = 2, .limits = limits_}).value();
  std::vector<std::uint64_t> sizes;
  for (bool is_more = true; is_more;) {
    const auto followed = StepWith(follower, Honest(log_));
    ASSERT_TRUE(followed) << followed.error().message;
    is_more = followed->is_more;
    sizes.push_back(Size());
  }
  EXPECT_EQ(sizes, (std::vector<std::uint64_t>{256, 512, 768, log_.size()}));
  ExpectTheWholeLog();
}

TEST_F(CatchingUpTest, AsksForATileOfAProofOnce) {
  Follower follower = Follower::Open({.directory = directory(), .threads = 1, .limits = limits_}).value();
  std::map<std::string, int> asked;
  const Server counts = [&](const std::string& path) {
    if (path.starts_with("tile/") && !path.starts_with("tile/entries/")) ++asked[path];
    return Honest(log_)(path);
  };
  ASSERT_TRUE(StepWith(follower, counts));
  EXPECT_GE(asked.size(), 2u);
  for (const auto& [path, times] : asked) EXPECT_EQ(times, 1) << path;
}

TEST_F(CatchingUpTest, GivesUpAStepWhoseProofTakesTooLong) {
  limits_.proof_time = std::chrono::milliseconds(0);
  Follower follower = Follower::Open({.directory = directory(), .threads = 1, .limits = limits_}).value();
  const auto followed = StepWith(follower, Honest(log_));
  ASSERT_FALSE(followed);
  EXPECT_EQ(followed.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(followed.error().message, "the tiles of a proof take too long");
  EXPECT_FALSE(Index::Open(directory())) << "nothing of it is kept";
}

TEST_F(CatchingUpTest, TellsHowFarItHasCome) {
  std::vector<std::uint64_t> told;
  progress_ = [&](std::uint64_t done, std::uint64_t total) {
    EXPECT_EQ(total, log_.size());
    told.push_back(done);
  };
  ASSERT_TRUE(Follow(Honest(log_)));
  EXPECT_EQ(told, (std::vector<std::uint64_t>{256, 512, 768, log_.size()}));
}

}  // namespace
}  // namespace certmark::mirror
