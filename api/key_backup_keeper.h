// KeyBackupKeeper: copies of the keys of documents, made and deleted in time on a thread of their own.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

#include "ca/key_backups.h"

namespace certmark::api {

/// KeyBackupCounts are what it has done since the start, and what copies there were when it last looked. Safe on any
/// thread.
struct KeyBackupCounts {
  std::atomic<std::uint64_t> made = 0, failed = 0;
  std::atomic<std::int64_t> newest = 0, oldest = 0;  ///< when begun, in seconds since 1970; 0: none
};

/// KeyBackupKeeper does one round at a time. A round may take as long as millions of small files take, and a disk that
/// does not answer holds up nobody else. Safe on any thread.
class KeyBackupKeeper {
 public:
  /// kRetry is how long after a round that failed the next one begins.
  static constexpr Seconds kRetry{600};

  /// Round is ca::KeepKeyBackups by a plan; it looks at `stop` now and then.
  using Round = std::function<Result<ca::KeptKeyBackups>(Time now, const std::stop_token& stop)>;
  /// KeyBackupKeeper calls `round`; `counts` outlives it.
  KeyBackupKeeper(Round round, KeyBackupCounts& counts);
  /// ~KeyBackupKeeper tells the round that is under way to stop, and waits for it.
  ~KeyBackupKeeper() = default;
  KeyBackupKeeper(const KeyBackupKeeper&) = delete;
  KeyBackupKeeper& operator=(const KeyBackupKeeper&) = delete;

  /// Look lets a round begin if its time has come, the first one at once; it waits for nothing.
  void Look(Time now);

 private:
  void Work(const std::stop_token& stop);
  Result<ca::KeptKeyBackups> Caught(Time now, const std::stop_token& stop) const;
  Time RunRound(Time now, const std::stop_token& stop);

  const Round round_;
  KeyBackupCounts& counts_;
  std::mutex mutex_;  // guards what follows
  std::condition_variable_any asked_changed_;
  std::optional<Time> asked_;  // of the round that is wanted or under way: its time
  Time next_{};                // no round begins before
  std::jthread thread_;        // last: it uses all of them, and ends first
};

}  // namespace certmark::api
