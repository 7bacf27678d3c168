// Handlers of what staff work by: work lists, acts on many certifications, the record of acts.
#include <algorithm>

#include "api/convert.h"
#include "api/convert_work.h"
#include "api/handlers.h"
#include "api/page_token.h"
#include "api/request_field.h"

namespace certmark::api {
namespace {

constexpr std::size_t kDefaultPage = 100;

Result<ca::ActReading::Page> PageOf(const v1::ListActsRequest& request) {
  ca::ActReading::Page page;
  page.limit =
      request.page_size() == 0 ? kDefaultPage : std::min<std::size_t>(request.page_size(), ca::ActReading::kMaxPage);
  page.after = CM_TRY(InField("page_token", ParseActToken(request.page_token())));
  return page;
}

Result<ca::ActReading::Acts> ReadActs(const ca::ActReading& reading, const ca::Party& party,
                                      const v1::ListActsRequest& request, const ca::ActReading::Page& page) {
  switch (request.of_case()) {
    case v1::ListActsRequest::kSubject:
      return reading.OfRecord(party, CM_TRY(InField("subject", ParseSubject(request.subject()))), page);
    case v1::ListActsRequest::kActor:
      return reading.ByActor(party, CM_TRY(InField("actor", ParseActor(request.actor()))), page);
    case v1::ListActsRequest::OF_NOT_SET:
      break;
  }
  return Error{ErrorCode::kInvalidArgument, "a subject or an actor is needed"};
}

void PutAll(const std::vector<ca::WorkItem>& items, google::protobuf::RepeatedPtrField<v1::WorkItem>* repeated) {
  for (const ca::WorkItem& item : items) *repeated->Add() = ToProto(item);
}

}  // namespace

Result<v1::ListWorkResponse> Handlers::ListWork(const Caller& caller, const v1::ListWorkRequest&) const {
  const ca::Party* party = CM_TRY(PartyOf(caller));
  const auto work = CM_TRY(service_.work_lists().Of(*party));
  v1::ListWorkResponse response;
  PutAll(work.overdue, response.mutable_overdue());
  PutAll(work.this_week, response.mutable_this_week());
  PutAll(work.waits, response.mutable_waiting());
  return response;
}

Result<v1::FindCertificationsResponse> Handlers::FindCertifications(
    const Caller& caller, const v1::FindCertificationsRequest& request) const {
  const ca::Party* party = CM_TRY(PartyOf(caller));
  const ca::Selector selector = CM_TRY(InField("selector", FromProto(request.selector())));
  const std::string after = CM_TRY(InField("page_token", ParseNumberToken(request.page_token())));
  const auto numbers = CM_TRY(service_.bulks().Find(*party, selector, after));
  v1::FindCertificationsResponse response;
  for (const std::string& number : numbers) {
    response.add_certifications(ResourceName(Collection::kCertifications, number));
  }
  if (numbers.size() == ca::Bulks::kMaxPage) response.set_next_page_token(numbers.back());
  return response;
}

Result<v1::Proposal> Handlers::ProposeBulk(const Caller& caller, const v1::ProposeBulkRequest& request) {
  const ca::Party* party = CM_TRY(PartyOf(caller));
  const ca::Proposed act = CM_TRY(InField("act", FromProto(request.act())));
  const ca::Selector selector = CM_TRY(InField("selector", FromProto(request.selector())));
  return ToProto(CM_TRY(service_.bulks().Propose(*party, {act, selector, request.reason()})));
}

Result<v1::Bulk> Handlers::GetBulk(const Caller& caller, const v1::GetBulkRequest& request) const {
  const ca::Party* party = CM_TRY(PartyOf(caller));
  const std::string id = CM_TRY(InField("name", ParseResourceName(Collection::kBulks, request.name())));
  return ToProto(CM_TRY(service_.bulks().Get(*party, id)));
}

Result<v1::ListBulkItemsResponse> Handlers::ListBulkItems(const Caller& caller,
                                                          const v1::ListBulkItemsRequest& request) const {
  const ca::Party* party = CM_TRY(PartyOf(caller));
  const std::string id = CM_TRY(InField("bulk", ParseResourceName(Collection::kBulks, request.bulk())));
  const std::uint64_t position = CM_TRY(InField("page_token", ParsePositionToken(request.page_token())));
  const auto items = CM_TRY(service_.bulks().Report(*party, id, position));
  v1::ListBulkItemsResponse response;
  for (const ca::BulkItem& item : items) *response.add_items() = ToProto(item);
  if (items.size() == ca::Bulks::kMaxPage) response.set_next_page_token(PositionToken(position + items.size()));
  return response;
}

Result<v1::ListActsResponse> Handlers::ListActs(const Caller& caller, const v1::ListActsRequest& request) const {
  const ca::Party* party = CM_TRY(PartyOf(caller));
  const ca::ActReading::Page page = CM_TRY(PageOf(request));
  const auto acts = CM_TRY(ReadActs(service_.act_reading(), *party, request, page));
  v1::ListActsResponse response;
  for (const ca::ActReading::Read& act : acts.shown) *response.add_acts() = ToProto(act);
  if (acts.end) response.set_next_page_token(ActToken(*acts.end));
  return response;
}

Result<v1::ActProof> Handlers::ProveAct(const Caller& caller, const v1::ProveActRequest& request) const {
  const ca::Party* party = CM_TRY(PartyOf(caller));
  const Hash leaf = CM_TRY(InField("leaf_hash", Hash::FromBytes(AsBytes(request.leaf_hash()))));
  return ToProto(CM_TRY(service_.act_reading().Prove(*party, leaf)));
}

}  // namespace certmark::api
