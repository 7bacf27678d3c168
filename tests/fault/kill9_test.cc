// Kill -9 while several threads append, again and again, on one database: what was acknowledged must be there, and the
// log must go on as one history.
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <random>
#include <string>

#include "tests/fault/history.h"
#include "tests/unit/ledger/temp_dir.h"

extern char** environ;

namespace certmark::ledger {
namespace {

namespace fs = std::filesystem;

constexpr int kRounds = 50;
constexpr unsigned kSeed = 20261103;

// Number is the environment's `name`, or `otherwise`.
unsigned Number(const char* name, unsigned otherwise) {
  const char* const text = std::getenv(name);
  return text == nullptr ? otherwise : static_cast<unsigned>(std::strtoul(text, nullptr, 10));
}

// Child is a writing process and the pipe that it reports on.
class Child {
 public:
  Child(const fs::path& directory, const std::string& name) {
    int ends[2];
    if (::pipe(ends) != 0) Die("pipe");
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_addclose(&actions, ends[0]);
    posix_spawn_file_actions_addclose(&actions, ends[1]);
    std::string program = "/proc/self/exe", write = "--write", where = directory.string(), what = name;
    char* const arguments[] = {program.data(), write.data(), where.data(), what.data(), nullptr};
    if (::posix_spawn(&pid_, program.c_str(), &actions, nullptr, arguments, environ) != 0) Die("posix_spawn");
    posix_spawn_file_actions_destroy(&actions);
    ::close(ends[1]);
    reports_ = ::fdopen(ends[0], "r");
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() { std::fclose(reports_); }

  // NextReport returns the next whole line, or nothing once the child is gone.
  std::optional<std::string> NextReport() {
    std::string line;
    for (int c = std::fgetc(reports_); c != EOF; c = std::fgetc(reports_)) {
      if (c == '\n') return line;
      line.push_back(static_cast<char>(c));
    }
    return std::nullopt;
  }
  // Kill ends the child as a power cut would; true if it was alive until then.
  bool Kill() {
    ::kill(pid_, SIGKILL);
    int status = 0;
    ::waitpid(pid_, &status, 0);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
  }

 private:
  pid_t pid_ = 0;
  std::FILE* reports_ = nullptr;
};

class KillNine : public ::testing::Test {
 protected:
  // KillOnce lets a writer report for a while, somewhere within a commit kills it, and remembers all it said. One round
  // in eight it is killed while it opens, recovers and publishes what the last one left.
  void KillOnce(const std::string& name) {
    Child child(dir_.path(), name);
    const unsigned reports = random_() % 8 == 0 ? 0 : 1 + random_() % 200;
    for (unsigned left = reports; left > 0; --left) {
      const auto report = child.NextReport();
      ASSERT_TRUE(report) << "the writer ended by itself";
      ASSERT_TRUE(report->starts_with("ack") || report->starts_with("note")) << *report;
      history_.Remember(*report);
    }
    for (unsigned spin = random_() % (reports == 0 ? 60'000'000 : 2'000'000); spin > 0; --spin) asm volatile("");
    ASSERT_TRUE(child.Kill());
    while (const auto report = child.NextReport()) history_.Remember(*report);
  }
  void Check(History::Depth depth) {
    const auto ledger = FaultLedger::Open(dir_.path());
    ASSERT_TRUE(ledger) << ledger.error().message;
    for (const std::string& wrong : history_.Check(**ledger, depth)) ADD_FAILURE() << wrong;
  }

  const unsigned seed_ = Number("CERTMARK_KILL9_SEED", kSeed);
  testing::TempDir dir_;
  std::mt19937 random_{seed_};  // the same moments every time, as far as a machine allows
  History history_;
};

TEST_F(KillNine, LosesNothingThatWasAcknowledgedAndKeepsOneHistory) {
  const unsigned rounds = Number("CERTMARK_KILL9_ROUNDS", kRounds);
  for (unsigned round = 0; round < rounds && !HasFailure(); ++round) {
    SCOPED_TRACE("round " + std::to_string(round) + ", seed " + std::to_string(seed_));
    KillOnce("round " + std::to_string(round));
    if (HasFailure()) return;
    Check(round + 1 == rounds ? History::Depth::kAll : History::Depth::kSample);
  }
  std::printf("%u kills; %zu acknowledged entries and %zu checkpoints kept\n", rounds, history_.acknowledged(),
              history_.notes());
}

}  // namespace
}  // namespace certmark::ledger
