#include "ca/rebuild.h"

#include <filesystem>
#include <optional>
#include <string>
#include <utility>

#include "ca/restored_files.h"
#include "ca/vouchers.h"
#include "ledger/anchor.h"
#include "ledger/rocksdb_store.h"
#include "ledger/signed_checkpoint.h"
#include "verifier-sdk/core/names.h"

namespace certmark::ca {
namespace {

namespace fs = std::filesystem;

Error Refused(std::string message) {
  return {ErrorCode::kFailedPrecondition, std::move(message)};
}

// Rebuilder fills an empty store, and asks who vouches for what is in it then.
class Rebuilder {
 public:
  Rebuilder(const RebuildRequest& request, ledger::Anchor& own, ledger::Store& store, const fs::path& database)
      : request_(request), own_(own), list_(request.lists.back()), store_(store), database_(database) {}

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
    const ledger::Head head = CM_TRY(ledger::ReadHead(store_));
    return ledger::AnchorState{last_, head.tree(ledger::kRecordLog)};
  }

 private:
  // CheckShown: all that was replayed may be shown, and is: an ended log's end, and what the current one has.
  Result<void> CheckShown(const TrustList::LogKey& log) {
    number_ = CM_TRY(ParseLogOrigin(list_.iss(), log.origin));
    const ledger::Head head = CM_TRY(ledger::ReadHead(store_));
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
    const auto anchors = CM_TRY(ReadAnchors({own_, std::nullopt, std::nullopt}));
    const Restorable restored{store_, list_, number_};
    const auto vouch = CM_TRY(AnchorsThatVouch(restored, anchors));
    if (CM_TRY(HearWitnesses(restored, {request_.policy, request_.clock, request_.heard})).is_quorum) return {};
    if (!vouch.empty()) return RequireElsewhere({database_, own_.file()}, list_);
    const std::string why = anchors.empty() ? "there is no anchor at " + own_.file().string()
                                            : "anchor " + own_.file().string() + " is older than it";
    return Refused("nobody vouches for the mirror: " + why +
                   ", and no quorum of witnesses has agreed; put the anchor there that the authority had, or name a "
                   "witness_policy whose witnesses have seen the log");
  }

  const RebuildRequest& request_;
  ledger::Anchor& own_;
  const TrustList& list_;
  ledger::Store& store_;
  const fs::path& database_;  // where the store lies
  ledger::LogNumber number_ = 0;
  Checkpoint last_;  // of log number_
};

}  // namespace

Result<std::uint64_t> RebuildDatabase(const RebuildRequest& request) {
  CM_TRY(RequirePlace(request.files));
  StagedDatabase staged(request.files);
  CM_TRY(staged.Clear());
  // From here on it is locked, until there is another: no daemon goes on beside this, on what it still has open.
  ledger::Anchor own(request.files.anchor());
  CM_TRY(own.Read());

  // 1. All is made beside, and believed when somebody vouches for it.
  std::uint64_t certifications = 0;
  ledger::AnchorState anchor;
  {
    const auto store = CM_TRY(ledger::OpenOrCreateRocksdbStore(staged.path()));
    Rebuilder rebuilder(request, own, *store, staged.path());
    certifications = CM_TRY(rebuilder.Run());
    anchor = CM_TRY(rebuilder.Anchored());
  }

  // 2. The anchor first: it reaches as far as the old one did, so whoever is stopped between begins again.
  CM_TRY(ReplaceAnchor(request.files, anchor));
  CM_TRY(staged.PutInPlace());
  return certifications;
}

}  // namespace certmark::ca
