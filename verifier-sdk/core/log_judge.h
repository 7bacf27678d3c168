// LogJudge: is every entry of a public log what FORMATS.md §6 and §9 ("Bulk") say it must be? Pure: bytes and trust
// lists in, judgements out; no store, no clock.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "verifier-sdk/core/chain.h"
#include "verifier-sdk/core/credential.h"
#include "verifier-sdk/core/event.h"
#include "verifier-sdk/core/log_entry.h"
#include "verifier-sdk/core/public_key.h"
#include "verifier-sdk/core/trust_list.h"

namespace certmark {

/// Signatures says whether those of credentials, events and record heads are verified; those of genesis and key entries
/// always are.
enum class Signatures : std::uint8_t {
  kVerify,
  kTrustLogForSignatures,  ///< of events they are, of the others the log's answers: FORMATS.md §9, "Bulk"
  kTrustLog,               ///< none: for who looks at a log, and believes nothing of it
};

/// ReadEntry is what one entry is, found out without knowing what stands before it.
struct ReadEntry {
  EntryType type = EntryType::kUnknown;
  std::optional<Jws> jws;  ///< nothing: the framing is not that of its type
  std::variant<std::monostate, Genesis, KeyEntry, Credential, Event, RecordHead> content;  ///< or nothing
  std::optional<Claims> claims;                                                            ///< of a good credential
  std::string wrong;              ///< why content or claims are not there; empty: they are
  std::optional<bool> is_signed;  ///< nothing: not verified, or its key was not at hand
};

/// Problem is one thing wrong with an entry. Kinds: `entry-malformed`, `genesis-missing`, `genesis-second`,
/// `genesis-wrong`, `key-second`, `key-wrong`, `key-not-logged`, `key-not-for-this`, `key-out-of-use`,
/// `signature-wrong`, `issuer-wrong`, `record-head-back`.
struct Problem {
  std::string_view kind;
  std::string expected, found;
};

/// Judged is an entry's judgement in its place. Without a problem it counts.
struct Judged {
  std::optional<Problem> problem;
  bool is_blocked = false;  ///< the newest trust list blocks its key here: it counts only where it makes things worse
};

/// LeanCredential is what of a credential of good form and claims its judgement in its place goes by.
struct LeanCredential {
  std::string_view alg, kid, iss;
  Time iat;
};

/// LogJudge judges one log, entry by entry. Read may be called on several threads at once; Judge in order of index.
class LogJudge {
 public:
  /// `lists` are accepted trust lists of one authority, oldest first, the last of which knows `origin`; they outlive
  /// the judge.
  LogJudge(std::span<const TrustList> lists, std::string origin, Signatures signatures);

  /// Read parses an entry and, where its key is known by now, verifies its signature: all that costs time. Each key
  /// entry read makes its key known: a `kid` is the digest of its key, so it can be of no other.
  ReadEntry Read(ByteView entry);

  /// Judge says what an entry is worth at `index`, given all before it that are to be had. REQUIRES: indices rise.
  Judged Judge(std::uint64_t index, ReadEntry& entry);

  /// JudgeLean is Judge of a credential whose form and claims somebody else found good. REQUIRES: not kVerify.
  Judged JudgeLean(std::uint64_t index, const LeanCredential& credential);

  /// LoggedKey is what a good key entry logged, in order of index.
  struct LoggedKey {
    std::uint64_t index;
    Certificate leaf, ca;
    bool is_for_credentials;
    Path path;
  };
  const std::map<std::string, LoggedKey, std::less<>>& keys() const { return keys_; }  ///< by kid

 private:
  bool Verifies(EntryType type) const;
  std::optional<PublicKey> KnownKey(const std::string& kid);
  void Know(const PublicKey& key);
  Judged JudgeGenesis(std::uint64_t index, const ReadEntry& entry);
  std::optional<Problem> JudgePrevious(const std::optional<Genesis::Previous>& previous) const;
  Judged JudgeKey(std::uint64_t index, const ReadEntry& entry);
  Judged JudgeSigned(std::uint64_t index, ReadEntry& entry);
  struct FoundKey {
    const LoggedKey* key = nullptr;  ///< or why there is none for a credential signer's entry:
    std::optional<Problem> problem;
  };
  FoundKey FindKey(std::string_view kid) const;
  std::optional<Problem> JudgeUse(const LoggedKey& key, std::string_view iss, Time iat) const;
  bool IsBlockedAt(const LoggedKey& key, std::uint64_t index) const;
  const TrustList& newest() const { return lists_.back(); }

  const std::span<const TrustList> lists_;
  const std::string origin_;
  const Signatures signatures_;
  std::optional<std::size_t> position_;  ///< of the log in the succession
  std::map<std::string, LoggedKey, std::less<>> keys_;
  std::optional<std::uint64_t> record_size_;  ///< of the last record head

  std::mutex mutex_;                        ///< guards what follows
  std::map<std::string, PublicKey> known_;  ///< by kid
};

}  // namespace certmark
