#include "verifier-sdk/mirror/follower.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "verifier-sdk/core/bulk_log.h"
#include "verifier-sdk/core/json.h"
#include "verifier-sdk/core/opened_checkpoint.h"
#include "verifier-sdk/core/verify_steps.h"
#include "verifier-sdk/mirror/evidence.h"
#include "verifier-sdk/mirror/standing.h"
#include "verifier-sdk/mirror/stretch.h"

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

}  // namespace

// Turn is one step of Follow, up to its commit.
class Follower::Turn {
 public:
  Turn(const FollowerOptions& options, const Authority& authority, Time now, Changes& changes)
      : options_(options), authority_(authority), list_(authority.lists.back()), now_(now), changes_(changes) {}

  // Run goes on to the next commit. True: there is more to follow after it.
  Result<bool> Run(Followed& out) {
    CM_TRY(Begin());
    const std::string rests_on = RestsOn(list_, authority_);
    const bool is_told = mine().belief != Belief::kBelieved && mine().trust_seq == list_.seq();
    // A list with other logs may block a stolen key too: by what it judges otherwise nothing is believed any more.
    if (!HasTheLogsFollowed()) return is_told ? OtherSuccession() : Distrust();
    if (IsToBeJudgedAnew(rests_on)) {
      // Whoever reads is told before anything else: a list that blocks a stolen key takes effect at once, whether or
      // not the whole log can be read again, and however this process ends.
      if (!is_told) return Distrust();
      Forget();
    }
    TakeList(rests_on);
    // So do its quorum, its witnesses and its end.
    if (!logs().empty() && before_.trust_seq != list_.seq()) return true;
    const bool is_more = CM_TRY(FollowNext(out));
    mine().is_at_list_end = IsAtListEnd();
    if (is_more) return true;
    if (!mine().is_at_list_end) return ShortOfTheList();
    mine().belief = Belief::kBelieved;
    return false;
  }

  bool is_changed() { return mine() != before_; }

 private:
  FollowedAuthority& mine() { return changes_.generation().authorities[place_]; }
  std::vector<FollowedLog>& logs() { return mine().logs; }
  bool IsLast(std::size_t position) const { return position + 1 == list_.logs().size(); }

  // Begin finds the authority's place, or gives it one. What was followed by another list may be followed anew, but
  // never to another history: each log's note is what was seen before.
  Result<void> Begin() {
    auto& all = changes_.generation().authorities;
    const auto known = std::ranges::find(all, list_.iss(), &FollowedAuthority::iss);
    place_ = static_cast<std::uint8_t>(known - all.begin());
    if (known == all.end()) {
      if (all.size() == Generation::kMaxAuthorities) return Refuse("an index is of at most 250 authorities");
      all.emplace_back().iss = list_.iss();
    }
    before_ = mine();
    if (before_.trust_seq > list_.seq()) {
      return Refuse("the index was made with trust list " + std::to_string(before_.trust_seq) + " of " + list_.iss() +
                    ", which list " + std::to_string(list_.seq()) + " goes back behind");
    }
    return {};
  }

  bool HasTheLogsFollowed() {
    if (logs().size() > list_.logs().size()) return false;
    for (std::size_t i = 0; i < logs().size(); ++i) {
      if (logs()[i].origin != list_.logs()[i].origin) return false;
    }
    return true;
  }
  static Result<bool> OtherSuccession() {
    return Refuse("the trust list has another succession of logs than the one followed");
  }

  bool IsToBeJudgedAnew(const std::string& rests_on) {
    if (logs().empty()) return false;
    if (mine().rests_on != rests_on) return true;
    // The genesis of a log says by which key it signs: it was judged by the key that the list had then.
    for (std::size_t i = 0; i < logs().size(); ++i) {
      if (logs()[i].vkey != list_.logs()[i].key.ToVkey()) return true;
    }
    return HasAnotherEnd() || IsBeyondAnEnd();
  }

  // A successor's genesis was held against the tree of the log before it, as long as the list had that then.
  bool HasAnotherEnd() {
    for (std::size_t i = 1; i < logs().size(); ++i) {
      if (logs()[i].tree.size() > 0 && !IsComplete(i - 1)) return true;
    }
    return false;
  }

  // What a log signed beyond its end is not its own: whoever stole its key may have signed it. Of what was read, or was
  // proven to be how that goes on, nobody knows any more that it is the log.
  bool IsBeyondAnEnd() {
    for (std::size_t i = 0; i < logs().size(); ++i) {
      if (IsBeyondItsEnd(i)) return true;
    }
    return false;
  }
  bool IsBeyondItsEnd(std::size_t position) {
    const auto final_size = list_.logs()[position].final_size;
    if (!final_size) return false;
    const FollowedLog& log = logs()[position];
    const auto seen = CheckpointIn(log.note);
    return log.tree.size() > *final_size || (seen && seen->size > *final_size);
  }

  // Distrust leaves what is there as it was judged, so that the next turn finds it to be judged anew still.
  Result<bool> Distrust() {
    mine().belief = Belief::kCatchingUp;
    mine().trust_seq = list_.seq();
    return true;
  }

  // Forget begins anew, with nothing but what was seen of each log; and not with that where the list ends the log
  // before it, or no checkpoint that the list allows could follow it.
  void Forget() {
    changes_.Drop(place_);
    mine().belief = Belief::kCatchingUp;
    mine().keys.clear();
    mine().counts = {};
    for (std::size_t i = 0; i < logs().size(); ++i) {
      FollowedLog& log = logs()[i];
      if (IsBeyondItsEnd(i)) log.note.clear();
      log.vkey = list_.logs()[i].key.ToVkey();
      log.tree = {};
      log.cosigned.clear();
      log.kept.clear();
    }
  }

  void TakeList(const std::string& rests_on) {
    mine().is_test = list_.environment() == TrustList::Environment::kTest;
    mine().trust_seq = list_.seq();
    mine().trust_until = list_.exp();
    mine().rests_on = rests_on;
    mine().quorum = WitnessesOf(list_, authority_.policy).threshold;
    // A witness that is in use no more counts for nothing, whatever it signed before.
    for (std::size_t i = 0; i < logs().size(); ++i) TellFreshness(i);
    mine().is_at_list_end = IsAtListEnd();
  }

  // FollowNext goes a step on in the first log that is not at its end. False: there is nothing more to follow.
  Result<bool> FollowNext(Followed& out) {
    std::size_t position = 0;
    while (position < logs().size() && IsComplete(position)) ++position;
    if (position == list_.logs().size()) {
      out.origin = logs().back().origin;
      out.size = logs().back().tree.size();
      return false;
    }
    const bool is_more = CM_TRY(FollowLog(position, out));
    return is_more || (IsComplete(position) && !IsLast(position));
  }

  bool IsComplete(std::size_t position) {
    const auto final_size = list_.logs()[position].final_size;
    return final_size && logs()[position].tree.size() == *final_size;
  }

  // IsAtListEnd: each log was followed to where the list ends it, and one that goes on was begun. A log without an end
  // has no successor, whatever is listed after it.
  bool IsAtListEnd() {
    for (std::size_t i = 0; i < list_.logs().size(); ++i) {
      if (i == logs().size()) return false;
      if (!list_.logs()[i].final_size) return logs()[i].tree.size() > 0;
      if (!IsComplete(i)) return false;
    }
    return true;
  }

  // ShortOfTheList: a log's server has less than the list says that the log is. It may be an old copy, with the log's
  // own signature, and what was revoked after it, there or in a successor, would be valid. What was read of it is kept
  // first, and refused when there is nothing more to keep.
  Result<bool> ShortOfTheList() {
    if (is_changed()) return true;
    std::size_t position = 0;
    while (IsComplete(position)) ++position;
    return Refuse(logs()[position].origin + " ends at size " + std::to_string(*list_.logs()[position].final_size) +
                  " by the trust list, and its server has " + std::to_string(logs()[position].tree.size()) +
                  ", perhaps an old copy");
  }

  // FollowLog goes a step on. True: its checkpoint has more.
  Result<bool> FollowLog(std::size_t position, Followed& out) {
    const TrustList::LogKey& key = list_.logs()[position];
    const auto source = authority_.open(key);
    const std::string note = CM_TRY(source->Checkpoint());
    const OpenedCheckpoint opened = CM_TRY(OpenCheckpoint(note, list_, authority_.policy));
    const Checkpoint& checkpoint = opened.checkpoint;
    if (checkpoint.origin != key.origin) return Refuse("the checkpoint is of another log, " + checkpoint.origin);
    out.origin = checkpoint.origin;
    out.size = checkpoint.size;
    if (position == logs().size()) {
      FollowedLog& added = logs().emplace_back();
      added.origin = key.origin;
      added.vkey = key.key.ToVkey();
    }
    FollowedLog& log = logs()[position];
    const auto seen = CM_TRY(SeenOf(log));
    if (seen) CM_TRY(CheckAgainst(*seen, log.note, checkpoint, note));
    // Without its first entry nothing says what it is, or what it succeeds.
    if (checkpoint.size == 0) return Error{ErrorCode::kNotFound, checkpoint.origin + " has no genesis yet"};
    const std::uint64_t begin = log.tree.size();
    if (begin < checkpoint.size) CM_TRY(ReadEntries(position, *source, {seen, checkpoint, note}));
    out.entries += log.tree.size() - begin;
    Keep(position, seen, checkpoint, note);
    return log.tree.size() < checkpoint.size;
  }

  // SeenOf is the newest checkpoint that was believed before, if there was one.
  static Result<std::optional<Checkpoint>> SeenOf(const FollowedLog& log) {
    if (log.note.empty()) return std::optional<Checkpoint>();
    auto seen = CheckpointIn(log.note);
    if (seen && seen->size >= log.tree.size()) return std::optional(*std::move(seen));
    return Corrupt("an index's file `current`: a note that is not of its tree");
  }

  // CheckAgainst: a log never goes back, and has one tree of each size.
  Result<void> CheckAgainst(const Checkpoint& seen, const std::string& seen_note, const Checkpoint& checkpoint,
                            const std::string& note) const {
    if (checkpoint.size < seen.size) {
      const std::string why =
          "a checkpoint of size " + std::to_string(checkpoint.size) + " after one of size " + std::to_string(seen.size);
      if (!IsWitnessedLater(note, seen_note)) return Refuse(seen.origin + ": " + why + ", perhaps an old copy");
      return Blame({Evidence::Kind::kRollback, seen.origin, seen_note, note, why});
    }
    if (checkpoint.size == seen.size && checkpoint.root != seen.root) {
      return Blame({Evidence::Kind::kFork, seen.origin, seen_note, note,
                    "two trees of size " + std::to_string(checkpoint.size)});
    }
    return {};
  }

  // IsWitnessedLater: as many witnesses as are demanded, and one at least, signed both notes, and each of them this one
  // later. No two clocks are compared: those of honest witnesses differ by more than the time between two checkpoints.
  // A log's own signature says nothing of when: whoever has kept an old note can show it.
  bool IsWitnessedLater(const std::string& note, const std::string& other) const {
    const WitnessesInUse witnesses = WitnessesOf(list_, authority_.policy);
    std::size_t later = 0;
    for (const NoteKey& witness : witnesses.keys) {
      const std::vector<Time> times = TimesOf(note, {&witness, 1}), before = TimesOf(other, {&witness, 1});
      if (!times.empty() && !before.empty() && times.front() > before.front()) ++later;
    }
    return later >= std::max<std::size_t>(1, witnesses.threshold);
  }

  Error Blame(const Evidence& evidence) const {
    const auto written = evidence.Write(options_.directory, now_);
    return Refuse(std::string(Name(evidence.kind)) + " of " + evidence.origin + ": " + evidence.why +
                  (written ? "; see " + written->string()
                           : "; and the evidence could not be written: " + written.error().message));
  }

  // Signed is what a log signs now, and what it signed before.
  struct Signed {
    const std::optional<Checkpoint>& seen;
    const Checkpoint& checkpoint;
    const std::string& note;
  };

  // ReadEntries goes on to the next multiple of a step, or to the signed tree's end.
  Result<void> ReadEntries(std::size_t position, const io::TileSource& source, const Signed& is) {
    FollowedLog& log = logs()[position];
    changes_.Enter(place_, position);
    const std::uint64_t step = options_.limits.step;
    const Stretch stretch{.lists = authority_.lists,
                          .signatures = authority_.signatures,
                          .threads = options_.threads,
                          .source = source,
                          .checkpoint = is.checkpoint,
                          .end = std::min(is.checkpoint.size, (log.tree.size() / step + 1) * step),
                          .seen = is.seen ? &*is.seen : nullptr,
                          .proof_time = options_.limits.proof_time,
                          .progress = authority_.progress};
    const ReadStretch read = CM_TRY(Read(stretch, log, changes_));
    if (read.other) {
      return Blame({Evidence::Kind::kFork, log.origin, log.note, is.note,
                    "the checkpoint of size " + std::to_string(is.checkpoint.size) +
                        " does not continue that of size " + std::to_string(is.seen->size),
                    read.other->beginning});
    }
    mine().counts.unknown += read.unknown;
    return CheckGenesis(position);
  }

  Result<void> CheckGenesis(std::size_t position) {
    const auto& kept = logs()[position].kept;
    if (kept.empty() || kept.front().index != 0) return Corrupt(logs()[position].origin + " has no good genesis");
    if (position == 0) return {};
    const auto jws = ParseJws(kept.front().entry, kTypGenesis, X5c::kForbidden, kMaxEntryBytes);
    const auto genesis = jws ? ParseGenesis(jws->payload_text()) : Result<Genesis>(jws.error());
    if (genesis && genesis->previous && genesis->previous->root == logs()[position - 1].tree.root()) return {};
    return Corrupt(logs()[position].origin + " does not succeed the tree of the log before it");
  }

  // Keep notes the checkpoint, which is proven to agree with the one that was seen before. Of the same tree a note
  // takes the other's place if it makes states fresh for longer, and never the other way: not one whose cosignatures
  // somebody took off.
  void Keep(std::size_t position, const std::optional<Checkpoint>& seen, const Checkpoint& checkpoint,
            const std::string& note) {
    FollowedLog& log = logs()[position];
    const bool is_of_same_tree = seen && seen->size == checkpoint.size;
    const bool is_better = !is_of_same_tree || Vouched(position, note) > Vouched(position, log.note);
    if (is_better) log.note = note;
    TellFreshness(position);
    mine().counts.entries = 0;
    for (const FollowedLog& one : logs()) mine().counts.entries += one.tree.size();
  }

  // TellFreshness: states between two steps are older than the note, however young its cosignatures.
  void TellFreshness(std::size_t position) {
    FollowedLog& log = logs()[position];
    log.is_whole = HasAllOfItsNote(log);
    log.cosigned = log.is_whole ? TimesIn(position, log.note) : std::vector<Time>();
  }

  // States of a log that has a successor are not the newest either.
  std::vector<Time> TimesIn(std::size_t position, const std::string& note) const {
    return IsLast(position) ? TimesOf(note, WitnessesOf(list_, authority_.policy).keys) : std::vector<Time>();
  }
  Time Vouched(std::size_t position, const std::string& note) const {
    return VouchedAt(TimesIn(position, note), WitnessesOf(list_, authority_.policy).threshold,
                     steps::Plus(now_, authority_.policy.skew));
  }

  const FollowerOptions& options_;
  const Authority& authority_;
  const TrustList& list_;
  const Time now_;
  Changes& changes_;
  std::uint8_t place_ = 0;
  FollowedAuthority before_;  // as the generation had it, or none
};

Result<Follower> Follower::Open(FollowerOptions options) {
  std::error_code failed;
  std::filesystem::create_directories(options.directory, failed);
  if (failed) {
    return Error{ErrorCode::kUnavailable, "cannot make " + options.directory.string() + ": " + failed.message()};
  }
  io::DirectoryLock lock = CM_TRY(io::DirectoryLock::Take(options.directory));
  std::filesystem::remove(options.directory / NewBase::kFile, failed);  // of a process that was killed
  return Follower(std::move(options), std::move(lock));
}

Result<bool> Follower::LeaveOutAllBut(std::span<const std::string> authorities) {
  auto index = Index::Open(options_.directory);
  if (!index && index.error().code == ErrorCode::kNotFound) return false;
  if (!index) return index.error();
  Changes changes(options_.directory, *index, options_.limits);
  bool is_changed = false;
  for (FollowedAuthority& one : changes.generation().authorities) {
    if (std::ranges::find(authorities, one.iss) != authorities.end() || one.belief == Belief::kLeftOut) continue;
    one.belief = Belief::kLeftOut;
    is_changed = true;
  }
  if (is_changed) CM_TRY(changes.Commit());
  return is_changed;
}

// BeginBase has a new base written while others go on, where the delta has become large; one that was begun before
// another took its place is of no use any more, and one that could not be written is begun anew.
void Follower::BeginBase(const std::shared_ptr<const Index>& index) {
  const bool is_of_use = next_ && !next_->HasFailed() && next_->from().generation().base == index->generation().base;
  if (!is_of_use) next_.reset();
  const IndexFile* const delta = index->delta();
  const bool is_large = delta != nullptr && !options_.limits.FitsDelta(delta->apps(), delta->bytes());
  if (is_large && !next_) next_ = std::make_unique<NewBase>(options_.directory, index);
}

Result<Followed> Follower::Follow(const Authority& authority, Time now) {
  if (authority.lists.empty()) Die("an authority followed without a trust list");
  auto index = Index::Open(options_.directory);
  if (!index && index.error().code != ErrorCode::kNotFound) return index.error();
  if (index) {
    BeginBase(*index);
  } else {
    next_.reset();  // numbers begin anew, and by its name it would take the place of another base
  }
  Changes changes(options_.directory, index ? *index : nullptr, options_.limits, next_.get());
  Followed out;
  out.generation = changes.generation().number;
  Turn turn(options_, authority, now, changes);
  out.is_more = CM_TRY(turn.Run(out));
  if (!turn.is_changed()) return out;
  CM_TRY(changes.Commit());
  out.is_changed = true;
  ++out.generation;
  return out;
}

}  // namespace certmark::mirror
