#include "ca/bulk.h"

#include <algorithm>
#include <array>

#include "ca/name_table.h"
#include "ca/plain_text.h"
#include "ca/record_json.h"
#include "verifier-sdk/core/quote.h"

namespace certmark::ca {
namespace {

constexpr std::array<std::string_view, 5> kAttributes = {"laboratory", "signer", "operator", "scheme", "edition"};
constexpr std::size_t kMaxValueBytes = 256, kMaxSelectorBytes = 4096;
// Positions are written so that their order as text is their own.
constexpr std::size_t kPositionDigits = 6;

constexpr NameTable<Bulk::State, 4> kStates{{
    {Bulk::State::kProposed, "PROPOSED"},
    {Bulk::State::kRunning, "RUNNING"},
    {Bulk::State::kDone, "DONE"},
    {Bulk::State::kVoid, "VOID"},
}};
constexpr NameTable<BulkItem::Outcome, 3> kOutcomes{{
    {BulkItem::Outcome::kCarried, "CARRIED"},
    {BulkItem::Outcome::kAsWanted, "AS_WANTED"},
    {BulkItem::Outcome::kImpossible, "IMPOSSIBLE"},
}};

}  // namespace

std::string_view Name(Bulk::State state) {
  return NameIn(kStates, state);
}
std::string_view Name(BulkItem::Outcome outcome) {
  return NameIn(kOutcomes, outcome);
}

std::string Selector::ToJson() const {
  json::Writer writer;
  writer.Object([&] {
    writer.Member("by", by);
    writer.Member("value", value);
  });
  return writer.Take();
}

Result<Selector> Selector::Parse(std::string_view json) {
  const json::Document document = CM_TRY(json::Document::Parse(json, kMaxSelectorBytes));
  const json::Value root = document.root();
  Selector out;
  out.by = CM_TRY(ReadText(root, "by"));
  out.value = CM_TRY(ReadText(root, "value"));
  if (std::ranges::find(kAttributes, out.by) == kAttributes.end()) {
    return Error{ErrorCode::kInvalidArgument, "certifications are not found by " + Quote(out.by)};
  }
  if (!IsPlainText(out.value, kMaxValueBytes) || out.value.find('/') != std::string::npos) {
    return Error{ErrorCode::kInvalidArgument, "no " + out.by + ": " + Quote(out.value)};
  }
  return out;
}

std::vector<IndexRow> Bulk::IndexRows() const {
  if (state != State::kProposed && state != State::kRunning) return {};
  return {DueRow(due, std::string(kKind) + "/" + id)};
}

std::string Bulk::ToJson() const {
  json::Writer writer;
  writer.Object([&] {
    writer.Member("id", id);
    writer.Member("state", NameIn(kStates, state));
    writer.Member("proposal", proposal);
    writer.Member("count", count);
    writer.Member("list", list.Hex());
    writer.Member("next", next);
    writer.Member("carried", carried);
    writer.Member("as_wanted", as_wanted);
    writer.Member("impossible", impossible);
    WriteTime(writer, "due", due);
  });
  return writer.Take();
}

Result<Bulk> Bulk::FromJson(std::string_view json) {
  const json::Document document = CM_TRY(json::Document::Parse(json, kMaxRecordBytes));
  const json::Value root = document.root();
  Bulk out;
  out.id = CM_TRY(ReadText(root, "id"));
  out.state = CM_TRY(ReadName(root, "state", kStates));
  out.proposal = CM_TRY(ReadText(root, "proposal"));
  out.count = CM_TRY(root.Number("count"));
  out.list = CM_TRY(Hash::FromHex(CM_TRY(root.String("list"))));
  out.next = CM_TRY(root.Number("next"));
  out.carried = CM_TRY(root.Number("carried"));
  out.as_wanted = CM_TRY(root.Number("as_wanted"));
  out.impossible = CM_TRY(root.Number("impossible"));
  out.due = CM_TRY(ReadTime(root, "due"));
  if (out.next <= out.count) return out;
  return Error{ErrorCode::kInvalidArgument, "next is behind the end"};
}

std::string BulkList::ToJson() const {
  json::Writer writer;
  writer.Object([&] {
    writer.Member("id", id);
    writer.Strings("numbers", numbers);
    writer.Strings("operators", operators);
  });
  return writer.Take();
}

Result<BulkList> BulkList::FromJson(std::string_view json) {
  const json::Document document = CM_TRY(json::Document::Parse(json, kMaxRecordBytes));
  const json::Value root = document.root();
  BulkList out;
  out.id = CM_TRY(ReadText(root, "id"));
  out.numbers = CM_TRY(ReadTexts(root, "numbers"));
  out.operators = CM_TRY(ReadTexts(root, "operators"));
  return out;
}

std::string BulkItem::IdOf(std::string_view bulk, std::uint64_t position) {
  std::string digits = std::to_string(position);
  digits.insert(0, kPositionDigits - std::min(kPositionDigits, digits.size()), '0');
  return std::string(bulk) + "." + digits;
}

std::string BulkItem::ToJson() const {
  json::Writer writer;
  writer.Object([&] {
    writer.Member("id", id);
    writer.Member("number", number);
    writer.Member("outcome", NameIn(kOutcomes, outcome));
    writer.Member("acted_on", acted_on);
    writer.Member("state", state);
    writer.Member("successor", successor);
  });
  return writer.Take();
}

Result<BulkItem> BulkItem::FromJson(std::string_view json) {
  const json::Document document = CM_TRY(json::Document::Parse(json, kMaxRecordBytes));
  const json::Value root = document.root();
  BulkItem out;
  out.id = CM_TRY(ReadText(root, "id"));
  out.number = CM_TRY(ReadText(root, "number"));
  out.outcome = CM_TRY(ReadName(root, "outcome", kOutcomes));
  out.acted_on = CM_TRY(ReadText(root, "acted_on"));
  out.state = CM_TRY(ReadText(root, "state"));
  out.successor = CM_TRY(ReadText(root, "successor"));
  return out;
}

}  // namespace certmark::ca
