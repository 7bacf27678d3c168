// KeyBackupKeeper: copies of the keys of documents, made and deleted in time on a thread of their own.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>

#include "api/ended.h"
#include "ca/key_backups.h"

namespace certmark::api {

/// KeyBackupCounts are what it has done since the start, and what copies there were when it last looked. Safe on any
/// thread.
struct KeyBackupCounts {
  std::atomic<std::uint64_t> made = 0, failed = 0;
  std::atomic<std::int64_t> newest = 0, oldest = 0;  ///< when begun, in seconds since 1970; 0: none
};

/// KeyBackupKeeper does one round at a time. A round may take as long as millions of small files take, and a disk that
/// does not answer holds up nobody else, nor the end of the process. Safe on any thread.
class KeyBackupKeeper {
 public:
  /// kRetry is how long after a round that failed the next one begins.
  static constexpr Seconds kRetry{600};

  /// Round is ca::KeepKeyBackups by a plan; it looks at `stop` now and then. REQUIRES: it holds values alone, for it
  /// may outlive everything else.
  using Round = std::function<Result<ca::KeptKeyBackups>(Time now, const std::stop_token& stop)>;
  explicit KeyBackupKeeper(Round round);
  /// ~KeyBackupKeeper is Quit, and waits for the round that is under way, unless Stop has given it up.
  ~KeyBackupKeeper();
  KeyBackupKeeper(const KeyBackupKeeper&) = delete;
  KeyBackupKeeper& operator=(const KeyBackupKeeper&) = delete;

  /// Look lets a round begin if its time has come, the first one at once; it waits for nothing.
  void Look(Time now);
  const KeyBackupCounts& counts() const;

  /// Quit tells the round that is under way to stop, and lets none begin any more.
  void Quit();
  /// Stop is Quit, and waits for the round that is under way for as long as `grace`.
  Ended Stop(std::chrono::milliseconds grace);

 private:
  struct State;
  const std::shared_ptr<State> state_;  // shared with the thread, which may outlive this object
};

}  // namespace certmark::api
