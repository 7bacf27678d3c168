// DeadlineRounds: what is due by the clock, a bounded while at a time.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <utility>

#include "ca/deadlines.h"
#include "verifier-sdk/core/time.h"

namespace certmark::api {

/// DeadlineCounts are what the clock has done and failed to do since the start. Safe on any thread.
struct DeadlineCounts {
  std::atomic<std::uint64_t> carried = 0, failed = 0;
};

/// Again is when to do the next of what is done by the clock.
enum class Again : std::uint8_t { kInSeconds, kAtOnce };

/// DeadlineRounds carries out deadlines, so many records at once, again and again while there is more, until the time
/// is up. So an act on a hundred thousand certifications goes on without a pause, every other record has its turn
/// between two of its batches, and whoever stops the daemon is heard. One thread, but for the counts.
class DeadlineRounds {
 public:
  static constexpr std::size_t kRecords = 256;
  static constexpr Seconds kTime{2};

  /// Run is ca::Deadlines::Run.
  using Run = std::function<Result<ca::Deadlines::Report>(std::size_t limit)>;
  /// Elapsed is how long it is since some moment; nobody can set it.
  using Elapsed = std::function<Seconds()>;
  DeadlineRounds(Run run, Elapsed elapsed) : run_(std::move(run)), elapsed_(std::move(elapsed)) {}

  /// CarryOut does what is due. What fails is told to the log, and tried again. kAtOnce: more is due.
  Again CarryOut();
  const DeadlineCounts& counts() const { return counts_; }

 private:
  const Run run_;
  const Elapsed elapsed_;
  DeadlineCounts counts_;
};

}  // namespace certmark::api
