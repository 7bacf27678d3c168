// Step 8: the credential is in the authority's log, where others can see it, and witnesses saw that log.
#include <algorithm>

#include "verifier-sdk/core/checkpoint.h"
#include "verifier-sdk/core/merkle.h"
#include "verifier-sdk/core/opened_checkpoint.h"
#include "verifier-sdk/core/quote.h"
#include "verifier-sdk/core/tlog_proof.h"
#include "verifier-sdk/core/verify_steps.h"

namespace certmark::steps {
namespace {

/// Place is where the log has the credential.
struct Place {
  const TrustList::LogKey* log;
  std::size_t position;  ///< of that log in the succession
  TlogProof proof;
  std::optional<Note> note;  ///< opened and not believed; nothing if `known` has its checkpoint
  Checkpoint checkpoint;
  std::shared_ptr<const CosignedCheckpoint> known;
};

// A checkpoint of these bytes that this very log signed, and these very witnesses or not.
std::shared_ptr<const CosignedCheckpoint> FindKnown(const Case& c, std::string_view note) {
  const auto held = c.memory.checkpoints.values();
  const auto found = std::ranges::find_if(*held, [&](const auto& known) {
    if (known->note != note) return false;
    const auto position = c.list->LogPosition(known->checkpoint.origin);
    return position && SameKey(c.list->logs()[*position].key, known->log) &&
           std::ranges::equal(known->witnesses, WitnessesOf(*c.list, c.policy).keys, SameKey);
  });
  return found == held->end() ? nullptr : *found;
}

// A checkpoint of one of the list's logs, opened but not believed unless it is known.
Result<Place> Open(const Case& c) {
  TlogProof proof = CM_TRY(TlogProof::Parse(*c.bundle.tlog_proof));
  auto known = FindKnown(c, proof.checkpoint_note);
  std::optional<Note> note;
  if (!known) note = CM_TRY(Note::Parse(proof.checkpoint_note));
  Checkpoint checkpoint = known ? known->checkpoint : CM_TRY(Checkpoint::Parse(note->text()));
  const auto position = c.list->LogPosition(checkpoint.origin);
  if (!position) return Error{ErrorCode::kNotFound, "not a log of this authority: " + Quote(checkpoint.origin)};
  return Place{&c.list->logs()[*position], *position,       std::move(proof), std::move(note),
               std::move(checkpoint),      std::move(known)};
}

std::optional<std::string> WhyNotLogged(const Case& c, const Place& place) {
  if (!place.known && place.note->Check(place.log->key).state != Note::State::kGood) {
    return "the checkpoint is not signed by " + place.log->origin;
  }
  const Checkpoint& checkpoint = place.checkpoint;
  if (place.log->final_size && checkpoint.size > *place.log->final_size) {
    return "the checkpoint is beyond the log's final size: " + std::to_string(checkpoint.size);
  }
  const Hash leaf = LeafHash(AsBytes(c.bundle.credential));
  if (!VerifyInclusion(place.proof.index, checkpoint.size, leaf, place.proof.path, checkpoint.root)) {
    return "the proof does not lead from this credential to the checkpoint, at index " +
           std::to_string(place.proof.index);
  }
  return std::nullopt;
}

// Cosigned counts the witnesses that signed; nothing if a known one signed wrongly. REQUIRES: the log signed.
std::optional<std::size_t> Cosigned(const Case& c, const Place& place) {
  if (place.known) return place.known->cosigned;
  const auto keys = WitnessesOf(*c.list, c.policy).keys;
  const auto cosigned = CountCosignatures(*place.note, keys);
  if (cosigned) {
    c.memory.Remember(CosignedCheckpoint{
        place.proof.checkpoint_note, place.log->key, {keys.begin(), keys.end()}, place.checkpoint, *cosigned});
  }
  return cosigned;
}

bool IsBlocked(const Case& c, const Place& place) {
  const auto keys = Keys(*c.path);
  return std::any_of(keys.begin(), keys.end(), [&](const PublicKey* key) {
    return c.list->IsBlockedAt(*key, place.position, place.proof.index);
  });
}

}  // namespace

Finding CheckLog(Case& c) {
  if (!c.bundle.tlog_proof) {
    if (c.policy.allows(Allow::kUnlogged)) return Skipped("AllowUnlogged: no proof, nobody can audit this credential");
    return Failed(Verdict::kNotLogged, "the bundle has no tlogProof");
  }
  auto opened = Open(c);
  if (!opened) return Failed(Verdict::kNotLogged, opened.error().message);
  const Place& place = *opened;
  if (auto why = WhyNotLogged(c, place)) return Failed(Verdict::kNotLogged, std::move(*why));

  // Witnesses are looked at under AllowUnwitnessed too: the option forgives that too few saw the log, never a signature
  // that says the note was tampered with.
  const auto cosigned = Cosigned(c, place);
  if (!cosigned) return Failed(Verdict::kNotLogged, "a known witness's cosignature is wrong");

  const std::string where = "entry " + std::to_string(place.proof.index) + " of " + place.log->origin;
  if (IsBlocked(c, place)) return Failed(Verdict::kUntrustedIssuer, "a key of the path is blocked at " + where);

  const std::size_t threshold = WitnessesOf(*c.list, c.policy).threshold;
  const std::string count = std::to_string(*cosigned) + " witnesses, " + std::to_string(threshold) + " needed";
  const bool enough = *cosigned >= threshold;
  if (!enough && !c.policy.allows(Allow::kUnwitnessed)) {
    return Failed(Verdict::kNotWitnessed, where + ", " + count);
  }
  c.checkpoint = place.checkpoint;
  return Passed(where + ", " + count + (enough ? "" : " (AllowUnwitnessed)"));
}

}  // namespace certmark::steps
