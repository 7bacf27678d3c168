#include "ca/challenge.h"

#include "ca/record_json.h"
#include "ca/records.h"

namespace certmark::ca {

std::vector<IndexRow> Challenge::IndexRows() const {
  const std::string subject = SubjectOf(*this);
  return {DueRow(expires_at(), subject), FindRow("challenge", operator_party, subject)};
}

std::string Challenge::ToJson() const {
  json::Writer writer;
  writer.Object([&] {
    writer.Member("id", id);
    writer.Member("operator_party", operator_party);
    writer.Member("app", app.ToText());
    writer.Member("signer", signer);
    writer.Member("text", text);
    WriteTime(writer, "issued_at", issued_at);
  });
  return writer.Take();
}

Result<Challenge> Challenge::FromJson(std::string_view json) {
  const json::Document document = CM_TRY(json::Document::Parse(json, kMaxRecordBytes));
  const json::Value root = document.root();
  Challenge out;
  out.id = CM_TRY(ReadText(root, "id"));
  out.operator_party = CM_TRY(ReadText(root, "operator_party"));
  out.app = CM_TRY(App::Parse(CM_TRY(root.String("app"))));
  out.signer = CM_TRY(ReadText(root, "signer"));
  out.text = CM_TRY(ReadText(root, "text"));
  out.issued_at = CM_TRY(ReadTime(root, "issued_at"));
  return out;
}

}  // namespace certmark::ca
