#include "ca/record_operator.h"

#include "ca/application.h"
#include "ca/certification.h"
#include "ca/index_rows.h"
#include "ca/proposal.h"
#include "ca/records.h"

namespace certmark::ca {
namespace {

using Operator = std::optional<std::string>;

// Of reads one record, and what `member` of it says; nothing where it is not there.
template <class R>
Result<Operator> Of(const ledger::Store& store, std::string_view subject, std::string R::*member) {
  const auto read = Load<R>(store, IdOf(subject));
  if (!read && read.error().code == ErrorCode::kNotFound) return Operator();
  if (!read) return read.error();
  const std::string& found = read->value.*member;
  return found.empty() ? Operator() : Operator(found);
}

}  // namespace

Result<std::optional<std::string>> OperatorOf(const ledger::Store& store, std::string_view subject) {
  const std::string_view kind = KindOf(subject);
  if (kind == Application::kKind) return Of(store, subject, &Application::operator_party);
  if (kind == Certification::kKind) return Of(store, subject, &Certification::operator_party);
  if (kind != Proposal::kKind) return Operator();
  const Operator about = CM_TRY(Of(store, subject, &Proposal::subject));
  if (!about || KindOf(*about) == Proposal::kKind) return Operator();
  return OperatorOf(store, *about);
}

}  // namespace certmark::ca
