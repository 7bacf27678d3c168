#include "ca/bar.h"

#include "ca/name_table.h"
#include "ca/operator_rows.h"
#include "ca/record_json.h"
#include "ca/records.h"
#include "ca/scheme.h"
#include "verifier-sdk/core/quote.h"

namespace certmark::ca {
namespace {

constexpr NameTable<Bar::State, 2> kStates{{
    {Bar::State::kOpen, "OPEN"},
    {Bar::State::kLifted, "LIFTED"},
}};

constexpr NameTable<Bar::Cause, 2> kCauses{{
    {Bar::Cause::kUnlawfulOperator, Scheme::kUnlawfulOperator},
    {Bar::Cause::kMajorIncident, Scheme::kMajorIncident},
}};

}  // namespace

std::string_view Name(Bar::State state) {
  return NameIn(kStates, state);
}

std::string_view Name(Bar::Cause cause) {
  return NameIn(kCauses, cause);
}

Result<Bar::Cause> ParseBarCause(std::string_view name) {
  const auto cause = ValueIn(kCauses, name);
  if (!cause) return Error{ErrorCode::kInvalidArgument, "nothing bars an operator for " + Quote(name)};
  return *cause;
}

bool Bar::BarsAt(Time now, Seconds incident_bar) const {
  if (state != State::kOpen) return false;
  return cause == Cause::kUnlawfulOperator || now < at + incident_bar;
}

std::vector<IndexRow> Bar::IndexRows() const {
  if (state != State::kOpen) return {};
  const std::string subject = SubjectOf(*this);
  std::vector<IndexRow> rows = {FindRow("bar", operator_party, subject)};
  if (!operator_id.empty()) rows.push_back(FindRow("bar-of", OperatorIdValue(operator_id), subject));
  return rows;
}

std::string Bar::ToJson() const {
  json::Writer writer;
  writer.Object([&] {
    writer.Member("id", id);
    writer.Member("state", Name(state));
    writer.Member("cause", Name(cause));
    WriteTime(writer, "at", at);
    writer.Member("operator_party", operator_party);
    writer.Member("operator_id", operator_id);
    writer.Member("reason", reason);
    writer.Member("rests_on", rests_on);
  });
  return writer.Take();
}

Result<Bar> Bar::FromJson(std::string_view json) {
  const json::Document document = CM_TRY(json::Document::Parse(json, kMaxRecordBytes));
  const json::Value root = document.root();
  Bar out;
  out.id = CM_TRY(ReadText(root, "id"));
  out.state = CM_TRY(ReadName(root, "state", kStates));
  out.cause = CM_TRY(ParseBarCause(CM_TRY(root.String("cause"))));
  out.at = CM_TRY(ReadTime(root, "at"));
  out.operator_party = CM_TRY(ReadText(root, "operator_party"));
  out.operator_id = CM_TRY(ReadText(root, "operator_id"));
  out.reason = CM_TRY(ReadText(root, "reason"));
  out.rests_on = CM_TRY(ReadText(root, "rests_on"));
  return out;
}

}  // namespace certmark::ca
