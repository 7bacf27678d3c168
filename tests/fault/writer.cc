#include "tests/fault/writer.h"

#include <unistd.h>

#include <iostream>
#include <set>
#include <string_view>
#include <thread>
#include <vector>

#include "tests/fault/fault_ledger.h"
#include "tests/fault/history.h"

namespace certmark::ledger {
namespace {

constexpr int kThreads = 4;
constexpr int kHelloEntries = 5;  // the check's own

// Say writes a line as one write: a pipe keeps lines of several threads whole, and a killed process says no half one.
void Say(std::string line) {
  line += '\n';
  if (::write(STDOUT_FILENO, line.data(), line.size()) != static_cast<ssize_t>(line.size())) ::_exit(1);
}
void Say(const char* what, const Error& error) {
  Say(std::string(what) + " " + std::string(Name(error.code)) + ": " + error.message);
}
void SayAck(Ack ack, std::uint64_t index, const std::string& entry) {
  Say(std::string(ack == Ack::kPublished ? "ack P " : "ack S ") + std::to_string(index) + " " + entry);
}
void SayNote(const SignedCheckpoint& checkpoint) {
  Say("note " + Base64Encode(AsBytes(checkpoint.note)));
}

// Watch reports every checkpoint that a reader beside the writers can see.
[[noreturn]] void Watch(const Log& log) {
  std::shared_ptr<const SignedCheckpoint> last;
  for (;;) {
    const auto now = log.Exposed();
    if (now && now != last) SayNote(*now);
    last = now;
    ::usleep(100);
  }
}

int WriteForEver(const std::string& directory, const std::string& name) {
  const auto ledger = FaultLedger::Open(directory);
  if (!ledger) return Say("refused", ledger.error()), 1;
  std::vector<std::thread> threads;
  threads.emplace_back([&] { Watch((*ledger)->log()); });
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      for (int number = 0;; ++number) {
        const std::string entry = name + " thread " + std::to_string(thread) + " entry " + std::to_string(number);
        const Ack ack = number % 2 == 0 ? Ack::kPublished : Ack::kSequenced;
        const auto index = (*ledger)->Publish(entry, ack);
        if (!index) {
          Say("failed", index.error());
          ::_exit(1);
        }
        SayAck(ack, *index, entry);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  return 1;
}

int AppendSome(const std::string& directory, const std::string& name, int count) {
  const auto ledger = FaultLedger::Open(directory);
  if (!ledger) return Say("refused", ledger.error()), 0;
  Say("opened");
  for (int number = 0; number < count; ++number) {
    const std::string entry = name + " entry " + std::to_string(number);
    const auto index = (*ledger)->Publish(entry);
    if (index) {
      SayAck(Ack::kPublished, *index, entry);
    } else {
      Say("failed", index.error());
    }
    if (const auto exposed = (*ledger)->log().Exposed()) SayNote(*exposed);
  }
  if (const auto stopped = (*ledger)->log().Stopped()) Say("stopped", *stopped);
  return 0;
}

int CheckReports(const std::string& directory) {
  History history;
  for (std::string line; std::getline(std::cin, line);) history.Remember(line);
  const auto ledger = FaultLedger::Open(directory);
  if (!ledger) return Say("refused", ledger.error()), 2;
  std::vector<std::string> wrong = history.Check(**ledger, History::Depth::kAll);
  for (int number = 0; number < kHelloEntries; ++number) {
    const auto next = (*ledger)->Publish("hello " + std::to_string(::getpid()) + " " + std::to_string(number));
    if (!next) wrong.push_back("it does not write: " + next.error().message);
  }
  for (const std::string& line : history.Check(**ledger, History::Depth::kAll)) wrong.push_back("then: " + line);
  for (const std::string& line : wrong) Say("wrong: " + line);
  if (!wrong.empty()) return 1;
  Say("good");
  return 0;
}

}  // namespace

bool IsWriterMode(int argc, char** argv) {
  static const std::set<std::string_view> modes = {"--write", "--append", "--check"};
  return argc > 2 && modes.contains(argv[1]);
}

int WriterMain(int argc, char** argv) {
  const std::string_view mode = argv[1];
  if (mode == "--write" && argc == 4) return WriteForEver(argv[2], argv[3]);
  if (mode == "--append" && argc == 5) return AppendSome(argv[2], argv[3], std::stoi(argv[4]));
  if (mode == "--check" && argc == 3) return CheckReports(argv[2]);
  std::cerr << "fault: see tests/fault/writer.h\n";
  return 3;
}

}  // namespace certmark::ledger
