// What the families of certmark-bench share: figures and how they are printed, what is measured around them, and a log
// to measure.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/anchor.h"
#include "ledger/log.h"
#include "ledger/store.h"
#include "tests/support/test_pki.h"

namespace certmark::bench {

inline constexpr std::size_t kEntryBytes = 1600;

/// Options are what the command line says.
struct Options {
  enum class Output : std::uint8_t { kTable, kJson } output = Output::kTable;
  std::vector<std::string> only;     ///< names of figures; none: all
  std::uint64_t growth = 1'000'000;  ///< a power of ten: how large a log grows
  std::size_t items = 100'000;       ///< of an act on many
  std::filesystem::path directory;   ///< where databases are made, and removed again
  std::filesystem::path programs;    ///< where this program and certmarkd lie

  bool Wants(std::string_view name) const;
};

/// Figure is one line of what was found. `ratio` is how near `value` comes to `limit`: higher is better.
struct Figure {
  std::string name;
  double value = 0;
  std::string unit;
  double limit = 0;
  double ratio = 0;
  std::optional<std::string> invalid;  ///< why the figure says nothing
  std::string note;
};

/// Print writes a figure to standard output, at once.
void Print(const Options& options, const Figure& figure);
/// PrintJsonLine writes a figure that another program has made: a JSON object in one line. False: it is none.
bool PrintJsonLine(const Options& options, std::string_view line);
/// PrintTableHead begins a table; nothing when JSON is asked for.
void PrintTableHead(const Options& options);
/// Progress writes a line to standard error.
void Progress(const std::string& line);

/// Rounded writes a number with three digits or as an integer: for notes.
std::string Rounded(double value);
/// Quantile returns the value below which `part` of the samples lie. REQUIRES: there are samples.
double Quantile(std::vector<double> samples, double part);
inline double Median(std::vector<double> samples) {
  return Quantile(std::move(samples), 0.5);
}

/// Stopwatch measures from its making on.
class Stopwatch {
 public:
  Stopwatch();
  double Seconds() const;     ///< that have passed
  double OwnSeconds() const;  ///< of processor time of this process, all its threads and the children that have ended
  /// Others is which share of all processors went to other processes, the kernel's own among them: 0 to 1.
  double Others() const;

 private:
  double wall_, own_, busy_;
};
/// AwaitIdle returns once this process does nothing, or after ten seconds: what one database still flushes and compacts
/// is not to be paid for by what is measured next.
void AwaitIdle();

/// SyncTimes appends 4 KiB to a new file in a directory that is not allocated ahead, and syncs it, a hundred times: how
/// many milliseconds each sync took.
Result<std::vector<double>> SyncTimes(const std::filesystem::path& directory);

/// kBusy is the share of others above which a figure without a machine's limit beside it is invalid.
inline constexpr double kBusy = 0.2;
/// Busy returns why a figure is invalid whose measuring left `others` that share, or nothing.
std::optional<std::string> Busy(double others);
/// BelowFigure returns why a figure is invalid whose limit, a rate, is more than 20 % below what this kind of machine
/// has shown, or nothing.
std::optional<std::string> BelowFigure(double limit, double figure);

/// Noise returns `count` entries of kEntryBytes that do not compress, unlike those of any other `first`.
std::vector<Bytes> Noise(std::uint64_t first, std::size_t count);

/// ScratchDirectory is a new directory in another, gone with all it holds.
class ScratchDirectory {
 public:
  explicit ScratchDirectory(const std::filesystem::path& in);
  ScratchDirectory(const ScratchDirectory&) = delete;
  ScratchDirectory& operator=(const ScratchDirectory&) = delete;
  ~ScratchDirectory();
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// ObservedStore is another store, and counts the entries of each sync and what is written.
class ObservedStore : public ledger::Store {
 public:
  explicit ObservedStore(std::unique_ptr<ledger::Store> store) : store_(std::move(store)) {}
  Result<Bytes> Head() const override { return store_->Head(); }
  Result<void> Commit(ByteView expected_head, const ledger::Batch& batch) override;
  Result<void> Sync() override;
  Result<std::optional<Bytes>> Get(ledger::Column column, ByteView key) const override {
    return store_->Get(column, key);
  }
  Result<void> Scan(ledger::Column column, ByteView begin, ByteView end,
                    const std::function<bool(ByteView key, ByteView value)>& visit) const override {
    return store_->Scan(column, begin, end, visit);
  }
  /// TakeBatches returns the number of entries that each sync made durable, of those that had any, since the last call.
  std::vector<double> TakeBatches();
  /// TakeWritten returns what was committed since the last call: keys and values.
  struct Written {
    std::size_t rows = 0, bytes = 0;
  };
  Written TakeWritten();

 private:
  const std::unique_ptr<ledger::Store> store_;
  std::mutex mutex_;
  std::ptrdiff_t unsynced_ = 0;
  std::vector<double> batches_;
  Written written_;
};

/// BenchLog is a log on RocksDB in a directory, with its anchor beside it and a key of no worth.
class BenchLog {
 public:
  static Result<std::unique_ptr<BenchLog>> Open(const std::filesystem::path& directory);
  ledger::Log& log() { return *log_; }
  ObservedStore& store() { return *store_; }
  static NoteKey key() { return testing::TestNoteKey::Log("ca.example/log/1").key(); }

 private:
  BenchLog() = default;
  std::unique_ptr<ObservedStore> store_;
  std::unique_ptr<ledger::Anchor> anchor_;
  std::unique_ptr<ledger::Log> log_;
};

/// The families. An error: it could not be measured at all.
Result<void> BenchAppend(const Options& options);
Result<void> BenchGrowth(const Options& options);
Result<void> BenchFsck(const Options& options);
Result<void> BenchHttp(const Options& options);
Result<void> BenchBulk(const Options& options);
Result<void> BenchSearch(const Options& options);  ///< register.search
Result<void> BenchWatch(const Options& options);
Result<void> BenchGrpcLookup(const Options& options);
Result<void> BenchRestLookup(const Options& options);
Result<void> BenchVerify(const Options& options);   ///< verify.cold and verify.warm
Result<void> BenchApk(const Options& options);      ///< apk.verify and apk.quick
Result<void> BenchBulkLog(const Options& options);  ///< bulk.one, bulk.two
Result<void> BenchMirror(const Options& options);   ///< mirror.catchup, mirror.update, lookup.one, lookup.many
Result<void> BenchIssue(const Options& options);    ///< grpc.issue, and its .alone and .reads

}  // namespace certmark::bench
