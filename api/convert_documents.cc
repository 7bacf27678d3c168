#include "api/convert_documents.h"

#include "api/convert.h"
#include "api/convert_table.h"

namespace certmark::api {
namespace {

constexpr std::pair<ca::StoredDocument::State, v1::Document::State> kStates[] = {
    {ca::StoredDocument::State::kStored, v1::Document::STORED},
    {ca::StoredDocument::State::kErasing, v1::Document::ERASING},
    {ca::StoredDocument::State::kErased, v1::Document::ERASED},
    {ca::StoredDocument::State::kLost, v1::Document::LOST},
};

}  // namespace

v1::Document ToProto(const ca::StoredDocument& document) {
  v1::Document out;
  out.set_name(ResourceName(Collection::kDocuments, document.id));
  out.set_state(Second(kStates, document.state));
  out.set_parent(SubjectName(document.owner));
  out.set_kind(document.kind);
  out.set_media_type(document.media_type);
  out.set_digest("sha256:" + document.sha256.Hex());
  out.set_size(document.size);
  out.set_upload_by(ResourceName(Collection::kParties, document.uploaded_by));
  Put(document.at, out.mutable_upload_time());
  Put(document.keep_until, out.mutable_keep_until());
  return out;
}

}  // namespace certmark::api
