#include "verifier-sdk/mirror/follower.h"

#include <algorithm>
#include <mutex>
#include <optional>
#include <utility>

#include "verifier-sdk/core/bulk_log.h"
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

// Pieces cuts [begin, end) where bundles end, and at `also`.
std::vector<EntryRange> Pieces(std::uint64_t begin, std::uint64_t end, std::uint64_t also) {
  std::vector<EntryRange> pieces;
  while (begin < end) {
    std::uint64_t stop = std::min(end, (begin / kTileWidth + 1) * kTileWidth);
    if (begin < also && also < stop) stop = also;
    pieces.push_back({begin, stop});
    begin = stop;
  }
  return pieces;
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
    floors_ = mine.logs;
    const std::string rests_on = RestsOn(list_, authority_);
    if (!mine.logs.empty() && mine.rests_on != rests_on) {
      is_anew_ = true;
      CM_TRY(changes_.Drop(place_));
      mine.logs.clear();
      mine.keys.clear();
      mine.counts = {};
    }
    mine.is_test = list_.environment() == TrustList::Environment::kTest;
    is_changed_ = mine.trust_seq != list_.seq() || mine.rests_on != rests_on;
    mine.trust_seq = list_.seq();
    mine.trust_until = list_.exp();
    mine.quorum = WitnessesOf(list_, authority_.policy).threshold;
    mine.rests_on = rests_on;
    return {};
  }

  // FollowNext follows the first log that is not at its end. False: it was the last to be followed.
  Result<bool> FollowNext(Followed& out) {
    std::size_t position = 0;
    while (position < logs().size() && IsComplete(position)) ++position;
    if (position == list_.logs().size()) return false;
    CM_TRY(FollowLog(position, out));
    return IsComplete(position) && position + 1 < list_.logs().size();
  }

  bool is_changed() const { return is_changed_; }
  bool is_anew() const { return is_anew_; }

 private:
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
      logs().push_back({.origin = key.origin, .note = {}, .tree = {}, .cosigned = {}, .kept = {}});
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
    const std::vector<EntryRange> pieces = Pieces(log.tree.size(), checkpoint.size, floor_size);
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
    if (is_other_history || bulk.tree().root() != checkpoint.root) return Diagnose(source, floor, checkpoint, note);
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

  // The entries do not come to the signed tree. Whoever gave them is wrong, or the log is: the tree itself, out of its
  // hashes, tells. Only if that is the signed one, and has another beginning than what was seen, the log is.
  Error Diagnose(const io::TileSource& source, const FollowedLog* floor, const Checkpoint& checkpoint,
                 const std::string& note) const {
    const std::string claimed =
        "the checkpoint of size " + std::to_string(checkpoint.size) + " of " + checkpoint.origin;
    const io::SourceNodes nodes(source, checkpoint.size);
    const auto root = RootAt(nodes, checkpoint.size);
    if (!root && root.error().code == ErrorCode::kUnavailable) return root.error();
    if (!root || *root != checkpoint.root) return Corrupt("neither entries nor tiles are those of " + claimed);
    if (floor == nullptr || floor->tree.size() == 0) return Corrupt("the entries are not those of " + claimed);
    const auto before = RootAt(nodes, floor->tree.size());
    if (!before || *before == floor->tree.root()) return Corrupt("the entries are not those of " + claimed);
    return Blame({Evidence::Kind::kFork, floor->origin, floor->note, note,
                  claimed + " does not continue that of size " + std::to_string(floor->tree.size())});
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

  // Keep notes the checkpoint. States of a log that has a successor are not the newest, however young its cosignatures.
  Result<void> Keep(std::size_t position, const std::string& text) {
    FollowedLog& log = logs()[position];
    const Note note = CM_TRY(Note::Parse(text));
    std::vector<Time> cosigned;
    if (position + 1 == list_.logs().size()) {
      cosigned = CosignatureTimes(note, WitnessesOf(list_, authority_.policy).keys);
    }
    const auto is_younger = [&] {
      return std::ranges::lexicographical_compare(Sorted(cosigned), Sorted(log.cosigned), std::greater<>());
    };
    std::uint64_t entries = 0;
    for (const FollowedLog& one : logs()) entries += one.tree.size();
    Counts& counts = changes_.generation().authorities[place_].counts;
    const bool has_grown = std::exchange(counts.entries, entries) != entries || log.note.empty();
    // Of the same tree a note with younger cosignatures takes the other's place, and never the other way.
    if (!has_grown && (cosigned == log.cosigned || !is_younger())) return {};
    is_changed_ = true;
    log.note = text;
    log.cosigned = std::move(cosigned);
    return {};
  }

  static std::vector<Time> Sorted(std::vector<Time> times) {
    std::ranges::sort(times, std::greater<>());
    return times;
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

Result<Followed> Follower::Follow(const Authority& authority, Time now) {
  if (authority.lists.empty()) Die("an authority followed without a trust list");
  Followed out;
  for (bool is_more = true; is_more;) {
    auto index = Index::Open(options_.directory);
    if (!index && index.error().code != ErrorCode::kNotFound) return index.error();
    Changes changes(options_.directory, index ? *index : nullptr, options_.limits);
    out.generation = changes.generation().number;
    Turn turn(options_, authority, now, changes);
    CM_TRY(turn.Begin());
    // What is followed anew is shown whole, or not at all: half of it would be an earlier state.
    do {
      is_more = CM_TRY(turn.FollowNext(out));
    } while (is_more && turn.is_anew());
    if (!turn.is_changed()) continue;
    CM_TRY(changes.Commit());
    out.is_changed = true;
    ++out.generation;
  }
  return out;
}

}  // namespace certmark::mirror
