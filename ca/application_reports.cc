#include "ca/application_reports.h"

#include "ca/record_json.h"

namespace certmark::ca {
namespace {

using Report = Application::Report;

FiledReport Filed(const Application& application, std::size_t place) {
  return {FiledReport::IdOf(application.id, place), application.reports[place]};
}

Result<std::vector<Bytes>> ReadChain(const json::Value& report) {
  std::vector<Bytes> chain;
  for (const std::string_view text : CM_TRY(report.Strings("chain"))) chain.push_back(CM_TRY(Base64Decode(text)));
  return chain;
}

void WriteMembers(json::Writer& writer, const Report& report) {
  writer.Member("author", report.author);
  writer.Member("jws", report.jws);
  writer.Key("chain").Array([&] {
    for (const Bytes& certificate : report.chain) writer.String(Base64Encode(certificate));
  });
  WriteTime(writer, "received_at", report.received_at);
  writer.Member("revocation", report.revocation);
}

// LoadReport reads the report `id`, whose row a file names by `digest`. A file without one of its reports is damaged:
// there is no file without it.
Result<Report> LoadReport(const ledger::Store& store, const std::string& id, const Hash& digest) {
  const auto row = CM_TRY(store.Get(ledger::Column::kRecord, RecordKey(FiledReport::kKind, id)));
  if (!row) return Error{ErrorCode::kCorruption, "report " + id + ", which its file names, is not there"};
  if (Sha256(*row) != digest)
    return Error{ErrorCode::kCorruption, "report " + id + " is not the one that its file names"};
  return CM_TRY(ParseRow<FiledReport>(store, *row, id)).report;
}

}  // namespace

std::string FiledReport::IdOf(std::string_view application, std::size_t place) {
  return std::string(application) + "." + std::to_string(place);
}

std::string_view FiledReport::FileOf(std::string_view id) {
  return id.substr(0, id.find('.'));
}

std::string FiledReport::ToJson() const {
  json::Writer writer;
  writer.Object([&] {
    writer.Member("id", id);
    WriteMembers(writer, report);
  });
  return writer.Take();
}

Result<FiledReport> FiledReport::FromJson(std::string_view json) {
  const json::Document document = CM_TRY(json::Document::Parse(json, kMaxRecordBytes));
  FiledReport filed;
  filed.id = CM_TRY(ReadText(document.root(), "id"));
  filed.report = CM_TRY(ReadReport(document.root()));
  return filed;
}

Result<Stored<Application>> LoadWithoutReports(const ledger::Store& store, std::string_view id) {
  const Bytes row = CM_TRY(LoadRow<Application>(store, id));
  auto file = Application::FromJson(AsText(row));
  if (!file) return Error{ErrorCode::kCorruption, "application " + std::string(id) + ": " + file.error().message};
  return Stored<Application>{*std::move(file), ledger::EtagOf(row)};
}

Result<Report> ReadReport(const json::Value& object) {
  Report report;
  report.author = CM_TRY(ReadText(object, "author"));
  report.jws = CM_TRY(ReadText(object, "jws"));
  report.chain = CM_TRY(ReadChain(object));
  report.received_at = CM_TRY(ReadTime(object, "received_at"));
  report.revocation = CM_TRY(ReadText(object, "revocation"));
  return report;
}

void WriteReport(json::Writer& writer, const Report& report) {
  writer.Object([&] { WriteMembers(writer, report); });
}

std::vector<Hash> Application::ReportRows() const {
  std::vector<Hash> rows = report_rows;
  for (std::size_t place = rows.size(); place < reports.size(); ++place)
    rows.push_back(Sha256(AsBytes(Filed(*this, place).ToJson())));
  return rows;
}

Result<void> Application::LoadParts(const ledger::Store& store) {
  for (std::size_t place = reports.size(); place < report_rows.size(); ++place)
    reports.push_back(CM_TRY(LoadReport(store, FiledReport::IdOf(id, place), report_rows[place])));
  return {};
}

void Application::WriteParts(ledger::Change& change) const {
  for (std::size_t place = report_rows.size(); place < reports.size(); ++place) Create(change, Filed(*this, place));
}

}  // namespace certmark::ca
