// watch.p99: an event on its way from whoever commits it to a hundred subscribers of the log, each with a connection of
// its own over TLS, in this process too.
#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <chrono>
#include <condition_variable>
#include <future>
#include <mutex>
#include <thread>

#include "certmark/v1/public.grpc.pb.h"
#include "ledger/rocksdb_store.h"
#include "tests/bench/bench.h"
#include "tests/integration/server/served_office.h"

namespace certmark::bench {
namespace {

constexpr std::size_t kSubscribers = 100;
constexpr std::size_t kEvents = 1000;
constexpr std::chrono::milliseconds kBetween{10};
constexpr std::chrono::seconds kLimit{120};  // reached only when something is broken
constexpr double kWantedMs = 100;
constexpr std::string_view kMark = "event ";

using Instant = std::chrono::steady_clock::time_point;

double MillisecondsSince(Instant begin) {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
}

// Events are numbered, and know when each was handed to the log.
class Events {
 public:
  static Bytes Make(std::size_t number) {
    Bytes entry = ToBytes(std::string(kMark) + std::to_string(number) + " ");
    entry.resize(kEntryBytes, 'x');
    return entry;
  }
  void Begin(std::size_t number) { begun_[number] = std::chrono::steady_clock::now(); }
  // Took is how long ago an entry was begun; nothing of an entry that is none of these.
  std::optional<double> Took(std::string_view entry) const {
    std::size_t number = kEvents;
    if (entry.starts_with(kMark)) std::from_chars(entry.data() + kMark.size(), entry.data() + entry.size(), number);
    if (number >= kEvents) return std::nullopt;
    return MillisecondsSince(begun_[number]);
  }

 private:
  std::vector<Instant> begun_ = std::vector<Instant>(kEvents);
};

// Heard counts what all subscribers heard.
class Heard {
 public:
  void Add(std::size_t count) {
    const std::lock_guard lock(mutex_);
    count_ += count;
    changed_.notify_all();
  }
  bool Await(std::size_t count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kLimit, [&] { return count_ >= count; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t count_ = 0;
};

class Subscriber final : public grpc::ClientReadReactor<v1::WatchLogResponse> {
 public:
  Subscriber(const std::shared_ptr<grpc::Channel>& channel, std::uint64_t from, const Events& events, Heard& messages,
             Heard& entries)
      : stub_(channel), events_(events), messages_(messages), entries_(entries) {
    milliseconds_.reserve(kEvents);
    request_.set_start_index(from);
    stub_.async()->WatchLog(&context_, &request_, this);
    StartRead(&message_);
    StartCall();
  }
  ~Subscriber() override {
    context_.TryCancel();
    ended_.get_future().wait();
  }

  void OnReadDone(bool ok) override {
    if (!ok) return;
    for (const std::string& entry : message_.entries()) {
      if (const auto took = events_.Took(entry)) milliseconds_.push_back(*took);
    }
    entries_.Add(static_cast<std::size_t>(message_.entries_size()));
    messages_.Add(1);
    StartRead(&message_);
  }
  void OnDone(const grpc::Status&) override { ended_.set_value(); }

  /// REQUIRES: all were heard.
  const std::vector<double>& milliseconds() const { return milliseconds_; }

 private:
  v1::PublicService::Stub stub_;
  const Events& events_;
  Heard &messages_, &entries_;
  grpc::ClientContext context_;
  v1::WatchLogRequest request_;
  v1::WatchLogResponse message_;
  std::vector<double> milliseconds_;
  std::promise<void> ended_;
};

// Write has one writer commit every event, and returns how long the log took to publish each.
Result<std::vector<double>> Write(ledger::Log& log, Events& events) {
  std::vector<double> published;
  for (std::size_t number = 0; number < kEvents; ++number) {
    ledger::Change change;
    change.entries.push_back({ledger::NewEntry::To::kPublicLog, Events::Make(number)});
    events.Begin(number);
    const Instant begin = std::chrono::steady_clock::now();
    CM_TRY(log.Append(std::move(change), ledger::Ack::kPublished));
    published.push_back(MillisecondsSince(begin));
    std::this_thread::sleep_for(kBetween);
  }
  return published;
}

}  // namespace

Result<void> BenchWatch(const Options& options) {
  if (!options.Wants("watch.p99")) return {};
  const Error broken{ErrorCode::kInternal, "watch.p99: not every subscriber heard everything"};
  Progress("watch.p99: " + std::to_string(kSubscribers) + " subscribers, " + std::to_string(kEvents) + " events");
  const ScratchDirectory directory(options.directory);
  testing::ServedOffice served(
      {}, {.make_store = [&] { return ledger::OpenOrCreateRocksdbStore(directory.path() / "database").value(); }});
  ledger::Log& log = served.office().log();
  Events events;
  Heard messages, entries;
  std::vector<std::unique_ptr<Subscriber>> subscribers;
  for (std::size_t i = 0; i < kSubscribers; ++i) {
    subscribers.push_back(std::make_unique<Subscriber>(served.Connect(served.public_port()),
                                                       log.Exposed()->checkpoint.size, events, messages, entries));
  }
  if (!messages.Await(kSubscribers)) return broken;  // each is told at once that it has subscribed
  AwaitIdle();
  const Stopwatch watch;
  const std::vector<double> published = CM_TRY(Write(log, events));
  if (!entries.Await(kSubscribers * kEvents)) return broken;
  std::vector<double> all;
  for (const auto& subscriber : subscribers) {
    all.insert(all.end(), subscriber->milliseconds().begin(), subscriber->milliseconds().end());
  }
  const double p99 = Quantile(all, 0.99);
  Print(options,
        {"watch.p99", p99, "ms", kWantedMs, kWantedMs / p99, Busy(watch.Others()),
         "p50 " + Rounded(Median(all)) + " ms, the slowest " + Rounded(Quantile(all, 1)) + " ms, of " +
             std::to_string(all.size()) +
             " receipts; from before an event is handed to the log until a subscriber has it, " +
             std::to_string(kSubscribers) + " subscribers with a TLS connection each. Of that, published after " +
             Rounded(Median(published)) + " ms (p99 " + Rounded(Quantile(published, 0.99)) +
             " ms). Limit: what is wanted. " + Rounded(1e6 * watch.OwnSeconds() / static_cast<double>(all.size())) +
             " us of processor time a receipt, both ends. Others had " + Rounded(100 * watch.Others()) +
             " % of the processors"});
  return {};
}

}  // namespace certmark::bench
