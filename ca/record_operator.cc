#include "ca/record_operator.h"

#include <functional>
#include <optional>
#include <set>

#include "ca/accreditation.h"
#include "ca/appeal.h"
#include "ca/application.h"
#include "ca/application_reports.h"
#include "ca/case.h"
#include "ca/certification.h"
#include "ca/certification_rows.h"
#include "ca/complaint.h"
#include "ca/index_rows.h"
#include "ca/order.h"
#include "ca/proposal.h"
#include "ca/records.h"
#include "ca/stored_document.h"

namespace certmark::ca {
namespace {

using Operators = std::vector<std::string>;

// What an order may be proposed on that has no certification.
constexpr std::string_view kAppKind = "app";

// OrNothing is a record that was read; nothing where it is not there.
template <class R>
Result<std::optional<R>> OrNothing(Result<Stored<R>> read) {
  if (read) return std::optional(std::move(read->value));
  if (read.error().code == ErrorCode::kNotFound) return std::optional<R>();
  return read.error();
}
template <class R>
Result<std::optional<R>> Read(const ledger::Store& store, std::string_view subject) {
  return OrNothing(Load<R>(store, IdOf(subject)));
}

// A file's reports say nothing of whose it is.
template <>
Result<std::optional<Application>> Read(const ledger::Store& store, std::string_view subject) {
  return OrNothing(LoadWithoutReports(store, IdOf(subject)));
}

// Of is what `member` of one record says; nothing where that is empty, or the record not there.
template <class R, class Member>
Result<Operators> Of(const ledger::Store& store, std::string_view subject, Member member) {
  const auto record = CM_TRY(Read<R>(store, subject));
  if (!record) return Operators();
  const std::string& found = std::invoke(member, *record);
  return found.empty() ? Operators() : Operators{found};
}

const std::string& OfOrder(const Order& order) {
  return order.facts.operator_party;
}

Result<Operators> OfComplaint(const ledger::Store& store, std::string_view subject) {
  const auto complaint = CM_TRY(Read<Complaint>(store, subject));
  return complaint ? OperatorsOf(store, complaint->app) : Result<Operators>(Operators());
}

// AboutOf is what a proposal or a document is about, and whose report one is; nothing for every other kind.
Result<Operators> AboutOf(const ledger::Store& store, std::string_view subject) {
  if (KindOf(subject) == Proposal::kKind) return Of<Proposal>(store, subject, &Proposal::subject);
  if (KindOf(subject) == StoredDocument::kKind) return Of<StoredDocument>(store, subject, &StoredDocument::owner);
  if (KindOf(subject) == FiledReport::kKind)
    return Operators{std::string(Application::kKind) + "/" + std::string(FiledReport::FileOf(IdOf(subject)))};
  return Operators();
}

}  // namespace

Result<std::vector<std::string>> OperatorsOf(const ledger::Store& store, const App& app) {
  std::set<std::string> operators;
  for (const std::string& number : CM_TRY(NumbersOf(store, app)))
    operators.insert(CM_TRY(Load<Certification>(store, number)).value.operator_party);
  return Operators(operators.begin(), operators.end());
}

Result<std::vector<std::string>> OperatorsOf(const ledger::Store& store, std::string_view subject) {
  const std::string_view kind = KindOf(subject);
  if (kind == Application::kKind) return Of<Application>(store, subject, &Application::operator_party);
  if (kind == Certification::kKind) return Of<Certification>(store, subject, &Certification::operator_party);
  if (kind == Order::kKind) return Of<Order>(store, subject, OfOrder);
  if (kind == Case::kKind) return Of<Case>(store, subject, &Case::operator_party);
  if (kind == Appeal::kKind) return Of<Appeal>(store, subject, &Appeal::operator_party);
  if (kind == Complaint::kKind) return OfComplaint(store, subject);
  if (kind == kAppKind) return OperatorsOf(store, CM_TRY(App::Parse(IdOf(subject))));
  const Operators about = CM_TRY(AboutOf(store, subject));
  // Neither is about another of its kind: what says so is damaged, and is nobody's.
  if (about.empty() || KindOf(about.front()) == kind) return Operators();
  if (KindOf(about.front()) == Party::kKind || KindOf(about.front()) == Accreditation::kKind)
    return Operators{std::string(IdOf(about.front()))};
  return OperatorsOf(store, about.front());
}

}  // namespace certmark::ca
