// Outside: what a database cannot know about itself, asked of those who do: witnesses, and an anchor that lies elsewhere.
// Whoever is about to sign for a log asks first.
#pragma once

#include <filesystem>
#include <functional>

#include "ledger/clock.h"
#include "ledger/outside_view.h"
#include "ledger/store.h"
#include "ledger/witness_policy.h"
#include "verifier-sdk/core/note.h"
#include "verifier-sdk/core/trust_list.h"

namespace certmark::ca {

/// LoadWitnessPolicy reads a policy file; without a name the policy is `quorum none` over no witness. InvalidArgument
/// or NotFound names the file. FailedPrecondition: `trust` demands a quorum, and the policy is none or would wait for
/// nobody.
Result<ledger::WitnessPolicy> LoadWitnessPolicy(const std::filesystem::path& file, const TrustList& trust);

/// MeetsPolicy says whether a note may be shown: it meets the policy, and has the cosignatures that every verifier of
/// `trust` demands. The log's own signature is the caller's to check.
[[nodiscard]] bool MeetsPolicy(const Note& note, const ledger::WitnessPolicy& policy, const TrustList& trust);

/// Heard is told what each witness answered.
using Heard = std::function<void(const ledger::OutsideView::Witness&)>;

/// Outside is who is asked about what. References outlive the call.
struct Outside {
  const ledger::Store& store;
  ledger::LogNumber log;
  const ledger::WitnessPolicy& policy;
  const TrustList& trust;
  std::filesystem::path database, anchor;
  ledger::Clock clock = ledger::SystemTime;  ///< by which a cosignature is of now
  Heard heard{};                             ///< none: nobody is told
};

/// QuorumAgrees asks the witnesses how they see the newest checkpoint that is stored. False: too few have agreed, or
/// there is no witness, or nothing stored to ask about. Corruption, `ROLLBACK DETECTED`: one has seen more, or another
/// root. Others as ledger::LookFromOutside.
Result<bool> QuorumAgrees(const Outside& outside);

/// AskOutside is what must be asked before anything is signed for a log: an error says why nothing may be. It is
/// QuorumAgrees, and FailedPrecondition where nobody vouches for the database of a production authority: neither a
/// quorum, nor an anchor on another file system. Whether the anchor agrees with the database is for ledger::Log to say.
Result<void> AskOutside(const Outside& outside);

}  // namespace certmark::ca
