#include "ca/appeal.h"

#include "ca/name_table.h"
#include "ca/party.h"
#include "ca/record_json.h"
#include "ca/records.h"
#include "verifier-sdk/core/quote.h"

namespace certmark::ca {
namespace {

constexpr NameTable<Appeal::State, 3> kStates{{
    {Appeal::State::kFiled, "FILED"},
    {Appeal::State::kUpheld, "UPHELD"},
    {Appeal::State::kDismissed, "DISMISSED"},
}};
constexpr NameTable<Appeal::Against, 4> kAgainst{{
    {Appeal::Against::kRefusal, "refusal"},
    {Appeal::Against::kSuspension, "suspension"},
    {Appeal::Against::kRevocation, "revocation"},
    {Appeal::Against::kOrder, "order"},
}};
constexpr NameTable<Appeal::Leaves, 3> kLeaves{{
    {Appeal::Leaves::kNothing, "nothing"},
    {Appeal::Leaves::kReview, "review"},
    {Appeal::Leaves::kGrant, "grant"},
}};

template <class E, std::size_t N>
Result<E> ReadName(const json::Value& object, std::string_view name, const NameTable<E, N>& table) {
  const std::string_view text = CM_TRY(object.String(name));
  const std::optional<E> value = ValueIn(table, text);
  if (!value) return Error{ErrorCode::kInvalidArgument, std::string(name) + ": " + Quote(text)};
  return *value;
}

Result<std::optional<Hash>> ReadDigest(const json::Value& object, std::string_view name) {
  const auto text = CM_TRY(object.OptionalString(name));
  if (!text) return std::optional<Hash>();
  return std::optional(CM_TRY(Hash::FromHex(*text)));
}

Bytes AppealPrefix(std::string_view subject) {
  return ToBytes("appeal-of/" + std::string(subject) + "/");
}

}  // namespace

std::string_view Name(Appeal::State state) {
  return NameIn(kStates, state);
}
std::string_view Name(Appeal::Against against) {
  return NameIn(kAgainst, against);
}

Remedy Appeal::remedy() const {
  const std::string record(IdOf(subject));
  if (leaves == Leaves::kReview) return ReopenReview{record, excluded};
  if (leaves == Leaves::kGrant) return Regrant{record};
  return std::monostate();
}

std::string Appeal::ToJson() const {
  json::Writer writer;
  writer.Object([&] {
    writer.Member("id", id);
    writer.Member("state", NameIn(kStates, state));
    writer.Member("against", NameIn(kAgainst, against));
    writer.Member("subject", subject);
    WriteTime(writer, "act_at", act_at);
    writer.Member("operator_party", operator_party);
    writer.Member("edition", edition);
    if (grounds) writer.Member("grounds", grounds->Hex());
    WriteTime(writer, "filed_at", filed_at);
    WriteTime(writer, "answer_by", answer_by);
    writer.Member("decided_by", decided_by);
    writer.Member("reason", reason);
    WriteOptional(writer, "decided_at", decided_at);
    writer.Member("leaves", NameIn(kLeaves, leaves));
    writer.Strings("excluded", excluded);
  });
  return writer.Take();
}

Result<Appeal> Appeal::FromJson(std::string_view json) {
  const json::Document document = CM_TRY(json::Document::Parse(json, kMaxRecordBytes));
  const json::Value root = document.root();
  Appeal out;
  out.id = CM_TRY(ReadText(root, "id"));
  out.state = CM_TRY(ReadName(root, "state", kStates));
  out.against = CM_TRY(ReadName(root, "against", kAgainst));
  out.subject = CM_TRY(ReadText(root, "subject"));
  out.act_at = CM_TRY(ReadTime(root, "act_at"));
  out.operator_party = CM_TRY(ReadText(root, "operator_party"));
  out.edition = CM_TRY(ReadText(root, "edition"));
  out.grounds = CM_TRY(ReadDigest(root, "grounds"));
  out.filed_at = CM_TRY(ReadTime(root, "filed_at"));
  out.answer_by = CM_TRY(ReadTime(root, "answer_by"));
  out.decided_by = CM_TRY(ReadText(root, "decided_by"));
  out.reason = CM_TRY(ReadText(root, "reason"));
  out.decided_at = CM_TRY(ReadOptionalTime(root, "decided_at"));
  out.leaves = CM_TRY(ReadName(root, "leaves", kLeaves));
  out.excluded = CM_TRY(ReadTexts(root, "excluded"));
  return out;
}

std::vector<IndexRow> Appeal::IndexRows() const {
  const std::string name = std::string(kKind) + "/" + id;
  std::vector<IndexRow> rows = {{AppealRowKey(subject, act_at), ToBytes(id)}};
  if (state == State::kFiled) rows.push_back(WorkRow(ca::Name(Role::kAppealsOfficer), answer_by, name));
  if (leaves != Leaves::kNothing) rows.push_back(FindRow("appeal-leaves", NameIn(kLeaves, leaves), name));
  return rows;
}

Result<void> Remedied(const ledger::Store& store, std::string_view appeal, ledger::Change& change) {
  const auto read = CM_TRY(Load<Appeal>(store, appeal));
  if (read.value.leaves == Appeal::Leaves::kNothing)
    return Error{ErrorCode::kFailedPrecondition, "appeal " + read.value.id + " leaves nothing"};
  Appeal remedied = read.value;
  remedied.leaves = Appeal::Leaves::kNothing;
  Replace(change, read, remedied);
  return {};
}

Bytes AppealRowKey(std::string_view subject, Time act_at) {
  Bytes key = AppealPrefix(subject);
  const Bytes time = ledger::EncodeU64(static_cast<std::uint64_t>(ToEpoch(act_at)));
  key.insert(key.end(), time.begin(), time.end());
  return key;
}

Result<std::vector<std::string>> AppealsOf(const ledger::Store& store, std::string_view subject) {
  const Bytes prefix = AppealPrefix(subject);
  Bytes end = prefix;
  ++end.back();
  std::vector<std::string> ids;
  CM_TRY(store.Scan(ledger::Column::kIndex, prefix, end, [&](ByteView, ByteView id) {
    ids.emplace_back(AsText(id));
    return true;
  }));
  return ids;
}

}  // namespace certmark::ca
