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
        .enrolments()
        .Approve(town_->first_registrar().party, {approved_, approved.enrolment.fingerprint, {Role::kReviewer}, {}})
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
  static bool Has(const Lines& lines, std::string_view line) { return std::ranges::find(lines, line) != lines.end(); }
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
  EXPECT_EQ(Said(Check().findings), Lines{});
}

// ---- Parties

TEST_F(FsckPartiesTest, FindsARegistrarWhomNobodyEnrolled) {
  Party forged = town_->first_registrar().party;
  forged.id = "aaaaaaaaaaaaaaaa";
  forged.certificates.clear();
  forged.keys.clear();
  Put(forged);
  EXPECT_TRUE(Has(Found(), "party-unenrolled | party/aaaaaaaaaaaaaaaa"));
  Write(Column::kRecord, RecordKey(Party::kKind, forged.id), std::nullopt);
}

TEST_F(FsckPartiesTest, NamesTheMemberOfAPartyThatIsNotAsItWasEnrolled) {
  const std::string place = "party/" + Decider().party.id;
  const auto names = [&](std::string_view member, const std::function<void(Party&)>& edit) {
    const Lines found = With(edit);
    EXPECT_TRUE(Has(found, "party-differs | " + place + " " + std::string(member))) << member;
    EXPECT_TRUE(Has(found, "act-digest | " + place)) << member;
  };
  names("roles", [](Party& p) { p.roles.insert(Role::kReviewer); });
  names("operator_id", [](Party& p) { p.operator_id = "reg:XX:1"; });
  names("belongs_to", [](Party& p) { p.belongs_to = {"another"}; });
  names("keys", [](Party& p) { p.keys.clear(); });
  names("enrolled_by", [](Party& p) { p.enrolled_by.pop_back(); });
  names("former_names", [](Party& p) { p.former_names.insert("Never Shown Ltd"); });
}

TEST_F(FsckPartiesTest, NamesWhatOfAPartyOnlyTheDigestOfItsLastActCanTell) {
  const Lines digest{"act-digest | party/" + Decider().party.id};
  EXPECT_EQ(With([](Party& p) { p.since += kDay; }), digest);
  const Lines unshown{digest.front(), "party-differs | party/" + Decider().party.id + " name, url"};
  EXPECT_EQ(With([](Party& p) { p.name = "Somebody"; }), unshown) << "no credential shows it";
  EXPECT_EQ(With([](Party& p) { p.url = "https://x.example"; }), unshown);
}

TEST_F(FsckPartiesTest, NamesAPartyThatIsGoneOrCannotBeRead) {
  const std::string id = Decider().party.id;
  Write(Column::kRecord, RecordKey("party", id), ToBytes("{}"));
  EXPECT_TRUE(Finds("record-unreadable | party/" + id));
  Write(Column::kRecord, RecordKey("party", id), std::nullopt);
  EXPECT_TRUE(Finds("party-missing | party/" + id));
  const std::string first = town_->first_registrar().party.id;
  Put(Decider().party);
  Write(Column::kRecord, RecordKey("party", first), std::nullopt);
  EXPECT_TRUE(Finds("record-missing | party/" + first));
}

TEST_F(FsckPartiesTest, NamesAHolderWithACertificateThatNoEnrolmentGave) {
  const std::string id = town_->applicant.party.id;
  Write(Column::kRecord, RecordKey("enrolment", EnrolmentOf(id).id), std::nullopt);
  Party holder = Load<Party>(*store_, id).value().value;
  holder.keys.clear();
  holder.enrolled_by.clear();
  Put(holder);
  EXPECT_TRUE(Finds("party-unenrolled | party/" + id));
  // Without one it is as a log alone would tell of it.
  holder.certificates.clear();
  Put(holder);
  EXPECT_FALSE(Has(Found(), "party-unenrolled | party/" + id));
}

TEST_F(FsckPartiesTest, NamesAPartyThatNobodyEnrolled) {
  Party party = StoredParty();
  party.id = "intruder";
  Put(party);
  EXPECT_TRUE(Finds("party-unenrolled | party/intruder"));
  EXPECT_TRUE(Finds("act-missing | party/intruder"));
  // It looks like an operator that a credential names, but has a certificate.
  const Party operator_party = town_->applicant.party;
  party.operator_id = operator_party.operator_id;
  party.name = operator_party.name;
  party.roles = {Role::kOperator};
  Put(party);
  EXPECT_TRUE(Finds("party-unenrolled | party/intruder"));
  // As a registrar it would need no enrolment, but an act.
  party.roles = {Role::kRegistrar};
  Put(party);
  EXPECT_TRUE(Finds("act-missing | party/intruder"));
}

TEST_F(FsckPartiesTest, HoldsTheFirstRegistrarToTheCeremonysAct) {
  Party party = Read<Party>(town_->first_registrar().party.id);
  party.name = "Somebody Else";
  Put(party);
  EXPECT_EQ(Found(), Lines{"act-digest | party/" + party.id});
}

// ---- Rows that find parties and enrolments

TEST_F(FsckPartiesTest, NamesARowThatIsMissingOrAnothers) {
  const Enrolment waits = Read<Enrolment>(pending_);
  const Person& first = town_->first_registrar();
  for (const std::string& row : {CertificateRow(Decider()), CertificateRow(first), KeyRow(Decider()), KeyRow(first),
                                 "registrar/" + first.party.id, std::string(AsText(BootstrapRowKey(first.party.id))),
                                 std::string(AsText(OpenEnrolmentKey(waits)))}) {
    const auto good = store_->Get(Column::kIndex, AsBytes(row)).value();
    ASSERT_TRUE(good) << row;
    Index(row, std::nullopt);
    EXPECT_EQ(Found(), Lines{"index-row-missing | " + ShownKey(row)});
    Index(row, "x");
    EXPECT_EQ(Found(), Lines{"index-row-differs | " + ShownKey(row)});
    Index(row, std::string(AsText(*good)));
  }
}

TEST_F(FsckPartiesTest, NamesARowTooMany) {
  for (const std::string& row : {"party-certificate/" + std::string(64, 'a'), "party-key/" + std::string(64, 'a'),
                                 "registrar/" + Decider().party.id, std::string("bootstrap/third-registrar"),
                                 std::string(AsText(OpenEnrolmentKey(EnrolmentOf(Decider().party.id))))}) {
    Index(row, Decider().party.id);
    EXPECT_EQ(Found(), Lines{"index-row-extra | " + ShownKey(row)});
    Index(row, std::nullopt);
  }
}

// ---- Enrolments

TEST_F(FsckPartiesTest, NamesAnEnrolmentWhoseRequestIsNotItsKeys) {
  const std::string place = "enrolment-differs | enrolment/" + pending_;
  EXPECT_TRUE(Has(With(pending_, [](Enrolment& e) { e.fingerprint.front() ^= 1; }), place + " fingerprint"));
  EXPECT_TRUE(Has(With(pending_, [](Enrolment& e) { e.csr.back() ^= 1; }), place + " csr"));
}

TEST_F(FsckPartiesTest, NamesWhatOfAnEnrolmentOnlyTheDigestOfItsLastActCanTell) {
  EXPECT_EQ(With(pending_, [](Enrolment& e) { e.name = "Another"; }), Lines{"act-digest | enrolment/" + pending_});
  EXPECT_EQ(With(approved_, [](Enrolment& e) { e.roles.insert(Role::kDecider); }),
            Lines{"act-digest | enrolment/" + approved_});
}

TEST_F(FsckPartiesTest, NamesAnEnrolmentThatNobodyApprovedOrOneTwice) {
  const std::string id = EnrolmentOf(Decider().party.id).id;
  const std::string place = "enrolment-differs | enrolment/" + id;
  const Lines another = With(approved_, [this](Enrolment& e) { e.approved_by = Decider().party.id; });
  EXPECT_TRUE(Has(another, "enrolment-differs | enrolment/" + approved_ + " approved_by"));
  EXPECT_TRUE(Has(With(id, [](Enrolment& e) { e.confirmed_by = e.approved_by; }), place + " confirmed_by"));
  EXPECT_TRUE(Has(With(id, [](Enrolment& e) { e.confirmed_by.clear(); }), place + " confirmed_by"));
}

TEST_F(FsckPartiesTest, NamesTheSecondWhomARegistrarEnrolledAlone) {
  const auto alone_as_registrar = [&](Enrolment& e) {
    e.roles = {Role::kRegistrar};
    e.approved_by = town_->first_registrar().party.id;
    e.confirmed_by.clear();
  };
  const std::string id = EnrolmentOf(Decider().party.id).id;
  const std::string second = EnrolmentOf(town_->second_registrar().party.id).id;
  EXPECT_TRUE(
      Has(With(id, alone_as_registrar), "enrolment-differs | enrolment/" + std::max(id, second) + " confirmed_by"));
}

TEST_F(FsckPartiesTest, NamesACertificateThatIsNotThePartyCas) {
  const std::string id = EnrolmentOf(Decider().party.id).id;
  const std::string place = "enrolment-differs | enrolment/" + id + " certificate";
  const auto with = [&](const Bytes& certificate) {
    return With(id, [&](Enrolment& e) { e.certificate = certificate; });
  };
  EXPECT_TRUE(Has(with(ToBytes("no certificate")), place));
  EXPECT_TRUE(Has(with(town_->applicant.certificate.der()), place)) << "another key's";
  Bytes spoiled = Decider().certificate.der();
  spoiled.back() ^= 1;
  EXPECT_TRUE(Has(with(spoiled), place)) << "its signature does not hold";
  const auto for_id = [&](const std::string& party) {
    const IssuingCa ca{town_->authority().party_ca, *town_->authority().party_ca_signer};
    return IssuePartyCertificate(ca, Decider().certificate.key(), "Decider", party, town_->authority().iss,
                                 town_->now(), SystemRandom)
        .value()
        .der();
  };
  EXPECT_TRUE(Has(with(for_id("another")), place));
}

TEST_F(FsckPartiesTest, NamesAnEnrolmentThatIsGone) {
  const Enrolment waits = Read<Enrolment>(pending_);
  Write(Column::kRecord, RecordKey("enrolment", pending_), std::nullopt);
  Write(Column::kIndex, OpenEnrolmentKey(waits), std::nullopt);
  EXPECT_EQ(Found(), Lines{"record-missing | enrolment/" + pending_});
}

TEST_F(FsckPartiesTest, NamesAnEnrolmentThatCannotBeRead) {
  Write(Column::kRecord, RecordKey("enrolment", pending_), ToBytes("{}"));
  EXPECT_TRUE(Finds("record-unreadable | enrolment/" + pending_));
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
