#include "ca/rights.h"

#include <array>
#include <cstdint>
#include <initializer_list>

namespace certmark::ca {
namespace {

// RoleSet is a set of roles as bits.
using RoleSet = std::uint16_t;
constexpr RoleSet Of(std::initializer_list<Role> roles) {
  RoleSet set = 0;
  for (const Role role : roles) set = static_cast<RoleSet>(set | 1u << static_cast<unsigned>(role));
  return set;
}

struct Row {
  Act act;
  std::string_view name;
  RoleSet roles;
};

constexpr std::array<Row, 14> kTable{{
    {Act::kListEnrolments, "list-enrolments", Of({Role::kRegistrar})},
    {Act::kApproveEnrolment, "approve-enrolment", Of({Role::kRegistrar})},
    {Act::kConfirmEnrolment, "confirm-enrolment", Of({Role::kRegistrar})},
    {Act::kSubmitApplication, "submit-application", Of({Role::kOperator})},
    {Act::kReadApplication, "read-application",
     Of({Role::kOperator, Role::kLaboratory, Role::kReviewer, Role::kDecider, Role::kSurveillanceOfficer})},
    {Act::kAcceptApplication, "accept-application", Of({Role::kReviewer})},
    {Act::kSubmitReport, "submit-report", Of({Role::kLaboratory})},
    {Act::kDecide, "decide", Of({Role::kDecider})},
    {Act::kProposeSuspension, "propose-suspension", Of({Role::kSurveillanceOfficer, Role::kOperator})},
    {Act::kProposeRevocation, "propose-revocation", Of({Role::kSurveillanceOfficer})},
    {Act::kConfirmProposal, "confirm-proposal", Of({Role::kSurveillanceOfficer, Role::kDecider})},
    {Act::kReadProposal, "read-proposal", Of({Role::kSurveillanceOfficer, Role::kDecider, Role::kOperator})},
    {Act::kReinstate, "reinstate", Of({Role::kSurveillanceOfficer})},
    {Act::kWithdraw, "withdraw", Of({Role::kOperator})},
}};

constexpr bool InOrder() {
  for (std::size_t i = 0; i < kTable.size(); ++i) {
    if (static_cast<std::size_t>(kTable[i].act) != i) return false;
  }
  return true;
}
static_assert(InOrder() && kTable.size() == static_cast<std::size_t>(Act::kWithdraw) + 1);

const Row& RowOf(Act act) {
  return kTable[static_cast<std::size_t>(act)];
}

}  // namespace

std::string_view Name(Act act) {
  return RowOf(act).name;
}

Result<void> Check(const Party& caller, Act act) {
  for (const Role role : caller.roles) {
    if (RowOf(act).roles & Of({role})) return {};
  }
  return Error{ErrorCode::kPermissionDenied, "party " + caller.id + " may not " + std::string(Name(act))};
}

}  // namespace certmark::ca
