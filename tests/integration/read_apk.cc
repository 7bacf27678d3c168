// read_apk reads lines of `FILE <tab> MIN <tab> MAX` (platforms that count; 0: as the manifest says, and all later
// ones) and answers each by a JSON object in a line: what VerifyApk finds. For tests/integration/apks_signed.py.
#include <cstdio>
#include <iostream>
#include <string>

#include "verifier-sdk/apk/verify_apk.h"
#include "verifier-sdk/core/json.h"

namespace certmark::apk {
namespace {

ApkPolicy PolicyOf(const std::string& min, const std::string& max) {
  ApkPolicy policy;
  if (min != "0") policy.min_sdk = static_cast<std::uint32_t>(std::stoul(min));
  if (max != "0") policy.max_sdk = static_cast<std::uint32_t>(std::stoul(max));
  return policy;
}

std::vector<std::string> Hexes(const std::vector<Hash>& hashes) {
  std::vector<std::string> out;
  for (const Hash& hash : hashes) out.push_back(hash.Hex());
  return out;
}

std::vector<std::string> Names(const std::vector<Scheme>& schemes) {
  std::vector<std::string> out;
  for (const Scheme scheme : schemes) out.emplace_back(Name(scheme));
  return out;
}

void WritePlatforms(json::Writer& w, const std::vector<PlatformSigners>& platforms) {
  w.Key("platforms").Array([&] {
    for (const PlatformSigners& platform : platforms) {
      w.Object([&] {
        w.Member("first", platform.platforms.first);
        w.Member("last", platform.platforms.last);
        w.Member("scheme", Name(platform.scheme));
        w.Strings("signers", Hexes(platform.signers));
        w.Strings("lineage", Hexes(platform.lineage));
      });
    }
  });
}

std::string Answer(const std::string& file, const ApkPolicy& policy) {
  const auto apk = VerifyApk(file, policy);
  const auto unchecked = ReadApkContentsUnchecked(file, policy);
  json::Writer w;
  w.Object([&] {
    w.Member("unchecked", unchecked.has_value());
    w.Member("verified", apk.has_value());
    if (!apk) {
      w.Member("code", Name(apk.error().code));
      w.Member("reason", apk.error().message);
      return;
    }
    w.Member("package", apk->manifest.package);
    w.Member("build", apk->Build());
    w.Strings("signers", apk->Signers());
    w.Strings("schemes", Names(apk->schemes));
    WritePlatforms(w, apk->platforms);
  });
  return w.Take();
}

}  // namespace
}  // namespace certmark::apk

int main() {
  for (std::string file, min, max;
       std::getline(std::cin, file, '\t') && std::getline(std::cin, min, '\t') && std::getline(std::cin, max);) {
    std::cout << certmark::apk::Answer(file, certmark::apk::PolicyOf(min, max)) << "\n" << std::flush;
  }
  return 0;
}
