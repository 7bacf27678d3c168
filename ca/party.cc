#include "ca/party.h"

#include <algorithm>

#include "ca/act_entry.h"
#include "ca/name_table.h"
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

ledger::Write IndexRow(std::string key, std::string_view value) {
  return {ledger::Column::kIndex, ToBytes(key), ToBytes(value)};
}

std::string CertificateKey(const Certificate& certificate) {
  return "party-certificate/" + certificate.fingerprint().Hex();
}

Error Unknown() {
  return {ErrorCode::kPermissionDenied, "the client certificate is not in the registry"};
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

bool Party::IsPartOf(std::string_view party_id) const {
  return id == party_id || std::ranges::find(belongs_to, party_id) != belongs_to.end();
}

std::string Party::ToJson() const {
  json::Writer writer;
  writer.Object([&] {
    writer.Member("id", id);
    writer.Member("name", name);
    WriteRoles(writer, "roles", roles);
    writer.Member("operator_id", operator_id);
    writer.Member("url", url);
    writer.Strings("belongs_to", belongs_to);
    writer.Strings("certificates", certificates);
    writer.Strings("enrolled_by", enrolled_by);
    WriteTime(writer, "since", since);
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
  party.belongs_to = CM_TRY(ReadTexts(root, "belongs_to"));
  party.certificates = CM_TRY(ReadTexts(root, "certificates"));
  party.enrolled_by = CM_TRY(ReadTexts(root, "enrolled_by"));
  party.since = CM_TRY(ReadTime(root, "since"));
  return party;
}

ledger::Write PartyCertificateRow(const Certificate& certificate, std::string_view party_id) {
  return IndexRow(CertificateKey(certificate), party_id);
}

Bytes PartyKeyRowKey(const PublicKey& key) {
  return ToBytes("party-key/" + key.spki_hash().Hex());
}

Bytes RegistrarRowKey(std::string_view party_id) {
  return ToBytes("registrar/" + std::string(party_id));
}

void AddParty(ledger::Change& change, const Party& party, const Certificate& certificate) {
  Create(change, party);
  change.writes.push_back(PartyCertificateRow(certificate, party.id));
  const Bytes key_row = PartyKeyRowKey(certificate.key());
  change.preconditions.push_back({ledger::Column::kIndex, key_row, std::nullopt});
  change.writes.push_back({ledger::Column::kIndex, key_row, ToBytes(party.id)});
  if (party.has(Role::kRegistrar)) {
    change.writes.push_back({ledger::Column::kIndex, RegistrarRowKey(party.id), Bytes{}});
  }
}

ledger::Change RegisterFirst(const Party& registrar, const Certificate& certificate) {
  Party party = registrar;
  party.certificates = {certificate.fingerprint().Hex()};
  ledger::Change change;
  AddParty(change, party, certificate);
  const ActEntry act{.at = party.since,
                     .actor = "ceremony",
                     .act = "register-first",
                     .subject = "party/" + party.id,
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
  const auto id = CM_TRY(store.Get(ledger::Column::kIndex, ToBytes(CertificateKey(certificate))));
  if (!id) return Unknown();
  auto party = CM_TRY(Load<Party>(store, AsText(*id))).value;
  // The row says whose the certificate was; the party says whether it still speaks for it.
  const auto& current = party.certificates;
  if (std::ranges::find(current, certificate.fingerprint().Hex()) == current.end()) return Unknown();
  return party;
}

}  // namespace certmark::ca
