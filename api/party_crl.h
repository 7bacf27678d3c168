// The Party CA's certificate revocation list, kept fresh while the daemon runs.
#pragma once

#include "ca/authority.h"

namespace certmark::api {

inline constexpr Seconds kPartyCrlLife{7 * 24 * 3600};
inline constexpr Seconds kPartyCrlRenewedAfter{24 * 3600};

/// RenewPartyCrl writes a new list, durably, when the one in `files` is older than a day, from the future, or missing.
Result<void> RenewPartyCrl(const ca::AuthorityFiles& files, const ca::Authority& authority, Time now);

}  // namespace certmark::api
