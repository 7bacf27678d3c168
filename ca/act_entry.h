// ActEntry: who did what to which file, when and why, as one entry of the private record log.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ca/index_rows.h"
#include "ledger/change.h"
#include "verifier-sdk/core/time.h"

namespace certmark::ca {

/// kClock is the actor of what a deadline brings about.
inline constexpr std::string_view kClock = "clock";
/// kCeremony is the actor of what is done where the root key is, and nobody is enrolled yet.
inline constexpr std::string_view kCeremony = "ceremony";
/// kKeeper is the actor of what whoever keeps the authority's machine tells the daemon as it starts.
inline constexpr std::string_view kKeeper = "keeper";
/// kPublicActor is the actor of what anybody may do who is no party.
inline constexpr std::string_view kPublicActor = "public";
/// kRestoreActor is the actor of what a restore brings back, or puts right in it.
inline constexpr std::string_view kRestoreActor = "restore";
/// IsNoParty: the actor is one of those, and no party's id.
bool IsNoParty(std::string_view actor);

/// EachParty is whom an act concerns: each once, in order; no empty name is a party's.
std::vector<std::string> EachParty(std::vector<std::string> parties);

/// ActEntry names ids, codes and states alone: never a natural person's data, never a secret, for the log is permanent.
struct ActEntry {
  Time at;
  std::string actor;          ///< party id, or one that IsNoParty
  std::string act;            ///< Name(Act), or the name of what nobody's role does
  std::string subject;        ///< the record acted on, `<kind>/<id>`
  std::string reason;         ///< code, or empty
  std::string before, after;  ///< names of the subject's states; `before` is empty for a new one
  /// rests_on is the record of the two-person act, or the decision, that an act of the clock or of one person alone
  /// follows from, `<kind>/<id>`; empty where the act stands for itself.
  std::string rests_on{};
  /// concerns are the parties that are told of it, beside who did it: ids, each once, in order.
  std::vector<std::string> concerns{};
  /// id is 80 random bits (Desk::Record), so that no two acts are one entry, though the second make the same of the
  /// same record within one second; empty in what happens once: a ceremony's acts, a restore's.
  std::string id{};

  /// RecordIn appends the act to `change` as the compact JSON of the members above and `records`: the digest of every
  /// record that the change writes, of a kind that HasActs, by its subject, or nothing for one that it erases. So the
  /// newest act that names a record tells what the record must be. The rows that find the act come with it. REQUIRES:
  /// the change's writes are complete.
  void RecordIn(ledger::Change& change) const;
};

/// HasActs: acts tell of records of that kind. Of no other a reader could say more than how far somebody has come: a
/// `delivery`, what was `reminded`; a line in a log that is kept for ever at each step would hide what matters.
bool HasActs(std::string_view kind);

/// RecordedAct is an act as it stands in the private record log.
struct RecordedAct {
  ActEntry act;
  std::map<std::string, std::string> records;  ///< by subject: hex SHA-256 of the row written, empty where erased

  /// Parse reads an entry. InvalidArgument: not an object of exactly those members, each of its form.
  static Result<RecordedAct> Parse(std::string_view entry);
};

/// ActRows are the index rows that find the act at `index` of the record log: `act-of/<subject>/<index>` for each
/// record it wrote and the one it acted on, `acted-by/<actor>/<index>` for who did it, `told/<party>/<index>` for each
/// whom it concerns; each with the index as its value.
std::vector<IndexRow> ActRows(const RecordedAct& recorded, std::uint64_t index);

/// ActsOf finds the indices of the acts on a record, in the order in which they were committed, those behind `after`;
/// ActsBy those of an actor. At most `limit`.
Result<std::vector<std::uint64_t>> ActsOf(const ledger::Store& store, std::string_view subject, std::size_t limit,
                                          std::optional<std::uint64_t> after = std::nullopt);
Result<std::vector<std::uint64_t>> ActsBy(const ledger::Store& store, std::string_view actor, std::size_t limit,
                                          std::optional<std::uint64_t> after = std::nullopt);

/// ActsConcerning finds the indices of the acts that a party is told of, as ActsOf: they are its outbox, which was
/// written in the commit of each.
Result<std::vector<std::uint64_t>> ActsConcerning(const ledger::Store& store, std::string_view party, std::size_t limit,
                                                  std::optional<std::uint64_t> after = std::nullopt);
/// IsActRow: a row of Column::kIndex that finds acts.
bool IsActRow(std::string_view key);

/// ReadAct is the act at an index that those found. Corruption: the record log has no such entry.
Result<RecordedAct> ReadAct(const ledger::Store& store, std::uint64_t index);

}  // namespace certmark::ca
