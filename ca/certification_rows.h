// Which certification is live for a unit, and which an app has had.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ca/certification.h"
#include "ca/records.h"
#include "ledger/change.h"

namespace certmark::ca {

/// ClaimUnit lets `change` create `certification` only while nothing else is live for its app and any of its signers:
/// uniqueness is decided by the writer, not by this look. `freed` are the numbers that the same change ends, which hold
/// the unit until then. AlreadyExists: another is live, named.
Result<void> ClaimUnit(const ledger::Store& store, const Certification& certification,
                       const std::vector<std::string>& freed, ledger::Change& change);

/// LastOf is `number`, or what took its place: the certification that its successors end with. NotFound: one of them is
/// not here. Corruption: they do not end.
Result<Stored<Certification>> LastOf(const ledger::Store& store, std::string_view number);
/// RenumberedOf goes on only while the file is known and the same, which has another number then. Errors as LastOf.
Result<Stored<Certification>> RenumberedOf(const ledger::Store& store, std::string_view number);

/// NumbersOf are the numbers of every certification an app has had, in order; CertificationsOf what is stored of them
/// now.
Result<std::vector<std::string>> NumbersOf(const ledger::Store& store, const App& app);
Result<std::vector<Stored<Certification>>> CertificationsOf(const ledger::Store& store, const App& app);

}  // namespace certmark::ca
