#include "ca/application_reopening.h"

#include "ca/application_steps.h"
#include "ca/records.h"

namespace certmark::ca {
namespace {

using State = Application::State;

// Overturn marks a revocation as wrong, once.
Result<void> Overturn(const Desk& desk, Appeal& appeal, ledger::Change& change) {
  const auto read = CM_TRY(Load<Certification>(desk.store(), IdOf(appeal.subject)));
  if (!read.value.overturned_by.empty()) {
    appeal.leaves = Appeal::Leaves::kNothing;
    return {};
  }
  Certification overturned = read.value;
  overturned.overturned_by = SubjectOf(appeal);
  Replace(change, read, overturned);
  return {};
}

// FileOf is the id of the application that the appeal is about.
Result<std::string> FileOf(const Desk& desk, const Appeal& appeal) {
  if (KindOf(appeal.subject) == Application::kKind) return std::string(IdOf(appeal.subject));
  return CM_TRY(Load<Certification>(desk.store(), IdOf(appeal.subject))).value.application;
}

Result<void> ReopenFile(const Desk& desk, const Appeal& appeal, const Stored<Application>& read,
                        ledger::Change& change) {
  const Scheme& scheme = *CM_TRY(desk.SchemeOf(read.value));
  const Move move{Application::Event::kReopen, Side::kAppealsOfficer, *appeal.decided_at};
  Application application = CM_TRY(After(read.value, move, scheme.parameters));
  application.appeal = appeal.id;
  application.excluded = appeal.excluded;
  if (appeal.leaves == Appeal::Leaves::kGrant) application.regrants = IdOf(appeal.subject);
  Replace(change, read, application);
  return {};
}

}  // namespace

Result<void> Reopen(const Desk& desk, Appeal& appeal, ledger::Change& change) {
  if (appeal.leaves == Appeal::Leaves::kGrant) CM_TRY(Overturn(desk, appeal, change));
  if (appeal.leaves == Appeal::Leaves::kNothing) return {};
  const auto read = Load<Application>(desk.store(), CM_TRY(FileOf(desk, appeal)));
  if (!read && read.error().code != ErrorCode::kNotFound) return read.error();
  const State wanted = appeal.leaves == Appeal::Leaves::kGrant ? State::kGranted : State::kRefused;
  if (read && read->value.state == wanted) return ReopenFile(desk, appeal, *read, change);
  appeal.leaves = Appeal::Leaves::kNothing;
  return {};
}

Result<void> SettleAppeal(const ledger::Store& store, Application& application, ledger::Change& change) {
  if (application.appeal.empty()) return {};
  CM_TRY(Remedied(store, application.appeal, change));
  application.appeal.clear();
  return {};
}

}  // namespace certmark::ca
