#include "verifier-sdk/abi/apk_facts.h"

#include <utility>

#include "verifier-sdk/core/names.h"

namespace certmark::abi {
namespace {

constexpr bool Is(apk::Scheme scheme, int number) {
  return static_cast<int>(scheme) == number;
}
static_assert(Is(apk::Scheme::kV1, CERTMARK_APK_V1) && Is(apk::Scheme::kV2, CERTMARK_APK_V2) &&
              Is(apk::Scheme::kV3, CERTMARK_APK_V3) && Is(apk::Scheme::kV31, CERTMARK_APK_V31));
static_assert(apk::kLastSdk == CERTMARK_APK_LATER);

}  // namespace

const char* ApkFacts::Keep(std::string text) {
  return texts_.emplace_back(std::move(text)).c_str();
}

const char* const* ApkFacts::Keep(const std::vector<std::string>& texts) {
  std::vector<const char*>& list = lists_.emplace_back();
  for (const std::string& text : texts) list.push_back(Keep(text));
  return list.data();
}

const char* const* ApkFacts::Keep(const std::vector<Hash>& hashes) {
  std::vector<std::string> texts;
  for (const Hash& hash : hashes) texts.push_back(hash.Hex());
  return Keep(texts);
}

void ApkFacts::Keep(const apk::PlatformSigners& platform) {
  certmark_apk_platform& told = platforms_.emplace_back();
  told.struct_size = sizeof told;
  told.first = platform.platforms.first;
  told.last = platform.platforms.last;
  told.scheme = static_cast<std::uint32_t>(platform.scheme);
  told.signers = Keep(platform.signers);
  told.signers_count = platform.signers.size();
  told.lineage = Keep(platform.lineage);
  told.lineage_count = platform.lineage.size();
  platform_list_.push_back(&told);
}

Result<ApkFacts> ApkFacts::Of(const apk::SignedApk& apk) {
  const App app = CM_TRY(App::Create(Platform::kAndroid, apk.manifest.package));
  const std::vector<std::string> signers = apk.Signers();
  ApkFacts out;
  for (const apk::PlatformSigners& platform : apk.platforms) out.Keep(platform);
  out.facts_.app = out.Keep(app.ToText());
  out.facts_.package = out.Keep(app.package);
  out.facts_.build = out.Keep(apk.Build());
  out.facts_.version_code = apk.manifest.version_code;
  out.facts_.min_sdk = apk.manifest.min_sdk.value_or(1);
  out.facts_.target_sdk = apk.manifest.target_sdk.value_or(out.facts_.min_sdk);
  out.facts_.signers = out.Keep(signers);
  out.facts_.signers_count = signers.size();
  out.facts_.platforms = out.platform_list_.data();
  out.facts_.platforms_count = out.platform_list_.size();
  return out;
}

}  // namespace certmark::abi
