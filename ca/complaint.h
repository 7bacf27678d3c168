// Complaint: what somebody says of an app (SCHEME §3): anybody, or a store of a build that it met. Of what people write
// only salted digests are kept here.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ca/index_rows.h"
#include "verifier-sdk/core/hash.h"
#include "verifier-sdk/core/names.h"
#include "verifier-sdk/core/time.h"

namespace certmark::ca {

struct Complaint {
  static constexpr std::string_view kKind = "complaint";
  /// kPublic is whoever complains without being a party.
  static constexpr std::string_view kPublic = "public";
  /// kPublicWork is the officers' work list of what the public says: one of its own, so that a flood hides no case.
  static constexpr std::string_view kPublicWork = "surveillance-officer:public";
  enum class State : std::uint8_t { kReceived, kAnswered, kCase };

  std::string id;
  State state = State::kReceived;
  App app;
  std::string certification;                  ///< live when it came, or empty
  std::string from;                           ///< party id, or kPublic
  std::optional<Hash> text, contact, answer;  ///< salted digests
  std::string signer, build;                  ///< of a report, or empty
  Time received_at, answer_by;
  std::string handled_by;
  std::optional<Time> handled_at;
  std::string opened;  ///< id of the case, or empty

  /// Concerned: the party that it is from. The operator hears of what is done about it alone.
  std::vector<std::string> Concerned() const {
    return from == kPublic ? std::vector<std::string>() : std::vector<std::string>{from};
  }
  std::string ToJson() const;
  static Result<Complaint> FromJson(std::string_view json);
  /// IndexRows: of a report what it says and who does; while it is not handled, that it waits for the officers and by
  /// when, from whom it is, and of the public's the app. Nothing fires: one that nobody handled in time is overdue in
  /// the work lists until somebody does.
  std::vector<IndexRow> IndexRows() const;
};
std::string_view Name(Complaint::State state);

/// SaidOf is how the reports of one party of one build are found: `<party>:<app>:<signer>:<build>`.
std::string SaidOf(const Complaint& report);

}  // namespace certmark::ca
