#include "ca/handed_in.h"

#include <algorithm>
#include <vector>

#include "ca/documents.h"

namespace certmark::ca {
namespace {

using Uploads = std::vector<Stored<StoredDocument>>;

// Find is an upload of that kind and digest, or nothing.
const Stored<StoredDocument>* Find(const Uploads& uploads, const std::string& kind, const std::string& digest) {
  const auto found = std::ranges::find_if(uploads, [&](const Stored<StoredDocument>& upload) {
    const StoredDocument& record = upload.value;
    return record.state == StoredDocument::State::kStored && record.kind == kind &&
           "sha256:" + record.sha256.Hex() == digest;
  });
  return found == uploads.end() ? nullptr : &*found;
}

}  // namespace

Result<void> RequireHandedIn(const Desk& desk, const Application& application, const ApplicationForm& form,
                             ledger::Change& change) {
  if (!desk.asks_for_documents()) return {};
  const DocumentStore* const store = desk.documents();
  if (store == nullptr) return Error{ErrorCode::kUnavailable, "the store of documents cannot be reached"};
  const Uploads uploads = CM_TRY(DocumentsOf(desk.store(), SubjectOf(application)));
  std::string missing;
  for (const auto& [kind, digest] : form.documents) {
    const Stored<StoredDocument>* const upload = Find(uploads, kind, digest);
    if (upload != nullptr && CM_TRY(store->Has(upload->value.id))) {
      Expect(change, *upload);
    } else {
      missing += (missing.empty() ? "" : ", ") + kind;
    }
  }
  if (missing.empty()) return {};
  return Precondition("materials-incomplete: not handed in as the form says: " + missing);
}

}  // namespace certmark::ca
