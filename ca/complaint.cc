#include "ca/complaint.h"

#include "ca/name_table.h"
#include "ca/party.h"
#include "ca/record_json.h"

namespace certmark::ca {
namespace {

constexpr NameTable<Complaint::State, 3> kStates{{
    {Complaint::State::kReceived, "RECEIVED"},
    {Complaint::State::kAnswered, "ANSWERED"},
    {Complaint::State::kCase, "CASE"},
}};

void WriteDigest(json::Writer& writer, std::string_view name, const std::optional<Hash>& digest) {
  if (digest) writer.Member(name, digest->Hex());
}

}  // namespace

std::string_view Name(Complaint::State state) {
  return NameIn(kStates, state);
}

std::string Complaint::ToJson() const {
  json::Writer writer;
  writer.Object([&] {
    writer.Member("id", id);
    writer.Member("state", NameIn(kStates, state));
    writer.Member("app", app.ToText());
    writer.Member("certification", certification);
    writer.Member("from", from);
    WriteDigest(writer, "text", text);
    WriteDigest(writer, "contact", contact);
    WriteDigest(writer, "answer", answer);
    writer.Member("signer", signer);
    writer.Member("build", build);
    WriteTime(writer, "received_at", received_at);
    WriteTime(writer, "answer_by", answer_by);
    writer.Member("handled_by", handled_by);
    WriteOptional(writer, "handled_at", handled_at);
    writer.Member("opened", opened);
  });
  return writer.Take();
}

Result<Complaint> Complaint::FromJson(std::string_view json) {
  const json::Document document = CM_TRY(json::Document::Parse(json, kMaxRecordBytes));
  const json::Value root = document.root();
  Complaint out;
  out.id = CM_TRY(ReadText(root, "id"));
  out.state = CM_TRY(ReadName(root, "state", kStates));
  out.app = CM_TRY(App::Parse(CM_TRY(root.String("app"))));
  out.certification = CM_TRY(ReadText(root, "certification"));
  out.from = CM_TRY(ReadText(root, "from"));
  out.text = CM_TRY(ReadOptionalHash(root, "text"));
  out.contact = CM_TRY(ReadOptionalHash(root, "contact"));
  out.answer = CM_TRY(ReadOptionalHash(root, "answer"));
  out.signer = CM_TRY(ReadText(root, "signer"));
  out.build = CM_TRY(ReadText(root, "build"));
  out.received_at = CM_TRY(ReadTime(root, "received_at"));
  out.answer_by = CM_TRY(ReadTime(root, "answer_by"));
  out.handled_by = CM_TRY(ReadText(root, "handled_by"));
  out.handled_at = CM_TRY(ReadOptionalTime(root, "handled_at"));
  out.opened = CM_TRY(ReadText(root, "opened"));
  return out;
}

std::vector<IndexRow> Complaint::IndexRows() const {
  const std::string subject = std::string(kKind) + "/" + id;
  std::vector<IndexRow> rows;
  if (!build.empty()) rows.push_back(FindRow("report", SaidOf(*this), subject));
  if (state != State::kReceived) return rows;
  rows.push_back(FindRow("open-complaint", from, subject));
  const bool is_public = from == kPublic;
  rows.push_back(WorkRow(is_public ? kPublicWork : ca::Name(Role::kSurveillanceOfficer), answer_by, subject));
  if (is_public) rows.push_back(FindRow("public-complaint", app.ToText(), subject));
  return rows;
}

std::string SaidOf(const Complaint& report) {
  return report.from + ":" + report.app.ToText() + ":" + report.signer + ":" + report.build;
}

}  // namespace certmark::ca
