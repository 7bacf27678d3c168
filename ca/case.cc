#include "ca/case.h"

#include "ca/name_table.h"
#include "ca/party.h"
#include "ca/record_json.h"

namespace certmark::ca {
namespace {

constexpr NameTable<Case::State, 2> kStates{{{Case::State::kOpen, "OPEN"}, {Case::State::kClosed, "CLOSED"}}};
constexpr NameTable<Case::Cause, 4> kCauses{{
    {Case::Cause::kComplaint, "complaint"},
    {Case::Cause::kIncident, "incident"},
    {Case::Cause::kStoreReport, "store-report"},
    {Case::Cause::kPlan, "plan"},
}};
constexpr NameTable<Case::Outcome, 5> kOutcomes{{
    {Case::Outcome::kNoFinding, "no-finding"},
    {Case::Outcome::kCorrected, "corrected"},
    {Case::Outcome::kSuspended, "suspended"},
    {Case::Outcome::kRevoked, "revoked"},
    {Case::Outcome::kOrdered, "ordered"},
}};
}  // namespace

std::string_view Name(Case::State state) {
  return NameIn(kStates, state);
}
std::string_view Name(Case::Cause cause) {
  return NameIn(kCauses, cause);
}
std::string_view Name(Case::Outcome outcome) {
  return NameIn(kOutcomes, outcome);
}
std::string BuildOf(std::string_view certification, std::string_view build) {
  return std::string(certification) + ":" + std::string(build);
}

std::string Case::ToJson() const {
  json::Writer writer;
  writer.Object([&] {
    writer.Member("id", id);
    writer.Member("state", NameIn(kStates, state));
    writer.Member("cause", NameIn(kCauses, cause));
    writer.Member("certification", certification);
    writer.Member("operator_party", operator_party);
    writer.Member("reason", reason);
    writer.Member("complaint", complaint);
    writer.Member("signer", signer);
    writer.Member("build", build);
    writer.Member("opened_by", opened_by);
    writer.Member("closed_by", closed_by);
    WriteTime(writer, "opened_at", opened_at);
    WriteOptional(writer, "closed_at", closed_at);
    if (outcome) writer.Member("outcome", NameIn(kOutcomes, *outcome));
    if (note) writer.Member("note", note->Hex());
  });
  return writer.Take();
}

Result<Case> Case::FromJson(std::string_view json) {
  const json::Document document = CM_TRY(json::Document::Parse(json, kMaxRecordBytes));
  const json::Value root = document.root();
  Case out;
  out.id = CM_TRY(ReadText(root, "id"));
  out.state = CM_TRY(ReadName(root, "state", kStates));
  out.cause = CM_TRY(ReadName(root, "cause", kCauses));
  out.certification = CM_TRY(ReadText(root, "certification"));
  out.operator_party = CM_TRY(ReadText(root, "operator_party"));
  out.reason = CM_TRY(ReadText(root, "reason"));
  out.complaint = CM_TRY(ReadText(root, "complaint"));
  out.signer = CM_TRY(ReadText(root, "signer"));
  out.build = CM_TRY(ReadText(root, "build"));
  out.opened_by = CM_TRY(ReadText(root, "opened_by"));
  out.closed_by = CM_TRY(ReadText(root, "closed_by"));
  out.opened_at = CM_TRY(ReadTime(root, "opened_at"));
  out.closed_at = CM_TRY(ReadOptionalTime(root, "closed_at"));
  if (root.Find("outcome")) out.outcome = CM_TRY(ReadName(root, "outcome", kOutcomes));
  out.note = CM_TRY(ReadOptionalHash(root, "note"));
  return out;
}

std::vector<IndexRow> Case::IndexRows() const {
  const std::string subject = std::string(kKind) + "/" + id;
  std::vector<IndexRow> rows = {FindRow("case-of", certification, subject)};
  if (state == State::kClosed) return rows;
  rows.push_back(WorkRow(ca::Name(Role::kSurveillanceOfficer), std::nullopt, subject));
  rows.push_back(FindRow("open-case", certification, subject));
  if (cause == Cause::kStoreReport) rows.push_back(FindRow("open-report", opened_by, subject));
  if (!build.empty()) rows.push_back(FindRow("case-build", BuildOf(certification, build), subject));
  return rows;
}

}  // namespace certmark::ca
