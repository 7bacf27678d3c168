#include "ca/certification.h"

#include <algorithm>

#include "ca/name_table.h"
#include "ca/record_json.h"
#include "ca/records.h"
#include "ca/search_rows.h"
#include "verifier-sdk/core/quote.h"

namespace certmark::ca {
namespace {

using State = Certification::State;

constexpr NameTable<State, 6> kStates{{
    {State::kValid, "VALID"},
    {State::kSuspended, "SUSPENDED"},
    {State::kRevoked, "REVOKED"},
    {State::kWithdrawn, "WITHDRAWN"},
    {State::kSuperseded, "SUPERSEDED"},
    {State::kExpired, "EXPIRED"},
}};

// LookAlike: people cannot tell the names from each other, so that another spelling is no other operator.
bool LookAlike(std::string_view a, std::string_view b) {
  const auto first = AppName::Parse(a), second = AppName::Parse(b);
  return first && second ? first->LooksLike(*second) : a == b;
}

// Kinds of event stand in records by their URI, as in the log.
Result<EventKind> ReadEventKind(const json::Value& object, std::string_view name) {
  const std::string_view uri = CM_TRY(object.String(name));
  const std::optional<EventKind> kind = ParseEventKind(uri);
  if (!kind) return Error{ErrorCode::kInvalidArgument, std::string(name) + ": " + Quote(uri)};
  return *kind;
}

Result<StatusPlace> ReadStatusPlace(const json::Value& root) {
  const json::Value status = CM_TRY(root.Object("status"));
  const std::uint64_t list = CM_TRY(status.Number("list"));
  const std::uint64_t index = CM_TRY(status.Number("index"));
  if (list > UINT32_MAX || index >= kStatusListEntries) {
    return Error{ErrorCode::kInvalidArgument, "no such status place"};
  }
  return StatusPlace{static_cast<std::uint32_t>(list), static_cast<std::uint32_t>(index)};
}

Result<Looks> ReadLooks(const json::Value& root) {
  const json::Value looks = CM_TRY(root.Object("looks"));
  std::string skeleton = CM_TRY(ReadText(looks, "skeleton"));
  std::string shape = CM_TRY(ReadText(looks, "shape"));
  return Looks{std::move(skeleton), std::move(shape)};
}

Result<std::vector<Certification::Happened>> ReadHistory(const json::Value& root) {
  std::vector<Certification::Happened> history;
  for (const json::Value& value : CM_TRY(root.Array("history")).Elements()) {
    const EventKind kind = CM_TRY(ReadEventKind(value, "event"));
    const Time at = CM_TRY(ReadTime(value, "at"));
    std::string reason = CM_TRY(ReadText(value, "reason"));
    history.push_back({kind, at, std::move(reason)});
  }
  return history;
}

void WriteHistory(json::Writer& writer, const std::vector<Certification::Happened>& history) {
  writer.Key("history").Array([&] {
    for (const Certification::Happened& happened : history) {
      writer.Object([&] {
        writer.Member("event", Uri(happened.kind));
        WriteTime(writer, "at", happened.at);
        writer.Member("reason", happened.reason);
      });
    }
  });
}

Error NotFrom(State state, EventKind event) {
  return {ErrorCode::kFailedPrecondition,
          "a certification that is " + std::string(NameIn(kStates, state)) + " takes no " + std::string(Uri(event))};
}

// FromSuspended: nobody withdraws from under a finding.
Result<State> FromSuspended(const Certification& certification, EventKind event) {
  if (event == EventKind::kReinstated) return State::kValid;
  if (event == EventKind::kRevoked) return State::kRevoked;
  if (event != EventKind::kWithdrawn) return NotFrom(State::kSuspended, event);
  if (certification.suspended_by_holder) return State::kWithdrawn;
  return Error{ErrorCode::kFailedPrecondition,
               certification.id + " is SUSPENDED for cause: no withdrawing before reinstatement"};
}

Result<State> FromValid(EventKind event) {
  if (event == EventKind::kSuspended) return State::kSuspended;
  if (event == EventKind::kRevoked) return State::kRevoked;
  if (event == EventKind::kWithdrawn) return State::kWithdrawn;
  if (event == EventKind::kSuperseded) return State::kSuperseded;
  return NotFrom(State::kValid, event);
}

}  // namespace

std::string_view Name(Certification::State state) {
  return NameIn(kStates, state);
}

Certification::State Certification::StateAt(Time now) const {
  return !HasEnded(state) && now >= valid_until ? State::kExpired : state;
}

bool Certification::IsLive(Time now) const {
  return !HasEnded(StateAt(now));
}

void Certification::Remember(const std::set<std::string>& names) {
  former_names.insert(names.begin(), names.end());
  former_names.erase(operator_name);
}

bool Certification::IsKnownAs(std::string_view name) const {
  const auto looks_like_it = [&](const std::string& each) { return LookAlike(each, name); };
  return looks_like_it(operator_name) || std::ranges::any_of(former_names, looks_like_it);
}

std::string Certification::ToJson() const {
  json::Writer writer;
  writer.Object([&] {
    writer.Member("id", id);
    writer.Member("app", app.ToText());
    writer.Member("app_name", app_name);
    writer.Key("looks").Object([&] {
      writer.Member("skeleton", looks.skeleton);
      writer.Member("shape", looks.shape);
    });
    writer.Strings("signers", signers);
    writer.Member("version_from", version_from);
    WriteOptional(writer, "version_to", version_to);
    writer.Member("operator_party", operator_party);
    writer.Member("operator_id", operator_id);
    writer.Member("operator_name", operator_name);
    writer.Member("operator_url", operator_url);
    writer.Strings("former_names", {former_names.begin(), former_names.end()});
    writer.Member("scheme", scheme);
    writer.Member("edition", edition);
    writer.Member("level", level);
    writer.Member("application", application);
    writer.Member("supersedes", supersedes);
    writer.Member("superseded_by", superseded_by);
    writer.Member("laboratory", laboratory);
    writer.Member("state", NameIn(kStates, state));
    writer.Member("suspended_by_holder", suspended_by_holder);
    WriteOptional(writer, "restore_by", restore_by);
    writer.Member("suspended_by", suspended_by);
    writer.Member("overturned_by", overturned_by);
    writer.Member("left_open", left_open);
    writer.Key("status").Object([&] {
      writer.Member("list", status.list);
      writer.Member("index", status.index);
    });
    writer.Member("log", log);
    writer.Member("entry", entry.Hex());
    writer.Member("kid", kid);
    WriteTime(writer, "valid_from", valid_from);
    WriteTime(writer, "valid_until", valid_until);
    WriteHistory(writer, history);
  });
  return writer.Take();
}

Result<Certification> Certification::FromJson(std::string_view json) {
  const json::Document document = CM_TRY(json::Document::Parse(json, kMaxRecordBytes));
  const json::Value root = document.root();
  Certification out;
  out.id = CM_TRY(ReadText(root, "id"));
  out.app = CM_TRY(App::Parse(CM_TRY(root.String("app"))));
  out.app_name = CM_TRY(ReadText(root, "app_name"));
  out.looks = CM_TRY(ReadLooks(root));
  out.signers = CM_TRY(ReadTexts(root, "signers"));
  out.version_from = CM_TRY(ReadText(root, "version_from"));
  out.version_to = CM_TRY(ReadOptionalText(root, "version_to"));
  out.operator_party = CM_TRY(ReadText(root, "operator_party"));
  out.operator_id = CM_TRY(ReadText(root, "operator_id"));
  out.operator_name = CM_TRY(ReadText(root, "operator_name"));
  out.operator_url = CM_TRY(ReadText(root, "operator_url"));
  for (const std::string_view name : CM_TRY(root.Strings("former_names"))) out.former_names.emplace(name);
  out.scheme = CM_TRY(ReadText(root, "scheme"));
  out.edition = CM_TRY(ReadText(root, "edition"));
  out.level = CM_TRY(ReadText(root, "level"));
  out.application = CM_TRY(ReadText(root, "application"));
  out.supersedes = CM_TRY(ReadText(root, "supersedes"));
  out.superseded_by = CM_TRY(ReadText(root, "superseded_by"));
  out.laboratory = CM_TRY(ReadText(root, "laboratory"));
  out.state = CM_TRY(ReadName(root, "state", kStates));
  out.suspended_by_holder = CM_TRY(root.Bool("suspended_by_holder"));
  out.restore_by = CM_TRY(ReadOptionalTime(root, "restore_by"));
  out.suspended_by = CM_TRY(ReadText(root, "suspended_by"));
  out.overturned_by = CM_TRY(ReadText(root, "overturned_by"));
  out.left_open = CM_TRY(root.Bool("left_open"));
  out.status = CM_TRY(ReadStatusPlace(root));
  out.log = CM_TRY(ToLogNumber(CM_TRY(root.Number("log"))));
  out.entry = CM_TRY(Hash::FromHex(CM_TRY(root.String("entry"))));
  out.kid = CM_TRY(ReadText(root, "kid"));
  out.valid_from = CM_TRY(ReadTime(root, "valid_from"));
  out.valid_until = CM_TRY(ReadTime(root, "valid_until"));
  out.history = CM_TRY(ReadHistory(root));
  return out;
}

Result<Certification::State> Next(const Certification& certification, EventKind event) {
  if (certification.state == State::kValid) return FromValid(event);
  if (certification.state == State::kSuspended) return FromSuspended(certification, event);
  return NotFrom(certification.state, event);
}

StatusValue Certification::status_value() const {
  switch (state) {
    case State::kValid:
      return StatusValue::kValid;
    case State::kSuspended:
      return StatusValue::kSuspended;
    case State::kRevoked:
      return StatusValue::kRevoked;
    case State::kWithdrawn:
    case State::kSuperseded:
      return StatusValue::kEnded;
    case State::kExpired:
      return restore_by || left_open ? StatusValue::kSuspended : StatusValue::kValid;
  }
  Die("no such state of a certification");
}

std::optional<Time> Certification::Due() const {
  if (HasEnded(state)) return std::nullopt;
  return restore_by ? std::min(*restore_by, valid_until) : valid_until;
}

bool Certification::IsToBeRevoked(Time now) const {
  return !HasEnded(state) && restore_by && *restore_by < valid_until && now >= *restore_by;
}

std::vector<Bytes> Certification::LiveKeys() const {
  const std::string prefix = "live/" + app.ToText() + "/";
  if (signers.empty()) return {ToBytes(prefix + "-")};
  std::vector<Bytes> keys;
  for (const std::string& signer : signers) keys.push_back(ToBytes(prefix + signer));
  return keys;
}

std::vector<IndexRow> Certification::IndexRows() const {
  const std::string subject = std::string(kKind) + "/" + id;
  std::vector<IndexRow> rows = {{ToBytes("app/" + app.ToText() + "/" + id), ToBytes(id)}};
  if (!HasEnded(state)) {
    for (Bytes& key : LiveKeys()) rows.push_back({std::move(key), ToBytes(id)});
    for (IndexRow& row : LookAlikeRows(looks, subject)) rows.push_back(std::move(row));
  }
  ledger::Write place = StatusWrite(status, status_value());
  rows.push_back({std::move(place.key), *std::move(place.value)});
  for (const std::string& signer : signers) rows.push_back(FindRow("signer", signer, subject));
  rows.push_back(FindRow("operator", operator_party, subject));
  if (state == State::kRevoked) rows.push_back(FindRow("revoked-of", operator_party, subject));
  rows.push_back(FindRow("scheme", scheme, subject));
  if (!edition.empty()) rows.push_back(FindRow("edition", scheme + " " + edition, subject));
  if (!laboratory.empty()) rows.push_back(FindRow("laboratory", laboratory, subject));
  if (const auto due = Due()) rows.push_back(DueRow(*due, subject));
  for (IndexRow& row : SearchRows(*this)) rows.push_back(std::move(row));
  return rows;
}

bool HasEnded(Certification::State state) {
  return state != State::kValid && state != State::kSuspended;
}

}  // namespace certmark::ca
