#include "ca/decided_file.h"

#include "ca/record_json.h"
#include "verifier-sdk/core/quote.h"

namespace certmark::ca {
namespace {

using Report = Application::Report;

Result<Report> ReadReport(const json::Value& value) {
  Report report;
  report.author = CM_TRY(ReadText(value, "author"));
  report.jws = CM_TRY(ReadText(value, "jws"));
  for (const std::string_view text : CM_TRY(value.Strings("chain"))) report.chain.push_back(CM_TRY(Base64Decode(text)));
  report.received_at = CM_TRY(ReadTime(value, "receivedAt"));
  report.revocation = CM_TRY(ReadText(value, "revocation"));
  return report;
}

void WriteReport(json::Writer& writer, const Report& report) {
  writer.Object([&] {
    writer.Member("author", report.author);
    writer.Member("jws", report.jws);
    writer.Key("chain").Array([&] {
      for (const Bytes& certificate : report.chain) writer.String(Base64Encode(certificate));
    });
    WriteTime(writer, "receivedAt", report.received_at);
    writer.Member("revocation", report.revocation);
  });
}

Result<DecidedFile::Carried> ReadCarried(const json::Value& value) {
  DecidedFile::Carried carried;
  carried.application = CM_TRY(ReadText(value, "application"));
  carried.report = CM_TRY(ReadReport(CM_TRY(value.Object("report"))));
  return carried;
}

}  // namespace

std::string DecidedFile::ToJson() const {
  json::Writer writer;
  writer.Object([&] {
    writer.Member("format", kFormat);
    writer.Member("authority", authority);
    writer.Member("application", application);
    writer.Member("operator", operator_party);
    writer.Member("form", form_json);
    writer.Key("reports").Array([&] {
      for (const Report& report : reports) WriteReport(writer, report);
    });
    writer.Key("carried").Array([&] {
      for (const Carried& each : carried) {
        writer.Object([&] {
          writer.Member("application", each.application);
          WriteReport(writer.Key("report"), each.report);
        });
      }
    });
    WriteReport(writer.Key("decision"), decision);
    if (certification.empty()) return;
    writer.Member("certification", certification);
    writer.Member("bundle", bundle);
    if (!regrants.empty()) writer.Member("regrants", regrants);
  });
  return writer.Take();
}

Result<DecidedFile> DecidedFile::Parse(std::string_view text) {
  const json::Document document = CM_TRY(json::Document::Parse(text, kMaxBytes));
  const json::Value root = document.root();
  const std::string_view format = CM_TRY(root.String("format"));
  if (format != kFormat) return Error{ErrorCode::kInvalidArgument, "format: " + Quote(format)};
  DecidedFile file;
  file.authority = CM_TRY(ReadText(root, "authority"));
  file.application = CM_TRY(ReadText(root, "application"));
  file.operator_party = CM_TRY(ReadText(root, "operator"));
  file.form_json = CM_TRY(ReadText(root, "form"));
  for (const json::Value& value : CM_TRY(root.Array("reports")).Elements())
    file.reports.push_back(CM_TRY(ReadReport(value)));
  for (const json::Value& value : CM_TRY(root.Array("carried")).Elements())
    file.carried.push_back(CM_TRY(ReadCarried(value)));
  file.decision = CM_TRY(ReadReport(CM_TRY(root.Object("decision"))));
  file.certification = CM_TRY(ReadOptionalText(root, "certification")).value_or("");
  file.bundle = CM_TRY(ReadOptionalText(root, "bundle")).value_or("");
  file.regrants = CM_TRY(ReadOptionalText(root, "regrants")).value_or("");
  return file;
}

}  // namespace certmark::ca
