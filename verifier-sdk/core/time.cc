#include "verifier-sdk/core/time.h"

#include <optional>

#include "verifier-sdk/core/quote.h"

namespace certmark {
namespace {

using std::chrono::days;
using std::chrono::sys_days;

constexpr Time kFirst = sys_days(std::chrono::year(0) / 1 / 1);
constexpr Time kEnd = sys_days(std::chrono::year(10000) / 1 / 1);

void AppendDigits(std::string& text, unsigned value, int width) {
  std::string digits(width, '0');
  for (int i = width - 1; i >= 0; --i, value /= 10) digits[i] = static_cast<char>('0' + value % 10);
  text += digits;
}

// Digits is the number that these characters write, or more than any has where one is no digit.
constexpr unsigned kNoNumber = 100'000;
template <std::size_t kWidth>
unsigned Digits(std::string_view text, std::size_t begin) {
  unsigned value = 0;
  bool good = true;
  for (std::size_t i = begin; i < begin + kWidth; ++i) {
    const unsigned digit = static_cast<std::uint8_t>(text[i]) - unsigned{'0'};
    good &= digit <= 9;
    value = 10 * value + digit;
  }
  return good ? value : kNoNumber;
}

// DayOf reads `YYYY-MM-DD`; nothing for another form or no such day.
std::optional<sys_days> DayOf(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const unsigned year = Digits<4>(text, 0), month = Digits<2>(text, 5), day = Digits<2>(text, 8);
  if (year > 9999 || month > 12 || day > 31) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(year)), std::chrono::month(month),
                                         std::chrono::day(day)};
  if (!date.ok()) return std::nullopt;
  return sys_days(date);
}

// SecondsOf reads `hh:mm:ss`; nothing for another form or no such time of day.
std::optional<Seconds> SecondsOf(std::string_view text) {
  if (text.size() != 8 || text[2] != ':' || text[5] != ':') return std::nullopt;
  const unsigned hours = Digits<2>(text, 0), minutes = Digits<2>(text, 3), seconds = Digits<2>(text, 6);
  if (hours > 23 || minutes > 59 || seconds > 59) return std::nullopt;
  return std::chrono::hours(hours) + std::chrono::minutes(minutes) + Seconds(seconds);
}

Error Invalid(std::string_view form, std::string_view text) {
  return {ErrorCode::kInvalidArgument, "not " + std::string(form) + ": " + Quote(text)};
}

}  // namespace

std::string FormatDate(Time time) {
  if (time < kFirst || time >= kEnd) Die("a date outside the years 0000 to 9999");
  const std::chrono::year_month_day date(std::chrono::floor<days>(time));
  std::string text;
  AppendDigits(text, static_cast<unsigned>(static_cast<int>(date.year())), 4);
  text += '-';
  AppendDigits(text, static_cast<unsigned>(date.month()), 2);
  text += '-';
  AppendDigits(text, static_cast<unsigned>(date.day()), 2);
  return text;
}

std::string FormatDateTime(Time time) {
  std::string text = FormatDate(time);
  const auto second = static_cast<unsigned>((time - std::chrono::floor<days>(time)).count());
  text += 'T';
  AppendDigits(text, second / 3600, 2);
  text += ':';
  AppendDigits(text, second / 60 % 60, 2);
  text += ':';
  AppendDigits(text, second % 60, 2);
  text += 'Z';
  return text;
}

Result<Time> ParseDate(std::string_view text) {
  const auto day = DayOf(text);
  if (!day) return Invalid("a date", text);
  return Time(*day);
}

Result<Time> ParseDateTime(std::string_view text) {
  if (text.size() != 20 || text[10] != 'T' || text[19] != 'Z') return Invalid("a time in UTC", text);
  const auto day = DayOf(text.substr(0, 10));
  const auto second = SecondsOf(text.substr(11, 8));
  if (!day || !second) return Invalid("a time in UTC", text);
  return Time(*day) + *second;
}

}  // namespace certmark
