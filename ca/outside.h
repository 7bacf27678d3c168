// Outside: what a database cannot know about itself, asked of those who do: witnesses, and an anchor that lies
// elsewhere. Whoever is about to sign for a log asks first.
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

/// WitnessQuestion is about the newest checkpoint that is stored of a log. References outlive the call.
struct WitnessQuestion {
  const ledger::Store& store;
  ledger::LogNumber log;
  const ledger::WitnessPolicy& policy;  ///< whose witnesses are asked
  const ledger::Clock& clock;           ///< by which a cosignature is of now
  const Heard& heard;                   ///< none: nobody is told
};

/// AskWitnesses asks how they see it, each for five seconds, or ten where it needs a proof. The view is empty where
/// there is no witness, or nothing stored to ask about. Corruption, `ROLLBACK DETECTED`: one has seen more, or another
/// root. Others as ledger::LookFromOutside.
Result<ledger::OutsideView> AskWitnesses(const WitnessQuestion& question);

/// AnchorPlace is where a database lies, and the anchor that is to vouch for it.
struct AnchorPlace {
  const std::filesystem::path &database, &anchor;
};
/// RequireElsewhere: FailedPrecondition: the anchor of a production authority lies on its database's file system, and
/// alone vouches for nothing.
Result<void> RequireElsewhere(const AnchorPlace& place, const TrustList& trust);

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

/// AskOutside is what must be asked before anything is signed for a log: an error says why nothing may be. It is
/// AskWitnesses, and where no quorum of them agrees RequireElsewhere. Whether the anchor agrees with the database is
/// for ledger::Log to say.
Result<void> AskOutside(const Outside& outside);

}  // namespace certmark::ca
