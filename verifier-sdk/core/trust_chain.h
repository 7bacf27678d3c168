// The walk along an authority's trust lists: from the one that its pin accepts, n to n + 1, never back (FORMATS.md §8).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "verifier-sdk/core/json.h"
#include "verifier-sdk/core/trust_list.h"

namespace certmark {

/// TrustChain is an authority's accepted lists, from the one that its pin accepted to the newest (FORMATS.md §8). All
/// are kept, for once the pinned root has retired only the walk shows that the newest list is right.
class TrustChain {
 public:
  enum class Added { kNew, kKnown };

  /// Begin accepts the first list by its pin. FailedPrecondition: the pin does not accept it.
  static Result<TrustChain> Begin(const Pin& pin, std::string_view jws);

  /// Add accepts the newest list's successor; a list held already is kKnown. Conflict: another list of a number held,
  /// signed by a root of this authority, which is to be reported. FailedPrecondition: anything else; nothing changed.
  Result<Added> Add(std::string_view jws);

  /// HasNumberOf is true iff a list is held of the number that `jws` says it has: Add then finds it known, a fork or
  /// not to be accepted, and holds no more than before. Nothing else of `jws` is looked at, and nothing is believed.
  bool HasNumberOf(std::string_view jws) const;

  const Pin& pin() const { return pin_; }
  const TrustList& newest() const { return lists_.back(); }
  const std::vector<TrustList>& lists() const { return lists_; }

  /// Write writes the chain as it is stored, an object of `pin`, `seq` (the newest list's) and `lists`, verbatim. Read
  /// walks it again: it believes the pin, and nothing else. InvalidArgument, or what accepting a list says. Corruption:
  /// the newest list is not that of `seq`, or a list is there twice.
  void Write(json::Writer& w) const;
  static Result<TrustChain> Read(json::Value stored);

 private:
  TrustChain(Pin pin, TrustList first);
  Pin pin_;
  std::vector<TrustList> lists_;  ///< never empty
};

/// ReadChain accepts lists read from outside: the first by the pin, the rest in order.
Result<TrustChain> ReadChain(const Pin& pin, const std::vector<std::string>& lists);

/// PeekTrustAuthority returns the authority that a list says it is of; nothing of it is believed. InvalidArgument: not
/// the JWS of a list.
Result<std::string> PeekTrustAuthority(std::string_view jws);

}  // namespace certmark
