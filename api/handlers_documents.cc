// Documents: listed, and the two ends of what a transport carries in pieces (document_transfer.h).
#include "api/convert.h"
#include "api/convert_documents.h"
#include "api/handlers.h"
#include "api/request_field.h"

namespace certmark::api {

Result<v1::ListDocumentsResponse> Handlers::ListDocuments(const Caller& caller,
                                                          const v1::ListDocumentsRequest& request) const {
  const ca::Party* party = CM_TRY(PartyOf(caller));
  const std::string parent = CM_TRY(InField("parent", ParseSubject(request.parent())));
  v1::ListDocumentsResponse response;
  for (const auto& document : CM_TRY(service_.documents().Of(*party, parent))) {
    *response.add_documents() = ToProto(document);
  }
  return response;
}

Result<ca::Documents::Upload> Handlers::BeginUpload(const Caller& caller,
                                                    const v1::UploadDocumentRequest::Beginning& beginning) {
  const ca::Party* party = CM_TRY(PartyOf(caller));
  ca::Documents::Draft draft;
  draft.application =
      CM_TRY(InField("beginning.parent", ParseResourceName(Collection::kApplications, beginning.parent())));
  draft.kind = beginning.kind();
  draft.media_type = beginning.media_type();
  return service_.documents().Begin(*party, draft);
}

Result<ca::Documents::Reading> Handlers::BeginReading(const Caller& caller, const v1::ReadDocumentRequest& request) {
  const ca::Party* party = CM_TRY(PartyOf(caller));
  const std::string id = CM_TRY(InField("name", ParseResourceName(Collection::kDocuments, request.name())));
  return service_.documents().Read(*party, id);
}

}  // namespace certmark::api
