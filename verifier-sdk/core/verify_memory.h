// What a verifier remembers, so that the same bytes are not verified twice. Each entry is a fact that follows from its
// own bytes and keys alone and therefore holds for ever; everything that depends on a trust list, a policy, an app or
// the time is left out, and judged anew.
#pragma once

#include <algorithm>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "verifier-sdk/core/chain.h"
#include "verifier-sdk/core/checkpoint.h"
#include "verifier-sdk/core/issuance.h"
#include "verifier-sdk/core/note.h"
#include "verifier-sdk/core/status_list.h"

namespace certmark::steps {

/// Recent holds the newest `limit` values that were added. Safe to use from many threads: readers look at a snapshot
/// that nobody changes.
template <class T>
class Recent {
 public:
  using Snapshot = std::shared_ptr<const std::vector<T>>;

  explicit Recent(std::size_t limit) : limit_(limit) {}

  Snapshot values() const {
    const std::scoped_lock lock(mutex_);
    return values_;
  }

  /// Add puts `value` at the end and drops the oldest beyond the limit; nothing if one of the values `is_same`.
  template <class IsSame>
  void Add(T value, IsSame is_same) {
    if (std::ranges::any_of(*values(), is_same)) return;  // nearly always, and without keeping others waiting
    const std::scoped_lock lock(mutex_);
    if (std::ranges::any_of(*values_, is_same)) return;
    const std::size_t dropped = values_->size() < limit_ ? 0 : 1;
    auto next =
        std::make_shared<std::vector<T>>(values_->begin() + static_cast<std::ptrdiff_t>(dropped), values_->end());
    next->push_back(std::move(value));
    values_ = std::move(next);
  }

  /// Put puts `value` at the end, in the place of those that `is_same`; then as Add.
  template <class IsSame>
  void Put(T value, IsSame is_same) {
    const std::scoped_lock lock(mutex_);
    auto next = std::make_shared<std::vector<T>>(*values_);
    std::erase_if(*next, is_same);
    if (next->size() == limit_) next->erase(next->begin());
    next->push_back(std::move(value));
    values_ = std::move(next);
  }

 private:
  const std::size_t limit_;
  mutable std::mutex mutex_;
  Snapshot values_ = std::make_shared<const std::vector<T>>();
};

inline bool SameKey(const NoteKey& a, const NoteKey& b) {
  return a.name() == b.name() && a.type() == b.type() && Equal(a.public_key(), b.public_key());
}

/// CosignedCheckpoint is a note that `log` signed, and that `cosigned` distinct keys of `witnesses` did, none of them
/// wrongly.
struct CosignedCheckpoint {
  std::string note;
  NoteKey log;
  std::vector<NoteKey> witnesses;
  Checkpoint checkpoint;
  std::size_t cosigned = 0;

  /// IsOf is true iff both are of one checkpoint, judged by the same keys.
  bool IsOf(const CosignedCheckpoint& other) const {
    return checkpoint.root == other.checkpoint.root && checkpoint.size == other.checkpoint.size &&
           checkpoint.origin == other.checkpoint.origin && SameKey(log, other.log) &&
           std::ranges::equal(witnesses, other.witnesses, SameKey);
  }
};

/// Memory is all of it, bounded. Only what a trust list vouched for is put in, so that what strangers make up pushes
/// nothing out: a note may bear any lines beside those that were verified, and so has one place however it is varied.
/// What is genuine pushes out what is genuine, whoever brings it: many old checkpoints, or fresh status lists of many
/// credentials, make others be verified again. Compared are the bytes themselves: there is no digest to collide.
class Memory {
 public:
  /// kMaxIssuances is of two for each signer: those of a hundred keys, some 20 kB each.
  static constexpr std::size_t kMaxIssuances = 256;
  static constexpr std::size_t kMaxCheckpoints = 64;  ///< of 64 KiB at most each, in practice 1
  static constexpr std::size_t kMaxStatusLists = 32;  ///< of 200 KiB at most each, 32 of which are the inflated list

  void Remember(std::span<const Issuance> shown) {
    for (const Issuance& issuance : shown) Remember(issuance);
  }
  void Remember(const Path& path) { Remember(path.issuances); }
  void Remember(CosignedCheckpoint checkpoint) {
    const auto shared = std::make_shared<const CosignedCheckpoint>(std::move(checkpoint));
    checkpoints.Put(shared, [&](const auto& held) { return held->IsOf(*shared); });
  }
  /// REQUIRES: the key in the token's first certificate signed it, and it answered for a credential.
  void Remember(std::shared_ptr<const StatusToken> token) {
    const auto is_same = [text = std::string_view(token->jws.text)](const auto& held) {
      return held->jws.text == text;
    };
    status_lists.Add(std::move(token), is_same);
  }

  Recent<Issuance> issuances{kMaxIssuances};
  Recent<std::shared_ptr<const CosignedCheckpoint>> checkpoints{kMaxCheckpoints};
  Recent<std::shared_ptr<const StatusToken>> status_lists{kMaxStatusLists};

 private:
  void Remember(const Issuance& issuance) {
    issuances.Add(issuance, [&](const Issuance& held) { return held.IsOf(issuance.issued(), issuance.issuer()); });
  }
};

}  // namespace certmark::steps
