#include "verifier-sdk/core/names.h"

#include <algorithm>
#include <limits>

#include "verifier-sdk/core/decimal.h"
#include "verifier-sdk/core/hash.h"
#include "verifier-sdk/core/quote.h"

namespace certmark {
namespace {

constexpr std::string_view kScheme = "https://";
constexpr std::string_view kLogPath = "/log/";
constexpr std::string_view kSha256Prefix = "sha256:";
constexpr std::uint64_t kMaxVersionCode = (1ULL << 53) - 1;

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}
bool IsLower(char c) {
  return c >= 'a' && c <= 'z';
}
bool IsUpper(char c) {
  return c >= 'A' && c <= 'Z';
}
bool IsHexDigit(char c) {
  return IsDigit(c) | (c >= 'a' && c <= 'f');
}

Error Invalid(std::string_view form, std::string_view text) {
  return {ErrorCode::kInvalidArgument, "not " + std::string(form) + ": " + Quote(text)};
}

// Without a way out before the end, and of a size that the compiler knows: a million credentials have some millions of
// digests, and all of these are good.
bool IsHex256(std::string_view text) {
  constexpr std::size_t kDigits = 64;
  if (text.size() != kDigits) return false;
  std::uint8_t bad = 0;
  for (std::size_t i = 0; i < kDigits; ++i) bad |= IsHexDigit(text[i]) ? 0 : 1;
  return bad == 0;
}

// IsLabel: RFC 1123 §2.1, letters in lower case.
bool IsLabel(std::string_view label) {
  if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-') return false;
  return std::ranges::all_of(label, [](char c) { return IsLower(c) || IsDigit(c) || c == '-'; });
}

bool IsDnsName(std::string_view name) {
  if (name.size() > 253) return false;
  for (std::size_t dot = name.find('.'); dot != name.npos; dot = name.find('.')) {
    if (!IsLabel(name.substr(0, dot))) return false;
    name.remove_prefix(dot + 1);
  }
  return IsLabel(name);
}

bool IsPort(std::string_view text) {
  const auto port = ParseDecimal(text, 65535);
  return port && *port != 0 && *port != 443;
}

bool IsNumbered(std::string_view prefix, std::string_view text) {
  constexpr std::size_t kSize = 3 + 5 + 10 + 1;
  if (text.size() != kSize || !text.starts_with(prefix) || text[7] != '-') return false;
  if (!std::ranges::all_of(text.substr(3, 4), IsDigit)) return false;
  const auto check = CheckSymbolValue(text.substr(8, 10));
  return check && *check < static_cast<int>(kCrockford.size()) && kCrockford[*check] == text.back();
}

// CompareDecimals compares plain decimals of any length.
std::strong_ordering CompareDecimals(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return a.size() <=> b.size();
  return a <=> b;
}

}  // namespace

bool IsAuthority(std::string_view text) {
  if (!text.starts_with(kScheme)) return false;
  text.remove_prefix(kScheme.size());
  const std::size_t colon = text.find(':');
  if (colon == text.npos) return IsDnsName(text);
  return IsDnsName(text.substr(0, colon)) && IsPort(text.substr(colon + 1));
}

std::string LogOrigin(std::string_view authority, std::uint32_t number) {
  if (authority.starts_with(kScheme)) authority.remove_prefix(kScheme.size());
  return std::string(authority) + std::string(kLogPath) + std::to_string(number);
}

Result<std::uint32_t> ParseLogOrigin(std::string_view authority, std::string_view origin) {
  const std::size_t slash = origin.rfind('/');
  const auto number =
      ParseDecimal(slash == origin.npos ? "" : origin.substr(slash + 1), std::numeric_limits<std::uint32_t>::max());
  if (!number || LogOrigin(authority, static_cast<std::uint32_t>(*number)) != origin) {
    return Invalid("a log origin of " + Quote(authority), origin);
  }
  return static_cast<std::uint32_t>(*number);
}

std::string_view Name(Platform platform) {
  switch (platform) {
    case Platform::kAndroid:
      return "android";
    case Platform::kIos:
      return "ios";
    case Platform::kHarmonyos:
      return "harmonyos";
    case Platform::kMiniprogram:
      return "miniprogram";
  }
  Die("no such platform");
}

Result<Platform> ParsePlatform(std::string_view text) {
  for (const auto platform : {Platform::kAndroid, Platform::kIos, Platform::kHarmonyos, Platform::kMiniprogram}) {
    if (text == Name(platform)) return platform;
  }
  return Invalid("a platform", text);
}

Result<App> App::Parse(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == text.npos) return Invalid("platform:package", text);
  const Platform platform = CM_TRY(ParsePlatform(text.substr(0, colon)));
  return Create(platform, text.substr(colon + 1));
}

Result<App> App::Create(Platform platform, std::string_view package) {
  const auto allowed = [](char c) { return c > ' ' && c <= '~' && c != '/' && c != ':'; };
  if (package.empty() || package.size() > 255 || !std::ranges::all_of(package, allowed)) {
    return Invalid("a package name", package);
  }
  return App{platform, std::string(package)};
}

std::string App::ToText() const {
  return std::string(Name(platform)) + ":" + package;
}

bool IsSigner(Platform platform, std::string_view text) {
  switch (platform) {
    case Platform::kAndroid:
    case Platform::kHarmonyos:
      return IsHex256(text);
    case Platform::kIos:
      return text.size() == 10 && std::ranges::all_of(text, [](char c) { return IsUpper(c) || IsDigit(c); });
    case Platform::kMiniprogram:
      return false;
  }
  return false;
}

Build Build::FromNumber(std::uint64_t version_code) {
  Build build;
  build.text_ = std::to_string(version_code);
  build.parts_[0] = build.text_;
  build.is_number_ = true;
  return build;
}

Result<Build> Build::FromText(std::string_view text) {
  Build build;
  build.text_ = text;
  std::size_t begin = 0;
  for (std::size_t part = 0;; ++part) {
    const std::size_t end = std::min(text.find('.', begin), text.size());
    const std::string_view digits = text.substr(begin, end - begin);
    if (part == build.parts_.size() || !IsDecimal(digits)) return Invalid("a build of 1 to 3 integers", text);
    build.parts_[part] = digits;
    if (end == text.size()) return build;
    begin = end + 1;
  }
}

Result<Build> Build::Parse(Platform platform, std::string_view text) {
  if (!UsesNumberBuilds(platform)) return FromText(text);
  const auto number = ParseDecimal(text, kMaxVersionCode);
  if (!number) return Invalid("a version code", text);
  return FromNumber(*number);
}

std::strong_ordering Build::operator<=>(const Build& other) const {
  if (is_number_ != other.is_number_) return is_number_ <=> other.is_number_;
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    const std::strong_ordering order = CompareDecimals(parts_[i], other.parts_[i]);
    if (order != std::strong_ordering::equal) return order;
  }
  return std::strong_ordering::equal;
}

bool UsesNumberBuilds(Platform platform) {
  return platform == Platform::kAndroid || platform == Platform::kHarmonyos;
}

bool IsCertificationNumber(std::string_view text) {
  return IsNumbered("CM-", text);
}

bool IsOrderNumber(std::string_view text) {
  return IsNumbered("CO-", text);
}

std::optional<int> CheckSymbolValue(std::string_view ten_symbols) {
  if (ten_symbols.size() != 10) return std::nullopt;
  std::uint64_t number = 0;  // ten symbols are 50 bits
  for (const char c : ten_symbols) {
    const std::size_t value = kCrockford.find(c);
    if (value == kCrockford.npos) return std::nullopt;
    number = number << 5 | value;
  }
  return static_cast<int>(number % 37);
}

bool IsSha256Uri(std::string_view text) {
  return text.starts_with(kSha256Prefix) && IsHex256(text.substr(kSha256Prefix.size()));
}

std::string Sha256Uri(ByteView bytes) {
  return std::string(kSha256Prefix) + Sha256(bytes).Hex();
}

}  // namespace certmark
