// growth.1e6 and start.1e6: does a log become dearer to write, or slow to open, as it grows?
#include <cmath>
#include <fstream>

#include "tests/bench/bench.h"

namespace certmark::bench {
namespace {

constexpr std::size_t kBatch = 1024;
constexpr std::uint64_t kWindow = 64 * kBatch;  // what is measured at each size: more than a memtable holds
// In a large log flushes and compactions come in long cycles: so much of its end is measured that whole ones are in it.
constexpr std::uint64_t kLastPart = 3;

// Window is the cost of appending at one size.
struct Window {
  std::uint64_t from;
  double wall = 0, own = 0;  // microseconds an entry
  std::uint64_t entries = 0;
};

// PeakMebibytes is the most memory that the process has had since Forget.
double PeakMebibytes() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    double kibibytes = 0;
    if (word == "VmHWM:" && status >> kibibytes) return kibibytes / 1024;
  }
  return 0;
}
void ForgetPeak() {
  std::ofstream("/proc/self/clear_refs") << "5";
}

Result<Window> Append(BenchLog& bench, std::uint64_t from, std::uint64_t to) {
  Window window{from};
  const Stopwatch whole;
  double waited = 0;
  while (from < to) {
    const std::size_t count = std::min<std::uint64_t>(kBatch, to - from);
    ledger::Change change;
    for (Bytes& entry : Noise(from, count)) {
      change.entries.push_back({ledger::NewEntry::To::kPublicLog, std::move(entry)});
    }
    const Stopwatch watch;
    CM_TRY(bench.log().Append(std::move(change), ledger::Ack::kPublished));
    waited += watch.Seconds();
    from += count;
  }
  window.entries = to - window.from;
  window.wall = 1e6 * waited / static_cast<double>(window.entries);
  window.own = 1e6 * whole.OwnSeconds() / static_cast<double>(window.entries);
  return window;
}

std::string ShortNumber(std::uint64_t power_of_ten) {
  return "1e" + std::to_string(static_cast<int>(std::lround(std::log10(static_cast<double>(power_of_ten)))));
}

// Grow measures a window at 10^3, at 10^5 and at each further power of ten, and the last third.
Result<std::vector<Window>> Grow(BenchLog& bench, std::uint64_t to) {
  std::vector<std::uint64_t> sizes = {1000};
  for (std::uint64_t size = 100'000; size < to; size *= 10) sizes.push_back(size);
  sizes.push_back(to - std::max(kWindow, to / kLastPart));
  std::vector<Window> windows;
  std::uint64_t have = 0;
  for (const std::uint64_t size : sizes) {
    Progress("growing to " + std::to_string(size));
    if (have < size) CM_TRY(Append(bench, have, size));
    have = size == sizes.back() ? to : size + kWindow;
    windows.push_back(CM_TRY(Append(bench, size, have)));
  }
  return windows;
}

std::string Describe(const std::vector<Window>& windows) {
  std::string text;
  for (const Window& window : windows) {
    text += (text.empty() ? "" : ", ") + std::string("at ") + std::to_string(window.from) + " " + Rounded(window.wall) +
            " us (" + Rounded(window.own) + " us of processor time)";
  }
  return text;
}

Result<double> SecondsToOpen(const std::filesystem::path& directory) {
  const Stopwatch watch;
  const auto opened = CM_TRY(BenchLog::Open(directory));
  return watch.Seconds();
}

Result<void> MeasureStart(const Options& options, const std::filesystem::path& directory) {
  const Stopwatch watch;
  const double first = CM_TRY(SecondsToOpen(directory));
  const double again = CM_TRY(SecondsToOpen(directory));
  Print(options, {"start." + ShortNumber(options.growth), first, "s", 1, 1 / first, Busy(watch.Others()),
                  "RocksDB and Log::Open right after the growth, so with the write-ahead log that it left to replay; "
                  "opened again: " +
                      Rounded(again) + " s. Limit: one second. Others had " + Rounded(100 * watch.Others()) +
                      " % of the processors"});
  return {};
}

}  // namespace

Result<void> BenchGrowth(const Options& options) {
  const std::string growth = "growth." + ShortNumber(options.growth), start = "start." + ShortNumber(options.growth);
  if (!options.Wants(growth) && !options.Wants(start)) return {};
  const ScratchDirectory directory(options.directory);
  ForgetPeak();
  const Stopwatch watch;
  auto bench = CM_TRY(BenchLog::Open(directory.path()));
  const std::vector<Window> windows = CM_TRY(Grow(*bench, options.growth));
  bench.reset();
  const double first = windows.front().wall, last = windows.back().wall;
  if (options.Wants(growth)) {
    Print(options, {growth, last, "us/entry", first, first / last, Busy(watch.Others()),
                    "batches of 1,024 entries of 1,600 bytes, one after the other, each PUBLISHED; means of " +
                        std::to_string(kWindow) + " entries, at last of a third of all: " + Describe(windows) +
                        ". Limit: the first of them. At most " + Rounded(PeakMebibytes()) +
                        " MiB of memory. Others had " + Rounded(100 * watch.Others()) + " % of the processors"});
  }
  if (options.Wants(start)) CM_TRY(MeasureStart(options, directory.path()));
  return {};
}

}  // namespace certmark::bench
