// What people read of documents.
#pragma once

#include "api/cli/output.h"
#include "certmark/v1/documents.pb.h"

namespace certmark::cli {

/// Show writes what is known of a document, line by line.
void Show(Console& console, const v1::Document& document);

}  // namespace certmark::cli
