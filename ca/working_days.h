// WorkingDays: which days count, by a calendar given as data.
#pragma once

#include <chrono>
#include <cstdint>
#include <set>

#include "verifier-sdk/core/time.h"

namespace certmark::ca {

/// WorkingDays is a calendar: Monday to Friday, but for the holidays, and the weekend days that are worked instead.
struct WorkingDays {
  Seconds offset{};                          ///< of local time from UTC: a day ends at local midnight
  std::set<std::chrono::sys_days> holidays;  ///< local dates
  std::set<std::chrono::sys_days> worked;    ///< Saturdays and Sundays that are working days
  std::chrono::sys_days until{};             ///< the calendar knows holidays up to here; later ones are weekends alone

  /// IsWorked says whether a local date is a working day.
  bool IsWorked(std::chrono::sys_days date) const;
  /// After is when the `days`-th working day after the local date of `start` is over: local midnight, which is not a
  /// part of it any more. REQUIRES: days > 0.
  Time After(Time start, std::uint32_t days) const;
};

}  // namespace certmark::ca
