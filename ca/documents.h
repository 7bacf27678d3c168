// Documents: what an operator hands in with an application, and what is written on a file (statements.h): who uploads,
// who reads, and when it is erased. Who may read, and how long is kept, follow from the parent (document_parents.h).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ca/application.h"
#include "ca/desk.h"
#include "ca/document_store.h"
#include "ca/records.h"
#include "ca/stored_document.h"

namespace certmark::ca {

/// DocumentsOf are the records of a parent's documents, `<kind>/<id>`, those that are erased too, in order of id.
Result<std::vector<Stored<StoredDocument>>> DocumentsOf(const ledger::Store& store, std::string_view parent);

class Documents {
 public:
  /// kMaxPerFile bounds the documents of one application.
  static constexpr std::size_t kMaxPerFile = 1000;

  explicit Documents(const Desk& desk) : desk_(desk) {}

  struct Draft {
    std::string application;       ///< its id
    std::string kind, media_type;  ///< as the file's scheme knows them
  };
  /// Upload is one document that is being uploaded. One that goes before Finish has succeeded leaves nothing. One
  /// thread at a time; the Documents must outlive it.
  class Upload {
   public:
    /// Write takes more of it. InvalidArgument: its beginning is not of the type that was declared.
    /// ResourceExhausted: over the kind's limit. Others as DocumentWriter::Write.
    Result<void> Write(ByteView bytes);
    /// Finish makes document and record durable, in this order. InvalidArgument: not what `declared` says. Conflict:
    /// the file kept changing, and nothing was kept. FailedPrecondition: it was decided meanwhile.
    Result<StoredDocument> Finish(const Hash& declared);

   private:
    friend class Documents;
    Upload(const Documents& documents, StoredDocument record, DocumentWriter writer)
        : documents_(documents), record_(std::move(record)), writer_(std::move(writer)) {}
    Result<void> CheckBeginning() const;
    const Documents& documents_;
    StoredDocument record_;
    DocumentWriter writer_;
    Bytes beginning_;  ///< as much as tells the type
  };
  /// Begin: PermissionDenied: not the role, or not the caller's application. FailedPrecondition: it is over.
  /// InvalidArgument: a kind that the scheme does not have, or a type that the kind does not. ResourceExhausted:
  /// kMaxPerFile. Unavailable: this authority has no store of documents.
  Result<Upload> Begin(const Party& caller, const Draft& draft) const;

  /// Of lists the documents of a parent, `<kind>/<id>`, those that are erased too, for whoever may read them.
  Result<std::vector<StoredDocument>> Of(const Party& caller, std::string_view parent) const;
  /// Reading is a document that somebody may read now.
  struct Reading {
    StoredDocument record;
    DocumentReader reader;
  };
  /// Read opens a document for whoever may read its parent (RequireReaderOf); that it is read is on record, durably,
  /// before it returns. PermissionDenied: for nobody else. NotFound: none, erased or lost. Unavailable as Begin. Of a
  /// statement the reader gives salt and text, which have the record's digest: StatementText is the text of them.
  Result<Reading> Read(const Party& caller, std::string_view id) const;

  /// OnDue erases what was kept long enough, key first; once no backup of the keys can hold it any more, by time and by
  /// a look into the directory of backups if there is one (Desk::key_backups), it says so. Where the look says
  /// otherwise, or fails, the clock comes again kLookAgain later. FailedPrecondition: its key is not here, so that
  /// nothing can be erased.
  Result<void> OnDue(std::string_view id) const;
  static constexpr Seconds kLookAgain{24 * 3600};

  /// Sweep erases, at a start, what its record says is erased: document or key may have come back with a copy of the
  /// store. What was lost and has its key again is stored again. What no record knows stays: a database that was put
  /// back does not know the newest. It returns how many it erased. REQUIRES: nothing is being uploaded.
  Result<std::size_t> Sweep() const;

  /// Lose says of every document whose key should be here and is not that it is lost, because the machine's keeper
  /// says that the store which had it will not come back. It returns how many. REQUIRES: nothing is being uploaded.
  Result<std::size_t> Lose() const;

 private:
  Result<const DocumentStore*> Store() const;
  Result<Stored<Application>> FileOf(const StoredDocument& record) const;
  Result<void> Commit(const StoredDocument& record) const;
  Result<void> LookAt(const Stored<StoredDocument>& read) const;
  Result<void> Erase(const Stored<StoredDocument>& read) const;
  Result<void> Complete(const Stored<StoredDocument>& read) const;
  Result<bool> SweepOne(const std::string& id) const;
  Result<bool> LoseOne(const std::string& id) const;
  /// OwnAct is one that no party does.
  struct OwnAct {
    std::string_view actor, act;
  };
  Result<void> CommitAct(const Stored<StoredDocument>& read, const StoredDocument& record, const OwnAct& act) const;

  const Desk& desk_;
};

}  // namespace certmark::ca
