// A certification's life: after each act its record, its status bit and the public event say the same.
#include <gtest/gtest.h>

#include "ca/signer_record.h"
#include "tests/unit/ca/authority_fixture.h"
#include "verifier-sdk/core/log_entry.h"
#include "verifier-sdk/core/verify.h"

namespace certmark::ca::testing {
namespace {

class CertificationService : public ::testing::Test {
 protected:
  CertificationService() : number(office.Certified().id) {}

  Result<Certification> Take(Proposed act, const Person& by, const Person& confirmed_by, const std::string& reason) {
    const Proposal proposal = CM_TRY(office.Propose(by, act, number, reason));
    return office.Confirm(confirmed_by, proposal.id);
  }
  Result<Certification> Suspend(const std::string& reason = "misuse") {
    return Take(Proposed::kSuspend, office.officer, office.second_officer, reason);
  }
  Result<Certification> SuspendAsAsked() {
    return Take(Proposed::kSuspend, office.applicant, office.officer, "holder-request");
  }
  Result<Certification> Revoke() { return Take(Proposed::kRevoke, office.officer, office.decider, "deception"); }
  Certification Now() { return office.service().certifications().Get(number).value(); }

  Verdict Judge() {
    const Expected expected{App::Parse("android:org.example.app").value(), {std::string(kSigner)}, "150"};
    Policy policy;
    policy.allow = {Allow::kTestAuthority};
    const std::string bundle = office.service().certifications().Bundle(number).value();
    return Verify(bundle, std::span(&office.authority().trust, 1), expected, policy, office.now()).verdict;
  }
  Event LastEvent() {
    const Jws jws = ParseJws(office.LastPublicEntry(), kTypEvent, X5c::kForbidden, kMaxEntryBytes).value();
    EXPECT_TRUE(VerifyJws(jws, office.authority().credential_certificate.key()));
    return ParseEvent(jws.payload_text()).value();
  }
  void ExpectAll(Certification::State state, StatusValue status, Verdict verdict, EventKind event) {
    const Certification now = Now();
    EXPECT_EQ(now.state, state);
    EXPECT_EQ(office.StatusAt(now.status), status);
    EXPECT_EQ(Judge(), verdict);
    const Event last = LastEvent();
    EXPECT_EQ(last.kind, event);
    EXPECT_EQ(last.number, number);
    EXPECT_EQ(last.app, now.app);
    EXPECT_EQ(last.iat, office.now());
    EXPECT_EQ(last.toe, office.now());
    ASSERT_FALSE(now.history.empty());
    EXPECT_EQ(now.history.back().kind, event);
    EXPECT_EQ(now.history.back().reason, last.reason);
    EXPECT_EQ(now.history.back().at, office.now());
  }
  static ErrorCode CodeOf(const auto& result) { return result ? ErrorCode{} : result.error().code; }

  Office office;
  const std::string number;
};

TEST_F(CertificationService, SuspendsInRecordStatusAndEventAtOnce) {
  office.Advance(kDay);
  ASSERT_TRUE(Suspend());
  ExpectAll(Certification::State::kSuspended, StatusValue::kSuspended, Verdict::kSuspended, EventKind::kSuspended);
  EXPECT_EQ(LastEvent().until, office.now() + 183 * kDay);
  EXPECT_FALSE(Now().suspended_by_holder);
}

TEST_F(CertificationService, IsNotRevokedUnderTheNumberOfWhatItSuperseded) {
  const Proposal proposal = office.Propose(office.officer, Proposed::kRevoke, number, "deception").value();
  const std::string file = office.Submit(office.FormOn(Now(), ApplicationPath::kDocumentsOnly));
  office.Accept(file);
  const std::string successor = office.Decide(file).value().application.certification;
  const auto confirmed = office.Confirm(office.decider, proposal.id);
  ASSERT_FALSE(confirmed);
  EXPECT_EQ(confirmed.error().code, ErrorCode::kFailedPrecondition);
  EXPECT_EQ(confirmed.error().message, number + " is SUPERSEDED by " + successor);
  EXPECT_EQ(office.service().certifications().Get(successor).value().state, Certification::State::kValid);
  const auto again = office.Propose(office.officer, Proposed::kRevoke, successor, "deception");
  ASSERT_TRUE(again);
  EXPECT_TRUE(office.Confirm(office.second_officer, again.value().id));
}

TEST_F(CertificationService, SuspendsForLongerWhereTheHolderAsked) {
  ASSERT_TRUE(SuspendAsAsked());
  ExpectAll(Certification::State::kSuspended, StatusValue::kSuspended, Verdict::kSuspended, EventKind::kSuspended);
  EXPECT_EQ(LastEvent().until, office.now() + 365 * kDay);
  EXPECT_TRUE(Now().suspended_by_holder);
}

TEST_F(CertificationService, ReinstatesWhatWasSuspended) {
  Suspend().value();
  office.Advance(kDay);
  ASSERT_TRUE(office.service().certifications().Reinstate(office.officer.party, number, "cause-corrected"));
  ExpectAll(Certification::State::kValid, StatusValue::kValid, Verdict::kValid, EventKind::kReinstated);
}

TEST_F(CertificationService, ReinstatesOnlyUntilTheTimeToCorrectIsOver) {
  Suspend().value();
  office.Advance(183 * kDay + Seconds{1});
  EXPECT_EQ(CodeOf(office.service().certifications().Reinstate(office.officer.party, number, "cause-corrected")),
            ErrorCode::kFailedPrecondition);
}

TEST_F(CertificationService, RevokesForEver) {
  ASSERT_TRUE(Revoke());
  ExpectAll(Certification::State::kRevoked, StatusValue::kRevoked, Verdict::kRevoked, EventKind::kRevoked);
  EXPECT_EQ(CodeOf(office.service().certifications().Reinstate(office.officer.party, number, "cause-corrected")),
            ErrorCode::kFailedPrecondition);
  EXPECT_EQ(CodeOf(Suspend()), ErrorCode::kFailedPrecondition);
  EXPECT_EQ(CodeOf(Revoke()), ErrorCode::kFailedPrecondition);
  EXPECT_EQ(CodeOf(office.service().certifications().Withdraw(office.applicant.party, number, "holder-request")),
            ErrorCode::kFailedPrecondition);
  EXPECT_EQ(office.StatusAt(Now().status), StatusValue::kRevoked);
}

TEST_F(CertificationService, RevokesWhatIsSuspended) {
  Suspend().value();
  ASSERT_TRUE(Revoke());
  ExpectAll(Certification::State::kRevoked, StatusValue::kRevoked, Verdict::kRevoked, EventKind::kRevoked);
}

TEST_F(CertificationService, LetsTheHolderWithdraw) {
  ASSERT_TRUE(office.service().certifications().Withdraw(office.applicant.party, number, "product-discontinued"));
  ExpectAll(Certification::State::kWithdrawn, StatusValue::kEnded, Verdict::kEnded, EventKind::kWithdrawn);
}

TEST_F(CertificationService, LetsNobodyElseWithdraw) {
  const Person other = office.Enrol("Other Operator", {Role::kOperator});
  EXPECT_EQ(CodeOf(office.service().certifications().Withdraw(other.party, number, "holder-request")),
            ErrorCode::kPermissionDenied);
  EXPECT_EQ(CodeOf(office.service().certifications().Withdraw(office.officer.party, number, "holder-request")),
            ErrorCode::kPermissionDenied);
  EXPECT_EQ(Now().state, Certification::State::kValid);
}

TEST_F(CertificationService, LetsNobodyWithdrawFromUnderAFinding) {
  Suspend().value();
  EXPECT_EQ(CodeOf(office.service().certifications().Withdraw(office.applicant.party, number, "holder-request")),
            ErrorCode::kFailedPrecondition);
  EXPECT_EQ(Now().state, Certification::State::kSuspended);
  office.service().certifications().Reinstate(office.officer.party, number, "cause-corrected").value();
  EXPECT_TRUE(office.service().certifications().Withdraw(office.applicant.party, number, "holder-request"));
}

TEST_F(CertificationService, LetsTheHolderWithdrawWhatTheySuspendedThemselves) {
  SuspendAsAsked().value();
  EXPECT_TRUE(office.service().certifications().Withdraw(office.applicant.party, number, "holder-request"));
  EXPECT_EQ(office.StatusAt(Now().status), StatusValue::kEnded);
}

TEST_F(CertificationService, LetsNobodyWithdrawOnceTheLimitToRestoreIsOver) {
  Take(Proposed::kSuspend, office.applicant, office.officer, "holder-request").value();
  office.Advance(*Now().restore_by - office.now());
  const auto late = office.service().certifications().Withdraw(office.applicant.party, number, "holder-request");
  EXPECT_EQ(CodeOf(late), ErrorCode::kFailedPrecondition);
  EXPECT_NE(late.error().message.find("was to be restored before"), std::string::npos) << late.error().message;
  EXPECT_EQ(Now().state, Certification::State::kSuspended) << "the clock revokes it";
}

TEST_F(CertificationService, IsRevokedForALimitThatPassedBeforeItsEndHoweverLateTheClockComes) {
  Suspend().value();
  ASSERT_LT(*Now().restore_by, Now().valid_until);
  office.Advance(Now().valid_until + kDay - office.now());
  office.RenewSigners();
  EXPECT_EQ(CodeOf(office.service().certifications().ExpireHolders(Now().app)), ErrorCode::kFailedPrecondition)
      << "nobody is granted its unit before the clock was at it";
  EXPECT_EQ(Now().state, Certification::State::kSuspended);
  office.service().certifications().OnDue(number).value();
  EXPECT_EQ(Now().state, Certification::State::kRevoked);
  EXPECT_EQ(Now().history.back().reason, Scheme::kNotCorrected);
  EXPECT_EQ(office.StatusAt(Now().status), StatusValue::kRevoked);
  EXPECT_EQ(office.File(Now().application).retain_until,
            Now().valid_until + office.scheme().parameters.retention_granted);
  const auto again = office.service().applications().Submit(office.applicant.party, {office.Form().ToJson()});
  EXPECT_EQ(CodeOf(again), ErrorCode::kFailedPrecondition) << "it bars as any revocation does";
}

TEST_F(CertificationService, ExpiresWhereItsEndComesBeforeTheLimitOfItsSuspension) {
  office.Advance(1000 * kDay);
  office.RenewSigners();
  Suspend().value();
  ASSERT_GT(*Now().restore_by, Now().valid_until);
  office.Advance(*Now().restore_by - office.now());
  office.RenewSigners();
  office.service().certifications().OnDue(number).value();
  EXPECT_EQ(Now().state, Certification::State::kExpired);
}

TEST_F(CertificationService, ForgetsWhoAskedOnceReinstated) {
  SuspendAsAsked().value();
  office.service().certifications().Reinstate(office.officer.party, number, "holder-request").value();
  Suspend().value();
  EXPECT_FALSE(Now().suspended_by_holder);
  EXPECT_EQ(CodeOf(office.service().certifications().Withdraw(office.applicant.party, number, "holder-request")),
            ErrorCode::kFailedPrecondition);
}

TEST_F(CertificationService, ClosesWhatAReplayLeftOpen) {
  Suspend().value();
  Certification open = Now();
  open.left_open = true;
  ledger::Store& store = office.store_to_tamper_with();
  const Bytes head = store.Head().value();
  ASSERT_TRUE(store.Commit(
      head, {head, {{ledger::Column::kRecord, RecordKey(Certification::kKind, number), ToBytes(open.ToJson())}}}));
  ASSERT_TRUE(Now().left_open);
  EXPECT_FALSE(
      office.service().certifications().Reinstate(office.officer.party, number, "cause-corrected").value().left_open);
  EXPECT_FALSE(Now().left_open);
}

TEST_F(CertificationService, MakesRoomForAnotherCertificationOnceEnded) {
  office.service().certifications().Withdraw(office.applicant.party, number, "holder-request").value();
  const Certification second = office.Certified();
  EXPECT_NE(second.id, number);
  const auto all = office.service().certifications().LookUp(second.app, kSigner).value();
  ASSERT_EQ(all.size(), 2u) << "ended ones stay listed";
  EXPECT_EQ(all[0].id == number ? all[0].state : all[1].state, Certification::State::kWithdrawn);
}

TEST_F(CertificationService, KeepsTheUnitTakenWhileSuspended) {
  Suspend().value();
  EXPECT_EQ(CodeOf(office.Decide(office.InReview())), ErrorCode::kAlreadyExists);
}

// ---- Two people

TEST_F(CertificationService, ChangesNothingByAProposalAlone) {
  const auto size = office.log().Exposed()->checkpoint.size;
  const Proposal proposal = office.Propose(office.officer, Proposed::kRevoke, number, "deception").value();
  EXPECT_EQ(proposal.state, Proposal::State::kOpen);
  EXPECT_EQ(Now().state, Certification::State::kValid);
  EXPECT_EQ(office.log().Exposed()->checkpoint.size, size);
  EXPECT_EQ(Judge(), Verdict::kValid);
}

TEST_F(CertificationService, IsNeverProposedAndConfirmedByOnePerson) {
  for (const Proposed act : {Proposed::kSuspend, Proposed::kRevoke}) {
    EXPECT_EQ(CodeOf(Take(act, office.officer, office.officer, "misuse")), ErrorCode::kPermissionDenied);
  }
  EXPECT_EQ(Now().state, Certification::State::kValid);
}

TEST_F(CertificationService, IsAskedForByItsHolderOnceAndWithoutWordsBeside) {
  const Party& holder = office.applicant.party;
  auto& proposals = office.service().proposals();
  const std::string subject = "certification/" + number;
  EXPECT_EQ(CodeOf(proposals.Propose(holder, {Proposed::kSuspend, subject, "holder-request", "words"})),
            ErrorCode::kInvalidArgument);
  const Proposal asked = office.Propose(office.applicant, Proposed::kSuspend, number, "holder-request").value();
  EXPECT_EQ(CodeOf(office.Propose(office.applicant, Proposed::kSuspend, number, "holder-request")),
            ErrorCode::kAlreadyExists);
  ASSERT_TRUE(proposals.Reject(holder, asked.id, ""));
  EXPECT_TRUE(office.Propose(office.applicant, Proposed::kSuspend, number, "holder-request"));
}

TEST_F(CertificationService, IsNeverConfirmedByTheHolderOrTheirs) {
  const Person relative = office.Enrol("Relative", {Role::kSurveillanceOfficer}, {office.applicant.party.id});
  const Proposal asked = office.Propose(office.applicant, Proposed::kSuspend, number, "holder-request").value();
  EXPECT_EQ(CodeOf(office.Confirm(office.applicant, asked.id)), ErrorCode::kPermissionDenied);
  EXPECT_EQ(CodeOf(office.Confirm(relative, asked.id)), ErrorCode::kPermissionDenied);
  EXPECT_EQ(CodeOf(office.Propose(relative, Proposed::kSuspend, number, "misuse")), ErrorCode::kPermissionDenied);
}

TEST_F(CertificationService, IsConfirmedOnce) {
  const Proposal proposal = office.Propose(office.officer, Proposed::kSuspend, number, "misuse").value();
  office.Confirm(office.decider, proposal.id).value();
  office.service().certifications().Reinstate(office.officer.party, number, "cause-corrected").value();
  EXPECT_EQ(CodeOf(office.Confirm(office.decider, proposal.id)), ErrorCode::kFailedPrecondition);
  EXPECT_EQ(Now().state, Certification::State::kValid);
  const Proposal kept = office.service().proposals().Get(office.officer.party, proposal.id).value();
  EXPECT_EQ(kept.state, Proposal::State::kConfirmed);
  EXPECT_EQ(kept.confirmed_by, office.decider.party.id);
}

TEST_F(CertificationService, IsNotConfirmedAfterTheProposalsLife) {
  const Proposal proposal = office.Propose(office.officer, Proposed::kSuspend, number, "misuse").value();
  office.Advance(14 * kDay);
  EXPECT_EQ(CodeOf(office.Confirm(office.decider, proposal.id)), ErrorCode::kFailedPrecondition);
}

TEST_F(CertificationService, JudgesTheStateAgainWhenConfirmed) {
  const Proposal proposal = office.Propose(office.officer, Proposed::kSuspend, number, "misuse").value();
  office.service().certifications().Withdraw(office.applicant.party, number, "holder-request").value();
  EXPECT_EQ(CodeOf(office.Confirm(office.decider, proposal.id)), ErrorCode::kFailedPrecondition);
  EXPECT_EQ(Now().state, Certification::State::kWithdrawn);
}

// ---- Who and why

TEST_F(CertificationService, GivesNoReasonOutsideTheCatalogue) {
  auto& service = office.service();
  EXPECT_EQ(CodeOf(Suspend("because")), ErrorCode::kInvalidArgument);
  EXPECT_EQ(CodeOf(office.service().certifications().Withdraw(office.applicant.party, number, "because")),
            ErrorCode::kInvalidArgument);
  Suspend().value();
  EXPECT_EQ(CodeOf(office.service().certifications().Reinstate(office.officer.party, number, "because")),
            ErrorCode::kInvalidArgument);
  EXPECT_EQ(service.certifications().Get(number).value().state, Certification::State::kSuspended);
}

TEST_F(CertificationService, TellsTheHoldersRequestFromACause) {
  const auto code = [&](const Person& by, Proposed act, std::string_view reason) {
    return CodeOf(office.Propose(by, act, number, reason));
  };
  EXPECT_EQ(code(office.applicant, Proposed::kSuspend, "misuse"), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code(office.officer, Proposed::kSuspend, "holder-request"), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code(office.applicant, Proposed::kRevoke, "holder-request"), ErrorCode::kPermissionDenied);
}

TEST_F(CertificationService, IsProposedOnlyByTheHolderOrAnOfficer) {
  const Person other = office.Enrol("Other Operator", {Role::kOperator});
  const auto code = [&](const Person& by, Proposed act) {
    return CodeOf(office.Propose(by, act, number, "holder-request"));
  };
  EXPECT_EQ(code(other, Proposed::kSuspend), ErrorCode::kPermissionDenied);
  EXPECT_EQ(code(office.laboratory, Proposed::kSuspend), ErrorCode::kPermissionDenied);
  EXPECT_EQ(code(office.decider, Proposed::kRevoke), ErrorCode::kPermissionDenied);
}

TEST_F(CertificationService, ShowsAProposalToStaffAndToWhoMadeIt) {
  const Person other = office.Enrol("Other Operator", {Role::kOperator});
  const Proposal proposal = office.Propose(office.applicant, Proposed::kSuspend, number, "holder-request").value();
  EXPECT_TRUE(office.service().proposals().Get(office.applicant.party, proposal.id));
  EXPECT_TRUE(office.service().proposals().Get(office.officer.party, proposal.id));
  EXPECT_EQ(CodeOf(office.service().proposals().Get(other.party, proposal.id)), ErrorCode::kNotFound);
}

TEST_F(CertificationService, DoesNothingToWhatHasExpired) {
  office.Advance(1095 * kDay);
  EXPECT_EQ(CodeOf(office.Propose(office.officer, Proposed::kRevoke, number, "deception")),
            ErrorCode::kFailedPrecondition);
  EXPECT_EQ(CodeOf(office.service().certifications().Withdraw(office.applicant.party, number, "holder-request")),
            ErrorCode::kFailedPrecondition);
  EXPECT_EQ(Now().StateAt(office.now()), Certification::State::kExpired);
}

TEST_F(CertificationService, RecordsEveryActOnTheCertification) {
  Suspend().value();
  const auto entries = office.RecordEntries();
  EXPECT_NE(entries.back().find(
                "\",\"at\":1793664000,\"actor\":\"" + office.second_officer.party.id +
                "\",\"act\":\"confirm-proposal\",\"subject\":\"certification/" + number +
                "\",\"reason\":\"misuse\",\"before\":\"VALID\",\"after\":\"SUSPENDED\",\"rests_on\":\"proposal/"),
            std::string::npos);
  EXPECT_NE(entries[entries.size() - 2].find("\"act\":\"propose-suspension\""), std::string::npos);
}

TEST_F(CertificationService, SignersAreThoseAnnouncedInTheLogAndNoOthers) {
  EXPECT_TRUE(RequireAnnounced(office.store(), office.authority().credential_certificate, 1));
  EXPECT_TRUE(RequireAnnounced(office.store(), office.authority().status_certificate, 1));
  EXPECT_EQ(CodeOf(RequireAnnounced(office.store(), office.officer.certificate, 1)), ErrorCode::kFailedPrecondition);
}

TEST_F(CertificationService, AnswersNotFoundForANumberNeverIssued) {
  EXPECT_EQ(CodeOf(office.service().certifications().Get("CM-2026-7K3Q9X2M4T4")), ErrorCode::kNotFound);
  EXPECT_EQ(CodeOf(office.service().certifications().Bundle("CM-2026-7K3Q9X2M4T4")), ErrorCode::kNotFound);
  EXPECT_TRUE(office.service()
                  .certifications()
                  .LookUp(App::Parse("android:org.example.ap").value(), std::nullopt)
                  .value()
                  .empty());
}

}  // namespace
}  // namespace certmark::ca::testing
