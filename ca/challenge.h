// Challenge: a text that the authority gave an operator to sign with an app's key, and which is used up once or
// expires.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ca/index_rows.h"
#include "verifier-sdk/core/names.h"
#include "verifier-sdk/core/time.h"

namespace certmark::ca {

struct Challenge {
  static constexpr std::string_view kKind = "challenge";
  static constexpr Seconds kLife{7 * 24 * 3600};
  /// kMaxOpen is how many an operator may have at once: more than there are signers in one form.
  static constexpr std::size_t kMaxOpen = 128;

  std::string id, operator_party;
  App app;
  std::string signer;  ///< hex SHA-256 of the certificate whose key is to sign
  std::string text;    ///< what is to be signed, verbatim (control_proof.h)
  Time issued_at;

  Time expires_at() const { return issued_at + kLife; }
  /// IndexRows: when it is erased; `challenge` of its operator.
  std::vector<IndexRow> IndexRows() const;
  std::string ToJson() const;
  static Result<Challenge> FromJson(std::string_view json);
};

}  // namespace certmark::ca
