// HandedIn: whether what a form names was handed in.
#pragma once

#include "ca/application.h"
#include "ca/desk.h"

namespace certmark::ca {

/// RequireHandedIn: every document that the form names was uploaded to the application, is of that kind and digest, and
/// is there to be read, unless the desk asks for no documents. `change` expects the records.
/// FailedPrecondition begins with the reason, `materials-incomplete`, and names the kinds. Unavailable: the store
/// cannot be reached.
Result<void> RequireHandedIn(const Desk& desk, const Application& application, const ApplicationForm& form,
                             ledger::Change& change);

}  // namespace certmark::ca
