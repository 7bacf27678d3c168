// Callers: many at once, each of whom submits its next change when its last was answered.
#pragma once

#include <vector>

#include "ledger/log.h"

namespace certmark::bench {

/// Loaded is how a round of callers went.
struct Loaded {
  double seconds = 0;
  double own_seconds = 0;            ///< processor time of the whole process
  std::vector<double> milliseconds;  ///< from Submit to the answer, of each change
};

/// RunCallers appends every one of `entries`, each in a change of its own to be published, from `callers` callers. A
/// few threads act for all of them, as a server's would.
Result<Loaded> RunCallers(ledger::Log& log, std::vector<Bytes> entries, std::size_t callers);

}  // namespace certmark::bench
