#include "ca/party.h"

#include <gtest/gtest.h>

#include "ca/enrolment.h"
#include "ca/records.h"
#include "ca/separation.h"
#include "ledger/memory_store.h"
#include "tests/support/test_pki.h"

namespace certmark::ca {
namespace {

using certmark::testing::kNow;

Party Example() {
  Party party;
  party.id = "p7";
  party.name = "Example Test Laboratory";
  party.roles = {Role::kLaboratory, Role::kOperator};
  party.operator_id = "reg:XX:0000007";
  party.url = "https://lab.example";
  party.belongs_to = {"p1", "p2"};
  party.certificates = {{std::string(64, 'a'), kNow, "0a01"}};
  party.revoked = {{"0b02", CrlReason::kKeyCompromise, kNow, kNow + Seconds{60}}};
  party.keys = {std::string(64, 'b')};
  party.salt = "salt";
  party.enrolled_by = {"r1", "r2"};
  party.since = kNow;
  return party;
}

// Apply commits a change's writes as the log would, preconditions apart.
void Apply(ledger::Store& store, const ledger::Change& change) {
  const Bytes head = store.Head().value();
  ledger::Batch batch{head, change.writes};
  batch.new_head.push_back(1);
  ASSERT_TRUE(store.Commit(head, batch));
}

Party Put(ledger::Store& store, const std::string& id, const std::vector<std::string>& belongs_to = {}) {
  Party party;
  party.id = id;
  party.belongs_to = belongs_to;
  ledger::Change change;
  Create(change, party);
  Apply(store, change);
  return party;
}

TEST(Party, IsReadBackAsItWasWritten) {
  const Party read = Party::FromJson(Example().ToJson()).value();
  EXPECT_EQ(read.ToJson(), Example().ToJson());
  EXPECT_EQ(read.roles, Example().roles);
  EXPECT_EQ(read.belongs_to, Example().belongs_to);
  EXPECT_EQ(read.since, kNow);
}

TEST(Party, IgnoresMembersItDoesNotKnowAndMissesThoseItNeeds) {
  const std::string json = Example().ToJson();
  EXPECT_TRUE(Party::FromJson(certmark::testing::Replaced(json, "{", "{\"later\":[1],")));
  for (const char* member : {"id", "name", "roles", "operator_id", "url", "belongs_to", "certificates", "keys",
                             "enrolled_by", "since", "salt"}) {
    const std::string quoted = "\"" + std::string(member) + "\"";
    EXPECT_FALSE(Party::FromJson(certmark::testing::Replaced(json, quoted, "\"other\""))) << member;
  }
  EXPECT_FALSE(Party::FromJson(certmark::testing::Replaced(json, "\"laboratory\"", "\"emperor\"")));
}

TEST(Role, HasOneNameEach) {
  for (const char* name : {"operator", "laboratory", "auditor", "reviewer", "decider", "surveillance-officer",
                           "appeals-officer", "registrar", "relying-party"}) {
    EXPECT_EQ(Name(ParseRole(name).value()), name);
  }
  EXPECT_FALSE(ParseRole("Operator"));
  EXPECT_FALSE(ParseRole(""));
}

TEST(Role, NeedsTwoRegistrarsUnlessItIsACustomers) {
  EXPECT_FALSE(NeedsTwoRegistrars(Role::kOperator));
  EXPECT_FALSE(NeedsTwoRegistrars(Role::kRelyingParty));
  for (const Role role : {Role::kLaboratory, Role::kAuditor, Role::kReviewer, Role::kDecider,
                          Role::kSurveillanceOfficer, Role::kAppealsOfficer, Role::kRegistrar}) {
    EXPECT_TRUE(NeedsTwoRegistrars(role)) << Name(role);
  }
}

TEST(Party, IsNotApartFromItselfNorThroughOthers) {
  const auto store = ledger::MakeMemoryStore();
  const Party holding = Put(*store, "holding");
  Put(*store, "daughter", {"holding"});
  const Party granddaughter = Put(*store, "granddaughter", {"daughter"});
  const Party sister = Put(*store, "sister", {"holding"});
  const Party stranger = Put(*store, "stranger");
  for (const char* relative : {"granddaughter", "daughter", "holding", "sister"}) {
    EXPECT_FALSE(RequireApart(*store, granddaughter, relative)) << relative;
  }
  EXPECT_FALSE(RequireApart(*store, holding, "granddaughter")) << "both ways";
  EXPECT_FALSE(RequireApart(*store, sister, "daughter")) << "one parent";
  EXPECT_TRUE(RequireApart(*store, granddaughter, "stranger"));
  EXPECT_TRUE(RequireApart(*store, stranger, "granddaughter"));
}

TEST(Party, IsNotApartFromAnotherOfTheSameRegisterEntry) {
  const auto store = ledger::MakeMemoryStore();
  Party one, two, other;
  one.id = "one", two.id = "two", other.id = "other";
  one.operator_id = two.operator_id = "reg:XX:0000007";
  other.operator_id = "reg:XX:0000008";
  ledger::Change change;
  for (const Party* party : {&one, &two, &other}) Create(change, *party);
  Apply(*store, change);
  EXPECT_FALSE(RequireApart(*store, one, "two"));
  EXPECT_TRUE(RequireApart(*store, one, "other"));
}

TEST(Party, MayBelongInACircle) {
  const auto store = ledger::MakeMemoryStore();
  Put(*store, "a", {"b"});
  const Party b = Put(*store, "b", {"a"});
  Put(*store, "c");
  EXPECT_TRUE(RequireApart(*store, b, "c"));
  EXPECT_FALSE(RequireApart(*store, b, "a"));
}

class Registered : public ::testing::Test {
 protected:
  Registered() {
    registrar.id = "r1";
    registrar.name = "Registrar One";
    registrar.roles = {Role::kRegistrar};
    registrar.since = kNow;
  }
  const certmark::testing::TestPki pki = certmark::testing::MakeTestPki();
  const Certificate certificate = Certificate::Parse(pki.party).value();
  const std::unique_ptr<ledger::Store> store = ledger::MakeMemoryStore();
  Party registrar;
};

TEST_F(Registered, FirstIsFoundByItsCertificate) {
  Apply(*store, RegisterFirst(registrar, certificate));
  EXPECT_EQ(Authenticate(*store, certificate, kNow).value().id, "r1");
}

TEST_F(Registered, FirstIsCreatedOnceWithItsActInTheRecordLog) {
  const ledger::Change change = RegisterFirst(registrar, certificate);
  ASSERT_EQ(change.preconditions.size(), 2u);
  for (const auto& precondition : change.preconditions) EXPECT_FALSE(precondition.etag);
  ASSERT_EQ(change.entries.size(), 1u);
  EXPECT_EQ(change.entries[0].to, ledger::NewEntry::To::kRecordLog);
  EXPECT_TRUE(AsText(change.entries[0].bytes)
                  .starts_with("{\"id\":\"\",\"at\":1793664000,\"actor\":\"ceremony\",\"act\":\"register-first\","
                               "\"subject\":\"party/r1\",\"reason\":\"\",\"before\":\"\",\"after\":\"ENROLLED\","
                               "\"rests_on\":\"\",\"concerns\":[],\"records\":{\"party/r1\":\""));
}

TEST_F(Registered, IsNotFoundByAnotherCertificateNorOutsideItsValidity) {
  Apply(*store, RegisterFirst(registrar, certificate));
  const auto code = [&](const Certificate& c, Time now) { return Authenticate(*store, c, now).error().code; };
  EXPECT_EQ(code(Certificate::Parse(pki.signer).value(), kNow), ErrorCode::kPermissionDenied);
  EXPECT_EQ(code(certificate, certificate.not_after() + Seconds{1}), ErrorCode::kPermissionDenied);
  EXPECT_EQ(code(certificate, certificate.not_before() - Seconds{1}), ErrorCode::kPermissionDenied);
}

TEST_F(Registered, IsNotFoundByACertificateThatItNoLongerHas) {
  Apply(*store, RegisterFirst(registrar, certificate));
  Party renewed = Load<Party>(*store, "r1").value().value;
  renewed.certificates = {{std::string(64, '0'), kNow, "0a01"}};
  ledger::Change change;
  Create(change, renewed);
  Apply(*store, change);
  EXPECT_EQ(Authenticate(*store, certificate, kNow).error().code, ErrorCode::kPermissionDenied);
}

TEST(OperatorId, IsOfARegister) {
  for (const char* id :
       {"reg:US:04-3496204", "reg:XX:0000007", "uscc:91110108MA01ABCD2E", "lei:5493001KJTIIGC8Y1R12"}) {
    EXPECT_TRUE(IsOperatorId(id)) << id;
  }
  for (const char* id :
       {"", "uscc:", "uscc:9111010", "uscc:91110108MA01ABCD2O", "uscc:91110108ma01abcd2e", "lei:5493001KJTIIGC8Y1R1X",
        "lei:5493001KJTIIGC8Y1R1", "reg:US:", "reg:us:1", "reg:USA:1", "reg:US:a b", "vat:123", "US:04-3496204"}) {
    EXPECT_FALSE(IsOperatorId(id)) << id;
  }
}

}  // namespace
}  // namespace certmark::ca
