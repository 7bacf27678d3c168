#include "ca/vouchers.h"

#include <algorithm>
#include <utility>

#include "ledger/posix_file.h"
#include "ledger/tiles.h"
#include "verifier-sdk/core/names.h"
#include "verifier-sdk/core/proofs.h"

namespace certmark::ca {
namespace {

namespace fs = std::filesystem;

Error Refused(std::string message) {
  return {ErrorCode::kFailedPrecondition, std::move(message)};
}
Error Corrupt(std::string message) {
  return {ErrorCode::kCorruption, std::move(message)};
}

std::string Has(std::uint64_t size, const std::string& origin) {
  return std::to_string(size) + " entries of " + origin + " are here, with what mirrors gave";
}

// CompareLog: what an anchor knew is there, entry for entry.
Result<void> CompareLog(const Restorable& restored, ledger::LogNumber log, const KnownAnchor& anchor) {
  const Checkpoint& known = anchor.state.published;
  const std::uint64_t size = CM_TRY(ledger::ReadHead(restored.store)).tree(log).size;
  if (known.size > size) {
    return Refused("ROLLBACK DETECTED: " + Has(size, known.origin) + "; anchor " + anchor.file.string() +
                   " says that " + std::to_string(known.size) +
                   " were published: give a mirror, a copy of the log that has them");
  }
  const Hash root = CM_TRY(RootAt(ledger::TileNodes(restored.store, log), known.size));
  if (root == known.root) return {};
  return Corrupt("anchor " + anchor.file.string() + " says of size " + std::to_string(known.size) +
                 " that its root is " + known.root.Base64() + ", here it is " + root.Base64());
}

}  // namespace

Result<std::vector<KnownAnchor>> ReadAnchors(const AnchorPlaces& places) {
  std::vector<KnownAnchor> anchors;
  if (auto own = CM_TRY(places.own.Read())) anchors.push_back({places.own.file(), *std::move(own)});
  if (!places.other) return anchors;
  const fs::path& file = *places.other;
  if (places.backup && ledger::LiesIn(file, *places.backup)) {
    return Error{ErrorCode::kInvalidArgument,
                 "anchor " + file.string() + " lies in the backup: it is as old, and says nothing of what came after"};
  }
  auto other = CM_TRY(ledger::ReadAnchor(file));
  if (!other) return Error{ErrorCode::kInvalidArgument, "no anchor at " + file.string()};
  anchors.push_back({file, *std::move(other)});
  return anchors;
}

Result<std::optional<std::uint64_t>> CompareRecords(const ledger::Store& store, std::span<const KnownAnchor> anchors) {
  const std::uint64_t size = CM_TRY(ledger::ReadHead(store)).tree(ledger::kRecordLog).size;
  std::optional<std::uint64_t> lost;
  for (const auto& [file, state] : anchors) {
    const std::uint64_t beyond = state.records.size > size ? state.records.size - size : 0;
    lost = std::max(beyond, lost.value_or(0));
    if (beyond > 0) continue;
    const Hash root = CM_TRY(RootAt(ledger::TileNodes(store, ledger::kRecordLog), state.records.size));
    if (root != state.records.root) return Corrupt("the record log is another than the one of anchor " + file.string());
  }
  return lost;
}

Result<std::vector<std::string>> AnchorsThatVouch(const Restorable& restored, std::span<const KnownAnchor> anchors) {
  const ledger::Head head = CM_TRY(ledger::ReadHead(restored.store));
  std::vector<std::string> vouch;
  for (const KnownAnchor& anchor : anchors) {
    const Checkpoint& known = anchor.state.published;
    if (!restored.list.LogPosition(known.origin)) {
      return Refused("anchor " + anchor.file.string() + " is of log " + known.origin + ", which trust list " +
                     std::to_string(restored.list.seq()) +
                     " does not know: put newer trust lists into the directory first, if this is its anchor");
    }
    const ledger::LogNumber log = CM_TRY(ParseLogOrigin(restored.list.iss(), known.origin));
    CM_TRY(CompareLog(restored, log, anchor));
    // The anchor moves before a checkpoint leaves the daemon: one that is behind what was signed is an old copy.
    if (log == restored.log && known.size >= head.log(log).published) vouch.push_back("anchor " + anchor.file.string());
  }
  return vouch;
}

Result<WitnessesHeard> HearWitnesses(const Restorable& restored, const WitnessesToHear& witnesses) {
  const auto view = AskWitnesses({.store = restored.store,
                                  .log = restored.log,
                                  .policy = witnesses.policy,
                                  .clock = witnesses.clock,
                                  .heard = witnesses.heard});
  if (!view && view.error().code == ErrorCode::kCorruption) {
    const std::uint64_t size = CM_TRY(ledger::ReadHead(restored.store)).tree(restored.log).size;
    return Refused(Has(size, LogOrigin(restored.list.iss(), restored.log)) +
                   "; a witness has seen others: " + view.error().message);
  }
  if (!view) return view.error();
  WitnessesHeard heard{.is_quorum = view->quorum_agreed};
  for (const auto& witness : view->witnesses) ++(witness.has_agreed ? heard.agreed : heard.silent);
  return heard;
}

}  // namespace certmark::ca
