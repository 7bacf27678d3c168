#include "ca/unit_json.h"

#include <set>

#include "ca/record_json.h"
#include "verifier-sdk/core/decimal.h"
#include "verifier-sdk/core/quote.h"

namespace certmark::ca {
namespace {

constexpr std::size_t kMaxSigners = 64;

Error Invalid(std::string message) {
  return {ErrorCode::kInvalidArgument, std::move(message)};
}

Result<void> CheckSigners(Platform platform, const std::vector<std::string>& signers) {
  if (signers.empty() || signers.size() > kMaxSigners) return Invalid("signers: not 1 to 64");
  std::set<std::string_view> seen;
  for (const std::string& signer : signers) {
    if (!IsSigner(platform, signer)) return Invalid("signers: not one of the platform: " + Quote(signer));
    if (!seen.insert(signer).second) return Invalid("signers: twice: " + Quote(signer));
  }
  return {};
}

Result<std::vector<std::string>> ReadSigners(const json::Value& object, Platform platform) {
  if (platform == Platform::kMiniprogram) {
    if (object.Find("signers")) return Invalid("signers: a miniprogram has none");
    return std::vector<std::string>{};
  }
  std::vector<std::string> signers = CM_TRY(ReadTexts(object, "signers"));
  CM_TRY(CheckSigners(platform, signers));
  return signers;
}

// A build is a number on the platforms that count, text on the others, and nothing else will do.
Result<std::string> ReadBuild(const json::Value& versions, std::string_view name, Platform platform) {
  std::string text = UsesNumberBuilds(platform) ? std::to_string(CM_TRY(versions.Number(name)))
                                                : std::string(CM_TRY(versions.String(name)));
  const auto build = Build::Parse(platform, text);
  if (!build) return Invalid("versions." + std::string(name) + ": " + build.error().message);
  return text;
}

void WriteBuild(json::Writer& writer, std::string_view name, Platform platform, const std::string& text) {
  if (!UsesNumberBuilds(platform)) return writer.Member(name, text);
  const auto number = ParseDecimal(text, json::kMaxNumber);
  if (!number) Die("a build that is no number");
  writer.Member(name, *number);
}

Result<void> CheckRange(const DocumentSubject& unit) {
  if (!unit.version_to) return {};
  const Build from = CM_TRY(Build::Parse(unit.app.platform, unit.version_from));
  const Build to = CM_TRY(Build::Parse(unit.app.platform, *unit.version_to));
  if (to < from) return Invalid("versions: ends before it begins: " + Quote(*unit.version_to));
  return {};
}

}  // namespace

Result<DocumentSubject> ReadUnit(const json::Value& object) {
  const Platform platform = CM_TRY(ParsePlatform(CM_TRY(object.String("platform"))));
  DocumentSubject unit;
  unit.app = CM_TRY(App::Create(platform, CM_TRY(object.String("package"))));
  unit.signers = CM_TRY(ReadSigners(object, platform));
  const json::Value versions = CM_TRY(object.Object("versions"));
  unit.version_from = CM_TRY(ReadBuild(versions, "from", platform));
  if (versions.Find("to")) unit.version_to = CM_TRY(ReadBuild(versions, "to", platform));
  CM_TRY(CheckRange(unit));
  return unit;
}

void WriteUnit(json::Writer& writer, const DocumentSubject& unit) {
  writer.Member("platform", Name(unit.app.platform));
  writer.Member("package", unit.app.package);
  if (unit.app.platform != Platform::kMiniprogram) writer.Strings("signers", unit.signers);
  writer.Key("versions").Object([&] {
    WriteBuild(writer, "from", unit.app.platform, unit.version_from);
    if (unit.version_to) WriteBuild(writer, "to", unit.app.platform, *unit.version_to);
  });
}

}  // namespace certmark::ca
