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

/// ConnectionShares is how many connections each HTTP door may have open.
struct ConnectionShares {
  static constexpr std::size_t kMost = 4096;      ///< of all doors
  static constexpr std::size_t kOperations = 64;  ///< for a machine's own keeper, and a scrape or two
  std::size_t each_public, party, operations;     ///< there may be two public doors: with TLS, and for a proxy
};
/// ShareConnections deals out a quarter of the descriptors, and kMost at the most: the database, its logs and gRPC have
/// the rest. A quarter of that is the parties', which nobody else can take up; the public doors have the other three.
/// REQUIRES: kLeastDescriptors at least.
ConnectionShares ShareConnections(std::size_t descriptors);

}  // namespace certmark::api
