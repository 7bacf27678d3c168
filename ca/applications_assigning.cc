// Assignment: the reviewer accepts a file, and says who evaluates it.
#include "ca/accreditations.h"
#include "ca/applications.h"
#include "ca/handed_in.h"
#include "ca/separation.h"

namespace certmark::ca {
namespace {

using Event = Application::Event;

Error NoUseFor(std::string_view what) {
  return Invalid("the file has no use for the party named as " + std::string(what));
}

// Called holds an assignment to what the file calls for.
Result<void> Called(std::string_view what, bool called, const std::string& assigned) {
  if (called != assigned.empty()) return {};
  return called ? Invalid("the file needs a party: " + std::string(what)) : NoUseFor(what);
}

// Exchange puts another in the place of whom the file has; nobody named, nobody exchanged.
Result<void> Exchange(std::string_view what, std::string_view another, std::string& assigned) {
  if (another.empty()) return {};
  if (assigned.empty()) return NoUseFor(what);
  if (assigned == another) return Error{ErrorCode::kAlreadyExists, "party " + assigned + " is assigned"};
  assigned = another;
  return {};
}

}  // namespace

Result<Application> Applications::Accept(const Party& caller, std::string_view id, std::string_view laboratory,
                                         std::string_view auditor) {
  // 1. The role, and the file, which nobody acts on who belongs to its operator, or whom an appeal shut out.
  const auto party = CM_TRY(Admit(desk_.store(), caller, Act::kAcceptApplication));
  const auto read = CM_TRY(Load<Application>(desk_.store(), id));
  CM_TRY(RequireApart(desk_.store(), party.value, read.value.operator_party));
  CM_TRY(RequireIncluded(party.value, read.value));
  // 2. Accepted and assigned in one act.
  const Time now = desk_.Now();
  const Scheme& scheme = *CM_TRY(desk_.SchemeOf(read.value));
  Application application = read.value;
  for (const Event event : {Event::kAccept, Event::kAssign})
    application = CM_TRY(After(application, {event, Side::kReviewer, now}, scheme.parameters));
  application.accepted_by = party.value.id;
  application.laboratory = laboratory;
  application.auditor = auditor;
  ledger::Change change;
  Expect(change, party);
  CM_TRY(Assign(party.value, application, change));
  // 3. What bars it, and what it lacks.
  const ApplicationForm form = CM_TRY(ApplicationForm::Parse(application.form_json));
  CM_TRY(RequireAdmissible(application, form, change));
  CM_TRY(RequireHandedIn(desk_, application, form, change));
  // 4. Whoever evaluated anything that it stands on does not review it: its base's reports are known by now.
  CM_TRY(RequireApartFromEvaluators(party.value, application));
  // 5. One change.
  const ActEntry act = ActOn(now, party.value.id, Name(Act::kAcceptApplication), application);
  return Put(read, std::move(application), act, std::move(change));
}

Result<void> Applications::Assign(const Party& reviewer, Application& application, ledger::Change& change) const {
  const Scheme& scheme = *CM_TRY(desk_.SchemeOf(application));
  const PathSteps& steps = StepsOf(application.path);
  CM_TRY(Called("laboratory", steps.verification, application.laboratory));
  CM_TRY(Called("auditor", steps.audit && !scheme.parameters.audit_waived, application.auditor));
  CM_TRY(RequireAssignable({reviewer, Role::kLaboratory, application.laboratory}, application, change));
  return RequireAssignable({reviewer, Role::kAuditor, application.auditor}, application, change);
}

Result<void> Applications::RequireAssignable(const Assigning& assigning, const Application& application,
                                             ledger::Change& change) const {
  if (assigning.assigned.empty()) return {};
  const auto assigned = CM_TRY(Load<Party>(desk_.store(), assigning.assigned));
  if (!assigned.value.has(assigning.role))
    return Precondition("party " + assigned.value.id + " is no " + std::string(Name(assigning.role)));
  // No laboratory tests its own, and no reviewer assigns who they belong to.
  CM_TRY(RequireApart(desk_.store(), assigning.reviewer, assigned.value.id));
  CM_TRY(RequireApart(desk_.store(), assigned.value, application.operator_party));
  Expect(change, assigned);
  return RequireEvaluator(assigned.value.id, application, change);
}

Result<Application> Applications::Reassign(const Party& caller, std::string_view id, const Reassignment& others) {
  // 1. The role, and the file, which nobody acts on who belongs to its operator or to whom it is taken from, or whom an
  // appeal shut out; and the clock.
  const auto party = CM_TRY(Admit(desk_.store(), caller, Act::kReassignApplication));
  const auto read = CM_TRY(Load<Application>(desk_.store(), id));
  CM_TRY(RequireApart(desk_.store(), party.value, read.value.operator_party));
  CM_TRY(RequireIncluded(party.value, read.value));
  CM_TRY(RequireApartFromEvaluators(party.value, read.value));
  CM_TRY(RequireInTime(read));
  // 2. The file with others. Whoever stays is asked nothing again, and whose report the file stands on stays.
  const Time now = desk_.Now();
  const Scheme& scheme = *CM_TRY(desk_.SchemeOf(read.value));
  Application application = CM_TRY(After(read.value, {Event::kReassign, Side::kReviewer, now}, scheme.parameters));
  if (others.laboratory.empty() && others.auditor.empty())
    return Invalid("neither a laboratory nor an auditor is named");
  CM_TRY(scheme.RequireReason(others.reason, ReasonUse::kReassignment));
  if (!others.laboratory.empty() && application.state == Application::State::kAudit)
    return Precondition("the file is audited on the report of its laboratory");
  CM_TRY(Exchange("laboratory", others.laboratory, application.laboratory));
  CM_TRY(Exchange("auditor", others.auditor, application.auditor));
  // 3. One change.
  ledger::Change change;
  Expect(change, party);
  CM_TRY(RequireAssignable({party.value, Role::kLaboratory, others.laboratory}, application, change));
  CM_TRY(RequireAssignable({party.value, Role::kAuditor, others.auditor}, application, change));
  ActEntry act = ActOn(now, party.value.id, Name(Act::kReassignApplication), application);
  for (const std::string& before : read.value.Concerned()) act.concerns.push_back(before);
  act.concerns = EachParty(std::move(act.concerns));
  act.reason = others.reason;
  return Put(read, std::move(application), act, std::move(change));
}

Result<void> Applications::RequireEvaluator(std::string_view party, const Application& application,
                                            ledger::Change& change) const {
  const ApplicationForm form = CM_TRY(ApplicationForm::Parse(application.form_json));
  const Scheme& scheme = *CM_TRY(desk_.SchemeOf(application));
  const auto accreditation =
      CM_TRY(RequireAccredited(desk_.store(), {party, scheme.id, form.app.platform, desk_.Now()}));
  Expect(change, accreditation);
  return {};
}

}  // namespace certmark::ca
