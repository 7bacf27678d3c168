// Rights: which roles may do what, one table. What is not granted here is denied.
#pragma once

#include <string_view>

#include "ca/party.h"

namespace certmark::ca {

enum class Act : std::uint8_t {
  kListEnrolments,
  kApproveEnrolment,
  kConfirmEnrolment,
  kSubmitApplication,
  kReadApplication,
  kAcceptApplication,
  kSubmitReport,
  kDecide,
  kProposeSuspension,
  kProposeRevocation,
  kConfirmProposal,
  kReadProposal,
  kReinstate,
  kWithdraw,
};
std::string_view Name(Act act);

/// Check is the role half of every use case; the per-file half (who took part, who belongs to whom) is the service's.
/// PermissionDenied names the act and the party.
Result<void> Check(const Party& caller, Act act);

}  // namespace certmark::ca
