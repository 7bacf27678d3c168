// The two things an authority may not compute: what time it is, and randomness. Both are injected.
#pragma once

#include <functional>

#include "ledger/clock.h"
#include "verifier-sdk/core/bytes.h"

namespace certmark::ca {

/// Clock returns the authority's time. Callers of the service never say what time it is.
using ledger::Clock;
using ledger::SystemTime;

/// Random fills `out` from a cryptographic generator. Internal: the generator failed.
using Random = std::function<Result<void>(std::span<std::uint8_t> out)>;
Result<void> SystemRandom(std::span<std::uint8_t> out);

}  // namespace certmark::ca
