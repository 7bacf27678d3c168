// Case: what surveillance looks into of one certification (SCHEME §3). Of what people write only salted digests are
// kept here.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ca/index_rows.h"
#include "verifier-sdk/core/hash.h"
#include "verifier-sdk/core/time.h"

namespace certmark::ca {

struct Case {
  static constexpr std::string_view kKind = "case";
  enum class State : std::uint8_t { kOpen, kClosed };
  enum class Cause : std::uint8_t { kComplaint, kIncident, kStoreReport, kPlan };
  enum class Outcome : std::uint8_t { kNoFinding, kCorrected, kSuspended, kRevoked, kOrdered };

  std::string id;
  State state = State::kOpen;
  Cause cause = Cause::kPlan;
  std::string certification, operator_party;
  std::string reason;         ///< why it was opened, code
  std::string complaint;      ///< id of the one that opened it, or empty
  std::string signer, build;  ///< of a build that a store reported, or empty
  std::string opened_by, closed_by;
  Time opened_at;
  std::optional<Time> closed_at;
  std::optional<Outcome> outcome;
  std::optional<Hash> note;  ///< salted digest of what the officer wrote

  /// Concerned: the operator of its certification; who complained hears of the complaint.
  std::vector<std::string> Concerned() const { return {operator_party}; }
  std::string ToJson() const;
  static Result<Case> FromJson(std::string_view json);
  /// IndexRows: the cases of a certification; while it is open, that it waits for the officers, and of a store's report
  /// the build and who reported it.
  std::vector<IndexRow> IndexRows() const;
};
std::string_view Name(Case::State state);
std::string_view Name(Case::Cause cause);      ///< `store-report`
std::string_view Name(Case::Outcome outcome);  ///< `no-finding`

/// BuildOf is how the case of a reported build is found: `<number>:<build>`.
std::string BuildOf(std::string_view certification, std::string_view build);

}  // namespace certmark::ca
