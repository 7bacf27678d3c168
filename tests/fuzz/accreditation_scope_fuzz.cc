// What somebody is accredited for names each scheme and platform once, and covers exactly the pairs of those.
#include <algorithm>

#include "ca/accreditation.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace certmark;
  const auto scope = fuzz::RoundTrip<ca::AccreditationScope>(fuzz::Text(data, size));
  if (!scope) return 0;
  const auto once_in_order = [](const auto& values) {
    return !values.empty() && std::ranges::is_sorted(values) &&
           std::ranges::adjacent_find(values) == std::ranges::end(values);
  };
  fuzz::Require(once_in_order(scope->schemes), "schemes stand once, in order");
  fuzz::Require(once_in_order(scope->platforms), "platforms stand once, in order");
  ca::Accreditation accreditation;
  accreditation.scope = *scope;
  for (const std::string& scheme : scope->schemes) {
    for (const Platform platform : {Platform::kAndroid, Platform::kIos, Platform::kHarmonyos, Platform::kMiniprogram}) {
      const bool named = std::ranges::find(scope->platforms, platform) != scope->platforms.end();
      fuzz::Require(accreditation.Covers(scheme, platform) == named, "it covers what it names");
    }
  }
  return 0;
}
