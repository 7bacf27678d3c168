// Accreditation: what a laboratory or an auditor may evaluate, until when; one record of each, under its party's id.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ca/index_rows.h"
#include "verifier-sdk/core/names.h"
#include "verifier-sdk/core/time.h"

namespace certmark::ca {

/// AccreditationScope is what two registrars accredit somebody for.
struct AccreditationScope {
  static constexpr std::size_t kMaxBytes = 16 * 1024;
  std::vector<std::string> schemes;  ///< Scheme::id of each, once, in order
  std::vector<Platform> platforms;   ///< each once, in order
  Time until;                        ///< it has ended then

  /// Parse reads the details of a proposal: `{"schemes":["…"],"platforms":["…"],"until":seconds}`. InvalidArgument: a
  /// list is empty or names something twice, no such platform, a scheme that is no token.
  static Result<AccreditationScope> Parse(std::string_view json);
  std::string ToJson() const;
};

struct Accreditation {
  static constexpr std::string_view kKind = "accreditation";
  enum class State : std::uint8_t { kActive, kSuspended, kEnded };

  std::string id;  ///< the party's
  State state = State::kActive;
  AccreditationScope scope;
  std::string reason;  ///< code: why it is suspended or ended; empty while it is active, or where the clock ended it
  Time changed_at;     ///< when it came into its state
  std::optional<Time> inactive_since;  ///< when it ceased to be active, whatever it is by now; none while it is
  std::string rests_on;  ///< the proposal that accredited, `proposal/<id>`: what its end by the clock rests on

  /// StateAt is the state at `now`: ended once `until` has come, whether or not the clock has been at it.
  State StateAt(Time now) const { return now >= scope.until ? State::kEnded : state; }
  bool Covers(std::string_view scheme, Platform platform) const;
  /// Due is when the clock ends it.
  std::optional<Time> Due() const;
  /// IndexRows: when it is due; while it has not ended, `accredited-scheme` of each of its schemes.
  std::vector<IndexRow> IndexRows() const;
  /// Concerned: whose it is.
  std::vector<std::string> Concerned() const { return {id}; }
  std::string ToJson() const;
  static Result<Accreditation> FromJson(std::string_view json);
};

std::string_view Name(Accreditation::State state);

}  // namespace certmark::ca
