// The index rows of open enrolments, in order of their time: `open-enrolment/<time, 8 bytes big-endian><id>` → id.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ca/enrolment.h"
#include "ledger/change.h"

namespace certmark::ca {

Bytes OpenEnrolmentKey(const Enrolment& enrolment);

/// OpenEnrolments are the ids of the enrolments that wait, expired or not, the oldest first.
Result<std::vector<std::string>> OpenEnrolments(const ledger::Store& store);

/// SweepExpired adds to `change` the removal of what expired, a hundred at a time, and returns how many are open at
/// `now`.
Result<std::size_t> SweepExpired(const ledger::Store& store, Time now, ledger::Change& change);

}  // namespace certmark::ca
