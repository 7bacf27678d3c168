// Time as a value. The verifier has no clock: whoever calls it says what time it is.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "verifier-sdk/core/result.h"

namespace certmark {

/// Time is whole seconds since 1970-01-01T00:00:00Z, UTC, without leap seconds.
using Time = std::chrono::sys_seconds;
using Seconds = std::chrono::seconds;

/// FromEpoch and ToEpoch convert from and to integer seconds since 1970.
inline Time FromEpoch(std::int64_t seconds) {
  return Time{Seconds{seconds}};
}
inline std::int64_t ToEpoch(Time time) {
  return time.time_since_epoch().count();
}

/// FormatDateTime writes `YYYY-MM-DDThh:mm:ssZ`; FormatDate `YYYY-MM-DD`. REQUIRES: year 0000 to 9999.
std::string FormatDateTime(Time time);
std::string FormatDate(Time time);

/// ParseDateTime accepts exactly `YYYY-MM-DDThh:mm:ssZ` (RFC 3339 in UTC, no fraction, no leap second), ParseDate
/// exactly `YYYY-MM-DD` (midnight). InvalidArgument: another form, or no such day or time.
Result<Time> ParseDateTime(std::string_view text);
Result<Time> ParseDate(std::string_view text);

}  // namespace certmark
