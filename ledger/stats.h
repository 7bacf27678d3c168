// Stats: what a running log counts about itself, for an operator's dashboard. Plain numbers; no metrics library here.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <span>
#include <vector>

#include "verifier-sdk/core/result.h"

namespace certmark::ledger {

/// Histogram counts observations in buckets. Safe on any thread; a reader may see an observation half counted.
class Histogram {
 public:
  /// Histogram has one bucket for each upper bound (inclusive, rising), and one for what lies above the last.
  explicit Histogram(std::span<const double> bounds)
      : bounds_(bounds.begin(), bounds.end()), counts_(bounds.size() + 1) {}

  void Observe(double value);

  struct Snapshot {
    std::vector<std::uint64_t> counts;  ///< for each bucket, not cumulated
    double sum = 0;
  };
  Snapshot Read() const;
  const std::vector<double>& bounds() const { return bounds_; }

 private:
  std::vector<double> bounds_;
  std::vector<std::atomic<std::uint64_t>> counts_;
  std::atomic<double> sum_ = 0;
};

/// kSecondsBounds fits a local fsync at one end and a slow witness at the other; kEntriesBounds a batch.
inline constexpr double kSecondsBounds[] = {0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025,
                                            0.05,   0.1,     0.25,   0.5,   1,      2.5,   5,    10};
inline constexpr double kEntriesBounds[] = {1, 4, 16, 64, 256, 1024, 4096};

/// Stats is written by the log's threads and read by anyone. Sizes are of the public log, in entries.
struct Stats {
  static constexpr std::size_t kCodes = static_cast<std::size_t>(ErrorCode::kInternal) + 1;

  std::atomic<std::uint64_t> version = 0;     ///< of the stored head, which counts commits (Head)
  std::atomic<std::uint64_t> integrated = 0;  ///< in the stored tree; the next entry has this index
  std::atomic<std::uint64_t> published = 0;   ///< covered by a signed, durable checkpoint
  std::atomic<std::uint64_t> witnessed = 0;  ///< covered by a checkpoint that meets the witness policy: the exposed one
  std::atomic<std::uint64_t> anchored = 0;   ///< in the anchor
  std::atomic<std::int64_t> exposed_at = 0;  ///< when the exposed checkpoint was exposed or renewed; seconds since 1970
  std::atomic<std::uint64_t> queued_changes = 0;  ///< waiting for the sequencer
  std::atomic<std::uint64_t> queued_bytes = 0;
  std::array<std::atomic<std::uint64_t>, kCodes> refused{};  ///< changes not made, by ErrorCode
  std::atomic<std::uint64_t> verify_failures = 0;            ///< read back or verified before exposing, and found wrong

  Histogram batch_entries{kEntriesBounds};
  Histogram commit_seconds{kSecondsBounds};   ///< one write batch
  Histogram sync_seconds{kSecondsBounds};     ///< one sync of what was committed: the fsync
  Histogram publish_seconds{kSecondsBounds};  ///< from taking up what was committed to its checkpoint
  Histogram witness_seconds{kSecondsBounds};  ///< from a checkpoint's first request to the policy's quorum
};

}  // namespace certmark::ledger
