#include "ca/appeals.h"

#include <set>

#include "ca/application_reopening.h"
#include "ca/document_parents.h"
#include "ca/numbers.h"
#include "ca/order_rules.h"
#include "ca/people.h"
#include "ca/separation.h"
#include "ca/statements.h"

namespace certmark::ca {
namespace {

// Appealed is the act that an appeal is against.
struct Appealed {
  Appeal::Against against;
  Time at;
  std::string operator_party;
  const Scheme* scheme;
};

Error NoFile(std::string_view subject) {
  return {ErrorCode::kNotFound, "nothing to appeal against: " + std::string(subject)};
}

Result<Appealed> AppealedOf(const Desk& desk, const Application& application) {
  if (application.state != Application::State::kRefused) {
    return Precondition("application " + application.id + " is " + std::string(Name(application.state)));
  }
  if (!application.ended_at) {
    return Error{ErrorCode::kCorruption, SubjectOf(application) + " was refused, and does not say when"};
  }
  const Scheme* const scheme = CM_TRY(desk.SchemeOf(application));
  return Appealed{Appeal::Against::kRefusal, *application.ended_at, application.operator_party, scheme};
}

Result<Appealed> AppealedOf(const Desk& desk, const Certification& certification) {
  const bool is_suspended = certification.state == Certification::State::kSuspended;
  const bool is_revoked = certification.state == Certification::State::kRevoked;
  if (!(is_suspended && !certification.suspended_by_holder) && !is_revoked) {
    return Precondition(certification.id + " is neither suspended for cause nor revoked");
  }
  if (certification.history.empty()) return Precondition("nobody acted on " + certification.id);
  const Scheme* const scheme = CM_TRY(desk.SchemeOf(certification));
  return Appealed{is_revoked ? Appeal::Against::kRevocation : Appeal::Against::kSuspension,
                  certification.history.back().at, certification.operator_party, scheme};
}

Result<Appealed> AppealedOf(const Desk& desk, const Order& order) {
  if (!order.is_open()) return Precondition(order.id + " is " + std::string(Name(order.state)));
  const Scheme* const scheme = CM_TRY(RulesOf(desk.schemes(), order.facts));
  return Appealed{Appeal::Against::kOrder, order.exposed_at.value_or(order.ordered_at), order.facts.operator_party,
                  scheme};
}

std::string OperatorOf(const Application& application) {
  return application.operator_party;
}
std::string OperatorOf(const Certification& certification) {
  return certification.operator_party;
}
std::string OperatorOf(const Order& order) {
  return order.facts.operator_party;
}

// Read is the act on a record of `caller`'s: whose it is not, there is none.
template <class R>
Result<Appealed> Read(const Desk& desk, std::string_view subject, const Party& caller, ledger::Change& change) {
  const auto read = CM_TRY(Load<R>(desk.store(), IdOf(subject)));
  if (OperatorOf(read.value) != caller.id) return NoFile(subject);
  Expect(change, read);
  return AppealedOf(desk, read.value);
}

Result<Appealed> ReadAppealed(const Desk& desk, std::string_view subject, const Party& caller, ledger::Change& change) {
  if (KindOf(subject) == Application::kKind) return Read<Application>(desk, subject, caller, change);
  if (KindOf(subject) == Certification::kKind) return Read<Certification>(desk, subject, caller, change);
  if (KindOf(subject) == Order::kKind) return Read<Order>(desk, subject, caller, change);
  return NoFile(subject);
}

Result<void> RequireUninvolved(const ledger::Store& store, const Party& officer, const std::set<std::string>& people) {
  for (const std::string& each : people) CM_TRY(RequireApart(store, officer, each));
  return {};
}

// OrderBehind is the order, not closed, that a suspension rests on.
Result<std::optional<Stored<Order>>> OrderBehind(const ledger::Store& store, const Certification& certification) {
  std::string subject = certification.suspended_by;
  if (KindOf(subject) == Proposal::kKind) {
    const auto found = CM_TRY(FoundBy(store, "order-proposal", IdOf(subject), "", 1));
    subject = found.empty() ? "" : found.front();
  }
  if (KindOf(subject) != Order::kKind) return std::optional<Stored<Order>>();
  auto order = CM_TRY(Load<Order>(store, IdOf(subject)));
  if (!order.value.is_open()) return std::optional<Stored<Order>>();
  return std::optional(std::move(order));
}

// IsThatSuspension: it is suspended since that time, and nobody acted on it since.
bool IsThatSuspension(const Certification& certification, Time suspended_at) {
  return certification.state == Certification::State::kSuspended && !certification.history.empty() &&
         certification.history.back().at == suspended_at;
}

// IsOfSuspension: the clock revoked because the suspension at that time outlived its limit.
bool IsOfSuspension(const Certification& certification, Time suspended_at) {
  const auto& history = certification.history;
  if (certification.state != Certification::State::kRevoked || history.size() < 2) return false;
  return history.back().reason == Scheme::kNotCorrected && history[history.size() - 2].at == suspended_at;
}

}  // namespace

Result<Appeal> Appeals::File(const Party& caller, std::string_view subject, std::string_view grounds) {
  // 1. The role, and the act.
  const auto party = CM_TRY(Admit(desk_.store(), caller, Act::kFileAppeal));
  ledger::Change change;
  Expect(change, party);
  const Appealed appealed = CM_TRY(ReadAppealed(desk_, subject, party.value, change));
  // 2. The rules: in time, and once.
  const Time now = desk_.Now();
  const Parameters& parameters = appealed.scheme->parameters;
  const Time latest = appealed.scheme->calendar.After(appealed.at, parameters.appeal_working_days);
  if (now >= latest) return Precondition("an appeal could be filed before " + FormatDateTime(latest));
  const Bytes row = AppealRowKey(subject, appealed.at);
  if (CM_TRY(desk_.store().Get(ledger::Column::kIndex, row))) {
    return Error{ErrorCode::kAlreadyExists, "there is an appeal against that: " + std::string(subject)};
  }
  change.preconditions.push_back({ledger::Column::kIndex, row, std::nullopt});
  // 3. One change.
  Appeal appeal;
  appeal.id = CM_TRY(NewId(desk_.random()));
  appeal.against = appealed.against;
  appeal.subject = subject;
  appeal.act_at = appealed.at;
  appeal.operator_party = party.value.id;
  appeal.edition = appealed.scheme->Name();
  appeal.filed_at = now;
  appeal.answer_by = now + parameters.appeal_answer;
  const Retention retention = CM_TRY(RetentionOf(desk_, appeal, now));
  Statements statements(desk_, {SubjectOf(appeal), party.value.id, now, retention.until});
  appeal.grounds = CM_TRY(statements.Keep(grounds));
  Create(change, appeal);
  const ActEntry act = ActOn(now, party.value.id, Name(Act::kFileAppeal), appeal);
  CM_TRY(statements.Commit(std::move(change), act, ledger::Ack::kSequenced));
  return appeal;
}

Result<Appeals::Decided> Appeals::Decide(const Party& caller, const Ruling& ruling) {
  // 1. The role, and the appeal.
  const auto party = CM_TRY(Admit(desk_.store(), caller, Act::kDecideAppeal));
  const auto read = CM_TRY(Load<Appeal>(desk_.store(), ruling.appeal));
  if (read.value.state != Appeal::State::kFiled) {
    return Precondition("appeal " + read.value.id + " is " + std::string(Name(read.value.state)));
  }
  // 2. The rules: a reason, and nobody who took part in anything of the file.
  if (ruling.outcome == Appeal::State::kFiled) return Invalid("an appeal is upheld or dismissed");
  const Scheme& scheme = *CM_TRY(desk_.schemes().Find(read.value.edition));
  const bool is_upheld = ruling.outcome == Appeal::State::kUpheld;
  CM_TRY(scheme.RequireReason(ruling.reason, is_upheld ? ReasonUse::kAppealUpheld : ReasonUse::kAppealDismissed));
  std::set<std::string> people = CM_TRY(PeopleOn(desk_.store(), read.value.subject));
  people.insert(read.value.operator_party);
  CM_TRY(RequireUninvolved(desk_.store(), party.value, people));
  // 3. The appeal, decided, and what follows.
  Appeal appeal = read.value;
  appeal.state = ruling.outcome;
  appeal.decided_by = party.value.id;
  appeal.decided_at = desk_.Now();
  appeal.reason = ruling.reason;
  ledger::Change change;
  Expect(change, party);
  const Remedies remedies = CM_TRY(RemediesOf(appeal, change));
  appeal.leaves = remedies.leaves;
  if (appeal.leaves != Appeal::Leaves::kNothing) {
    people.erase(appeal.operator_party);
    people.insert(party.value.id);
    appeal.excluded.assign(people.begin(), people.end());
    CM_TRY(Reopen(desk_, appeal, change));
  }
  Replace(change, read, appeal);
  CM_TRY(Commit(appeal, remedies, std::move(change)));
  Remedy remedy = appeal.remedy();
  return Decided{std::move(appeal), std::move(remedy)};
}

Result<Appeals::Remedies> Appeals::RemediesOf(const Appeal& appeal, ledger::Change& change) const {
  Remedies remedies;
  if (appeal.state != Appeal::State::kUpheld) return remedies;
  if (appeal.against == Appeal::Against::kRefusal) remedies.leaves = Appeal::Leaves::kReview;
  if (appeal.against == Appeal::Against::kRevocation) remedies.leaves = Appeal::Leaves::kGrant;
  if (appeal.against == Appeal::Against::kOrder) {
    auto order = CM_TRY(Load<Order>(desk_.store(), IdOf(appeal.subject)));
    Expect(change, order);
    remedies.suspended = CM_TRY(SuspendedFor(desk_.store(), order.value, desk_.Now(), change));
    if (order.value.is_open()) remedies.order = std::move(order);
  }
  if (appeal.against != Appeal::Against::kSuspension) return remedies;
  auto certification = CM_TRY(Load<Certification>(desk_.store(), IdOf(appeal.subject)));
  Expect(change, certification);
  // A suspension that became a revocation meanwhile cannot be lifted any more; of a revocation for another cause, or of
  // a later suspension, its appeal says nothing.
  if (IsOfSuspension(certification.value, appeal.act_at)) remedies.leaves = Appeal::Leaves::kGrant;
  if (!IsThatSuspension(certification.value, appeal.act_at)) return remedies;
  remedies.order = CM_TRY(OrderBehind(desk_.store(), certification.value));
  remedies.suspended.push_back(std::move(certification));
  return remedies;
}

Result<void> Appeals::Commit(const Appeal& appeal, const Remedies& remedies, ledger::Change change) const {
  const std::string name(Name(Act::kDecideAppeal));
  if (remedies.order) {
    return orders_.Annul({*remedies.order, appeal.reason, appeal.decided_by, name, SubjectOf(appeal)},
                         std::move(change));
  }
  ActEntry act = ActOn(*appeal.decided_at, appeal.decided_by, name, appeal);
  act.before = Name(Appeal::State::kFiled);
  act.reason = appeal.reason;
  if (!remedies.suspended.empty()) return orders_.Lift(remedies.suspended, act, std::move(change));
  return desk_.Commit(std::move(change), act, ledger::Ack::kSequenced);
}

Result<Appeal> Appeals::Get(const Party& caller, std::string_view id) const {
  const auto party = CM_TRY(Admit(desk_.store(), caller, Act::kReadAppeal));
  Appeal appeal = CM_TRY(Load<Appeal>(desk_.store(), id)).value;
  if (MayAsStaff(party.value, Act::kReadAppeal) || appeal.operator_party == party.value.id) return appeal;
  return Error{ErrorCode::kNotFound, "no appeal " + std::string(id)};
}

}  // namespace certmark::ca
