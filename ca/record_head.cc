#include "ca/record_head.h"

#include "ca/record_json.h"

namespace certmark::ca {

Time NextMidnight(Time now) {
  return std::chrono::floor<std::chrono::days>(now) + std::chrono::days(1);
}

std::vector<IndexRow> RecordHeadRow::IndexRows() const {
  return {DueRow(next, std::string(kKind) + "/" + id)};
}

std::string RecordHeadRow::ToJson() const {
  json::Writer writer;
  writer.Object([&] {
    writer.Member("id", id);
    writer.Member("size", size);
    writer.Member("root", root.Hex());
    writer.Member("log", log);
    writer.Member("entry", entry.Hex());
    WriteTime(writer, "at", at);
    WriteTime(writer, "next", next);
    writer.Member("replaced", replaced);
  });
  return writer.Take();
}

Result<RecordHeadRow> RecordHeadRow::FromJson(std::string_view json) {
  const json::Document document = CM_TRY(json::Document::Parse(json, kMaxRecordBytes));
  const json::Value root = document.root();
  RecordHeadRow out;
  out.id = CM_TRY(ReadText(root, "id"));
  out.size = CM_TRY(root.Number("size"));
  out.root = CM_TRY(Hash::FromHex(CM_TRY(root.String("root"))));
  const std::uint64_t log = CM_TRY(root.Number("log"));
  if (log > UINT32_MAX) return Error{ErrorCode::kInvalidArgument, "no public log " + std::to_string(log)};
  out.log = static_cast<ledger::LogNumber>(log);
  out.entry = CM_TRY(Hash::FromHex(CM_TRY(root.String("entry"))));
  out.at = CM_TRY(ReadTime(root, "at"));
  out.next = CM_TRY(ReadTime(root, "next"));
  out.replaced = CM_TRY(root.Bool("replaced"));
  return out;
}

}  // namespace certmark::ca
