#include "ca/applications.h"

#include <algorithm>

#include "ca/application_admission.h"
#include "ca/application_evidence.h"
#include "ca/application_reopening.h"
#include "ca/certification_rows.h"
#include "ca/document_parents.h"
#include "ca/eligibility.h"
#include "ca/handed_in.h"
#include "ca/look_alikes.h"
#include "ca/numbers.h"
#include "ca/separation.h"
#include "verifier-sdk/core/quote.h"

namespace certmark::ca {
namespace {

using Event = Application::Event;

// The words of Load: who may not know of a file learns nothing from how it is refused.
Error NoApplication(std::string_view id) {
  return {ErrorCode::kNotFound, "no application " + std::string(id)};
}

bool Names(const ApplicationForm& form, const std::string& signer) {
  return std::ranges::find(form.signers, signer) != form.signers.end();
}

// CheckSameUnit: a form submitted again is of its file's unit, path and edition. Another would be another file, of
// which what is asked when a file is submitted alone was never asked.
Result<void> CheckSameUnit(const ApplicationForm& form, const Application& file) {
  const ApplicationForm before = CM_TRY(ApplicationForm::Parse(file.form_json));
  if (form.scheme != file.scheme) return Invalid("scheme: the file is under " + file.scheme);
  if (form.path != file.path) return Invalid("path: the file's is " + std::string(Name(file.path)));
  if (form.base != file.base) return Invalid("base: the file changes another certification, or none");
  if (form.app != before.app) return Invalid("platform, package: the file is of " + before.app.ToText());
  if (form.signers != before.signers) return Invalid("signers: the file is of others");
  return {};
}

ActEntry ActBy(Time at, const Party& actor, Act act, const Application& after) {
  return ActOn(at, actor.id, Name(act), after);
}

}  // namespace

// ---- The operator's

Result<Application> Applications::Submit(const Party& caller, const Filing& filing) {
  // 1. The role, and the form.
  const auto party = CM_TRY(Admit(desk_.store(), caller, Act::kSubmitApplication));
  const Time now = desk_.Now();
  Application draft;
  draft.id = CM_TRY(NewId(desk_.random()));
  draft.operator_party = party.value.id;
  const ApplicationForm form = CM_TRY(ReadForm(filing.form_json, draft));
  // 2. A new term is granted by an edition that is open; a change by the one that its base is bound to.
  const Scheme& scheme =
      *CM_TRY(StepsOf(form.path).new_term ? desk_.schemes().FindOpen(form.scheme) : desk_.schemes().Find(form.scheme));
  draft.scheme = scheme.Name();
  // 3. What bars it, and what is proven.
  ledger::Change change;
  Expect(change, party);
  CM_TRY(RequireAdmissible(draft, form, change));
  CM_TRY(Prove({party.value, form, filing.proofs}, draft, change));
  // 4. One change.
  Application application = CM_TRY(After(draft, {Event::kSubmit, Side::kOperator, now}, scheme.parameters));
  application.submitted_at = now;
  CM_TRY(ClaimUnit(application, change));
  CM_TRY(RequireRoom(application.operator_party));
  Create(change, application);
  ActEntry act = ActBy(now, party.value, Act::kSubmitApplication, application);
  act.before = Name(draft.state);
  CM_TRY(desk_.Commit(std::move(change), act, ledger::Ack::kSequenced));
  return application;
}

Result<Application> Applications::Resubmit(const Party& caller, std::string_view id, const Filing& filing) {
  // 1. The role, the file, and the clock, which comes first.
  const auto party = CM_TRY(Admit(desk_.store(), caller, Act::kSubmitApplication));
  const auto read = CM_TRY(Owned(party.value, id));
  CM_TRY(RequireInTime(read));
  // 2. The form, what bars it, and what is proven.
  const Time now = desk_.Now();
  const Scheme& scheme = *CM_TRY(desk_.SchemeOf(read.value));
  Application application = CM_TRY(After(read.value, {Event::kSubmit, Side::kOperator, now}, scheme.parameters));
  const ApplicationForm form = CM_TRY(ReadForm(filing.form_json, application));
  CM_TRY(CheckSameUnit(form, read.value));
  ledger::Change change;
  Expect(change, party);
  CM_TRY(RequireAdmissible(application, form, change));
  CM_TRY(RequireHandedIn(desk_, application, form, change));
  CM_TRY(Prove({party.value, form, filing.proofs}, application, change));
  // 3. One change.
  application.submitted_at = now;
  const ActEntry act = ActBy(now, party.value, Act::kSubmitApplication, application);
  return Put(read, std::move(application), act, std::move(change));
}

Result<Application> Applications::Correct(const Party& caller, std::string_view id) {
  return GoOn(caller, id, {Act::kCorrectApplication, Event::kCorrect});
}

Result<Application> Applications::Withdraw(const Party& caller, std::string_view id) {
  return GoOn(caller, id, {Act::kWithdrawApplication, Event::kWithdraw});
}

Result<Application> Applications::GoOn(const Party& caller, std::string_view id, const OwnStep& step) const {
  const auto party = CM_TRY(Admit(desk_.store(), caller, step.act));
  const auto read = CM_TRY(Owned(party.value, id));
  CM_TRY(RequireInTime(read));
  const Time now = desk_.Now();
  const Scheme& scheme = *CM_TRY(desk_.SchemeOf(read.value));
  Application application = CM_TRY(After(read.value, {step.event, Side::kOperator, now}, scheme.parameters));
  ledger::Change change;
  Expect(change, party);
  const ActEntry act = ActBy(now, party.value, step.act, application);
  return Put(read, std::move(application), act, std::move(change));
}

Result<Stored<Application>> Applications::Owned(const Party& operator_party, std::string_view id) const {
  auto read = CM_TRY(Load<Application>(desk_.store(), id));
  if (read.value.operator_party != operator_party.id) return NoApplication(id);
  return read;
}

Result<ApplicationForm> Applications::ReadForm(std::string_view form_json, Application& application) const {
  ApplicationForm form = CM_TRY(ApplicationForm::Parse(form_json));
  application.form_json = form_json;
  application.path = form.path;
  application.base = form.base;
  application.carried_reports.clear();
  return form;
}

Result<void> Applications::Prove(const Proving& proving, Application& application, ledger::Change& change) const {
  if (proving.proofs.size() > proving.form.signers.size()) return Invalid("proofs: more than the form has signers");
  std::set<std::string> proven;
  for (const Challenges::Proof& proof : proving.proofs) {
    std::string signer = CM_TRY(challenges_.Use(proving.party, proving.form.app, proof, change));
    if (!Names(proving.form, signer)) return Invalid("proofs: no signer of the form: " + signer);
    if (!proven.insert(signer).second) return Invalid("proofs: twice of signer " + signer);
  }
  application.proven_signers.merge(proven);
  return {};
}

Result<void> Applications::ClaimUnit(const Application& submitted, ledger::Change& change) const {
  using ledger::Column;
  for (const Bytes& key : submitted.UnitKeys()) {
    const auto other = CM_TRY(desk_.store().Get(Column::kIndex, key));
    if (other)
      return Error{ErrorCode::kAlreadyExists,
                   "application " + std::string(AsText(*other)) + " of the unit is under way"};
    change.preconditions.push_back({Column::kIndex, key, std::nullopt});
  }
  return {};
}

Result<void> Applications::RequireRoom(std::string_view operator_party) const {
  const auto waiting = CM_TRY(FoundBy(desk_.store(), "waiting", operator_party, "", kMaxWaiting));
  if (waiting.size() < kMaxWaiting) return {};
  return Error{ErrorCode::kResourceExhausted, "party " + std::string(operator_party) + " has " +
                                                  std::to_string(waiting.size()) +
                                                  " applications that wait to be accepted"};
}

Result<void> Applications::RequireEligible(const Application& application, const ApplicationForm& form) const {
  const Party applicant = CM_TRY(Load<Party>(desk_.store(), application.operator_party)).value;
  const Scheme& scheme = *CM_TRY(desk_.SchemeOf(application));
  return CheckEligible(desk_.store(), {applicant, form, scheme, desk_.Now()});
}

Result<void> Applications::RequireIncluded(const Party& actor, const Application& application) const {
  for (const std::string& other : application.excluded) CM_TRY(RequireApart(desk_.store(), actor, other));
  return {};
}

Result<void> Applications::RequireAdmissible(Application& application, const ApplicationForm& form,
                                             ledger::Change& change) const {
  const Scheme& scheme = *CM_TRY(desk_.schemes().Find(application.scheme));
  CM_TRY(CheckForm(form, scheme));
  CM_TRY(RequireEligible(application, form));
  return application.base.empty() ? Result<void>{} : RequireBase(application, form, change);
}

Result<void> Applications::RequireBase(Application& application, const ApplicationForm& form,
                                       ledger::Change& change) const {
  const Scheme& scheme = *CM_TRY(desk_.schemes().Find(application.scheme));
  const auto base = CM_TRY(RenumberedOf(desk_.store(), application.base));
  if (base.value.operator_party != application.operator_party) return Denied(base.value.id + " is another operator's");
  CM_TRY(CheckBase(form, base.value, scheme, desk_.Now()));
  Expect(change, base);
  const auto holder = CM_TRY(Load<Party>(desk_.store(), application.operator_party));
  CM_TRY(CheckNewNames(form, base.value, holder.value));
  application.names_before.reset();
  if (form.new_names) application.names_before = {holder.value.name, holder.value.url};
  Expect(change, holder);
  const auto file = Load<Application>(desk_.store(), base.value.application);
  if (!file && file.error().code != ErrorCode::kNotFound) return file.error();
  if (file) CM_TRY(CheckUnevaluatedStays(form, CM_TRY(ApplicationForm::Parse(file->value.form_json)), scheme));
  return Carry(desk_.store(), base.value, application);
}

// ---- The reviewer's

Result<Application> Applications::Return(const Party& caller, std::string_view id, std::string_view reason) {
  return TurnDown(caller, id, {Act::kReturnApplication, Event::kReturn, ReasonUse::kReturn, reason});
}

Result<Application> Applications::Refuse(const Party& caller, std::string_view id, std::string_view reason) {
  return TurnDown(caller, id, {Act::kRefuseApplication, Event::kRefuse, ReasonUse::kRefusal, reason});
}

Result<Application> Applications::TurnDown(const Party& caller, std::string_view id, const TurningDown& down) const {
  const auto party = CM_TRY(Admit(desk_.store(), caller, down.act));
  const auto read = CM_TRY(Load<Application>(desk_.store(), id));
  CM_TRY(RequireApart(desk_.store(), party.value, read.value.operator_party));
  CM_TRY(RequireIncluded(party.value, read.value));
  const Scheme& scheme = *CM_TRY(desk_.SchemeOf(read.value));
  CM_TRY(scheme.RequireReason(down.reason, down.use));
  const Time now = desk_.Now();
  Application application = CM_TRY(After(read.value, {down.event, Side::kReviewer, now}, scheme.parameters));
  application.reason = down.reason;
  ledger::Change change;
  Expect(change, party);
  ActEntry act = ActBy(now, party.value, down.act, application);
  act.reason = down.reason;
  return Put(read, std::move(application), act, std::move(change));
}

Result<std::vector<std::string>> Applications::LookAlikesOf(const Party& caller, std::string_view id) const {
  CM_TRY(Admit(desk_.store(), caller, Act::kReadLookAlikes));
  const Application application = CM_TRY(Load<Application>(desk_.store(), id)).value;
  const ApplicationForm form = CM_TRY(ApplicationForm::Parse(application.form_json));
  return LookAlikes(desk_.store(), CM_TRY(AppName::Parse(form.app_name)), form.app);
}

// ---- Reading, and the clock

Result<Stored<Application>> Applications::Get(const Party& caller, std::string_view id) const {
  const auto party = CM_TRY(Admit(desk_.store(), caller, Act::kReadApplication));
  auto read = CM_TRY(Load<Application>(desk_.store(), id));
  const auto may = RequireReaderOf(desk_, party.value, read.value);
  if (!may) return may.error().code == ErrorCode::kPermissionDenied ? NoApplication(id) : may.error();
  return read;
}

Result<void> Applications::OnDue(std::string_view id) const {
  const auto read = CM_TRY(Load<Application>(desk_.store(), id));
  const Time now = desk_.Now();
  const auto due = read.value.Due();
  if (!due || now < *due) return {};
  return Lapse(read, now);
}

Result<void> Applications::RequireInTime(const Stored<Application>& read) const {
  const Time now = desk_.Now();
  const auto due = read.value.Due();
  if (!due || now < *due) return {};
  CM_TRY(Lapse(read, now));
  return Precondition("application " + read.value.id + " lapsed: its deadline was " + FormatDateTime(*due));
}

Result<void> Applications::Lapse(const Stored<Application>& read, Time now) const {
  const Scheme& scheme = *CM_TRY(desk_.SchemeOf(read.value));
  Application application = CM_TRY(After(read.value, {Event::kLapse, Side::kClock, now}, scheme.parameters));
  ActEntry act = ActOn(now, kClock, "lapse-application", application);
  act.reason = Scheme::kRectificationOverdue;
  act.rests_on = SubjectOf(application);
  CM_TRY(Put(read, std::move(application), std::move(act), {}));
  return {};
}

Result<Application> Applications::Put(const Stored<Application>& read, Application after, ActEntry act,
                                      ledger::Change change) const {
  act.before = Name(read.value.state);
  if (IsOver(after.state)) CM_TRY(SettleAppeal(desk_.store(), after, change));
  Replace(change, read, after);
  CM_TRY(desk_.Commit(std::move(change), act, ledger::Ack::kSequenced));
  return after;
}

}  // namespace certmark::ca
