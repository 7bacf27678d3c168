#include "tests/bench/callers.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "tests/bench/bench.h"

namespace certmark::bench {
namespace {

using Instant = std::chrono::steady_clock::time_point;

constexpr unsigned kThreads = 2;
constexpr std::size_t kTakenAtOnce = 32;  // idle callers that a thread acts for in one go

class Callers {
 public:
  Callers(ledger::Log& log, std::vector<Bytes> entries, std::size_t callers)
      : log_(log), entries_(std::move(entries)), idle_(callers) {
    milliseconds_.reserve(entries_.size());
  }

  Result<Loaded> Run() {
    Loaded loaded;
    const Stopwatch watch;
    {
      std::vector<std::jthread> threads;
      for (unsigned i = 0; i < kThreads; ++i) threads.emplace_back([this] { Work(); });
    }
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return milliseconds_.size() == next_; });
    loaded.seconds = watch.Seconds();
    loaded.own_seconds = watch.OwnSeconds();
    if (failed_) return *failed_;
    loaded.milliseconds = std::move(milliseconds_);
    return loaded;
  }

 private:
  // Range is [begin, end) of entries_.
  struct Range {
    std::size_t begin = 0, end = 0;
  };

  void Work() {
    for (Range range = Take(); range.begin != range.end; range = Take()) {
      for (std::size_t i = range.begin; i < range.end; ++i) Submit(i);
    }
  }

  // Take waits for idle callers and returns the entries that they submit next; none once each has been.
  Range Take() {
    std::unique_lock lock(mutex_);
    while (idle_ == 0 && next_ < entries_.size() && !failed_) {
      ++waiting_;
      changed_.wait(lock);
    }
    if (failed_) return {};
    const std::size_t count = std::min({idle_, kTakenAtOnce, entries_.size() - next_});
    idle_ -= count;
    next_ += count;
    return {next_ - count, next_};
  }

  void Submit(std::size_t entry) {
    ledger::Change change;
    change.entries.push_back({ledger::NewEntry::To::kPublicLog, std::move(entries_[entry])});
    log_.Submit(std::move(change), ledger::Ack::kPublished,
                [this, begin = std::chrono::steady_clock::now()](const Result<ledger::Receipt>& receipt) {
                  Answer(begin, receipt);
                });
  }

  // Answer wakes a thread only if one sleeps: a wake-up costs as much as an append.
  void Answer(Instant begin, const Result<ledger::Receipt>& receipt) {
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    const std::lock_guard lock(mutex_);
    milliseconds_.push_back(1000 * seconds);
    ++idle_;
    if (!receipt && !failed_) failed_ = receipt.error();
    if (waiting_ == 0 && milliseconds_.size() < next_) return;
    waiting_ = 0;
    changed_.notify_all();
  }

  ledger::Log& log_;
  std::vector<Bytes> entries_;  // each belongs to the thread that took it

  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::size_t idle_, next_ = 0;
  std::size_t waiting_ = 0;  // threads asleep in Take, at most
  std::vector<double> milliseconds_;
  std::optional<Error> failed_;
};

}  // namespace

Result<Loaded> RunCallers(ledger::Log& log, std::vector<Bytes> entries, std::size_t callers) {
  return Callers(log, std::move(entries), callers).Run();
}

}  // namespace certmark::bench
