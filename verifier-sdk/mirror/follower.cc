#include "verifier-sdk/mirror/follower.h"

#include <algorithm>
#include <functional>
#include <mutex>
#include <optional>
#include <utility>

#include "verifier-sdk/core/bulk_log.h"
#include "verifier-sdk/core/json.h"
#include "verifier-sdk/core/opened_checkpoint.h"
#include "verifier-sdk/core/proofs.h"
#include "verifier-sdk/io/in_order.h"
#include "verifier-sdk/mirror/evidence.h"

namespace certmark::mirror {
namespace {

Error Refuse(std::string message) {
  return {ErrorCode::kFailedPrecondition, std::move(message)};
}
Error Corrupt(std::string message) {
  return {ErrorCode::kCorruption, std::move(message)};
}

// An authority that nobody is to believe is one whose trust list has long expired: Standing needs nothing more.
constexpr Time kNever{};

// What every judgement of an entry rests on. A list that says something else of it makes all of them anew.
std::string RestsOn(const TrustList& list, const Authority& authority) {
  std::string all = list.credential_eku() + "\n" + list.status_eku() + "\n";
  for (const Certificate& root : list.roots()) all += root.fingerprint().Hex() + "\n";
  for (const TrustList::Block& block : list.blocked()) {
    all += block.spki.Hex() + " " + block.origin + " " + (block.from_index ? std::to_string(*block.from_index) : "") +
           "\n";
  }
  if (authority.signatures == Signatures::kVerify) all += "every signature\n";
  return Sha256(AsBytes(all)).Hex();
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

// TimesOf are when witnesses signed a note. A time that `current` cannot hold is none: it would be another one when it
// is read again, and each turn a change.
std::vector<Time> TimesOf(const std::string& text, std::span<const NoteKey> witnesses) {
  const auto note = Note::Parse(text);
  if (!note) return {};
  std::vector<Time> times = CosignatureTimes(*note, witnesses);
  std::erase_if(times, [](Time time) {
    return time < FromEpoch(0) || time > FromEpoch(static_cast<std::int64_t>(json::kMaxNumber));
  });
  return times;
}

// VouchedAt is until when as many witnesses as a state needs had all signed: what makes it fresh (IsFresh). Times of
// the future say nothing, or one witness could pin a note by one.
Time VouchedAt(std::vector<Time> times, std::size_t quorum, Time latest) {
  std::erase_if(times, [&](Time time) { return time > latest; });
  const std::size_t needed = std::max<std::size_t>(1, quorum);
  if (times.size() < needed) return Time::min();
  std::ranges::sort(times, std::greater<>());
  return times[needed - 1];
}

}  // namespace

// Turn is one call of Follow, up to its next commit.
class Follower::Turn {
 public:
  Turn(const FollowerOptions& options, const Authority& authority, Time now, Changes& changes)
      : options_(options), authority_(authority), list_(authority.lists.back()), now_(now), changes_(changes) {}

  // Begin finds the authority's place, or gives it one. What was followed by another list is followed anew, but never
  // to another history: floors are what was seen before.
  Result<void> Begin() {
    auto& all = changes_.generation().authorities;
    const auto known = std::ranges::find(all, list_.iss(), &FollowedAuthority::iss);
    place_ = static_cast<std::uint8_t>(known - all.begin());
    if (known == all.end()) {
      if (all.size() == Generation::kMaxAuthorities) return Refuse("an index is of at most 250 authorities");
      all.emplace_back().iss = list_.iss();
    }
    FollowedAuthority& mine = all[place_];
    if (mine.trust_seq > list_.seq()) {
      return Refuse("the index was made with trust list " + std::to_string(mine.trust_seq) + " of " + list_.iss() +
                    ", which list " + std::to_string(list_.seq()) + " goes back behind");
    }
    for (std::size_t i = 0; i < mine.logs.size(); ++i) {
      if (i < list_.logs().size() && mine.logs[i].origin == list_.logs()[i].origin) continue;
      return Refuse("the trust list has another succession of logs than the one followed");
    }
    mine.quorum = WitnessesOf(list_, authority_.policy).threshold;
    // A witness that is in use no more counts for nothing, whatever it signed before.
    for (std::size_t i = 0; i < mine.logs.size(); ++i) {
      std::vector<Time> times = TimesIn(i, mine.logs[i].note);
      is_changed_ = is_changed_ || times != mine.logs[i].cosigned;
      mine.logs[i].cosigned = std::move(times);
    }
    floors_ = mine.logs;
    const std::string rests_on = RestsOn(list_, authority_);
    if (!mine.logs.empty() && (mine.rests_on != rests_on || HasOtherKey(mine))) {
      is_anew_ = true;
      CM_TRY(changes_.Drop(place_));
      mine.logs.clear();
      mine.keys.clear();
      mine.counts = {};
    }
    mine.is_test = list_.environment() == TrustList::Environment::kTest;
    is_changed_ = is_changed_ || is_anew_ || mine.trust_seq != list_.seq() || mine.rests_on != rests_on ||
                  mine.trust_until != list_.exp();
    mine.trust_seq = list_.seq();
    mine.trust_until = list_.exp();
    mine.rests_on = rests_on;
    return {};
  }

  // Run goes on to the next commit. True: there is more to follow after it.
  Result<bool> Run(Followed& out) {
    CM_TRY(Begin());
    // What is followed anew is shown whole, or not at all: half of it would be an earlier state.
    for (bool is_more = true; is_more;) {
      is_more = CM_TRY(FollowNext(out));
      if (!is_anew_) return is_more;
    }
    return false;
  }

  bool is_changed() const { return is_changed_; }
  bool is_anew() const { return is_anew_; }

 private:
  // FollowNext follows the first log that is not at its end. False: it was the last to be followed.
  Result<bool> FollowNext(Followed& out) {
    std::size_t position = 0;
    while (position < logs().size() && IsComplete(position)) ++position;
    if (position == list_.logs().size()) return false;
    CM_TRY(FollowLog(position, out));
    return IsComplete(position) && position + 1 < list_.logs().size();
  }

  // The genesis of a log says by which key it signs: it was judged by the key that the list had then.
  bool HasOtherKey(const FollowedAuthority& mine) const {
    for (std::size_t i = 0; i < mine.logs.size(); ++i) {
      if (mine.logs[i].vkey != list_.logs()[i].key.ToVkey()) return true;
    }
    return false;
  }

  std::vector<FollowedLog>& logs() { return changes_.generation().authorities[place_].logs; }

  bool IsComplete(std::size_t position) {
    const auto final_size = list_.logs()[position].final_size;
    return final_size && logs()[position].tree.size() == *final_size;
  }

  Result<void> FollowLog(std::size_t position, Followed& out) {
    const TrustList::LogKey& key = list_.logs()[position];
    const auto source = authority_.open(key);
    const std::string note = CM_TRY(source->Checkpoint());
    const OpenedCheckpoint opened = CM_TRY(OpenCheckpoint(note, list_, authority_.policy));
    const Checkpoint& checkpoint = opened.checkpoint;
    if (checkpoint.origin != key.origin) return Refuse("the checkpoint is of another log, " + checkpoint.origin);
    out.origin = checkpoint.origin;
    out.size = checkpoint.size;
    if (position < floors_.size()) CM_TRY(CheckAgainst(floors_[position], checkpoint, note));
    if (position == logs().size())
      logs().push_back(
          {.origin = key.origin, .vkey = key.key.ToVkey(), .note = {}, .tree = {}, .cosigned = {}, .kept = {}});
    if (checkpoint.size > logs()[position].tree.size()) {
      out.entries += checkpoint.size - logs()[position].tree.size();
      CM_TRY(ReadEntries(position, *source, checkpoint, note));
    }
    return Keep(position, note);
  }

  // CheckAgainst: a log never goes back, and has one tree of each size.
  Result<void> CheckAgainst(const FollowedLog& before, const Checkpoint& checkpoint, const std::string& note) const {
    if (checkpoint.size < before.tree.size()) {
      return Blame({Evidence::Kind::kRollback, before.origin, before.note, note,
                    "a checkpoint of size " + std::to_string(checkpoint.size) + " after one of size " +
                        std::to_string(before.tree.size())});
    }
    if (checkpoint.size == before.tree.size() && checkpoint.root != before.tree.root()) {
      return Blame({Evidence::Kind::kFork, before.origin, before.note, note,
                    "two trees of size " + std::to_string(checkpoint.size)});
    }
    return {};
  }

  Error Blame(const Evidence& evidence) const {
    const auto written = evidence.Write(options_.directory, now_);
    return Refuse(std::string(Name(evidence.kind)) + " of " + evidence.origin + ": " + evidence.why +
                  (written ? "; see " + written->string()
                           : "; and the evidence could not be written: " + written.error().message));
  }

  Result<void> ReadEntries(std::size_t position, const io::TileSource& source, const Checkpoint& checkpoint,
                           const std::string& note) {
    FollowedLog& log = logs()[position];
    BulkLog bulk(authority_.lists, log.origin, authority_.signatures, log.tree);
    for (const KeptEntry& kept : log.kept) bulk.TakeKept(kept.index, AsBytes(kept.entry));
    changes_.Enter(place_, position);
    const FollowedLog* const floor = position < floors_.size() ? &floors_[position] : nullptr;
    const std::uint64_t floor_size = floor != nullptr ? floor->tree.size() : 0;
    const Pieces pieces(log.tree.size(), checkpoint.size, floor_size);
    Readers readers;
    const auto make = [&](std::uint64_t piece) -> Result<ReadBundle> {
      const EntryRange range = pieces[piece];
      const std::uint64_t tile = range.begin / kTileWidth;
      const TileName name{std::nullopt, tile, WidthAt(checkpoint.size, 0, tile)};
      const Bytes bundle = CM_TRY(Named(name, source.Tile(name)));
      auto reader = readers.Take();
      auto read = Named(name, bulk.Read(*reader, range, bundle, name.width));
      readers.GiveBack(std::move(reader));
      return read;
    };
    bool is_other_history = false;
    const auto take = [&](ReadBundle read) -> Result<void> {
      bulk.Take(std::move(read), changes_);
      is_other_history =
          is_other_history || (bulk.tree().size() == floor_size && bulk.tree().root() != floor->tree.root());
      if (options_.progress) options_.progress(bulk.tree().size(), checkpoint.size);
      return changes_.Relieve();
    };
    CM_TRY(io::InOrder<ReadBundle>(pieces.size(), options_.threads, make, take));
    const bool is_signed = bulk.tree().root() == checkpoint.root;
    if (is_other_history && is_signed)
      return BlameFork(*floor, checkpoint, note, BeginningOf(source, *floor, checkpoint));
    if (!is_signed) return Diagnose(source, floor, checkpoint, note);
    log.tree = bulk.tree();
    return CheckGenesis(position, bulk);
  }

  static Result<Bytes> Named(const TileName& name, Result<Bytes> read) { return Named<Bytes>(name, std::move(read)); }
  template <class T>
  static Result<T> Named(const TileName& name, Result<T> result) {
    if (result) return result;
    Error error = result.error();
    error.message.insert(0, "tile/" + name.ToPath() + ": ");
    if (error.code == ErrorCode::kInvalidArgument) error.code = ErrorCode::kCorruption;
    return error;
  }

  // BeginningOf is how the signed tree begins, by the tiles: as many leaves as `floor` has. Corruption: the tiles are
  // not those of the signed tree; what of them is right is not to be known, and nobody is blamed by it.
  static Result<Beginning> BeginningOf(const io::TileSource& source, const FollowedLog& floor,
                                       const Checkpoint& checkpoint) {
    const io::SourceNodes nodes(source, checkpoint.size);
    const std::uint64_t size = floor.tree.size();
    Beginning out;
    out.root = CM_TRY(RootAt(nodes, size));
    out.proof = CM_TRY(ConsistencyProof(nodes, size, checkpoint.size));
    // The root at `size` is made of other rows than the signed root: only the proof ties it to that.
    if (VerifyConsistency(size, out.root, checkpoint.size, checkpoint.root, out.proof)) return out;
    return Corrupt("tiles that are not of the signed tree");
  }

  Error BlameFork(const FollowedLog& floor, const Checkpoint& checkpoint, const std::string& note,
                  const Result<Beginning>& beginning) const {
    Evidence evidence{Evidence::Kind::kFork, floor.origin, floor.note, note,
                      Claimed(checkpoint) + " does not continue that of size " + std::to_string(floor.tree.size())};
    if (beginning) evidence.beginning = *beginning;
    return Blame(evidence);
  }

  static std::string Claimed(const Checkpoint& checkpoint) {
    return "the checkpoint of size " + std::to_string(checkpoint.size) + " of " + checkpoint.origin;
  }

  // The entries do not come to the signed tree. Whoever gave them is wrong, or the log is: the tree itself, out of its
  // hashes, tells. Only if it is proved that the signed one has another beginning than what was seen, the log is.
  Error Diagnose(const io::TileSource& source, const FollowedLog* floor, const Checkpoint& checkpoint,
                 const std::string& note) const {
    if (floor == nullptr || floor->tree.size() == 0)
      return Corrupt("the entries are not those of " + Claimed(checkpoint));
    const auto beginning = BeginningOf(source, *floor, checkpoint);
    if (!beginning && beginning.error().code == ErrorCode::kUnavailable) return beginning.error();
    if (!beginning) return Corrupt("neither entries nor tiles are those of " + Claimed(checkpoint));
    if (beginning->root == floor->tree.root()) return Corrupt("the entries are not those of " + Claimed(checkpoint));
    return BlameFork(*floor, checkpoint, note, beginning);
  }

  Result<void> CheckGenesis(std::size_t position, const BulkLog& bulk) {
    const auto& kept = logs()[position].kept;
    if (kept.empty() || kept.front().index != 0) return Corrupt(logs()[position].origin + " has no good genesis");
    changes_.generation().authorities[place_].counts.unknown += bulk.counts().unknown;
    if (position == 0) return {};
    const auto jws = ParseJws(kept.front().entry, kTypGenesis, X5c::kForbidden, kMaxEntryBytes);
    const auto genesis = jws ? ParseGenesis(jws->payload_text()) : Result<Genesis>(jws.error());
    if (genesis && genesis->previous && genesis->previous->root == logs()[position - 1].tree.root()) return {};
    return Corrupt(logs()[position].origin + " does not succeed the tree of the log before it");
  }

  // Keep notes the checkpoint. Of the same tree a note takes the other's place if it makes states fresh for longer, and
  // never the other way: not one whose cosignatures somebody took off.
  Result<void> Keep(std::size_t position, const std::string& text) {
    FollowedLog& log = logs()[position];
    std::string note = text;
    std::vector<Time> cosigned = TimesIn(position, text);
    const FollowedLog* const before = position < floors_.size() ? &floors_[position] : nullptr;
    if (before != nullptr && before->tree.size() == log.tree.size() && Vouched(before->cosigned) >= Vouched(cosigned)) {
      note = before->note;
      cosigned = before->cosigned;
    }
    std::uint64_t entries = 0;
    for (const FollowedLog& one : logs()) entries += one.tree.size();
    Counts& counts = changes_.generation().authorities[place_].counts;
    const bool is_same = counts.entries == entries && log.note == note && log.cosigned == cosigned;
    is_changed_ = is_changed_ || !is_same;
    counts.entries = entries;
    log.note = std::move(note);
    log.cosigned = std::move(cosigned);
    return {};
  }

  // States of a log that has a successor are not the newest, however young its cosignatures.
  std::vector<Time> TimesIn(std::size_t position, const std::string& note) const {
    if (position + 1 != list_.logs().size()) return {};
    return TimesOf(note, WitnessesOf(list_, authority_.policy).keys);
  }
  Time Vouched(const std::vector<Time>& cosigned) const {
    return VouchedAt(cosigned, WitnessesOf(list_, authority_.policy).threshold, now_ + authority_.policy.skew);
  }

  const FollowerOptions& options_;
  const Authority& authority_;
  const TrustList& list_;
  const Time now_;
  Changes& changes_;
  std::uint8_t place_ = 0;
  std::vector<FollowedLog> floors_;
  bool is_changed_ = false;
  bool is_anew_ = false;  // what was followed before is followed again
};

Result<Follower> Follower::Open(FollowerOptions options) {
  std::error_code failed;
  std::filesystem::create_directories(options.directory, failed);
  if (failed) {
    return Error{ErrorCode::kUnavailable, "cannot make " + options.directory.string() + ": " + failed.message()};
  }
  io::DirectoryLock lock = CM_TRY(io::DirectoryLock::Take(options.directory));
  return Follower(std::move(options), std::move(lock));
}

// Distrust shows an authority as one that is not trusted until it was judged by `list` or a later one.
Result<void> Follower::Distrust(const std::shared_ptr<const Index>& index, const TrustList& list) const {
  Changes changes(options_.directory, index, options_.limits);
  auto& all = changes.generation().authorities;
  const auto mine = std::ranges::find(all, list.iss(), &FollowedAuthority::iss);
  if (mine == all.end() || (mine->trust_seq == list.seq() && mine->trust_until == kNever)) return {};
  mine->trust_seq = list.seq();
  mine->trust_until = kNever;
  return changes.Commit();
}

Result<bool> Follower::LeaveOutAllBut(std::span<const std::string> authorities) {
  auto index = Index::Open(options_.directory);
  if (!index && index.error().code == ErrorCode::kNotFound) return false;
  if (!index) return index.error();
  Changes changes(options_.directory, *index, options_.limits);
  bool is_changed = false;
  for (FollowedAuthority& one : changes.generation().authorities) {
    if (std::ranges::find(authorities, one.iss) != authorities.end() || one.trust_until == kNever) continue;
    one.trust_until = kNever;
    is_changed = true;
  }
  if (is_changed) CM_TRY(changes.Commit());
  return is_changed;
}

Result<Followed> Follower::Follow(const Authority& authority, Time now) {
  if (authority.lists.empty()) Die("an authority followed without a trust list");
  Followed out;
  for (bool is_more = true; is_more;) {
    auto index = Index::Open(options_.directory);
    if (!index && index.error().code != ErrorCode::kNotFound) return index.error();
    Changes changes(options_.directory, index ? *index : nullptr, options_.limits);
    out.generation = changes.generation().number;
    Turn turn(options_, authority, now, changes);
    const auto ran = turn.Run(out);
    if (!ran) {
      // What is to be judged anew is not believed by the old judgement meanwhile: a list that blocks a stolen key takes
      // effect whether or not the whole log can be read again.
      if (turn.is_anew()) CM_TRY(Distrust(*index, authority.lists.back()));
      return ran.error();
    }
    is_more = *ran;
    if (!turn.is_changed()) continue;
    CM_TRY(changes.Commit());
    out.is_changed = true;
    ++out.generation;
  }
  return out;
}

}  // namespace certmark::mirror
