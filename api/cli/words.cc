#include "api/cli/words.h"

#include <algorithm>
#include <array>
#include <utility>

#include "api/convert.h"
#include "verifier-sdk/core/time.h"

namespace certmark::cli {
namespace {

// A unit is named where two of it have passed: "1 days" is never said.
constexpr std::array<std::pair<std::int64_t, std::string_view>, 3> kUnits = {{
    {86400, "days"},
    {3600, "hours"},
    {60, "minutes"},
}};

}  // namespace

// The authority is believed in what it says, but not in its numbers being times.
std::string TimeText(const google::protobuf::Timestamp& time) {
  constexpr std::int64_t kYear10000 = 253402300800;
  if (time.seconds() < 0 || time.seconds() >= kYear10000) return std::to_string(time.seconds());
  return FormatDateTime(FromEpoch(time.seconds()));
}

std::string Lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](char c) {
    if (c == '_') return '-';
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return text;
}

std::string PlatformText(v1::Platform platform) {
  const auto known = api::FromProto(platform);
  return known ? std::string(Name(*known)) : "unknown";
}

std::string AppText(v1::Platform platform, const std::string& package) {
  return PlatformText(platform) + ":" + package;
}

std::string AppText(const v1::Certification& certification) {
  return AppText(certification.platform(), certification.package());
}

std::string AmountText(std::int64_t seconds) {
  for (const auto& [length, name] : kUnits) {
    if (seconds >= 2 * length) return std::to_string(seconds / length) + " " + std::string(name);
  }
  return "a minute";
}

std::string Counted(std::uint64_t count, std::string_view one, std::string_view many) {
  return std::to_string(count) + " " + std::string(count == 1 ? one : many);
}

std::string Counted(std::uint64_t count, std::string_view one) {
  return Counted(count, one, std::string(one) + "s");
}

}  // namespace certmark::cli
