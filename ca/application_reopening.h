// What an upheld appeal makes of a file: it is reviewed again, by none of those who took part in it.
#pragma once

#include "ca/appeal.h"
#include "ca/application.h"
#include "ca/desk.h"
#include "ledger/change.h"

namespace certmark::ca {

/// Reopen carries out what `appeal`, upheld against a refusal or a revocation, asks for, in the commit that upholds it:
/// the file goes back to its review and shuts out `appeal.excluded`. A revocation stays final: it is marked as
/// overturned, so that it bars no application any more, and the file is to be granted a new number, by a new decision.
/// Where nothing can be reopened, as after a rebuild of the database or where another appeal has done it, `appeal`
/// leaves nothing, and nothing is added.
Result<void> Reopen(const Desk& desk, Appeal& appeal, ledger::Change& change);

/// SettleAppeal adds to `change`, by which a reopened file is over again, that the appeal leaves nothing more to be
/// done.
Result<void> SettleAppeal(const ledger::Store& store, Application& application, ledger::Change& change);

}  // namespace certmark::ca
