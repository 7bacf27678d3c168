// Separation of duties (SCHEME: who may never be whom): the half of every right that depends on the file.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ca/party.h"
#include "ca/records.h"
#include "ca/rights.h"

namespace certmark::ca {

/// Admit reads the caller's party as it is now, whatever it was when it was authenticated, and checks the role on that.
/// The change of the use case must Expect it. PermissionDenied: no such party any more, what identified it then was
/// revoked, or not the role.
Result<Stored<Party>> Admit(const ledger::Store& store, const Party& caller, Act act);

/// RequireApart: PermissionDenied unless `party` and `other` have nobody in common: each taken with all that it belongs
/// to, directly or through others, no two are one party or of one entry in a company register.
Result<void> RequireApart(const ledger::Store& store, const Party& party, std::string_view other);

/// RequireApartFromOperators is RequireApart from each of them. What has no operator, or one that is not enrolled (an
/// empty name), is nobody's. IsApart is the same as an answer.
Result<void> RequireApartFromOperators(const ledger::Store& store, const Party& party,
                                       const std::vector<std::string>& operators);
Result<bool> IsApart(const ledger::Store& store, const Party& party, const std::vector<std::string>& operators);

/// RequireNotEnteredAs: PermissionDenied where `party`, or anybody that it belongs to, has that entry in a company
/// register. No entry is nobody's.
Result<void> RequireNotEnteredAs(const ledger::Store& store, const Party& party, std::string_view operator_id);

/// FirstHalf is who began what takes two people: a party's id, and what its `revocations` were.
struct FirstHalf {
  std::string_view by;
  std::uint64_t revocations;
};
/// Stands is false where what identified who began was revoked since: somebody else may have had the key.
Result<bool> Stands(const ledger::Store& store, const FirstHalf& first);
/// RequireTwoPeople: PermissionDenied where `party` is who began, or part of it or it of them, or both are of one entry
/// in a company register. Two who work for one organisation are two. FailedPrecondition: it does not stand any more.
/// `change`, which is on condition of all that, is that of the second half.
Result<void> RequireTwoPeople(const ledger::Store& store, const Party& party, const FirstHalf& first,
                              ledger::Change& change);

}  // namespace certmark::ca
