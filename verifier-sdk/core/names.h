// The names of FORMATS.md §1: authority, app, signer, build, certification number, log origin.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "verifier-sdk/core/bytes.h"
#include "verifier-sdk/core/result.h"

namespace certmark {

/// IsAuthority: `https://`, a lower-case DNS name, an optional `:port` (1–65535, never 443, no leading zero), nothing
/// else.
bool IsAuthority(std::string_view text);

/// LogOrigin names log `number` of an authority: the authority without its scheme, `/log/`, the number in decimal.
std::string LogOrigin(std::string_view authority, std::uint32_t number);
/// ParseLogOrigin returns the log number iff `origin` is that authority's origin of some number.
Result<std::uint32_t> ParseLogOrigin(std::string_view authority, std::string_view origin);

enum class Platform : std::uint8_t { kAndroid, kIos, kHarmonyos, kMiniprogram };
std::string_view Name(Platform platform);
Result<Platform> ParsePlatform(std::string_view text);

/// App is a platform and a package name, written `platform:package`.
struct App {
  Platform platform = Platform::kAndroid;
  std::string package;

  /// Parse splits and checks `platform:package`; the package is 1–255 printable ASCII without space, `/`, `:`.
  static Result<App> Parse(std::string_view text);
  /// Create checks the package name.
  static Result<App> Create(Platform platform, std::string_view package);
  std::string ToText() const;
  auto operator<=>(const App&) const = default;
};

/// IsSigner: 64 lower-case hex digits (android, harmonyos), `[A-Z0-9]{10}` (ios), never true for a miniprogram.
bool IsSigner(Platform platform, std::string_view text);

/// Build orders the builds of one platform: an integer versionCode (android, harmonyos), or 1–3 dot-separated integers
/// (ios, miniprogram), compared one by one, a missing one counting as 0. Integers in text may be of any length. The
/// zero value is the dotted build `0`.
class Build {
 public:
  /// FromNumber is a build of android or harmonyos.
  static Build FromNumber(std::uint64_t version_code);
  /// FromText is a build of ios or miniprogram. InvalidArgument: not 1–3 plain decimals without leading zero.
  static Result<Build> FromText(std::string_view text);
  /// Parse reads what a person types, by the platform: decimal up to 2^53−1 for android and harmonyos.
  static Result<Build> Parse(Platform platform, std::string_view text);

  /// is_number tells an integer build from a dotted one; the two never belong to one platform.
  bool is_number() const { return is_number_; }
  const std::string& text() const { return text_; }

  std::strong_ordering operator<=>(const Build& other) const;
  bool operator==(const Build& other) const { return (*this <=> other) == std::strong_ordering::equal; }

 private:
  std::string text_ = "0";
  std::array<std::string, 3> parts_ = {"0", "0", "0"};
  bool is_number_ = false;
};
/// UsesNumberBuilds is true for android and harmonyos.
bool UsesNumberBuilds(Platform platform);

/// Certification and order numbers: prefix `CM` or `CO`, `-YYYY-`, ten Crockford base32 symbols, their check symbol
/// (the ten read as one number, mod 37, always below 32).
bool IsCertificationNumber(std::string_view text);
bool IsOrderNumber(std::string_view text);
/// CheckSymbolValue is the ten symbols read as one base-32 number, mod 37, or nothing if one is no symbol. Upper case
/// only.
std::optional<int> CheckSymbolValue(std::string_view ten_symbols);
/// kCrockford holds the 32 symbols in order of value.
inline constexpr std::string_view kCrockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// IsSha256Uri: `sha256:` and 64 lower-case hex digits.
bool IsSha256Uri(std::string_view text);
/// Sha256Uri names bytes by their digest in that form.
std::string Sha256Uri(ByteView bytes);

}  // namespace certmark
