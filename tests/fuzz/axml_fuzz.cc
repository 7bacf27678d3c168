// A manifest is read within the file and within its limits, the same each time; what is accepted names a package and
// each permission once.
#include <algorithm>

#include "tests/fuzz/fuzz.h"
#include "verifier-sdk/apk/axml.h"
#include "verifier-sdk/apk/manifest.h"

namespace certmark::apk {
namespace {

void CheckNesting(const std::vector<Element>& elements) {
  fuzz::Require(!elements.empty() && elements.front().depth == 0, "the root comes first");
  for (std::size_t i = 1; i < elements.size(); ++i) {
    fuzz::Require(elements[i].depth > 0, "there is one root");
    fuzz::Require(elements[i].depth <= elements[i - 1].depth + 1,
                  "an element is at most one deeper than the one before");
  }
}

void CheckManifest(const Manifest& manifest) {
  fuzz::Require(!manifest.package.empty(), "a manifest names a package");
  std::vector<std::string> permissions = manifest.permissions;
  std::ranges::sort(permissions);
  fuzz::Require(std::ranges::adjacent_find(permissions) == permissions.end(), "each permission stands once");
}

}  // namespace
}  // namespace certmark::apk

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace certmark::apk;
  const certmark::ByteView bytes(data, size);
  const auto elements = ParseAxml(bytes);
  if (elements) CheckNesting(*elements);
  const auto manifest = ParseManifest(bytes);
  if (!manifest) return 0;
  certmark::fuzz::Require(elements.has_value(), "a manifest is made of elements");
  CheckManifest(*manifest);
  return 0;
}
