// Working days: by the calendar that is given, in local time.
#include "ca/working_days.h"

#include <gtest/gtest.h>

#include "ca/schemes.h"

namespace certmark::ca {
namespace {

std::chrono::sys_days Day(std::string_view text) {
  return std::chrono::floor<std::chrono::days>(ParseDate(text).value());
}

// China's calendar of the default scheme.
const WorkingDays& China() {
  static const WorkingDays days = Schemes::Default().value().Find("CNCA-App-001 2019").value()->calendar;
  return days;
}

std::string After(const WorkingDays& calendar, std::string_view start, std::uint32_t days) {
  return FormatDateTime(calendar.After(ParseDateTime(start).value(), days));
}

TEST(WorkingDays, AreMondayToFridayWithoutACalendar) {
  const WorkingDays plain;
  EXPECT_TRUE(plain.IsWorked(Day("2026-11-06"))) << "a Friday";
  EXPECT_FALSE(plain.IsWorked(Day("2026-11-07")));
  EXPECT_FALSE(plain.IsWorked(Day("2026-11-08")));
  EXPECT_TRUE(plain.IsWorked(Day("2026-11-09")));
  EXPECT_EQ(After(plain, "2026-11-06T12:00:00Z", 1), "2026-11-10T00:00:00Z");
}

TEST(WorkingDays, FollowTheSpringFestivalWithItsWeekendsWorkedInstead) {
  EXPECT_TRUE(China().IsWorked(Day("2026-02-14"))) << "a Saturday that is worked";
  for (const char* date : {"2026-02-15", "2026-02-16", "2026-02-20", "2026-02-23"})
    EXPECT_FALSE(China().IsWorked(Day(date))) << date;
  EXPECT_TRUE(China().IsWorked(Day("2026-02-28"))) << "a Saturday that is worked";
  EXPECT_FALSE(China().IsWorked(Day("2026-03-01")));
  // From Friday 13 February, noon in China: 14, then 24, 25, 26, 27 and 28 February.
  EXPECT_EQ(After(China(), "2026-02-13T04:00:00Z", 1), "2026-02-14T16:00:00Z");
  EXPECT_EQ(After(China(), "2026-02-13T04:00:00Z", 2), "2026-02-24T16:00:00Z");
  EXPECT_EQ(After(China(), "2026-02-13T04:00:00Z", 6), "2026-02-28T16:00:00Z");
  EXPECT_EQ(After(China(), "2026-02-13T04:00:00Z", 7), "2026-03-02T16:00:00Z");
}

TEST(WorkingDays, CountFromTheLocalDateNotFromTheOneOfUtc) {
  // Tuesday 3 November in China ends at 16:00 of UTC.
  EXPECT_EQ(After(China(), "2026-11-03T15:59:59Z", 1), "2026-11-04T16:00:00Z");
  EXPECT_EQ(After(China(), "2026-11-03T16:00:00Z", 1), "2026-11-05T16:00:00Z");
}

TEST(WorkingDays, EndAtLocalMidnightWestOfUtcToo) {
  WorkingDays west;
  west.offset = -std::chrono::minutes(210);
  // Thursday evening there, Friday in Greenwich: Friday is the first day after it.
  EXPECT_EQ(After(west, "2026-11-06T02:00:00Z", 1), "2026-11-07T03:30:00Z");
}

TEST(WorkingDays, NeverCountTheDayOfTheStart) {
  EXPECT_EQ(After(China(), "2026-11-02T16:00:00Z", 1), "2026-11-04T16:00:00Z") << "the first second of Tuesday";
  EXPECT_EQ(After(China(), "2026-11-07T04:00:00Z", 1), "2026-11-09T16:00:00Z") << "a Saturday";
}

TEST(WorkingDays, GoOverTheEndOfTheYear) {
  // 1 and 2 January 2026 are holidays, Saturday the 3rd too, Sunday the 4th is worked.
  EXPECT_EQ(After(China(), "2025-12-31T04:00:00Z", 1), "2026-01-04T16:00:00Z");
  EXPECT_EQ(After(China(), "2025-12-31T04:00:00Z", 2), "2026-01-05T16:00:00Z");
}

TEST(WorkingDays, AreWeekdaysAloneWhereTheCalendarEnds) {
  EXPECT_GE(China().until, Day("2026-12-31"));
  WorkingDays ends = China();
  ends.holidays.erase(ends.holidays.begin(), ends.holidays.end());
  EXPECT_EQ(After(ends, "2029-10-01T04:00:00Z", 5), "2029-10-08T16:00:00Z");
}

TEST(WorkingDays, GiveFifteenDaysAcrossTheNationalDay) {
  // From Monday 21 September 2026: 22–24, 28–30 September, 8–10 and 12–16 October are fourteen, then 19 October. The
  // mid-autumn holiday is 25–27 September, the national one 1–7 October.
  EXPECT_EQ(After(China(), "2026-09-21T02:00:00Z", 15), "2026-10-19T16:00:00Z");
}

}  // namespace
}  // namespace certmark::ca
