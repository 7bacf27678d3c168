// LogWatch: a subscriber's place in a log, and what it is sent next. No transport, and no clock: it looks when it is
// asked, at what is exposed then.
#pragma once

#include <cstddef>
#include <cstdint>

#include "ca/public_logs.h"
#include "certmark/v1/public.pb.h"

namespace certmark::api {

/// LogWatch sends entries in their order, each once, and none before an exposed checkpoint covers it. One thread at a
/// time; the logs outlive it.
class LogWatch {
 public:
  /// What one message has at most: half of what a listener may hold is enough for all its subscribers.
  static constexpr std::size_t kMaxEntries = 1000, kMaxBytes = 128 * 1024;

  /// Begin begins where the request says. InvalidArgument: beyond the newest checkpoint's size, which is named. Others
  /// as PublicLogs::Find.
  static Result<LogWatch> Begin(const ca::PublicLogs& logs, const v1::WatchLogRequest& request);

  /// IfNothing is what to do where there is no entry to send.
  enum class IfNothing : std::uint8_t { kWait, kHeartbeat };
  enum class Next : std::uint8_t {
    kMessage,  ///< to be sent, then to be asked again
    kNothing,  ///< until a newer checkpoint is exposed, or a heartbeat is due
    kEnd,      ///< all was sent, and the log is frozen
  };
  /// Fill makes `message` the next one: a run of entries, or a heartbeat, which the first message is where there is
  /// nothing else: whoever subscribes hears at once that it has. Errors as LogReader::Entries: nothing was filled in.
  Result<Next> Fill(v1::WatchLogResponse& message, IfNothing if_nothing);

 private:
  LogWatch(const ca::PublicLogs& logs, ledger::LogNumber log, std::uint64_t next)
      : logs_(&logs), log_(log), next_(next) {}

  const ca::PublicLogs* logs_;
  ledger::LogNumber log_;
  std::uint64_t next_;  // the first entry that was not sent yet
  bool begun_ = false;
};

}  // namespace certmark::api
