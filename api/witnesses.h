// Witnesses: what a daemon asks of them while it writes; what it asks before is ca/outside.h.
#pragma once

#include <memory>

#include "ledger/cosigner.h"
#include "ledger/log.h"
#include "ledger/witness_policy.h"

namespace certmark::api {

/// StartCosigner keeps the witnesses of the policy cosigning what `log` publishes; nothing where there are none. `log`
/// and `stats` outlive it.
Result<std::unique_ptr<ledger::Cosigner>> StartCosigner(const ledger::WitnessPolicy& policy, const NoteKey& log_key,
                                                        ledger::Log& log, ledger::Stats& stats);

}  // namespace certmark::api
