// A file's reports lie in rows of their own: written once, and what the file names is what must be there.
#include "ca/application_reports.h"

#include <gtest/gtest.h>

#include "ca/act_entry.h"
#include "ca/application_evidence.h"
#include "ca/record_operator.h"
#include "ca/records.h"
#include "tests/support/test_pki.h"
#include "tests/unit/ca/fsck_fixture.h"

namespace certmark::ca::testing {
namespace {

using certmark::testing::Replaced;

ErrorCode CodeOf(const auto& result) {
  return result ? ErrorCode{} : result.error().code;
}

class FilesReports : public ::testing::Test {
 protected:
  std::optional<Bytes> Row(std::string_view kind, const std::string& row_id) {
    return office.store().Get(Column::kRecord, RecordKey(kind, row_id)).value();
  }
  std::string FilesRow() { return std::string(AsText(Row(Application::kKind, id).value())); }
  Bytes ReportsRow(std::size_t place = 0) { return Row(FiledReport::kKind, IdAt(place)).value(); }
  std::string IdAt(std::size_t place) const { return FiledReport::IdOf(id, place); }
  void Write(std::string_view kind, const std::string& row_id, std::optional<Bytes> value) {
    ledger::Store& store = office.store_to_tamper_with();
    const Bytes head = store.Head().value();
    ASSERT_TRUE(store.Commit(head, {head, {{Column::kRecord, RecordKey(kind, row_id), std::move(value)}}}));
  }
  // Written are the records that the newest act wrote.
  std::set<std::string> Written() {
    std::set<std::string> written;
    const RecordedAct newest = RecordedAct::Parse(office.RecordEntries().back()).value();
    for (const auto& [subject, digest] : newest.records) written.insert(subject);
    return written;
  }
  // MakeOld writes the file as it was written before reports had rows of their own.
  void MakeOld() {
    const Application file = office.File(id);
    json::Writer rows, reports;
    rows.Array([&] {
      for (const Hash& row : file.report_rows) rows.String(row.Hex());
    });
    reports.Array([&] {
      for (const Application::Report& report : file.reports) WriteReport(reports, report);
    });
    const std::string row = Replaced(FilesRow(), "\"report_rows\":" + rows.Take(), "\"reports\":" + reports.Take());
    for (std::size_t place = 0; place < file.reports.size(); ++place)
      Write(FiledReport::kKind, IdAt(place), std::nullopt);
    Write(Application::kKind, id, ToBytes(row));
  }
  // Twice is a file that was reported on twice.
  std::string Twice() {
    id = office.Submit();
    office.Accept(id);
    office.Report(id, {"APP-2019/3.1"});
    office.Correct(id);
    office.Report(id);
    return id;
  }
  // ExpectDecidedByNobody: nothing is issued on the file, nor shown of it.
  void ExpectDecidedByNobody(std::string_view why, const DecisionDocument& decision) {
    const auto file = Load<Application>(office.store(), id);
    ASSERT_FALSE(file);
    EXPECT_EQ(file.error().code, ErrorCode::kCorruption);
    EXPECT_NE(file.error().message.find(why), std::string::npos) << file.error().message;
    const std::string row = FilesRow();
    const auto decided = office.service().applications().Decide(
        office.decider.party, {.application = id,
                               .etag = ledger::EtagOf(AsBytes(row)),
                               .decision_jws = office.SignDecision(decision, office.decider)});
    EXPECT_EQ(CodeOf(decided), ErrorCode::kCorruption);
    EXPECT_EQ(FilesRow(), row);
    EXPECT_EQ(CodeOf(office.service().applications().Get(office.decider.party, id)), ErrorCode::kCorruption);
  }

  Office office;
  std::string id;
};

// ---- Written once

TEST_F(FilesReports, AreWrittenByTheStepThatTakesThemInAndByNoOther) {
  id = office.Submit();
  office.Accept(id);
  office.Report(id, {"APP-2019/3.1"});
  EXPECT_EQ(Written(), (std::set<std::string>{"application/" + id, "report/" + IdAt(0)}));
  office.Correct(id);
  EXPECT_EQ(Written(), std::set<std::string>{"application/" + id});
  office.Report(id);
  EXPECT_EQ(Written(), (std::set<std::string>{"application/" + id, "report/" + IdAt(1)}));
  const std::string number = office.Decide(id).value().application.certification;
  EXPECT_EQ(Written(), (std::set<std::string>{"application/" + id, "certification/" + number}));
}

TEST_F(FilesReports, AreNamedByTheFilesRowAndNotInIt) {
  Twice();
  const Application file = office.File(id);
  ASSERT_EQ(file.reports.size(), 2u);
  for (std::size_t place = 0; place < 2; ++place) {
    EXPECT_EQ(FilesRow().find(file.reports[place].jws), std::string::npos);
    EXPECT_NE(FilesRow().find(Sha256(ReportsRow(place)).Hex()), std::string::npos)
        << "so that its etag commits to them";
  }
  EXPECT_LT(FilesRow().size(), ReportsRow().size()) << "what a step writes";
}

TEST_F(FilesReports, AreReadWithTheirFileInTheirOrder) {
  id = office.Submit();
  office.Accept(id);
  const std::string first = office.Report(id, {"APP-2019/3.1"}).reports.at(0).jws;
  office.Correct(id);
  const Application reported = office.Report(id);
  ASSERT_EQ(reported.reports.size(), 2u);
  const Application read = office.File(id);
  ASSERT_EQ(read.reports.size(), 2u);
  EXPECT_EQ(read.reports[0].jws, first);
  EXPECT_EQ(read.reports[1].jws, reported.reports[1].jws);
  EXPECT_EQ(read.reports[1].chain, reported.reports[1].chain);
  EXPECT_EQ(read.ToJson(), reported.ToJson());
  EXPECT_EQ(read.ToJson(), FilesRow());
}

TEST_F(FilesReports, AreReadBackAsTheyWereWritten) {
  const FiledReport filed{"a1.0", {"p3", "a.b.c", {Bytes{1, 2}, Bytes{3}}, kStart, "not revoked"}};
  const FiledReport read = FiledReport::FromJson(filed.ToJson()).value();
  EXPECT_EQ(read.ToJson(), filed.ToJson());
  EXPECT_EQ(read.report.chain, filed.report.chain);
  EXPECT_EQ(FiledReport::FileOf(read.id), "a1");
  for (const char* member : {"id", "author", "jws", "chain", "received_at", "revocation"}) {
    const std::string quoted = "\"" + std::string(member) + "\":";
    EXPECT_FALSE(FiledReport::FromJson(Replaced(filed.ToJson(), quoted, "\"other\":"))) << member;
  }
}

// ---- Written before they had rows of their own

TEST_F(FilesReports, AreReadInTheRowOfAFileFromBefore) {
  Twice();
  const Application file = office.File(id);
  MakeOld();
  const auto old = Load<Application>(office.store(), id).value();
  ASSERT_EQ(old.value.reports.size(), 2u);
  EXPECT_EQ(old.value.reports[0].jws, file.reports[0].jws);
  EXPECT_EQ(old.value.reports[1].jws, file.reports[1].jws);
  EXPECT_EQ(old.etag, ledger::EtagOf(AsBytes(FilesRow())));
}

TEST_F(FilesReports, OfAFileFromBeforeGetTheirRowsWithItsNextStep) {
  Twice();
  const Bytes first = ReportsRow(0), second = ReportsRow(1);
  MakeOld();
  const std::string number = office.Decide(id).value().application.certification;
  EXPECT_EQ(Written(), (std::set<std::string>{"application/" + id, "certification/" + number, "report/" + IdAt(0),
                                              "report/" + IdAt(1)}));
  EXPECT_EQ(ReportsRow(0), first);
  EXPECT_EQ(ReportsRow(1), second);
  EXPECT_EQ(office.File(id).ReportRows(), (std::vector<Hash>{Sha256(first), Sha256(second)}));
  EXPECT_EQ(office.File(id).ToJson(), FilesRow());
}

TEST_F(FilesReports, OfAFileFromBeforeAndOneThatComesInGetTheirRowsTogether) {
  id = office.Submit();
  office.Accept(id);
  office.Report(id, {"APP-2019/3.1"});
  office.Correct(id);
  MakeOld();
  office.Report(id);
  EXPECT_EQ(Written(), (std::set<std::string>{"application/" + id, "report/" + IdAt(0), "report/" + IdAt(1)}));
  EXPECT_EQ(office.File(id).reports.size(), 2u);
  EXPECT_TRUE(office.Decide(id));
}

TEST_F(FilesReports, OfAFileFromBeforeGetTheirRowsWhenItsCertificationEnds) {
  const Certification certified = office.Certified();
  id = certified.application;
  const Bytes report = ReportsRow();
  MakeOld();
  ASSERT_TRUE(office.service().certifications().Withdraw(office.applicant.party, certified.id, "holder-request"));
  EXPECT_EQ(ReportsRow(), report);
  EXPECT_EQ(office.File(id).ToJson(), FilesRow());
}

// ---- Missing or altered

TEST_F(FilesReports, ThatAreGoneLeaveNoFile) {
  Twice();
  const DecisionDocument decision = office.DraftDecision(id);
  Write(FiledReport::kKind, IdAt(0), std::nullopt);
  ExpectDecidedByNobody("report " + IdAt(0) + ", which its file names, is not there", decision);
}

TEST_F(FilesReports, ThatAreAlteredLeaveNoFile) {
  Twice();
  const DecisionDocument decision = office.DraftDecision(id);
  FiledReport altered = FiledReport::FromJson(AsText(ReportsRow(1))).value();
  altered.report.received_at += Seconds{1};
  Write(FiledReport::kKind, IdAt(1), ToBytes(altered.ToJson()));
  ExpectDecidedByNobody("report " + IdAt(1) + " is not the one that its file names", decision);
}

TEST_F(FilesReports, InEachOthersPlaceLeaveNoFile) {
  Twice();
  const DecisionDocument decision = office.DraftDecision(id);
  const Bytes first = ReportsRow(0), second = ReportsRow(1);
  Write(FiledReport::kKind, IdAt(0), second);
  Write(FiledReport::kKind, IdAt(1), first);
  ExpectDecidedByNobody("report " + IdAt(0) + " is not the one that its file names", decision);
}

TEST_F(FilesReports, ThatAreGoneAreNoFileThatIsGone) {
  id = office.InReview();
  const std::string number = office.Decide(id).value().application.certification;
  Write(FiledReport::kKind, IdAt(0), std::nullopt);
  // Without its file a base could be renewed, its evaluation is as good as none; this one is damaged.
  Application update;
  update.path = ApplicationPath::kUpdate;
  const Certification base = Load<Certification>(office.store(), number).value().value;
  EXPECT_EQ(CodeOf(Carry(office.store(), base, update)), ErrorCode::kCorruption);
}

TEST_F(FilesReports, ThatAreGoneKeepNoCertificationFromItsEnd) {
  const Certification certified = office.Certified();
  id = certified.application;
  Write(FiledReport::kKind, IdAt(0), std::nullopt);
  ASSERT_TRUE(office.service().certifications().Withdraw(office.applicant.party, certified.id, "holder-request"));
  const Application file = LoadWithoutReports(office.store(), id).value().value;
  EXPECT_TRUE(file.retain_until);
  EXPECT_EQ(file.report_rows.size(), 1u);
  EXPECT_FALSE(Row(FiledReport::kKind, IdAt(0)));
  EXPECT_EQ(CodeOf(Load<Application>(office.store(), id)), ErrorCode::kCorruption) << "it is damaged all the same";
}

// ---- Who is whose

TEST_F(FilesReports, ThatAreGoneHideNoOperator) {
  id = office.InReview();
  Write(FiledReport::kKind, IdAt(0), std::nullopt);
  EXPECT_EQ(OperatorsOf(office.store(), "application/" + id).value(),
            std::vector<std::string>{office.applicant.party.id});
}

TEST_F(FilesReports, AreAboutTheFilesOperator) {
  id = office.InReview();
  EXPECT_EQ(OperatorsOf(office.store(), "report/" + IdAt(0)).value(),
            std::vector<std::string>{office.applicant.party.id});
}

// ---- Fsck

class FsckOfReports : public FsckAuthorityTest {};

TEST_F(FsckOfReports, NamesAReportThatIsNotWhatItsActWrote) {
  const std::string file = Read<Certification>(town_->valid).application;
  FiledReport report = Read<FiledReport>(FiledReport::IdOf(file, 0));
  report.report.revocation = "another";
  Put(report);
  EXPECT_EQ(Found(), Lines{"act-digest | report/" + report.id});
}

TEST_F(FsckOfReports, NamesAReportThatIsGone) {
  const std::string file = Read<Certification>(town_->valid).application;
  Write(Column::kRecord, RecordKey(FiledReport::kKind, FiledReport::IdOf(file, 0)), std::nullopt);
  EXPECT_EQ(Found(), Lines{"record-missing | report/" + FiledReport::IdOf(file, 0)});
}

}  // namespace
}  // namespace certmark::ca::testing
