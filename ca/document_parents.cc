#include "ca/document_parents.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "ca/certification.h"
#include "ca/certification_rows.h"
#include "ca/order.h"
#include "ca/record_operator.h"
#include "ca/separation.h"

namespace certmark::ca {
namespace {

using FileState = Application::State;

// Carries: what was granted on `file` rests on that application, which is the same or has its reports carried on.
bool Carries(const Application& file, const Application& application) {
  if (file.id == application.id) return true;
  return std::ranges::any_of(file.carried_reports,
                             [&](const auto& carried) { return carried.application == application.id; });
}

// LastsUntil is until when the certification that rests on a granted application lasts, as far as that can be known at
// `now`; nothing once none does. Of those that took each other's place only the last may not have ended.
Result<std::optional<Time>> LastsUntil(const Desk& desk, const Application& application, Time now) {
  const Certification last = CM_TRY(LastOf(desk.store(), application.certification)).value;
  if (HasEnded(last.state)) return std::optional<Time>();
  const Application file = CM_TRY(Load<Application>(desk.store(), last.application)).value;
  if (!Carries(file, application)) return std::optional<Time>();
  return std::optional(std::min(now, last.valid_until));
}

// KeptUntil is what holds of an application that is over. What is granted is kept by what rests on it, of which the
// ends so far stand in the record.
Result<Time> KeptUntil(const Desk& desk, const Application& application, const Parameters& parameters, Time now) {
  if (application.state != FileState::kGranted)
    return application.retain_until.value_or(now + parameters.retention_ended);
  const auto lasts = CM_TRY(LastsUntil(desk, application, now));
  if (!lasts) return application.retain_until.value_or(now + parameters.retention_granted);
  const Time until = *lasts + parameters.retention_granted;
  return std::max(until, application.retain_until.value_or(until));
}

// EndOf is when a parent was over; nothing while it lasts.
Result<std::optional<Time>> EndOf(const Desk& desk, const Complaint& complaint) {
  if (complaint.opened.empty()) return complaint.handled_at;
  return CM_TRY(Load<Case>(desk.store(), complaint.opened)).value.closed_at;
}

// Shortest is what holds where no edition is named.
Retention Shortest(const Desk& desk, Time from) {
  Retention retention{Time::max(), Seconds{0}};
  for (const Scheme* const scheme : desk.schemes().all()) {
    retention.until = std::min(retention.until, from + scheme->parameters.retention_ended);
    retention.key_backup_life = std::max(retention.key_backup_life, scheme->parameters.key_backup_life);
  }
  return retention;
}

// OfCertification is what holds of a certification's own papers.
Result<Retention> OfCertification(const Desk& desk, std::string_view number, Time from) {
  const Certification certification = CM_TRY(Load<Certification>(desk.store(), number)).value;
  const Parameters& parameters = CM_TRY(desk.SchemeOf(certification))->parameters;
  return Retention{from + parameters.retention_granted, parameters.key_backup_life};
}

template <class R>
Result<Retention> Read(const Desk& desk, std::string_view parent, Time now) {
  const R record = CM_TRY(Load<R>(desk.store(), IdOf(parent))).value;
  return RetentionOf(desk, record, now);
}

Error NoParent(std::string_view parent) {
  return {ErrorCode::kNotFound, "nothing that has documents: " + std::string(parent)};
}

// ---- Who may read

// Readers are those of one parent: parties by their ids, staff by their roles.
struct Readers {
  std::vector<std::string> operators;  // from whom staff must be apart
  bool is_named = false, is_staff = false;
};

Result<bool> HasAppeal(const ledger::Store& store, std::string_view subject) {
  return !CM_TRY(AppealsOf(store, subject)).empty();
}

// IsActAppealed: there is an appeal, decided or not, on the application or on what was granted on it.
Result<bool> IsActAppealed(const ledger::Store& store, const Application& application) {
  if (CM_TRY(HasAppeal(store, SubjectOf(application)))) return true;
  const App app = CM_TRY(ApplicationForm::Parse(application.form_json)).app;
  std::set<std::string> granted;
  for (const auto& read : CM_TRY(CertificationsOf(store, app))) {
    if (read.value.application != application.id) continue;
    if (CM_TRY(HasAppeal(store, SubjectOf(read.value)))) return true;
    granted.insert(read.value.id);
  }
  for (const Order& order : CM_TRY(OrdersOf(store, app))) {
    if (granted.contains(order.facts.certification) && CM_TRY(HasAppeal(store, SubjectOf(order)))) return true;
  }
  return false;
}

// IsForAppealsAlone: an appeals officer sees a file for the sake of an appeal, unless another role shows it.
bool IsForAppealsAlone(const Party& party) {
  Party without = party;
  without.roles.erase(Role::kAppealsOfficer);
  return !MayAsStaff(without, Act::kReadApplication);
}

// IsAppealed: there is one of a file that rests on the application: of itself, or of one that carries its reports.
Result<bool> IsAppealed(const ledger::Store& store, const Application& application) {
  for (const std::string& subject : CM_TRY(AllFoundBy(store, "operator", application.operator_party))) {
    if (KindOf(subject) != Application::kKind) continue;
    const Application file = CM_TRY(Load<Application>(store, IdOf(subject))).value;
    if (Carries(file, application) && CM_TRY(IsActAppealed(store, file))) return true;
  }
  return false;
}

Result<Readers> ReadersOf(const Desk& desk, const Party& party, const Application& application) {
  Readers readers{{application.operator_party}};
  readers.is_named =
      party.id == application.operator_party || party.id == application.laboratory || party.id == application.auditor;
  if (readers.is_named || !MayAsStaff(party, Act::kReadApplication)) return readers;
  readers.is_staff = !IsForAppealsAlone(party) || CM_TRY(IsAppealed(desk.store(), application));
  return readers;
}
Result<Readers> ReadersOf(const Desk& desk, const Party& party, const Complaint& complaint) {
  std::vector<std::string> operators = CM_TRY(OperatorsOf(desk.store(), complaint.app));
  return Readers{std::move(operators), party.id == complaint.from, MayAsStaff(party, Act::kHandleComplaint)};
}
Result<Readers> ReadersOf(const Desk& /*desk*/, const Party& party, const Case& file) {
  return Readers{{file.operator_party}, party.id == file.operator_party, MayAsStaff(party, Act::kReadCase)};
}
Result<Readers> ReadersOf(const Desk& /*desk*/, const Party& party, const Appeal& appeal) {
  return Readers{{appeal.operator_party}, party.id == appeal.operator_party, MayAsStaff(party, Act::kReadAppeal)};
}

template <class R>
Result<void> RequireReaderOfRecord(const Desk& desk, const Party& party, const R& record) {
  const Readers readers = CM_TRY(ReadersOf(desk, party, record));
  if (readers.is_named) return {};
  if (!readers.is_staff) return Denied(SubjectOf(record) + " is no file of party " + party.id);
  return RequireApartFromOperators(desk.store(), party, readers.operators);
}

template <class R>
Result<void> RequireReader(const Desk& desk, const Party& party, std::string_view parent) {
  return RequireReaderOfRecord(desk, party, CM_TRY(Load<R>(desk.store(), IdOf(parent))).value);
}

}  // namespace

Result<Retention> RetentionOf(const Desk& desk, const Application& application, Time now) {
  const Parameters& parameters = CM_TRY(desk.SchemeOf(application))->parameters;
  if (IsOver(application.state)) {
    const Time until = CM_TRY(KeptUntil(desk, application, parameters, now));
    return Retention{until, parameters.key_backup_life};
  }
  const Seconds kept = std::min(parameters.retention_granted, parameters.retention_ended);
  return Retention{now + kept, parameters.key_backup_life};
}

Result<Retention> RetentionOf(const Desk& desk, const Complaint& complaint, Time now) {
  const Time from = CM_TRY(EndOf(desk, complaint)).value_or(now);
  if (complaint.certification.empty()) return Shortest(desk, from);
  return OfCertification(desk, complaint.certification, from);
}

Result<Retention> RetentionOf(const Desk& desk, const Case& file, Time now) {
  return OfCertification(desk, file.certification, file.closed_at.value_or(now));
}

Result<Retention> RetentionOf(const Desk& desk, const Appeal& appeal, Time now) {
  const Parameters& parameters = CM_TRY(desk.schemes().Find(appeal.edition))->parameters;
  const bool is_refusal = appeal.against == Appeal::Against::kRefusal;
  const Seconds kept = is_refusal ? parameters.retention_ended : parameters.retention_granted;
  return Retention{appeal.decided_at.value_or(now) + kept, parameters.key_backup_life};
}

Result<Retention> RetentionOf(const Desk& desk, std::string_view parent, Time now) {
  if (KindOf(parent) == Application::kKind) return Read<Application>(desk, parent, now);
  if (KindOf(parent) == Complaint::kKind) return Read<Complaint>(desk, parent, now);
  if (KindOf(parent) == Case::kKind) return Read<Case>(desk, parent, now);
  if (KindOf(parent) == Appeal::kKind) return Read<Appeal>(desk, parent, now);
  return NoParent(parent);
}

Result<void> RequireReaderOf(const Desk& desk, const Party& party, const Application& application) {
  return RequireReaderOfRecord(desk, party, application);
}

Result<void> RequireReaderOf(const Desk& desk, const Party& party, std::string_view parent) {
  if (KindOf(parent) == Application::kKind) return RequireReader<Application>(desk, party, parent);
  if (KindOf(parent) == Complaint::kKind) return RequireReader<Complaint>(desk, party, parent);
  if (KindOf(parent) == Case::kKind) return RequireReader<Case>(desk, party, parent);
  if (KindOf(parent) == Appeal::kKind) return RequireReader<Appeal>(desk, party, parent);
  return NoParent(parent);
}

}  // namespace certmark::ca
