// Certification: a granted credential's life. Transitions are pure.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "ca/index_rows.h"
#include "ca/look_alikes.h"
#include "ca/status_lists.h"
#include "ledger/head.h"
#include "verifier-sdk/core/event.h"
#include "verifier-sdk/core/names.h"

namespace certmark::ca {

struct Certification {
  static constexpr std::string_view kKind = "certification";
  enum class State : std::uint8_t { kValid, kSuspended, kRevoked, kWithdrawn, kSuperseded, kExpired };
  struct Happened {
    EventKind kind;
    Time at;
    std::string reason;
  };

  std::string id;  ///< the certification number
  App app;
  std::string app_name;
  Looks looks;  ///< of the name, as it was certified
  std::vector<std::string> signers;
  std::string version_from;
  std::optional<std::string> version_to;
  std::string operator_party, operator_id, operator_name;
  std::string operator_url;            ///< as the credential shows it; empty: it shows none
  std::set<std::string> former_names;  ///< of its operator when it was granted (operator_rows.h)
  std::string scheme, level;
  /// edition is the scheme's, under which it was decided and stays. Empty where the log alone is known, which does not
  /// say: its rules are then those of the scheme's newest edition.
  std::string edition;
  std::string application;
  std::string supersedes, superseded_by;  ///< numbers; empty: none
  std::string laboratory;                 ///< party id of who evaluated it; empty where a log alone tells of it
  State state = State::kValid;
  bool suspended_by_holder = false;
  std::optional<Time> restore_by;  ///< while suspended: the latest time to restore it
  std::string suspended_by;        ///< while suspended: the act that its limit rests on, `<kind>/<id>`
  /// overturned_by is the `appeal/<id>` that found its revocation wrong, or, where the log alone is known, the
  /// `certification/<number>` that was granted instead; it stays revoked, and bars nothing.
  std::string overturned_by;
  bool left_open = false;  ///< suspended because a replayed event cannot be read, and nobody has acted on it since
  StatusPlace status;
  ledger::LogNumber log = 1;  ///< the log that holds the credential
  Hash entry;                 ///< leaf hash of the credential in it
  std::string kid;            ///< the signer's thumbprint
  Time valid_from, valid_until;
  std::vector<Happened> history;

  /// StateAt is the state that holds at `now`: kExpired once it is over, whether or not the clock has been at it.
  State StateAt(Time now) const;
  /// IsLive: at `now` it has not ended.
  bool IsLive(Time now) const;
  /// status_value is what its place in the status list says. One that expired keeps the value it had: that it is over
  /// stands in the credential.
  StatusValue status_value() const;
  /// Due is when the clock has to act on it next: its end, or before that the limit of a suspension.
  std::optional<Time> Due() const;
  /// IsToBeRevoked: at `now` the limit of its suspension has passed, and did so before its end.
  bool IsToBeRevoked(Time now) const;
  /// LiveKeys are the index keys by which a unit has one live certification at most: `live/<app>/<signer>`, or
  /// `live/<app>/-` of an app without signers.
  std::vector<Bytes> LiveKeys() const;
  /// IndexRows: `app/<app>/<number>` for ever; the live keys while it has not ended, each with the number, and what its
  /// name looks like; its status; what it is found by, `revoked-of` its operator once it is; when it is due; what
  /// searches find it by (search_rows.h).
  std::vector<IndexRow> IndexRows() const;
  /// Remember: its operator was known by these names, too.
  void Remember(const std::set<std::string>& names);
  /// IsKnownAs: its operator has, or had, this name, or one that looks like it (app_name.h).
  bool IsKnownAs(std::string_view name) const;
  /// Concerned: its operator.
  std::vector<std::string> Concerned() const { return {operator_party}; }
  std::string ToJson() const;
  static Result<Certification> FromJson(std::string_view json);
};

std::string_view Name(Certification::State state);

/// Next is the state after `event` (SCHEME §3). FailedPrecondition names state and event; a suspension for cause bars
/// withdrawing.
Result<Certification::State> Next(const Certification& certification, EventKind event);
/// HasEnded: no event leads out of this state.
bool HasEnded(Certification::State state);

}  // namespace certmark::ca
