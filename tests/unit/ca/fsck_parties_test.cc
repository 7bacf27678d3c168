// Fsck of parties, enrolments and the rows that find them: each tampered with, and exactly that found.
#include "ca/enrolment_rows.h"
#include "ca/x509_profiles.h"
#include "tests/unit/ca/fsck_fixture.h"
#include "verifier-sdk/core/quote.h"

namespace certmark::ca::testing {
namespace {

class FsckPartiesTest : public FsckAuthorityTest {
 protected:
  static void SetUpTestSuite() {
    FsckAuthorityTest::SetUpTestSuite();
    pending_ = town_->Request("Waits").enrolment.id;
    const Applicant approved = town_->Request("Half Way");
    approved_ = approved.enrolment.id;
    town_->service()
        .ApproveEnrolment(town_->first_registrar().party,
                          {approved_, approved.enrolment.fingerprint, {Role::kReviewer}, {}})
        .value();
  }

  // Of somebody that two registrars enrolled.
  const Person& Decider() const { return town_->decider; }
  Party StoredParty() { return Read<Party>(Decider().party.id); }
  Enrolment EnrolmentOf(const std::string& party) {
    Enrolment found;
    EXPECT_TRUE(
        store_->Scan(Column::kRecord, AsBytes("enrolment/"), AsBytes("enrolment0"), [&](ByteView, ByteView row) {
          found = Enrolment::FromJson(AsText(row)).value();
          return found.party_id != party;
        }));
    EXPECT_EQ(found.party_id, party);
    return found;
  }
  std::string CertificateRow(const Person& person) {
    return "party-certificate/" + person.certificate.fingerprint().Hex();
  }
  std::string KeyRow(const Person& person) { return "party-key/" + person.certificate.key().spki_hash().Hex(); }
  void Index(const std::string& key, std::optional<std::string> value) {
    Write(Column::kIndex, ToBytes(key), value ? std::optional(ToBytes(*value)) : std::nullopt);
  }
  Lines With(const std::function<void(Party&)>& edit) {
    Party party = StoredParty();
    const Party good = party;
    edit(party);
    Put(party);
    Lines found = Found();
    Put(good);
    return found;
  }
  Lines With(const std::string& id, const std::function<void(Enrolment&)>& edit) {
    Enrolment enrolment = Read<Enrolment>(id);
    const Enrolment good = enrolment;
    edit(enrolment);
    Put(enrolment);
    Lines found = Found();
    Put(good);
    return found;
  }

  inline static std::string pending_, approved_;
};

TEST_F(FsckPartiesTest, FindsNothingInPeopleEnrolledAndOnTheirWay) {
  const FsckReport report = Check();
  EXPECT_EQ(Said(report.findings), Lines{});
  EXPECT_EQ(report.digests, 16u) << "two more than without them";
}

// ---- Parties

TEST_F(FsckPartiesTest, NamesTheMemberOfAPartyThatIsNotAsItWasEnrolled) {
  const std::string place = "party-differs | party/" + Decider().party.id;
  EXPECT_EQ(With([](Party& p) { p.name = "Somebody"; }), Lines{place + " name"});
  EXPECT_EQ(With([](Party& p) { p.roles.insert(Role::kReviewer); }), Lines{place + " roles"});
  EXPECT_EQ(With([](Party& p) { p.operator_id = "reg:XX:1"; }), Lines{place + " operator_id"});
  EXPECT_EQ(With([](Party& p) { p.url = "https://x.example"; }), Lines{place + " url"});
  EXPECT_EQ(With([](Party& p) { p.belongs_to = {"another"}; }), Lines{place + " belongs_to"});
  EXPECT_EQ(With([](Party& p) { p.certificates.clear(); }), Lines{place + " certificates"});
  EXPECT_EQ(With([](Party& p) { p.enrolled_by.pop_back(); }), Lines{place + " enrolled_by"});
}

TEST_F(FsckPartiesTest, NamesWhatOfAPartyOnlyTheDigestOfItsEnrolmentCanTell) {
  EXPECT_EQ(With([](Party& p) { p.since += kDay; }),
            Lines{"act-digest | enrolment/" + EnrolmentOf(Decider().party.id).id});
}

TEST_F(FsckPartiesTest, NamesAPartyThatIsGoneOrCannotBeRead) {
  const std::string id = Decider().party.id;
  Write(Column::kRecord, RecordKey("party", id), ToBytes("{}"));
  EXPECT_EQ(Found(), Lines{"party-unreadable | party/" + id});
  Write(Column::kRecord, RecordKey("party", id), std::nullopt);
  EXPECT_EQ(Found(), Lines{"party-missing | party/" + id});
  const std::string first = town_->first_registrar().party.id;
  Put(Decider().party);
  Write(Column::kRecord, RecordKey("party", first), std::nullopt);
  EXPECT_TRUE(Finds("party-missing | party/" + first));
}

TEST_F(FsckPartiesTest, NamesAPartyThatNobodyEnrolled) {
  Party party = StoredParty();
  party.id = "intruder";
  Put(party);
  EXPECT_EQ(Found(), Lines{"party-unenrolled | party/intruder"});
  // It looks like an operator that a credential names, but has a certificate.
  const Party operator_party = town_->applicant.party;
  party.operator_id = operator_party.operator_id;
  party.name = operator_party.name;
  party.roles = {Role::kOperator};
  Put(party);
  EXPECT_EQ(Found(), Lines{"party-unenrolled | party/intruder"});
}

TEST_F(FsckPartiesTest, HoldsTheFirstRegistrarToTheCeremonysAct) {
  Party party = town_->first_registrar().party;
  party.name = "Somebody Else";
  Put(party);
  EXPECT_EQ(Found(), Lines{"act-digest | party/" + party.id});
}

// ---- Rows that find parties

TEST_F(FsckPartiesTest, NamesRowsOfCertificatesThatAreMissingOrAnothersOrTooMany) {
  for (const Person* person : {&Decider(), &town_->first_registrar()}) {
    const std::string row = CertificateRow(*person);
    Index(row, std::nullopt);
    EXPECT_EQ(Said(Check().findings),
              Lines{"party-certificate-missing | " + row + " | " + Quote(person->party.id) + " | no such row"});
    Index(row, town_->applicant.party.id);
    EXPECT_EQ(Said(Check().findings), Lines{"party-certificate-differs | " + row + " | " + Quote(person->party.id) +
                                            " | " + Quote(town_->applicant.party.id)});
    Index(row, person->party.id);
  }
  const std::string more = "party-certificate/" + std::string(64, 'a');
  Index(more, Decider().party.id);
  EXPECT_EQ(Found(), Lines{"party-certificate-extra | " + more});
}

TEST_F(FsckPartiesTest, NamesRowsOfKeysThatAreMissingOrAnothersOrTooMany) {
  const std::string row = KeyRow(Decider());
  Index(row, std::nullopt);
  EXPECT_EQ(Found(), Lines{"party-key-missing | " + row});
  Index(row, town_->applicant.party.id);
  EXPECT_EQ(Found(), Lines{"party-key-differs | " + row});
  Index(row, Decider().party.id);
  const std::string more = "party-key/" + std::string(64, 'a');
  Index(more, Decider().party.id);
  EXPECT_EQ(Found(), Lines{"party-key-extra | " + more});
}

TEST_F(FsckPartiesTest, KnowsTheKeyOfTheFirstRegistrarByTheCeremonysAct) {
  const Person& first = town_->first_registrar();
  Index(KeyRow(first), std::nullopt);
  EXPECT_EQ(Found(), Lines{"party-key-missing | party-key of party/" + first.party.id});
  Index("party-key/" + std::string(64, 'a'), first.party.id);
  EXPECT_EQ(Found(), Lines{"act-digest | party/" + first.party.id});
}

TEST_F(FsckPartiesTest, NamesRowsOfRegistrarsThatAreMissingOrWrongOrTooMany) {
  for (const std::string& id : {town_->first_registrar().party.id, town_->second_registrar().party.id}) {
    Index("registrar/" + id, std::nullopt);
    EXPECT_EQ(Found(), Lines{"registrar-row-missing | registrar/" + id});
    Index("registrar/" + id, "x");
    EXPECT_EQ(Found(), Lines{"registrar-row-differs | registrar/" + id});
    Index("registrar/" + id, "");
  }
  Index("registrar/" + Decider().party.id, "");
  EXPECT_EQ(Found(), Lines{"registrar-row-extra | registrar/" + Decider().party.id});
}

TEST_F(FsckPartiesTest, NamesTheRowOfTheSecondRegistrarThatIsMissingOrAnothersOrOneTooMany) {
  const std::string row(kBootstrapRow);
  const std::string second = EnrolmentOf(town_->second_registrar().party.id).id;
  Index(row, std::nullopt);
  EXPECT_EQ(Said(Check().findings), Lines{"bootstrap-row-missing | " + row + " | " + Quote(second) + " | no such row"});
  Index(row, approved_);
  EXPECT_EQ(Said(Check().findings),
            Lines{"bootstrap-row-differs | " + row + " | " + Quote(second) + " | " + Quote(approved_)});
  Index(row, second);
  Index("bootstrap/third-registrar", second);
  EXPECT_EQ(Found(), Lines{"bootstrap-row-extra | bootstrap/third-registrar"});
}

// ---- Enrolments

TEST_F(FsckPartiesTest, NamesRowsOfOpenEnrolmentsThatAreMissingOrWrongOrTooMany) {
  const Enrolment waits = Read<Enrolment>(pending_);
  const Bytes key = OpenEnrolmentKey(waits);
  const std::string time = HexEncode(ledger::EncodeU64(static_cast<std::uint64_t>(ToEpoch(waits.requested_at))));
  Write(Column::kIndex, key, std::nullopt);
  EXPECT_EQ(Found(), Lines{"open-enrolment-missing | open-enrolment/" + time + " " + pending_});
  Write(Column::kIndex, key, ToBytes(approved_));
  EXPECT_EQ(Found(), Lines{"open-enrolment-differs | open-enrolment/" + time + " " + pending_});
  Write(Column::kIndex, key, ToBytes(pending_));
  Enrolment closed = EnrolmentOf(Decider().party.id);
  Write(Column::kIndex, OpenEnrolmentKey(closed), ToBytes(closed.id));
  ASSERT_EQ(Found().size(), 1u);
  EXPECT_TRUE(Found().front().starts_with("open-enrolment-extra | open-enrolment/"));
}

TEST_F(FsckPartiesTest, NamesAnEnrolmentWhoseRequestIsNotItsKeys) {
  const std::string place = "enrolment-differs | enrolment/" + pending_;
  EXPECT_EQ(With(pending_, [](Enrolment& e) { e.fingerprint.front() ^= 1; }), Lines{place + " fingerprint"});
  EXPECT_EQ(With(pending_, [](Enrolment& e) { e.csr.back() ^= 1; }), Lines{place + " csr"});
}

TEST_F(FsckPartiesTest, NamesWhatOfAnEnrolmentOnlyTheDigestOfItsLastActCanTell) {
  EXPECT_EQ(With(pending_, [](Enrolment& e) { e.name = "Another"; }), Lines{"act-digest | enrolment/" + pending_});
  EXPECT_EQ(With(approved_, [](Enrolment& e) { e.roles.insert(Role::kDecider); }),
            Lines{"act-digest | enrolment/" + approved_});
}

TEST_F(FsckPartiesTest, NamesAnEnrolmentInAnotherStateThanItsActsLeftItIn) {
  EXPECT_EQ(With(approved_, [](Enrolment& e) { e.state = Enrolment::State::kPending; }),
            Lines{"act-state | enrolment/" + approved_});
}

TEST_F(FsckPartiesTest, NamesAnEnrolmentThatNobodyApprovedOrOneTwice) {
  const std::string id = EnrolmentOf(Decider().party.id).id;
  const std::string place = "enrolment-differs | enrolment/" + id;
  EXPECT_EQ(
      With(approved_, [this](Enrolment& e) { e.approved_by = Decider().party.id; }),
      (Lines{"act-digest | enrolment/" + approved_, "enrolment-differs | enrolment/" + approved_ + " approved_by"}));
  const Lines twice = With(id, [](Enrolment& e) { e.confirmed_by = e.approved_by; });
  EXPECT_NE(std::ranges::find(twice, place + " confirmed_by"), twice.end());
  const Lines alone = With(id, [](Enrolment& e) { e.confirmed_by.clear(); });
  EXPECT_NE(std::ranges::find(alone, place + " confirmed_by"), alone.end()) << "the second registrar alone was";
}

TEST_F(FsckPartiesTest, NamesACertificateThatIsNotThePartyCas) {
  const std::string id = EnrolmentOf(Decider().party.id).id;
  const std::string place = "enrolment-differs | enrolment/" + id + " certificate";
  const auto with = [&](const Bytes& certificate) {
    return With(id, [&](Enrolment& e) { e.certificate = certificate; });
  };
  EXPECT_EQ(with(ToBytes("no certificate")), Lines{place});
  EXPECT_EQ(with(town_->applicant.certificate.der()), Lines{place}) << "another key's";
  Bytes spoiled = Decider().certificate.der();
  spoiled.back() ^= 1;
  EXPECT_EQ(with(spoiled), Lines{place}) << "its signature does not hold";
  const auto for_id = [&](const std::string& party) {
    const IssuingCa ca{town_->authority().party_ca, *town_->authority().party_ca_signer};
    return IssuePartyCertificate(ca, Decider().certificate.key(), "Decider", party, town_->authority().iss,
                                 town_->now(), SystemRandom)
        .value()
        .der();
  };
  EXPECT_EQ(with(for_id("another")), Lines{place});
}

TEST_F(FsckPartiesTest, NamesAnEnrolmentThatIsGoneBeforeItExpired) {
  const Enrolment waits = Read<Enrolment>(pending_);
  Write(Column::kRecord, RecordKey("enrolment", pending_), std::nullopt);
  Write(Column::kIndex, OpenEnrolmentKey(waits), std::nullopt);
  EXPECT_EQ(Found(), Lines{"enrolment-missing | enrolment/" + pending_});
}

TEST_F(FsckPartiesTest, NamesAnEnrolmentThatCannotBeRead) {
  Write(Column::kRecord, RecordKey("enrolment", pending_), ToBytes("{}"));
  EXPECT_EQ(Found(), Lines{"enrolment-unreadable | enrolment/" + pending_});
}

// What expired is swept with the next request, and nobody is missed.
TEST(FsckParties, FindsNothingWhereEnrolmentsHaveExpired) {
  SmallAuthority authority;
  authority.Request("Old");
  authority.Advance(kEnrolmentLife);
  authority.Request("New");
  const std::span lists(&authority.authority().trust, 1);
  const auto report = FsckAuthority(authority.store(), {.lists = lists}).value();
  EXPECT_EQ(report.findings.total(), 0u) << report.findings.list().front().kind << " "
                                         << report.findings.list().front().place;
}

}  // namespace
}  // namespace certmark::ca::testing
