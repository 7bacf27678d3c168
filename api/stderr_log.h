// Where a process that serves writes its log.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace certmark::api {

/// LogFormat is what a line looks like: for people, or a JSON object (RFC 8259) for programs that collect lines.
///
///   2026-11-30T08:15:02.123Z error 5f1c-2a the disk is full
///   {"time":"2026-11-30T08:15:02.123Z","level":"error","logger":"certmarkd","request_id":"5f1c-2a","message":"the disk
///   …"}
///
/// The id is that of the request for which the line was written (request_id.h), and is left out of other lines.
enum class LogFormat { kText, kJson };

/// LogToStderr has the log of this process go to standard error, each line with its time in UTC; what is below `level`
/// (trace, debug, info, warn, error) is left out. `name` is the logger's. Once in a process, before it serves.
void LogToStderr(const std::string& name, const std::string& level, LogFormat format);
/// SetLogLevel changes the level of that. Safe on any thread.
void SetLogLevel(const std::string& level);
/// LogLine is the line that LogToStderr writes of a message, its line end included. What is not UTF-8 in it, or would
/// begin another line, is shown as `?`.
struct LogMessage {
  std::string_view logger, level, text;
  std::int64_t milliseconds;  ///< since 1970
};
std::string LogLine(const LogMessage& message, LogFormat format);

}  // namespace certmark::api
