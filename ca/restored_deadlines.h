// Deadlines after a restore: whoever had a term running when the backup was made may have met it since, and what they
// did is lost with the private record. The clock must hold that against nobody: an order that was met would be made
// public, for ever, and a file that was handed in again would lapse. So each such term begins anew.
#pragma once

#include <cstdint>

#include "ca/schemes.h"
#include "ledger/import.h"
#include "ledger/store.h"

namespace certmark::ca {

/// ExtendDeadlines gives every order that waits to be met and was never exposed, and every file that is returned or
/// rectifying, its whole term from `now`, each with an act of the restore's, and returns how many. What is public comes
/// back with the public log, and goes on as that says. InvalidArgument: an edition that is not in `schemes`.
Result<std::uint64_t> ExtendDeadlines(const ledger::Store& store, const Schemes& schemes, Time now,
                                      ledger::Importer& importer);

}  // namespace certmark::ca
