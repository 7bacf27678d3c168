#include "ca/restore.h"

#include <memory>
#include <utility>

#include "ca/act_entry.h"
#include "ca/authority.h"
#include "ca/backup.h"
#include "ca/fsck.h"
#include "ca/outside.h"
#include "ca/restored_deadlines.h"
#include "ca/restored_files.h"
#include "ca/schemes.h"
#include "ledger/anchor.h"
#include "ledger/import.h"
#include "ledger/rocksdb_store.h"
#include "verifier-sdk/core/names.h"

namespace certmark::ca {
namespace {

namespace fs = std::filesystem;
using Lists = std::vector<TrustList>;

constexpr std::string_view kRestoreAct = "restore";

Error Refused(std::string message) {
  return {ErrorCode::kFailedPrecondition, std::move(message)};
}
Error Corrupt(std::string message) {
  return {ErrorCode::kCorruption, std::move(message)};
}

// Shown is one kind of progress.
std::function<void(std::uint64_t, std::uint64_t)> Shown(const RestoreInput& input, std::string_view what) {
  return [&input, what](std::uint64_t done, std::uint64_t total) {
    if (input.progress) input.progress(what, done, total);
  };
}

void Tell(const RestoreInput& input, RestoreStep step) {
  if (input.reached) input.reached(step);
}

// ---- 1. What there is

Result<BackupManifest> CheckedManifest(const RestoreInput& input) {
  BackupManifest manifest = CM_TRY(ReadManifest(input.backup));
  const auto wrong = CM_TRY(FindTampering(input.backup, manifest, Shown(input, "bytes of the backup checked:")));
  if (wrong.empty()) return manifest;
  const std::string more = wrong.size() > 1 ? " (and " + std::to_string(wrong.size() - 1) + " more)" : "";
  return Corrupt("the backup is not what its manifest says: " + wrong.front() + more);
}

Error NothingVouches(const std::string& why) {
  return Refused("nothing vouches that no more was published than was restored" + why +
                 ": give --anchor, the anchor that the authority had, or --witness-policy, of which a quorum must agree"
                 " now; a mirror may be as old as the backup. Where neither is left, --nothing-vouches restores all the"
                 " same");
}

// RequireSomebodyToAsk spares whoever could only be refused in the end the way there.
Result<void> RequireSomebodyToAsk(const RestoreInput& input, const std::vector<KnownAnchor>& anchors) {
  if (!anchors.empty() || input.witnesses != nullptr) return {};
  if (input.if_nothing_vouches == IfNothingVouches::kRestore) return {};
  return NothingVouches(" (no anchor at " + input.files.anchor().string() + ")");
}

// ---- 2. The copy

Result<Lists> ReadLists(const RestoreInput& input, const BackupManifest& manifest) {
  Lists lists = CM_TRY(ReadTrustLists(input.files));
  if (lists.back().iss() == manifest.authority) return lists;
  return Refused("the backup is of " + manifest.authority + ", the directory of " + lists.back().iss());
}

Result<std::unique_ptr<ledger::Store>> OpenDescribed(const fs::path& database, const BackupManifest& manifest) {
  std::unique_ptr<ledger::Store> store = CM_TRY(ledger::OpenRocksdbStore(database));
  const ledger::Head head = CM_TRY(ledger::ReadHead(*store));
  for (const BackupManifest::Tree& tree : manifest.trees) {
    if (head.tree(tree.log) != tree.head) return Corrupt("the database is not the one that the manifest describes");
  }
  return store;
}

// ---- 4. Who vouches

std::string Witnesses(std::size_t count) {
  return std::to_string(count) + (count == 1 ? " witness" : " witnesses");
}

// AskVouchers asks everybody, and fails where nobody vouches unless that is accepted.
Result<void> AskVouchers(const RestoreInput& input, const Restorable& restored, const std::vector<KnownAnchor>& anchors,
                         Restored& out) {
  out.vouched_by = CM_TRY(AnchorsThatVouch(restored, anchors));
  if (input.witnesses != nullptr) {
    const Heard nobody_listens;
    out.witnesses = CM_TRY(HearWitnesses(restored, {*input.witnesses, input.clock, nobody_listens}));
  }
  if (out.witnesses.is_quorum) out.vouched_by.push_back(Witnesses(out.witnesses.agreed));
  if (!out.vouched_by.empty() || input.if_nothing_vouches == IfNothingVouches::kRestore) return {};
  std::string why;
  for (const KnownAnchor& anchor : anchors) {
    why += (why.empty() ? " (" : ", ") + std::string("anchor ") + anchor.file.string() + " is older than that";
  }
  if (input.witnesses != nullptr) {
    why += (why.empty() ? " (" : ", ") + Witnesses(out.witnesses.agreed) + " agreed, no quorum";
  }
  return NothingVouches(why.empty() ? why : why + ")");
}

// ---- 5. On record, and clean

// RecordRestore puts a line into the record log, for whoever wonders about the acts that are not in it. Where there may
// be such, every term that somebody may have met meanwhile begins anew.
Result<void> RecordRestore(const RestoreInput& input, const Restorable& restored, ledger::Store& store, Restored& out) {
  const ledger::LogNumber log = restored.log;
  const ledger::WitnessPolicy none = ledger::WitnessPolicy::None();
  auto importer = CM_TRY(ledger::Importer::Open(
      store, {.log = log,
              .meets_policy = [&](const Note& note) { return MeetsPolicy(note, none, restored.list); },
              .now = input.now}));
  const auto sizes = [](const ledger::TreeHead& public_log, const ledger::TreeHead& records) {
    return "log " + std::to_string(public_log.size) + ", records " + std::to_string(records.size);
  };
  const ledger::Head& head = importer->head();
  ledger::Change change;
  ActEntry{.at = input.now,
           .actor = std::string(kRestoreActor),
           .act = std::string(kRestoreAct),
           .subject = "backup/" + std::to_string(ToEpoch(out.manifest.created)),
           .reason = out.vouched_by.empty() ? std::string(kNothingVouches) : "",
           .before = sizes(out.manifest.TreeOf(log), out.manifest.TreeOf(ledger::kRecordLog)),
           .after = sizes(head.tree(log), head.tree(ledger::kRecordLog))}
      .RecordIn(change);
  CM_TRY(importer->Add(std::move(change)));
  if (out.acts_lost != 0) {
    const Schemes schemes = CM_TRY(Schemes::Load(input.files.schemes()));
    out.extended = CM_TRY(ExtendDeadlines(store, schemes, input.now, *importer));
  }
  return importer->Commit();
}

Result<void> RequireClean(const RestoreInput& input, const Lists& lists, const ledger::Store& store) {
  const auto party_ca = CM_TRY(ReadPartyCa(input.files, lists.back()));
  const FsckOptions options{
      .lists = lists, .party_ca = party_ca ? &*party_ca : nullptr, .progress = Shown(input, "entries checked:")};
  const FsckReport report = CM_TRY(FsckAuthority(store, options));
  if (report.findings.empty()) return {};
  const ledger::Finding& first = report.findings.list().front();
  return Corrupt("what was restored is not clean: " + std::string(first.kind) + " at " + first.log + " " + first.place +
                 ", expected " + first.expected + ", found " + first.found + "; " +
                 std::to_string(report.findings.total()) + " in all");
}

// ---- 6. In place

// AnchorAt is the anchor of what was restored.
Result<ledger::AnchorState> AnchorAt(const Restorable& restored, const std::string& origin) {
  const auto newest = CM_TRY(ledger::NewestNote(restored.store, restored.log));
  const ledger::TreeHead records = CM_TRY(ledger::ReadHead(restored.store)).tree(ledger::kRecordLog);
  return ledger::AnchorState{newest ? newest->checkpoint : Checkpoint{origin, 0, EmptyRoot()}, records};
}

std::vector<std::string> Missing(const AuthorityFiles& files, ledger::LogNumber log) {
  std::vector<std::string> missing;
  std::vector<fs::path> needed = DaemonKeys(files, log);
  needed.insert(needed.end(), {files.documents(), files.document_keys()});
  std::error_code error;
  for (const fs::path& each : needed) {
    if (!fs::exists(fs::symlink_status(each, error))) missing.push_back(each.string());
  }
  return missing;
}

}  // namespace

Result<Restored> Restore(const RestoreInput& input) {
  // 1. The backup, the place, and who may vouch. The anchor stays locked: a daemon that is at work has it.
  Restored out;
  out.manifest = CM_TRY(CheckedManifest(input));
  CM_TRY(RequirePlace(input.files));
  ledger::Anchor own(input.files.anchor());
  const auto anchors = CM_TRY(ReadAnchors({own, input.anchor, std::optional(input.backup)}));
  CM_TRY(RequireSomebodyToAsk(input, anchors));
  Tell(input, RestoreStep::kChecked);

  // 2. The copy, as the manifest describes it.
  StagedDatabase staged(input.files);
  CM_TRY(CopyBackup(input.backup, out.manifest, staged, Shown(input, "bytes copied:")));
  const Lists lists = CM_TRY(ReadLists(input, out.manifest));
  auto store = CM_TRY(OpenDescribed(staged.path(), out.manifest));
  Tell(input, RestoreStep::kCopied);

  // 3. What mirrors have beyond it. The record log is compared before acts are added to it.
  out.acts_lost = CM_TRY(CompareRecords(*store, anchors));
  out.replayed = CM_TRY(ReplayLogs({.store = *store,
                                    .mirrors = input.mirrors,
                                    .lists = lists,
                                    .now = input.now,
                                    .policy = input.witnesses ? *input.witnesses : ledger::WitnessPolicy::None(),
                                    .random = input.random,
                                    .progress = Shown(input, "entries replayed:")}));
  Tell(input, RestoreStep::kReplayed);

  // 4. Who saw more, and who vouches.
  out.origin = lists.back().logs().back().origin;
  const ledger::LogNumber number = CM_TRY(ParseLogOrigin(lists.back().iss(), out.origin));
  const Restorable restored{*store, lists.back(), number};
  CM_TRY(AskVouchers(input, restored, anchors, out));
  Tell(input, RestoreStep::kVouched);

  // 5. On record, and clean.
  CM_TRY(RecordRestore(input, restored, *store, out));
  CM_TRY(RequireClean(input, lists, *store));
  const ledger::AnchorState anchor = CM_TRY(AnchorAt(restored, out.origin));
  out.log = CM_TRY(ledger::ReadHead(*store)).tree(restored.log);
  out.records = anchor.records;
  Tell(input, RestoreStep::kRecorded);

  // 6. The database first: the old anchor holds beside it, or has a daemon show it and no more. A new anchor that came
  // first would vouch for the next attempt, and be of what is not in place.
  store.reset();
  CM_TRY(staged.PutInPlace());
  Tell(input, RestoreStep::kDatabaseInPlace);
  out.old_anchor = CM_TRY(KeepAnchor(input.files, input.now));
  CM_TRY(ReplaceAnchor(input.files, anchor));
  out.missing = Missing(input.files, restored.log);
  Tell(input, RestoreStep::kDone);
  return out;
}

}  // namespace certmark::ca
