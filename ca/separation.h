// Separation of duties (SCHEME: who may never be whom): the half of every right that depends on the file.
#pragma once

#include <string_view>

#include "ca/party.h"
#include "ca/records.h"
#include "ca/rights.h"

namespace certmark::ca {

/// Admit reads the caller's party as it is now, whatever it was when it was authenticated, and checks the role on that.
/// The change of the use case must Expect it. PermissionDenied: no such party any more, or not the role.
Result<Stored<Party>> Admit(const ledger::Store& store, const Party& caller, Act act);

/// BelongsTo is true iff `party` is `other` or belongs to it, directly or through other parties.
Result<bool> BelongsTo(const ledger::Store& store, const Party& party, std::string_view other);

/// RequireApart: PermissionDenied if `party` belongs to `other`, or the other way round.
Result<void> RequireApart(const ledger::Store& store, const Party& party, std::string_view other);

}  // namespace certmark::ca
