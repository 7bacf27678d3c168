#include "ca/rebuild.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include "ca/fsck.h"
#include "ca/restored_rows.h"
#include "ca/small_file.h"
#include "ledger/anchor.h"
#include "ledger/edge.h"
#include "ledger/log.h"
#include "ledger/posix_file.h"
#include "ledger/proofs.h"
#include "ledger/rocksdb_store.h"
#include "ledger/signed_checkpoint.h"
#include "verifier-sdk/core/merkle.h"

namespace certmark::ca {
namespace {

namespace fs = std::filesystem;
using ledger::Column;
using ledger::TileSource;

constexpr std::uint64_t kWindow = 4096;  // entries a commit

Error Wrong(std::string message) {
  return {ErrorCode::kCorruption, std::move(message)};
}

// ---- What the mirrors say

// Pinned is a source whose checkpoint stays the one that was read first.
class Pinned : public TileSource {
 public:
  Pinned(const TileSource& source, std::string note) : source_(source), note_(std::move(note)) {}
  Result<std::string> Checkpoint() const override { return note_; }
  Result<Bytes> Tile(const ledger::TileName& name) const override { return source_.Tile(name); }
  Result<void> Entries(std::uint64_t begin, std::uint64_t end, std::uint64_t size,
                       const EntryVisitor& visit) const override {
    return source_.Entries(begin, end, size, visit);
  }

 private:
  const TileSource& source_;
  std::string note_;
};

Result<Checkpoint> CheckpointIn(const std::string& note) {
  return Checkpoint::Parse(CM_TRY(Note::Parse(note)).text());
}

// Mirrored is one log, checked.
struct Mirrored {
  ledger::LogNumber number;
  Pinned source;
  ledger::SignedCheckpoint last;
};

Result<Pinned> MirrorOf(const TrustList::LogKey& log, std::span<const TileSource* const> mirrors) {
  for (const TileSource* mirror : mirrors) {
    std::string note = CM_TRY(mirror->Checkpoint());
    const auto checkpoint = CheckpointIn(note);
    if (checkpoint && checkpoint->origin == log.origin) return Pinned(*mirror, std::move(note));
  }
  return Error{ErrorCode::kInvalidArgument, "no mirror of " + log.origin + " was named"};
}

// CheckMirror reads all of a log, and has its entries judged and folded.
Result<Mirrored> CheckMirror(const RebuildRequest& request, const TrustList::LogKey& log, LogFold& fold) {
  const TrustList& list = request.lists.back();
  Pinned source = CM_TRY(MirrorOf(log, request.mirrors));
  const ledger::LogNumber number = CM_TRY(ParseLogOrigin(list.iss(), log.origin));
  const ledger::PublishedLog published{source, number, {log.key, list.witnesses()}, list.quorum()};
  const auto checked = CM_TRY(ledger::FsckPublished(published, {.visit = fold.Visitor()}));
  if (!checked.findings.empty()) {
    const ledger::Finding& first = checked.findings.list().front();
    return Wrong("the mirror of " + log.origin + " does not hold: " + std::string(first.kind) + " at " + first.place +
                 ", expected " + first.expected + ", found " + first.found);
  }
  std::string note = CM_TRY(source.Checkpoint());
  Checkpoint last = CM_TRY(CheckpointIn(note));
  if (log.final_size && last.size != *log.final_size) {
    return Wrong("the mirror of " + log.origin + " ends at " + std::to_string(last.size) + ", the log at " +
                 std::to_string(*log.final_size));
  }
  return Mirrored{number, std::move(source), {std::move(last), std::move(note)}};
}

// CheckSuccession: a frozen log is the one that its successor's genesis names, so that whoever vouches for the current
// log vouches for all.
Result<void> CheckSuccession(const std::vector<Mirrored>& logs, const LogFold& fold) {
  for (std::size_t i = 1; i < logs.size(); ++i) {
    const Checkpoint& before = logs[i - 1].last.checkpoint;
    const auto genesis = fold.geneses().find(logs[i].number);
    if (genesis == fold.geneses().end() || !genesis->second.previous || genesis->second.previous->root != before.root) {
      return Wrong("the mirror of " + before.origin + " is not of the log that " + logs[i].last.checkpoint.origin +
                   " succeeds");
    }
  }
  return {};
}

// ---- The logs' own rows

// Import commits a log's rows, and the head with them.
class Import {
 public:
  Import(ledger::Store& store, Time now) : store_(store) { head_.time = now; }

  Result<void> Take(const Mirrored& log) {
    ledger::Edge edge(log.number);
    const std::uint64_t size = log.last.checkpoint.size;
    for (std::uint64_t begin = 0; begin < size; begin += kWindow) {
      CM_TRY(TakeWindow(log, {begin, std::min(begin + kWindow, size)}, edge));
    }
    ledger::LogHead& head = head_.logs[log.number];
    if (head.tree != ledger::TreeHead{size, log.last.checkpoint.root}) {
      return Wrong("the mirror of " + log.last.checkpoint.origin + " said something else the second time");
    }
    head.published = head.exposed = size;
    const ledger::CheckpointRow row{head_.time, log.last.note};
    return Commit({{Column::kCheckpoint, ledger::CheckpointKey(log.number, size), row.Encode()}});
  }

 private:
  struct Range {
    std::uint64_t begin, end;
  };

  Result<void> TakeWindow(const Mirrored& log, Range range, ledger::Edge& edge) {
    std::vector<ledger::Write> writes;
    std::vector<Hash> leaves;
    std::optional<Error> failed;
    const auto visit = [&](std::uint64_t index, const Result<ByteView>& entry) {
      if (!entry) {
        failed = entry.error();
        return;
      }
      leaves.push_back(LeafHash(*entry));
      writes.push_back({Column::kEntry, ledger::EntryKey(log.number, index), Bytes(entry->begin(), entry->end())});
    };
    CM_TRY(log.source.Entries(range.begin, range.end, log.last.checkpoint.size, visit));
    if (failed) return *std::move(failed);
    // From the last to the first: of equal entries, the first has the row.
    for (std::size_t i = leaves.size(); i-- > 0;) {
      const Bytes key = ledger::ByHashKey(log.number, leaves[i]);
      if (CM_TRY(store_.Get(Column::kByHash, key))) continue;
      writes.push_back({Column::kByHash, key, ledger::EncodeU64(range.begin + i)});
    }
    edge.Append(leaves, writes);
    head_.logs[log.number].tree = edge.head();
    return Commit(std::move(writes));
  }

  Result<void> Commit(std::vector<ledger::Write> writes) {
    const Bytes before = encoded_;
    ++head_.version;
    encoded_ = head_.Encode();
    return store_.Commit(before, {encoded_, std::move(writes)});
  }

  ledger::Store& store_;
  ledger::Head head_;
  Bytes encoded_;  // what the store has
};

// ---- Who vouches for it

// CheckReachesAnchor: what the anchor knew was published, and a revocation may be in it.
Result<void> CheckReachesAnchor(const std::optional<ledger::AnchorState>& anchored, const Mirrored& current,
                                const ledger::Store& store) {
  if (!anchored) return {};
  const Checkpoint& last = current.last.checkpoint;
  const Checkpoint& known = anchored->published;
  const auto rollback = [&] {
    return Wrong("ROLLBACK DETECTED: the anchor has " + known.origin + " size " + std::to_string(known.size) +
                 " root " + known.root.Base64() + ", the mirror " + last.origin + " size " + std::to_string(last.size) +
                 " root " + last.root.Base64());
  };
  if (known.origin != last.origin || known.size > last.size) return rollback();
  const Hash root = CM_TRY(ledger::RootAt(ledger::TileNodes(store, current.number), known.size));
  if (root != known.root) return rollback();
  return {};
}

// CheckOutside: a mirror may be an old copy as well as any, so who knows better is asked.
Result<void> CheckOutside(const RebuildRequest& request, const Mirrored& current, const ledger::Store& store,
                          const fs::path& database) {
  const TrustList& trust = request.lists.back();
  const auto refused = [](std::string message) { return Error{ErrorCode::kFailedPrecondition, std::move(message)}; };
  if (!MeetsPolicy(CM_TRY(Note::Parse(current.last.note)), request.policy, trust)) {
    return refused("the mirror's checkpoint of " + current.last.checkpoint.origin +
                   " lacks cosignatures that the witness policy or the trust list demands");
  }
  const auto anchored = CM_TRY(ledger::ReadAnchor(request.files.anchor()));
  CM_TRY(CheckReachesAnchor(anchored, current, store));
  const Outside outside{.store = store,
                        .log = current.number,
                        .policy = request.policy,
                        .trust = trust,
                        .database = database,
                        .anchor = request.files.anchor(),
                        .heard = request.heard};
  if (anchored) return AskOutside(outside);
  if (CM_TRY(QuorumAgrees(outside))) return {};
  return refused("nobody vouches for the mirror: there is no anchor at " + request.files.anchor().string() +
                 ", and no quorum of witnesses has agreed; put the anchor back there, or name a witness_policy whose "
                 "witnesses have seen the log");
}

// ---- Put in place

// PlaceOf is where a file is behind the links that name it, there or not.
fs::path PlaceOf(fs::path file) {
  constexpr int kMaxLinks = 40;
  std::error_code error;
  for (int i = 0; i < kMaxLinks && fs::is_symlink(fs::symlink_status(file, error)); ++i) {
    const fs::path target = fs::read_symlink(file, error);
    if (error) break;
    file = file.parent_path() / target;
  }
  return file;
}

fs::path Beside(const fs::path& path, const char* suffix) {
  fs::path other = path;
  other += suffix;
  return other;
}

Result<void> Rename(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::rename(from, to, error);
  if (error) return Error{ErrorCode::kUnavailable, "cannot rename " + from.string() + ": " + error.message()};
  return ledger::SyncDirectory(to.parent_path());
}

Result<void> Remove(const fs::path& path) {
  std::error_code error;
  fs::remove_all(path, error);
  if (error) return Error{ErrorCode::kUnavailable, "cannot remove " + path.string() + ": " + error.message()};
  return {};
}

Result<void> WriteRows(const RebuildRequest& request, const LogFold& fold, ledger::Store& store,
                       ledger::Anchor& anchor) {
  const Authority& authority = request.authority;
  ledger::Log::Options options;
  options.clock = request.clock;
  options.publisher.log = authority.log_number;
  options.publisher.key = authority.log_key;
  options.publisher.sign = [&](std::string_view text) { return authority.log_signer->Sign(text); };
  const auto log = CM_TRY(ledger::Log::Open(store, anchor, std::move(options)));
  if (const auto stopped = log->Stopped()) return *stopped;
  return RestoreRows(fold, *log, request.clock, request.random);
}

}  // namespace

Result<std::uint64_t> RebuildDatabase(const RebuildRequest& request) {
  const fs::path staging = Beside(request.files.database(), ".rebuilding");
  const fs::path anchor_file = PlaceOf(request.files.anchor());
  const fs::path staged_anchor = Beside(anchor_file, ".rebuilding");
  CM_TRY(Remove(staging));
  CM_TRY(Remove(staged_anchor));
  if (!fs::exists(staged_anchor.parent_path())) CM_TRY(MakePrivateDirectory(staged_anchor.parent_path()));

  // 1. Everything is read and judged before anything is believed.
  LogFold fold(request.lists, Signatures::kVerify);
  std::vector<Mirrored> logs;
  for (const TrustList::LogKey& log : request.lists.back().logs()) {
    logs.push_back(CM_TRY(CheckMirror(request, log, fold)));
  }
  CM_TRY(CheckSuccession(logs, fold));

  // 2. The logs, then what follows from them.
  {
    const auto store = CM_TRY(ledger::OpenRocksdbStore(staging));
    Import import(*store, request.clock());
    for (const Mirrored& log : logs) CM_TRY(import.Take(log));
    CM_TRY(CheckOutside(request, logs.back(), *store, staging));
    ledger::Anchor anchor(staged_anchor);
    CM_TRY(anchor.Advance(std::nullopt, {logs.back().last.checkpoint, {}}));
    CM_TRY(WriteRows(request, fold, *store, anchor));
  }

  // 3. The anchor first: it reaches as far as the old one did, so whoever is stopped between begins again.
  CM_TRY(Rename(staged_anchor, anchor_file));
  CM_TRY(Rename(staging, request.files.database()));
  return fold.credentials().size();
}

}  // namespace certmark::ca
