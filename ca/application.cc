#include "ca/application.h"

#include "ca/application_reports.h"
#include "ca/name_table.h"
#include "ca/record_json.h"
#include "verifier-sdk/core/quote.h"

namespace certmark::ca {
namespace {

using State = Application::State;
using Event = Application::Event;

constexpr NameTable<State, 12> kStates{{
    {State::kDraft, "DRAFT"},
    {State::kSubmitted, "SUBMITTED"},
    {State::kReturned, "RETURNED"},
    {State::kAccepted, "ACCEPTED"},
    {State::kVerification, "VERIFICATION"},
    {State::kAudit, "AUDIT"},
    {State::kRectifying, "RECTIFYING"},
    {State::kReview, "REVIEW"},
    {State::kGranted, "GRANTED"},
    {State::kRefused, "REFUSED"},
    {State::kWithdrawn, "WITHDRAWN"},
    {State::kLapsed, "LAPSED"},
}};

constexpr NameTable<Event, 15> kEvents{{
    {Event::kSubmit, "submit"},
    {Event::kReturn, "return"},
    {Event::kAccept, "accept"},
    {Event::kAssign, "assign"},
    {Event::kReportConform, "report-conform"},
    {Event::kReportNonconform, "report-nonconform"},
    {Event::kAuditConform, "audit-conform"},
    {Event::kAuditNonconform, "audit-nonconform"},
    {Event::kGrant, "grant"},
    {Event::kRefuse, "refuse"},
    {Event::kWithdraw, "withdraw"},
    {Event::kLapse, "lapse"},
    {Event::kReopen, "reopen"},
    {Event::kCorrect, "correct"},
    {Event::kReassign, "reassign"},
}};

Result<std::vector<Application::Report>> ReadReports(const json::Value& root, std::string_view name) {
  std::vector<Application::Report> reports;
  for (const json::Value& value : CM_TRY(root.Array(name)).Elements()) reports.push_back(CM_TRY(ReadReport(value)));
  return reports;
}

Result<std::vector<Hash>> ReadDigests(const json::Value& root, std::string_view name) {
  std::vector<Hash> digests;
  for (const std::string_view text : CM_TRY(root.Strings(name))) digests.push_back(CM_TRY(Hash::FromHex(text)));
  return digests;
}

Result<Application::CarriedReport> ReadCarried(const json::Value& value) {
  Application::CarriedReport carried;
  const std::string_view kind = CM_TRY(value.String("kind"));
  const auto known = ParseReportKind(kind);
  if (!known) return Error{ErrorCode::kInvalidArgument, "kind: " + Quote(kind)};
  carried.kind = *known;
  carried.application = CM_TRY(ReadText(value, "application"));
  carried.author = CM_TRY(ReadText(value, "author"));
  carried.digest = CM_TRY(ReadText(value, "digest"));
  return carried;
}

Result<std::vector<Application::CarriedReport>> ReadCarriedReports(const json::Value& root) {
  std::vector<Application::CarriedReport> reports;
  for (const json::Value& value : CM_TRY(root.Array("carried_reports")).Elements())
    reports.push_back(CM_TRY(ReadCarried(value)));
  return reports;
}

void WriteCarried(json::Writer& writer, const Application::CarriedReport& carried) {
  writer.Object([&] {
    writer.Member("kind", Name(carried.kind));
    writer.Member("application", carried.application);
    writer.Member("author", carried.author);
    writer.Member("digest", carried.digest);
  });
}

void WriteReports(json::Writer& writer, std::string_view name, const std::vector<Application::Report>& reports) {
  writer.Key(name).Array([&] {
    for (const Application::Report& report : reports) WriteReport(writer, report);
  });
}

Result<std::optional<ApplicationForm::NewNames>> ReadNamesBefore(const json::Value& root) {
  const auto before = CM_TRY(root.OptionalObject("names_before"));
  if (!before) return std::optional<ApplicationForm::NewNames>();
  ApplicationForm::NewNames names;
  names.name = CM_TRY(ReadText(*before, "name"));
  names.url = CM_TRY(ReadText(*before, "url"));
  return std::optional(std::move(names));
}

Result<ApplicationPath> ReadPath(const json::Value& root) {
  const std::string_view name = CM_TRY(root.String("path"));
  const std::optional<ApplicationPath> path = ParseApplicationPath(name);
  if (!path) return Error{ErrorCode::kInvalidArgument, "no path of an application: " + Quote(name)};
  return *path;
}

// Unit is an app, `<platform>:<package>`, and its signers.
struct Unit {
  std::string app;
  std::vector<std::string> signers;
};
// UnitIn reads it in a form that was taken in, and asks no more of it: the rows of a file under way stay its own,
// whatever would be refused of its form today.
Result<Unit> UnitIn(std::string_view form_json) {
  const json::Document document = CM_TRY(json::Document::Parse(form_json, ApplicationForm::kMaxBytes));
  const json::Value root = document.root();
  Unit unit;
  unit.app = CM_TRY(ReadText(root, "platform")) + ":" + CM_TRY(ReadText(root, "package"));
  if (root.Find("signers")) unit.signers = CM_TRY(ReadTexts(root, "signers"));
  return unit;
}

// WorkRows says whom a file waits for, and by when.
std::vector<IndexRow> WorkRows(const Application& application, const std::string& subject) {
  const auto row = [&](const std::string& whom, std::optional<Time> by) { return WorkRow(whom, by, subject); };
  const std::string party = "party:";
  switch (application.state) {
    case State::kSubmitted:
      return {WaitingRow(Name(Role::kReviewer), application.submitted_at, subject)};
    case State::kReturned:
    case State::kRectifying:
      return {row(party + application.operator_party, application.deadline)};
    case State::kVerification:
      return {row(party + application.laboratory, application.decide_by)};
    case State::kAudit:
      return {row(party + application.auditor, application.decide_by)};
    case State::kReview:
      return {row(std::string(Name(Role::kDecider)), application.decide_by)};
    case State::kDraft:
    case State::kAccepted:
    case State::kGranted:
    case State::kRefused:
    case State::kWithdrawn:
    case State::kLapsed:
      return {};
  }
  return {};
}

}  // namespace

std::string_view Name(Application::State state) {
  return NameIn(kStates, state);
}

std::string_view Name(Application::Event event) {
  return NameIn(kEvents, event);
}

std::set<std::string> Application::Evaluators() const {
  std::set<std::string> evaluators = {laboratory, auditor};
  for (const Report& report : reports) evaluators.insert(report.author);
  for (const CarriedReport& carried : carried_reports) evaluators.insert(carried.author);
  evaluators.erase("");
  return evaluators;
}

bool IsOver(State state) {
  return state == State::kGranted || state == State::kRefused || state == State::kWithdrawn || state == State::kLapsed;
}

std::optional<Time> Application::Due() const {
  return deadline;
}

std::vector<IndexRow> Application::IndexRows() const {
  const std::string subject = std::string(kKind) + "/" + id;
  std::vector<IndexRow> rows = WorkRows(*this, subject);
  if (!operator_party.empty()) rows.push_back(FindRow("operator", operator_party, subject));
  if (!laboratory.empty()) rows.push_back(FindRow("laboratory", laboratory, subject));
  if (!auditor.empty()) rows.push_back(FindRow("auditor", auditor, subject));
  if (!IsOver(state) && !scheme.empty()) rows.push_back(FindRow("file-edition", scheme, subject));
  const bool waits = state == State::kSubmitted || state == State::kReturned;
  if (waits && !operator_party.empty()) rows.push_back(FindRow("waiting", operator_party, subject));
  for (Bytes& key : UnitKeys()) rows.push_back({std::move(key), ToBytes(id)});
  if (const auto due = Due()) rows.push_back(DueRow(*due, subject));
  return rows;
}

std::vector<Bytes> Application::UnitKeys() const {
  if (IsOver(state) || !appeal.empty()) return {};
  const auto unit = UnitIn(form_json);
  if (!unit) return {};  // no file that was taken in
  const std::string prefix = "open/" + operator_party + "/" + unit->app + "/";
  std::vector<Bytes> keys;
  for (const std::string& signer : unit->signers) keys.push_back(ToBytes(prefix + signer));
  if (keys.empty()) keys.push_back(ToBytes(prefix + "-"));
  return keys;
}

std::string Application::ToJson() const {
  json::Writer writer;
  writer.Object([&] {
    writer.Member("id", id);
    writer.Member("operator_party", operator_party);
    writer.Member("state", Name(state));
    writer.Member("path", Name(path));
    writer.Member("base", base);
    writer.Member("scheme", scheme);
    writer.Member("form", form_json);
    WriteTime(writer, "submitted_at", submitted_at);
    writer.Member("accepted_by", accepted_by);
    writer.Member("laboratory", laboratory);
    writer.Member("auditor", auditor);
    writer.Member("reason", reason);
    writer.Key("report_rows").Array([&] {
      for (const Hash& row : ReportRows()) writer.String(row.Hex());
    });
    writer.Key("carried_reports").Array([&] {
      for (const CarriedReport& carried : carried_reports) WriteCarried(writer, carried);
    });
    if (names_before) {
      writer.Key("names_before").Object([&] {
        writer.Member("name", names_before->name);
        writer.Member("url", names_before->url);
      });
    }
    writer.Strings("proven_signers", {proven_signers.begin(), proven_signers.end()});
    writer.Member("rectification_rounds", rectification_rounds);
    WriteOptional(writer, "deadline", deadline);
    WriteOptional(writer, "rectifying_since", rectifying_since);
    WriteOptional(writer, "decide_by", decide_by);
    if (decision) WriteReport(writer.Key("decision"), *decision);
    writer.Member("certification", certification);
    WriteOptional(writer, "ended_at", ended_at);
    writer.Strings("excluded", excluded);
    WriteReports(writer, "overturned", overturned);
    writer.Member("appeal", appeal);
    writer.Member("regrants", regrants);
    WriteOptional(writer, "retain_until", retain_until);
  });
  return writer.Take();
}

Result<Application> Application::FromJson(std::string_view json) {
  const json::Document document = CM_TRY(json::Document::Parse(json, kMaxRecordBytes));
  const json::Value root = document.root();
  Application out;
  out.id = CM_TRY(ReadText(root, "id"));
  out.operator_party = CM_TRY(ReadText(root, "operator_party"));
  out.state = CM_TRY(ReadName(root, "state", kStates));
  out.path = CM_TRY(ReadPath(root));
  out.base = CM_TRY(ReadText(root, "base"));
  out.scheme = CM_TRY(ReadText(root, "scheme"));
  out.form_json = CM_TRY(ReadText(root, "form"));
  out.submitted_at = CM_TRY(ReadTime(root, "submitted_at"));
  out.accepted_by = CM_TRY(ReadText(root, "accepted_by"));
  out.laboratory = CM_TRY(ReadText(root, "laboratory"));
  out.auditor = CM_TRY(ReadText(root, "auditor"));
  out.reason = CM_TRY(ReadText(root, "reason"));
  if (root.Find("report_rows")) {
    out.report_rows = CM_TRY(ReadDigests(root, "report_rows"));
  } else {  // written before reports had rows of their own
    out.reports = CM_TRY(ReadReports(root, "reports"));
  }
  out.carried_reports = CM_TRY(ReadCarriedReports(root));
  out.names_before = CM_TRY(ReadNamesBefore(root));
  for (std::string& signer : CM_TRY(ReadTexts(root, "proven_signers"))) out.proven_signers.insert(std::move(signer));
  out.rectification_rounds = static_cast<std::uint32_t>(CM_TRY(root.Number("rectification_rounds")));
  out.deadline = CM_TRY(ReadOptionalTime(root, "deadline"));
  out.rectifying_since = CM_TRY(ReadOptionalTime(root, "rectifying_since"));
  out.decide_by = CM_TRY(ReadOptionalTime(root, "decide_by"));
  if (const auto decision = CM_TRY(root.OptionalObject("decision"))) out.decision = CM_TRY(ReadReport(*decision));
  out.certification = CM_TRY(ReadText(root, "certification"));
  out.ended_at = CM_TRY(ReadOptionalTime(root, "ended_at"));
  out.excluded = CM_TRY(ReadTexts(root, "excluded"));
  out.overturned = CM_TRY(ReadReports(root, "overturned"));
  out.appeal = CM_TRY(ReadText(root, "appeal"));
  out.regrants = CM_TRY(ReadText(root, "regrants"));
  out.retain_until = CM_TRY(ReadOptionalTime(root, "retain_until"));
  return out;
}

}  // namespace certmark::ca
