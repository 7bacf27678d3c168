// The index rows of certifications: which one is live for a unit, and which an app has had.
#pragma once

#include <string>
#include <vector>

#include "ca/certification.h"
#include "ledger/change.h"

namespace certmark::ca {

/// ClaimUnit makes `certification` the live one of its app and each of its signers, on condition that nothing else is
/// by then: uniqueness is decided by the writer, not by this look. AlreadyExists: one is live at `now`, named.
Result<void> ClaimUnit(const ledger::Store& store, const Certification& certification, Time now,
                       ledger::Change& change);
/// FreeUnit removes those rows when a certification ends.
void FreeUnit(const Certification& certification, ledger::Change& change);

/// AppRow finds a certification by its app; NumbersOf reads those rows.
ledger::Write AppRow(const Certification& certification);
Result<std::vector<std::string>> NumbersOf(const ledger::Store& store, const App& app);

}  // namespace certmark::ca
