#include "api/cli/read_document_file.h"

#include "ca/statements.h"

namespace certmark::cli {

Result<void> ReadDocumentFile::Write(std::string_view bytes) {
  if (is_long_) return file_.Write(bytes);
  held_.append(bytes);
  if (held_.size() <= ca::kStatementSaltBytes + ca::kMaxStatementBytes) return {};
  is_long_ = true;
  return file_.Write(held_);
}

Result<void> ReadDocumentFile::Keep(std::string_view kind) {
  const bool is_statement = kind == ca::kStatementKind;
  if (is_statement && is_long_) return Error{ErrorCode::kCorruption, "the document is no statement"};
  if (!is_long_) CM_TRY(file_.Write(is_statement ? CM_TRY(ca::StatementText(held_)) : std::string_view(held_)));
  return file_.Keep();
}

}  // namespace certmark::cli
