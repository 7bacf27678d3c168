#include "ca/cases.h"

#include <algorithm>

#include "ca/certification_rows.h"
#include "ca/document_parents.h"
#include "ca/index_rows.h"
#include "ca/numbers.h"
#include "ca/order.h"
#include "ca/plain_text.h"
#include "ca/record_operator.h"
#include "ca/separation.h"

namespace certmark::ca {
namespace {

constexpr std::string_view kOutOfRange = "build-out-of-range";

// LiveOf is the app's live certification: under that signer, or with none named the only one.
Result<std::optional<Stored<Certification>>> LiveOf(const Desk& desk, const App& app,
                                                    std::optional<std::string_view> signer) {
  std::optional<Stored<Certification>> live;
  auto all = CM_TRY(CertificationsOf(desk.store(), app));
  for (auto& read : all) {
    const auto& signers = read.value.signers;
    if (!read.value.IsLive(desk.Now())) continue;
    const bool is_under =
        !signer || (signers.empty() && signer->empty()) || std::ranges::find(signers, *signer) != signers.end();
    if (!is_under) continue;
    if (live) return std::optional<Stored<Certification>>();  // several: an officer says which is meant
    live = std::move(read);
  }
  return live;
}

// AnswerBy is the certification's edition's limit, or of an app without one the shortest of all editions.
Result<Time> AnswerBy(const Desk& desk, const std::optional<Stored<Certification>>& certification) {
  const auto under = [&](const Scheme& scheme) {
    return scheme.calendar.After(desk.Now(), scheme.parameters.complaint_working_days);
  };
  if (certification) return under(*CM_TRY(desk.SchemeOf(certification->value)));
  std::optional<Time> shortest;
  for (const Scheme* const scheme : desk.schemes().all()) {
    shortest = shortest ? std::min(*shortest, under(*scheme)) : under(*scheme);
  }
  return shortest.value_or(desk.Now());
}

// CountOf is how many of those are found, or kMaxOpen.
Result<std::size_t> CountOf(const ledger::Store& store, std::string_view attribute, std::string_view value) {
  return CM_TRY(FoundBy(store, attribute, value, "", Cases::kMaxOpen)).size();
}

Error Full(const std::string& what) {
  return {ErrorCode::kResourceExhausted, "too many " + what + " wait to be handled; come again later"};
}

// RequireRoomOf: what a party said and is not done with.
Result<void> RequireRoomOf(const ledger::Store& store, const std::string& party) {
  const std::size_t complaints = CM_TRY(CountOf(store, "open-complaint", party));
  const std::size_t cases = CM_TRY(CountOf(store, "open-report", party));
  return complaints + cases < Cases::kMaxOpen ? Result<void>{} : Full("reports of yours");
}

// Waits: nobody has handled it, or the case that it led to is open.
Result<bool> Waits(const ledger::Store& store, const Complaint& complaint) {
  if (complaint.state == Complaint::State::kReceived) return true;
  if (complaint.opened.empty()) return false;
  return CM_TRY(Load<Case>(store, complaint.opened)).value.state == Case::State::kOpen;
}

// RequireNotReported: what a party reported is not reported by it again while that waits.
Result<void> RequireNotReported(const ledger::Store& store, const Complaint& report) {
  for (const std::string& subject : CM_TRY(AllFoundBy(store, "report", SaidOf(report)))) {
    const Complaint before = CM_TRY(Load<Complaint>(store, IdOf(subject))).value;
    if (CM_TRY(Waits(store, before))) return Error{ErrorCode::kAlreadyExists, subject + " reports that already"};
  }
  return {};
}

Result<void> CheckSighting(const Cases::Sighting& sighting) {
  const Platform platform = sighting.app.platform;
  const bool has_none = platform == Platform::kMiniprogram && sighting.signer.empty();
  if (!has_none && !IsSigner(platform, sighting.signer)) return Invalid("no signer of " + std::string(Name(platform)));
  CM_TRY(Build::Parse(platform, sighting.build));
  return {};
}

Result<bool> IsInRange(const Certification& certification, const std::string& build) {
  const Platform platform = certification.app.platform;
  const Build seen = CM_TRY(Build::Parse(platform, build));
  const Build from = CM_TRY(Build::Parse(platform, certification.version_from));
  if (seen < from) return false;
  if (!certification.version_to) return true;
  return seen <= CM_TRY(Build::Parse(platform, *certification.version_to));
}

Result<void> RequireReceived(const Complaint& complaint) {
  if (complaint.state == Complaint::State::kReceived) return {};
  return Precondition("complaint " + complaint.id + " is " + std::string(Name(complaint.state)));
}

// RequireApartFrom: nobody of those whose app it is about, be it that several are certified under its name, or none
// now.
Result<void> RequireApartFrom(const ledger::Store& store, const Party& party, const Complaint& complaint) {
  return RequireApartFromOperators(store, party, CM_TRY(OperatorsOf(store, complaint.app)));
}

// RequireNotOwn: a party does not report what it holds. A stranger's build under the same name it may well report.
Result<void> RequireNotOwn(const ledger::Store& store, const Party& party, const Complaint& report) {
  if (report.certification.empty()) return {};
  const auto live = CM_TRY(Load<Certification>(store, report.certification));
  return RequireApart(store, party, live.value.operator_party);
}

// WithoutReporter is a case as its operator sees it, who is not told by whom they were reported.
Case WithoutReporter(Case file) {
  file.complaint.clear();
  if (file.cause == Case::Cause::kStoreReport) file.opened_by.clear();
  return file;
}

}  // namespace

template <class R>
Result<Statements::Origin> Cases::OriginOf(const R& parent, const std::string& by, Time at) const {
  const Retention retention = CM_TRY(RetentionOf(desk_, parent, at));
  return Statements::Origin{SubjectOf(parent), by, at, retention.until};
}

Result<Complaint> Cases::Receive(const App& app, std::string_view from, std::optional<std::string_view> signer,
                                 ledger::Change& change) const {
  const auto live = CM_TRY(LiveOf(desk_, app, signer));
  Complaint complaint;
  complaint.id = CM_TRY(NewId(desk_.random()));
  complaint.app = app;
  complaint.from = from;
  complaint.received_at = desk_.Now();
  complaint.answer_by = CM_TRY(AnswerBy(desk_, live));
  if (!live) return complaint;
  Expect(change, *live);
  complaint.certification = live->value.id;
  return complaint;
}

// RequireRoomFor: what the public says of an app, and of all.
Result<void> Cases::RequireRoomFor(const App& app) {
  const std::string of = app.ToText();
  const auto open = CM_TRY(FoundBy(desk_.store(), "public-complaint", of, "", limits_.of_app));
  if (open.size() >= limits_.of_app) return Full("complaints of " + of);
  return CM_TRY(open_.Take(desk_.store(), desk_.Now())) ? Result<void>{} : Full("complaints");
}

Result<Complaint> Cases::Complain(const App& app, std::string_view text, std::string_view contact) {
  // 1. What is said.
  CM_TRY(CheckStatement(text));
  if (!contact.empty() && !IsPlainText(contact, kMaxContactBytes)) {
    return Invalid("a contact is one line of at most " + std::to_string(kMaxContactBytes) + " bytes");
  }
  CM_TRY(RequireRoomFor(app));
  // 2. The complaint, and what is written of it.
  ledger::Change change;
  Complaint complaint = CM_TRY(Receive(app, Complaint::kPublic, std::nullopt, change));
  Statements statements(desk_, CM_TRY(OriginOf(complaint, "", complaint.received_at)));
  complaint.text = CM_TRY(statements.Keep(text));
  complaint.contact = CM_TRY(statements.Keep(contact));
  // 3. One change.
  Create(change, complaint);
  const ActEntry act = ActOn(complaint.received_at, Complaint::kPublic, "complain", complaint);
  CM_TRY(statements.Commit(std::move(change), act, ledger::Ack::kSequenced));
  return complaint;
}

Result<Complaint> Cases::Report(const Party& caller, const Sighting& sighting) {
  // 1. The role, and the report.
  const auto party = CM_TRY(Admit(desk_.store(), caller, Act::kReportMisuse));
  CM_TRY(CheckSighting(sighting));
  CM_TRY(RequireRoomOf(desk_.store(), party.value.id));
  ledger::Change change;
  Expect(change, party);
  Complaint complaint = CM_TRY(Receive(sighting.app, party.value.id, sighting.signer, change));
  complaint.signer = sighting.signer;
  complaint.build = sighting.build;
  CM_TRY(RequireNotOwn(desk_.store(), party.value, complaint));
  CM_TRY(RequireNotReported(desk_.store(), complaint));
  // 2. A build outside the certified range opens a case.
  const auto file = CM_TRY(CaseOf(complaint));
  if (file) Create(change, *file);
  // 3. One change.
  Create(change, complaint);
  ActEntry act = ActOn(complaint.received_at, party.value.id, Name(Act::kReportMisuse), complaint);
  if (!complaint.opened.empty()) act.reason = kOutOfRange;
  CM_TRY(desk_.Commit(std::move(change), act, ledger::Ack::kSequenced));
  return complaint;
}

Result<std::optional<Case>> Cases::CaseOf(Complaint& report) const {
  if (report.certification.empty()) return std::optional<Case>();
  const auto live = CM_TRY(Load<Certification>(desk_.store(), report.certification));
  if (CM_TRY(IsInRange(live.value, report.build))) return std::optional<Case>();
  report.state = Complaint::State::kCase;
  report.handled_at = report.received_at;
  // Of a build there is one open case.
  const auto open = CM_TRY(FoundBy(desk_.store(), "case-build", BuildOf(live.value.id, report.build), "", 1));
  if (!open.empty()) {
    report.opened = IdOf(open.front());
    return std::optional<Case>();
  }
  if (CM_TRY(CountOf(desk_.store(), "open-case", live.value.id)) >= kMaxOpen) return Full("cases of " + live.value.id);
  const Opening opening{live.value.id, Case::Cause::kStoreReport, std::string(kOutOfRange)};
  Case file = CM_TRY(Begin(live.value, opening, report.from));
  file.complaint = report.id;
  file.signer = report.signer;
  file.build = report.build;
  report.opened = file.id;
  return std::optional(std::move(file));
}

Result<Complaint> Cases::Answer(const Party& caller, std::string_view id, std::string_view answer) {
  // 1. The role, the complaint, and nobody of the operator's.
  const auto party = CM_TRY(Admit(desk_.store(), caller, Act::kHandleComplaint));
  const auto read = CM_TRY(Load<Complaint>(desk_.store(), id));
  CM_TRY(RequireReceived(read.value));
  CM_TRY(RequireApartFrom(desk_.store(), party.value, read.value));
  // 2. The answer.
  Complaint complaint = read.value;
  complaint.state = Complaint::State::kAnswered;
  complaint.handled_by = party.value.id;
  complaint.handled_at = desk_.Now();
  Statements statements(desk_, CM_TRY(OriginOf(complaint, party.value.id, *complaint.handled_at)));
  complaint.answer = CM_TRY(statements.Keep(answer));
  // 3. One change.
  ledger::Change change;
  Expect(change, party);
  Replace(change, read, complaint);
  ActEntry act = ActOn(*complaint.handled_at, party.value.id, "answer-complaint", complaint);
  act.before = Name(read.value.state);
  CM_TRY(statements.Commit(std::move(change), act, ledger::Ack::kSequenced));
  return complaint;
}

Result<Case> Cases::Pursue(const Party& caller, std::string_view id, std::string_view reason) {
  // 1. The role, the complaint, what it is about, and nobody of the operator's.
  const auto party = CM_TRY(Admit(desk_.store(), caller, Act::kHandleComplaint));
  const auto read = CM_TRY(Load<Complaint>(desk_.store(), id));
  CM_TRY(RequireReceived(read.value));
  CM_TRY(RequireApartFrom(desk_.store(), party.value, read.value));
  if (read.value.certification.empty()) {
    return Precondition(read.value.app.ToText() + " held no certification: order, or answer");
  }
  const auto certification = CM_TRY(Load<Certification>(desk_.store(), read.value.certification));
  // 2. The case.
  Case file = CM_TRY(Begin(certification.value, {certification.value.id, Case::Cause::kComplaint, std::string(reason)},
                           party.value.id));
  file.complaint = read.value.id;
  Complaint complaint = read.value;
  complaint.state = Complaint::State::kCase;
  complaint.handled_by = party.value.id;
  complaint.handled_at = file.opened_at;
  complaint.opened = file.id;
  // 3. One change.
  ledger::Change change;
  Expect(change, party);
  Expect(change, certification);
  Replace(change, read, complaint);
  Create(change, file);
  ActEntry act = ActOn(file.opened_at, party.value.id, Name(Act::kOpenCase), file);
  act.reason = reason;
  act.rests_on = SubjectOf(complaint);
  // Who complained hears of the complaint alone.
  ActEntry pursued = ActOn(file.opened_at, party.value.id, "pursue-complaint", complaint);
  pursued.before = Name(read.value.state);
  CM_TRY(desk_.Record(change, std::move(pursued)));
  CM_TRY(desk_.Commit(std::move(change), act, ledger::Ack::kSequenced));
  return file;
}

Result<Complaint> Cases::GetComplaint(const Party& caller, std::string_view id) const {
  const auto read = CM_TRY(Load<Complaint>(desk_.store(), id));
  const bool is_own = read.value.from == caller.id;
  const auto party = CM_TRY(Admit(desk_.store(), caller, is_own ? Act::kReportMisuse : Act::kHandleComplaint));
  if (!is_own) CM_TRY(RequireApartFrom(desk_.store(), party.value, read.value));
  return read.value;
}

Result<Case> Cases::Begin(const Certification& certification, const Opening& opening, std::string_view by) const {
  CM_TRY(CM_TRY(desk_.SchemeOf(certification))->RequireReason(opening.reason, ReasonUse::kCase));
  Case file;
  file.id = CM_TRY(NewId(desk_.random()));
  file.cause = opening.cause;
  file.certification = certification.id;
  file.operator_party = certification.operator_party;
  file.reason = opening.reason;
  file.opened_by = by;
  file.opened_at = desk_.Now();
  return file;
}

Result<Case> Cases::Open(const Party& caller, const Opening& opening) {
  // 1. The role, the certification, and nobody of its holder's.
  const auto party = CM_TRY(Admit(desk_.store(), caller, Act::kOpenCase));
  const auto certification = CM_TRY(Load<Certification>(desk_.store(), opening.certification));
  CM_TRY(RequireApart(desk_.store(), party.value, certification.value.operator_party));
  // 2. One change.
  Case file = CM_TRY(Begin(certification.value, opening, party.value.id));
  Statements statements(desk_, CM_TRY(OriginOf(file, party.value.id, file.opened_at)));
  file.note = CM_TRY(statements.Keep(opening.note));
  ledger::Change change;
  Expect(change, party);
  Expect(change, certification);
  Create(change, file);
  ActEntry act = ActOn(file.opened_at, party.value.id, Name(Act::kOpenCase), file);
  act.reason = file.reason;
  CM_TRY(statements.Commit(std::move(change), act, ledger::Ack::kSequenced));
  return file;
}

Result<void> Cases::RequireOutcome(const Case& file, Case::Outcome outcome) const {
  // What was to be seen to may have been done to what took its place.
  const Certification certification = CM_TRY(LastOf(desk_.store(), file.certification)).value;
  CM_TRY(CM_TRY(desk_.SchemeOf(certification))->RequireReason(Name(outcome), ReasonUse::kCaseClosing));
  bool is_so = true;
  if (outcome == Case::Outcome::kSuspended) is_so = certification.state == Certification::State::kSuspended;
  if (outcome == Case::Outcome::kRevoked) is_so = certification.state == Certification::State::kRevoked;
  if (outcome == Case::Outcome::kOrdered) {
    const auto orders = CM_TRY(OrdersOf(desk_.store(), certification.app));
    is_so = std::ranges::any_of(orders, [&](const Order& order) { return order.ordered_at >= file.opened_at; });
  }
  if (is_so) return {};
  return Precondition("the outcome of case " + file.id + " is not " + std::string(Name(outcome)));
}

Result<Case> Cases::Close(const Party& caller, const Closing& closing) {
  // 1. The role, and the case.
  const auto party = CM_TRY(Admit(desk_.store(), caller, Act::kCloseCase));
  const auto read = CM_TRY(Load<Case>(desk_.store(), closing.id));
  // 2. The rules: open, nobody of the holder's, and an outcome that is one.
  if (read.value.state == Case::State::kClosed) return Precondition("case " + read.value.id + " is CLOSED");
  CM_TRY(RequireApart(desk_.store(), party.value, read.value.operator_party));
  CM_TRY(RequireOutcome(read.value, closing.outcome));
  // 3. One change.
  Case file = read.value;
  file.state = Case::State::kClosed;
  file.outcome = closing.outcome;
  file.closed_by = party.value.id;
  file.closed_at = desk_.Now();
  Statements statements(desk_, CM_TRY(OriginOf(file, party.value.id, *file.closed_at)));
  if (const auto note = CM_TRY(statements.Keep(closing.note))) file.note = note;
  ledger::Change change;
  Expect(change, party);
  Replace(change, read, file);
  ActEntry act = ActOn(*file.closed_at, party.value.id, Name(Act::kCloseCase), file);
  act.before = Name(read.value.state);
  act.reason = Name(closing.outcome);
  CM_TRY(statements.Commit(std::move(change), act, ledger::Ack::kSequenced));
  return file;
}

Result<Case> Cases::Get(const Party& caller, std::string_view id) const {
  const auto party = CM_TRY(Admit(desk_.store(), caller, Act::kReadCase));
  Case file = CM_TRY(Load<Case>(desk_.store(), id)).value;
  const bool is_staff = MayAsStaff(party.value, Act::kReadCase);
  if (!is_staff && file.operator_party != party.value.id) {
    return Error{ErrorCode::kNotFound, "no case " + std::string(id)};
  }
  // Staff of the operator's own see what the operator sees.
  if (is_staff && CM_TRY(IsApart(desk_.store(), party.value, {file.operator_party}))) return file;
  return WithoutReporter(std::move(file));
}

}  // namespace certmark::ca
