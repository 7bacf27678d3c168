// fsck: every row of a database checked, against plain SHA-256 of the same bytes.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>

#include "ledger/fsck.h"
#include "ledger/rocksdb_store.h"
#include "tests/bench/bench.h"

namespace certmark::bench {
namespace {

constexpr int kRounds = 5;
constexpr std::size_t kEntries = 100 * 1024;
constexpr double kShownNodeNs = 74;  // SHA256_Init, Update, Final of a 65-byte node on this kind of machine

void HashOnce(ByteView bytes) {
  std::uint8_t digest[32];
  SHA256_CTX state;
  const bool ok = SHA256_Init(&state) == 1 && SHA256_Update(&state, bytes.data(), bytes.size()) == 1 &&
                  SHA256_Final(digest, &state) == 1;
  if (!ok) Die("SHA-256 failed");
}

// Cost is wall time and processor time of one round, in seconds.
struct Costs {
  std::vector<double> wall, own;
  void Add(const Stopwatch& watch) {
    wall.push_back(watch.Seconds());
    own.push_back(watch.OwnSeconds());
  }
};

void HashAll(const std::vector<Bytes>& entries, Costs& costs) {
  const Stopwatch watch;
  for (const Bytes& entry : entries) HashOnce(entry);
  costs.Add(watch);
}

double NodeNanoseconds() {
  constexpr int kNodes = 1'000'000;
  const Bytes node(65);
  const Stopwatch watch;
  for (int i = 0; i < kNodes; ++i) HashOnce(node);
  return 1e9 * watch.Seconds() / kNodes;
}

Result<void> Check(const ledger::Store& store, Costs& costs) {
  ledger::FsckOptions how;
  how.threads = 1;
  const Stopwatch watch;
  const ledger::FsckReport report = CM_TRY(ledger::FsckStore(store, {{1, {BenchLog::key()}}}, how));
  costs.Add(watch);
  if (report.entries == kEntries && report.findings.total() == 0) return {};
  return Error{ErrorCode::kInternal, "fsck: " + std::to_string(report.entries) + " entries, " +
                                         std::to_string(report.findings.total()) + " findings"};
}

// Fill returns the entries of the log that it makes.
Result<std::vector<Bytes>> Fill(const std::filesystem::path& directory) {
  const auto bench = CM_TRY(BenchLog::Open(directory));
  constexpr std::size_t kTogether = 1024;
  std::vector<Bytes> entries = Noise(0, kEntries);
  for (std::size_t begin = 0; begin < kEntries; begin += kTogether) {
    ledger::Change change;
    for (std::size_t i = begin; i < begin + kTogether; ++i) {
      change.entries.push_back({ledger::NewEntry::To::kPublicLog, entries[i]});
    }
    CM_TRY(bench->log().Append(std::move(change), ledger::Ack::kPublished));
  }
  return entries;
}

}  // namespace

Result<void> BenchFsck(const Options& options) {
  if (!options.Wants("fsck")) return {};
  const ScratchDirectory directory(options.directory);
  Progress("fsck: making a log");
  const std::vector<Bytes> entries = CM_TRY(Fill(directory.path()));
  CM_TRY(BenchLog::Open(directory.path()));  // what was in the write-ahead log is then in tables
  const auto store = CM_TRY(ledger::OpenRocksdbStoreReadOnly(directory.path() / "database"));
  Costs checked, hashed;
  std::vector<double> node;
  const Stopwatch watch;
  for (int round = 1; round <= kRounds; ++round) {
    Progress("fsck: round " + std::to_string(round) + " of " + std::to_string(kRounds));
    HashAll(entries, hashed);
    node.push_back(NodeNanoseconds());
    CM_TRY(Check(*store, checked));
  }
  const double count = kEntries, value = count / Median(checked.wall), limit = count / Median(hashed.wall);
  Print(options,
        {"fsck", value, "entries/s", limit, value / limit, BelowFigure(1e9 / Median(node), 1e9 / kShownNodeNs),
         "FsckStore of " + Rounded(count) + " entries of 1,600 bytes on one thread, medians of " +
             std::to_string(kRounds) +
             " rounds. Limit: plain SHA-256 of the same entries in memory, one core; a node of "
             "65 bytes takes " +
             Rounded(Median(node)) + " ns, " + Rounded(kShownNodeNs) +
             " by the machine's figures. Processor time an entry: " + Rounded(1e6 * Median(checked.own) / count) +
             " us, hashing alone " + Rounded(1e6 * Median(hashed.own) / count) + " us. Others had " +
             Rounded(100 * watch.Others()) + " % of the processors"});
  return {};
}

}  // namespace certmark::bench
