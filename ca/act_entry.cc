#include "ca/act_entry.h"

#include <set>

#include "ca/record_json.h"
#include "ledger/head.h"
#include "ledger/log_reader.h"
#include "verifier-sdk/core/log_entry.h"
#include "verifier-sdk/core/merkle.h"
#include "verifier-sdk/core/names.h"

namespace certmark::ca {
namespace {

constexpr std::string_view kActOf = "act-of/", kActedBy = "acted-by/";

std::string ToEntry(const RecordedAct& recorded) {
  const ActEntry& act = recorded.act;
  json::Writer writer;
  writer.Object([&] {
    WriteTime(writer, "at", act.at);
    writer.Member("actor", act.actor);
    writer.Member("act", act.act);
    writer.Member("subject", act.subject);
    writer.Member("reason", act.reason);
    writer.Member("before", act.before);
    writer.Member("after", act.after);
    writer.Member("rests_on", act.rests_on);
    writer.Key("records").Object([&] {
      for (const auto& [subject, digest] : recorded.records) writer.Member(subject, digest);
    });
  });
  return writer.Take();
}

Bytes ActPrefix(std::string_view family, std::string_view name) {
  return ToBytes(std::string(family) + std::string(name) + "/");
}

IndexRow ActRow(std::string_view family, std::string_view name, Time at, const Hash& leaf) {
  Bytes key = ActPrefix(family, name);
  const Bytes time = ledger::EncodeU64(static_cast<std::uint64_t>(ToEpoch(at)));
  key.insert(key.end(), time.begin(), time.end());
  key.insert(key.end(), leaf.bytes.begin(), leaf.bytes.end());
  return {std::move(key), Bytes(leaf.bytes.begin(), leaf.bytes.end())};
}

struct Leaves {
  std::string_view family, name;
  std::size_t limit;
};

Result<std::vector<Hash>> LeavesOf(const ledger::Store& store, const Leaves& wanted,
                                   const std::optional<ActPlace>& after) {
  const std::size_t limit = wanted.limit;
  const Bytes prefix = ActPrefix(wanted.family, wanted.name);
  Bytes begin = prefix;
  if (after) {
    begin = ActRow(wanted.family, wanted.name, after->at, after->leaf).key;
    begin.push_back(0);  // the next key there can be
  }
  Bytes end = prefix;
  ++end.back();
  std::vector<Hash> leaves;
  bool damaged = false;
  if (limit == 0) return leaves;
  CM_TRY(store.Scan(ledger::Column::kIndex, begin, end, [&](ByteView, ByteView value) {
    const auto leaf = Hash::FromBytes(value);
    if (!leaf) return damaged = true, false;
    leaves.push_back(*leaf);
    return leaves.size() < limit;
  }));
  if (damaged) return Error{ErrorCode::kCorruption, "an act's row without its leaf hash"};
  return leaves;
}

}  // namespace

void ActEntry::RecordIn(ledger::Change& change) const {
  RecordedAct recorded{*this, {}};
  for (const ledger::Write& write : change.writes) {
    if (write.column != ledger::Column::kRecord) continue;
    recorded.records[std::string(AsText(write.key))] = write.value ? Sha256(*write.value).Hex() : "";
  }
  Bytes entry = ToBytes(ToEntry(recorded));
  for (IndexRow& row : ActRows(recorded, LeafHash(entry))) {
    change.writes.push_back({ledger::Column::kIndex, std::move(row.key), std::move(row.value)});
  }
  change.entries.push_back({ledger::NewEntry::To::kRecordLog, std::move(entry)});
}

Result<RecordedAct> RecordedAct::Parse(std::string_view entry) {
  constexpr std::size_t kMembers = 9;
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
  out.act.rests_on = CM_TRY(ReadText(root, "rests_on"));
  const json::Value records = CM_TRY(root.Object("records"));
  for (const auto& [subject, value] : records.Members()) {
    const bool is_text = value.is(json::Kind::kString);
    if (!is_text || !(value.AsString().empty() || Hash::FromHex(value.AsString()))) {
      return Error{ErrorCode::kInvalidArgument, "a record's digest is none"};
    }
    out.records.emplace(subject, value.AsString());
  }
  if (root.Members().size() != kMembers) return Error{ErrorCode::kInvalidArgument, "an act has nine members"};
  if (out.act.actor.empty() || out.act.act.empty()) return Error{ErrorCode::kInvalidArgument, "nobody did something"};
  if (out.act.subject.find('/') == std::string::npos) return Error{ErrorCode::kInvalidArgument, "subject is no record"};
  return out;
}

std::vector<IndexRow> ActRows(const RecordedAct& recorded, const Hash& leaf) {
  std::set<std::string_view> subjects = {recorded.act.subject};
  for (const auto& [subject, digest] : recorded.records) subjects.insert(subject);
  std::vector<IndexRow> rows;
  for (const std::string_view subject : subjects) rows.push_back(ActRow(kActOf, subject, recorded.act.at, leaf));
  rows.push_back(ActRow(kActedBy, recorded.act.actor, recorded.act.at, leaf));
  return rows;
}

Result<std::vector<Hash>> ActsOf(const ledger::Store& store, std::string_view subject, std::size_t limit,
                                 const std::optional<ActPlace>& after) {
  return LeavesOf(store, {kActOf, subject, limit}, after);
}

Result<std::vector<Hash>> ActsBy(const ledger::Store& store, std::string_view actor, std::size_t limit,
                                 const std::optional<ActPlace>& after) {
  return LeavesOf(store, {kActedBy, actor, limit}, after);
}

Result<RecordedAct> ReadAct(const ledger::Store& store, const Hash& leaf) {
  const ledger::Head head = CM_TRY(ledger::ReadHead(store));
  const std::uint64_t size = head.tree(ledger::kRecordLog).size;
  const ledger::LogReader reader(store, ledger::kRecordLog);
  const auto index = reader.IndexOf(leaf, size);
  if (!index) return Error{ErrorCode::kCorruption, "the record log: " + index.error().message};
  const Bytes entry = CM_TRY(reader.Entry(*index, size));
  return RecordedAct::Parse(AsText(entry));
}

}  // namespace certmark::ca
