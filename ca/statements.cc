#include "ca/statements.h"

#include <algorithm>
#include <array>

#include "ca/numbers.h"
#include "ca/plain_text.h"
#include "verifier-sdk/core/utf8.h"

namespace certmark::ca {
namespace {

bool MayStandIn(std::uint32_t point) {
  return point == '\n' || point == '\r' || point == '\t' || !IsHidden(point);
}

}  // namespace

Result<void> CheckStatement(std::string_view text) {
  if (text.empty() || text.size() > kMaxStatementBytes || !IsUtf8(text)) {
    return Invalid("a statement is 1 to " + std::to_string(kMaxStatementBytes) + " bytes of UTF-8");
  }
  for (std::size_t at = 0; at < text.size();) {
    if (!MayStandIn(NextCodePoint(text, at))) return Invalid("a statement holds a character that does not show");
  }
  return {};
}

Result<std::string_view> StatementText(std::string_view stored) {
  const bool is_long_enough = stored.size() > kStatementSaltBytes;
  const std::string_view text = is_long_enough ? stored.substr(kStatementSaltBytes) : std::string_view();
  if (is_long_enough && CheckStatement(text)) return text;
  return Error{ErrorCode::kCorruption, "the document is no statement"};
}

Statements::~Statements() {
  for (const StoredDocument& document : kept_) static_cast<void>(desk_.documents()->Erase(document.id));
}

Result<std::optional<Hash>> Statements::Keep(std::string_view text) {
  if (text.empty()) return std::optional<Hash>();
  CM_TRY(CheckStatement(text));
  const DocumentStore* const store = desk_.documents();
  if (store == nullptr) return Error{ErrorCode::kUnavailable, "this authority has no store of documents"};
  kept_.push_back(CM_TRY(Write(*store, text)));
  return std::optional(kept_.back().sha256);
}

Result<StoredDocument> Statements::Write(const DocumentStore& store, std::string_view text) const {
  std::array<std::uint8_t, kStatementSaltBytes> salt{};
  CM_TRY(desk_.random()(salt));
  StoredDocument record;
  record.id = CM_TRY(NewId(desk_.random()));
  DocumentWriter writer = CM_TRY(store.Begin(record.id, {kStatementSaltBytes + kMaxStatementBytes}));
  CM_TRY(writer.Write(salt));
  CM_TRY(writer.Write(AsBytes(text)));
  const FileDigest written = CM_TRY(writer.Finish(std::nullopt));
  record.sha256 = written.sha256;
  record.size = written.size;
  record.media_type = "text/plain";
  record.kind = kStatementKind;
  record.owner = origin_.parent;
  record.uploaded_by = origin_.by;
  record.at = origin_.at;
  record.keep_until = origin_.keep_until;
  return record;
}

Result<void> Statements::Commit(ledger::Change change, const ActEntry& act, ledger::Ack ack) {
  for (const StoredDocument& document : kept_) Create(change, document);
  auto committed = desk_.Commit(std::move(change), act, ack);
  // Where nobody knows, they stay: whether they have records, the next start tells.
  if (committed || committed.error().code == ErrorCode::kOutcomeUnknown) kept_.clear();
  return committed;
}

}  // namespace certmark::ca
