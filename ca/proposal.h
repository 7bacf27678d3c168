// Proposal: the first half of an act that takes two people. Whoever confirms it is another person.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ca/index_rows.h"
#include "verifier-sdk/core/time.h"

namespace certmark::ca {

/// Proposed is what two people may do together.
enum class Proposed : std::uint8_t {
  kSuspend,               ///< a certification
  kRevoke,                ///< a certification
  kOrder,                 ///< an order to rectify, which begins with the confirmation
  kExposeOrder,           ///< an order that is serious, before its deadline
  kAnnulOrder,            ///< an order made in error
  kAccredit,              ///< a laboratory, for schemes and platforms, until a time
  kSuspendAccreditation,  ///< no new assignments
  kRestoreAccreditation,
  kEndAccreditation,
  kBar,  ///< an operator that violates laws, or had a major incident
  kLiftBar,
  kSuspendAll,  ///< many certifications at once
  kRevokeAll,
  kReissueAll,
  kRevokeCertificates,  ///< all that identify a party
};
std::string_view Name(Proposed act);  ///< `suspend`, `annul-order`

struct Proposal {
  static constexpr std::string_view kKind = "proposal";
  enum class State : std::uint8_t { kOpen, kConfirmed, kRejected, kExpired };
  std::string id;
  State state = State::kOpen;
  Proposed act = Proposed::kSuspend;
  std::string subject;                     ///< what it is about, `<kind>/<id>`
  std::string reason;                      ///< code
  std::string details;                     ///< what else the act needs, as JSON of the act's own; or empty
  std::string proposed_by, confirmed_by;   ///< party ids; who rejected it is in `confirmed_by` too
  std::uint64_t proposer_revocations = 0;  ///< who proposed it had so many then (FirstHalf)
  Time proposed_at, expires_at;

  std::string ToJson() const;
  static Result<Proposal> FromJson(std::string_view json);
  /// IndexRows: while it is open, whom it waits for, when it is void; that its holder asks for it.
  std::vector<IndexRow> IndexRows() const;
};
std::string_view Name(Proposal::State state);

/// AskedRowKey is the key of the one open proposal by which a holder asks for the suspension of `subject`.
Bytes AskedRowKey(std::string_view subject);

}  // namespace certmark::ca
