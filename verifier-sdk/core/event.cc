#include "verifier-sdk/core/event.h"

#include <array>
#include <utility>

#include "verifier-sdk/core/json.h"
#include "verifier-sdk/core/log_entry.h"
#include "verifier-sdk/core/quote.h"

namespace certmark {
namespace {

// Has says which members an event of a kind has: the table of FORMATS.md §4.
enum class Has : std::uint8_t { kNo, kYes, kMaybe };
struct KindRow {
  EventKind kind;
  std::string_view uri;
  Has number, reason, until, by, order;
};
constexpr std::array<KindRow, 8> kKinds{{
    {EventKind::kSuspended, "urn:certmark:event:suspended", Has::kYes, Has::kYes, Has::kYes, Has::kNo, Has::kNo},
    {EventKind::kReinstated, "urn:certmark:event:reinstated", Has::kYes, Has::kYes, Has::kNo, Has::kNo, Has::kNo},
    {EventKind::kRevoked, "urn:certmark:event:revoked", Has::kYes, Has::kYes, Has::kNo, Has::kNo, Has::kNo},
    {EventKind::kWithdrawn, "urn:certmark:event:withdrawn", Has::kYes, Has::kYes, Has::kNo, Has::kNo, Has::kNo},
    {EventKind::kSuperseded, "urn:certmark:event:superseded", Has::kYes, Has::kNo, Has::kNo, Has::kYes, Has::kNo},
    {EventKind::kExposed, "urn:certmark:event:exposed", Has::kMaybe, Has::kNo, Has::kNo, Has::kNo, Has::kYes},
    {EventKind::kRectified, "urn:certmark:event:rectified", Has::kNo, Has::kNo, Has::kNo, Has::kNo, Has::kYes},
    {EventKind::kOrderAnnulled, "urn:certmark:event:order-annulled", Has::kNo, Has::kYes, Has::kNo, Has::kNo,
     Has::kYes},
}};

const KindRow& Row(EventKind kind) {
  return kKinds[static_cast<std::size_t>(kind)];
}

Error Refuse(std::string message) {
  return {ErrorCode::kInvalidArgument, std::move(message)};
}

Result<std::string> ReadText(const json::Value& object, std::string_view name) {
  return std::string(CM_TRY(object.String(name)));
}

Result<Time> ReadTime(const json::Value& object, std::string_view name) {
  return FromEpoch(static_cast<std::int64_t>(CM_TRY(object.Number(name))));
}

// `urn:uuid:` and a UUID of RFC 9562 §4 in lower case.
bool IsUuidUrn(std::string_view text) {
  constexpr std::string_view kShape = "urn:uuid:hhhhhhhh-hhhh-hhhh-hhhh-hhhhhhhhhhhh";
  constexpr std::size_t kPrefix = 9;
  if (text.size() != kShape.size() || !text.starts_with(kShape.substr(0, kPrefix))) return false;
  for (std::size_t i = kPrefix; i < text.size(); ++i) {
    const char c = text[i];
    const bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    if (kShape[i] == 'h' ? !hex : c != '-') return false;
  }
  return true;
}

Result<std::string> ReadCertificationNumber(const json::Value& body, std::string_view name) {
  std::string number = CM_TRY(ReadText(body, name));
  if (!IsCertificationNumber(number))
    return Refuse(std::string(name) + " is no certification number: " + Quote(number));
  return number;
}

Result<std::string> ReadOrderNumber(const json::Value& body) {
  std::string number = CM_TRY(ReadText(body, "order"));
  if (!IsOrderNumber(number)) return Refuse("not an order number: " + Quote(number));
  return number;
}

Result<void> ReadTested(const json::Value& body, Event& out) {
  const auto dates = CM_TRY(body.Strings("tested"));
  if (dates.size() != 2) return Refuse("tested is not two dates");
  for (const std::string_view date : dates) CM_TRY(ParseDate(date));
  out.tested_first = std::string(dates[0]);
  out.tested_last = std::string(dates[1]);
  return {};
}

Result<void> ReadExposed(const json::Value& body, Event& out) {
  const auto findings = CM_TRY(body.Strings("findings"));
  out.findings.assign(findings.begin(), findings.end());
  out.deadline = CM_TRY(ReadTime(body, "deadline"));
  out.operator_name = CM_TRY(ReadText(body, "operator"));
  out.version = CM_TRY(ReadText(body, "version"));
  out.store = CM_TRY(ReadText(body, "store"));
  out.body = CM_TRY(ReadText(body, "body"));
  return ReadTested(body, out);
}

Result<void> ReadBody(const json::Value& body, Event& out) {
  const KindRow& row = Row(out.kind);
  if (row.number == Has::kYes || (row.number == Has::kMaybe && body.Find("number"))) {
    out.number = CM_TRY(ReadCertificationNumber(body, "number"));
  }
  if (row.reason == Has::kYes) out.reason = CM_TRY(ReadText(body, "reason"));
  if (row.until == Has::kYes) out.until = CM_TRY(ReadTime(body, "until"));
  if (row.by == Has::kYes) out.by = CM_TRY(ReadCertificationNumber(body, "by"));
  if (row.order == Has::kYes) out.order = CM_TRY(ReadOrderNumber(body));
  return out.kind == EventKind::kExposed ? ReadExposed(body, out) : Result<void>{};
}

void WriteExposed(json::Writer& w, const Event& event) {
  w.Strings("findings", event.findings);
  w.Member("deadline", static_cast<std::uint64_t>(ToEpoch(event.deadline.value_or(Time{}))));
  w.Member("operator", event.operator_name);
  w.Member("version", event.version);
  w.Member("store", event.store);
  w.Member("body", event.body);
  w.Strings("tested", {event.tested_first, event.tested_last});
}

void WriteBody(json::Writer& w, const Event& event) {
  const KindRow& row = Row(event.kind);
  if (row.order == Has::kYes) w.Member("order", event.order);
  if (row.number == Has::kYes || (row.number == Has::kMaybe && !event.number.empty())) {
    w.Member("number", event.number);
  }
  if (row.reason == Has::kYes) w.Member("reason", event.reason);
  if (row.until == Has::kYes) w.Member("until", static_cast<std::uint64_t>(ToEpoch(event.until.value_or(Time{}))));
  if (row.by == Has::kYes) w.Member("by", event.by);
  if (event.kind == EventKind::kExposed) WriteExposed(w, event);
}

}  // namespace

std::string_view Uri(EventKind kind) {
  return Row(kind).uri;
}

std::optional<EventKind> ParseEventKind(std::string_view uri) {
  for (const KindRow& row : kKinds) {
    if (row.uri == uri) return row.kind;
  }
  return std::nullopt;
}

Result<Event> ParseEvent(std::string_view payload) {
  const json::Document document = CM_TRY(json::Document::Parse(payload, kMaxEntryBytes));
  const json::Value root = document.root();
  Event out;
  out.iss = CM_TRY(ReadText(root, "iss"));
  if (!IsAuthority(out.iss)) return Refuse("iss is not an authority: " + Quote(out.iss));
  out.iat = CM_TRY(ReadTime(root, "iat"));
  out.jti = CM_TRY(ReadText(root, "jti"));
  if (!IsUuidUrn(out.jti)) return Refuse("jti is no UUID URN: " + Quote(out.jti));
  out.app = CM_TRY(App::Parse(CM_TRY(root.String("sub"))));
  out.toe = CM_TRY(ReadTime(root, "toe"));
  if (out.toe > out.iat) return Refuse("toe is after iat: " + std::to_string(ToEpoch(out.toe)));
  const auto events = CM_TRY(root.Object("events")).Members();
  if (events.size() != 1) return Refuse("events has not one member but " + std::to_string(events.size()));
  const auto& [uri, body] = events.front();
  const auto kind = ParseEventKind(uri);
  if (!kind) return Refuse("unknown event: " + Quote(uri));
  if (!body.is(json::Kind::kObject)) return Refuse("the event is not an object");
  out.kind = *kind;
  CM_TRY(ReadBody(body, out));
  return out;
}

std::string EventPayload(const Event& event) {
  json::Writer w;
  w.Object([&] {
    w.Member("iss", event.iss);
    w.Member("iat", static_cast<std::uint64_t>(ToEpoch(event.iat)));
    w.Member("jti", event.jti);
    w.Member("sub", event.app.ToText());
    w.Member("toe", static_cast<std::uint64_t>(ToEpoch(event.toe)));
    w.Key("events").Object([&] { w.Key(Uri(event.kind)).Object([&] { WriteBody(w, event); }); });
  });
  return w.Take();
}

}  // namespace certmark
