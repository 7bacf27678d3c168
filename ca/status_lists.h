// StatusLists: the live state of every certification as bits, and the signed tokens that carry them (FORMATS.md §5).
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "ca/clock.h"
#include "ca/signer.h"
#include "ledger/store.h"
#include "verifier-sdk/core/certificate.h"
#include "verifier-sdk/core/status_list.h"
#include "verifier-sdk/core/time.h"

namespace certmark::ca {

/// StatusPlace is one entry of one list.
struct StatusPlace {
  std::uint32_t list = 0;
  std::uint32_t index = 0;
};

/// StatusWrite is the index row that sets an entry, for the change that alters a certification.
ledger::Write StatusWrite(StatusPlace place, StatusValue value);

/// StatusLists keeps the lists in memory, derived from the rows that StatusWrite makes. Safe on any thread.
class StatusLists {
 public:
  /// kTtl is how long a copy of a token may be used: its `ttl`.
  static constexpr Seconds kTtl{300};

  struct Options {
    std::string iss;
    const Signer& signer;
    Certificate leaf, ca;  ///< the token's x5c
    Clock clock;
  };
  /// Load rebuilds every list from the store, and signs none: what a store says is vouched for once its log has
  /// recovered. Call Refresh then.
  static Result<std::unique_ptr<StatusLists>> Load(const ledger::Store& store, Options options);

  /// Reserve hands out the next unused place; one that is never committed stays "never issued".
  StatusPlace Reserve();
  /// Apply takes the rows of a committed batch, in their order, and re-signs each list they touch. Called before a
  /// checkpoint is exposed. Corruption: a status row that StatusWrite did not make. FailedPrecondition: the signer's
  /// usage period is over.
  Result<void> Apply(std::span<const ledger::Write> writes);
  /// Prepare signs what Apply of these rows is going to show, and shows nobody: for while they are made durable. It
  /// promises nothing: what does not say exactly what it should by then Apply signs itself, and errors are its to tell.
  void Prepare(std::span<const ledger::Write> writes);
  /// Refresh signs every list that is not signed, or was longer ago than half its ttl. Fails as Apply.
  Result<void> Refresh();

  struct Token {
    std::string jwt;
    Time iat;
  };
  /// Current returns a list's newest token. NotFound: no such list. Unavailable: it was not signed yet, or its
  /// `exp` is over: nobody is shown a state that no verifier may believe.
  Result<std::shared_ptr<const Token>> Current(std::uint32_t list) const;
  std::uint32_t count() const;

 private:
  struct List {
    StatusBits bits;
    // Shared so that a reader keeps the token it was given while a newer one replaces it.
    std::shared_ptr<const Token> token;
  };
  /// Prepared is a list's next token, if all goes well.
  struct Prepared {
    StatusBits bits;
    std::shared_ptr<const Token> token;
  };
  explicit StatusLists(Options options) : options_(std::move(options)) {}
  // REQUIRES of Grow and Set: mutex_ held, or nobody else knows this object yet.
  void Grow(std::uint32_t list);  ///< until `list` exists
  void Set(StatusPlace place, StatusValue value);
  /// Make makes a token of the list, no older than the one that it will replace, if there is one.
  Result<std::shared_ptr<const Token>> Make(std::uint32_t list, const StatusBits& bits, const Token* before) const;
  /// Sign shows the list's next token, `prepared` if it is that, and does not hold mutex_ while it makes one. REQUIRES:
  /// signing_ held, or as above.
  Result<void> Sign(std::uint32_t list, const Prepared* prepared = nullptr);

  Options options_;
  std::mutex signing_;        ///< one signer at a time, so that tokens replace each other in order; taken before mutex_
  mutable std::mutex mutex_;  ///< guards what follows
  std::vector<std::unique_ptr<List>> lists_;
  std::map<std::uint32_t, Prepared> prepared_;  ///< by list
  std::uint64_t next_ = 0;                      ///< list · 2^17 + index of the next place
};

}  // namespace certmark::ca
