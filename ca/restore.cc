#include "ca/restore.h"

#include <algorithm>
#include <memory>
#include <system_error>
#include <utility>

#include "ca/act_entry.h"
#include "ca/authority.h"
#include "ca/backup.h"
#include "ca/fsck.h"
#include "ca/outside.h"
#include "ca/small_file.h"
#include "ledger/anchor.h"
#include "ledger/import.h"
#include "ledger/outside_view.h"
#include "ledger/posix_file.h"
#include "ledger/proofs.h"
#include "ledger/rocksdb_store.h"
#include "ledger/tiles.h"

namespace certmark::ca {
namespace {

namespace fs = std::filesystem;
using ledger::AnchorState;
using ledger::TreeHead;

constexpr std::string_view kDataFolder = "data/";
constexpr std::string_view kAnchorFolder = "anchor/";
constexpr std::string_view kRestoreAct = "restore";

Error Refused(std::string message) {
  return {ErrorCode::kFailedPrecondition, std::move(message)};
}
Error Corrupt(std::string message) {
  return {ErrorCode::kCorruption, std::move(message)};
}
Error FileError(const char* what, const fs::path& path, const std::error_code& error) {
  return {ErrorCode::kUnavailable, std::string("cannot ") + what + " " + path.string() + ": " + error.message()};
}

bool Exists(const fs::path& path) {
  std::error_code error;
  return fs::exists(fs::symlink_status(path, error));
}

Result<void> MakePrivateDirectories(const fs::path& directory) {
  if (directory.empty() || Exists(directory)) return {};
  CM_TRY(MakePrivateDirectories(directory.parent_path()));
  return MakePrivateDirectory(directory);
}

// Aside is a database that is not in place yet; it goes with the object unless it was taken.
class Aside {
 public:
  explicit Aside(fs::path path) : path_(std::move(path)) {}
  ~Aside() {
    std::error_code ignored;
    if (!taken_) fs::remove_all(path_, ignored);
  }
  Aside(const Aside&) = delete;
  Aside& operator=(const Aside&) = delete;
  const fs::path& path() const { return path_; }
  void Take() { taken_ = true; }

 private:
  const fs::path path_;
  bool taken_ = false;
};

class Restorer {
 public:
  explicit Restorer(const RestoreInput& input)
      : input_(input), files_(input.files), aside_(input.files.root / "data.restoring") {}

  Result<Restored> Run() {
    // 1. and 2.
    CM_TRY(CheckBackup());
    if (Exists(files_.database())) {
      return Refused(files_.database().string() + " is there: move it away, a restore overwrites no database");
    }
    CM_TRY(CopyFiles());
    CM_TRY(ReadLists());
    // 3. to 5.
    CM_TRY(WorkOn());
    // 6.
    CM_TRY(PutInPlace());
    for (const std::string_view key : kDaemonKeys) {
      if (!Exists(files_.key(key))) out_.missing.push_back(files_.key(key).string());
    }
    return std::move(out_);
  }

 private:
  void Progress(std::string_view what, std::uint64_t done, std::uint64_t total) const {
    if (input_.progress) input_.progress(what, done, total);
  }

  Result<void> CheckBackup() {
    out_.manifest = CM_TRY(ReadManifest(input_.backup));
    const auto wrong =
        CM_TRY(FindTampering(input_.backup, out_.manifest, [this](std::uint64_t done, std::uint64_t total) {
          Progress("bytes of the backup checked:", done, total);
        }));
    if (wrong.empty()) return {};
    const std::string more = wrong.size() > 1 ? " (and " + std::to_string(wrong.size() - 1) + " more)" : "";
    return Corrupt("the backup is not what its manifest says: " + wrong.front() + more);
  }

  // CopyFiles: what is there already is newer than the backup, and stays.
  Result<void> CopyFiles() {
    std::error_code error;
    fs::remove_all(aside_.path(), error);  // of a restore that was killed
    if (error) return FileError("remove", aside_.path(), error);
    std::uint64_t done = 0;
    for (const BackupManifest::File& file : out_.manifest.files) {
      CM_TRY(CopyOne(file));
      Progress("bytes copied:", done += file.digest.size, out_.manifest.Bytes());
    }
    return ledger::SyncDirectory(files_.root);
  }

  Result<void> CopyOne(const BackupManifest::File& file) {
    if (file.path.starts_with(kAnchorFolder)) return {};  // the new one is written last
    const bool is_data = file.path.starts_with(kDataFolder);
    const fs::path to = is_data ? aside_.path() / file.path.substr(kDataFolder.size()) : files_.root / file.path;
    if (!is_data && Exists(to)) return {};
    CM_TRY(MakePrivateDirectories(to.parent_path()));
    const FileDigest copied = CM_TRY(CopyLargeFile(input_.backup / file.path, to));
    if (copied != file.digest) return Corrupt(file.path + " changed while it was copied");
    return ledger::SyncDirectory(to.parent_path());
  }

  Result<void> ReadLists() {
    lists_ = CM_TRY(ReadTrustLists(files_));
    if (lists_.back().iss() != out_.manifest.authority) {
      return Refused("the backup is of " + out_.manifest.authority + ", the directory of " + lists_.back().iss());
    }
    log_ = KeysOf(lists_.back()).rbegin()->first;
    return {};
  }

  Result<void> WorkOn() {
    const auto store = CM_TRY(ledger::OpenRocksdbStore(aside_.path()));
    const ledger::Head head = CM_TRY(ledger::Head::Decode(CM_TRY(store->Head())));
    for (const BackupManifest::Tree& tree : out_.manifest.trees) {
      if (head.tree(tree.log) != tree.head) return Corrupt("the database is not the one that the manifest describes");
    }
    CM_TRY(ReadAnchors(*store, head));
    CM_TRY(ReplayMirrors(*store));
    CM_TRY(RecordRestore(*store));
    const ledger::Head now = CM_TRY(ledger::Head::Decode(CM_TRY(store->Head())));
    out_.log = now.tree(log_);
    out_.records = now.tree(ledger::kRecordLog);
    CM_TRY(CompareAnchors(*store));
    CM_TRY(AskWitnesses(*store));
    CM_TRY(CheckAll(*store));
    const auto newest = CM_TRY(ledger::NewestNote(*store, log_));
    const std::string origin = LogOrigin(lists_.back().iss(), log_);
    anchor_ = {newest ? newest->checkpoint : Checkpoint{origin, 0, EmptyRoot()}, out_.records};
    return {};
  }

  // ReadAnchors holds the record log of the backup against every anchor: acts after the backup are lost, but none may
  // have become another.
  Result<void> ReadAnchors(const ledger::Store& store, const ledger::Head& head) {
    std::vector<fs::path> places = {files_.anchor()};
    if (input_.anchor) places.push_back(*input_.anchor);
    for (const fs::path& place : places) {
      const auto state = CM_TRY(ledger::ReadAnchor(place));
      if (!state && place != files_.anchor())
        return Error{ErrorCode::kInvalidArgument, "no anchor at " + place.string()};
      if (!state) continue;
      const std::uint64_t backed_up = head.tree(ledger::kRecordLog).size;
      const std::uint64_t lost = state->records.size > backed_up ? state->records.size - backed_up : 0;
      out_.acts_lost = std::max(lost, out_.acts_lost.value_or(0));
      if (lost == 0) {
        const Hash root = CM_TRY(ledger::RootAt(ledger::TileNodes(store, ledger::kRecordLog), state->records.size));
        if (root != state->records.root) return Corrupt("the record log is another than the one of " + place.string());
      }
      anchors_.emplace_back(place, *state);
    }
    return {};
  }

  Result<void> ReplayMirrors(ledger::Store& store) {
    for (const RestoreInput::Mirror& mirror : input_.mirrors) {
      const auto replayed = Replay({.store = store,
                                    .source = *mirror.source,
                                    .lists = lists_,
                                    .log = log_,
                                    .now = input_.now,
                                    .policy = Policy(),
                                    .random = input_.random,
                                    .progress = [this](std::uint64_t done, std::uint64_t total) {
                                      Progress("entries replayed:", done, total);
                                    }});
      if (!replayed) return Error{replayed.error().code, mirror.name + ": " + replayed.error().message};
      Count(*replayed);
      out_.compared = true;
    }
    return {};
  }

  void Count(const Replayed& more) {
    Replayed& all = out_.replayed;
    if (all.to == 0) all.from = more.from;
    all.to = more.to;
    all.credentials += more.credentials;
    all.events += more.events;
    all.keys += more.keys;
    all.acts += more.acts;
  }

  ledger::WitnessPolicy Policy() const {
    return input_.witnesses == nullptr ? ledger::WitnessPolicy::None() : *input_.witnesses;
  }

  // RecordRestore puts a line into the record log, for whoever wonders about the acts that are not in it.
  Result<void> RecordRestore(ledger::Store& store) {
    auto importer = CM_TRY(ledger::Importer::Open(
        store, {.log = log_,
                .meets_policy = [this](const Note& note) { return MeetsPolicy(note, Policy(), lists_.back()); },
                .now = input_.now}));
    const auto sizes = [](std::uint64_t log, std::uint64_t records) {
      return "log " + std::to_string(log) + ", records " + std::to_string(records);
    };
    const auto& head = importer->head();
    ledger::Change change;
    ActEntry{.at = input_.now,
             .actor = std::string(kRestoreActor),
             .act = std::string(kRestoreAct),
             .subject = "backup/" + std::to_string(ToEpoch(out_.manifest.created)),
             .reason = "",
             .before = sizes(out_.manifest.TreeOf(log_).size, out_.manifest.TreeOf(ledger::kRecordLog).size),
             .after = sizes(head.tree(log_).size, head.tree(ledger::kRecordLog).size)}
        .RecordIn(change);
    CM_TRY(importer->Add(std::move(change)));
    return importer->Commit();
  }

  Result<void> CompareAnchors(const ledger::Store& store) {
    const std::string origin = LogOrigin(lists_.back().iss(), log_);
    for (const auto& [place, state] : anchors_) {
      const Checkpoint& published = state.published;
      if (published.origin != origin) return Refused("anchor " + place.string() + " is of log " + published.origin);
      if (published.size > out_.log.size) {
        return Refused(Older() + ", anchor " + place.string() + " says that " + std::to_string(published.size) +
                       " were published: give --mirror, a copy of the log that has them");
      }
      const Hash root = CM_TRY(ledger::RootAt(ledger::TileNodes(store, log_), published.size));
      if (root != published.root) {
        return Corrupt("anchor " + place.string() + " says of size " + std::to_string(published.size) +
                       " that its root is " + published.root.Base64() + ", here it is " + root.Base64());
      }
      out_.compared = true;
    }
    return {};
  }

  std::string Older() const {
    const std::string entries = std::to_string(out_.log.size) + " entries of the log";
    return out_.replayed.to > 0 ? "backup and mirrors have " + entries : "the backup has " + entries;
  }

  Result<void> AskWitnesses(const ledger::Store& store) {
    if (input_.witnesses == nullptr) return {};
    const auto newest = CM_TRY(ledger::NewestNote(store, log_));
    if (!newest) return {};
    const ledger::TileNodes nodes(store, log_);
    auto view = ledger::LookFromOutside(
        {.policy = *input_.witnesses, .newest = *newest, .consistency = [&](std::uint64_t from, std::uint64_t to) {
           return ledger::ConsistencyProof(nodes, from, to);
         }});
    if (!view) {
      if (view.error().code != ErrorCode::kCorruption) return view.error();
      return Refused(Older() + ", a witness has seen others: " + view.error().message);
    }
    for (const auto& witness : view->witnesses) ++(witness.has_agreed ? out_.witnesses_agreed : out_.witnesses_silent);
    out_.compared = out_.compared || out_.witnesses_agreed > 0;
    return {};
  }

  Result<void> CheckAll(const ledger::Store& store) {
    const FsckReport report =
        CM_TRY(FsckAuthority(store, {.lists = lists_, .progress = [this](std::uint64_t done, std::uint64_t total) {
                                       Progress("entries checked:", done, total);
                                     }}));
    if (report.findings.empty()) return {};
    const ledger::Finding& first = report.findings.list().front();
    return Corrupt("what was restored is not clean: " + std::string(first.kind) + " at " + first.log + " " +
                   first.place + ", expected " + first.expected + ", found " + first.found + "; " +
                   std::to_string(report.findings.total()) + " in all");
  }

  // The database first: with it and the old anchor a daemon refuses to write, with the new anchor alone it would begin
  // an empty one.
  Result<void> PutInPlace() {
    std::error_code error;
    fs::rename(aside_.path(), files_.database(), error);
    if (error) return FileError("put in place", files_.database(), error);
    aside_.Take();
    CM_TRY(ledger::SyncDirectory(files_.root));
    CM_TRY(MakePrivateDirectories(files_.anchor().parent_path()));
    // Behind a link it lies on another device, and is to stay there.
    fs::path anchor = files_.anchor();
    if (fs::is_symlink(fs::symlink_status(anchor, error))) anchor = fs::weakly_canonical(anchor, error);
    if (Exists(anchor)) {
      out_.old_anchor = anchor.string() + ".before-" + std::to_string(ToEpoch(input_.now));
      fs::rename(anchor, out_.old_anchor, error);
      if (error) return FileError("move", anchor, error);
    }
    return ledger::Anchor(anchor).Advance(std::nullopt, anchor_);
  }

  const RestoreInput& input_;
  const AuthorityFiles files_;
  Aside aside_;
  std::vector<TrustList> lists_;
  ledger::LogNumber log_ = 1;
  std::vector<std::pair<fs::path, AnchorState>> anchors_;
  AnchorState anchor_;
  Restored out_;
};

}  // namespace

Result<Restored> Restore(const RestoreInput& input) {
  return Restorer(input).Run();
}

}  // namespace certmark::ca
