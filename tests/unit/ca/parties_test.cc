// Parties after their enrolment: certificates that ended, and new names.
#include "ca/parties.h"

#include <gtest/gtest.h>

#include <algorithm>

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
