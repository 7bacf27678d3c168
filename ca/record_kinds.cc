#include "ca/record_kinds.h"

#include <array>

#include "ca/appeal.h"
#include "ca/application.h"
#include "ca/case.h"
#include "ca/certification.h"
#include "ca/enrolment.h"
#include "ca/order.h"
#include "ca/party.h"
#include "ca/proposal.h"
#include "ca/records.h"
#include "verifier-sdk/core/quote.h"

namespace certmark::ca {
namespace {

using Reader = Result<std::vector<IndexRow>> (*)(std::string_view id, ByteView row);

template <class R>
Result<std::vector<IndexRow>> Read(std::string_view id, ByteView row) {
  const R record = CM_TRY(R::FromJson(AsText(row)));
  if (record.id == id) return IndexRowsOf(record);
  return Error{ErrorCode::kInvalidArgument, "another id: " + Quote(record.id)};
}

struct Kind {
  std::string_view name;
  Reader read;
};
template <class R>
constexpr Kind Of() {
  return {R::kKind, Read<R>};
}

// Every kind there is; in the order of their names.
constexpr Kind kKinds[] = {Of<Appeal>(),    Of<Application>(), Of<Case>(),  Of<Certification>(), Of<Complaint>(),
                           Of<Enrolment>(), Of<Order>(),       Of<Party>(), Of<Proposal>(),      Of<SignerRecord>()};

const Kind* FindKind(std::string_view name) {
  for (const Kind& kind : kKinds) {
    if (kind.name == name) return &kind;
  }
  return nullptr;
}

}  // namespace

bool IsRecordKind(std::string_view kind) {
  return FindKind(kind) != nullptr;
}

Result<std::vector<IndexRow>> IndexRowsOfRecord(std::string_view subject, ByteView row) {
  const Kind* const kind = FindKind(KindOf(subject));
  if (kind != nullptr) return kind->read(IdOf(subject), row);
  return Error{ErrorCode::kInvalidArgument, "no kind of record: " + Quote(subject)};
}

}  // namespace certmark::ca
