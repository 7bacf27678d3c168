#include "ca/package_name.h"

#include <algorithm>
#include <array>

namespace certmark::ca {
namespace {

bool IsLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool IsLetterOrDigit(char c) {
  return IsLetter(c) || (c >= '0' && c <= '9');
}
bool IsWordCharacter(char c) {
  return IsLetterOrDigit(c) || c == '_';
}
bool IsBundleCharacter(char c) {
  return IsLetterOrDigit(c) || c == '-';
}

// Grammar is what the platform itself allows in a package name: dotted parts.
struct Grammar {
  bool (*first)(char);
  bool (*rest)(char);
  std::size_t least_parts;
};

Grammar GrammarOf(Platform platform) {
  switch (platform) {
    case Platform::kAndroid:
    case Platform::kHarmonyos:
      return {IsLetter, IsWordCharacter, 2};
    case Platform::kIos:
      return {IsLetterOrDigit, IsBundleCharacter, 2};
    case Platform::kMiniprogram:
      return {IsLetterOrDigit, IsLetterOrDigit, 1};
  }
  Die("no such platform");
}

bool IsPart(std::string_view part, const Grammar& grammar) {
  return !part.empty() && grammar.first(part.front()) && std::ranges::all_of(part.substr(1), grammar.rest);
}

// The first two parts that Android Studio, Flutter, Xcode, Xamarin, Unity and their tutorials write into a new project.
constexpr std::array<std::string_view, 12> kPlaceholders = {
    "com.example",  "com.yourcompany", "com.mycompany", "com.companyname",    "com.yourname",     "com.yourdomain",
    "com.mydomain", "com.yourapp",     "com.myapp",     "com.defaultcompany", "com.your_company", "io.ionic.starter",
};
constexpr std::array<std::string_view, 2> kReserved = {"org.example", "net.example"};

std::string Lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

// IsWithin: `package` is `prefix` or has it as its first parts, whole.
bool IsWithin(std::string_view package, std::string_view prefix) {
  return package.starts_with(prefix) && (package.size() == prefix.size() || package[prefix.size()] == '.');
}

}  // namespace

bool IsPackageName(const App& app) {
  const Grammar grammar = GrammarOf(app.platform);
  std::string_view rest = app.package;
  std::size_t parts = 1;
  for (std::size_t dot; (dot = rest.find('.')) != rest.npos; ++parts) {
    if (!IsPart(rest.substr(0, dot), grammar)) return false;
    rest.remove_prefix(dot + 1);
  }
  const bool dotted = app.platform != Platform::kMiniprogram || parts == 1;
  return dotted && parts >= grammar.least_parts && IsPart(rest, grammar);
}

bool IsPlaceholderPackage(std::string_view package) {
  const std::string lower = Lower(package);
  return std::ranges::any_of(kPlaceholders, [&](std::string_view prefix) { return IsWithin(lower, prefix); });
}

bool IsReservedPackage(std::string_view package) {
  const std::string lower = Lower(package);
  return std::ranges::any_of(kReserved, [&](std::string_view prefix) { return IsWithin(lower, prefix); });
}

bool IsDebugPackage(std::string_view package) {
  return Lower(package).ends_with(".debug");
}

}  // namespace certmark::ca
