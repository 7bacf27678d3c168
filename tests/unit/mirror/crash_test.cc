// An index whose writer is killed, has no room, or writes while others read.
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <thread>

#include "tests/unit/mirror/mirror_fixture.h"

namespace certmark::mirror {
namespace {

using namespace certmark::testing;

std::string PackageAt(std::uint64_t i) {
  return "org.example.a" + std::to_string(i);
}

// A log in steps: each step certifies an app and revokes the one before it, so that a mixture of two generations would
// show: the newest app alone is valid.
class CrashTest : public MirrorTest {
 protected:
  explicit CrashTest(std::uint64_t steps = 60) {
    GrownLog log(Pki());
    for (std::uint64_t i = 0; i < steps; ++i) {
      log.Add(log.UnsignedCredential({.package = PackageAt(i), .number = NumberAt(i)}));
      if (i > 0) log.Add(log.EventOf(EventKind::kRevoked, PackageAt(i - 1), NumberAt(i - 1)));
      log.Publish(kNow);
      steps_.push_back(log);
    }
    limits_.delta_apps = 5;  // so that bases are written too
  }

  // FollowAll goes through the steps that are still to come.
  Result<void> FollowAll() {
    const auto index = Index::Open(directory());
    const std::uint64_t size = index ? (*index)->generation().authorities[0].logs[0].tree.size() : 0;
    for (const GrownLog& step : steps_) {
      if (step.size() > size) CM_TRY(Follow(Honest(step)));
    }
    return {};
  }

  // FollowUpTo follows two steps, into a delta and into a base, in a process that is killed at the n-th beginning or
  // end of a system call, and returns how it ended.
  int FollowUpTo(int stops) {
    const pid_t child = ::fork();
    if (child == 0) {
      ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
      ::raise(SIGSTOP);
      const bool has_delta = static_cast<bool>(Follow(Honest(steps_[3])));
      limits_.delta_apps = 1;
      ::_exit(has_delta && Follow(Honest(steps_[4])) ? 0 : 1);
    }
    int status = 0;
    EXPECT_EQ(::waitpid(child, &status, 0), child);
    for (; stops > 0 && WIFSTOPPED(status); --stops) {
      ::ptrace(PTRACE_SYSCALL, child, nullptr, nullptr);
      EXPECT_EQ(::waitpid(child, &status, 0), child);
    }
    if (!WIFSTOPPED(status)) return status;
    ::kill(child, SIGKILL);
    EXPECT_EQ(::waitpid(child, &status, 0), child);
    return status;
  }

  // WhyWrong says why an index is not exactly one of the steps, or nothing.
  std::string WhyWrong(const Index& index) const {
    const std::uint64_t size = index.generation().authorities[0].logs[0].tree.size();
    std::uint64_t step = 0;
    while (step < steps_.size() && steps_[step].size() != size) ++step;
    if (step == steps_.size()) return "a size that was never published: " + std::to_string(size);
    for (std::uint64_t i = 0; i < steps_.size(); ++i) {
      const auto found = index.Lookup(AppOf(PackageAt(i)));
      if (!found) return found.error().message;
      if (found->certifications.empty() != (i > step)) return PackageAt(i) + " at step " + std::to_string(step);
      if (i > step) continue;
      const FoldedState expected = i == step ? FoldedState::kValid : FoldedState::kRevoked;
      if (found->certifications.front().state != expected) return PackageAt(i) + " in another state";
    }
    return {};
  }

  std::vector<GrownLog> steps_;
};

TEST_F(CrashTest, SurvivesItsWriterBeingKilledBeforeEachSystemCall) {
  int killed = 0;
  for (int stops = 1; stops < 2000; stops += 2) {  // every other one is a call's end
    std::filesystem::remove_all(directory());
    ASSERT_TRUE(Follow(Honest(steps_[2])));
    const int status = FollowUpTo(stops);
    if (WIFSIGNALED(status)) ++killed;
    const auto index = Index::Open(directory());
    ASSERT_TRUE(index) << index.error().message;
    ASSERT_EQ(WhyWrong(**index), "") << "after " << stops << " stops";
    ASSERT_TRUE(Follow(Honest(steps_[4])));
    ASSERT_EQ(WhyWrong(*Open()), "") << "after " << stops << " stops";
    if (WIFEXITED(status)) break;
  }
  EXPECT_GT(killed, 50);
}

TEST_F(CrashTest, KeepsTheLastGenerationWhereTheDiskIsFull) {
  ASSERT_TRUE(Follow(Honest(steps_[10])));
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit little{2000, 2000};
    ::setrlimit(RLIMIT_FSIZE, &little);
    const auto followed = Follow(Honest(steps_[40]));
    ::_exit(!followed && followed.error().code == ErrorCode::kUnavailable ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
  EXPECT_EQ(WhyWrong(*Open()), "");
  EXPECT_EQ(Open()->generation().authorities[0].logs[0].tree.size(), steps_[10].size());
  ASSERT_TRUE(Follow(Honest(steps_[40])));
  EXPECT_EQ(WhyWrong(*Open()), "");
}

TEST_F(CrashTest, ShowsReadersOneGenerationWhileTheNextIsWritten) {
  ASSERT_TRUE(Follow(Honest(steps_[0])));
  std::atomic<bool> is_over = false;
  std::string wrong;
  std::uint64_t generations = 0;
  std::thread reading([&] {
    IndexReader reader(directory(), std::chrono::milliseconds(0));
    std::uint64_t last = 0;
    while (wrong.empty() && !is_over) {
      const auto index = reader.Newest();
      if (!index) {
        wrong = index.error().message;
        return;
      }
      const std::uint64_t number = (*index)->generation().number;
      if (number < last) wrong = "back to generation " + std::to_string(number);
      if (number != last) ++generations;
      last = number;
      if (wrong.empty()) wrong = WhyWrong(**index);
    }
  });
  const auto followed = FollowAll();
  is_over = true;
  reading.join();
  ASSERT_TRUE(followed);
  EXPECT_EQ(wrong, "");
  EXPECT_GT(generations, 1u);
}

TEST_F(CrashTest, LetsAReaderKeepAGenerationWhoseFilesAreGone) {
  ASSERT_TRUE(Follow(Honest(steps_[3])));
  const auto held = Open();
  ASSERT_TRUE(FollowAll());
  EXPECT_EQ(held->generation().authorities[0].logs[0].tree.size(), steps_[3].size());
  EXPECT_EQ(WhyWrong(*held), "");
}

// Generations begin anew without `current`, and so do the names of their files.
TEST_F(CrashTest, LetsAReaderKeepAGenerationWhoseFilesAreMadeAnewUnderTheirNames) {
  ASSERT_TRUE(Follow(Honest(steps_[3])));
  const auto held = Open();
  ASSERT_EQ(held->generation().base, "base-1");
  std::filesystem::remove(directory() / "current");
  ASSERT_TRUE(Follow(Honest(steps_[1])));
  ASSERT_EQ(Open()->generation().base, "base-1");
  EXPECT_EQ(WhyWrong(*Open()), "");
  EXPECT_EQ(WhyWrong(*held), "");
  EXPECT_EQ(held->Lookup(AppOf(PackageAt(3)))->certifications.size(), 1u);
}

TEST_F(CrashTest, TellsOfADamagedIndexInsteadOfAnswering) {
  ASSERT_TRUE(Follow(Honest(steps_[5])));
  std::filesystem::resize_file(directory() / Open()->generation().base, 200);
  EXPECT_EQ(Index::Open(directory()).error().code, ErrorCode::kCorruption);
  EXPECT_EQ(Follow(Honest(steps_[6])).error().code, ErrorCode::kCorruption);
}

}  // namespace
}  // namespace certmark::mirror
