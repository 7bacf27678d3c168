// Whose file a record is, for rules that ask who belongs to whom.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ledger/store.h"
#include "verifier-sdk/core/names.h"
#include "verifier-sdk/core/result.h"

namespace certmark::ca {

/// OperatorsOf are the holders of every certification that an app has had, however they ended, each once: what is said
/// of the app concerns all of them, whichever is meant.
Result<std::vector<std::string>> OperatorsOf(const ledger::Store& store, const App& app);

/// OperatorsOf are the parties whose file the record `subject`, `<kind>/<id>`, is: of an application, a certification,
/// an order, a case or an appeal its operator, of a complaint or an app those of the app, of a proposal or a document
/// those of what it is about; nobody of a record that is no operator's, as an act on many, or is not there.
Result<std::vector<std::string>> OperatorsOf(const ledger::Store& store, std::string_view subject);

}  // namespace certmark::ca
