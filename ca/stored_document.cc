#include "ca/stored_document.h"

#include "ca/name_table.h"
#include "ca/record_json.h"

namespace certmark::ca {
namespace {

using State = StoredDocument::State;

constexpr NameTable<State, 4> kStates{{
    {State::kStored, "STORED"},
    {State::kErasing, "ERASING"},
    {State::kErased, "ERASED"},
    {State::kLost, "LOST"},
}};

}  // namespace

std::string_view Name(State state) {
  return NameIn(kStates, state);
}

std::vector<IndexRow> StoredDocument::IndexRows() const {
  const std::string subject = std::string(kKind) + "/" + id;
  std::vector<IndexRow> rows = {FindRow("documents", IdOf(owner), subject)};
  if (state == State::kStored) rows.push_back(DueRow(keep_until, subject));
  if (state == State::kErasing) rows.push_back(DueRow(complete_at.value_or(keep_until), subject));
  return rows;
}

std::string StoredDocument::ToJson() const {
  json::Writer writer;
  writer.Object([&] {
    writer.Member("id", id);
    writer.Member("state", NameIn(kStates, state));
    writer.Member("sha256", sha256.Hex());
    writer.Member("size", size);
    writer.Member("media_type", media_type);
    writer.Member("kind", kind);
    writer.Member("owner", owner);
    writer.Member("uploaded_by", uploaded_by);
    WriteTime(writer, "at", at);
    WriteTime(writer, "keep_until", keep_until);
    WriteOptional(writer, "erased_at", erased_at);
    WriteOptional(writer, "complete_at", complete_at);
  });
  return writer.Take();
}

Result<StoredDocument> StoredDocument::FromJson(std::string_view json) {
  const json::Document document = CM_TRY(json::Document::Parse(json, kMaxRecordBytes));
  const json::Value root = document.root();
  StoredDocument out;
  out.id = CM_TRY(ReadText(root, "id"));
  out.state = CM_TRY(ReadName(root, "state", kStates));
  out.sha256 = CM_TRY(Hash::FromHex(CM_TRY(root.String("sha256"))));
  out.size = CM_TRY(root.Number("size"));
  out.media_type = CM_TRY(ReadText(root, "media_type"));
  out.kind = CM_TRY(ReadText(root, "kind"));
  out.owner = CM_TRY(ReadText(root, "owner"));
  out.uploaded_by = CM_TRY(ReadText(root, "uploaded_by"));
  out.at = CM_TRY(ReadTime(root, "at"));
  out.keep_until = CM_TRY(ReadTime(root, "keep_until"));
  out.erased_at = CM_TRY(ReadOptionalTime(root, "erased_at"));
  out.complete_at = CM_TRY(ReadOptionalTime(root, "complete_at"));
  return out;
}

}  // namespace certmark::ca
