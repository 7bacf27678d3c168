#include "ca/act_entry.h"

#include <algorithm>
#include <array>
#include <set>

#include "ca/record_json.h"
#include "ledger/head.h"
#include "ledger/log_reader.h"
#include "verifier-sdk/core/log_entry.h"
#include "verifier-sdk/core/names.h"

namespace certmark::ca {
namespace {

constexpr std::array kNoParties = {kClock, kCeremony, kKeeper, kPublicActor, kRestoreActor};

constexpr std::string_view kActOf = "act-of/", kActedBy = "acted-by/", kTold = "told/";

std::string ToEntry(const RecordedAct& recorded) {
  const ActEntry& act = recorded.act;
  json::Writer writer;
  writer.Object([&] {
    writer.Member("id", act.id);
    WriteTime(writer, "at", act.at);
    writer.Member("actor", act.actor);
    writer.Member("act", act.act);
    writer.Member("subject", act.subject);
    writer.Member("reason", act.reason);
    writer.Member("before", act.before);
    writer.Member("after", act.after);
    writer.Member("rests_on", act.rests_on);
    writer.Strings("concerns", act.concerns);
    writer.Key("records").Object([&] {
      for (const auto& [subject, digest] : recorded.records) writer.Member(subject, digest);
    });
  });
  return writer.Take();
}

Bytes ActPrefix(std::string_view family, std::string_view name) {
  return ToBytes(std::string(family) + std::string(name) + "/");
}

// FindKeys are what an act is found by.
std::vector<Bytes> FindKeys(const RecordedAct& recorded) {
  std::set<std::string_view> subjects = {recorded.act.subject};
  for (const auto& [subject, digest] : recorded.records) subjects.insert(subject);
  std::vector<Bytes> found_by;
  for (const std::string_view subject : subjects) found_by.push_back(ActPrefix(kActOf, subject));
  found_by.push_back(ActPrefix(kActedBy, recorded.act.actor));
  for (const std::string& party : recorded.act.concerns) found_by.push_back(ActPrefix(kTold, party));
  return found_by;
}

Result<std::vector<std::uint64_t>> IndicesOf(const ledger::Store& store, const Bytes& prefix, std::size_t limit,
                                             std::optional<std::uint64_t> after) {
  const Bytes begin = after ? ledger::FoundByKey(prefix, *after + 1) : prefix;
  Bytes end = prefix;
  ++end.back();
  std::vector<std::uint64_t> indices;
  std::optional<Error> damaged;
  if (limit == 0) return indices;
  CM_TRY(store.Scan(ledger::Column::kIndex, begin, end, [&](ByteView, ByteView value) {
    const auto index = ledger::DecodeU64(value);
    if (!index) return damaged = index.error(), false;
    indices.push_back(*index);
    return indices.size() < limit;
  }));
  if (damaged) return *std::move(damaged);
  return indices;
}

}  // namespace

std::vector<std::string> EachParty(std::vector<std::string> parties) {
  std::erase_if(parties, [](const std::string& party) { return party.empty(); });
  std::ranges::sort(parties);
  parties.erase(std::unique(parties.begin(), parties.end()), parties.end());
  return parties;
}

bool IsNoParty(std::string_view actor) {
  return std::ranges::find(kNoParties, actor) != kNoParties.end();
}

bool HasActs(std::string_view kind) {
  return kind != "delivery" && kind != "reminded";
}

void ActEntry::RecordIn(ledger::Change& change) const {
  RecordedAct recorded{*this, {}};
  for (const ledger::Write& write : change.writes) {
    if (write.column != ledger::Column::kRecord || !HasActs(KindOf(AsText(write.key)))) continue;
    recorded.records[std::string(AsText(write.key))] = write.value ? Sha256(*write.value).Hex() : "";
  }
  change.entries.push_back({ledger::NewEntry::To::kRecordLog, ToBytes(ToEntry(recorded)), FindKeys(recorded)});
}

Result<RecordedAct> RecordedAct::Parse(std::string_view entry) {
  constexpr std::size_t kMembers = 11;
  const json::Document document = CM_TRY(json::Document::Parse(entry, kMaxEntryBytes));
  const json::Value root = document.root();
  RecordedAct out;
  out.act.id = CM_TRY(ReadText(root, "id"));
  out.act.at = CM_TRY(ReadTime(root, "at"));
  out.act.actor = CM_TRY(ReadText(root, "actor"));
  out.act.act = CM_TRY(ReadText(root, "act"));
  out.act.subject = CM_TRY(ReadText(root, "subject"));
  out.act.reason = CM_TRY(ReadText(root, "reason"));
  out.act.before = CM_TRY(ReadText(root, "before"));
  out.act.after = CM_TRY(ReadText(root, "after"));
  out.act.rests_on = CM_TRY(ReadText(root, "rests_on"));
  out.act.concerns = CM_TRY(ReadTexts(root, "concerns"));
  const json::Value records = CM_TRY(root.Object("records"));
  for (const auto& [subject, value] : records.Members()) {
    const bool is_text = value.is(json::Kind::kString);
    if (!is_text || !(value.AsString().empty() || Hash::FromHex(value.AsString()))) {
      return Error{ErrorCode::kInvalidArgument, "a record's digest is none"};
    }
    out.records.emplace(subject, value.AsString());
  }
  if (root.Members().size() != kMembers) return Error{ErrorCode::kInvalidArgument, "an act has eleven members"};
  if (out.act.actor.empty() || out.act.act.empty()) return Error{ErrorCode::kInvalidArgument, "nobody did something"};
  if (out.act.subject.find('/') == std::string::npos) return Error{ErrorCode::kInvalidArgument, "subject is no record"};
  return out;
}

std::vector<IndexRow> ActRows(const RecordedAct& recorded, std::uint64_t index) {
  std::vector<IndexRow> rows;
  for (const Bytes& found_by : FindKeys(recorded))
    rows.push_back({ledger::FoundByKey(found_by, index), ledger::EncodeU64(index)});
  return rows;
}

Result<std::vector<std::uint64_t>> ActsOf(const ledger::Store& store, std::string_view subject, std::size_t limit,
                                          std::optional<std::uint64_t> after) {
  return IndicesOf(store, ActPrefix(kActOf, subject), limit, after);
}

Result<std::vector<std::uint64_t>> ActsBy(const ledger::Store& store, std::string_view actor, std::size_t limit,
                                          std::optional<std::uint64_t> after) {
  return IndicesOf(store, ActPrefix(kActedBy, actor), limit, after);
}

Result<std::vector<std::uint64_t>> ActsConcerning(const ledger::Store& store, std::string_view party, std::size_t limit,
                                                  std::optional<std::uint64_t> after) {
  return IndicesOf(store, ActPrefix(kTold, party), limit, after);
}

bool IsActRow(std::string_view key) {
  return key.starts_with(kActOf) || key.starts_with(kActedBy) || key.starts_with(kTold);
}

Result<RecordedAct> ReadAct(const ledger::Store& store, std::uint64_t index) {
  const ledger::Head head = CM_TRY(ledger::ReadHead(store));
  const auto entry = ledger::LogReader(store, ledger::kRecordLog).Entry(index, head.tree(ledger::kRecordLog).size);
  if (!entry) return Error{ErrorCode::kCorruption, "the record log: " + entry.error().message};
  return RecordedAct::Parse(AsText(*entry));
}

}  // namespace certmark::ca
