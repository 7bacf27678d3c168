// Bar: an operator that may not apply, for cause: it violates laws, or it had a major incident.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ca/index_rows.h"
#include "verifier-sdk/core/time.h"

namespace certmark::ca {

struct Bar {
  static constexpr std::string_view kKind = "bar";
  enum class State : std::uint8_t { kOpen, kLifted };
  enum class Cause : std::uint8_t {
    kUnlawfulOperator,  ///< bars until it is lifted
    kMajorIncident,     ///< bars for a scheme's incident_bar from the incident on, unless it is lifted before
  };

  std::string id;
  State state = State::kOpen;
  Cause cause = Cause::kUnlawfulOperator;
  Time at;                     ///< of the incident; since when the operator violates laws
  std::string operator_party;  ///< the party it was found of
  std::string operator_id;     ///< that party's, if it has one: whoever else is entered under it is barred too
  std::string reason;          ///< code
  std::string rests_on;        ///< the proposal that set it, `proposal/<id>`

  /// BarsAt: does it bar an application at `now`, under a scheme whose incidents bar for `incident_bar`?
  bool BarsAt(Time now, Seconds incident_bar) const;
  /// IndexRows: while it is open, `bar` of its party and `bar-of` of its operator_id.
  std::vector<IndexRow> IndexRows() const;
  /// Concerned: the operator that it bars.
  std::vector<std::string> Concerned() const { return {operator_party}; }
  std::string ToJson() const;
  static Result<Bar> FromJson(std::string_view json);
};

std::string_view Name(Bar::State state);
/// Name of a cause is the reason code that refuses an application for it: `unlawful-operator`, `major-incident`.
std::string_view Name(Bar::Cause cause);
Result<Bar::Cause> ParseBarCause(std::string_view name);

}  // namespace certmark::ca
