// Generation: what the file `current` of an index says: which files hold the records, and how far each log was
// followed. One file, replaced whole, so that readers see one generation or the next and nothing between.
#pragma once

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "verifier-sdk/core/checkpoint.h"
#include "verifier-sdk/core/growing_tree.h"
#include "verifier-sdk/core/time.h"

namespace certmark::mirror {

/// KeptEntry is an entry that is needed to judge later ones: a genesis, key entry or the newest record head.
struct KeptEntry {
  std::uint64_t index = 0;
  std::string entry;
  bool operator==(const KeptEntry&) const = default;
};

/// FollowedLog is one log as far as it was followed: to its newest checkpoint's end, or to somewhere before.
struct FollowedLog {
  std::string origin;
  std::string vkey;            ///< of the list by which it was judged
  std::string note;            ///< the newest checkpoint that was seen, as it was signed; no other may contradict it
  GrowingTree tree;            ///< of the entries followed: all of the note's tree, or how that begins
  bool is_whole = false;       ///< the tree is all of the note's, and nothing signed is left to read; not written
  std::vector<Time> cosigned;  ///< when the witnesses in use signed the note; nothing while the tree is shorter
  std::vector<KeptEntry> kept;
  bool operator==(const FollowedLog&) const = default;
};
/// CheckpointIn reads what a note says of a tree; its signatures are somebody else's to judge. InvalidArgument.
Result<Checkpoint> CheckpointIn(std::string_view note);
/// HasAllOfItsNote says what `is_whole` is to be.
bool HasAllOfItsNote(const FollowedLog& log);

/// SignerKey is a credential signer, and when its path holds: certifications name it by its place.
struct SignerKey {
  std::string kid;
  Time from, until;  ///< inclusive
  bool operator==(const SignerKey&) const = default;
};

struct Counts {
  std::uint64_t entries = 0, credentials = 0, events = 0, ignored = 0, unknown = 0;
  bool operator==(const Counts&) const = default;
};

/// Belief is what may be made of what an index has of an authority.
enum class Belief : std::uint8_t {
  kCatchingUp,  ///< nothing: its logs are followed from their first entries, and were not to their ends yet
  kBelieved,    ///< all of it: once everything was followed that there was
  kLeftOut,     ///< nothing: nobody follows it any more
};
/// Name is `catching-up`, `believed`, `left-out`.
std::string_view Name(Belief belief);

/// FollowedAuthority is one authority, its logs in order of succession.
struct FollowedAuthority {
  std::string iss;
  Belief belief = Belief::kCatchingUp;
  bool is_test = false;
  std::uint64_t trust_seq = 0;
  std::string rests_on;    ///< hex digest of what of its trust list every judgement rests on
  std::size_t quorum = 0;  ///< cosignatures that a state needs
  Time trust_until;        ///< `exp` of the list
  /// is_at_list_end: each log that the list names was followed to where it ends by the list, and the last was begun.
  bool is_at_list_end = false;
  std::vector<FollowedLog> logs;
  std::vector<SignerKey> keys;
  Counts counts;
  bool operator==(const FollowedAuthority&) const = default;
  /// IsWhole: nothing is known to be signed that was not read, neither by a log's checkpoint nor by the list.
  bool IsWhole() const { return is_at_list_end && std::ranges::all_of(logs, &FollowedLog::is_whole); }
};

/// NoRoomFor is ResourceExhausted: an authority logs more keys than Generation::kMaxAuthorityBytes has room for.
Error NoRoomFor(const FollowedAuthority& authority);

struct Generation {
  static constexpr std::size_t kMaxAuthorities = 250;
  /// None takes another's room: of an authority whose keys are too many no more is followed, and of the others all.
  static constexpr std::size_t kMaxAuthorityBytes = 1024 * 1024;
  static constexpr std::size_t kMaxBytes = kMaxAuthorities * kMaxAuthorityBytes + 4096;

  std::uint64_t number = 0;
  std::string base, delta;  ///< names of files beside this one; empty: none. What `delta` has of an app counts alone
  /// delta_digest is the hex SHA-256 of the whole delta: where something in it could not be found any more, the base
  /// would count, and what the delta revoked be valid.
  std::string delta_digest;
  std::vector<FollowedAuthority> authorities;

  /// Believes says whether what the authority at this place says may be shown.
  bool Believes(std::size_t authority) const {
    return authority < authorities.size() && authorities[authority].belief == Belief::kBelieved;
  }
  /// IsWhole: whoever is believed is followed as far as is known.
  bool IsWhole() const {
    return std::ranges::all_of(
        authorities, [](const FollowedAuthority& one) { return one.belief != Belief::kBelieved || one.IsWhole(); });
  }

  /// Parse reads what ToJson writes. Corruption: it is not that.
  static Result<Generation> Parse(std::string_view json);
  std::string ToJson() const;

  /// Read reads it from an index's directory, where it ends with a digest of itself. NotFound: there is no index yet.
  /// Corruption, Unavailable: as it says.
  static Result<Generation> Read(const std::filesystem::path& directory);
  /// Write puts it in place, durably. ResourceExhausted: an authority takes more than its room. Unavailable:
  /// the one before is there still. OutcomeUnknown: it is there, but may not survive a power cut.
  Result<void> Write(const std::filesystem::path& directory) const;
};

}  // namespace certmark::mirror
