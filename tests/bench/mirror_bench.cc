// lookup.one, lookup.many: an index of many apps, asked in process. mirror.catchup, mirror.update: a log in a
// directory, followed into an index.
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <fstream>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "tests/bench/bench.h"
#include "tests/bench/synthetic_log.h"
#include "tests/support/followed_to_end.h"
#include "verifier-sdk/mirror/follower.h"
#include "verifier-sdk/mirror/index.h"

namespace certmark::bench {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::uint64_t kUpdates = 40;
// In two turns to nearly all that a delta file may have: a new base is being written when updates begin.
constexpr std::uint64_t kInHalfADelta = 4'950;
constexpr std::size_t kQueries = 1'000'000;
constexpr std::uint64_t kMissingEvery = 10;
constexpr double kMebibyte = 1024.0 * 1024.0;

double Nanoseconds(Clock::duration time) {
  return std::chrono::duration<double, std::nano>(time).count();
}

// FillIndex writes an index of `apps` apps, as a follower would have left it.
Result<void> FillIndex(const fs::path& directory, std::uint64_t apps) {
  auto writer = CM_TRY(mirror::IndexFileWriter::Create(directory / "base-1"));
  for (std::uint64_t i = 0; i < apps; ++i) {
    mirror::AppRecord record;
    record.app = {Platform::kAndroid, SyntheticLog::PackageAt(i)};
    const Hash signer = Sha256(AsBytes(record.app.package));
    mirror::Certification c;
    c.state = FoldedState::kValid;
    c.number = i;
    c.entry = i;
    c.issued = c.valid_from = c.changed = testing::kNow;
    c.valid_until = testing::kNow + 1095 * testing::kDay;
    c.from = "1741004000";
    c.to = "1741009999";
    c.scheme = "CNCA-App-001";
    c.level = "certified";
    c.signer_count = 1;
    c.signers = AsText(signer.view());
    mirror::EncodeCertification(c, record.certifications.emplace_back());
    const std::string bytes = record.Encode();
    CM_TRY(writer.Add(CM_TRY(mirror::RecordView::At(bytes))));
  }
  CM_TRY(writer.Finish());
  mirror::Generation generation;
  generation.number = 1;
  generation.base = "base-1";
  return generation.Write(directory);
}

// AnonymousBytes is what this process holds beyond the page cache.
double AnonymousBytes() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    double kibibytes = 0;
    if (word == "RssAnon:" && status >> kibibytes) return kibibytes * 1024;
  }
  return 0;
}

std::vector<mirror::Query> DrawQueries(std::uint64_t apps) {
  std::mt19937_64 random(3);
  std::vector<mirror::Query> queries(kQueries);
  for (mirror::Query& query : queries) {
    const std::uint64_t app = random() % apps + (random() % kMissingEvery == 0 ? apps : 0);
    query.app = {Platform::kAndroid, SyntheticLog::PackageAt(app)};
  }
  return queries;
}

Result<void> BenchLookups(const Options& options) {
  const std::uint64_t apps = 10 * options.growth;
  const ScratchDirectory scratch(options.directory);
  Progress("lookup: writing an index of " + std::to_string(apps) + " apps");
  CM_TRY(FillIndex(scratch.path(), apps));
  const double before = AnonymousBytes();
  const auto begin = Clock::now();
  const auto index = CM_TRY(mirror::Index::Open(scratch.path()));
  const double open_ms = Nanoseconds(Clock::now() - begin) / 1e6;
  const double bytes = static_cast<double>(index->bytes());
  // Warm: everything in the page cache and mapped.
  std::uint64_t seen = 0;
  CM_TRY(index->ForEach([&](const mirror::RecordView&) -> Result<void> { return ++seen, Result<void>(); }));
  const double resident = AnonymousBytes() - before;
  const std::vector<mirror::Query> queries = DrawQueries(apps);

  const Stopwatch watch;
  std::vector<double> times;
  times.reserve(queries.size());
  std::uint64_t found = 0;
  for (int round = 0; round < 2; ++round) {  // the first round warms
    times.clear();
    for (const mirror::Query& query : queries) {
      const auto from = Clock::now();
      const auto answer = index->Lookup(query.app);
      times.push_back(Nanoseconds(Clock::now() - from));
      found += answer && !answer->certifications.empty() ? 1 : 0;
    }
  }
  const double p50 = Median(times), p99 = Quantile(times, 0.99);
  if (options.Wants("lookup.one")) {
    Print(options, {"lookup.one", p50, "ns", 1000, 1000 / p50, Busy(watch.Others()),
                    "p50 of " + std::to_string(apps) + " apps, p99 " + Rounded(p99) + " ns; " +
                        Rounded(bytes / kMebibyte) + " MiB on disk, opened in " + Rounded(open_ms) + " ms, " +
                        Rounded(resident / kMebibyte) + " MiB beside the page cache; found " + std::to_string(found)});
  }
  const Stopwatch many;
  std::uint64_t answered = 0;
  for (int round = 0; round < 3; ++round) {
    index->LookupMany(queries, [&](std::size_t, const Result<const mirror::Found*>& answer) {
      answered += answer && !(*answer)->certifications.empty() ? 1 : 0;
    });
  }
  const double rate = 3.0 * static_cast<double>(queries.size()) / many.Seconds();
  if (options.Wants("lookup.many")) {
    Print(options, {"lookup.many", rate, "look-ups/s", 2e6, rate / 2e6, Busy(many.Others()),
                    "one thread, one in " + std::to_string(kMissingEvery) + " is of no known app; found " +
                        std::to_string(answered)});
  }
  return {};
}

class Mirrored {
 public:
  Mirrored(const fs::path& log, const fs::path& index, unsigned threads)
      : log_(log), follower_(mirror::Follower::Open({.directory = index, .threads = threads, .limits = {}}).value()) {}

  Result<mirror::Followed> Follow(const SyntheticLog& log) {
    mirror::Authority authority{.lists = log.lists(), .open = {}, .policy = {}, .signatures = {}, .progress = {}};
    authority.signatures = Signatures::kTrustLogForSignatures;
    authority.open = [this](const TrustList::LogKey&) {
      const io::Fetch files = io::FetchFiles(log_);
      return io::MakePublishedSource([this, files](const std::string& path, std::size_t limit) {
        auto answer = files(path, limit);
        if (path == "checkpoint") fetched_ = Clock::now();
        return answer;
      });
    };
    return testing::FollowToEnd(follower_, authority, testing::kNow);
  }
  /// fetched is when a checkpoint was fetched last.
  Clock::time_point fetched() const { return fetched_; }

 private:
  const fs::path log_;
  mirror::Follower follower_;
  Clock::time_point fetched_;
};

// SeenAfter is when a reader of another thread first has a generation of that number.
Clock::time_point SeenBy(mirror::IndexReader& reader, std::uint64_t generation) {
  for (;;) {
    const auto index = reader.Newest();
    if (index && (*index)->generation().number >= generation) return Clock::now();
    std::this_thread::sleep_for(std::chrono::milliseconds(1));  // a reader that waits is not what is measured
  }
}

Result<void> BenchFollowing(const Options& options) {
  const ScratchDirectory scratch(options.directory);
  const fs::path log_directory = scratch.path() / "log", index = scratch.path() / "index";
  Progress("mirror: writing a log of " + std::to_string(options.growth) + " entries");
  SyntheticLog log(log_directory);
  log.AddCredentials(options.growth * 99 / 100);
  for (std::uint64_t i = 0; i < options.growth / 100; ++i) log.AddEvent(i);
  log.Publish();
  Mirrored mirrored(log_directory, index, 2);
  const Stopwatch watch;
  CM_TRY(mirrored.Follow(log));
  const double seconds = watch.Seconds();
  if (options.Wants("mirror.catchup")) {
    Print(options, {"mirror.catchup", seconds, "s", 60, 60 / seconds, Busy(watch.Others()),
                    std::to_string(log.size()) + " entries from a directory, one in a hundred an event; two threads, " +
                        Rounded(watch.OwnSeconds()) + " s of processor time; " +
                        Rounded(static_cast<double>(log.size()) / seconds) + " entries/s"});
  }
  if (!options.Wants("mirror.update")) return {};
  const std::uint64_t in_delta = 2 * std::min(kInHalfADelta, options.growth / 20);
  for (std::uint64_t i = 0; i < in_delta; ++i) {
    log.AddEvent(options.growth / 2 + i);
    if ((i + 1) % (in_delta / 2) != 0) continue;
    log.Publish();
    CM_TRY(mirrored.Follow(log));
  }
  std::vector<double> times, openings;
  const Stopwatch updates;
  for (std::uint64_t i = 0; i < kUpdates; ++i) {
    log.AddEvent(100'000 % options.growth + i);
    log.Publish();
    const auto begin = Clock::now();
    const std::uint64_t next = CM_TRY(mirror::Index::Open(index))->generation().number + 1;
    openings.push_back(Nanoseconds(Clock::now() - begin) / 1e6);
    Clock::time_point seen;
    std::thread reading([&] {
      mirror::IndexReader reader(index);
      seen = SeenBy(reader, next);
    });
    const auto followed = mirrored.Follow(log);
    reading.join();
    CM_TRY(followed);
    times.push_back(Nanoseconds(seen - mirrored.fetched()) / 1e6);
  }
  const double p50 = Median(times), worst = *std::ranges::max_element(times);
  Print(options, {"mirror.update", worst, "ms", 50, 50 / worst, Busy(updates.Others()),
                  "the slowest of " + std::to_string(kUpdates) + ", p50 " + Rounded(p50) +
                      " ms: from the checkpoint fetched to a reader that has the entry; " + std::to_string(in_delta) +
                      " apps in the delta already, and a new base being written at first; opening takes " +
                      Rounded(Median(openings)) + " ms"});
  return {};
}

}  // namespace

Result<void> BenchMirror(const Options& options) {
  if (options.Wants("mirror.catchup") || options.Wants("mirror.update")) CM_TRY(BenchFollowing(options));
  if (options.Wants("lookup.one") || options.Wants("lookup.many")) CM_TRY(BenchLookups(options));
  return {};
}

}  // namespace certmark::bench
