// The inside of Verify: what flows down the ten steps of FORMATS.md §9, and what a step says when it is done.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "verifier-sdk/core/bundle.h"
#include "verifier-sdk/core/chain.h"
#include "verifier-sdk/core/status_list.h"
#include "verifier-sdk/core/verify.h"
#include "verifier-sdk/core/verify_memory.h"

namespace certmark::steps {

/// Finding is what a step found: it passed, an option of the policy skipped it, or it failed with a verdict.
struct Finding {
  StepResult result = StepResult::kFailed;
  Verdict verdict = Verdict::kUndecided;  ///< of a failed step
  std::string detail;
};
inline Finding Passed(std::string detail) {
  return {StepResult::kPassed, Verdict::kUndecided, std::move(detail)};
}
inline Finding Skipped(std::string detail) {
  return {StepResult::kSkipped, Verdict::kUndecided, std::move(detail)};
}
inline Finding Failed(Verdict verdict, std::string detail) {
  return {StepResult::kFailed, verdict, std::move(detail)};
}

/// Case is one verification: the inputs, and below them what the steps have established so far. A step may read what
/// earlier steps wrote, and nothing else.
struct Case {
  std::string_view bundle_text;
  std::span<const TrustList> lists;
  const Expected& expected;
  const Policy& policy;
  Time now;
  Memory& memory;

  Bundle bundle = {};                              // step 1
  Jws jws = {};                                    // step 1
  Credential credential = {};                      // step 1
  const TrustList* list = nullptr;                 // step 2
  std::optional<Path> path = {};                   // step 3
  Claims claims = {};                              // step 5
  std::optional<Checkpoint> checkpoint = {};       // step 8; nothing if it was skipped
  std::shared_ptr<const StatusToken> status = {};  // step 9; nothing if it was skipped
};

/// Signed is a token whose signer is to be judged: its certificates, what its payload says of itself, and the issuances
/// that are known.
struct Signed {
  const Jws& jws;
  ByteView leaf, ca;
  std::string_view iss;
  Time iat;
  std::span<const Issuance> known = {};
};

/// CheckSigner is step 3 but for blocks: alg, kid, path of `profile` at `now`, SAN and usage period. On success `path`
/// is set.
std::optional<Finding> CheckSigner(const Signed& token, const PathProfile& profile, const TrustList& list, Time now,
                                   std::optional<Path>& path);

/// Keys are the three of a path, to be looked up among the blocked ones.
inline std::array<const PublicKey*, 3> Keys(const Path& path) {
  return {&path.leaf.key(), &path.ca.key(), &path.root.key()};
}

// The steps that have a file of their own.
Finding CheckKey(Case& c);        ///< step 3, in verify_key.cc
Finding CheckSignature(Case& c);  ///< step 4, there too
Finding CheckLog(Case& c);        ///< step 8, in verify_log.cc
Finding CheckStatus(Case& c);     ///< step 9, in verify_status.cc

/// Plus adds without overflow: far in the future stays far in the future. Times here are anybody's to choose.
Time Plus(Time time, Seconds seconds);
/// Show writes a time for people: a date and time, or the bare number where no calendar reaches.
std::string Show(Time time);

}  // namespace certmark::steps
