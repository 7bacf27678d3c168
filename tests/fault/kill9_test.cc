// Kill -9 while several threads append, again and again, on one database: what was acknowledged must be there, and the
// log must go on as one history. The writer is this very program, started with `--write DIRECTORY ROUND`.
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "ledger/log.h"
#include "ledger/log_reader.h"
#include "ledger/rocksdb_store.h"
#include "tests/support/test_pki.h"
#include "tests/unit/ledger/temp_dir.h"

extern char** environ;

namespace certmark::ledger {
namespace {

namespace fs = std::filesystem;

constexpr LogNumber kPublic = 1;
constexpr int kWriters = 4;
constexpr int kRounds = 10;
constexpr unsigned kSeed = 20261103;

Log::Options MakeOptions() {
  static const testing::TestNoteKey key = testing::TestNoteKey::Log("ca.example/log/1");
  Log::Options options;
  options.publisher.log = kPublic;
  options.publisher.key = key.key();
  options.publisher.sign = [](std::string_view text) -> Result<Bytes> { return key.Sign(text); };
  return options;
}

// Authority is an opened ledger in a directory.
struct Authority {
  explicit Authority(const fs::path& directory) : anchor(directory / "anchor") {
    store = OpenRocksdbStore(directory / "db").value();
    log = Log::Open(*store, anchor, MakeOptions()).value();
  }
  Anchor anchor;
  std::unique_ptr<Store> store;
  std::unique_ptr<Log> log;
};

std::string EntryName(const std::string& round, int thread, int number) {
  return "round " + round + " thread " + std::to_string(thread) + " entry " + std::to_string(number);
}

// WriteForEver appends from several threads, and prints each acknowledged index and entry on one line, until it is
// killed.
[[noreturn]] void WriteForEver(const fs::path& directory, const std::string& round) {
  const Authority authority(directory);
  std::vector<std::thread> writers;
  for (int thread = 0; thread < kWriters; ++thread) {
    writers.emplace_back([&, thread] {
      for (int number = 0;; ++number) {
        const std::string name = EntryName(round, thread, number);
        Change change;
        change.preconditions.push_back({Column::kRecord, ToBytes(name), std::nullopt});
        change.writes.push_back({Column::kRecord, ToBytes(name), ToBytes("value of " + name)});
        change.entries.push_back({NewEntry::To::kPublicLog, ToBytes(name)});
        const Ack ack = number % 2 == 0 ? Ack::kPublished : Ack::kSequenced;
        const Receipt receipt = authority.log->Append(std::move(change), ack).value();
        const std::string line =
            std::to_string(receipt.indices.at(0)) + (ack == Ack::kPublished ? " P " : " S ") + name + "\n";
        if (::write(STDOUT_FILENO, line.data(), line.size()) != static_cast<ssize_t>(line.size())) ::_exit(1);
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  ::_exit(1);
}

// Child is a writing process and the pipe that it reports on.
class Child {
 public:
  Child(const fs::path& directory, const std::string& round) {
    int ends[2];
    if (::pipe(ends) != 0) Die("pipe");
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_addclose(&actions, ends[0]);
    posix_spawn_file_actions_addclose(&actions, ends[1]);
    std::string program = "/proc/self/exe", write = "--write", where = directory.string(), which = round;
    char* const arguments[] = {program.data(), write.data(), where.data(), which.data(), nullptr};
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

// History is what the world knows of the log over all rounds.
struct History {
  std::map<std::uint64_t, std::string> acknowledged;  // index → entry
  std::uint64_t published = 0;                        // at least so many entries were acknowledged as published
  std::map<std::uint64_t, std::string> notes;         // size → note
};

void Remember(History& history, const std::string& report) {
  std::size_t after = 0;
  const std::uint64_t index = std::stoull(report, &after);
  const std::string entry = report.substr(after + 3);
  const auto [place, is_new] = history.acknowledged.emplace(index, entry);
  EXPECT_TRUE(is_new) << "index " << index << " was given to " << place->second << " and to " << entry;
  if (report[after + 1] == 'P') history.published = std::max(history.published, index + 1);
}

void CheckAcknowledged(const Authority& authority, const History& history) {
  const LogReader reader(*authority.store, kPublic);
  const Checkpoint checkpoint = authority.log->Exposed()->checkpoint;
  for (const auto& [index, entry] : history.acknowledged) {
    const auto stored = reader.Entry(index, checkpoint.size);
    ASSERT_TRUE(stored) << entry << ": " << stored.error().message;
    ASSERT_EQ(AsText(*stored), entry);
    const auto record = authority.store->Get(Column::kRecord, AsBytes(entry)).value();
    ASSERT_TRUE(record) << entry;
    ASSERT_EQ(AsText(*record), "value of " + entry);
    const Proof proof = reader.Inclusion(index, checkpoint.size).value();
    ASSERT_TRUE(VerifyInclusion(index, checkpoint.size, LeafHash(AsBytes(entry)), proof, checkpoint.root)) << entry;
  }
}

// CheckNotes: every note ever seen is still there, and every one of them leads to the newest.
void CheckNotes(const Authority& authority, History& history) {
  const LogReader reader(*authority.store, kPublic);
  const Checkpoint newest = authority.log->Exposed()->checkpoint;
  std::map<std::uint64_t, std::string> stored;
  ASSERT_TRUE(authority.store->Scan(Column::kCheckpoint, {}, {}, [&](ByteView, ByteView bytes) {
    const Note note = Note::Parse(AsText(bytes)).value();
    EXPECT_EQ(note.Check(MakeOptions().publisher.key).state, Note::State::kGood);
    const Checkpoint checkpoint = Checkpoint::Parse(note.text()).value();
    const Proof proof = reader.Consistency(checkpoint.size, newest.size).value();
    EXPECT_TRUE(VerifyConsistency(checkpoint.size, checkpoint.root, newest.size, newest.root, proof))
        << checkpoint.size;
    stored.emplace(checkpoint.size, AsText(bytes));
    return true;
  }));
  for (const auto& [size, note] : history.notes) {
    ASSERT_TRUE(stored.contains(size)) << "the checkpoint of size " << size << " is lost";
    EXPECT_EQ(stored[size], note);
  }
  history.notes = std::move(stored);
}

TEST(KillNine, LosesNothingThatWasAcknowledgedAndKeepsOneHistory) {
  const testing::TempDir directory;
  std::mt19937 random(kSeed);  // NOLINT: the same moments every time
  History history;
  for (int round = 0; round < kRounds; ++round) {
    SCOPED_TRACE("round " + std::to_string(round) + ", seed " + std::to_string(kSeed));
    Child child(directory.path(), std::to_string(round));
    for (unsigned left = 1 + random() % 400; left > 0; --left) {
      const auto report = child.NextReport();
      ASSERT_TRUE(report) << "the writer ended by itself";
      Remember(history, *report);
    }
    for (unsigned spin = random() % 2'000'000; spin > 0; --spin) asm volatile("");  // somewhere within a commit
    ASSERT_TRUE(child.Kill());
    while (const auto report = child.NextReport()) Remember(history, *report);

    const Authority authority(directory.path());
    ASSERT_NE(authority.log->Exposed(), nullptr);
    EXPECT_GE(authority.log->Exposed()->checkpoint.size, history.published);
    CheckAcknowledged(authority, history);
    CheckNotes(authority, history);
  }
}

TEST(LostFiles, AreDetectedByTheAnchorWhereTheDatabaseDoesNotNotice) {
  const testing::TempDir directory;
  {
    const Authority authority(directory.path());
    Change change;
    change.entries.push_back({NewEntry::To::kPublicLog, ToBytes("entry")});
    ASSERT_TRUE(authority.log->Append(std::move(change), Ack::kPublished));
  }
  for (const auto& file : fs::directory_iterator(directory / "db")) {
    if (file.path().extension() == ".log") fs::remove(file.path());
  }
  const auto store = OpenRocksdbStore(directory / "db").value();
  Anchor anchor(directory / "anchor");
  const auto opened = Log::Open(*store, anchor, MakeOptions());
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::kCorruption);
  EXPECT_NE(opened.error().message.find("ROLLBACK DETECTED"), std::string::npos) << opened.error().message;
}

}  // namespace
}  // namespace certmark::ledger

int main(int argc, char** argv) {
  if (argc == 4 && std::string_view(argv[1]) == "--write") certmark::ledger::WriteForEver(argv[2], argv[3]);
  ::testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
