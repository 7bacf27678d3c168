// Applications: the use cases of a file, from the operator's form to the decision.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "ca/application.h"
#include "ca/application_steps.h"
#include "ca/certifications.h"
#include "ca/challenges.h"
#include "ca/desk.h"
#include "ca/granting.h"
#include "ca/rights.h"

namespace certmark::ca {

class Applications {
 public:
  Applications(const Desk& desk, Granting& granting, const Challenges& challenges)
      : desk_(desk), granting_(granting), challenges_(challenges) {}

  // ---- The operator's
  /// Filing is a form, with proofs of control over its signers: the challenges are used up in the commit that takes it
  /// in. InvalidArgument: a proof of no signer of the form.
  struct Filing {
    std::string_view form_json;
    std::span<const Challenges::Proof> proofs = {};
  };
  /// kMaxWaiting files of one operator wait to be accepted, at most: nobody fills the reviewers' list alone.
  static constexpr std::size_t kMaxWaiting = 100;
  /// Submit files a form. What it must be is in application_admission.h, what bars it in eligibility.h. AlreadyExists:
  /// the operator has a file of that unit under way. ResourceExhausted: kMaxWaiting wait.
  Result<Application> Submit(const Party& caller, const Filing& filing);
  /// Resubmit answers a return with another form, in time. What was proven before stays so. InvalidArgument: a form of
  /// another scheme, path, base, app or signers than the file's. FailedPrecondition as RequireHandedIn.
  Result<Application> Resubmit(const Party& caller, std::string_view id, const Filing& filing);
  /// Correct says that what was found is put right, in time: the laboratory looks again, at the form as it is and at
  /// what was uploaded since.
  Result<Application> Correct(const Party& caller, std::string_view id);
  /// Withdraw ends a file that is not decided yet.
  Result<Application> Withdraw(const Party& caller, std::string_view id);

  // ---- The reviewer's
  /// Return gives it back to be completed within the scheme's limit; Refuse refuses it at acceptance.
  Result<Application> Return(const Party& caller, std::string_view id, std::string_view reason);
  Result<Application> Refuse(const Party& caller, std::string_view id, std::string_view reason);
  /// Accept accepts and assigns in one act: a laboratory where the path has a verification, an auditor where it has an
  /// audit and the scheme does not waive it, and nobody else. InvalidArgument: one that is missing, or not called for.
  /// FailedPrecondition: one that is not accredited for that; or as RequireHandedIn (handed_in.h).
  Result<Application> Accept(const Party& caller, std::string_view id, std::string_view laboratory,
                             std::string_view auditor = {});
  /// Reassignment names who evaluates instead, and why, by a code of the scheme; an evaluator left empty stays.
  struct Reassignment {
    std::string_view laboratory, auditor, reason;
  };
  /// Reassign assigns another laboratory, another auditor, or both, while the file is evaluated or rectified. The time
  /// to rectify goes on. InvalidArgument: nobody is named, one that the file has no use for, or the reason is none for
  /// it. AlreadyExists: it is assigned. FailedPrecondition: one that is not accredited for that, or a laboratory
  /// instead of one on whose report the file is audited.
  Result<Application> Reassign(const Party& caller, std::string_view id, const Reassignment& others);
  /// LookAlikesOf are the certifications of other apps whose names look like the file's, for reviewers and deciders.
  Result<std::vector<std::string>> LookAlikesOf(const Party& caller, std::string_view id) const;

  // ---- Evaluation and decision
  /// SubmitReport takes the report of the assigned laboratory, or of the assigned auditor: as its kind says.
  Result<Application> SubmitReport(const Party& caller, std::string_view id, std::string_view jws);
  struct Ruling {
    std::string_view application;
    Hash etag;  ///< of the file as the decider read it
    std::string_view decision_jws;
    Granting::Answer answer = Granting::Answer::kAcceptable;
  };
  /// Decides on the file. Granting issues in the same commit, or not at all.
  Result<Granting::Decided> Decide(const Party& caller, const Ruling& ruling);

  // ---- Reading, and the clock
  /// Get reads a file for whoever may read its documents (document_parents.h); NotFound for all others.
  Result<Stored<Application>> Get(const Party& caller, std::string_view id) const;
  /// OnDue lets a file lapse that was not rectified, or not submitted again, in time.
  Result<void> OnDue(std::string_view id) const;

 private:
  /// ReadForm reads a form into `application`: its path, its base.
  Result<ApplicationForm> ReadForm(std::string_view form_json, Application& application) const;
  /// Prove adds to `application` whose control the proofs show, and to `change` that their challenges are used up.
  struct Proving {
    const Party& party;
    const ApplicationForm& form;
    std::span<const Challenges::Proof> proofs;
  };
  Result<void> Prove(const Proving& proving, Application& application, ledger::Change& change) const;
  /// RequireAdmissible: may that operator's form be taken in now? Asked when it is submitted, and again when it is
  /// accepted, for what bars it may have come up since. What its base stands on now, the file carries. `change` expects
  /// what was read.
  Result<void> RequireAdmissible(Application& application, const ApplicationForm& form, ledger::Change& change) const;
  /// RequireBase: the certification that the form changes can be, and the form fits it.
  Result<void> RequireBase(Application& application, const ApplicationForm& form, ledger::Change& change) const;
  /// ClaimUnit: the operator has no other file of the unit under way, which `change` expects.
  Result<void> ClaimUnit(const Application& submitted, ledger::Change& change) const;
  /// RequireRoom: not too many files of an operator's wait to be accepted. A look: of two that come at once both may
  /// pass.
  Result<void> RequireRoom(std::string_view operator_party) const;
  /// RequireEligible: nothing bars the operator from that form now.
  Result<void> RequireEligible(const Application& application, const ApplicationForm& form) const;
  /// RequireIncluded: `actor` is apart from everybody whom a reopened file shuts out.
  Result<void> RequireIncluded(const Party& actor, const Application& application) const;
  /// GoOn is a step of the operator that changes nothing but where the file is.
  struct OwnStep {
    Act act;
    Application::Event event;
  };
  Result<Application> GoOn(const Party& caller, std::string_view id, const OwnStep& step) const;
  /// Owned reads a file of the operator's own; NotFound for another's.
  Result<Stored<Application>> Owned(const Party& operator_party, std::string_view id) const;
  /// RequireEvaluator: `party` is accredited for the form's platform under the file's scheme; `change` expects it.
  Result<void> RequireEvaluator(std::string_view party, const Application& application, ledger::Change& change) const;
  /// Assign checks the laboratory and the auditor named in the file; `change` expects them.
  Result<void> Assign(const Party& reviewer, Application& application, ledger::Change& change) const;
  /// RequireAssignable: `assigned` has the role, is accredited, and is nobody of the reviewer's or the operator's;
  /// `change` expects it.
  struct Assigning {
    const Party& reviewer;
    Role role;
    std::string_view assigned;
  };
  Result<void> RequireAssignable(const Assigning& assigning, const Application& application,
                                 ledger::Change& change) const;
  /// RequireApartFromEvaluators: `actor` is apart from everybody who evaluates the file or what it carries.
  Result<void> RequireApartFromEvaluators(const Party& actor, const Application& application) const;
  Result<void> RequireIndependentDecider(const Party& decider, const Application& application) const;
  /// RequireInTime stores that a file missed its deadline, and returns the refusal that says so.
  Result<void> RequireInTime(const Stored<Application>& read) const;
  Result<void> Lapse(const Stored<Application>& read, Time now) const;
  /// TurnDown is Return and Refuse.
  struct TurningDown {
    Act act;
    Application::Event event;
    ReasonUse use;
    std::string_view reason;
  };
  Result<Application> TurnDown(const Party& caller, std::string_view id, const TurningDown& down) const;
  /// Put replaces a file and commits.
  Result<Application> Put(const Stored<Application>& read, Application after, ActEntry act,
                          ledger::Change change) const;

  const Desk& desk_;
  Granting& granting_;
  const Challenges& challenges_;
};

}  // namespace certmark::ca
