// Witnesses: what a daemon asks of them, before it writes and while it does.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>

#include "ledger/cosigner.h"
#include "ledger/log.h"
#include "ledger/outside_view.h"
#include "ledger/witness_policy.h"
#include "verifier-sdk/core/trust_list.h"

namespace certmark::api {

/// LoadWitnessPolicy reads a policy file; without a name the policy is `quorum none` over no witness. InvalidArgument
/// or NotFound names the file. FailedPrecondition: `trust` demands a quorum, and the policy is none or would wait for
/// nobody.
Result<ledger::WitnessPolicy> LoadWitnessPolicy(const std::filesystem::path& file, const TrustList& trust);

/// MayBeShown says whether a note meets the policy, and has the cosignatures that every verifier of `trust` demands.
/// Both outlive it.
std::function<bool(const Note&)> MayBeShown(const ledger::WitnessPolicy& policy, const TrustList& trust);

/// Outside is all that a database cannot know about itself.
struct Outside {
  const ledger::Store& store;
  ledger::LogNumber log;
  const ledger::WitnessPolicy& policy;
  const TrustList& trust;
  std::filesystem::path database, anchor;
};
/// WhyReadOnly asks the witnesses how they see the log, and returns why it must not be written; nothing where it may.
/// `ROLLBACK DETECTED`: a witness has seen more, or another root. A production authority writes only if its anchor lies
/// on another file system than the database, or a quorum of witnesses has agreed just now.
std::optional<Error> WhyReadOnly(const Outside& outside);

/// StartCosigner keeps the witnesses of the policy cosigning what `log` publishes; nothing where there are none. `log`
/// and `stats` outlive it.
Result<std::unique_ptr<ledger::Cosigner>> StartCosigner(const ledger::WitnessPolicy& policy, const NoteKey& log_key,
                                                        ledger::Log& log, ledger::Stats& stats);

}  // namespace certmark::api
