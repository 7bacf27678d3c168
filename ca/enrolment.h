// Enrolment: from a key made on the party's own side to a party with a certificate.
//
// PENDING → APPROVED (where two registrars are needed) → ENROLLED; a pending or approved one expires. By another one a
// party that is there already gets another key: it lost the first, or somebody else has it, too.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ca/party.h"

namespace certmark::ca {

inline constexpr std::size_t kMaxOpenEnrolments = 1000;
inline constexpr Seconds kEnrolmentLife{7 * 24 * 3600};

struct Enrolment {
  static constexpr std::string_view kKind = "enrolment";
  enum class State : std::uint8_t { kPending, kApproved, kEnrolled };

  std::string id;
  State state = State::kPending;
  Bytes csr;                ///< DER
  std::string fingerprint;  ///< hex SHA-256 of the key's SPKI: what the party tells the registrar out of band
  std::string name, operator_id, url;  ///< as requested
  Time requested_at;
  std::string for_party;  ///< as approved: the party that gets another key by it; empty: a new one
  std::set<Role> roles;   ///< as approved, or its party's
  std::vector<std::string> belongs_to;
  std::string approved_by, confirmed_by, party_id;
  std::uint64_t approver_revocations = 0;  ///< who approved it had so many then (FirstHalf)
  Bytes certificate;                       ///< DER, once enrolled
  std::string salt;                        ///< as a party's

  bool open() const { return state != State::kEnrolled; }
  bool ExpiredAt(Time now) const { return open() && now >= requested_at + kEnrolmentLife; }
  std::string ToJson() const;
  static Result<Enrolment> FromJson(std::string_view json);
  /// IndexRows: `open-enrolment/<time><id>` while it waits; a bootstrap row of one that a first registrar completed
  /// alone; each with the id. Once it is done, `enrolled` of its party.
  std::vector<IndexRow> IndexRows() const;
};

/// BootstrapRowKey is that of whom a first registrar enrolled alone: one row for each registrar that a ceremony or a
/// succession made. Nobody else ever is.
Bytes BootstrapRowKey(std::string_view first_registrar);
std::string_view Name(Enrolment::State state);

/// IsOperatorId: `uscc:`, `lei:` or `reg:` and what FORMATS.md §1 says follows it.
bool IsOperatorId(std::string_view text);
/// CheckNames holds what a request says of its party to its form; `operator_id` and `url` may be empty. InvalidArgument
/// names the member.
Result<void> CheckNames(std::string_view name, std::string_view operator_id, std::string_view url);

}  // namespace certmark::ca
