// The authority's clock. Nothing below reads one: whoever composes a log says which.
#pragma once

#include <functional>

#include "verifier-sdk/core/time.h"

namespace certmark::ledger {

/// Clock returns the authority's time; safe on any thread.
using Clock = std::function<Time()>;
/// SystemTime is the machine's, in whole seconds.
Time SystemTime();

/// Elapsed returns how much time has passed since some moment of its own; nobody can set it. Safe on any thread.
using Elapsed = std::function<Seconds()>;
/// SystemElapsed counts since the machine started, its sleep included.
Seconds SystemElapsed();

}  // namespace certmark::ledger
