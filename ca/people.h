// People: who took part in a file, by what the acts and the records of the file say.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "ledger/store.h"

namespace certmark::ca {

/// PeopleOn are the parties that took part in the file of `subject`, an application, a certification, an order or a
/// case: who acted on it or on what it rests on, who evaluated and decided, who proposed and confirmed, who decided
/// earlier appeals; the operator is among them. FailedPrecondition: it is too much to read, so nobody can say.
/// Corruption: an act is not where its row says.
Result<std::set<std::string>> PeopleOn(const ledger::Store& store, std::string_view subject);

}  // namespace certmark::ca
