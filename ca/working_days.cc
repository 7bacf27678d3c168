#include "ca/working_days.h"

namespace certmark::ca {

using std::chrono::days;
using std::chrono::sys_days;

bool WorkingDays::IsWorked(sys_days date) const {
  const std::chrono::weekday day(date);
  if (day == std::chrono::Saturday || day == std::chrono::Sunday) return worked.contains(date);
  return !holidays.contains(date);
}

Time WorkingDays::After(Time start, std::uint32_t count) const {
  sys_days date = std::chrono::floor<days>(start + offset);
  while (count > 0) {
    date += days(1);
    if (IsWorked(date)) --count;
  }
  return Time(date + days(1)) - offset;
}

}  // namespace certmark::ca
