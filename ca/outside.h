// Outside: what a database cannot know about itself, asked of those who do: witnesses, and an anchor on another device.
// Whoever is about to sign for a log asks first.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>

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
  Heard heard{};  ///< none: nobody is told
};

/// Vouched is who outside the database speaks for it.
enum class Vouched : std::uint8_t {
  kNobody,           ///< enough for a test authority
  kAnchorElsewhere,  ///< the anchor, which lies on another file system; whether it agrees is for its reader to say
  kQuorum,           ///< a quorum of witnesses agreed just now
};

/// AskOutside asks the witnesses how they see the newest checkpoint that is stored. Corruption, `ROLLBACK DETECTED`:
/// one has seen more, or another root. FailedPrecondition: nobody vouches for the database of a production authority.
/// Others as ledger::LookFromOutside. Whatever it is, nothing must be signed for the log then.
Result<Vouched> AskOutside(const Outside& outside);

}  // namespace certmark::ca
