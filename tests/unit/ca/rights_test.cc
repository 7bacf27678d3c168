// The whole table of rights, written out once more: a cell that changes must be changed in two places.
#include "ca/rights.h"

#include <gtest/gtest.h>

namespace certmark::ca {
namespace {

constexpr Role kAllRoles[] = {Role::kOperator,       Role::kLaboratory, Role::kAuditor,
                              Role::kReviewer,       Role::kDecider,    Role::kSurveillanceOfficer,
                              Role::kAppealsOfficer, Role::kRegistrar,  Role::kRelyingParty};

// One letter a role, in their order: Operator, Laboratory, Auditor, Reviewer, Decider, Surveillance officer, Appeals
// officer, reGistrar, relying Party; `-` is no.
struct Row {
  Act act;
  std::string_view name, who;
};
constexpr Row kExpected[] = {
    {Act::kListEnrolments, "list-enrolments", "-------G-"},
    {Act::kApproveEnrolment, "approve-enrolment", "-------G-"},
    {Act::kConfirmEnrolment, "confirm-enrolment", "-------G-"},
    {Act::kSubmitApplication, "submit-application", "O--------"},
    {Act::kReadApplication, "read-application", "OLARDSA--"},
    {Act::kReadLookAlikes, "read-look-alikes", "---RD----"},
    {Act::kReturnApplication, "return-application", "---R-----"},
    {Act::kAcceptApplication, "accept-application", "---R-----"},
    {Act::kReassignApplication, "reassign-application", "---R-----"},
    {Act::kRefuseApplication, "refuse-application", "---R-----"},
    {Act::kWithdrawApplication, "withdraw-application", "O--------"},
    {Act::kCorrectApplication, "correct-application", "O--------"},
    {Act::kSubmitReport, "submit-report", "-L-------"},
    {Act::kSubmitAudit, "submit-audit", "--A------"},
    {Act::kDecide, "decide", "----D----"},
    {Act::kUploadDocument, "upload-document", "O--------"},
    {Act::kReadDocument, "read-document", "OLARDSA-P"},
    {Act::kProposeSuspension, "propose-suspension", "O----S---"},
    {Act::kProposeRevocation, "propose-revocation", "-----S---"},
    {Act::kConfirmProposal, "confirm-proposal", "----DS---"},
    {Act::kReadProposal, "read-proposal", "O---DS-G-"},
    {Act::kReinstate, "reinstate", "-----S---"},
    {Act::kWithdraw, "withdraw", "O--------"},
    {Act::kProposeOrder, "propose-order", "-----S---"},
    {Act::kReadOrder, "read-order", "O---DSA--"},
    {Act::kCloseOrder, "close-order", "-----S---"},
    {Act::kProposeAccreditation, "propose-accreditation", "-------G-"},
    {Act::kConfirmAccreditation, "confirm-accreditation", "-------G-"},
    {Act::kReadAccreditation, "read-accreditation", "OLARDSAGP"},
    {Act::kProposeBar, "propose-bar", "-----S---"},
    {Act::kReportMisuse, "report-misuse", "O-------P"},
    {Act::kHandleComplaint, "handle-complaint", "-----S---"},
    {Act::kOpenCase, "open-case", "-----S---"},
    {Act::kReadCase, "read-case", "O---DSA--"},
    {Act::kCloseCase, "close-case", "-----S---"},
    {Act::kFileAppeal, "file-appeal", "O--------"},
    {Act::kReadAppeal, "read-appeal", "O---DSA--"},
    {Act::kDecideAppeal, "decide-appeal", "------A--"},
    {Act::kProposeBulk, "propose-bulk", "-----S---"},
    {Act::kReadWork, "read-work", "OLARDSAG-"},
    {Act::kReadRecord, "read-record", "---RDSA--"},
    {Act::kReadSelf, "read-self", "OLARDSAGP"},
    {Act::kRenewCertificate, "renew-certificate", "OLARDSAGP"},
    {Act::kRevokeCertificates, "revoke-certificates", "OLARDSAGP"},
    {Act::kProposeCertificateRevocation, "propose-certificate-revocation", "-------G-"},
    {Act::kConfirmCertificateRevocation, "confirm-certificate-revocation", "-------G-"},
};

Party Holder(std::set<Role> roles) {
  Party party;
  party.id = "p1";
  party.roles = std::move(roles);
  return party;
}

TEST(Rights, AreExactlyThoseOfTheTable) {
  ASSERT_EQ(std::size(kExpected), static_cast<std::size_t>(Act::kConfirmCertificateRevocation) + 1);
  for (std::size_t a = 0; a < std::size(kExpected); ++a) {
    const Row& row = kExpected[a];
    ASSERT_EQ(static_cast<std::size_t>(row.act), a) << "every act, in order";
    EXPECT_EQ(Name(row.act), row.name);
    for (std::size_t r = 0; r < std::size(kAllRoles); ++r) {
      const auto checked = Check(Holder({kAllRoles[r]}), row.act);
      EXPECT_EQ(checked.has_value(), row.who[r] != '-') << row.name << " by " << Name(kAllRoles[r]);
      if (!checked) {
        EXPECT_EQ(checked.error().code, ErrorCode::kPermissionDenied);
      }
    }
  }
}

TEST(Rights, AreDeniedToWhoHasNoRole) {
  for (const Row& row : kExpected) EXPECT_FALSE(Check(Holder({}), row.act)) << row.name;
}

TEST(Rights, AreFoundByTheirNames) {
  for (const Row& row : kExpected) EXPECT_EQ(ParseAct(row.name).value(), row.act);
  EXPECT_EQ(ParseAct("rule").error().code, ErrorCode::kInvalidArgument);
}

TEST(Rights, AddUpOverRoles) {
  const Party both = Holder({Role::kReviewer, Role::kDecider});
  EXPECT_TRUE(Check(both, Act::kAcceptApplication));
  EXPECT_TRUE(Check(both, Act::kDecide));
  EXPECT_FALSE(Check(both, Act::kSubmitReport));
}

TEST(Rights, OfStaffAreThoseOfTheAuthoritysOwnRoles) {
  EXPECT_TRUE(MayAsStaff(Holder({Role::kSurveillanceOfficer}), Act::kReadOrder));
  EXPECT_TRUE(MayAsStaff(Holder({Role::kOperator, Role::kDecider}), Act::kReadCase));
  EXPECT_FALSE(MayAsStaff(Holder({Role::kOperator}), Act::kReadOrder)) << "its own alone";
  EXPECT_FALSE(MayAsStaff(Holder({Role::kLaboratory, Role::kAuditor}), Act::kReadApplication));
  EXPECT_FALSE(MayAsStaff(Holder({Role::kRelyingParty}), Act::kReportMisuse));
  EXPECT_FALSE(MayAsStaff(Holder({Role::kReviewer}), Act::kReadOrder)) << "not granted to that role";
}

TEST(Rights, NameActAndPartyWhenDenied) {
  EXPECT_EQ(Check(Holder({Role::kOperator}), Act::kDecide).error().message, "party p1 may not decide");
}

}  // namespace
}  // namespace certmark::ca
