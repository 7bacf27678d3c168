// DescriptorLimit: how many connections a process may hold open, which is what a flood of them exhausts first.
#pragma once

#include <cstddef>

#include "verifier-sdk/core/result.h"

namespace certmark::api {

/// kLeastDescriptors is what a daemon wants at least: database, log, workers, and some connections.
inline constexpr std::size_t kLeastDescriptors = 1024;

/// RaiseDescriptorLimit raises the soft limit of open descriptors (RLIMIT_NOFILE) to the hard one and returns it.
/// FailedPrecondition: fewer than kLeastDescriptors, named.
Result<std::size_t> RaiseDescriptorLimit();

}  // namespace certmark::api
