#include "ca/rebuild.h"

#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include "ca/authority.h"
#include "ca/small_file.h"
#include "ledger/anchor.h"
#include "ledger/posix_file.h"
#include "ledger/proofs.h"
#include "ledger/rocksdb_store.h"
#include "ledger/signed_checkpoint.h"
#include "ledger/tiles.h"
#include "verifier-sdk/core/names.h"

namespace certmark::ca {
namespace {

namespace fs = std::filesystem;

Error Wrong(std::string message) {
  return {ErrorCode::kCorruption, std::move(message)};
}
Error Refused(std::string message) {
  return {ErrorCode::kFailedPrecondition, std::move(message)};
}

// Rebuilder fills an empty store, and asks who vouches for what is in it then.
class Rebuilder {
 public:
  Rebuilder(const RebuildRequest& request, ledger::Store& store, fs::path database)
      : request_(request), list_(request.lists.back()), store_(store), database_(std::move(database)) {}

  /// Run returns the number of certifications.
  Result<std::uint64_t> Run() {
    const Replayed replayed = CM_TRY(ReplayLogs({.store = store_,
                                                 .mirrors = request_.mirrors,
                                                 .lists = request_.lists,
                                                 .now = request_.clock(),
                                                 .policy = request_.policy,
                                                 .random = request_.random}));
    for (const TrustList::LogKey& log : list_.logs()) CM_TRY(CheckShown(log));
    CM_TRY(CheckOutside());
    return replayed.credentials;
  }
  /// Anchored is what the anchor says of the store.
  Result<ledger::AnchorState> Anchored() const {
    const ledger::Head head = CM_TRY(ledger::Head::Decode(CM_TRY(store_.Head())));
    return ledger::AnchorState{last_, head.tree(ledger::kRecordLog)};
  }

 private:
  // CheckShown: all that was replayed may be shown, and is: an ended log's end, and what the current one has.
  Result<void> CheckShown(const TrustList::LogKey& log) {
    number_ = CM_TRY(ParseLogOrigin(list_.iss(), log.origin));
    const ledger::Head head = CM_TRY(ledger::Head::Decode(CM_TRY(store_.Head())));
    const auto shown = CM_TRY(ledger::ExposedNote(store_, number_));
    if (!shown || shown->checkpoint.size != head.tree(number_).size) {
      return Refused("the mirror's checkpoint of " + log.origin +
                     " lacks cosignatures that the witness policy or the trust list demands");
    }
    last_ = shown->checkpoint;
    return {};
  }

  // CheckOutside: a mirror may be an old copy as well as any, so who knows better is asked.
  Result<void> CheckOutside() const {
    const fs::path place = request_.files.anchor();
    const auto anchored = CM_TRY(ledger::ReadAnchor(place));
    if (anchored) CM_TRY(CheckReaches(anchored->published));
    const Outside outside{.store = store_,
                          .log = number_,
                          .policy = request_.policy,
                          .trust = list_,
                          .database = database_,
                          .anchor = place,
                          .clock = request_.clock,
                          .heard = request_.heard};
    if (anchored) return AskOutside(outside);
    if (CM_TRY(QuorumAgrees(outside))) return {};
    return Refused("nobody vouches for the mirror: there is no anchor at " + place.string() +
                   ", and no quorum of witnesses has agreed; put the anchor back there, or name a witness_policy whose "
                   "witnesses have seen the log");
  }

  // CheckReaches: what the anchor knew was published, and a revocation may be in it.
  Result<void> CheckReaches(const Checkpoint& known) const {
    const auto rollback = [&] {
      return Wrong("ROLLBACK DETECTED: the anchor has " + known.origin + " size " + std::to_string(known.size) +
                   " root " + known.root.Base64() + ", the mirror " + last_.origin + " size " +
                   std::to_string(last_.size) + " root " + last_.root.Base64());
    };
    if (known.origin != last_.origin || known.size > last_.size) return rollback();
    const Hash root = CM_TRY(ledger::RootAt(ledger::TileNodes(store_, number_), known.size));
    if (root != known.root) return rollback();
    return {};
  }

  const RebuildRequest& request_;
  const TrustList& list_;
  ledger::Store& store_;
  const fs::path database_;  // where the store lies
  ledger::LogNumber number_ = 0;
  Checkpoint last_;  // of log number_
};

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

}  // namespace

Result<std::uint64_t> RebuildDatabase(const RebuildRequest& request) {
  const fs::path staging = Beside(request.files.database(), ".rebuilding");
  const fs::path anchor_file = PlaceOf(request.files.anchor());
  const fs::path staged_anchor = Beside(anchor_file, ".rebuilding");
  CM_TRY(Remove(staging));
  CM_TRY(Remove(staged_anchor));
  if (!fs::exists(staged_anchor.parent_path())) CM_TRY(MakePrivateDirectory(staged_anchor.parent_path()));

  // 1. All is made beside, and believed when somebody vouches for it.
  std::uint64_t certifications = 0;
  {
    const auto store = CM_TRY(ledger::OpenOrCreateRocksdbStore(staging));
    Rebuilder rebuilder(request, *store, staging);
    certifications = CM_TRY(rebuilder.Run());
    CM_TRY(ledger::Anchor(staged_anchor).Advance(std::nullopt, CM_TRY(rebuilder.Anchored())));
  }

  // 2. The anchor first: it reaches as far as the old one did, so whoever is stopped between begins again.
  CM_TRY(Rename(staged_anchor, anchor_file));
  CM_TRY(Rename(staging, request.files.database()));
  return certifications;
}

}  // namespace certmark::ca
