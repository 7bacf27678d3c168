// HandIn: documents on their way from a file to an application.
#pragma once

#include <string>
#include <vector>

#include "api/cli/client.h"

namespace certmark::cli {

/// Paper is a file that goes with an application.
struct Paper {
  std::string kind, file, media_type;
  std::string digest{};  ///< `sha256:…`, once it is read
};

/// MediaTypeOf says what a file is by its name. InvalidArgument: that does not follow from it.
Result<std::string> MediaTypeOf(const std::string& file);

/// HandIn uploads a file with an application, `applications/…`. Unavailable: it cannot be read. Else as
/// Client::UploadDocument.
Result<v1::Document> HandIn(Client& client, const std::string& application, const Paper& paper);

/// HandInMissing uploads, of papers with their digests, those that the application does not have yet, and returns how
/// many. Conflict: a file is not what its digest says any more. Else as HandIn; each error with the paper's kind.
Result<std::size_t> HandInMissing(Client& client, const std::string& application, const std::vector<Paper>& papers);

}  // namespace certmark::cli
