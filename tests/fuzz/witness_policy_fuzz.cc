// A policy is within its limits, a quorum of all is one whenever any is, and more cosignatures never unmake a quorum.
#include "ledger/witness_policy.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace certmark;
  using certmark::ledger::WitnessPolicy;
  const auto policy = WitnessPolicy::Parse(fuzz::Text(data, size));
  if (!policy) return 0;
  const std::size_t count = policy->witnesses().size();
  fuzz::Require(count <= WitnessPolicy::kMaxWitnesses, "few witnesses");
  fuzz::Require(policy->IsMetBy(std::vector<bool>(count, true)), "all witnesses are a quorum");
  std::vector<bool> cosigned(count);
  fuzz::Require(policy->IsMetBy(cosigned) == policy->fail_open(), "nobody is a quorum of `none` alone");
  for (std::size_t i = 0; i < count; ++i) {
    const bool before = policy->IsMetBy(cosigned);
    cosigned[i] = true;
    fuzz::Require(!before || policy->IsMetBy(cosigned), "one more cosignature unmakes no quorum");
  }
  return 0;
}
