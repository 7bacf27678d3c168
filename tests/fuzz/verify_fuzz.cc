// Whatever the bundle says: there is an outcome, and nothing is valid to whom trusts nobody.
#include "tests/fuzz/fuzz.h"
#include "verifier-sdk/core/verify.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace certmark;
  Policy policy;
  policy.allow = {Allow::kTestAuthority, Allow::kUnboundSigner, Allow::kUnknownBuild,
                  Allow::kUnlogged,      Allow::kUnwitnessed,   Allow::kUnknownStatus};
  const Outcome outcome = Verify(fuzz::Text(data, size), {}, Expected{}, policy, FromEpoch(1793664000));
  const bool untrusted = outcome.verdict == Verdict::kUntrustedIssuer && outcome.step == 2;
  const bool malformed = outcome.verdict == Verdict::kMalformed && outcome.step == 1;
  fuzz::Require(untrusted || malformed, "without a trust list nothing goes beyond step 2");
  fuzz::Require(outcome.steps.size() == 10 && !outcome.reason.empty(), "an outcome is whole");
  return 0;
}
