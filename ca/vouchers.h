// Vouchers: who outside a database that was made again, from a backup, from mirrors or from both, says that nothing was
// published beyond what is in it.
//
// An anchor vouches that speaks of the newest log, is no older than what the database shows, and is reached and agreed
// with; so does a quorum of the witness policy that agrees now. A mirror does not: it may be an old copy, as a backup
// is. Whoever contradicts is believed, whether it could vouch or not.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ca/outside.h"
#include "ledger/anchor.h"
#include "ledger/clock.h"
#include "ledger/head.h"
#include "ledger/store.h"
#include "ledger/witness_policy.h"
#include "verifier-sdk/core/trust_list.h"

namespace certmark::ca {

/// KnownAnchor is what an anchor says, and which.
struct KnownAnchor {
  std::filesystem::path file;
  ledger::AnchorState state;
};

/// AnchorPlaces says where anchors are looked for.
struct AnchorPlaces {
  ledger::Anchor& own;                                 ///< the authority's, which is locked by this, and may be missing
  const std::optional<std::filesystem::path>& other;   ///< one more, which may not
  const std::optional<std::filesystem::path>& backup;  ///< out of which it is made again, if there is one
};
/// ReadAnchors reads them. InvalidArgument: the other is not there, or lies in the backup, as old as it. Others as
/// ledger::Anchor::Read.
Result<std::vector<KnownAnchor>> ReadAnchors(const AnchorPlaces& places);

/// CompareRecords holds the record log in `store` against every anchor and returns how many acts it lacks; nothing:
/// there is no anchor to tell. Corruption: acts that it has are not those that an anchor knew.
Result<std::optional<std::uint64_t>> CompareRecords(const ledger::Store& store, std::span<const KnownAnchor> anchors);

/// Restorable is what was restored, as those who vouch are to see it.
struct Restorable {
  const ledger::Store& store;
  const TrustList& list;  ///< the newest
  ledger::LogNumber log;  ///< its last
};

/// AnchorsThatVouch holds the logs against every anchor and returns those that vouch, each as `anchor FILE`.
/// FailedPrecondition: one is ahead of them (`ROLLBACK DETECTED`), or of a log that the list does not know. Corruption:
/// one has another root.
Result<std::vector<std::string>> AnchorsThatVouch(const Restorable& restored, std::span<const KnownAnchor> anchors);

/// WitnessesHeard is what the witnesses of a policy said.
struct WitnessesHeard {
  std::size_t agreed = 0, silent = 0;
  bool is_quorum = false;
};
/// WitnessesToHear is who is asked; references outlive the call.
struct WitnessesToHear {
  const ledger::WitnessPolicy& policy;
  const ledger::Clock& clock;
  const Heard& heard;
};
/// HearWitnesses has AskWitnesses ask them about the newest checkpoint that was restored. FailedPrecondition,
/// `ROLLBACK DETECTED`: one has seen more, or another root: what it saw is to be found. Others as AskWitnesses.
Result<WitnessesHeard> HearWitnesses(const Restorable& restored, const WitnessesToHear& witnesses);

}  // namespace certmark::ca
