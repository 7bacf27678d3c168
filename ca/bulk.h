// Bulk: one act on many certifications: which they are, and how far it has come.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ca/index_rows.h"
#include "verifier-sdk/core/hash.h"
#include "verifier-sdk/core/time.h"

namespace certmark::ca {

/// Selector finds certifications by one thing that they say. Its JSON is `{"by":"laboratory","value":"…"}`.
struct Selector {
  std::string by;     ///< `laboratory`, `signer`, `operator`, `scheme` or `edition`
  std::string value;  ///< a party id, a signer's digest, a scheme's id; of an edition "<scheme> <edition>"
  std::string ToJson() const;
  /// Parse: InvalidArgument: an attribute that is none of those, or a value that is empty, has a `/` or is too long.
  static Result<Selector> Parse(std::string_view json);
};

/// Bulk is the state of one act on many. Its list is fixed when it is proposed.
struct Bulk {
  static constexpr std::string_view kKind = "bulk";
  enum class State : std::uint8_t {
    kProposed,
    kRunning,  ///< confirmed, and the clock is at it
    kDone,     ///< each item was carried out or reported
    kVoid,     ///< never confirmed
  };
  std::string id;
  State state = State::kProposed;
  std::string proposal;  ///< its id
  std::uint64_t count = 0;
  Hash list;               ///< SHA-256 of the list's record, BulkList
  std::uint64_t next = 0;  ///< items before this one are counted below
  std::uint64_t carried = 0, as_wanted = 0, impossible = 0;
  Time due;  ///< while proposed: when that is void; while running: since when

  /// IndexRows: while the clock has something to do.
  std::vector<IndexRow> IndexRows() const;
  std::string ToJson() const;
  static Result<Bulk> FromJson(std::string_view json);
};
std::string_view Name(Bulk::State state);

/// BulkList is what one act on many is about; its id is the bulk's.
struct BulkList {
  static constexpr std::string_view kKind = "bulk-list";
  std::string id;
  std::vector<std::string> numbers;    ///< of certifications, in order
  std::vector<std::string> operators;  ///< whose they are, each once
  std::string ToJson() const;
  static Result<BulkList> FromJson(std::string_view json);
};

/// BulkItem is what became of one item. It is written in the commit that carries the item out, so that each is carried
/// out once.
struct BulkItem {
  static constexpr std::string_view kKind = "bulk-item";
  enum class Outcome : std::uint8_t {
    kCarried,
    kAsWanted,    ///< it was in the wanted state already
    kImpossible,  ///< its state, or who stands behind the proposal, forbids it
  };
  std::string id;      ///< IdOf(bulk, position)
  std::string number;  ///< as the list has it
  Outcome outcome = Outcome::kCarried;
  /// acted_on is the number that had taken its place meanwhile, and was acted on for it; empty: it was so itself.
  std::string acted_on{};
  std::string state;        ///< of the certification that was acted on, afterwards
  std::string successor{};  ///< the number that was re-issued under, if it was

  static std::string IdOf(std::string_view bulk, std::uint64_t position);
  std::string ToJson() const;
  static Result<BulkItem> FromJson(std::string_view json);
};
std::string_view Name(BulkItem::Outcome outcome);

}  // namespace certmark::ca
