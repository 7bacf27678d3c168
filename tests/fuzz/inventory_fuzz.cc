// Whatever an operator declares of an app, the self-check answers: what is refused first, and each finding with its
// code and its reason.
#include <algorithm>

#include "ca/inventory.h"
#include "ca/schemes.h"
#include "ca/self_check.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace certmark;
  static const ca::Schemes schemes = ca::Schemes::Default().value();
  const auto inventory = ca::Inventory::Parse(fuzz::Text(data, size));
  if (!inventory) return 0;
  for (const ca::Scheme* scheme : schemes.all()) {
    const auto findings = ca::SelfCheck(
        *inventory, {.necessary = scheme->necessary ? &*scheme->necessary : nullptr, .observed = nullptr});
    const auto rank = [](const ca::Finding& finding) { return ca::Name(finding.severity) == "refused" ? 0 : 1; };
    fuzz::Require(std::ranges::is_sorted(findings, {}, rank), "what is refused comes first");
    for (const ca::Finding& finding : findings) {
      fuzz::Require(!finding.code.empty() && !finding.why.empty(), "a finding says what and why");
    }
  }
  return 0;
}
