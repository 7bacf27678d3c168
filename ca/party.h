// Parties: who exists, in which roles, under which certificates.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "ca/crl_reason.h"
#include "ca/index_rows.h"
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
  std::set<std::string> former_names;  ///< as they were public: an order may know it by one of them
  std::vector<std::string>
      belongs_to;  ///< parties (operators, laboratories) this one is part of: no act on their files
  /// Identity is a certificate that identifies the party now.
  struct Identity {
    std::string fingerprint;  ///< hex SHA-256 of its DER
    Time until;               ///< its `notAfter`
    std::string serial;       ///< hex
  };
  std::vector<Identity> certificates;
  /// Revoked is a certificate that identified the party until it was revoked.
  struct Revoked {
    std::string serial;  ///< hex
    CrlReason reason;
    Time at, until;  ///< when it was revoked, its `notAfter`
  };
  std::vector<Revoked> revoked;          ///< in the order in which they were, each until its end
  std::uint64_t revocations = 0;         ///< how often what identified it was revoked
  std::vector<std::string> keys;         ///< hex SHA-256 of the SPKI of every key it ever had: they are its for ever
  std::vector<std::string> enrolled_by;  ///< party ids
  Time since;
  std::string salt;  ///< random: the record may hold a person's name, and its digest in the record log outlives it

  bool has(Role role) const { return roles.contains(role); }
  /// kLapses begins the rows that say when the last certificate ends that identifies a party.
  static constexpr std::string_view kLapses = "lapses/";
  /// lapses_at is that time; nothing: it is identified by none.
  std::optional<Time> lapses_at() const;
  bool IsIdentifiedBy(const Certificate& certificate) const;
  std::string ToJson() const;
  static Result<Party> FromJson(std::string_view json);
  /// IndexRows: `party-certificate/<fingerprint>`, `party-key/<SPKI hash>` and, of a registrar that anything
  /// identifies, `registrar/<id>`, each with the id; `operator-id`, by which those of one company register's entry are
  /// found; `revoked-certificates` where it has any; when its next certificate ends, revoked or not; `lapses/`, when
  /// the last one ends that identifies it.
  std::vector<IndexRow> IndexRows() const;
};

/// PartyKeyRowKey is the index key by which a key finds its party: one key, one party, for ever. RegistrarRowKey is
/// that of a registrar.
Bytes PartyKeyRowKey(const PublicKey& key);
Bytes RegistrarRowKey(std::string_view party_id);

/// Identify makes `certificate` one that identifies `party`, and its key, if it was not yet, the party's for ever.
void Identify(Party& party, const Certificate& certificate);

/// RevokeAll revokes all that identifies `party` at `now`.
void RevokeAll(Party& party, CrlReason reason, Time now);

/// ExpectNewKey makes it a condition of `change` that a key was never anybody's.
void ExpectNewKey(ledger::Change& change, const PublicKey& key);

/// RegisterFirst is the change that enrols the first registrar in the ceremony, the only party that nobody approved.
ledger::Change RegisterFirst(Party registrar, const Certificate& certificate);

/// Authenticate finds the party of a client certificate. PermissionDenied: not in the registry, or not valid at `now`.
Result<Party> Authenticate(const ledger::Store& store, const Certificate& certificate, Time now);

}  // namespace certmark::ca
