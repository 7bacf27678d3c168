// Orders that became public, in a register that is made again from the public log.
#include <gtest/gtest.h>

#include <algorithm>

#include "ca/replay.h"
#include "ledger/memory_store.h"
#include "ledger/tile_source.h"
#include "tests/unit/ca/copied_rows.h"
#include "tests/unit/ca/order_office.h"

namespace certmark::ca::testing {
namespace {

class OrdersReplayed : public ::testing::Test {
 protected:
  Order Exposed() {
    const Order order = office_.MakeOrder(office_.DraftUncertified());
    return office_.Turn(Proposed::kExposeOrder, order.id, "serious-defect").value();
  }
  void ReplayInto(ledger::Store& store) {
    const auto mirror = ledger::MakeStoreSource(office_.store(), 1);
    const auto replayed = Replay({.store = store,
                                  .source = *mirror,
                                  .lists = office_.lists(),
                                  .log = 1,
                                  .now = office_.now(),
                                  .random = SystemRandom});
    ASSERT_TRUE(replayed) << replayed.error().message;
  }
  void ExpectClean(const ledger::Store& store) {
    const FsckReport report = FsckAuthority(store, {.lists = office_.lists()}).value();
    for (const ledger::Finding& f : report.findings.list()) {
      ADD_FAILURE() << f.kind << " " << f.place << ": " << f.expected << ", " << f.found;
    }
  }
  static Order Read(const ledger::Store& store, const std::string& number) {
    return Load<Order>(store, number).value().value;
  }

  OrderOffice office_;
  std::unique_ptr<ledger::Store> again_ = ledger::MakeMemoryStore();
};

TEST_F(OrdersReplayed, SayAllThatBecamePublicAndNothingElse) {
  const Order before = Exposed();
  ReplayInto(*again_);
  const Order after = Read(*again_, before.id);
  EXPECT_EQ(after.state, Order::State::kExposed);
  EXPECT_EQ(after.exposed_at, before.exposed_at);
  EXPECT_EQ(after.deadline, before.deadline);
  EXPECT_EQ(after.facts.app, before.facts.app);
  EXPECT_EQ(after.facts.operator_name, before.facts.operator_name);
  EXPECT_EQ(after.facts.version, before.facts.version);
  EXPECT_EQ(after.facts.store, before.facts.store);
  EXPECT_EQ(after.facts.body, before.facts.body);
  EXPECT_EQ(after.facts.findings, before.facts.findings);
  EXPECT_EQ(after.facts.tested_first, before.facts.tested_first);
  EXPECT_EQ(after.facts.tested_last, before.facts.tested_last);
  EXPECT_EQ(after.facts.edition, "");
  EXPECT_EQ(after.proposal, "");
  EXPECT_EQ(after.limit, std::nullopt);
  ExpectClean(*again_);
}

TEST_F(OrdersReplayed, SayHowTheyEnded) {
  const Order met = Exposed();
  ASSERT_TRUE(office_.service().orders().Close(office_.officer.party, met.id, "cause-corrected"));
  const Order wrong = Exposed();
  ASSERT_TRUE(office_.Turn(Proposed::kAnnulOrder, wrong.id, "order-in-error"));
  ReplayInto(*again_);
  EXPECT_EQ(Read(*again_, met.id).state, Order::State::kRectified);
  EXPECT_EQ(Read(*again_, met.id).closed_at, office_.now());
  EXPECT_EQ(Read(*again_, wrong.id).state, Order::State::kAnnulled);
  EXPECT_EQ(Read(*again_, wrong.id).closing_reason, "order-in-error");
  ExpectClean(*again_);
}

TEST_F(OrdersReplayed, GoOnFromWhatABackupKnowsOfThem) {
  const Order made = office_.MakeOrder(office_.DraftUncertified());
  CopyRows(office_.store(), *again_);
  ASSERT_TRUE(office_.Turn(Proposed::kExposeOrder, made.id, "serious-defect"));
  ReplayInto(*again_);
  const Order after = Read(*again_, made.id);
  EXPECT_EQ(after.state, Order::State::kExposed);
  EXPECT_EQ(after.proposal, made.proposal);
  EXPECT_EQ(after.facts.edition, made.facts.edition);
  ExpectClean(*again_);
}

TEST_F(OrdersReplayed, KnowTheRegisterEntryOfWhoHoldsTheirCertification) {
  const Certification certified = office_.Certified();
  const Order order = office_.MakeOrder(office_.Draft());
  ASSERT_TRUE(office_.Turn(Proposed::kExposeOrder, order.id, "serious-defect"));
  ReplayInto(*again_);
  const Order after = Read(*again_, order.id);
  EXPECT_EQ(after.facts.operator_id, certified.operator_id);
  Certification elsewhere = certified;
  elsewhere.operator_party = "enrolled-again";
  EXPECT_TRUE(after.Concerns(elsewhere));
}

TEST_F(OrdersReplayed, StayPrivateWhereTheyWere) {
  const Order made = office_.MakeOrder(office_.DraftUncertified());
  ReplayInto(*again_);
  EXPECT_EQ(Load<Order>(*again_, made.id).error().code, ErrorCode::kNotFound);
}

TEST_F(OrdersReplayed, GetTheirLimitFromTheClockAndCanBeMet) {
  CopyRows(office_.store(), *again_);
  const Order before = Exposed();
  ReplayInto(*again_);
  office_.PutBack(*again_);
  office_.Advance(Seconds{1});
  ASSERT_TRUE(office_.service().orders().OnDue(before.id));
  EXPECT_EQ(office_.Look(before.id).limit, before.limit);
  EXPECT_EQ(office_.LastActs(1).front().act, "set-order-limit");
  EXPECT_EQ(office_.service().orders().Exposed(before.id).value().state, Order::State::kExposed);
  EXPECT_TRUE(office_.service().orders().Close(office_.officer.party, before.id, "cause-corrected"));
  ExpectClean(office_.store());
}

TEST_F(OrdersReplayed, TakeAlongWhatWasSuspendedForThem) {
  const std::string number = office_.Certified().id;
  const Order order = office_.Pass(office_.MakeOrder(office_.Draft()));
  CopyRows(office_.store(), *again_);
  office_.Pass(order);
  ASSERT_EQ(office_.LookAt(number).state, Certification::State::kSuspended);
  ReplayInto(*again_);
  office_.PutBack(*again_);
  EXPECT_EQ(office_.LookAt(number).suspended_by, "proposal/" + order.proposal);
  office_.Turn(Proposed::kAnnulOrder, order.id, "order-in-error").value();
  EXPECT_EQ(office_.LookAt(number).state, Certification::State::kValid);
  ExpectClean(office_.store());
}

TEST_F(OrdersReplayed, AreWhatASuspensionRestsOnInARegisterMadeFromTheLogAlone) {
  const std::string number = office_.Certified().id;
  const Order order = office_.Pass(office_.Pass(office_.MakeOrder(office_.Draft())));
  ReplayInto(*again_);
  EXPECT_EQ(Load<Certification>(*again_, number).value().value.suspended_by, "order/" + order.id);
}

TEST_F(OrdersReplayed, AreNotTakenForOneAnother) {
  const auto suspended_by = [&](const std::string& number) {
    ReplayInto(*again_);
    return Load<Certification>(*again_, number).value().value.suspended_by;
  };
  const auto suspend = [&](const Order& order) {
    office_.Turn(Proposed::kExposeOrder, order.id, "serious-defect").value();
    office_.Pass(order);
  };
  const std::string number = office_.Certified().id;
  const Order first = office_.MakeOrder(office_.Draft());
  suspend(first);
  CopyRows(office_.store(), *again_);
  ASSERT_EQ(suspended_by(number), "proposal/" + first.proposal);
  office_.service().orders().Close(office_.officer.party, first.id, "cause-corrected").value();
  office_.service().certifications().Reinstate(office_.officer.party, number, "cause-corrected").value();
  EXPECT_EQ(suspended_by(number), "");
  const Order second = office_.MakeOrder(office_.Draft());
  suspend(second);
  EXPECT_EQ(suspended_by(number), "order/" + second.id);
}

TEST_F(OrdersReplayed, TakeNothingAlongThatAnEventLeftOpenWhichNobodyCanRead) {
  const std::string number = office_.Certified().id;
  office_.Pass(office_.Pass(office_.MakeOrder(office_.Draft())));
  const std::string now = std::to_string(office_.now().time_since_epoch().count());
  const std::string payload = R"({"iss":"https://ca.example","iat":)" + now + R"(,"jti":"urn:uuid:x","toe":)" + now +
                              R"(,"sub":"android:org.example.app","events":{"urn:certmark:event:new":{"number":")" +
                              number + R"("}}})";
  ledger::Change change;
  change.entries.push_back({ledger::NewEntry::To::kPublicLog,
                            ToBytes(SignJws(*office_.authority().credential_signer, kTypEvent, {}, payload).value())});
  ASSERT_TRUE(office_.log().Append(std::move(change), ledger::Ack::kPublished));
  ReplayInto(*again_);
  const Certification after = Load<Certification>(*again_, number).value().value;
  EXPECT_TRUE(after.left_open);
  EXPECT_EQ(after.suspended_by, "");
}

TEST_F(OrdersReplayed, AreMissedByFsckWhereTheyAreNotThere) {
  const Order order = Exposed();
  CopyRows(office_.store(), *again_);
  Order other = order;
  other.state = Order::State::kRectified;
  const Bytes head = again_->Head().value();
  const Bytes key = RecordKey(Order::kKind, order.id);
  const auto finds = [&](std::string_view kind) {
    const FsckReport report = FsckAuthority(*again_, {.lists = office_.lists()}).value();
    return std::ranges::any_of(report.findings.list(), [&](const ledger::Finding& f) { return f.kind == kind; });
  };
  ASSERT_TRUE(again_->Commit(head, {head, {{ledger::Column::kRecord, key, ToBytes(other.ToJson())}}}));
  EXPECT_TRUE(finds("order-state"));
  ASSERT_TRUE(again_->Commit(head, {head, {{ledger::Column::kRecord, key, std::nullopt}}}));
  EXPECT_TRUE(finds("order-missing"));
}

}  // namespace
}  // namespace certmark::ca::testing
