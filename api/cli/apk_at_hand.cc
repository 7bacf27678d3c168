#include "api/cli/apk_at_hand.h"

#include <algorithm>

namespace certmark::cli {
namespace {

std::vector<std::string> Hexes(const std::vector<Hash>& hashes) {
  std::vector<std::string> out;
  for (const Hash& hash : hashes) out.push_back(hash.Hex());
  return out;
}

std::string Joined(const std::vector<Hash>& hashes) {
  std::string out;
  for (const Hash& hash : hashes) out += (out.empty() ? "" : ", ") + hash.Hex();
  return out;
}

std::string PlatformsOf(const apk::SdkRange& range) {
  const std::string first = "Android platform " + std::to_string(range.first);
  if (range.first == range.last) return first;
  return first + (range.last == apk::kLastSdk ? " and later" : " to " + std::to_string(range.last));
}

}  // namespace

Result<Expected> ExpectedOf(const apk::VerifiedApk& apk) {
  Expected expected;
  expected.app = CM_TRY(App::Create(Platform::kAndroid, apk.manifest.package));
  expected.signers = apk.Signers();
  expected.build = apk.Build();
  return expected;
}

bool Refuses(const Error& error) {
  return error.code == ErrorCode::kInvalidArgument || error.code == ErrorCode::kNotFound ||
         error.code == ErrorCode::kCorruption || error.code == ErrorCode::kFailedPrecondition;
}

void ShowApk(Console& console, const apk::VerifiedApk& apk) {
  console.Line("  " + apk.manifest.package + ", build " + apk.Build() + ", by the file's own signatures:");
  for (const apk::PlatformSigners& platform : apk.platforms) {
    std::string line = "    " + PlatformsOf(platform.platforms) + ": " + std::string(Name(platform.scheme)) + ", " +
                       Joined(platform.signers);
    if (!platform.lineage.empty()) line += ", after " + Joined(platform.lineage);
    console.Line(line);
  }
}

void WriteApk(json::Writer& w, const apk::VerifiedApk& apk) {
  w.Object([&] {
    w.Member("package", apk.manifest.package);
    w.Member("build", apk.Build());
    w.Strings("signers", apk.Signers());
    w.Key("platforms").Array([&] {
      for (const apk::PlatformSigners& platform : apk.platforms) {
        w.Object([&] {
          w.Member("first", platform.platforms.first);
          if (platform.platforms.last != apk::kLastSdk) w.Member("last", platform.platforms.last);
          w.Member("scheme", Name(platform.scheme));
          w.Strings("signers", Hexes(platform.signers));
          w.Strings("lineage", Hexes(platform.lineage));
        });
      }
    });
  });
}

}  // namespace certmark::cli
