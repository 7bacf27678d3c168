// The evaluations that a file stands on: its own newest reports, and what it carries of its base's.
#pragma once

#include "ca/application.h"
#include "ca/certification.h"
#include "ca/desk.h"
#include "ca/scheme.h"
#include "ledger/change.h"
#include "ledger/store.h"

namespace certmark::ca {

/// Evaluations are the evaluations that a file stands on. Reading a report is what costs: each is read once.
class Evaluations {
 public:
  /// Of reads the newest reports of `application`, which outlives what is returned. InvalidArgument: one cannot be
  /// read.
  static Result<Evaluations> Of(const Application& application);

  /// Evidence is one report of each kind, verification first: the file's own newest, or the one it carries.
  std::vector<Application::CarriedReport> Evidence() const;
  /// CheckConform: the state says that they were conform, and each must say so itself. FailedPrecondition: one that the
  /// path and the scheme ask for is not there, or names a mandatory criterion nonconform.
  Result<void> CheckConform(const Scheme& scheme) const;
  /// CheckControl: control over the signing identity is shown (RequireControl), by proofs or by the newest report of
  /// verification; a path without one changes neither app nor signers, and it was shown for its base. `form` is the
  /// file's.
  Result<void> CheckControl(const ApplicationForm& form, const Scheme& scheme) const;

 private:
  struct Newest {
    const Application::Report* report;
    ReportDocument document;
  };
  explicit Evaluations(const Application& application) : application_(&application) {}
  const std::optional<Newest>& Own(ReportDocument::Kind kind) const;
  const Application::CarriedReport* Carried(ReportDocument::Kind kind) const;
  Result<void> CheckConform(const Scheme& scheme, ReportDocument::Kind kind) const;

  const Application* application_;
  std::optional<Newest> verification_, audit_;
};

/// Carry makes `application` carry the evidence of its base's file for what its own path does not do anew.
/// FailedPrecondition: that file is not here, as after a replay of the log, so that the base can be renewed and not
/// changed.
Result<void> Carry(const ledger::Store& store, const Certification& base, Application& application);

/// RetainFiles adds to `change` that the file of a certification that ends at `end`, and those whose reports it
/// carries, are kept for the time that their scheme grants from then on. A file that is not here is none to keep.
struct Ending {
  const Certification& certification;
  Time end;
};
Result<void> RetainFiles(const Desk& desk, const Ending& ending, ledger::Change& change);

}  // namespace certmark::ca
