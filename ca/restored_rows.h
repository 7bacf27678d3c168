// Rows that follow from the public logs alone, written into a database that has the logs and nothing else.
#pragma once

#include "ca/clock.h"
#include "ca/log_fold.h"
#include "ledger/log.h"

namespace certmark::ca {

/// RestoreRows writes signers, operators, certifications and their rows as `fold` has them, through `log`, which is
/// open on a database that holds every log the fold has read. Conflict: something is there already.
Result<void> RestoreRows(const LogFold& fold, ledger::Log& log, const Clock& clock, const Random& random);

}  // namespace certmark::ca
