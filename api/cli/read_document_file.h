// ReadDocumentFile: a document as it comes from the authority, on its way into a file.
#pragma once

#include <string>
#include <string_view>

#include "api/cli/new_file.h"

namespace certmark::cli {

/// ReadDocumentFile writes a document into a new file, and of a statement (ca/statements.h) the text alone: the salt
/// before it is for its digest, and for no reader.
class ReadDocumentFile {
 public:
  explicit ReadDocumentFile(NewFile file) : file_(std::move(file)) {}

  /// Write takes the next bytes. Unavailable as NewFile's.
  Result<void> Write(std::string_view bytes);
  /// Keep ends the file, once the whole document was held to its digest, and gives it its name. `kind` is the
  /// document's. Corruption: a statement that is none. Others as NewFile's.
  Result<void> Keep(std::string_view kind);

 private:
  NewFile file_;
  std::string held_;  // what is not written yet, for it may be a statement
  bool is_long_ = false;
};

}  // namespace certmark::cli
