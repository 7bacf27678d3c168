#include "ca/application.h"

#include <array>

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

constexpr NameTable<Event, 12> kEvents{{
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
}};

struct Transition {
  State from;
  Event event;
  State to;
};

// Every step there is; what is not here cannot be taken. A conform verification report leads to AUDIT, and past it
// where the scheme waives the audit. Whatever sent a file to RECTIFYING, it is the laboratory that looks again, and the
// audit after it: no step is skipped.
constexpr std::array<Transition, 24> kTransitions{{
    {State::kDraft, Event::kSubmit, State::kSubmitted},
    {State::kDraft, Event::kWithdraw, State::kWithdrawn},
    {State::kSubmitted, Event::kReturn, State::kReturned},
    {State::kSubmitted, Event::kAccept, State::kAccepted},
    {State::kSubmitted, Event::kRefuse, State::kRefused},
    {State::kSubmitted, Event::kWithdraw, State::kWithdrawn},
    {State::kReturned, Event::kSubmit, State::kSubmitted},
    {State::kReturned, Event::kWithdraw, State::kWithdrawn},
    {State::kAccepted, Event::kAssign, State::kVerification},
    {State::kAccepted, Event::kWithdraw, State::kWithdrawn},
    {State::kVerification, Event::kReportConform, State::kAudit},
    {State::kVerification, Event::kReportNonconform, State::kRectifying},
    {State::kVerification, Event::kWithdraw, State::kWithdrawn},
    {State::kAudit, Event::kAuditConform, State::kReview},
    {State::kAudit, Event::kAuditNonconform, State::kRectifying},
    {State::kAudit, Event::kWithdraw, State::kWithdrawn},
    {State::kRectifying, Event::kReportConform, State::kAudit},
    {State::kRectifying, Event::kReportNonconform, State::kRectifying},
    {State::kRectifying, Event::kWithdraw, State::kWithdrawn},
    {State::kRectifying, Event::kLapse, State::kLapsed},
    {State::kReview, Event::kGrant, State::kGranted},
    {State::kReview, Event::kRefuse, State::kRefused},
    {State::kReview, Event::kWithdraw, State::kWithdrawn},
    {State::kReturned, Event::kLapse, State::kLapsed},
}};

Result<std::vector<Bytes>> ReadChain(const json::Value& report) {
  std::vector<Bytes> chain;
  for (const std::string_view text : CM_TRY(report.Strings("chain"))) chain.push_back(CM_TRY(Base64Decode(text)));
  return chain;
}

Result<Application::Report> ReadReport(const json::Value& value) {
  Application::Report report;
  report.author = CM_TRY(ReadText(value, "author"));
  report.jws = CM_TRY(ReadText(value, "jws"));
  report.chain = CM_TRY(ReadChain(value));
  report.received_at = CM_TRY(ReadTime(value, "received_at"));
  report.revocation = CM_TRY(ReadText(value, "revocation"));
  return report;
}

Result<std::vector<Application::Report>> ReadReports(const json::Value& root) {
  std::vector<Application::Report> reports;
  for (const json::Value& value : CM_TRY(root.Array("reports")).Elements())
    reports.push_back(CM_TRY(ReadReport(value)));
  return reports;
}

void WriteReport(json::Writer& writer, const Application::Report& report) {
  writer.Object([&] {
    writer.Member("author", report.author);
    writer.Member("jws", report.jws);
    writer.Key("chain").Array([&] {
      for (const Bytes& certificate : report.chain) writer.String(Base64Encode(certificate));
    });
    WriteTime(writer, "received_at", report.received_at);
    writer.Member("revocation", report.revocation);
  });
}

Result<State> ReadState(const json::Value& root) {
  const std::string_view name = CM_TRY(root.String("state"));
  const std::optional<State> state = ValueIn(kStates, name);
  if (!state) return Error{ErrorCode::kInvalidArgument, "no state of an application: " + Quote(name)};
  return *state;
}

}  // namespace

std::string_view Name(Application::State state) {
  return NameIn(kStates, state);
}

std::string Application::ToJson() const {
  json::Writer writer;
  writer.Object([&] {
    writer.Member("id", id);
    writer.Member("operator_party", operator_party);
    writer.Member("state", Name(state));
    writer.Member("scheme", scheme);
    writer.Member("form", form_json);
    WriteTime(writer, "submitted_at", submitted_at);
    writer.Member("accepted_by", accepted_by);
    writer.Member("laboratory", laboratory);
    writer.Key("reports").Array([&] {
      for (const Report& report : reports) WriteReport(writer, report);
    });
    writer.Member("rectification_rounds", rectification_rounds);
    WriteOptional(writer, "deadline", deadline);
    if (decision) WriteReport(writer.Key("decision"), *decision);
    writer.Member("certification", certification);
  });
  return writer.Take();
}

Result<Application> Application::FromJson(std::string_view json) {
  const json::Document document = CM_TRY(json::Document::Parse(json, kMaxRecordBytes));
  const json::Value root = document.root();
  Application out;
  out.id = CM_TRY(ReadText(root, "id"));
  out.operator_party = CM_TRY(ReadText(root, "operator_party"));
  out.state = CM_TRY(ReadState(root));
  out.scheme = CM_TRY(ReadText(root, "scheme"));
  out.form_json = CM_TRY(ReadText(root, "form"));
  out.submitted_at = CM_TRY(ReadTime(root, "submitted_at"));
  out.accepted_by = CM_TRY(ReadText(root, "accepted_by"));
  out.laboratory = CM_TRY(ReadText(root, "laboratory"));
  out.reports = CM_TRY(ReadReports(root));
  out.rectification_rounds = static_cast<std::uint32_t>(CM_TRY(root.Number("rectification_rounds")));
  out.deadline = CM_TRY(ReadOptionalTime(root, "deadline"));
  if (const auto decision = CM_TRY(root.OptionalObject("decision"))) out.decision = CM_TRY(ReadReport(*decision));
  out.certification = CM_TRY(ReadText(root, "certification"));
  return out;
}

Result<Application::State> Next(Application::State state, Application::Event event, bool audit_waived) {
  for (const Transition& transition : kTransitions) {
    if (transition.from != state || transition.event != event) continue;
    return transition.to == State::kAudit && audit_waived ? State::kReview : transition.to;
  }
  return Error{ErrorCode::kFailedPrecondition,
               "an application in " + std::string(Name(state)) + " takes no " + std::string(NameIn(kEvents, event))};
}

}  // namespace certmark::ca
