#include "ca/act_entry.h"

#include "ca/record_json.h"
#include "verifier-sdk/core/log_entry.h"
#include "verifier-sdk/core/names.h"

namespace certmark::ca {
namespace {

// BytesOf strings together each write's column, key and value, lengths first; a row erased has no value length.
Bytes BytesOf(const std::vector<ledger::Write>& writes) {
  Bytes all;
  const auto add = [&all](ByteView bytes) {
    const Bytes size = ledger::EncodeU64(bytes.size());
    all.insert(all.end(), size.begin(), size.end());
    all.insert(all.end(), bytes.begin(), bytes.end());
  };
  for (const ledger::Write& write : writes) {
    all.push_back(static_cast<std::uint8_t>(write.column));
    add(write.key);
    all.push_back(write.value ? 1 : 0);
    if (write.value) add(*write.value);
  }
  return all;
}

}  // namespace

void ActEntry::RecordIn(ledger::Change& change) const {
  json::Writer writer;
  writer.Object([&] {
    WriteTime(writer, "at", at);
    writer.Member("actor", actor);
    writer.Member("act", act);
    writer.Member("subject", subject);
    writer.Member("reason", reason);
    writer.Member("before", before);
    writer.Member("after", after);
    writer.Member("writes", WritesDigest(change.writes));
  });
  change.entries.push_back({ledger::NewEntry::To::kRecordLog, ToBytes(writer.Take())});
}

std::string WritesDigest(const std::vector<ledger::Write>& writes) {
  return Sha256Uri(BytesOf(writes));
}

Result<RecordedAct> RecordedAct::Parse(std::string_view entry) {
  constexpr std::size_t kMembers = 8;
  const json::Document document = CM_TRY(json::Document::Parse(entry, kMaxEntryBytes));
  const json::Value root = document.root();
  RecordedAct out;
  out.act.at = CM_TRY(ReadTime(root, "at"));
  out.act.actor = CM_TRY(ReadText(root, "actor"));
  out.act.act = CM_TRY(ReadText(root, "act"));
  out.act.subject = CM_TRY(ReadText(root, "subject"));
  out.act.reason = CM_TRY(ReadText(root, "reason"));
  out.act.before = CM_TRY(ReadText(root, "before"));
  out.act.after = CM_TRY(ReadText(root, "after"));
  out.writes = CM_TRY(ReadText(root, "writes"));
  if (root.Members().size() != kMembers) return Error{ErrorCode::kInvalidArgument, "an act has eight members"};
  if (out.act.actor.empty() || out.act.act.empty()) return Error{ErrorCode::kInvalidArgument, "nobody did something"};
  if (out.act.subject.find('/') == std::string::npos) return Error{ErrorCode::kInvalidArgument, "subject is no record"};
  if (!IsSha256Uri(out.writes)) return Error{ErrorCode::kInvalidArgument, "writes is no digest"};
  return out;
}

}  // namespace certmark::ca
