// Documents of files, as messages.
#pragma once

#include "ca/stored_document.h"
#include "certmark/v1/documents.pb.h"

namespace certmark::api {

/// ToProto shows what is known of a document, not the document.
v1::Document ToProto(const ca::StoredDocument& document);

}  // namespace certmark::api
