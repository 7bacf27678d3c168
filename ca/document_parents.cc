#include "ca/document_parents.h"

#include <algorithm>
#include <optional>
#include <string>

#include "ca/act_entry.h"
#include "ca/certification.h"
#include "ca/separation.h"

namespace certmark::ca {
namespace {

using FileState = Application::State;

bool HasClosed(FileState state) {
  return state == FileState::kGranted || state == FileState::kRefused || state == FileState::kWithdrawn ||
         state == FileState::kLapsed;
}

// EndedAt is when an application came to its state: the newest act that led into it says so.
Result<std::optional<Time>> EndedAt(const ledger::Store& store, const Application& application) {
  constexpr std::size_t kMaxActs = 10'000;
  const std::string subject = SubjectOf(application);
  std::optional<Time> end;
  for (const Hash& leaf : CM_TRY(ActsOf(store, subject, kMaxActs))) {
    const ActEntry act = CM_TRY(ReadAct(store, leaf)).act;
    const bool led_there = act.after == Name(application.state) && act.before != act.after;
    if (act.subject == subject && led_there) end = act.at;
  }
  return end;
}

// EndOf is when a parent was over, or the certification that it led to; nothing while it lasts.
Result<std::optional<Time>> EndOf(const Desk& desk, const Application& application) {
  if (!HasClosed(application.state)) return std::optional<Time>();
  if (application.state != FileState::kGranted) return EndedAt(desk.store(), application);
  const Certification granted = CM_TRY(Load<Certification>(desk.store(), application.certification)).value;
  const bool is_over = HasEnded(granted.state);
  if (!is_over && desk.Now() < granted.valid_until) return std::optional<Time>();
  const bool ran_out = !is_over || granted.state == Certification::State::kExpired;
  if (ran_out || granted.history.empty()) return std::optional(granted.valid_until);
  return std::optional(granted.history.back().at);
}

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

bool HasAny(const Party& party, std::initializer_list<Role> roles) {
  return std::ranges::any_of(roles, [&](Role role) { return party.has(role); });
}

// Readers are those of one parent: parties by their ids, staff by their roles.
struct Readers {
  std::string operator_party;  // from whom staff must be apart; empty: nobody's
  bool is_named = false, is_staff = false;
};

Readers ReadersOf(const Party& party, const Application& application) {
  const bool is_named =
      party.id == application.operator_party || party.id == application.laboratory || party.id == application.auditor;
  return {application.operator_party, is_named,
          HasAny(party, {Role::kReviewer, Role::kDecider, Role::kSurveillanceOfficer, Role::kAppealsOfficer})};
}
Readers ReadersOf(const Party& party, const Complaint& complaint) {
  return {complaint.operator_party, party.id == complaint.from, party.has(Role::kSurveillanceOfficer)};
}
// Of a case and of an appeal.
template <class R>
Readers ReadersOf(const Party& party, const R& record) {
  return {record.operator_party, party.id == record.operator_party,
          HasAny(party, {Role::kSurveillanceOfficer, Role::kDecider, Role::kAppealsOfficer})};
}

template <class R>
Result<void> RequireReader(const Desk& desk, const Party& party, std::string_view parent) {
  const Readers readers = ReadersOf(party, CM_TRY(Load<R>(desk.store(), IdOf(parent))).value);
  if (readers.is_named) return {};
  if (!readers.is_staff) return Denied(std::string(parent) + " is no file of party " + party.id);
  if (readers.operator_party.empty()) return {};
  return RequireApart(desk.store(), party, readers.operator_party);
}

}  // namespace

Result<Retention> RetentionOf(const Desk& desk, const Application& application, Time now) {
  const Parameters& parameters = CM_TRY(desk.SchemeOf(application))->parameters;
  const Time from = CM_TRY(EndOf(desk, application)).value_or(now);
  Seconds kept = std::min(parameters.retention_granted, parameters.retention_ended);
  if (HasClosed(application.state)) kept = parameters.retention_ended;
  if (application.state == FileState::kGranted) kept = parameters.retention_granted;
  return Retention{from + kept, parameters.key_backup_life};
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

Result<void> RequireReaderOf(const Desk& desk, const Party& party, std::string_view parent) {
  if (KindOf(parent) == Application::kKind) return RequireReader<Application>(desk, party, parent);
  if (KindOf(parent) == Complaint::kKind) return RequireReader<Complaint>(desk, party, parent);
  if (KindOf(parent) == Case::kKind) return RequireReader<Case>(desk, party, parent);
  if (KindOf(parent) == Appeal::kKind) return RequireReader<Appeal>(desk, party, parent);
  return NoParent(parent);
}

}  // namespace certmark::ca
