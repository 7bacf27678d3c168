#include "ca/replay_logs.h"

#include <map>
#include <utility>
#include <vector>

#include "verifier-sdk/core/names.h"
#include "verifier-sdk/core/note.h"
#include "verifier-sdk/core/quote.h"

namespace certmark::ca {
namespace {

Error Named(const Mirror& mirror, const Error& error) {
  return {error.code, mirror.name + ": " + error.message};
}

// OriginOf is the log that a mirror says it has; Replay verifies it.
Result<std::string> OriginOf(const Mirror& mirror) {
  const auto note = Note::Parse(CM_TRY(mirror.source->Checkpoint()));
  const auto checkpoint = note ? Checkpoint::Parse(note->text()) : note.error();
  if (!checkpoint) return Error{ErrorCode::kCorruption, "checkpoint: " + checkpoint.error().message};
  return checkpoint->origin;
}

// MirrorsByOrigin is who has which log.
using MirrorsByOrigin = std::multimap<std::string, Mirror>;
Result<MirrorsByOrigin> Sort(std::span<const Mirror> mirrors, const TrustList& list) {
  MirrorsByOrigin sorted;
  for (const Mirror& mirror : mirrors) {
    const auto origin = OriginOf(mirror);
    if (!origin) return Named(mirror, origin.error());
    if (!list.LogPosition(*origin)) {
      return Named(mirror, {ErrorCode::kInvalidArgument, Quote(*origin) + " is no log of trust list " +
                                                             std::to_string(list.seq()) + " of " + list.iss()});
    }
    sorted.emplace(*origin, mirror);
  }
  return sorted;
}

// RequireWhole: a successor's genesis names its predecessor's end, and no log is without one.
Result<void> RequireWhole(const TrustList::LogKey& log, ledger::LogNumber number, const ledger::Store& store) {
  const std::uint64_t size = CM_TRY(ledger::ReadHead(store)).tree(number).size;
  if (log.final_size ? size >= *log.final_size : size > 0) return {};
  const std::string has = "database and mirrors have " + std::to_string(size) + " entries of " + log.origin;
  return Error{ErrorCode::kFailedPrecondition,
               has + (log.final_size ? ", which ended with " + std::to_string(*log.final_size) : ", which was begun") +
                   ": give a mirror, a copy of " + log.origin + " that has them"};
}

}  // namespace

Result<Replayed> ReplayLogs(const ReplayLogsInput& input) {
  if (input.lists.empty()) return Error{ErrorCode::kInvalidArgument, "no trust list to judge by"};
  const TrustList& list = input.lists.back();
  const MirrorsByOrigin mirrors = CM_TRY(Sort(input.mirrors, list));
  Replayed all;
  for (const TrustList::LogKey& log : list.logs()) {
    const ledger::LogNumber number = CM_TRY(ParseLogOrigin(list.iss(), log.origin));
    const auto [begin, end] = mirrors.equal_range(log.origin);
    for (auto mirror = begin; mirror != end; ++mirror) {
      const auto replayed = Replay({.store = input.store,
                                    .source = *mirror->second.source,
                                    .lists = input.lists,
                                    .log = number,
                                    .now = input.now,
                                    // What an ended log showed, it showed under the policy of its time.
                                    .policy = log.final_size ? ledger::WitnessPolicy::None() : input.policy,
                                    .random = input.random,
                                    .progress = input.progress});
      if (!replayed) return Named(mirror->second, replayed.error());
      all += *replayed;
    }
    CM_TRY(RequireWhole(log, number, input.store));
  }
  return all;
}

}  // namespace certmark::ca
