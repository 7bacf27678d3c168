#include "verifier-sdk/core/time.h"

#include <gtest/gtest.h>

namespace certmark {
namespace {

struct Instant {
  std::int64_t epoch;
  std::string_view text;
};

constexpr Instant kInstants[] = {
    {0, "1970-01-01T00:00:00Z"},
    {-1, "1969-12-31T23:59:59Z"},
    {951782400, "2000-02-29T00:00:00Z"},
    {1793664000, "2026-11-03T00:00:00Z"},
    {1888358400, "2029-11-03T00:00:00Z"},
    {1793707445, "2026-11-03T12:04:05Z"},
    {-62167219200, "0000-01-01T00:00:00Z"},
    {253402300799, "9999-12-31T23:59:59Z"},
};

TEST(DateTime, IsWrittenAndReadAlike) {
  for (const Instant& instant : kInstants) {
    EXPECT_EQ(FormatDateTime(FromEpoch(instant.epoch)), instant.text);
    const auto parsed = ParseDateTime(instant.text);
    ASSERT_TRUE(parsed.has_value()) << instant.text;
    EXPECT_EQ(ToEpoch(*parsed), instant.epoch);
  }
}

TEST(Date, IsMidnight) {
  EXPECT_EQ(FormatDate(FromEpoch(1793707445)), "2026-11-03");
  EXPECT_EQ(FormatDate(FromEpoch(-1)), "1969-12-31");
  EXPECT_EQ(ToEpoch(*ParseDate("2026-11-03")), 1793664000);
}

TEST(Date, KnowsLeapYears) {
  EXPECT_TRUE(ParseDate("2028-02-29").has_value());
  EXPECT_TRUE(ParseDate("2000-02-29").has_value());
  EXPECT_FALSE(ParseDate("2026-02-29").has_value());
  EXPECT_FALSE(ParseDate("2100-02-29").has_value());
}

TEST(Date, RefusesEveryOtherForm) {
  for (const std::string_view text :
       {"", "2026-11-3", "2026-1-03", "26-11-03", "2026/11/03", "2026-11-03Z", "2026-11-03 ", " 2026-11-03",
        "2026-00-01", "2026-13-01", "2026-11-00", "2026-11-31", "2026-11-3x", "-026-11-03", "+026-11-03", "2026-1103-",
        "20261103  ", "2026-11-03T00:00:00Z"}) {
    EXPECT_FALSE(ParseDate(text).has_value()) << text;
  }
}

TEST(DateTime, RefusesEveryOtherForm) {
  for (const std::string_view text :
       {"", "2026-11-03", "2026-11-03T00:00:00", "2026-11-03t00:00:00Z", "2026-11-03T00:00:00z", "2026-11-03 00:00:00Z",
        "2026-11-03T00:00:00.0Z", "2026-11-03T00:00:00+00:00", "2026-11-03T24:00:00Z", "2026-11-03T23:60:00Z",
        "2026-11-03T23:59:60Z", "2026-12-31T23:59:60Z", "2026-02-30T00:00:00Z", "2026-11-03T0:00:000Z",
        "2026-11-03T00-00-00Z", "2026-11-03T00:00:0xZ", "2026-11-03T+1:00:00Z", "2026-11-03T00:00:00ZZ",
        "12026-11-03T00:00:00Z"}) {
    EXPECT_FALSE(ParseDateTime(text).has_value()) << text;
  }
}

TEST(DateTimeDeathTest, HasNoFormOutsideFourDigitYears) {
  EXPECT_DEATH((void)FormatDateTime(FromEpoch(253402300800)), "0000 to 9999");
  EXPECT_DEATH((void)FormatDateTime(FromEpoch(-62167219201)), "0000 to 9999");
  EXPECT_DEATH((void)FormatDate(Time::max()), "0000 to 9999");
}

}  // namespace
}  // namespace certmark
