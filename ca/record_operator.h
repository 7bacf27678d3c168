// Whose file a record is, for rules that ask who belongs to whom.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "ledger/store.h"
#include "verifier-sdk/core/result.h"

namespace certmark::ca {

/// OperatorOf is the party whose file the record `subject`, `<kind>/<id>`, is: of an application, a certification, an
/// order, a case, a complaint or an appeal its operator, of a proposal or a document the one of what it is about;
/// nothing of a record that is no operator's, as an act on many, or is not there.
Result<std::optional<std::string>> OperatorOf(const ledger::Store& store, std::string_view subject);

}  // namespace certmark::ca
