// Enrolment: two registrars, fingerprints told out of band, and nobody who lets themselves in.
#include <gtest/gtest.h>

#include <future>

#include "ca/enrolment_rows.h"
#include "ca/fsck.h"
#include "ca/separation.h"
#include "tests/unit/ca/authority_fixture.h"

namespace certmark::ca::testing {
namespace {

class EnrolmentService : public ::testing::Test {
 protected:
  Result<Enrolment> Approve(const Person& registrar, const Applicant& who, const std::set<Role>& roles,
                            const std::vector<std::string>& belongs_to = {}) {
    return office.service().enrolments().Approve(registrar.party,
                                                 {who.enrolment.id, who.enrolment.fingerprint, roles, belongs_to});
  }
  Result<Enrolment> Confirm(const Person& registrar, const Applicant& who) {
    return office.service().enrolments().Confirm(registrar.party, who.enrolment.id, who.enrolment.fingerprint);
  }
  static ErrorCode CodeOf(const auto& result) { return result ? ErrorCode{} : result.error().code; }
  const Person& first() { return office.first_registrar(); }
  const Person& second() { return office.second_registrar(); }

  SmallAuthority office;
};

// ---- The request

TEST_F(EnrolmentService, NamesTheKeyThatWasAskedForByItsFingerprint) {
  const Applicant who = office.Request("Example Operator", "reg:XX:0000007");
  EXPECT_EQ(who.enrolment.fingerprint, who.signer->public_key().spki_hash().Hex());
  EXPECT_EQ(who.enrolment.state, Enrolment::State::kPending);
  EXPECT_EQ(office.service().enrolments().Get(who.enrolment.id).value().name, "Example Operator");
}

TEST_F(EnrolmentService, RefusesARequestThatIsNotWellFormed) {
  const Bytes csr = office.Request("Somebody").csr;
  struct Row {
    const char* mutation;
    Enrolments::Asked request;
  };
  Bytes broken = csr;
  broken.back() ^= 1;
  const Row rows[] = {
      {"no name", {csr, "", "", ""}},
      {"a name of 201 bytes", {csr, std::string(201, 'n'), "", ""}},
      {"a line break in the name", {csr, "a\nb", "", ""}},
      {"a right-to-left override in the name",
       {csr,
        "abc\xe2\x80\xae"
        "def",
        "", ""}},
      {"a name that is no UTF-8", {csr, "\xff", "", ""}},
      {"an operator id of no register", {csr, "Name", "vat:123", ""}},
      {"an operator id of another length", {csr, "Name", "uscc:123", ""}},
      {"a url that is not https", {csr, "Name", "", "http://example"}},
      {"a request whose signature is broken", {broken, "Name", "", ""}},
      {"no request", {{}, "Name", "", ""}},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(CodeOf(office.service().enrolments().Request(row.request)), ErrorCode::kInvalidArgument) << row.mutation;
  }
}

TEST_F(EnrolmentService, RefusesAKeyThatIsAPartysAlready) {
  Applicant who = office.Request("Store");
  Approve(first(), who, {Role::kRelyingParty}).value();
  EXPECT_EQ(CodeOf(office.service().enrolments().Request({who.csr, "Again", "", ""})), ErrorCode::kAlreadyExists);
}

TEST_F(EnrolmentService, ForgetsARequestAfterAWeek) {
  const Applicant who = office.Request("Somebody");
  office.Advance(7 * kDay - Seconds{1});
  EXPECT_TRUE(office.service().enrolments().Get(who.enrolment.id));
  office.Advance(Seconds{1});
  EXPECT_EQ(CodeOf(office.service().enrolments().Get(who.enrolment.id)), ErrorCode::kNotFound);
  EXPECT_EQ(CodeOf(Approve(first(), who, {Role::kRelyingParty})), ErrorCode::kNotFound);
  EXPECT_TRUE(office.service().enrolments().List(first().party).value().empty());
}

TEST_F(EnrolmentService, SweepsWhatExpiredWithTheNextRequest) {
  const Applicant old = office.Request("Old");
  office.Advance(7 * kDay);
  office.Request("New");
  EXPECT_EQ(OpenEnrolments(office.store()).value().size(), 1u);
  EXPECT_EQ(CodeOf(Load<Enrolment>(office.store(), old.enrolment.id)), ErrorCode::kNotFound);
}

TEST_F(EnrolmentService, TakesAThousandOpenRequestsAndNoMore) {
  const Applicant one = office.Request("One");
  // The other 999 by the log itself: the service would fsync an anchor for none of them, but sign each.
  ledger::Change change;
  for (std::size_t i = 1; i < kMaxOpenEnrolments; ++i) {
    Enrolment other = one.enrolment;
    other.id = "other" + std::to_string(i);
    Create(change, other);
    change.writes.push_back({ledger::Column::kIndex, OpenEnrolmentKey(other), ToBytes(other.id)});
  }
  office.log().Append(std::move(change), ledger::Ack::kSequenced).value();
  EXPECT_EQ(CodeOf(office.service().enrolments().Request({one.csr, "One more", "", ""})),
            ErrorCode::kResourceExhausted);
  office.Advance(7 * kDay);
  EXPECT_TRUE(office.service().enrolments().Request({one.csr, "One more", "", ""}));
}

// ---- Approval

TEST_F(EnrolmentService, EnrolsAnOperatorByOneRegistrar) {
  Applicant who = office.Request("Example Operator 07", "reg:XX:0000007");
  const Enrolment enrolled = Approve(first(), who, {Role::kOperator}).value();
  EXPECT_EQ(enrolled.state, Enrolment::State::kEnrolled);
  const Person person = office.Become(std::move(who));
  EXPECT_EQ(person.party.name, "Example Operator 07");
  EXPECT_EQ(person.party.operator_id, "reg:XX:0000007");
  EXPECT_EQ(person.party.roles, std::set{Role::kOperator});
  EXPECT_EQ(person.party.enrolled_by, std::vector{first().party.id});
  EXPECT_EQ(person.certificate.san_uris(), std::vector{"https://ca.example/parties/" + person.party.id});
  EXPECT_EQ(person.certificate.key().spki_hash(), person.signer->public_key().spki_hash());
}

TEST_F(EnrolmentService, LetsTheEnrolledPartyAuthenticate) {
  Applicant who = office.Request("Store");
  Approve(first(), who, {Role::kRelyingParty}).value();
  const Person store = office.Become(std::move(who));
  const Party found = Authenticate(office.store(), store.certificate, office.now()).value();
  EXPECT_EQ(found.id, store.party.id);
  EXPECT_EQ(CodeOf(Authenticate(office.store(), store.certificate, office.now() + 731 * kDay)),
            ErrorCode::kPermissionDenied);
  EXPECT_EQ(CodeOf(Authenticate(office.store(), office.authority().party_ca, office.now())),
            ErrorCode::kPermissionDenied);
}

TEST_F(EnrolmentService, RefusesAFingerprintThatIsNotTheRequests) {
  const Applicant who = office.Request("Example Operator", "reg:XX:1");
  const Applicant other = office.Request("Other", "reg:XX:2");
  for (const std::string& wrong : {other.enrolment.fingerprint, std::string(), who.enrolment.fingerprint + "0"}) {
    EXPECT_EQ(
        CodeOf(office.service().enrolments().Approve(first().party, {who.enrolment.id, wrong, {Role::kOperator}, {}})),
        ErrorCode::kFailedPrecondition);
  }
  EXPECT_EQ(office.service().enrolments().Get(who.enrolment.id).value().state, Enrolment::State::kPending);
}

TEST_F(EnrolmentService, NeedsTwoRegistrarsForStaffLaboratoriesAndRegistrars) {
  second();
  for (const Role role : {Role::kLaboratory, Role::kAuditor, Role::kReviewer, Role::kDecider,
                          Role::kSurveillanceOfficer, Role::kAppealsOfficer, Role::kRegistrar}) {
    const Applicant who = office.Request("Somebody");
    const Enrolment approved = Approve(first(), who, {role}).value();
    EXPECT_EQ(approved.state, Enrolment::State::kApproved) << Name(role);
    EXPECT_TRUE(approved.certificate.empty()) << Name(role);
    EXPECT_EQ(CodeOf(Confirm(first(), who)), ErrorCode::kPermissionDenied) << Name(role);
    const Enrolment enrolled = Confirm(second(), who).value();
    EXPECT_EQ(enrolled.state, Enrolment::State::kEnrolled) << Name(role);
    const Party party = Load<Party>(office.store(), enrolled.party_id).value().value;
    EXPECT_EQ(party.enrolled_by, (std::vector{first().party.id, second().party.id})) << Name(role);
    EXPECT_EQ(party.roles, std::set{role}) << "the roles are those approved";
  }
}

TEST_F(EnrolmentService, HasTheSecondRegistrarNameTheFingerprintToo) {
  second();
  const Applicant who = office.Request("Laboratory");
  Approve(first(), who, {Role::kLaboratory}).value();
  EXPECT_EQ(CodeOf(office.service().enrolments().Confirm(second().party, who.enrolment.id, std::string(64, '0'))),
            ErrorCode::kFailedPrecondition);
}

TEST_F(EnrolmentService, ConfirmsOnlyWhatWasApprovedAndEnrolsOnce) {
  second();
  const Applicant who = office.Request("Laboratory");
  EXPECT_EQ(CodeOf(Confirm(second(), who)), ErrorCode::kFailedPrecondition);
  Approve(first(), who, {Role::kLaboratory}).value();
  EXPECT_EQ(CodeOf(Approve(second(), who, {Role::kLaboratory})), ErrorCode::kFailedPrecondition);
  Confirm(second(), who).value();
  EXPECT_EQ(CodeOf(Confirm(second(), who)), ErrorCode::kFailedPrecondition);
}

TEST_F(EnrolmentService, RefusesRolesThatDoNotGoTogether) {
  second();
  const Applicant who = office.Request("Somebody");
  EXPECT_EQ(CodeOf(Approve(first(), who, {})), ErrorCode::kInvalidArgument);
  EXPECT_EQ(CodeOf(Approve(first(), who, {Role::kRegistrar, Role::kDecider})), ErrorCode::kInvalidArgument);
  EXPECT_EQ(CodeOf(Approve(first(), who, {Role::kOperator})), ErrorCode::kFailedPrecondition) << "without operator_id";
  EXPECT_EQ(CodeOf(Approve(first(), who, {Role::kLaboratory}, {"nobody"})), ErrorCode::kNotFound);
}

// ---- The first registrar alone

TEST_F(EnrolmentService, LetsTheFirstRegistrarAloneEnrolOneSecondRegistrar) {
  Applicant who = office.Request("Registrar Two");
  EXPECT_EQ(Approve(first(), who, {Role::kRegistrar}).value().state, Enrolment::State::kEnrolled);
  const Applicant third = office.Request("Registrar Three");
  EXPECT_EQ(Approve(first(), third, {Role::kRegistrar}).value().state, Enrolment::State::kApproved);
}

TEST_F(EnrolmentService, LetsTheFirstRegistrarAloneEnrolOneEvenIfTwoAreApprovedAtOnce) {
  const Applicant applicants[] = {office.Request("Registrar Two"), office.Request("Registrar Three")};
  const auto approve = [&](int i) { return Approve(first(), applicants[i], {Role::kRegistrar}); };
  auto one = std::async(std::launch::async, approve, 0);
  auto two = std::async(std::launch::async, approve, 1);
  int enrolled = 0;
  for (const auto& approved : {one.get(), two.get()}) enrolled += approved && !approved->open();
  EXPECT_EQ(enrolled, 1);
}

TEST_F(EnrolmentService, LetsTheFirstRegistrarAloneEnrolNoOtherRole) {
  const Applicant who = office.Request("Laboratory");
  EXPECT_EQ(Approve(first(), who, {Role::kLaboratory}).value().state, Enrolment::State::kApproved);
  EXPECT_EQ(CodeOf(Confirm(first(), who)), ErrorCode::kPermissionDenied);
}

// ---- Nobody lets themselves in

TEST_F(EnrolmentService, GrantsNobodyARoleByTheirOwnKey) {
  // Two requests with one key, both open; the first makes its holder a registrar.
  Applicant second_registrar = office.Request("Registrar Two");
  const Applicant same_key = office.RequestWith(second_registrar.csr, "Registrar Two again", "reg:XX:1");
  Approve(first(), second_registrar, {Role::kRegistrar}).value();
  const Person registrar = office.Become(std::move(second_registrar));
  EXPECT_EQ(CodeOf(Approve(registrar, same_key, {Role::kOperator})), ErrorCode::kPermissionDenied);
  EXPECT_EQ(CodeOf(Approve(first(), same_key, {Role::kOperator})), ErrorCode::kConflict) << "one key, one party";
}

TEST_F(EnrolmentService, GrantsNobodyARoleThroughAPartyOfTheirs) {
  second();
  const Applicant who = office.Request("Friend");
  EXPECT_EQ(CodeOf(Approve(first(), who, {Role::kLaboratory}, {first().party.id})), ErrorCode::kPermissionDenied);
  Approve(first(), who, {Role::kLaboratory}, {second().party.id}).value();
  EXPECT_EQ(CodeOf(Confirm(second(), who)), ErrorCode::kPermissionDenied);
}

TEST_F(EnrolmentService, GrantsNobodyARoleUnderARegisterEntryOfWhomTheyBelongTo) {
  const Applicant operator_party = office.Request("Operator", "reg:XX:0000001");
  const std::string parent = Approve(first(), operator_party, {Role::kOperator}).value().party_id;
  const Person insider = office.Enrol("Insider", {Role::kRegistrar}, {parent});
  const Applicant again = office.Request("Operator Once More", "reg:XX:0000001");
  EXPECT_EQ(CodeOf(Approve(insider, again, {Role::kOperator})), ErrorCode::kPermissionDenied);
  EXPECT_TRUE(Approve(first(), again, {Role::kOperator}));
}

TEST_F(EnrolmentService, TakesTwoRegistrarsWhoAreTwo) {
  const Person third = office.Enrol("Third", {Role::kRegistrar});
  Applicant asks = office.Request("Deputy");
  ASSERT_TRUE(Approve(second(), asks, {Role::kRegistrar}, {first().party.id}));
  ASSERT_TRUE(Confirm(third, asks));
  const Person deputy = office.Become(std::move(asks));
  const Applicant who = office.Request("Decider");
  ASSERT_TRUE(Approve(first(), who, {Role::kDecider}));
  EXPECT_EQ(CodeOf(Confirm(deputy, who)), ErrorCode::kPermissionDenied);
  EXPECT_TRUE(Confirm(second(), who));
}

TEST_F(EnrolmentService, IsAnsweredByRegistrarsAlone) {
  const Person decider = office.Enrol("Decider", {Role::kDecider});
  const Applicant who = office.Request("Somebody", "reg:XX:1");
  EXPECT_EQ(CodeOf(Approve(decider, who, {Role::kOperator})), ErrorCode::kPermissionDenied);
  EXPECT_EQ(CodeOf(Confirm(decider, who)), ErrorCode::kPermissionDenied);
  EXPECT_EQ(CodeOf(office.service().enrolments().List(decider.party)), ErrorCode::kPermissionDenied);
}

TEST_F(EnrolmentService, ListsWhatWaitsOldestFirst) {
  const Applicant one = office.Request("One");
  office.Advance(Seconds{60});
  const Applicant two = office.Request("Two");
  Applicant done = office.Request("Done");
  Approve(first(), done, {Role::kRelyingParty}).value();
  const auto open = office.service().enrolments().List(first().party).value();
  ASSERT_EQ(open.size(), 2u);
  EXPECT_EQ(open[0].id, one.enrolment.id);
  EXPECT_EQ(open[1].id, two.enrolment.id);
}

TEST_F(EnrolmentService, RecordsWhoEnrolledWhomWithoutNamingAnybody) {
  Applicant who = office.Request("Jane Doe");
  Approve(first(), who, {Role::kRelyingParty}).value();
  const auto entries = office.RecordEntries();
  ASSERT_EQ(entries.size(), 4u);
  EXPECT_NE(entries[0].find("\"act\":\"begin-log\""), std::string::npos);
  EXPECT_NE(entries[1].find("\"act\":\"register-first\""), std::string::npos);
  EXPECT_NE(entries[2].find("\"actor\":\"public\",\"act\":\"request-enrolment\""), std::string::npos);
  EXPECT_NE(entries[3].find("\"actor\":\"" + first().party.id + "\",\"act\":\"approve-enrolment\""), std::string::npos);
  for (const std::string& entry : entries) EXPECT_EQ(entry.find("Jane"), std::string::npos);
}

// ---- Another key

class AnotherKey : public EnrolmentService {
 protected:
  AnotherKey() : holder_(office.Enrol("Example Operator 07", {Role::kOperator})) { second(); }
  Result<Enrolment> Give(const Person& registrar, const Applicant& who, const Person& to,
                         const std::set<Role>& roles = {}) {
    return office.service().enrolments().Approve(registrar.party, {.enrolment = who.enrolment.id,
                                                                   .fingerprint = who.enrolment.fingerprint,
                                                                   .roles = roles,
                                                                   .belongs_to = {},
                                                                   .for_party = to.party.id});
  }

  const Person holder_;
};

TEST_F(AnotherKey, TakesTwoRegistrarsEvenOfAnOperator) {
  const Applicant who = office.Request("Example Operator 07", holder_.party.operator_id);
  EXPECT_EQ(Give(first(), who, holder_).value().state, Enrolment::State::kApproved);
  EXPECT_TRUE(Authenticate(office.store(), holder_.certificate, office.now())) << "not yet";
  EXPECT_EQ(CodeOf(Confirm(first(), who)), ErrorCode::kPermissionDenied);
  EXPECT_EQ(Confirm(second(), who).value().party_id, holder_.party.id);
}

TEST_F(AnotherKey, IdentifiesTheSamePartyAndTheFirstOneNobody) {
  Applicant who = office.Request("Another name", holder_.party.operator_id);
  Give(first(), who, holder_).value();
  Confirm(second(), who).value();
  const Person now = office.Become(std::move(who));
  EXPECT_EQ(Authenticate(office.store(), now.certificate, office.now()).value().id, holder_.party.id);
  EXPECT_EQ(CodeOf(Authenticate(office.store(), holder_.certificate, office.now())), ErrorCode::kPermissionDenied);
  EXPECT_EQ(now.party.roles, holder_.party.roles);
  EXPECT_EQ(now.party.name, holder_.party.name);
  EXPECT_EQ(now.party.enrolled_by, holder_.party.enrolled_by);
  EXPECT_EQ(now.certificate.san_uris(), holder_.certificate.san_uris());
  EXPECT_EQ(now.certificate.subject_text(), "CN=Example Operator 07") << "what it is called, not what was asked";
  ASSERT_EQ(now.party.revoked.size(), 1u);
  EXPECT_EQ(now.party.revoked[0].serial, holder_.certificate.serial_hex());
  EXPECT_EQ(now.party.revoked[0].reason, CrlReason::kSuperseded);
  EXPECT_EQ(now.party.keys.size(), 2u) << "no key of its becomes anybody else's";
  const auto report =
      FsckAuthority(office.store(), {.lists = office.lists(), .party_ca = &office.authority().party_ca}).value();
  for (const ledger::Finding& each : report.findings.list()) ADD_FAILURE() << each.kind << " " << each.place;
}

TEST_F(AnotherKey, BringsBackAPartyWhoseCertificatesAreRevoked) {
  office.service().certificate_revocations().RevokeOwn(holder_.party, CrlReason::kKeyCompromise).value();
  Applicant who = office.Request("Example Operator 07", holder_.party.operator_id);
  Give(first(), who, holder_).value();
  Confirm(second(), who).value();
  const Person now = office.Become(std::move(who));
  EXPECT_TRUE(Admit(office.store(), now.party, Act::kSubmitApplication));
}

TEST_F(AnotherKey, OfTheFirstRegistrarIsAnotherRegistrarsToGive) {
  const Person third = office.Enrol("Third Registrar", {Role::kRegistrar});
  Applicant who = office.Request("Registrar One");
  EXPECT_EQ(CodeOf(Give(first(), who, first())), ErrorCode::kPermissionDenied);
  Give(second(), who, first()).value();
  EXPECT_EQ(CodeOf(Confirm(first(), who)), ErrorCode::kPermissionDenied);
  Confirm(third, who).value();
  const Person now = office.Become(std::move(who));
  EXPECT_TRUE(Admit(office.store(), now.party, Act::kApproveEnrolment));
  const auto report =
      FsckAuthority(office.store(), {.lists = office.lists(), .party_ca = &office.authority().party_ca}).value();
  for (const ledger::Finding& each : report.findings.list()) ADD_FAILURE() << each.kind << " " << each.place;
}

TEST_F(AnotherKey, ChangesNothingElseOfItsParty) {
  const Applicant who = office.Request("Example Operator 07", holder_.party.operator_id);
  EXPECT_EQ(CodeOf(Give(first(), who, holder_, {Role::kOperator})), ErrorCode::kInvalidArgument);
  const Applicant other = office.Request("Example Operator 07", "reg:XX:other");
  EXPECT_EQ(CodeOf(Give(first(), other, holder_)), ErrorCode::kFailedPrecondition) << "another register entry";
  Person nobody{holder_.party, holder_.certificate, nullptr};
  nobody.party.id = "nobody";
  EXPECT_EQ(CodeOf(Give(first(), who, nobody)), ErrorCode::kNotFound);
}

}  // namespace
}  // namespace certmark::ca::testing
