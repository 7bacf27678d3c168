// StoredDocument: what the authority knows of a document of a file, for ever; the document itself is in the
// store (document_store.h) until it is erased.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ca/index_rows.h"
#include "verifier-sdk/core/hash.h"
#include "verifier-sdk/core/time.h"

namespace certmark::ca {

struct StoredDocument {
  static constexpr std::string_view kKind = "document";
  enum class State : std::uint8_t {
    kStored,
    kErasing,  ///< its key is destroyed, or just about to be; a backup of the keys may still hold it
    kErased,   ///< no backup can hold it any more
    kLost,     ///< its key is not in the store, and not because this authority destroyed it: what copies there are of
               ///< it, nobody here can say
  };
  std::string id;  ///< that of the store
  State state = State::kStored;
  Hash sha256;  ///< of the document
  std::uint64_t size = 0;
  std::string media_type, kind;  ///< kind: a DocumentKind's code, or kStatementKind (statements.h)
  std::string owner;             ///< its parent, `application/<id>` or as document_parents.h says
  std::string uploaded_by;       ///< party id; empty: the public
  Time at;
  Time keep_until;                  ///< it is not erased before; whether it is then, the file says
  std::optional<Time> erased_at;    ///< when its key was destroyed; while erasing, nothing: it is about to be
  std::optional<Time> complete_at;  ///< while erasing: when to look whether that is complete

  /// IndexRows: by its owner, `find/documents/<its id>`; when the clock has to look at it.
  std::vector<IndexRow> IndexRows() const;
  std::string ToJson() const;
  static Result<StoredDocument> FromJson(std::string_view json);
};
std::string_view Name(StoredDocument::State state);

}  // namespace certmark::ca
