#include "verifier-sdk/core/time.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <ctime>
#include <optional>
#include <string>

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

// ReadPlainly is the form's description again: its marks, its digits, and libc's calendar, which carries what is too
// much over and so gives another time.
std::optional<std::int64_t> ReadPlainly(const std::string& text) {
  constexpr std::string_view kForm = "dddd-dd-ddTdd:dd:ddZ";
  const auto fits = [](char c, char form) { return form == 'd' ? c >= '0' && c <= '9' : c == form; };
  if (!std::ranges::equal(text, kForm, fits)) return std::nullopt;
  const auto number = [&](std::size_t at, std::size_t width) { return std::stoi(text.substr(at, width)); };
  std::tm told{};
  told.tm_year = number(0, 4) - 1900;
  told.tm_mon = number(5, 2) - 1;
  told.tm_mday = number(8, 2);
  told.tm_hour = number(11, 2);
  told.tm_min = number(14, 2);
  told.tm_sec = number(17, 2);
  std::tm meant = told;
  const std::int64_t epoch = ::timegm(&meant);
  const bool same = meant.tm_year == told.tm_year && meant.tm_mon == told.tm_mon && meant.tm_mday == told.tm_mday &&
                    meant.tm_hour == told.tm_hour && meant.tm_min == told.tm_min && meant.tm_sec == told.tm_sec;
  return same ? std::optional(epoch) : std::nullopt;
}

TEST(DateTime, IsReadAsItsFormSaysWhateverByteStandsWhere) {
  const std::string good = "2026-11-03T12:04:05Z";
  for (std::size_t at = 0; at < good.size(); ++at) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string text = good;
      text[at] = static_cast<char>(byte);
      const auto parsed = ParseDateTime(text);
      const auto plain = ReadPlainly(text);
      ASSERT_EQ(parsed ? std::optional(ToEpoch(*parsed)) : std::nullopt, plain) << at << ": " << byte;
      const bool is_date = at >= 10 || plain;
      ASSERT_EQ(ParseDate(std::string_view(text).substr(0, 10)).has_value(), is_date) << at << ": " << byte;
    }
  }
}

TEST(DateTimeDeathTest, HasNoFormOutsideFourDigitYears) {
  EXPECT_DEATH((void)FormatDateTime(FromEpoch(253402300800)), "0000 to 9999");
  EXPECT_DEATH((void)FormatDateTime(FromEpoch(-62167219201)), "0000 to 9999");
  EXPECT_DEATH((void)FormatDate(Time::max()), "0000 to 9999");
}

}  // namespace
}  // namespace certmark
