// What the verifier's parts cost on this machine. Figures to compare within one run: `core_bench
// --benchmark_format=json`.
#include <benchmark/benchmark.h>

#include "tests/support/test_authority.h"
#include "verifier-sdk/core/bundle.h"

namespace certmark::testing {
namespace {

// The limit for whatever verifies: one P-256 signature, its key parsed once.
void VerifyOneSignature(benchmark::State& state) {
  const TestCase c;
  const PublicKey key = c.credential_key.public_key();
  const Bytes signature = c.credential_key.Sign("message");
  for (auto _ : state) {
    benchmark::DoNotOptimize(key.Verify(AsBytes("message"), signature));
  }
}
BENCHMARK(VerifyOneSignature);

void VerifyABundleCold(benchmark::State& state) {
  const TestCase c;
  const Made made = c.Make();
  for (auto _ : state) {
    const Outcome outcome = Verify(made.bundle, made.lists, c.expected, c.policy, c.now);
    if (outcome.verdict != Verdict::kValid) state.SkipWithError(outcome.reason.c_str());
  }
}
BENCHMARK(VerifyABundleCold);

// As whoever verifies many of one authority does, and the authority itself.
void VerifyABundleOfAKnownIssuer(benchmark::State& state) {
  const TestCase c;
  const Made made = c.Make();
  const Verifier verifier(made.lists, c.policy);
  for (auto _ : state) {
    const Outcome outcome = verifier.Verify(made.bundle, c.expected, c.now);
    if (outcome.verdict != Verdict::kValid) state.SkipWithError(outcome.reason.c_str());
  }
}
BENCHMARK(VerifyABundleOfAKnownIssuer);

void ParseACredential(benchmark::State& state) {
  const std::string claims = ExampleClaims();
  for (auto _ : state) benchmark::DoNotOptimize(ParseCredential(claims));
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * claims.size()));
}
BENCHMARK(ParseACredential);

void HashANode(benchmark::State& state) {
  Hash left = EmptyRoot();
  for (auto _ : state) benchmark::DoNotOptimize(left = NodeHash(left, left));
}
BENCHMARK(HashANode);

}  // namespace
}  // namespace certmark::testing

BENCHMARK_MAIN();
