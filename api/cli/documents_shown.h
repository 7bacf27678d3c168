// What people read of documents.
#pragma once

#include "api/cli/output.h"
#include "certmark/v1/documents.pb.h"
#include "certmark/v1/party.pb.h"

namespace certmark::cli {

/// Show writes what is known of a document, line by line.
void Show(Console& console, const v1::Document& document);
void ShowList(Console& console, const v1::ListDocumentsResponse& documents);

}  // namespace certmark::cli
