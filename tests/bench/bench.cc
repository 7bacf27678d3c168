#include "tests/bench/bench.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <system_error>
#include <thread>

#include "ledger/rocksdb_store.h"
#include "verifier-sdk/io/descriptor.h"

namespace certmark::bench {
namespace {

double Now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

double OwnNow(int whose) {
  struct rusage usage {};
  ::getrusage(whose, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

// OwnNow counts children once they have ended.
double OwnNow() {
  return OwnNow(RUSAGE_SELF) + OwnNow(RUSAGE_CHILDREN);
}

// BusyNow is the processor time that all processes have had since the machine began, and that it was denied.
double BusyNow() {
  std::ifstream stat("/proc/stat");
  std::string cpu;
  double user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0, steal = 0;
  stat >> cpu >> user >> nice >> system >> idle >> iowait >> irq >> softirq >> steal;
  return (user + nice + system + irq + softirq + steal) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

}  // namespace

bool Options::Wants(std::string_view name) const {
  return only.empty() || std::ranges::find(only, name) != only.end();
}

std::string Rounded(double value) {
  char text[32];
  std::snprintf(text, sizeof text, std::abs(value) >= 100 ? "%.0f" : "%.3g", value);
  return text;
}

double Quantile(std::vector<double> samples, double part) {
  const auto place = static_cast<std::ptrdiff_t>(part * static_cast<double>(samples.size() - 1));
  std::ranges::nth_element(samples, samples.begin() + place);
  return samples[static_cast<std::size_t>(place)];
}

Stopwatch::Stopwatch() : wall_(Now()), own_(OwnNow()), busy_(BusyNow()) {}
double Stopwatch::Seconds() const {
  return Now() - wall_;
}
double Stopwatch::OwnSeconds() const {
  return OwnNow() - own_;
}
double Stopwatch::Others() const {
  const double all = Seconds() * static_cast<double>(std::thread::hardware_concurrency());
  return std::clamp((BusyNow() - busy_ - OwnSeconds()) / all, 0.0, 1.0);
}

void AwaitIdle() {
  constexpr int kLooks = 100;
  constexpr std::chrono::milliseconds kBetween{100};
  constexpr double kIdle = 0.002;  // seconds of processor time between two looks
  for (int look = 0; look < kLooks; ++look) {
    const Stopwatch watch;
    std::this_thread::sleep_for(kBetween);
    if (watch.OwnSeconds() < kIdle) return;
  }
}

std::optional<std::string> Busy(double others) {
  if (others <= kBusy) return std::nullopt;
  return "others had " + Rounded(100 * others) + " % of the processors";
}

std::optional<std::string> BelowFigure(double limit, double figure) {
  if (limit >= 0.8 * figure) return std::nullopt;
  return "the limit is " + Rounded(limit) + ", such a machine has shown " + Rounded(figure);
}

std::vector<Bytes> Noise(std::uint64_t first, std::size_t count) {
  std::vector<Bytes> entries(count, Bytes(kEntryBytes));
  for (std::size_t i = 0; i < count; ++i) {
    std::uint64_t state = (first + i) * 0x9e3779b97f4a7c15u + 1;
    for (std::size_t at = 0; at < kEntryBytes; at += sizeof state) {
      state = state * 6364136223846793005u + 1442695040888963407u;
      const std::uint64_t word = state ^ (state >> 29);
      std::memcpy(&entries[i][at], &word, sizeof word);
    }
  }
  return entries;
}

constexpr int kSyncs = 100;

Result<std::vector<double>> SyncTimes(const std::filesystem::path& directory) {
  const auto failed = [](const char* what) {
    return Error{ErrorCode::kUnavailable, std::string("sync: ") + what + ": " + std::generic_category().message(errno)};
  };
  const std::filesystem::path file = directory / "synced";
  const io::Descriptor fd(::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!fd.ok()) return failed("open");
  std::vector<double> milliseconds;
  std::array<char, 4096> page;
  page.fill('x');
  for (int i = 0; i < kSyncs; ++i) {
    if (::write(fd.get(), page.data(), page.size()) != static_cast<ssize_t>(page.size())) return failed("write");
    const Stopwatch watch;
    if (::fdatasync(fd.get()) != 0) return failed("fdatasync");
    milliseconds.push_back(1000 * watch.Seconds());
  }
  return milliseconds;
}

ScratchDirectory::ScratchDirectory(const std::filesystem::path& in) {
  std::string name = (in / "certmark-bench-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) Die("no directory can be made where databases are to be");
  path_ = name;
}

ScratchDirectory::~ScratchDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

Result<void> ObservedStore::Commit(ByteView expected_head, const ledger::Batch& batch) {
  {
    const std::lock_guard lock(mutex_);
    unsynced_ += std::ranges::count(batch.writes, ledger::Column::kEntry, &ledger::Write::column);
    written_.rows += batch.writes.size();
    for (const ledger::Write& row : batch.writes)
      written_.bytes += row.key.size() + (row.value ? row.value->size() : 0);
  }
  return store_->Commit(expected_head, batch);
}

Result<void> ObservedStore::Sync() {
  {
    const std::lock_guard lock(mutex_);
    if (const auto entries = std::exchange(unsynced_, 0); entries > 0) batches_.push_back(static_cast<double>(entries));
  }
  return store_->Sync();
}

std::vector<double> ObservedStore::TakeBatches() {
  const std::lock_guard lock(mutex_);
  return std::exchange(batches_, {});
}

ObservedStore::Written ObservedStore::TakeWritten() {
  const std::lock_guard lock(mutex_);
  return std::exchange(written_, {});
}

Result<std::unique_ptr<BenchLog>> BenchLog::Open(const std::filesystem::path& directory) {
  std::unique_ptr<BenchLog> made(new BenchLog);
  made->store_ = std::make_unique<ObservedStore>(CM_TRY(ledger::OpenOrCreateRocksdbStore(directory / "database")));
  made->anchor_ = std::make_unique<ledger::Anchor>(directory / "anchor");
  ledger::Log::Options options;
  options.publisher.key = key();
  options.publisher.sign = [key = testing::TestNoteKey::Log(key().name())](std::string_view text) -> Result<Bytes> {
    return key.Sign(text);
  };
  made->log_ = CM_TRY(ledger::Log::Open(*made->store_, *made->anchor_, std::move(options)));
  if (const auto stopped = made->log_->Stopped()) return *stopped;
  return made;
}

}  // namespace certmark::bench
