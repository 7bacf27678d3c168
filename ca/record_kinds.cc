#include "ca/record_kinds.h"

#include <array>

#include "ca/accreditation.h"
#include "ca/appeal.h"
#include "ca/application.h"
#include "ca/application_reports.h"
#include "ca/bar.h"
#include "ca/bulk.h"
#include "ca/case.h"
#include "ca/certification.h"
#include "ca/challenge.h"
#include "ca/complaint.h"
#include "ca/delivery.h"
#include "ca/enrolment.h"
#include "ca/order.h"
#include "ca/party.h"
#include "ca/proposal.h"
#include "ca/record_head.h"
#include "ca/records.h"
#include "ca/reminders.h"
#include "ca/signer_record.h"
#include "ca/stored_document.h"
#include "ca/subscription.h"
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
constexpr Kind kKinds[] = {
    Of<Accreditation>(),   //
    Of<Appeal>(),          //
    Of<Application>(),     //
    Of<Bar>(),             //
    Of<Bulk>(),            //
    Of<BulkItem>(),        //
    Of<BulkList>(),        //
    Of<Case>(),            //
    Of<Certification>(),   //
    Of<Challenge>(),       //
    Of<Complaint>(),       //
    Of<Delivery>(),        //
    Of<StoredDocument>(),  //
    Of<Enrolment>(),       //
    Of<Order>(),           //
    Of<Party>(),           //
    Of<Proposal>(),        //
    Of<RecordHeadRow>(),   //
    Of<Reminded>(),        //
    Of<FiledReport>(),     //
    Of<SignerRecord>(),    //
    Of<Subscription>(),    //
};

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
