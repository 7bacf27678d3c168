// Documents of applications: handed in by their operator, read on the record, erased in time.
#include "ca/documents.h"

#include <gtest/gtest.h>

#include "ca/fsck.h"
#include "ca/key_backups.h"
#include "ca/small_file.h"
#include "tests/unit/ca/authority_fixture.h"
#include "tests/unit/ca/document_fixture.h"

namespace certmark::ca::testing {
namespace {

constexpr std::string_view kText = "%PDF-1.7 what an operator says of itself";
const std::string kDocumentKind = "legal-person-proof";
const std::string kPdf = "application/pdf";

// Uses is the folder of documents and an office that has it.
class DocumentsOfFiles : public Documents {
 protected:
  DocumentsOfFiles() {
    office_.KeepDocuments(&store_);
    application_ = office_.Submit();
  }

  ca::Documents& documents() { return office_.service().documents(); }
  Result<ca::Documents::Upload> Begin(const Person& by, const std::string& kind = kDocumentKind,
                                      const std::string& type = kPdf) {
    return documents().Begin(by.party, {application_, kind, type});
  }
  Result<StoredDocument> Upload(std::string_view text, const Hash& declared) {
    auto upload = CM_TRY(Begin(office_.applicant));
    CM_TRY(upload.Write(AsBytes(text)));
    return upload.Finish(declared);
  }
  StoredDocument Upload() { return Upload(kText, Sha256(AsBytes(kText))).value(); }
  StoredDocument RecordOf(const std::string& id) { return Load<StoredDocument>(office_.store(), id).value().value; }
  Result<std::string> Read(const Person& by, const std::string& id) {
    auto reading = CM_TRY(documents().Read(by.party, id));
    std::string text;
    for (;;) {
      const ByteView piece = CM_TRY(reading.reader.Next());
      if (piece.empty()) return text;
      text += AsText(piece);
    }
  }
  /// Refuse ends the file without a certification.
  void Refuse() {
    office_.Accept(application_);
    office_.Report(application_);
    DecisionDocument decision = office_.DraftDecision(application_);
    decision.granted = false;
    decision.reasons = {"criteria-not-met"};
    office_.Decide(application_, decision, office_.decider).value();
  }
  void PassTo(Time time) {
    office_.Advance(time - office_.now());
    office_.RenewSigners();
    EXPECT_EQ(office_.service().deadlines().Run(1000).value().failed, 0u);
  }
  std::string LastAct() { return RecordedAct::Parse(office_.RecordEntries().back()).value().act.act; }
  static ErrorCode CodeOf(const auto& result) { return result ? ErrorCode{} : result.error().code; }

  DocumentStore store_ = Store();
  Office office_;
  std::string application_;
};

TEST_F(DocumentsOfFiles, KeepWhatTheirOperatorHandsIn) {
  const StoredDocument kept = Upload();
  EXPECT_EQ(kept.state, StoredDocument::State::kStored);
  EXPECT_EQ(kept.sha256, Sha256(AsBytes(kText)));
  EXPECT_EQ(kept.size, kText.size());
  EXPECT_EQ(kept.owner, "application/" + application_);
  EXPECT_EQ(kept.uploaded_by, office_.applicant.party.id);
  EXPECT_EQ(kept.at, office_.now());
  EXPECT_EQ(Read(office_.applicant, kept.id).value(), kText);
  const auto listed = documents().Of(office_.reviewer.party, "application/" + application_).value();
  ASSERT_EQ(listed.size(), 1u);
  EXPECT_EQ(listed[0].id, kept.id);
}

TEST_F(DocumentsOfFiles, AreHandedInByTheirOperatorAlone) {
  const Person other = office_.Enrol("Other Operator", {Role::kOperator});
  EXPECT_EQ(CodeOf(Begin(other)), ErrorCode::kPermissionDenied);
  EXPECT_EQ(CodeOf(Begin(office_.reviewer)), ErrorCode::kPermissionDenied);
  ExpectNothingKept();
}

TEST_F(DocumentsOfFiles, AreOfAKindAndTypeThatTheSchemeKnows) {
  EXPECT_EQ(CodeOf(Begin(office_.applicant, "holiday-photo")), ErrorCode::kInvalidArgument);
  EXPECT_EQ(CodeOf(Begin(office_.applicant, kDocumentKind, "application/x-msdownload")), ErrorCode::kInvalidArgument);
  const std::string_view text = "no PDF at all";
  EXPECT_EQ(CodeOf(Upload(text, Sha256(AsBytes(text)))), ErrorCode::kInvalidArgument);
  ExpectNothingKept();
}

TEST_F(DocumentsOfFiles, LeaveNothingWhenTheyAreNotWhatWasDeclared) {
  EXPECT_EQ(CodeOf(Upload(kText, Sha256(AsBytes("another")))), ErrorCode::kInvalidArgument);
  ExpectNothingKept();
  EXPECT_TRUE(documents().Of(office_.applicant.party, "application/" + application_).value().empty());
}

TEST_F(DocumentsOfFiles, LeaveNothingWhenTheyAreCutOff) {
  {
    auto upload = Begin(office_.applicant).value();
    upload.Write(AsBytes(kText)).value();
  }
  ExpectNothingKept();
}

TEST_F(DocumentsOfFiles, LeaveNothingWhenTheyAreOverTheirKindsLimit) {
  const auto& kinds = office_.scheme().documents;
  const auto kind = std::ranges::find(kinds, kDocumentKind, &DocumentKind::code);
  ASSERT_NE(kind, kinds.end());
  auto upload = Begin(office_.applicant).value();
  const std::string piece = std::string(kText) + std::string(1 << 20, ' ');
  ErrorCode code{};
  for (std::uint64_t written = 0; written <= kind->max_bytes && code == ErrorCode{}; written += piece.size()) {
    code = CodeOf(upload.Write(AsBytes(piece)));
  }
  EXPECT_EQ(code, ErrorCode::kResourceExhausted);
  EXPECT_FALSE(upload.Finish(Sha256(AsBytes(kText))));
  ExpectNothingKept();
}

TEST_F(DocumentsOfFiles, AreNotTakenOnceTheFileIsOver) {
  auto upload = Begin(office_.applicant).value();
  upload.Write(AsBytes(kText)).value();
  office_.service().applications().Withdraw(office_.applicant.party, application_).value();
  EXPECT_EQ(CodeOf(upload.Finish(Sha256(AsBytes(kText)))), ErrorCode::kFailedPrecondition);
  EXPECT_EQ(CodeOf(Begin(office_.applicant)), ErrorCode::kFailedPrecondition);
  ExpectNothingKept();
}

TEST_F(DocumentsOfFiles, AreReadByTheirOperatorTheirLaboratoryAndUninvolvedStaff) {
  const StoredDocument kept = Upload();
  const Person other = office_.Enrol("Other Operator", {Role::kOperator});
  const Person elsewhere = office_.Enrol("Other Laboratory", {Role::kLaboratory});
  const Person relative = office_.Enrol("Relative", {Role::kReviewer}, {office_.applicant.party.id});
  EXPECT_EQ(CodeOf(Read(office_.laboratory, kept.id)), ErrorCode::kPermissionDenied) << "not assigned yet";
  office_.Accept(application_);
  EXPECT_EQ(Read(office_.laboratory, kept.id).value(), kText);
  EXPECT_EQ(Read(office_.decider, kept.id).value(), kText);
  for (const Person* person : {&other, &elsewhere, &relative}) {
    EXPECT_EQ(CodeOf(Read(*person, kept.id)), ErrorCode::kPermissionDenied);
    EXPECT_EQ(CodeOf(documents().Of(person->party, "application/" + application_)), ErrorCode::kPermissionDenied);
  }
}

TEST_F(DocumentsOfFiles, AreReadByTheAuditorOfTheirFile) {
  const StoredDocument kept = Upload();
  const Person auditor = office_.Enrol("Auditor", {Role::kAuditor});
  EXPECT_EQ(CodeOf(Read(auditor, kept.id)), ErrorCode::kPermissionDenied) << "not assigned yet";
  ledger::Change change;
  const auto file = Load<Application>(office_.store(), application_).value();
  Application assigned = file.value;
  assigned.auditor = auditor.party.id;
  Replace(change, file, assigned);
  const ActEntry act = ActOn(office_.now(), office_.reviewer.party.id, "accept-application", assigned);
  office_.service().desk().Commit(std::move(change), act, ledger::Ack::kSequenced).value();
  EXPECT_EQ(Read(auditor, kept.id).value(), kText);
}

TEST_F(DocumentsOfFiles, AreReadOnTheRecordBeforeAByteLeaves) {
  const StoredDocument kept = Upload();
  const auto reading = documents().Read(office_.decider.party, kept.id).value();
  const RecordedAct last = RecordedAct::Parse(office_.RecordEntries().back()).value();
  EXPECT_EQ(last.act.act, "read-document");
  EXPECT_EQ(last.act.actor, office_.decider.party.id);
  EXPECT_EQ(last.act.subject, "document/" + kept.id);
}

TEST_F(DocumentsOfFiles, AreNotReadWhereThatCannotBeRecorded) {
  const StoredDocument kept = Upload();
  office_.disk().full = true;
  EXPECT_EQ(CodeOf(documents().Read(office_.decider.party, kept.id)), ErrorCode::kResourceExhausted);
}

TEST_F(DocumentsOfFiles, NeedAStore) {
  office_.KeepDocuments(nullptr);
  EXPECT_EQ(CodeOf(Begin(office_.applicant)), ErrorCode::kUnavailable);
}

// ---- Retention

TEST_F(DocumentsOfFiles, AreErasedTwoYearsAfterAFileThatCameToNothing) {
  const StoredDocument kept = Upload();
  office_.Advance(100 * kDay);
  office_.RenewSigners();
  Refuse();
  const Time end = office_.now() + office_.scheme().parameters.retention_ended;
  PassTo(kept.keep_until);
  EXPECT_EQ(RecordOf(kept.id).keep_until, end) << "the clock found out when the file was over";
  PassTo(end - Seconds{1});
  EXPECT_EQ(RecordOf(kept.id).state, StoredDocument::State::kStored);
  PassTo(end);
  EXPECT_EQ(RecordOf(kept.id).state, StoredDocument::State::kErasing);
  EXPECT_EQ(RecordOf(kept.id).erased_at, end);
  EXPECT_FALSE(fs::exists(BlobOf(kept.id)));
  EXPECT_FALSE(fs::exists(KeyOf(kept.id)));
  EXPECT_EQ(CodeOf(Read(office_.decider, kept.id)), ErrorCode::kNotFound);
}

TEST_F(DocumentsOfFiles, AreReportedErasedOnlyOnceNoBackupCanHoldTheirKey) {
  const StoredDocument kept = Upload();
  Refuse();
  PassTo(kept.keep_until);
  const Time complete = office_.now() + office_.scheme().parameters.key_backup_life;
  PassTo(complete - Seconds{1});
  EXPECT_EQ(RecordOf(kept.id).state, StoredDocument::State::kErasing);
  PassTo(complete);
  const StoredDocument erased = RecordOf(kept.id);
  EXPECT_EQ(erased.state, StoredDocument::State::kErased);
  EXPECT_EQ(erased.sha256, kept.sha256) << "the digest stays";
  EXPECT_EQ(LastAct(), "complete-erasure");
}

TEST_F(DocumentsOfFiles, OutliveTheirCertificationByFiveYears) {
  const StoredDocument kept = Upload();
  office_.Accept(application_);
  office_.Report(application_);
  const std::string number = office_.Decide(application_).value().application.certification;
  PassTo(kept.keep_until);
  EXPECT_EQ(RecordOf(kept.id).keep_until, office_.now() + office_.scheme().parameters.retention_granted);
  office_.Advance(100 * kDay);
  office_.RenewSigners();
  office_.service().certifications().Withdraw(office_.applicant.party, number, "holder-request").value();
  const Time end = office_.now() + office_.scheme().parameters.retention_granted;
  PassTo(RecordOf(kept.id).keep_until);
  EXPECT_EQ(RecordOf(kept.id).keep_until, end);
}

TEST_F(DocumentsOfFiles, OutliveTheLastCertificationThatCarriesTheirFilesReports) {
  const StoredDocument kept = Upload();
  office_.Accept(application_);
  office_.Report(application_);
  const std::string first = office_.Decide(application_).value().application.certification;
  const auto read = [&](const std::string& number) { return office_.service().certifications().Get(number).value(); };
  const std::string next = office_.InReview(office_.FormOn(read(first), ApplicationPath::kDocumentsOnly));
  const Certification second = read(office_.Decide(next).value().application.certification);
  ASSERT_EQ(read(first).superseded_by, second.id);
  const Seconds retention = office_.scheme().parameters.retention_granted;
  PassTo(kept.keep_until);
  EXPECT_EQ(RecordOf(kept.id).keep_until, office_.now() + retention) << "the successor lasts: nobody can know";
  const Time end = second.valid_until + retention;
  PassTo(RecordOf(kept.id).keep_until);
  EXPECT_EQ(RecordOf(kept.id).state, StoredDocument::State::kStored) << "5 years after its own was superseded";
  EXPECT_EQ(RecordOf(kept.id).keep_until, end);
  PassTo(end);
  EXPECT_EQ(RecordOf(kept.id).state, StoredDocument::State::kErasing);
}

TEST_F(DocumentsOfFiles, ThatAreErasedAndCameBackAreSweptAtAStart) {
  const StoredDocument erased = Upload();
  Refuse();
  PassTo(RecordOf(erased.id).keep_until);
  ASSERT_NE(RecordOf(erased.id).state, StoredDocument::State::kStored);
  application_ = office_.Submit();
  const StoredDocument kept = Upload();
  Keep(store_, erased.id, "back with a copy of the store");
  EXPECT_EQ(documents().Sweep().value(), 1u);
  EXPECT_EQ(store_.Ids().value(), std::vector<std::string>{kept.id});
  EXPECT_EQ(Read(office_.applicant, kept.id).value(), kText);
}

TEST_F(DocumentsOfFiles, ThatNoRecordKnowsStayAtAStart) {
  Keep(store_, kFirst, "uploaded after the backup that the database was put back from");
  EXPECT_EQ(documents().Sweep().value(), 0u);
  EXPECT_EQ(store_.Ids().value(), std::vector<std::string>{kFirst});
}

TEST_F(DocumentsOfFiles, StandBesideAllElseInACleanAuthority) {
  Upload();
  FsckOptions options;
  options.lists = office_.lists();
  options.party_ca = &office_.authority().party_ca;
  EXPECT_EQ(FsckAuthority(office_.store(), options).value().findings.total(), 0u);
}

// ---- Copies of keys

class DocumentsWithKeyBackups : public DocumentsOfFiles {
 protected:
  DocumentsWithKeyBackups() {
    MakePrivateDirectory(backups()).value();
    BeginKeyBackups(backups()).value();
    office_.KeepDocuments(&store_, backups());
    kept_ = Upload();
    Refuse();
    BackUpKeys(key_folder(), backups(), office_.now()).value();
    PassTo(kept_.keep_until);
    complete_at_ = office_.now() + office_.scheme().parameters.key_backup_life;
  }
  fs::path backups() const { return dir_ / "key-backups"; }
  /// NobodyDeletes: a copy from just before the erasure stays as long as somebody keeps it.
  void NobodyDeletes() { BackUpKeys(key_folder(), backups(), office_.now() - Seconds{1}).value(); }

  StoredDocument kept_;
  Time complete_at_;
};

TEST_F(DocumentsWithKeyBackups, AreReportedErasedOnceTimeIsOverAndNoCopyFromBeforeIsThere) {
  ExpireKeyBackups(backups(), complete_at_, office_.scheme().parameters.key_backup_life).value();
  PassTo(complete_at_ - Seconds{1});
  EXPECT_EQ(RecordOf(kept_.id).state, StoredDocument::State::kErasing) << "copies elsewhere have until then";
  PassTo(complete_at_);
  EXPECT_EQ(RecordOf(kept_.id).state, StoredDocument::State::kErased);
}

TEST_F(DocumentsWithKeyBackups, AreNotReportedErasedWhileACopyFromBeforeIsThere) {
  NobodyDeletes();
  PassTo(complete_at_);
  EXPECT_EQ(RecordOf(kept_.id).state, StoredDocument::State::kErasing);
  EXPECT_EQ(LastAct(), "await-key-backups");
  const auto acts = [&] { return ActsOf(office_.store(), "document/" + kept_.id, 100).value().size(); };
  const std::size_t so_far = acts();
  PassTo(complete_at_ + ca::Documents::kLookAgain - Seconds{1});
  EXPECT_EQ(acts(), so_far) << "the clock does not come again before its time";
  ExpireKeyBackups(backups(), office_.now(), Seconds{0}).value();
  PassTo(complete_at_ + ca::Documents::kLookAgain);
  EXPECT_EQ(RecordOf(kept_.id).state, StoredDocument::State::kErased);
}

TEST_F(DocumentsWithKeyBackups, AreNotReportedErasedByWhatABareMountPointShows) {
  fs::remove_all(backups());
  MakePrivateDirectory(backups()).value();
  PassTo(complete_at_);
  EXPECT_EQ(RecordOf(kept_.id).state, StoredDocument::State::kErasing);
}

TEST_F(DocumentsWithKeyBackups, AreNotReportedErasedWhileACopyIsNamedByAClockThatWasAhead) {
  ExpireKeyBackups(backups(), complete_at_, Seconds{0}).value();
  BackUpKeys(key_folder(), backups(), complete_at_ + kDay).value();
  PassTo(complete_at_);
  EXPECT_EQ(RecordOf(kept_.id).state, StoredDocument::State::kErasing);
}

TEST_F(DocumentsWithKeyBackups, AreNotReportedErasedWhileNobodyCanTell) {
  fs::remove_all(backups());
  PassTo(complete_at_);
  EXPECT_EQ(RecordOf(kept_.id).state, StoredDocument::State::kErasing);
  EXPECT_EQ(RecordOf(kept_.id).complete_at, complete_at_ + ca::Documents::kLookAgain);
}

// ---- A store that is gone

class DocumentsOfALostStore : public DocumentsOfFiles {
 protected:
  /// MoveToANewDisk: the store of documents and that of their keys are new and empty, as after a restore.
  void MoveToANewDisk() { office_.KeepDocuments(&new_store_); }
  /// StopErasing puts a folder in a document's place, which no erasure removes.
  void StopErasing(const std::string& id) {
    fs::remove(BlobOf(id));
    fs::create_directory(BlobOf(id));
  }

  certmark::testing::TempDir disk_;
  DocumentKeys new_keys_ = DocumentKeys::Create(disk_ / "document-keys", Secret("correct horse")).value();
  DocumentStore new_store_ = [this] {
    fs::create_directory(disk_ / "documents");
    return DocumentStore::Open(disk_ / "documents", new_keys_).value();
  }();
};

TEST_F(DocumentsOfALostStore, AreNotReportedErasedByWhoDidNotEraseThem) {
  const StoredDocument kept = Upload();
  Refuse();
  MoveToANewDisk();
  office_.Advance(kept.keep_until - office_.now());
  office_.RenewSigners();
  const auto report = office_.service().deadlines().Run(1000).value();
  ASSERT_GT(report.failures.size(), 0u);
  EXPECT_NE(report.failures[0].error.message.find("its key is not here"), std::string::npos);
  EXPECT_EQ(RecordOf(kept.id).state, StoredDocument::State::kStored);
  EXPECT_TRUE(fs::exists(KeyOf(kept.id))) << "on the old disk";
}

TEST_F(DocumentsOfALostStore, AreLostOnceTheMachinesKeeperSaysSo) {
  const StoredDocument lost = Upload();
  MoveToANewDisk();
  const StoredDocument kept = Upload();
  EXPECT_EQ(documents().Lose().value(), 1u);
  EXPECT_EQ(documents().Lose().value(), 0u) << "once";
  EXPECT_EQ(RecordOf(lost.id).state, StoredDocument::State::kLost);
  EXPECT_EQ(RecordOf(kept.id).state, StoredDocument::State::kStored);
  const RecordedAct act = RecordedAct::Parse(office_.RecordEntries().back()).value();
  EXPECT_EQ(act.act.actor, "keeper");
  EXPECT_EQ(act.act.act, "lose-document");
  const auto read = Read(office_.decider, lost.id);
  EXPECT_EQ(CodeOf(read), ErrorCode::kNotFound);
  EXPECT_EQ(read.error().message, "document " + lost.id + " is lost");
  Refuse();
  PassTo(lost.keep_until);
  PassTo(lost.keep_until + 365 * kDay);
  EXPECT_EQ(RecordOf(lost.id).state, StoredDocument::State::kLost) << "nobody says that it is erased";
}

TEST_F(DocumentsOfALostStore, ThatAreBeingErasedAreNotLost) {
  const StoredDocument erased = Upload();
  Refuse();
  PassTo(erased.keep_until);
  ASSERT_EQ(RecordOf(erased.id).state, StoredDocument::State::kErasing);
  MoveToANewDisk();
  EXPECT_EQ(documents().Lose().value(), 0u);
  EXPECT_EQ(RecordOf(erased.id).state, StoredDocument::State::kErasing);
}

TEST_F(DocumentsOfALostStore, ThatWereAboutToBeErasedAreLostForNobodySawTheKeyDestroyed) {
  const StoredDocument document = Upload();
  Refuse();
  StopErasing(document.id);
  office_.Advance(document.keep_until - office_.now());
  office_.RenewSigners();
  EXPECT_EQ(office_.service().deadlines().Run(1000).value().failures.size(), 1u);
  ASSERT_EQ(RecordOf(document.id).state, StoredDocument::State::kErasing);
  ASSERT_FALSE(RecordOf(document.id).erased_at);
  MoveToANewDisk();
  EXPECT_EQ(documents().Lose().value(), 1u);
  EXPECT_EQ(RecordOf(document.id).state, StoredDocument::State::kLost);
}

TEST_F(DocumentsOfALostStore, AreStoredAgainAndErasedInTimeOnceTheyAreFound) {
  const StoredDocument lost = Upload();
  MoveToANewDisk();
  documents().Lose().value();
  office_.KeepDocuments(&store_);
  EXPECT_EQ(documents().Sweep().value(), 0u);
  EXPECT_EQ(LastAct(), "find-document");
  EXPECT_EQ(Read(office_.applicant, lost.id).value(), kText);
  Refuse();
  PassTo(lost.keep_until);
  EXPECT_EQ(RecordOf(lost.id).state, StoredDocument::State::kErasing);
  EXPECT_FALSE(fs::exists(KeyOf(lost.id)));
}

TEST_F(DocumentsOfFiles, ThatAreErasedAndWhoseKeysCameBackAreSweptAtAStart) {
  const StoredDocument erased = Upload();
  const std::string key = Contents(KeyOf(erased.id));
  Refuse();
  PassTo(erased.keep_until);
  Overwrite(KeyOf(erased.id), key);  // with a key backup
  EXPECT_EQ(documents().Sweep().value(), 1u);
  EXPECT_FALSE(fs::exists(KeyOf(erased.id)));
}

TEST_F(DocumentsOfFiles, AreErasedThoughTheFirstAttemptWasCutOff) {
  const StoredDocument kept = Upload();
  Refuse();
  const fs::path in_the_way = KeyOf(kept.id).string() + ".part";
  fs::create_directory(in_the_way);
  office_.Advance(kept.keep_until - office_.now());
  office_.RenewSigners();
  EXPECT_GT(office_.service().deadlines().Run(1000).value().failed, 0u);
  EXPECT_FALSE(fs::exists(KeyOf(kept.id))) << "its key is destroyed, and then it stopped";
  EXPECT_EQ(RecordOf(kept.id).state, StoredDocument::State::kErasing);
  EXPECT_EQ(RecordOf(kept.id).erased_at, std::nullopt);
  EXPECT_EQ(CodeOf(Read(office_.decider, kept.id)), ErrorCode::kNotFound);
  fs::remove(in_the_way);
  PassTo(office_.now() + Seconds{5});
  EXPECT_EQ(RecordOf(kept.id).erased_at, office_.now());
}

}  // namespace
}  // namespace certmark::ca::testing
