#include "ca/party.h"

#include <algorithm>

#include "ca/act_entry.h"
#include "ca/name_table.h"
#include "ca/operator_rows.h"
#include "ca/record_json.h"
#include "ca/records.h"
#include "verifier-sdk/core/quote.h"

namespace certmark::ca {
namespace {

constexpr NameTable<Role, 9> kRoles{{
    {Role::kOperator, "operator"},
    {Role::kLaboratory, "laboratory"},
    {Role::kAuditor, "auditor"},
    {Role::kReviewer, "reviewer"},
    {Role::kDecider, "decider"},
    {Role::kSurveillanceOfficer, "surveillance-officer"},
    {Role::kAppealsOfficer, "appeals-officer"},
    {Role::kRegistrar, "registrar"},
    {Role::kRelyingParty, "relying-party"},
}};

constexpr std::string_view kKeyPrefix = "party-key/";

std::string CertificateKey(std::string_view fingerprint) {
  return "party-certificate/" + std::string(fingerprint);
}

Error Unknown() {
  return {ErrorCode::kPermissionDenied, "the client certificate is not in the registry"};
}

Result<std::vector<Party::Identity>> ReadIdentities(const json::Value& root) {
  std::vector<Party::Identity> identities;
  for (const json::Value& value : CM_TRY(root.Array("certificates")).Elements()) {
    std::string fingerprint = CM_TRY(ReadText(value, "fingerprint"));
    const Time until = CM_TRY(ReadTime(value, "until"));
    std::string serial = CM_TRY(ReadText(value, "serial"));
    identities.push_back({std::move(fingerprint), until, std::move(serial)});
  }
  return identities;
}

Result<std::vector<Party::Revoked>> ReadRevoked(const json::Value& root) {
  std::vector<Party::Revoked> all;
  for (const json::Value& value : CM_TRY(root.Array("revoked")).Elements()) {
    std::string serial = CM_TRY(ReadText(value, "serial"));
    const CrlReason reason = CM_TRY(ParseCrlReason(CM_TRY(value.String("reason"))));
    const Time at = CM_TRY(ReadTime(value, "at")), until = CM_TRY(ReadTime(value, "until"));
    all.push_back({std::move(serial), reason, at, until});
  }
  return all;
}

// NextEnd is when the first of its certificates ends, revoked or not.
std::optional<Time> NextEnd(const Party& party) {
  std::optional<Time> next;
  const auto take = [&](Time until) { next = std::min(next.value_or(until), until); };
  for (const Party::Identity& identity : party.certificates) take(identity.until);
  for (const Party::Revoked& revoked : party.revoked) take(revoked.until);
  return next;
}

}  // namespace

std::string_view Name(Role role) {
  return NameIn(kRoles, role);
}

Result<Role> ParseRole(std::string_view name) {
  const std::optional<Role> role = ValueIn(kRoles, name);
  if (!role) return Error{ErrorCode::kInvalidArgument, "no such role: " + Quote(name)};
  return *role;
}

bool NeedsTwoRegistrars(Role role) {
  return role != Role::kOperator && role != Role::kRelyingParty;
}

Result<std::set<Role>> ReadRoles(const json::Value& object, std::string_view name) {
  std::set<Role> roles;
  for (const std::string_view text : CM_TRY(object.Strings(name))) roles.insert(CM_TRY(ParseRole(text)));
  return roles;
}

void WriteRoles(json::Writer& writer, std::string_view name, const std::set<Role>& roles) {
  writer.Key(name).Array([&] {
    for (const Role role : roles) writer.String(Name(role));
  });
}

std::string Party::ToJson() const {
  json::Writer writer;
  writer.Object([&] {
    writer.Member("id", id);
    writer.Member("name", name);
    WriteRoles(writer, "roles", roles);
    writer.Member("operator_id", operator_id);
    writer.Member("url", url);
    writer.Strings("former_names", {former_names.begin(), former_names.end()});
    writer.Strings("belongs_to", belongs_to);
    writer.Key("certificates").Array([&] {
      for (const Identity& identity : certificates) {
        writer.Object([&] {
          writer.Member("fingerprint", identity.fingerprint);
          WriteTime(writer, "until", identity.until);
          writer.Member("serial", identity.serial);
        });
      }
    });
    writer.Key("revoked").Array([&] {
      for (const Revoked& each : revoked) {
        writer.Object([&] {
          writer.Member("serial", each.serial);
          writer.Member("reason", Name(each.reason));
          WriteTime(writer, "at", each.at);
          WriteTime(writer, "until", each.until);
        });
      }
    });
    writer.Member("revocations", revocations);
    writer.Strings("keys", keys);
    writer.Strings("enrolled_by", enrolled_by);
    WriteTime(writer, "since", since);
    writer.Member("salt", salt);
  });
  return writer.Take();
}

Result<Party> Party::FromJson(std::string_view json) {
  const json::Document document = CM_TRY(json::Document::Parse(json, kMaxRecordBytes));
  const json::Value root = document.root();
  Party party;
  party.id = CM_TRY(ReadText(root, "id"));
  party.name = CM_TRY(ReadText(root, "name"));
  party.roles = CM_TRY(ReadRoles(root, "roles"));
  party.operator_id = CM_TRY(ReadText(root, "operator_id"));
  party.url = CM_TRY(ReadText(root, "url"));
  const std::vector<std::string> former_names = CM_TRY(ReadTexts(root, "former_names"));
  party.former_names = {former_names.begin(), former_names.end()};
  party.belongs_to = CM_TRY(ReadTexts(root, "belongs_to"));
  party.certificates = CM_TRY(ReadIdentities(root));
  party.revoked = CM_TRY(ReadRevoked(root));
  party.revocations = CM_TRY(root.Number("revocations"));
  party.keys = CM_TRY(ReadTexts(root, "keys"));
  party.enrolled_by = CM_TRY(ReadTexts(root, "enrolled_by"));
  party.since = CM_TRY(ReadTime(root, "since"));
  party.salt = CM_TRY(ReadText(root, "salt"));
  return party;
}

std::vector<IndexRow> Party::IndexRows() const {
  std::vector<IndexRow> rows;
  for (const Identity& identity : certificates) {
    rows.push_back({ToBytes(CertificateKey(identity.fingerprint)), ToBytes(id)});
  }
  for (const std::string& key : keys) rows.push_back({ToBytes(std::string(kKeyPrefix) + key), ToBytes(id)});
  if (has(Role::kRegistrar) && !certificates.empty()) rows.push_back({RegistrarRowKey(id), ToBytes(id)});
  if (!revoked.empty()) rows.push_back(FindRow("revoked-certificates", "any", SubjectOf(*this)));
  if (!operator_id.empty()) rows.push_back(FindRow("operator-id", OperatorIdValue(operator_id), SubjectOf(*this)));
  if (const auto next = NextEnd(*this)) rows.push_back(DueRow(*next + Seconds{1}, SubjectOf(*this)));
  if (const auto last = lapses_at()) rows.push_back(TimedRow(kLapses, *last, SubjectOf(*this)));
  return rows;
}

std::optional<Time> Party::lapses_at() const {
  const auto last = std::ranges::max_element(certificates, {}, &Identity::until);
  return last == certificates.end() ? std::nullopt : std::optional(last->until);
}

bool Party::IsIdentifiedBy(const Certificate& certificate) const {
  return std::ranges::find(certificates, certificate.fingerprint().Hex(), &Identity::fingerprint) != certificates.end();
}

Bytes PartyKeyRowKey(const PublicKey& key) {
  return ToBytes(std::string(kKeyPrefix) + key.spki_hash().Hex());
}

Bytes RegistrarRowKey(std::string_view party_id) {
  return ToBytes("registrar/" + std::string(party_id));
}

void Identify(Party& party, const Certificate& certificate) {
  party.certificates.push_back({certificate.fingerprint().Hex(), certificate.not_after(), certificate.serial_hex()});
  const std::string key = certificate.key().spki_hash().Hex();
  if (std::ranges::find(party.keys, key) == party.keys.end()) party.keys.push_back(key);
}

void RevokeAll(Party& party, CrlReason reason, Time now) {
  for (const Party::Identity& identity : party.certificates)
    party.revoked.push_back({identity.serial, reason, now, identity.until});
  party.certificates.clear();
  ++party.revocations;
}

void ExpectNewKey(ledger::Change& change, const PublicKey& key) {
  change.preconditions.push_back({ledger::Column::kIndex, PartyKeyRowKey(key), std::nullopt});
}

ledger::Change RegisterFirst(Party registrar, const Certificate& certificate) {
  registrar.certificates.clear();
  registrar.keys.clear();
  Identify(registrar, certificate);
  ledger::Change change;
  ExpectNewKey(change, certificate.key());
  Create(change, registrar);
  const ActEntry act{.at = registrar.since,
                     .actor = std::string(kCeremony),
                     .act = "register-first",
                     .subject = "party/" + registrar.id,
                     .reason = "",
                     .before = "",
                     .after = "ENROLLED"};
  act.RecordIn(change);
  return change;
}

Result<Party> Authenticate(const ledger::Store& store, const Certificate& certificate, Time now) {
  if (!certificate.ValidAt(now)) {
    return Error{ErrorCode::kPermissionDenied, "the client certificate is not valid at " + FormatDateTime(now)};
  }
  const auto id = CM_TRY(store.Get(ledger::Column::kIndex, ToBytes(CertificateKey(certificate.fingerprint().Hex()))));
  if (!id) return Unknown();
  auto party = CM_TRY(Load<Party>(store, AsText(*id))).value;
  if (!party.IsIdentifiedBy(certificate)) return Unknown();
  return party;
}

}  // namespace certmark::ca
