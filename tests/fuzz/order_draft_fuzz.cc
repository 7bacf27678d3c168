// The draft of an order says the same when it is written and read again; one that holds against an edition names each
// finding once, and days that have been.
#include <set>

#include "ca/order_draft.h"
#include "ca/schemes.h"
#include "tests/fuzz/fuzz.h"

namespace {

using namespace certmark;

void Hold(const ca::OrderDraft& draft, const ca::Scheme& scheme) {
  constexpr Time kNow{Seconds{1793664000}};
  if (!ca::CheckAgainst(draft, scheme, Platform::kAndroid, kNow)) return;
  const std::set<std::string> findings(draft.findings.begin(), draft.findings.end());
  fuzz::Require(!findings.empty() && findings.size() == draft.findings.size(), "findings stand once");
  for (const std::string& code : findings) fuzz::Require(scheme.Find(code) != nullptr, "a finding is a criterion");
  fuzz::Require(Time{} <= draft.tested_first && draft.tested_first <= draft.tested_last, "days in order");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const ca::Schemes schemes = ca::Schemes::Default().value();
  const auto draft = fuzz::RoundTrip<ca::OrderDraft>(fuzz::Text(data, size));
  if (!draft) return 0;
  for (const ca::Scheme* scheme : schemes.all()) Hold(*draft, *scheme);
  return 0;
}
