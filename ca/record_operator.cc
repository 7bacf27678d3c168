#include "ca/record_operator.h"

#include <functional>

#include "ca/appeal.h"
#include "ca/application.h"
#include "ca/case.h"
#include "ca/complaint.h"
#include "ca/certification.h"
#include "ca/index_rows.h"
#include "ca/order.h"
#include "ca/proposal.h"
#include "ca/records.h"
#include "ca/stored_document.h"

namespace certmark::ca {
namespace {

using Operator = std::optional<std::string>;

// Of reads one record, and what `member` of it is; nothing where it is not there.
template <class R, class Member>
Result<Operator> Of(const ledger::Store& store, std::string_view subject, Member member) {
  const auto read = Load<R>(store, IdOf(subject));
  if (!read && read.error().code == ErrorCode::kNotFound) return Operator();
  if (!read) return read.error();
  const std::string& found = std::invoke(member, read->value);
  return found.empty() ? Operator() : Operator(found);
}

const std::string& OfOrder(const Order& order) {
  return order.facts.operator_party;
}

// AboutOf is what a proposal or a document is about; nothing for every other kind.
Result<Operator> AboutOf(const ledger::Store& store, std::string_view subject) {
  if (KindOf(subject) == Proposal::kKind) return Of<Proposal>(store, subject, &Proposal::subject);
  if (KindOf(subject) == StoredDocument::kKind) return Of<StoredDocument>(store, subject, &StoredDocument::owner);
  return Operator();
}

}  // namespace

Result<std::optional<std::string>> OperatorOf(const ledger::Store& store, std::string_view subject) {
  const std::string_view kind = KindOf(subject);
  if (kind == Application::kKind) return Of<Application>(store, subject, &Application::operator_party);
  if (kind == Certification::kKind) return Of<Certification>(store, subject, &Certification::operator_party);
  if (kind == Order::kKind) return Of<Order>(store, subject, OfOrder);
  if (kind == Case::kKind) return Of<Case>(store, subject, &Case::operator_party);
  if (kind == Complaint::kKind) return Of<Complaint>(store, subject, &Complaint::operator_party);
  if (kind == Appeal::kKind) return Of<Appeal>(store, subject, &Appeal::operator_party);
  const Operator about = CM_TRY(AboutOf(store, subject));
  // Neither is about another of its kind: what says so is damaged, and is nobody's.
  if (!about || KindOf(*about) == kind) return Operator();
  return OperatorOf(store, *about);
}

}  // namespace certmark::ca
