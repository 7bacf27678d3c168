// append.64 and append.1024: a log with many callers, against bare RocksDB and against the disk.
#include <chrono>
#include <cmath>

#include "tests/bench/bare_database.h"
#include "tests/bench/bench.h"
#include "tests/bench/callers.h"

namespace certmark::bench {
namespace {

constexpr int kRounds = 7;

void Take(std::vector<double>& into, const std::vector<double>& more) {
  into.insert(into.end(), more.begin(), more.end());
}

// ---- append.1024

constexpr std::size_t kManyCallers = 1024;
constexpr std::size_t kManyEntries = 60 * 1024;  // a round

// ExpectedRate is what this kind of machine has shown for synced batches of entries of 1,000 bytes and their hashes,
// between the sizes measured on a logarithmic scale; fewer of ours, for they have more bytes.
double ExpectedRate(double batch) {
  constexpr double kBytesThen = 1000 + 60, kBytesNow = kEntryBytes + 12 + 36 + 8 + 32;
  constexpr struct { double batch, rate; } kShown[] = {{64, 157'000}, {256, 254'000}, {1024, 318'000}};
  const auto between = [&](const auto& low, const auto& high) {
    const double part = std::log(batch / low.batch) / std::log(high.batch / low.batch);
    return low.rate + std::clamp(part, 0.0, 1.0) * (high.rate - low.rate);
  };
  const double then = batch < 256 ? between(kShown[0], kShown[1]) : between(kShown[1], kShown[2]);
  return then * kBytesThen / kBytesNow;
}

struct ManyRounds {
  std::vector<double> rates, bare_rates, ratios, batches;
  std::vector<double> microseconds, bare_microseconds;  // of processor time an entry
};

Result<void> RunBare(BareDatabase& bare, std::uint64_t first, ManyRounds& out) {
  const auto batches = bare.Prepare(Noise(first, kManyEntries), static_cast<std::size_t>(Median(out.batches)));
  const Stopwatch watch;
  CM_TRY(bare.Write(batches));
  out.bare_rates.push_back(static_cast<double>(kManyEntries) / watch.Seconds());
  out.bare_microseconds.push_back(1e6 * watch.OwnSeconds() / static_cast<double>(kManyEntries));
  return {};
}

Result<void> RunMany(BenchLog& log, std::uint64_t first, ManyRounds& out) {
  const Loaded loaded = CM_TRY(RunCallers(log.log(), Noise(first, kManyEntries), kManyCallers));
  out.rates.push_back(static_cast<double>(kManyEntries) / loaded.seconds);
  out.microseconds.push_back(1e6 * loaded.own_seconds / static_cast<double>(kManyEntries));
  Take(out.batches, log.store().TakeBatches());
  return {};
}

std::string RatiosOf(const ManyRounds& rounds) {
  std::string text;
  for (const double ratio : rounds.ratios) text += (text.empty() ? "" : " ") + Rounded(ratio);
  return text;
}

Result<void> BenchMany(const Options& options) {
  const ScratchDirectory directory(options.directory);
  const auto log = CM_TRY(BenchLog::Open(directory.path()));
  const auto bare = CM_TRY(BareDatabase::Open(directory.path() / "bare"));
  ManyRounds rounds;
  std::uint64_t first = 0;
  CM_TRY(RunMany(*log, first, rounds));  // warm, and the first batches
  rounds.rates.clear(), rounds.microseconds.clear();
  const Stopwatch watch;
  for (int round = 0; round < kRounds; ++round) {
    Progress("append.1024: round " + std::to_string(round + 1) + " of " + std::to_string(kRounds));
    AwaitIdle();
    CM_TRY(RunBare(*bare, first += kManyEntries, rounds));
    AwaitIdle();
    CM_TRY(RunMany(*log, first, rounds));
    rounds.ratios.push_back(rounds.rates.back() / rounds.bare_rates.back());
  }
  const double batch = Median(rounds.batches), limit = Median(rounds.bare_rates), value = Median(rounds.rates);
  const double expected = ExpectedRate(batch);
  Print(options, {"append.1024", value, "entries/s", limit, value / limit, BelowFigure(limit, expected),
                  "1,024 callers, entries of 1,600 bytes, PUBLISHED, medians of " + std::to_string(kRounds) +
                      " rounds, ratio of each: " + RatiosOf(rounds) +
                      ". Limit: RocksDB synced batches of the observed median of " + Rounded(batch) +
                      " entries with by_hash, tile and head rows, one thread; " + Rounded(expected) +
                      "/s by the machine's figures, scaled to these bytes. Processor time an entry: " +
                      Rounded(Median(rounds.microseconds)) + " us with callers, hashing twice and signing, bare " +
                      Rounded(Median(rounds.bare_microseconds)) + " us. Others had " + Rounded(100 * watch.Others()) +
                      " % of the processors"});
  return {};
}

// ---- append.64

constexpr std::size_t kFewCallers = 64;
constexpr std::size_t kFewEntries = 200 * 64;  // a round
constexpr double kShownSync = 0.34;            // milliseconds: a synced batch of 64 on this kind of machine, the p50

std::optional<std::string> SlowSync(double milliseconds) {
  if (milliseconds <= kShownSync / 0.8) return std::nullopt;
  return "a sync takes " + Rounded(milliseconds) + " ms, a whole synced batch has taken " + Rounded(kShownSync);
}

Result<void> BenchFew(const Options& options) {
  const ScratchDirectory directory(options.directory);
  const auto log = CM_TRY(BenchLog::Open(directory.path()));
  CM_TRY(RunCallers(log->log(), Noise(0, kFewEntries), kFewCallers));  // warm
  log->store().TakeBatches();
  std::vector<double> answers, syncs, rates, microseconds;
  const Stopwatch watch;
  for (int round = 1; round <= kRounds; ++round) {
    Progress("append.64: round " + std::to_string(round) + " of " + std::to_string(kRounds));
    Take(syncs, CM_TRY(SyncTimes(directory.path())));
    auto entries = Noise(static_cast<std::uint64_t>(round) * kFewEntries, kFewEntries);
    const Loaded loaded = CM_TRY(RunCallers(log->log(), std::move(entries), kFewCallers));
    Take(answers, loaded.milliseconds);
    rates.push_back(static_cast<double>(kFewEntries) / loaded.seconds);
    microseconds.push_back(1e6 * loaded.own_seconds / static_cast<double>(kFewEntries));
  }
  const double sync = Median(syncs), value = Median(answers), limit = 4 * sync + 1;
  Print(
      options,
      {"append.64", value, "ms", limit, limit / value, SlowSync(sync),
       "64 callers, entries of 1,600 bytes, PUBLISHED: p50 of " + std::to_string(answers.size()) + " answers, p99 " +
           Rounded(Quantile(answers, 0.99)) + " ms. Limit: 4 fsync + 1 ms, fsync " + Rounded(sync) +
           " ms: fdatasync after an append of 4 KiB to a file beside the database that is not allocated ahead, "
           "median of " +
           std::to_string(syncs.size()) + ". " + Rounded(Median(rates)) + " entries/s in batches of " +
           Rounded(Median(log->store().TakeBatches())) + "; processor time an entry " + Rounded(Median(microseconds)) +
           " us. Others had " + Rounded(100 * watch.Others()) + " % of the processors"});
  return {};
}

}  // namespace

Result<void> BenchAppend(const Options& options) {
  if (options.Wants("append.64")) CM_TRY(BenchFew(options));
  if (options.Wants("append.1024")) CM_TRY(BenchMany(options));
  return {};
}

}  // namespace certmark::bench
