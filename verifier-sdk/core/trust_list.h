// Trust lists (FORMATS.md §8): what a verifier is configured with, and how it walks from one to the next.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "verifier-sdk/core/chain.h"
#include "verifier-sdk/core/note.h"

namespace certmark {

struct Jws;

inline constexpr std::string_view kTypTrust = "certmark-trust+jwt";

/// Pin is what tells a stranger which authority to believe, out of band: `https://ca.example#<hex SHA-256 of a root's
/// DER>`.
struct Pin {
  std::string authority;
  Hash root;
  static Result<Pin> Parse(std::string_view text);
  std::string ToText() const;
};

/// TrustList is one accepted list, its certificates and keys parsed. Only the functions here make one.
class TrustList {
 public:
  static constexpr std::size_t kMaxBytes = 256 * 1024;

  enum class Environment : std::uint8_t { kProduction, kTest };
  struct LogKey {
    std::string origin, url;
    NoteKey key;
    std::optional<std::uint64_t> final_size;
  };
  struct Block {
    Hash spki;
    std::optional<std::uint64_t> from_index;  ///< with `origin`, or neither
    std::string origin;
  };

  /// AcceptFirst accepts the list that `pin` names: `iss` is the pin's authority, the pinned root is in `roots` and
  /// signed it.
  static Result<TrustList> AcceptFirst(std::string_view jws, const Pin& pin);
  /// AcceptNext accepts the successor of this list: seq + 1, same `iss` and `environment`, signed by a root of this
  /// list that this list does not block. FailedPrecondition: a seq not the next one (an older one, or one skipped).
  /// Conflict: the same seq with other signed bytes by a root of this list or its signer, which is to be reported; what
  /// anybody else signed is worth no report. AlreadyExists: this very list. InvalidArgument: anything else.
  Result<TrustList> AcceptNext(std::string_view jws) const;

  const std::string& text() const { return text_; }  ///< the JWS, verbatim
  const std::string& iss() const { return iss_; }
  std::uint64_t seq() const { return seq_; }
  Time iat() const { return iat_; }
  Time exp() const { return exp_; }
  Environment environment() const { return environment_; }
  const std::string& credential_eku() const { return credential_path_.leaf_eku; }
  const std::string& status_eku() const { return status_path_.leaf_eku; }
  /// credential_path and status_path are what CheckPath asks of a signer of credentials, and of one of status lists.
  const PathProfile& credential_path() const { return credential_path_; }
  const PathProfile& status_path() const { return status_path_; }
  const std::vector<Certificate>& roots() const { return roots_; }
  const std::vector<LogKey>& logs() const { return logs_; }
  const std::vector<NoteKey>& witnesses() const { return witnesses_; }
  std::size_t quorum() const { return quorum_; }
  const std::vector<Block>& blocked() const { return blocked_; }

  /// LogPosition is the place of `origin` in the succession, or nothing.
  std::optional<std::size_t> LogPosition(std::string_view origin) const;
  /// IsBlocked is true iff a block of `key` has no fromIndex; IsBlockedAnywhere iff any names it.
  bool IsBlocked(const PublicKey& key) const;
  bool IsBlockedAnywhere(const PublicKey& key) const;
  /// IsBlockedAt is true iff a block of `key` covers entry `index` of the log at `position`: no fromIndex; or from that
  /// index on in its own log and all of every later log; or an origin that is not in `logs`.
  bool IsBlockedAt(const PublicKey& key, std::size_t position, std::uint64_t index) const;

 private:
  TrustList() = default;
  static Result<TrustList> Read(const Jws& jws);
  bool HasRoot(ByteView der) const;
  std::string text_, iss_;
  PathProfile credential_path_, status_path_;
  std::uint64_t seq_ = 0;
  Time iat_, exp_;
  Environment environment_ = Environment::kTest;
  std::vector<Certificate> roots_;
  std::vector<LogKey> logs_;
  std::vector<NoteKey> witnesses_;
  std::size_t quorum_ = 0;
  std::vector<Block> blocked_;
  std::optional<Certificate> signer_;  ///< the x5c certificate whose key the signature was checked with
};

}  // namespace certmark
