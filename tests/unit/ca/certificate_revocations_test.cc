// Certificates of parties that are revoked: by their party at once, or by two registrars; and what was begun with them.
#include "ca/certificate_revocations.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "ca/fsck.h"
#include "ca/separation.h"
#include "tests/unit/ca/authority_fixture.h"

namespace certmark::ca::testing {
namespace {

class Revocations : public ::testing::Test {
 protected:
  static ErrorCode CodeOf(const auto& result) { return result ? ErrorCode{} : result.error().code; }
  const CertificateRevocations& revocations() { return office.service().certificate_revocations(); }
  Proposals& proposals() { return office.service().proposals(); }
  Party Now(const Person& person) const { return Load<Party>(office.store(), person.party.id).value().value; }
  ActEntry LastAct() const { return RecordedAct::Parse(office.RecordEntries().back()).value().act; }

  Result<Proposal> Propose(const Person& by, const Person& whose, const std::string& reason = "key-compromise") {
    return proposals().Propose(by.party, {Proposed::kRevokeCertificates, SubjectOf(whose.party), reason});
  }
  void ExpectShutOut(const Person& person) {
    EXPECT_EQ(CodeOf(Authenticate(office.store(), person.certificate, office.now())), ErrorCode::kPermissionDenied);
    EXPECT_EQ(CodeOf(Admit(office.store(), person.party, Act::kReadSelf)), ErrorCode::kPermissionDenied)
        << "a call that was let in a moment before";
  }
  void ExpectSound() {
    const auto report =
        FsckAuthority(office.store(), {.lists = office.lists(), .party_ca = &office.authority().party_ca}).value();
    for (const ledger::Finding& each : report.findings.list()) ADD_FAILURE() << each.kind << " " << each.place;
  }

  Office office;
};

TEST_F(Revocations, ByThePartyItselfHoldAtOnceAndAreOnRecord) {
  const Party now = revocations().RevokeOwn(office.decider.party, CrlReason::kKeyCompromise).value();
  EXPECT_TRUE(now.certificates.empty());
  ExpectShutOut(office.decider);
  EXPECT_EQ(LastAct().actor, now.id);
  EXPECT_EQ(LastAct().act, "revoke-certificates");
  EXPECT_EQ(LastAct().reason, "key-compromise");
  EXPECT_EQ(LastAct().after, "REVOKED");
  const std::vector<RevokedCertificate> expected = {
      {office.decider.certificate.serial_hex(), office.now(), CrlReason::kKeyCompromise}};
  EXPECT_EQ(revocations().Known().value(), expected);
  ExpectSound();
}

TEST_F(Revocations, TakeEveryCertificateOfTheKey) {
  office.Advance(office.laboratory.certificate.not_after() - office.now());
  const Certificate renewed =
      office.service().parties().Renew(office.laboratory.party, office.laboratory.certificate).value();
  revocations().RevokeOwn(office.laboratory.party, CrlReason::kKeyCompromise).value();
  EXPECT_FALSE(Authenticate(office.store(), office.laboratory.certificate, office.now()));
  EXPECT_FALSE(Authenticate(office.store(), renewed, office.now()));
  EXPECT_EQ(CodeOf(office.service().parties().Renew(office.laboratory.party, renewed)), ErrorCode::kPermissionDenied);
  EXPECT_EQ(revocations().Known().value().size(), 2u);
}

TEST_F(Revocations, OfAnotherTakeTwoRegistrars) {
  const Person& first = office.first_registrar();
  const Proposal proposal = Propose(first, office.decider, "affiliation-changed").value();
  EXPECT_EQ(CodeOf(proposals().Confirm(first.party, proposal.id)), ErrorCode::kPermissionDenied);
  EXPECT_EQ(CodeOf(proposals().Confirm(office.officer.party, proposal.id)), ErrorCode::kPermissionDenied);
  EXPECT_TRUE(Authenticate(office.store(), office.decider.certificate, office.now())) << "not yet";
  proposals().Confirm(office.second_registrar().party, proposal.id).value();
  ExpectShutOut(office.decider);
  EXPECT_EQ(LastAct().act, "confirm-certificate-revocation");
  EXPECT_EQ(LastAct().rests_on, SubjectOf(proposal));
  EXPECT_EQ(LastAct().reason, "affiliation-changed");
  ExpectSound();
}

TEST_F(Revocations, AreNotConfirmedByWhoLosesThem) {
  const Proposal proposal = Propose(office.first_registrar(), office.second_registrar()).value();
  EXPECT_EQ(CodeOf(proposals().Confirm(office.second_registrar().party, proposal.id)), ErrorCode::kPermissionDenied);
}

TEST_F(Revocations, AreProposedOfAPartyThatHasAnyForAReasonThatThereIs) {
  const Person& by = office.first_registrar();
  EXPECT_EQ(CodeOf(Propose(by, office.decider, "because")), ErrorCode::kInvalidArgument);
  EXPECT_EQ(CodeOf(proposals().Propose(by.party, {Proposed::kRevokeCertificates, "party/nobody", "superseded"})),
            ErrorCode::kNotFound);
  EXPECT_EQ(CodeOf(proposals().Propose(by.party, {Proposed::kRevokeCertificates, "order/1", "superseded"})),
            ErrorCode::kInvalidArgument);
  EXPECT_EQ(CodeOf(Propose(office.officer, office.decider)), ErrorCode::kPermissionDenied);
  revocations().RevokeOwn(office.decider.party, CrlReason::kSuperseded).value();
  EXPECT_EQ(CodeOf(Propose(by, office.decider)), ErrorCode::kFailedPrecondition);
  EXPECT_EQ(CodeOf(revocations().RevokeOwn(office.decider.party, CrlReason::kSuperseded)),
            ErrorCode::kPermissionDenied);
}

TEST_F(Revocations, VoidWhatTheirPartyHadBegun) {
  const Certification certification = office.Certified();
  const Proposal begun = office.Propose(office.officer, Proposed::kRevoke, certification.id, "deception").value();
  revocations().RevokeOwn(office.officer.party, CrlReason::kKeyCompromise).value();
  EXPECT_EQ(CodeOf(office.Confirm(office.second_officer, begun.id)), ErrorCode::kFailedPrecondition);
}

TEST_F(Revocations, VoidTheFirstHalfOfAnEnrolmentThoughTheirCertificatesHaveEnded) {
  const Person third = office.Enrol("Third Registrar", {Role::kRegistrar});
  const Person& second = office.second_registrar();
  office.Advance(second.certificate.not_after() - kDay - office.now());
  const Applicant who = office.Request("Somebody");
  const Enrolment& asked = who.enrolment;
  Enrolments& enrolments = office.service().enrolments();
  const Enrolments::Approval approval{asked.id, asked.fingerprint, {Role::kDecider}, {}};
  enrolments.Approve(second.party, approval).value();
  revocations().RevokeOwn(second.party, CrlReason::kKeyCompromise).value();
  office.Advance(kDay + Seconds{1});
  ASSERT_TRUE(office.service().parties().OnDue(second.party.id));
  const Party& first = office.first_registrar().party;
  EXPECT_EQ(CodeOf(enrolments.Confirm(first, asked.id, asked.fingerprint)), ErrorCode::kFailedPrecondition);
  // Another approves instead.
  enrolments.Approve(first, approval).value();
  EXPECT_EQ(CodeOf(enrolments.Approve(third.party, approval)), ErrorCode::kFailedPrecondition) << "that word stands";
  EXPECT_EQ(enrolments.Confirm(third.party, asked.id, asked.fingerprint).value().state, Enrolment::State::kEnrolled);
}

TEST_F(Revocations, AreNoWorkOfWhoWouldLoseThem) {
  const Proposal proposal = Propose(office.first_registrar(), office.second_registrar()).value();
  const Person third = office.Enrol("Third Registrar", {Role::kRegistrar});
  const auto waits_for = [&](const Person& person) {
    const auto work = office.service().work_lists().Of(person.party).value();
    for (const auto* part : {&work.overdue, &work.this_week, &work.waits}) {
      if (std::ranges::find(*part, SubjectOf(proposal), &WorkItem::subject) != part->end()) return true;
    }
    return false;
  };
  EXPECT_TRUE(waits_for(third));
  EXPECT_FALSE(waits_for(office.second_registrar()));
  EXPECT_FALSE(waits_for(office.first_registrar())) << "who proposed it";
}

TEST_F(Revocations, AreForgottenWhenTheirCertificatesWouldHaveEnded) {
  revocations().RevokeOwn(office.decider.party, CrlReason::kKeyCompromise).value();
  office.Advance(office.decider.certificate.not_after() - office.now());
  ASSERT_TRUE(office.service().parties().OnDue(office.decider.party.id));
  EXPECT_EQ(revocations().Known().value().size(), 1u) << "through its last second";
  office.Advance(Seconds{1});
  ASSERT_TRUE(office.service().parties().OnDue(office.decider.party.id));
  EXPECT_TRUE(revocations().Known().value().empty());
  EXPECT_EQ(Now(office.decider).keys, office.decider.party.keys);
}

// A database that was put back to a time before believes the certificate again; the list that was published does not.
TEST_F(Revocations, ThatWerePublishedAreKeptByADatabaseThatForgotThem) {
  const std::vector<RevokedCertificate> published = {
      {office.decider.certificate.serial_hex(), office.now(), CrlReason::kKeyCompromise},
      {"0c", office.now(), CrlReason::kSuperseded}};
  EXPECT_EQ(revocations().Keep(published).value(), 1u);
  ExpectShutOut(office.decider);
  EXPECT_EQ(LastAct().act, "keep-revoked");
  EXPECT_EQ(LastAct().reason, "key-compromise");
  EXPECT_EQ(revocations().Keep(published).value(), 0u) << "once";
  EXPECT_TRUE(Authenticate(office.store(), office.reviewer.certificate, office.now()));
  ExpectSound();
}

}  // namespace
}  // namespace certmark::ca::testing
