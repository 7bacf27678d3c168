// Appeal: an operator's against a refusal, a suspension, a revocation or an order (SCHEME §2.7); and what an upheld one
// asks for.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "ca/index_rows.h"
#include "verifier-sdk/core/hash.h"
#include "verifier-sdk/core/time.h"

namespace certmark::ca {

/// ReopenReview: the application, reopened, is reviewed again, and none of `excluded` accepts or decides it.
struct ReopenReview {
  std::string application;            ///< id
  std::vector<std::string> excluded;  ///< party ids: everybody who acted on the file
};
/// Regrant: a revocation is final, so its holder is granted a new number for what the old one certified: the file is
/// reopened, and decided again.
struct Regrant {
  std::string number;  ///< the one revoked
};
/// Remedy is what an upheld appeal leaves to be done: nothing, where its own commit did it.
using Remedy = std::variant<std::monostate, ReopenReview, Regrant>;

struct Appeal {
  static constexpr std::string_view kKind = "appeal";
  enum class State : std::uint8_t { kFiled, kUpheld, kDismissed };
  enum class Against : std::uint8_t { kRefusal, kSuspension, kRevocation, kOrder };
  enum class Leaves : std::uint8_t { kNothing, kReview, kGrant };

  std::string id;
  State state = State::kFiled;
  Against against = Against::kRefusal;
  std::string subject;  ///< `application/…`, `certification/…` or `order/…`
  Time act_at;          ///< when the act appealed against was
  std::string operator_party, edition;
  std::optional<Hash> grounds;  ///< salted digest of what the operator says
  Time filed_at, answer_by;
  std::string decided_by, reason;
  std::optional<Time> decided_at;
  Leaves leaves = Leaves::kNothing;   ///< once upheld: what is to be done, until the reopened file is over again
  std::vector<std::string> excluded;  ///< of what was reopened: party ids of everybody who took part

  /// remedy is what is left to be done.
  Remedy remedy() const;
  /// Concerned: who filed it.
  std::vector<std::string> Concerned() const { return {operator_party}; }
  std::string ToJson() const;
  static Result<Appeal> FromJson(std::string_view json);
  /// IndexRows: `appeal-of/<subject>/<time of the act>`, one appeal an act; whom it waits for and by when, while it is
  /// not decided; what it leaves to be done.
  std::vector<IndexRow> IndexRows() const;
};
/// Remedied adds to `change`, which does what an appeal left to be done, that it is done. FailedPrecondition: it leaves
/// nothing.
Result<void> Remedied(const ledger::Store& store, std::string_view appeal, ledger::Change& change);

std::string_view Name(Appeal::State state);
std::string_view Name(Appeal::Against against);  ///< `refusal`

/// AppealRowKey is the key of an act's one appeal; AppealsOf are the ids of those on a record, the oldest act first.
Bytes AppealRowKey(std::string_view subject, Time act_at);
Result<std::vector<std::string>> AppealsOf(const ledger::Store& store, std::string_view subject);

}  // namespace certmark::ca
