// Parties after their enrolment: certificates that ended, and new names.
#include "ca/parties.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "ca/fsck.h"
#include "tests/unit/ca/authority_fixture.h"

namespace certmark::ca::testing {
namespace {

class PartiesTest : public ::testing::Test {
 protected:
  Party Now(const Person& person) const { return Load<Party>(office.store(), person.party.id).value().value; }
  void AdvanceTo(Time time) { office.Advance(time - office.now()); }
  bool IsDue(const Person& person) const {
    const std::vector<Due> all = DueUntil(office.store(), office.now(), std::nullopt, 1000).value();
    return std::ranges::find(all, SubjectOf(person.party), &Due::subject) != all.end();
  }
  Result<Certificate> Renew(const Person& person) {
    return office.service().parties().Renew(person.party, person.certificate);
  }
  ActEntry LastAct() const { return RecordedAct::Parse(office.RecordEntries().back()).value().act; }

  Office office;
};

TEST_F(PartiesTest, KeepACertificateThroughItsLastSecond) {
  AdvanceTo(office.laboratory.certificate.not_after());
  EXPECT_FALSE(IsDue(office.laboratory));
  ASSERT_TRUE(office.service().parties().OnDue(office.laboratory.party.id));
  EXPECT_TRUE(Now(office.laboratory).IsIdentifiedBy(office.laboratory.certificate));
}

TEST_F(PartiesTest, LoseACertificateThatEndedAndKeepTheKey) {
  AdvanceTo(office.laboratory.certificate.not_after() + Seconds{1});
  EXPECT_TRUE(IsDue(office.laboratory));
  ASSERT_TRUE(office.service().parties().OnDue(office.laboratory.party.id));
  const Party now = Now(office.laboratory);
  EXPECT_TRUE(now.certificates.empty());
  EXPECT_EQ(now.keys, office.laboratory.party.keys);
  EXPECT_EQ(now.roles, office.laboratory.party.roles);
  EXPECT_FALSE(IsDue(office.laboratory));
  EXPECT_FALSE(Authenticate(office.store(), office.laboratory.certificate, kStart));
}

TEST_F(PartiesTest, LoseItByAnActOfTheClockThatNamesTheEnrolment) {
  AdvanceTo(office.laboratory.certificate.not_after() + Seconds{1});
  ASSERT_TRUE(office.service().parties().OnDue(office.laboratory.party.id));
  const ActEntry act = LastAct();
  EXPECT_EQ(act.actor, kClock);
  EXPECT_EQ(act.act, "certificate-ended");
  EXPECT_EQ(act.before, "ENROLLED");
  EXPECT_EQ(act.after, "UNIDENTIFIED");
  ASSERT_EQ(KindOf(act.rests_on), Enrolment::kKind);
  EXPECT_EQ(Load<Enrolment>(office.store(), IdOf(act.rests_on)).value().value.party_id, office.laboratory.party.id);
  const std::size_t acts = office.RecordEntries().size();
  ASSERT_TRUE(office.service().parties().OnDue(office.laboratory.party.id));
  EXPECT_EQ(office.RecordEntries().size(), acts);
}

TEST_F(PartiesTest, OfTheCeremonyRestOnTheCeremonysAct) {
  AdvanceTo(office.first_registrar().certificate.not_after() + Seconds{1});
  ASSERT_TRUE(office.service().parties().OnDue(office.first_registrar().party.id));
  EXPECT_EQ(LastAct().rests_on, SubjectOf(office.first_registrar().party));
}

TEST_F(PartiesTest, RenewTheirCertificateWithTheirOwnKeyAndStayWhoTheyAre) {
  AdvanceTo(office.laboratory.certificate.not_after() - Parties::kRenewedFrom);
  const Certificate renewed = Renew(office.laboratory).value();
  EXPECT_EQ(renewed.key().spki(), office.laboratory.certificate.key().spki());
  EXPECT_EQ(renewed.san_uris(), office.laboratory.certificate.san_uris());
  EXPECT_GT(renewed.not_after(), office.laboratory.certificate.not_after());
  const Party now = Now(office.laboratory);
  EXPECT_EQ(now.keys, office.laboratory.party.keys);
  EXPECT_EQ(Authenticate(office.store(), renewed, office.now()).value().id, now.id);
  EXPECT_TRUE(now.IsIdentifiedBy(office.laboratory.certificate)) << "until its end";
  const ActEntry act = LastAct();
  EXPECT_EQ(act.actor, now.id);
  EXPECT_EQ(act.act, "renew-certificate");
  EXPECT_EQ(act.subject, SubjectOf(now));
}

TEST_F(PartiesTest, ActUnderARenewedCertificateWhenTheFirstHasEnded) {
  AdvanceTo(office.laboratory.certificate.not_after());
  const Certificate renewed = Renew(office.laboratory).value();
  office.Advance(Seconds{1});
  ASSERT_TRUE(office.service().parties().OnDue(office.laboratory.party.id));
  EXPECT_FALSE(Authenticate(office.store(), office.laboratory.certificate, office.now()));
  EXPECT_EQ(Authenticate(office.store(), renewed, office.now()).value().id, office.laboratory.party.id);
}

TEST_F(PartiesTest, RenewUnderTheNameOfToday) {
  const Certification certification = office.Certified();
  const std::string file = office.Submit(office.FormOn(certification, ApplicationPath::kDocumentsOnly));
  office.Accept(file);
  office.Decide(file).value();
  AdvanceTo(office.applicant.certificate.not_after());
  EXPECT_EQ(Renew(office.applicant).value().subject_text(), "CN=New " + office.applicant.party.name);
}

TEST_F(PartiesTest, RenewNothingThatIsNotNearItsEnd) {
  AdvanceTo(office.laboratory.certificate.not_after() - Parties::kRenewedFrom - Seconds{1});
  const auto refused = Renew(office.laboratory);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kFailedPrecondition);
  EXPECT_EQ(Now(office.laboratory).certificates.size(), 1u);
}

TEST_F(PartiesTest, RenewNothingThatHasEnded) {
  AdvanceTo(office.laboratory.certificate.not_after() + Seconds{1});
  const auto refused = Renew(office.laboratory);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kPermissionDenied);
}

TEST_F(PartiesTest, RenewNothingWithSomebodyElsesCertificate) {
  AdvanceTo(office.laboratory.certificate.not_after());
  const auto refused = office.service().parties().Renew(office.laboratory.party, office.applicant.certificate);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kPermissionDenied);
}

TEST_F(PartiesTest, AskAgainWhereTheAnswerWasLostUntilTheyHaveFour) {
  AdvanceTo(office.laboratory.certificate.not_after());
  while (Now(office.laboratory).certificates.size() < Parties::kMaxCertificates) ASSERT_TRUE(Renew(office.laboratory));
  const auto refused = Renew(office.laboratory);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kFailedPrecondition);
  EXPECT_TRUE(FsckAuthority(office.store(), {.lists = office.lists(), .party_ca = &office.authority().party_ca})
                  .value()
                  .findings.list()
                  .empty());
}

TEST_F(PartiesTest, TakeNewNamesThatAreNames) {
  const Party party = office.applicant.party;
  const Party renamed = WithNewNames(party, "New Name Ltd", "https://new.example").value();
  EXPECT_EQ(renamed.name, "New Name Ltd");
  EXPECT_EQ(renamed.url, "https://new.example");
  EXPECT_EQ(renamed.operator_id, party.operator_id);
  EXPECT_EQ(renamed.id, party.id);
  for (const auto& [name, url] : {std::pair{"", "https://new.example"},
                                  {"New\nName", "https://new.example"},
                                  {"New Name", "http://new.example"}}) {
    const auto refused = WithNewNames(party, name, url);
    ASSERT_FALSE(refused) << name << url;
    EXPECT_EQ(refused.error().code, ErrorCode::kInvalidArgument);
  }
}

}  // namespace
}  // namespace certmark::ca::testing
