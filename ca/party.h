// Parties: who exists, in which roles, under which certificates.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/change.h"
#include "verifier-sdk/core/certificate.h"
#include "verifier-sdk/core/json.h"

namespace certmark::ca {

enum class Role : std::uint8_t {
  kOperator,
  kLaboratory,
  kAuditor,
  kReviewer,
  kDecider,
  kSurveillanceOfficer,
  kAppealsOfficer,
  kRegistrar,
  kRelyingParty,
};
std::string_view Name(Role role);  ///< lower case, `surveillance-officer`
Result<Role> ParseRole(std::string_view name);
/// ReadRoles and WriteRoles: a set of roles as an array of names.
Result<std::set<Role>> ReadRoles(const json::Value& object, std::string_view name);
void WriteRoles(json::Writer& writer, std::string_view name, const std::set<Role>& roles);
/// NeedsTwoRegistrars is true for staff, laboratories, auditors and registrars (SCHEME: two people stand behind each).
bool NeedsTwoRegistrars(Role role);

/// Party is an enrolled party. `operator_id` and `url` are an operator's alone.
struct Party {
  static constexpr std::string_view kKind = "party";
  std::string id, name;
  std::set<Role> roles;
  std::string operator_id, url;
  std::vector<std::string>
      belongs_to;  ///< parties (operators, laboratories) this one is part of: no act on their files
  std::vector<std::string> certificates;  ///< hex SHA-256 of each certificate's DER that identifies it now
  std::vector<std::string> enrolled_by;   ///< party ids
  Time since;

  bool has(Role role) const { return roles.contains(role); }
  /// IsPartOf is true iff this is that party, or belongs to it.
  bool IsPartOf(std::string_view party_id) const;
  std::string ToJson() const;
  static Result<Party> FromJson(std::string_view json);
};

/// PartyCertificateRow is the index row by which a certificate finds its party: `party-certificate/<fingerprint>` → id.
ledger::Write PartyCertificateRow(const Certificate& certificate, std::string_view party_id);

/// PartyKeyRowKey is the index row by which a key finds its party, `party-key/<hex SHA-256 of the SPKI>`: one key, one
/// party, for ever. RegistrarRowKey is `registrar/<party id>`, of which there is one for each registrar.
Bytes PartyKeyRowKey(const PublicKey& key);
Bytes RegistrarRowKey(std::string_view party_id);

/// AddParty adds a new party's record and all its rows to `change`, on condition that its key was never anybody's.
void AddParty(ledger::Change& change, const Party& party, const Certificate& certificate);

/// RegisterFirst is the change that enrols the first registrar in the ceremony, the only party that nobody approved.
ledger::Change RegisterFirst(const Party& registrar, const Certificate& certificate);

/// Authenticate finds the party of a client certificate. PermissionDenied: not in the registry, or not valid at `now`.
Result<Party> Authenticate(const ledger::Store& store, const Certificate& certificate, Time now);

}  // namespace certmark::ca
