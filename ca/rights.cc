#include "ca/rights.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <initializer_list>

#include "verifier-sdk/core/quote.h"

namespace certmark::ca {
namespace {

// RoleSet is a set of roles as bits.
using RoleSet = std::uint16_t;
constexpr RoleSet Of(std::initializer_list<Role> roles) {
  RoleSet set = 0;
  for (const Role role : roles) set = static_cast<RoleSet>(set | 1u << static_cast<unsigned>(role));
  return set;
}

constexpr RoleSet kEveryRole =
    Of({Role::kOperator, Role::kLaboratory, Role::kAuditor, Role::kReviewer, Role::kDecider, Role::kSurveillanceOfficer,
        Role::kAppealsOfficer, Role::kRegistrar, Role::kRelyingParty});

struct Row {
  Act act;
  std::string_view name;
  RoleSet roles;
};

constexpr std::array<Row, 47> kTable{{
    {Act::kListEnrolments, "list-enrolments", Of({Role::kRegistrar})},
    {Act::kApproveEnrolment, "approve-enrolment", Of({Role::kRegistrar})},
    {Act::kConfirmEnrolment, "confirm-enrolment", Of({Role::kRegistrar})},
    {Act::kSubmitApplication, "submit-application", Of({Role::kOperator})},
    {Act::kReadApplication, "read-application",
     Of({Role::kOperator, Role::kLaboratory, Role::kAuditor, Role::kReviewer, Role::kDecider,
         Role::kSurveillanceOfficer, Role::kAppealsOfficer})},
    {Act::kReadLookAlikes, "read-look-alikes", Of({Role::kReviewer, Role::kDecider})},
    {Act::kReturnApplication, "return-application", Of({Role::kReviewer})},
    {Act::kAcceptApplication, "accept-application", Of({Role::kReviewer})},
    {Act::kReassignApplication, "reassign-application", Of({Role::kReviewer})},
    {Act::kRefuseApplication, "refuse-application", Of({Role::kReviewer})},
    {Act::kWithdrawApplication, "withdraw-application", Of({Role::kOperator})},
    {Act::kCorrectApplication, "correct-application", Of({Role::kOperator})},
    {Act::kSubmitReport, "submit-report", Of({Role::kLaboratory})},
    {Act::kSubmitAudit, "submit-audit", Of({Role::kAuditor})},
    {Act::kDecide, "decide", Of({Role::kDecider})},
    {Act::kUploadDocument, "upload-document", Of({Role::kOperator})},
    {Act::kReadDocument, "read-document",
     Of({Role::kOperator, Role::kLaboratory, Role::kAuditor, Role::kReviewer, Role::kDecider,
         Role::kSurveillanceOfficer, Role::kAppealsOfficer, Role::kRelyingParty})},
    {Act::kProposeSuspension, "propose-suspension", Of({Role::kSurveillanceOfficer, Role::kOperator})},
    {Act::kProposeRevocation, "propose-revocation", Of({Role::kSurveillanceOfficer})},
    {Act::kConfirmProposal, "confirm-proposal", Of({Role::kSurveillanceOfficer, Role::kDecider})},
    {Act::kReadProposal, "read-proposal",
     Of({Role::kSurveillanceOfficer, Role::kDecider, Role::kOperator, Role::kRegistrar})},
    {Act::kReinstate, "reinstate", Of({Role::kSurveillanceOfficer})},
    {Act::kWithdraw, "withdraw", Of({Role::kOperator})},
    {Act::kProposeOrder, "propose-order", Of({Role::kSurveillanceOfficer})},
    {Act::kReadOrder, "read-order",
     Of({Role::kSurveillanceOfficer, Role::kDecider, Role::kOperator, Role::kAppealsOfficer})},
    {Act::kCloseOrder, "close-order", Of({Role::kSurveillanceOfficer})},
    {Act::kProposeAccreditation, "propose-accreditation", Of({Role::kRegistrar})},
    {Act::kConfirmAccreditation, "confirm-accreditation", Of({Role::kRegistrar})},
    {Act::kReadAccreditation, "read-accreditation", kEveryRole},
    {Act::kProposeBar, "propose-bar", Of({Role::kSurveillanceOfficer})},
    {Act::kReportMisuse, "report-misuse", Of({Role::kRelyingParty, Role::kOperator})},
    {Act::kHandleComplaint, "handle-complaint", Of({Role::kSurveillanceOfficer})},
    {Act::kOpenCase, "open-case", Of({Role::kSurveillanceOfficer})},
    {Act::kReadCase, "read-case",
     Of({Role::kSurveillanceOfficer, Role::kDecider, Role::kAppealsOfficer, Role::kOperator})},
    {Act::kCloseCase, "close-case", Of({Role::kSurveillanceOfficer})},
    {Act::kFileAppeal, "file-appeal", Of({Role::kOperator})},
    {Act::kReadAppeal, "read-appeal",
     Of({Role::kOperator, Role::kAppealsOfficer, Role::kDecider, Role::kSurveillanceOfficer})},
    {Act::kDecideAppeal, "decide-appeal", Of({Role::kAppealsOfficer})},
    {Act::kProposeBulk, "propose-bulk", Of({Role::kSurveillanceOfficer})},
    {Act::kReadWork, "read-work",
     Of({Role::kOperator, Role::kLaboratory, Role::kAuditor, Role::kReviewer, Role::kDecider,
         Role::kSurveillanceOfficer, Role::kAppealsOfficer, Role::kRegistrar})},
    {Act::kReadRecord, "read-record",
     Of({Role::kReviewer, Role::kDecider, Role::kSurveillanceOfficer, Role::kAppealsOfficer})},
    {Act::kReadSelf, "read-self", kEveryRole},
    {Act::kRenewCertificate, "renew-certificate", kEveryRole},
    {Act::kRevokeCertificates, "revoke-certificates", kEveryRole},
    {Act::kProposeCertificateRevocation, "propose-certificate-revocation", Of({Role::kRegistrar})},
    {Act::kConfirmCertificateRevocation, "confirm-certificate-revocation", Of({Role::kRegistrar})},
    {Act::kSubscribe, "subscribe", kEveryRole},
}};

constexpr bool InOrder() {
  for (std::size_t i = 0; i < kTable.size(); ++i) {
    if (static_cast<std::size_t>(kTable[i].act) != i) return false;
  }
  return true;
}
static_assert(InOrder() && kTable.size() == static_cast<std::size_t>(Act::kSubscribe) + 1);

const Row& RowOf(Act act) {
  return kTable[static_cast<std::size_t>(act)];
}

constexpr RoleSet kStaff =
    Of({Role::kReviewer, Role::kDecider, Role::kSurveillanceOfficer, Role::kAppealsOfficer, Role::kRegistrar});

// HasOneOf: `party` has a role of the set.
bool HasOneOf(const Party& party, RoleSet set) {
  return std::ranges::any_of(party.roles, [&](Role role) { return (Of({role}) & set) != 0; });
}

}  // namespace

std::string_view Name(Act act) {
  return RowOf(act).name;
}

Result<Act> ParseAct(std::string_view name) {
  const auto row = std::ranges::find(kTable, name, &Row::name);
  if (row != kTable.end()) return row->act;
  return Error{ErrorCode::kInvalidArgument, "no such act: " + Quote(name)};
}

std::vector<Role> RolesFor(Act act) {
  std::vector<Role> roles;
  for (unsigned role = 0; role <= static_cast<unsigned>(Role::kRelyingParty); ++role) {
    if (RowOf(act).roles & 1u << role) roles.push_back(static_cast<Role>(role));
  }
  return roles;
}

Act ProposingRight(Proposed act) {
  switch (act) {
    case Proposed::kSuspend:
      return Act::kProposeSuspension;
    case Proposed::kRevoke:
      return Act::kProposeRevocation;
    case Proposed::kOrder:
    case Proposed::kExposeOrder:
    case Proposed::kAnnulOrder:
      return Act::kProposeOrder;
    case Proposed::kAccredit:
    case Proposed::kSuspendAccreditation:
    case Proposed::kRestoreAccreditation:
    case Proposed::kEndAccreditation:
      return Act::kProposeAccreditation;
    case Proposed::kBar:
    case Proposed::kLiftBar:
      return Act::kProposeBar;
    case Proposed::kSuspendAll:
    case Proposed::kRevokeAll:
    case Proposed::kReissueAll:
      return Act::kProposeBulk;
    case Proposed::kRevokeCertificates:
      return Act::kProposeCertificateRevocation;
  }
  Die("no such proposed act");
}

Act ConfirmingRight(Proposed act) {
  switch (ProposingRight(act)) {
    case Act::kProposeAccreditation:
      return Act::kConfirmAccreditation;
    case Act::kProposeCertificateRevocation:
      return Act::kConfirmCertificateRevocation;
    default:
      return Act::kConfirmProposal;
  }
}

Result<void> Check(const Party& caller, Act act) {
  if (HasOneOf(caller, RowOf(act).roles)) return {};
  return Error{ErrorCode::kPermissionDenied, "party " + caller.id + " may not " + std::string(Name(act))};
}

bool MayAsStaff(const Party& caller, Act act) {
  return HasOneOf(caller, RowOf(act).roles & kStaff);
}

}  // namespace certmark::ca
