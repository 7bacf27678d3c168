// Subscription: a party has what concerns it, or what becomes public, sent to a place of its own.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ca/index_rows.h"
#include "verifier-sdk/core/time.h"

namespace certmark::ca {

struct Subscription {
  static constexpr std::string_view kKind = "subscription";
  /// kMaxOfParty is how many a party may have at once; kMaxTarget bounds where one leads, in bytes; kKeyBytes is how
  /// many its key has.
  static constexpr std::size_t kMaxOfParty = 8, kMaxTarget = 2048, kKeyBytes = 32;
  enum class Of : std::uint8_t {
    kNotices,  ///< the acts that concern the party (ActEntry::concerns)
    kEvents,   ///< the public log's events (FORMATS.md §4)
  };

  std::string id, party;
  std::uint64_t slot = 0;  ///< of the kMaxOfParty that the party has
  Of of = Of::kNotices;
  std::string target;  ///< an https URL, or, of notices, `mailto:` and an address
  Bytes key;           ///< by which the target knows a notice to be the authority's
  Time since;
  std::string salt;  ///< random: the target may name a person, and the record's digest outlives it

  /// SlotKey is the key of the row that a slot is taken by: two at once are not one too many.
  static Bytes SlotKey(std::string_view party, std::uint64_t slot);
  /// IndexRows: `subscription` of its party; its slot.
  std::vector<IndexRow> IndexRows() const;
  std::string ToJson() const;
  static Result<Subscription> FromJson(std::string_view json);
};
std::string_view Name(Subscription::Of of);  ///< `notices`

}  // namespace certmark::ca
