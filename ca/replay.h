// Replay: what a log says beyond what a store has of it, put into the store: the entries, verbatim, and every row that
// follows from them. What was revoked while the store did not look on is revoked in it afterwards.
//
// Heads of the record log come back as how far the world has seen that log: the one that goes on from here is another,
// and the next head waits until it is longer (record_heads.h).
//
// Orders come back as far as they became public (replay_order.h), and what was suspended for one that was not met rests
// on it again. An operator is called what the newest credential
// shows that took another's place: with such a one it takes a new name.
//
// That an appeal overturned a revocation no event says. Where a new number was granted instead, it tells: it is of the
// same holder and unit and ends when the revoked one would have. Where none was granted yet, the revocation bars its
// holder again until its period is over: each refusal names it, and nobody can lift that, for it is no record of its
// own.
//
// What only the authority's own files knew is not in a public log, and does not come back: applications, reports,
// proposals, parties, and the acts of the private record log. Each replayed row has an act of its own, `replay` by
// `restore`, so that the record log tells where it comes from.
#pragma once

#include <cstdint>
#include <functional>
#include <span>

#include "ca/clock.h"
#include "ledger/signed_checkpoint.h"
#include "ledger/store.h"
#include "ledger/tile_source.h"
#include "ledger/witness_policy.h"
#include "verifier-sdk/core/trust_list.h"

namespace certmark::ca {

/// ReplayInput: references outlive the call; `lists` are the authority's accepted trust lists, oldest first.
struct ReplayInput {
  ledger::Store& store;  ///< of no running log
  const ledger::TileSource& source;
  std::span<const TrustList> lists;
  ledger::LogNumber log = 1;
  Time now;
  ledger::WitnessPolicy policy = ledger::WitnessPolicy::None();  ///< which notes may be shown, with the newest list
  Random random;  ///< for the ids of parties that are only known by what a credential says of them
  std::function<void(std::uint64_t done, std::uint64_t total)> progress{};  ///< entries judged
};

/// Replayed says what was added: entries of the public log, which of them are what, and acts of the record log.
struct Replayed {
  std::uint64_t entries = 0, credentials = 0, events = 0, keys = 0, acts = 0;
  Replayed& operator+=(const Replayed& more);
};

/// NewestOf reads a source's newest checkpoint and opens it: signed by the key that the newest list has for the log, no
/// cosignature wrong. InvalidArgument: the list does not know the log. Corruption: it is not so. Others as TileSource.
Result<ledger::SignedCheckpoint> NewestOf(const ledger::TileSource& source, const TrustList& list,
                                          ledger::LogNumber log);

/// Replay brings a store to the source's newest checkpoint. A source that is no longer than the store is compared with
/// it, and changes nothing but that its note is kept where it is newer. Every replayed entry is judged as fsck judges
/// it, its signature included, and the tree that comes out is the checkpoint's; a successor's genesis names the tree
/// that is stored of the log before it. A certification on which there is an event that its signer signed and nobody
/// can read is suspended; its record says that it was left open, so that whichever later replay reads of its
/// reinstatement, of the next log too, does not close it: only its end does, or who acts on it here. Corruption: the
/// source does not continue the stored tree, has more than the list says that the log ended with, or has an entry that
/// is not what it must be or that contradicts a row. An error of any kind: the store is of no use. Unavailable: the
/// source could not be read.
Result<Replayed> Replay(const ReplayInput& input);

}  // namespace certmark::ca
