#include "verifier-sdk/mirror/stretch.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "verifier-sdk/core/bulk_log.h"
#include "verifier-sdk/core/proofs.h"
#include "verifier-sdk/io/in_order.h"

namespace certmark::mirror {
namespace {

Error Corrupt(std::string message) {
  return {ErrorCode::kCorruption, std::move(message)};
}

// Readers lends a reader to each thread: one remembers the header of the credentials before.
class Readers {
 public:
  std::unique_ptr<CredentialReader> Take() {
    const std::lock_guard lock(mutex_);
    if (idle_.empty()) return std::make_unique<CredentialReader>();
    auto reader = std::move(idle_.back());
    idle_.pop_back();
    return reader;
  }
  void GiveBack(std::unique_ptr<CredentialReader> reader) {
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(reader));
  }

 private:
  std::mutex mutex_;
  std::vector<std::unique_ptr<CredentialReader>> idle_;  // guarded by mutex_
};

// Pieces cuts [begin, end) where bundles end, and at `also`. Nothing is held of them: a log may sign any size.
class Pieces {
 public:
  Pieces(std::uint64_t begin, std::uint64_t end, std::uint64_t also)
      : begin_(begin), end_(end), also_(also), is_cut_(begin < also && also < end && also % kTileWidth != 0) {}

  std::uint64_t size() const {
    if (begin_ >= end_) return 0;
    return (end_ - 1) / kTileWidth - begin_ / kTileWidth + 1 + (is_cut_ ? 1 : 0);
  }

  EntryRange operator[](std::uint64_t i) const {
    const std::uint64_t first = begin_ / kTileWidth, cut = also_ / kTileWidth - first;  // the bundle cut is two pieces
    const std::uint64_t bundle = first + i - (is_cut_ && i > cut ? 1 : 0);
    EntryRange piece;
    piece.begin = std::max(begin_, bundle * kTileWidth);
    piece.end = piece.begin + std::min(end_ - piece.begin, kTileWidth - piece.begin % kTileWidth);
    if (is_cut_ && i == cut) piece.end = also_;
    if (is_cut_ && i == cut + 1) piece.begin = also_;
    return piece;
  }

 private:
  std::uint64_t begin_, end_, also_;
  bool is_cut_;
};

// ProofTiles is a source for the proofs of one stretch, by one thread: it asks for a hash tile once, and for none when
// its time is over, however slow the server, and however large a tree was signed.
class ProofTiles : public io::TileSource {
 public:
  ProofTiles(const io::TileSource& source, std::chrono::milliseconds time)
      : source_(source), end_(std::chrono::steady_clock::now() + time) {}

  Result<std::string> Checkpoint() const override { return source_.Checkpoint(); }
  Result<Bytes> Tile(const TileName& name) const override {
    const auto held = held_.find(name.ToPath());
    if (held != held_.end()) return held->second;
    if (std::chrono::steady_clock::now() >= end_) {
      return Error{ErrorCode::kUnavailable, "the tiles of a proof take too long"};
    }
    return held_.emplace(name.ToPath(), CM_TRY(source_.Tile(name))).first->second;
  }
  Result<void> Entries(std::uint64_t begin, std::uint64_t end, std::uint64_t size,
                       const EntryVisitor& visit) const override {
    return source_.Entries(begin, end, size, visit);
  }

 private:
  const io::TileSource& source_;
  const std::chrono::steady_clock::time_point end_;
  mutable std::map<std::string, Bytes> held_;  // by path; some 8 of each proof
};

template <class T>
Result<T> Named(const TileName& name, Result<T> result) {
  if (result) return result;
  Error error = result.error();
  error.message.insert(0, "tile/" + name.ToPath() + ": ");
  if (error.code == ErrorCode::kInvalidArgument) error.code = ErrorCode::kCorruption;
  return error;
}

Error NotOf(const Checkpoint& checkpoint) {
  return Corrupt("entries or tiles are not those of the checkpoint of size " + std::to_string(checkpoint.size) +
                 " of " + checkpoint.origin);
}

// IsBeginning: the signed tree begins with `tree`, or is it. Its tiles prove it, whoever gives them.
Result<bool> IsBeginning(const GrowingTree& tree, const Stretch& s, const ProofTiles& tiles) {
  if (tree.size() == s.checkpoint.size) return tree.root() == s.checkpoint.root;
  const io::SourceNodes nodes(tiles, s.checkpoint.size);
  const Proof proof = CM_TRY(ConsistencyProof(nodes, tree.size(), s.checkpoint.size));
  return VerifyConsistency(tree.size(), tree.root(), s.checkpoint.size, s.checkpoint.root, proof);
}

// BeginningOf is how the signed tree begins, by the tiles: as many leaves as were seen before. Corruption: the tiles
// are not those of the signed tree; what of them is right is not to be known, and nobody is blamed by it.
Result<Beginning> BeginningOf(const Stretch& s, const ProofTiles& tiles) {
  const io::SourceNodes nodes(tiles, s.checkpoint.size);
  const std::uint64_t size = s.seen->size;
  Beginning out;
  out.root = CM_TRY(RootAt(nodes, size));
  out.proof = CM_TRY(ConsistencyProof(nodes, size, s.checkpoint.size));
  // The root at `size` is made of other rows than the signed root: only the proof ties it to that.
  if (VerifyConsistency(size, out.root, s.checkpoint.size, s.checkpoint.root, out.proof)) return out;
  return Corrupt("tiles that are not of the signed tree");
}

// The entries do not come to the signed tree. Whoever gave them is wrong, or the log is: the tree itself, out of its
// hashes, tells. Only if it is proved that the signed one has another beginning than what was seen, the log is.
Result<OtherHistory> Diagnose(const Stretch& s, const ProofTiles& tiles) {
  if (s.seen == nullptr || s.seen->size == 0) return NotOf(s.checkpoint);
  auto beginning = BeginningOf(s, tiles);
  if (!beginning && beginning.error().code == ErrorCode::kUnavailable) return beginning.error();
  if (!beginning || beginning->root == s.seen->root) return NotOf(s.checkpoint);
  return OtherHistory{*std::move(beginning)};
}

// OtherThanSeen: the tree does not come to what was seen, so that entries could not show yet whether the signed one has
// that. Tiles do: else a fork would be followed to where it leaves what was seen, and nothing that is honest go on from
// there.
Result<std::optional<OtherHistory>> OtherThanSeen(const GrowingTree& tree, const Stretch& s, const ProofTiles& tiles) {
  const bool is_told = s.seen == nullptr || s.seen->size <= tree.size() || s.seen->size == s.checkpoint.size;
  if (is_told) return std::optional<OtherHistory>();
  Beginning beginning = CM_TRY(BeginningOf(s, tiles));
  if (beginning.root == s.seen->root) return std::optional<OtherHistory>();
  return std::optional(OtherHistory{std::move(beginning)});
}

}  // namespace

Result<ReadStretch> Read(const Stretch& s, FollowedLog& log, Changes& changes) {
  BulkLog bulk(s.lists, log.origin, s.signatures, log.tree);
  for (const KeptEntry& kept : log.kept) bulk.TakeKept(kept.index, AsBytes(kept.entry));
  const Pieces pieces(log.tree.size(), s.end, s.seen != nullptr ? s.seen->size : 0);
  Readers readers;
  const auto make = [&](std::uint64_t piece) -> Result<ReadBundle> {
    const EntryRange range = pieces[piece];
    const std::uint64_t tile = range.begin / kTileWidth;
    const TileName name{std::nullopt, tile, WidthAt(s.checkpoint.size, 0, tile)};
    const Bytes bundle = CM_TRY(Named(name, s.source.Tile(name)));
    auto reader = readers.Take();
    auto read = Named(name, bulk.Read(*reader, range, bundle, name.width));
    readers.GiveBack(std::move(reader));
    return read;
  };
  bool is_other = false, is_full = false;
  const auto take = [&](ReadBundle read) -> Result<void> {
    bulk.Take(std::move(read), changes);
    const GrowingTree& tree = bulk.tree();
    is_other = is_other || (s.seen != nullptr && tree.size() == s.seen->size && tree.root() != s.seen->root);
    if (s.progress) s.progress(tree.size(), s.checkpoint.size);
    if (changes.failed()) return *changes.failed();
    is_full = changes.IsFull();
    return is_full ? Result<void>(Error{ErrorCode::kResourceExhausted, "a stretch that ends here"}) : Result<void>();
  };
  const auto taken = io::InOrder<ReadBundle>(pieces.size(), s.threads, make, take);
  if (!taken && !is_full) return taken.error();
  ReadStretch out;
  out.unknown = bulk.counts().unknown;
  const ProofTiles tiles(s.source, s.proof_time);
  if (!CM_TRY(IsBeginning(bulk.tree(), s, tiles))) {
    out.other = CM_TRY(Diagnose(s, tiles));
  } else if (is_other) {
    auto beginning = BeginningOf(s, tiles);
    out.other = beginning ? OtherHistory{*std::move(beginning)} : OtherHistory{};
  } else {
    out.other = CM_TRY(OtherThanSeen(bulk.tree(), s, tiles));
  }
  if (!out.other) log.tree = bulk.tree();
  return out;
}

}  // namespace certmark::mirror
