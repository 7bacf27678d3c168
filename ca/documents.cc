#include "ca/documents.h"

#include <algorithm>

#include "ca/document_parents.h"
#include "ca/key_backups.h"
#include "ca/media_type.h"
#include "ca/numbers.h"
#include "ca/separation.h"
#include "verifier-sdk/core/quote.h"

namespace certmark::ca {
namespace {

// Others may be at the file just now: that is no reason to send a document again.
constexpr int kAttempts = 3;

using FileState = Application::State;
using State = StoredDocument::State;

// MayBeLost: that its key is not here is not known to be this authority's work, which is on record once it is done.
bool MayBeLost(const StoredDocument& record) {
  return record.state == State::kStored || (record.state == State::kErasing && !record.erased_at);
}

Result<void> RequireOpen(const Application& application) {
  if (!IsOver(application.state)) return {};
  return Precondition("application " + application.id + " is " + std::string(Name(application.state)));
}

Result<const DocumentKind*> KindIn(const Scheme& scheme, const Documents::Draft& draft) {
  const auto kind = std::ranges::find(scheme.documents, draft.kind, &DocumentKind::code);
  if (kind == scheme.documents.end()) return Invalid("no kind of document: " + Quote(draft.kind));
  const auto& types = kind->media_types;
  if (std::ranges::find(types, draft.media_type) != types.end()) return &*kind;
  return Invalid("a " + draft.kind + " is not of type " + Quote(draft.media_type));
}

}  // namespace

Result<std::vector<Stored<StoredDocument>>> DocumentsOf(const ledger::Store& store, std::string_view parent) {
  const auto subjects = CM_TRY(FoundBy(store, "documents", IdOf(parent), "", Documents::kMaxPerFile));
  std::vector<Stored<StoredDocument>> records;
  for (const std::string& subject : subjects) records.push_back(CM_TRY(Load<StoredDocument>(store, IdOf(subject))));
  return records;
}

Result<const DocumentStore*> Documents::Store() const {
  if (desk_.documents() != nullptr) return desk_.documents();
  return Error{ErrorCode::kUnavailable, "this authority has no store of documents"};
}

Result<Stored<Application>> Documents::FileOf(const StoredDocument& record) const {
  return Load<Application>(desk_.store(), IdOf(record.owner));
}

// ---- Uploading

Result<Documents::Upload> Documents::Begin(const Party& caller, const Draft& draft) const {
  // 1. The role, and the file, which is the caller's own.
  const auto party = CM_TRY(Admit(desk_.store(), caller, Act::kUploadDocument));
  const DocumentStore* const store = CM_TRY(Store());
  const Application file = CM_TRY(Load<Application>(desk_.store(), draft.application)).value;
  if (file.operator_party != party.value.id) return Denied("application " + file.id + " is not of " + party.value.id);
  // 2. The rules.
  CM_TRY(RequireOpen(file));
  const DocumentKind& kind = *CM_TRY(KindIn(*CM_TRY(desk_.SchemeOf(file)), draft));
  if (CM_TRY(FoundBy(desk_.store(), "documents", file.id, "", kMaxPerFile)).size() == kMaxPerFile) {
    return Error{ErrorCode::kResourceExhausted,
                 "application " + file.id + " has " + std::to_string(kMaxPerFile) + " documents"};
  }
  // 3. Its id, its key, its place.
  StoredDocument record;
  record.id = CM_TRY(NewId(desk_.random()));
  record.media_type = draft.media_type;
  record.kind = draft.kind;
  record.owner = SubjectOf(file);
  record.uploaded_by = party.value.id;
  return Upload(*this, record, CM_TRY(store->Begin(record.id, {kind.max_bytes})));
}

Result<void> Documents::Upload::Write(ByteView bytes) {
  if (beginning_.size() < kMediaTypeBytes) {
    const ByteView more = bytes.first(std::min(bytes.size(), kMediaTypeBytes - beginning_.size()));
    beginning_.insert(beginning_.end(), more.begin(), more.end());
    if (beginning_.size() == kMediaTypeBytes) CM_TRY(CheckBeginning());
  }
  return writer_.Write(bytes);
}

Result<void> Documents::Upload::CheckBeginning() const {
  if (MayBeMediaType(beginning_, record_.media_type)) return {};
  return Invalid("the document is not of type " + record_.media_type);
}

Result<StoredDocument> Documents::Upload::Finish(const Hash& declared) {
  CM_TRY(CheckBeginning());
  const FileDigest digest = CM_TRY(writer_.Finish(declared));
  record_.sha256 = digest.sha256;
  record_.size = digest.size;
  record_.at = documents_.desk_.Now();
  auto committed = documents_.Commit(record_);
  for (int attempt = 1; attempt < kAttempts && !committed; ++attempt) {
    if (committed.error().code != ErrorCode::kConflict) break;
    committed = documents_.Commit(record_);
  }
  if (committed) return CM_TRY(Load<StoredDocument>(documents_.desk_.store(), record_.id)).value;
  // Where nobody knows, the document stays: it may have its record.
  if (committed.error().code != ErrorCode::kOutcomeUnknown) {
    CM_TRY(CM_TRY(documents_.Store())->Erase(record_.id));
  }
  return committed.error();
}

Result<void> Documents::Commit(const StoredDocument& uploaded) const {
  const auto file = CM_TRY(FileOf(uploaded));
  CM_TRY(RequireOpen(file.value));
  StoredDocument record = uploaded;
  record.keep_until = CM_TRY(RetentionOf(desk_, file.value, record.at)).until;
  ledger::Change change;
  Expect(change, file);
  Create(change, record);
  return desk_.Commit(std::move(change), ActOn(record.at, record.uploaded_by, Name(Act::kUploadDocument), record),
                      ledger::Ack::kSequenced);
}

// ---- Reading

Result<std::vector<StoredDocument>> Documents::Of(const Party& caller, std::string_view parent) const {
  const auto party = CM_TRY(Admit(desk_.store(), caller, Act::kReadDocument));
  CM_TRY(RequireReaderOf(desk_, party.value, parent));
  std::vector<Stored<StoredDocument>> read = CM_TRY(DocumentsOf(desk_.store(), parent));
  std::vector<StoredDocument> records;
  for (Stored<StoredDocument>& each : read) records.push_back(std::move(each.value));
  return records;
}

Result<Documents::Reading> Documents::Read(const Party& caller, std::string_view id) const {
  // 1. The role, and whose file it is.
  const auto party = CM_TRY(Admit(desk_.store(), caller, Act::kReadDocument));
  const DocumentStore* const store = CM_TRY(Store());
  const auto read = CM_TRY(Load<StoredDocument>(desk_.store(), id));
  CM_TRY(RequireReaderOf(desk_, party.value, read.value.owner));
  // 2. It is there.
  if (read.value.state != State::kStored) {
    const std::string_view what = read.value.state == State::kLost ? " is lost" : " is erased";
    return Error{ErrorCode::kNotFound, "document " + read.value.id + std::string(what)};
  }
  DocumentReader reader = CM_TRY(store->Read(id));
  // 3. That it is read, before a byte of it leaves.
  ledger::Change change;
  Expect(change, party);
  Expect(change, read);
  ActEntry act = ActOn(desk_.Now(), party.value.id, Name(Act::kReadDocument), read.value);
  act.before = act.after;
  CM_TRY(desk_.Commit(std::move(change), act, ledger::Ack::kSequenced));
  return Reading{read.value, std::move(reader)};
}

// ---- Retention

Result<void> Documents::OnDue(std::string_view id) const {
  const auto read = CM_TRY(Load<StoredDocument>(desk_.store(), id));
  const StoredDocument& record = read.value;
  const Time now = desk_.Now();
  if (record.state == State::kStored && now >= record.keep_until) return LookAt(read);
  if (record.state != State::kErasing) return {};
  if (!record.erased_at) return Erase(read);
  return now >= record.complete_at.value_or(now) ? Complete(read) : Result<void>();
}

// LookAt erases the document, or finds that it has to be kept longer.
Result<void> Documents::LookAt(const Stored<StoredDocument>& read) const {
  const Retention retention = CM_TRY(RetentionOf(desk_, read.value.owner, desk_.Now()));
  StoredDocument record = read.value;
  record.keep_until = retention.until;
  if (desk_.Now() < record.keep_until) return CommitAct(read, record, {kClock, "keep-document"});
  if (!CM_TRY(CM_TRY(Store())->HasKey(record.id))) {
    return Precondition("document " + record.id +
                        " is to be erased, and its key is not here: put document-keys/ back, or start certmarkd once "
                        "with --documents-lost");
  }
  // What is to be done is on record first: a key that is gone after that is one that this authority destroyed.
  record.state = State::kErasing;
  record.keep_until = read.value.keep_until;
  CM_TRY(CommitAct(read, record, {kClock, "begin-erasure"}));
  return Erase(CM_TRY(Load<StoredDocument>(desk_.store(), record.id)));
}

Result<void> Documents::Erase(const Stored<StoredDocument>& read) const {
  StoredDocument record = read.value;
  CM_TRY(CM_TRY(Store())->Erase(record.id));
  const Time now = desk_.Now();
  const Retention retention = CM_TRY(RetentionOf(desk_, record.owner, now));
  record.erased_at = now;
  record.complete_at = ErasureCompleteAt(now, retention.key_backup_life);
  return CommitAct(read, record, {kClock, "erase-document"});
}

// Complete believes the time alone where nobody told this authority where key backups are.
Result<void> Documents::Complete(const Stored<StoredDocument>& read) const {
  StoredDocument record = read.value;
  const auto& backups = desk_.key_backups();
  const auto is_complete =
      backups.empty() ? Result<bool>(true) : ErasureIsComplete(backups, *record.erased_at, desk_.Now());
  if (is_complete && *is_complete) {
    record.state = State::kErased;
    return CommitAct(read, record, {kClock, "complete-erasure"});
  }
  record.complete_at = desk_.Now() + kLookAgain;
  return CommitAct(read, record, {kClock, "await-key-backups"});
}

Result<void> Documents::CommitAct(const Stored<StoredDocument>& read, const StoredDocument& record,
                                  const OwnAct& act) const {
  ledger::Change change;
  change.urgency = ledger::Urgency::kUrgent;
  Replace(change, read, record);
  ActEntry entry = ActOn(desk_.Now(), act.actor, act.act, record);
  entry.before = Name(read.value.state);
  entry.rests_on = record.owner;
  return desk_.Commit(std::move(change), entry, ledger::Ack::kSequenced);
}

// ---- What came back, what is gone

Result<std::size_t> Documents::Sweep() const {
  std::size_t erased = 0;
  for (const std::string& id : CM_TRY(CM_TRY(Store())->Ids())) {
    if (CM_TRY(SweepOne(id))) ++erased;
  }
  return erased;
}

Result<bool> Documents::SweepOne(const std::string& id) const {
  const DocumentStore& store = *CM_TRY(Store());
  const auto read = Load<StoredDocument>(desk_.store(), id);
  if (!read && read.error().code != ErrorCode::kNotFound) return read.error();
  if (!read || read->value.state == State::kStored) return false;
  if (read->value.state != State::kLost) {
    CM_TRY(store.Erase(id));
    return true;
  }
  if (!CM_TRY(store.HasKey(id))) return false;
  StoredDocument record = read->value;
  record.state = State::kStored;
  CM_TRY(CommitAct(*read, record, {kKeeper, "find-document"}));
  return false;
}

Result<std::size_t> Documents::Lose() const {
  std::vector<std::string> ids;
  CM_TRY(ForEach<StoredDocument>(desk_.store(), [&](const StoredDocument& record) -> Result<bool> {
    if (MayBeLost(record)) ids.push_back(record.id);
    return true;
  }));
  std::size_t lost = 0;
  for (const std::string& id : ids) {
    if (CM_TRY(LoseOne(id))) ++lost;
  }
  return lost;
}

Result<bool> Documents::LoseOne(const std::string& id) const {
  if (CM_TRY(CM_TRY(Store())->HasKey(id))) return false;
  const auto read = CM_TRY(Load<StoredDocument>(desk_.store(), id));
  if (!MayBeLost(read.value)) return false;
  StoredDocument record = read.value;
  record.state = State::kLost;
  CM_TRY(CommitAct(read, record, {kKeeper, "lose-document"}));
  return true;
}

}  // namespace certmark::ca
