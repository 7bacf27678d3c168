// A certification's transitions, what it shows, and the rows that find it.
#include "ca/certification.h"
#include "ca/proposal.h"

#include <gtest/gtest.h>

#include <map>

#include "ca/certification_rows.h"
#include "ca/records.h"
#include "ca/signer_record.h"
#include "ledger/memory_store.h"
#include "tests/support/test_pki.h"

namespace certmark::ca {
namespace {

using certmark::testing::kDay;
using certmark::testing::kNow;
using State = Certification::State;

Certification Example(State state = State::kValid, bool by_holder = false) {
  Certification out;
  out.id = "CM-2026-7K3Q9X2M4T4";
  out.app = App::Parse("android:org.example.app").value();
  out.app_name = "Example";
  out.looks = LooksOf(out.app_name);
  out.signers = {std::string(64, 'a'), std::string(64, 'b')};
  out.version_from = "100";
  out.operator_party = "p1";
  out.operator_id = "reg:XX:1";
  out.operator_name = "Operator";
  out.operator_url = "https://operator.example";
  out.former_names = {"Old Operator"};
  out.scheme = "CNCA-App-001";
  out.edition = "2019";
  out.level = "certified";
  out.application = "a1";
  out.state = state;
  out.suspended_by_holder = by_holder;
  out.status = {3, 131071};
  out.entry = Sha256(Bytes{1});
  out.kid = "kid";
  out.valid_from = kNow;
  out.valid_until = kNow + 1095 * kDay;
  out.history = {{EventKind::kSuspended, kNow + kDay, "misuse"}};
  return out;
}

Certification Superseded(const std::string& number, const std::string& by, const std::string& application = "a1") {
  Certification out = Example(State::kSuperseded);
  out.id = number;
  out.superseded_by = by;
  out.application = application;
  out.status.index = Example().status.index - 1;
  return out;
}

TEST(Certification, IsKnownByEveryNameThatLooksLikeOneOfItsOperators) {
  Certification certification;
  certification.operator_name = "Example Operator";
  certification.former_names = {"Old Name Ltd"};
  for (const char* name : {"Example Operator", "EXAMPLE OPERATOR", "\u0415xample Operator", "old name ltd"})
    EXPECT_TRUE(certification.IsKnownAs(name)) << name;
  for (const char* name : {"Example Operators", "Old Name", ""}) EXPECT_FALSE(certification.IsKnownAs(name)) << name;
}

TEST(Certification, TakesExactlyTheStepsOfTheScheme) {
  // One letter an event: Suspended, reInstated, Revoked, Withdrawn, sUperseded; the value is the state's first letter.
  struct Row {
    State from;
    bool by_holder;
    const char* steps;
  };
  const Row rows[] = {
      {State::kValid, false, "S- R W U"},     {State::kSuspended, false, "-V R - -"},
      {State::kSuspended, true, "-V R W -"},  {State::kRevoked, false, "-- - - -"},
      {State::kWithdrawn, false, "-- - - -"}, {State::kSuperseded, false, "-- - - -"},
  };
  const std::map<char, State> to = {{'S', State::kSuspended},
                                    {'V', State::kValid},
                                    {'R', State::kRevoked},
                                    {'W', State::kWithdrawn},
                                    {'U', State::kSuperseded}};
  const std::pair<EventKind, std::size_t> columns[] = {{EventKind::kSuspended, 0},
                                                       {EventKind::kReinstated, 1},
                                                       {EventKind::kRevoked, 3},
                                                       {EventKind::kWithdrawn, 5},
                                                       {EventKind::kSuperseded, 7}};
  for (const Row& row : rows) {
    for (const auto& [event, at] : columns) {
      const auto next = Next(Example(row.from, row.by_holder), event);
      const std::string what = std::string(Name(row.from)) + " " + std::string(Uri(event));
      if (row.steps[at] == '-') {
        ASSERT_FALSE(next) << what;
        EXPECT_EQ(next.error().code, ErrorCode::kFailedPrecondition) << what;
      } else {
        ASSERT_TRUE(next) << what;
        EXPECT_EQ(*next, to.at(row.steps[at])) << what;
      }
    }
    for (const EventKind order : {EventKind::kExposed, EventKind::kRectified, EventKind::kOrderAnnulled}) {
      EXPECT_FALSE(Next(Example(row.from, row.by_holder), order)) << Uri(order);
    }
  }
}

TEST(Certification, ShowsItsEndOrThatItIsOver) {
  const Time last = kNow + 1095 * kDay - Seconds{1};
  EXPECT_EQ(Example().StateAt(last), State::kValid);
  EXPECT_EQ(Example().StateAt(last + Seconds{1}), State::kExpired);
  EXPECT_EQ(Example(State::kSuspended).StateAt(last), State::kSuspended);
  EXPECT_EQ(Example(State::kSuspended).StateAt(last + Seconds{1}), State::kExpired);
  for (const State state : {State::kRevoked, State::kWithdrawn, State::kSuperseded}) {
    EXPECT_EQ(Example(state).StateAt(last + Seconds{1}), state);
  }
}

TEST(Certification, IsLiveUntilItEndsOrIsOver) {
  const Time last = kNow + 1095 * kDay - Seconds{1};
  EXPECT_TRUE(Example().IsLive(last));
  EXPECT_TRUE(Example(State::kSuspended).IsLive(last));
  EXPECT_FALSE(Example().IsLive(last + Seconds{1}));
  EXPECT_FALSE(Example(State::kRevoked).IsLive(last));
}

TEST(Certification, HasTheStatusOfItsState) {
  EXPECT_EQ(Example(State::kValid).status_value(), StatusValue::kValid);
  EXPECT_EQ(Example(State::kSuspended).status_value(), StatusValue::kSuspended);
  EXPECT_EQ(Example(State::kRevoked).status_value(), StatusValue::kRevoked);
  EXPECT_EQ(Example(State::kWithdrawn).status_value(), StatusValue::kEnded);
  EXPECT_EQ(Example(State::kSuperseded).status_value(), StatusValue::kEnded);
}

TEST(Certification, KeepsItsStatusWhenItExpires) {
  Certification expired = Example(State::kExpired);
  EXPECT_EQ(expired.status_value(), StatusValue::kValid);
  expired.restore_by = kNow;
  EXPECT_EQ(expired.status_value(), StatusValue::kSuspended);
}

TEST(Certification, IsDueAtTheLimitOfItsSuspensionOrAtItsEnd) {
  Certification certification = Example();
  EXPECT_EQ(certification.Due(), certification.valid_until);
  certification = Example(State::kSuspended);
  certification.restore_by = kNow + kDay;
  EXPECT_EQ(certification.Due(), kNow + kDay);
  certification.restore_by = certification.valid_until + kDay;
  EXPECT_EQ(certification.Due(), certification.valid_until);
  EXPECT_FALSE(Example(State::kExpired).Due());
  EXPECT_FALSE(Example(State::kRevoked).Due());
}

TEST(Certification, IsReadBackAsItWasWritten) {
  const Certification read = Certification::FromJson(Example(State::kSuspended, true).ToJson()).value();
  EXPECT_EQ(read.ToJson(), Example(State::kSuspended, true).ToJson());
  EXPECT_TRUE(read.suspended_by_holder);
  EXPECT_EQ(read.status.index, 131071u);
  ASSERT_EQ(read.history.size(), 1u);
  EXPECT_EQ(read.history[0].kind, EventKind::kSuspended);
  EXPECT_FALSE(read.version_to);
}

TEST(Certification, IsNotReadFromARecordThatLacksAMember) {
  const std::string json = Example().ToJson();
  for (const char* member : {"\"overturned_by\":\"\",", "\"left_open\":false,"})
    EXPECT_FALSE(Certification::FromJson(certmark::testing::Replaced(json, member, ""))) << member;
}

TEST(Certification, IsLeftOpenIfItsRecordSaysSo) {
  Certification open = Example(State::kSuspended);
  open.left_open = true;
  const std::string json = open.ToJson();
  EXPECT_TRUE(Certification::FromJson(json)->left_open);
  EXPECT_FALSE(Certification::FromJson(certmark::testing::Replaced(json, "\"left_open\":true", "\"left_open\":1")));
}

TEST(Certification, RefusesARecordThatNothingHereWrote) {
  const std::string json = Example().ToJson();
  const std::pair<const char*, const char*> mutations[] = {
      {"\"VALID\"", "\"GOOD\""},
      {"131071", "131072"},
      {"\"list\":3", "\"list\":4294967296"},
      {"\"entry\":\"", "\"entry\":\"0"},
      {"android:", "symbian:"},
      {"urn:certmark:event:suspended", "urn:certmark:event:x"},
      {"\"kid\"", "\"key\""},
  };
  for (const auto& [from, to] : mutations) {
    EXPECT_FALSE(Certification::FromJson(certmark::testing::Replaced(json, from, to))) << to;
  }
}

TEST(Proposal, IsReadBackAsItWasWritten) {
  Proposal proposal;
  proposal.id = "x1";
  proposal.act = Proposed::kRevoke;
  proposal.state = Proposal::State::kConfirmed;
  proposal.subject = "certification/CM-2026-7K3Q9X2M4T4";
  proposal.reason = "deception";
  proposal.proposed_by = "p1";
  proposal.confirmed_by = "p2";
  proposal.proposed_at = kNow;
  const Proposal read = Proposal::FromJson(proposal.ToJson()).value();
  EXPECT_EQ(read.ToJson(), proposal.ToJson());
  EXPECT_EQ(read.act, Proposed::kRevoke);
  EXPECT_EQ(read.state, Proposal::State::kConfirmed);
}

TEST(SignerRecord, IsReadBackAsItWasWritten) {
  const SignerRecord record{"kid", Bytes{1, 2, 3}, Bytes{4}, {{1, Sha256(Bytes{1})}, {2, Sha256(Bytes{2})}}};
  const SignerRecord read = SignerRecord::FromJson(record.ToJson()).value();
  EXPECT_EQ(read.id, "kid");
  EXPECT_EQ(read.leaf, record.leaf);
  EXPECT_EQ(read.ca, record.ca);
  EXPECT_EQ(read.logs, record.logs);
}

class UnitRows : public ::testing::Test {
 protected:
  void Apply(const ledger::Change& change) {
    const Bytes head = store->Head().value();
    ledger::Batch batch{head, change.writes};
    batch.new_head.push_back(1);
    ASSERT_TRUE(store->Commit(head, batch));
  }
  void Grant(const Certification& certification) {
    ledger::Change change;
    Create(change, certification);
    ASSERT_TRUE(ClaimUnit(*store, certification, {}, change));
    Apply(change);
  }
  const std::unique_ptr<ledger::Store> store = ledger::MakeMemoryStore();
};

TEST_F(UnitRows, ClaimEverySignerOnConditionThatNobodyElseDid) {
  ledger::Change change;
  ASSERT_TRUE(ClaimUnit(*store, Example(), {}, change));
  ASSERT_EQ(change.preconditions.size(), 2u);
  for (const auto& precondition : change.preconditions) EXPECT_FALSE(precondition.etag);
}

TEST_F(UnitRows, RefuseASecondWhileTheFirstLives) {
  Grant(Example());
  Certification second = Example();
  second.id = "CM-2026-00000000000";
  second.signers = {std::string(64, 'c'), std::string(64, 'b')};
  ledger::Change change;
  EXPECT_EQ(ClaimUnit(*store, second, {}, change).error().code, ErrorCode::kAlreadyExists);
  second.signers = {std::string(64, 'c')};
  EXPECT_TRUE(ClaimUnit(*store, second, {}, change));
}

TEST_F(UnitRows, GiveWayToWhatTheSameChangeEnds) {
  Grant(Example());
  Certification second = Example();
  second.id = "CM-2029-00000000000";
  ledger::Change change;
  ASSERT_TRUE(ClaimUnit(*store, second, {Example().id}, change));
  EXPECT_EQ(change.preconditions[0].etag, ledger::EtagOf(AsBytes(Example().id)))
      << "as long as the row says what it said";
}

TEST_F(UnitRows, AreFreedAtAnEndAndTheAppsRowStays) {
  Grant(Example());
  const auto read = Load<Certification>(*store, Example().id).value();
  ledger::Change change;
  Replace(change, read, Example(State::kExpired));
  Apply(change);
  change = {};
  EXPECT_TRUE(ClaimUnit(*store, Example(), {}, change));
  EXPECT_EQ(NumbersOf(*store, Example().app).value(), std::vector{Example().id});
}

TEST_F(UnitRows, TellEveryCertificationThatAnAppHasHad) {
  ledger::Change change;
  Create(change, Superseded("CM-2026-00000000000", Example().id));
  Create(change, Example());
  Apply(change);
  const auto all = CertificationsOf(*store, Example().app).value();
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].value.superseded_by, Example().id);
  EXPECT_EQ(all[1].value.id, Example().id);
}

TEST_F(UnitRows, LeadThroughSuccessorsToTheLastAndOfOneFileToItsLast) {
  const Certification other = Superseded("CM-2026-00000000002", Example().id, "a0");
  ledger::Change change;
  Create(change, Superseded("CM-2026-00000000000", "CM-2026-00000000001", "a0"));
  Create(change, Superseded("CM-2026-00000000001", other.id, "a0"));
  Create(change, other);
  Create(change, Example());
  Apply(change);
  EXPECT_EQ(LastOf(*store, "CM-2026-00000000000")->value.id, Example().id);
  EXPECT_EQ(RenumberedOf(*store, "CM-2026-00000000000")->value.id, other.id);
  EXPECT_EQ(RenumberedOf(*store, Example().id)->value.id, Example().id);
}

TEST_F(UnitRows, OfSuccessorsThatDoNotEndAreCorruption) {
  ledger::Change change;
  Create(change, Superseded("CM-2026-00000000000", "CM-2026-00000000001"));
  Create(change, Superseded("CM-2026-00000000001", "CM-2026-00000000000"));
  Apply(change);
  EXPECT_EQ(LastOf(*store, "CM-2026-00000000000").error().code, ErrorCode::kCorruption);
  EXPECT_EQ(RenumberedOf(*store, "CM-2026-00000000000").error().code, ErrorCode::kCorruption);
}

TEST_F(UnitRows, OfOneAppAreNotThoseOfAnotherThatBeginsAlike) {
  Grant(Example());
  EXPECT_TRUE(NumbersOf(*store, App::Parse("android:org.example.ap").value()).value().empty());
  EXPECT_TRUE(NumbersOf(*store, App::Parse("android:org.example.app2").value()).value().empty());
}

}  // namespace
}  // namespace certmark::ca
