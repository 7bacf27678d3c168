// The evaluations that a file stands on: its own newest reports, and what it carries of its base's.
#pragma once

#include "ca/application.h"
#include "ca/certification.h"
#include "ca/desk.h"
#include "ca/scheme.h"
#include "ledger/change.h"
#include "ledger/store.h"

namespace certmark::ca {

/// EvidenceOf is one report of each kind, verification first: the file's own newest, or the one it carries.
/// InvalidArgument: a stored report cannot be read.
Result<std::vector<Application::CarriedReport>> EvidenceOf(const Application& application);

/// Carry makes `application` carry the evidence of its base's file for what its own path does not do anew.
/// FailedPrecondition: that file is not here, as after a replay of the log, so that the base can be renewed and not
/// changed.
Result<void> Carry(const ledger::Store& store, const Certification& base, Application& application);

/// CheckConform reads the newest reports again: the state says that they were conform, and each must say so itself.
/// FailedPrecondition: one that the path and the scheme ask for is not there, or names a mandatory criterion
/// nonconform.
Result<void> CheckConform(const Application& application, const Scheme& scheme);

/// CheckGrantable is CheckConform, and that control over the signing identity is shown (RequireControl), by proofs or
/// by the newest report of verification; a path without one changes neither app nor signers, and it was shown for its
/// base.
Result<void> CheckGrantable(const Application& application, const Scheme& scheme);

/// RetainFiles adds to `change` that the file of a certification that ends at `end`, and those whose reports it
/// carries, are kept for the time that their scheme grants from then on. A file that is not here is none to keep.
struct Ending {
  const Certification& certification;
  Time end;
};
Result<void> RetainFiles(const Desk& desk, const Ending& ending, ledger::Change& change);

}  // namespace certmark::ca
