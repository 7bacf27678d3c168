// Rights: which roles may do what, one table. What is not granted here is denied.
#pragma once

#include <string_view>
#include <vector>

#include "ca/party.h"
#include "ca/proposal.h"

namespace certmark::ca {

enum class Act : std::uint8_t {
  kListEnrolments,
  kApproveEnrolment,
  kConfirmEnrolment,
  kSubmitApplication,
  kReadApplication,
  kReadLookAlikes,
  kReturnApplication,
  kAcceptApplication,
  kReassignApplication,
  kRefuseApplication,
  kWithdrawApplication,
  kCorrectApplication,
  kSubmitReport,
  kSubmitAudit,
  kDecide,
  kUploadDocument,
  kReadDocument,
  kProposeSuspension,
  kProposeRevocation,
  kConfirmProposal,
  kReadProposal,
  kReinstate,
  kWithdraw,
  kProposeOrder,
  kReadOrder,
  kCloseOrder,
  kProposeAccreditation,
  kConfirmAccreditation,
  kReadAccreditation,
  kProposeBar,
  kReportMisuse,
  kHandleComplaint,
  kOpenCase,
  kReadCase,
  kCloseCase,
  kFileAppeal,
  kReadAppeal,
  kDecideAppeal,
  kProposeBulk,
  kReadWork,
  kReadRecord,
  kReadSelf,
  kRenewCertificate,
  kRevokeCertificates,
  kProposeCertificateRevocation,
  kConfirmCertificateRevocation,
  kSubscribe,
};
std::string_view Name(Act act);
/// ParseAct: InvalidArgument: no such act.
Result<Act> ParseAct(std::string_view name);

/// RolesFor are the roles that an act is granted to.
std::vector<Role> RolesFor(Act act);

/// ProposingRight and ConfirmingRight are what the two people of an act need.
Act ProposingRight(Proposed act);
Act ConfirmingRight(Proposed act);

/// Check is the role half of every use case; the per-file half (who took part, who belongs to whom) is the service's.
/// PermissionDenied names the act and the party.
Result<void> Check(const Party& caller, Act act);
/// MayAsStaff: the act is granted to a role of the authority's own people that `caller` has. Whoever may by another
/// role alone may of what is its own.
bool MayAsStaff(const Party& caller, Act act);

}  // namespace certmark::ca
