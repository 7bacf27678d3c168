// ReplayLogs: the whole succession of an authority's logs brought up to what mirrors have of them.
#pragma once

#include <string>

#include "ca/replay.h"

namespace certmark::ca {

/// Mirror is a copy of one public log, as it is served or exported. It gives entries and vouches for nothing: it may be
/// an old one.
struct Mirror {
  std::string name;  ///< in messages
  const ledger::TileSource* source;
};

/// ReplayLogsInput: references outlive the call; the rest as ReplayInput.
struct ReplayLogsInput {
  ledger::Store& store;
  std::span<const Mirror> mirrors;  ///< none, one or more of each log, in any order
  std::span<const TrustList> lists;
  Time now;
  ledger::WitnessPolicy policy = ledger::WitnessPolicy::None();  ///< of the newest log; as ReplayInput
  Random random;
  std::function<void(std::uint64_t done, std::uint64_t total)> progress{};
};

/// ReplayLogs replays each log of the newest list from every mirror of it, in the order of the succession: a log is
/// whole, to the size at which the list ends it, before its successor begins. FailedPrecondition names a log that the
/// store and its mirrors do not have to its end, or its successor, of which nothing is there. InvalidArgument: a mirror
/// of no log of this list. Others as Replay, with the mirror's name; on an error the store is of no use.
Result<Replayed> ReplayLogs(const ReplayLogsInput& input);

}  // namespace certmark::ca
