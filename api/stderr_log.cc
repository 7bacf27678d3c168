#include "api/stderr_log.h"

#include <spdlog/formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>

#include "api/request_id.h"
#include "verifier-sdk/core/json.h"
#include "verifier-sdk/core/utf8.h"

namespace certmark::api {
namespace {

std::string TimeText(std::int64_t milliseconds) {
  const std::time_t seconds = milliseconds / 1000;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 80> text;
  const int size = std::snprintf(text.data(), text.size(), "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", parts.tm_year + 1900,
                                 parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec,
                                 static_cast<int>(milliseconds % 1000));
  return {text.data(), static_cast<std::size_t>(size)};
}

// A line is one line, whatever a library has said.
std::string OneLine(std::string_view text) {
  std::string out(text);
  const bool is_utf8 = IsUtf8(text);
  std::replace_if(
      out.begin(), out.end(),
      [&](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte < 0x20 || byte == 0x7f || (byte >= 0x80 && !is_utf8);
      },
      '?');
  return out;
}

class LineFormatter final : public spdlog::formatter {
 public:
  explicit LineFormatter(LogFormat format) : format_(format) {}

  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& out) override {
    const auto level = spdlog::level::to_string_view(message.level);
    const auto since = std::chrono::duration_cast<std::chrono::milliseconds>(message.time.time_since_epoch());
    const std::string line = LogLine({.logger = {message.logger_name.data(), message.logger_name.size()},
                                      .level = {level.data(), level.size()},
                                      .text = {message.payload.data(), message.payload.size()},
                                      .milliseconds = since.count()},
                                     format_);
    out.append(line.data(), line.data() + line.size());
  }
  std::unique_ptr<spdlog::formatter> clone() const override { return std::make_unique<LineFormatter>(format_); }

 private:
  const LogFormat format_;
};

}  // namespace

std::string LogLine(const LogMessage& message, LogFormat format) {
  const std::string time = TimeText(message.milliseconds), text = OneLine(message.text);
  const std::string request(CurrentRequestId());
  if (format == LogFormat::kText) {
    return time + " " + std::string(message.level) + " " + (request.empty() ? "" : request + " ") + text + "\n";
  }
  json::Writer line;
  line.Object([&] {
    line.Member("time", time);
    line.Member("level", message.level);
    line.Member("logger", message.logger);
    if (!request.empty()) line.Member("request_id", request);
    line.Member("message", text);
  });
  return line.Take() + "\n";
}

void LogToStderr(const std::string& name, const std::string& level, LogFormat format) {
  auto logger = std::make_shared<spdlog::logger>(name, std::make_shared<spdlog::sinks::stderr_sink_mt>());
  logger->set_formatter(std::make_unique<LineFormatter>(format));
  logger->set_level(spdlog::level::from_str(level));
  logger->flush_on(spdlog::level::info);
  spdlog::set_default_logger(std::move(logger));
}

void SetLogLevel(const std::string& level) {
  spdlog::set_level(spdlog::level::from_str(level));
}

}  // namespace certmark::api
