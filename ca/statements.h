// Statements: what people write on a file: a complaint and how its author is reached, the answer to it, a case's note,
// the grounds of an appeal. A record and an act name no free text (act_entry.h), so a text is an erasable document, and
// the record holds its digest alone.
//
// A document of that kind is 16 random bytes and the text after them: the SHA-256 of the whole is a digest that tells
// nothing of the text once the document is erased.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ca/desk.h"
#include "ca/stored_document.h"

namespace certmark::ca {

/// kStatementKind is the kind (StoredDocument::kind) of a document that is salt and text.
inline constexpr std::string_view kStatementKind = "statement";
inline constexpr std::size_t kStatementSaltBytes = 16;
inline constexpr std::size_t kMaxStatementBytes = 16 * 1024;  ///< of text

/// CheckStatement: InvalidArgument unless `text` is 1 to kMaxStatementBytes bytes of UTF-8 in which every character
/// shows (IsHidden), but for line ends and tabs.
Result<void> CheckStatement(std::string_view text);

/// StatementText is the text of a document of kStatementKind, read whole. Corruption: it is none.
Result<std::string_view> StatementText(std::string_view stored);

/// Statements are the texts of one act, and the one way to commit it: each document is durable before the commit, its
/// record is made in it, and what was not committed leaves nothing. One thread; the desk outlives it.
class Statements {
 public:
  /// Origin is what they are about, by whom and since when.
  struct Origin {
    std::string parent;  ///< the record whose documents they become, `<kind>/<id>`
    std::string by;      ///< party id, or empty: the public
    Time at{}, keep_until{};
  };
  Statements(const Desk& desk, Origin origin) : desk_(desk), origin_(std::move(origin)) {}
  /// It erases what was kept and not committed; what cannot be erased has no record, and the sweep finds it.
  ~Statements();
  Statements(const Statements&) = delete;
  Statements& operator=(const Statements&) = delete;

  /// Keep makes a text durable and returns the digest of its document, or nothing of an empty text. InvalidArgument as
  /// CheckStatement. Unavailable: this authority has no store of documents. Others as DocumentWriter's.
  Result<std::optional<Hash>> Keep(std::string_view text);
  /// Commit adds the records of what was kept to `change` and commits it (Desk::Commit); it succeeds once at most.
  Result<void> Commit(ledger::Change change, const ActEntry& act, ledger::Ack ack);

 private:
  Result<StoredDocument> Write(const DocumentStore& store, std::string_view text) const;

  const Desk& desk_;
  const Origin origin_;
  std::vector<StoredDocument> kept_;
};

}  // namespace certmark::ca
