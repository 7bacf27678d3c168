// Verify: the ten steps of FORMATS.md §9, in order, the first that fails is the verdict.
//
// Pure: no network, no files, no clock, no globals. Everything it believes is an argument.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "verifier-sdk/core/checkpoint.h"
#include "verifier-sdk/core/credential.h"
#include "verifier-sdk/core/note.h"
#include "verifier-sdk/core/trust_list.h"

namespace certmark {

/// Verdict is the answer. The zero value is never good.
enum class Verdict : std::uint8_t {
  kUndecided = 0,
  kValid,
  kMalformed,
  kUntrustedIssuer,
  kBadSignature,
  kNotYetValid,
  kExpired,
  kWrongApp,
  kWrongSigner,
  kWrongVersion,
  kNotAccepted,
  kNotLogged,
  kNotWitnessed,
  kStatusUnknown,
  kStatusStale,
  kRevoked,
  kSuspended,
  kEnded,
};
/// Name is the verdict in FORMATS.md's spelling, for example "WRONG_SIGNER".
std::string_view Name(Verdict verdict);

/// Expected is the app at hand, from the file or the listing, never from the bundle.
struct Expected {
  App app;
  std::vector<std::string> signers;  ///< its current signing identities; empty: not told
  std::optional<std::string> build;  ///< as the platform writes it; nothing: not told
};

/// Allow names what a policy gives up. Each skips exactly what FORMATS.md §9 says.
enum class Allow : std::uint8_t {
  kTestAuthority,  ///< "AllowTestAuthority": a test authority certifies nothing
  kUnboundSigner,  ///< "AllowUnboundSigner": the credential may be another signer's; for listing and ranking
  kUnknownBuild,   ///< "AllowUnknownBuild": the build may be outside the certified range; for listing and ranking
  kUnlogged,       ///< "AllowUnlogged": a credential nobody can audit
  kUnwitnessed,    ///< "AllowUnwitnessed": a log that may show others something else
  kUnknownStatus,  ///< "AllowUnknownStatus": it may be suspended or revoked
};
std::string_view Name(Allow allow);
std::optional<Allow> ParseAllow(std::string_view name);

struct Policy {
  std::set<Allow> allow;
  std::vector<std::string> schemes;  ///< accepted; empty: any
  std::vector<std::string> levels;   ///< accepted; empty: any
  /// own_witnesses with their threshold replace the list's witnesses and quorum.
  struct WitnessSet {
    std::vector<NoteKey> keys;
    std::size_t threshold = 0;
  };
  std::optional<WitnessSet> own_witnesses;
  Seconds status_age{24 * 3600};
  Seconds skew{60};
  std::optional<Time> min_status_iat;
  /// min_checkpoint is a checkpoint seen before: a bundle whose checkpoint is of this log and smaller is stale.
  struct MinCheckpoint {
    std::string origin;
    std::uint64_t size = 0;
  };
  std::optional<MinCheckpoint> min_checkpoint;

  bool allows(Allow option) const { return allow.contains(option); }
};

enum class StepResult : std::uint8_t { kNotReached, kPassed, kSkipped, kFailed };
/// Name is the result in words, for example "not reached".
std::string_view Name(StepResult result);

/// Step is what one of the ten steps found; `detail` is one line for people.
struct Step {
  int number = 0;
  std::string_view name;  ///< "parse", "authority", "key", …
  StepResult result = StepResult::kNotReached;
  std::string detail;
};

/// Outcome is the verdict, the step that gave it (10 for the four values of step 10), why, and all ten steps.
struct Outcome {
  Verdict verdict = Verdict::kUndecided;
  int step = 0;
  std::string reason;
  std::vector<Step> steps;
  std::optional<Credential> credential;  ///< as soon as step 1 passed: its content is not believed unless VALID
  // Of what passed its step, whatever the verdict: to show, and to keep as the policy's floors.
  std::optional<Time> valid_until;       ///< step 5
  std::optional<Checkpoint> checkpoint;  ///< step 8
  std::optional<Time> status_iat;        ///< step 9
};

/// Verify judges `bundle` (bytes as received) for `expected` at `now`. `lists` are accepted trust lists; of several of
/// one authority the one of the highest seq counts. Total: every input has an outcome.
Outcome Verify(std::string_view bundle, std::span<const TrustList> lists, const Expected& expected,
               const Policy& policy, Time now);

namespace steps {
class Memory;
}

/// Verifier is `Verify` for whoever verifies much: it remembers which certificates were issued, which checkpoints
/// signed and cosigned, and which status lists signed and inflated, so that the same bytes are not verified twice. No
/// outcome depends on what it remembers, for whom to trust and what is valid, blocked, fresh or asked for is judged
/// each time. Only what a trust list vouches for is kept, at most some megabytes of it (verify_memory.h). Safe to use
/// from many threads.
class Verifier {
 public:
  Verifier(std::vector<TrustList> lists, Policy policy);

  /// With is a verifier of other lists and another policy that shares this one's memory.
  Verifier With(std::vector<TrustList> lists, Policy policy) const;

  /// Verify is `Verify(bundle, lists, expected, policy, now)`.
  Outcome Verify(std::string_view bundle, const Expected& expected, Time now) const;

 private:
  Verifier(std::vector<TrustList> lists, Policy policy, std::shared_ptr<steps::Memory> memory);
  std::vector<TrustList> lists_;
  Policy policy_;
  std::shared_ptr<steps::Memory> memory_;  ///< shared with those that `With` made
};

}  // namespace certmark
