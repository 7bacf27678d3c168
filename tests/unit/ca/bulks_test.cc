// One act on many certifications: fixed, confirmed by another, carried out once each, whatever stops in between.
#include "ca/bulks.h"

#include <gtest/gtest.h>

#include <set>

#include "ca/fsck.h"
#include "ca/numbers.h"
#include "tests/unit/ca/town.h"
#include "verifier-sdk/core/log_entry.h"

namespace certmark::ca::testing {
namespace {

ErrorCode CodeOf(const auto& result) {
  return result ? ErrorCode{} : result.error().code;
}

class BulkActs : public ::testing::Test {
 protected:
  Bulks& bulks() { return town_.service().bulks(); }
  Selector ByLaboratory() const { return {"laboratory", town_.laboratory.party.id}; }
  Result<Proposal> Propose(Proposed act = Proposed::kSuspendAll, const std::string& reason = "misuse") {
    return bulks().Propose(town_.officer.party, {act, ByLaboratory(), reason});
  }
  /// Begin proposes and confirms, and returns the bulk's id.
  std::string Begin(Proposed act = Proposed::kSuspendAll, const std::string& reason = "misuse") {
    const Proposal proposal = Propose(act, reason).value();
    town_.service().proposals().Confirm(town_.second_officer.party, proposal.id).value();
    return std::string(IdOf(proposal.subject));
  }
  Bulk Get(const std::string& id) { return bulks().Get(town_.officer.party, id).value(); }
  std::vector<BulkItem> Report(const std::string& id) { return bulks().Report(town_.officer.party, id, 0).value(); }
  Deadlines::Report Run() { return town_.service().deadlines().Run(1000).value(); }
  void RunToTheEnd() {
    for (Deadlines::Report report = Run(); report.more; report = Run()) ASSERT_EQ(report.failed, 0u);
  }
  Certification::State StateOf(const std::string& number) {
    return town_.service().certifications().Get(number).value().state;
  }
  /// Multiply makes certifications as the valid one is, `count` of them, without what was before them.
  std::vector<std::string> Multiply(std::size_t count) {
    const Certification one = town_.service().certifications().Get(town_.valid).value();
    std::vector<std::string> numbers;
    ledger::Change change;
    for (std::size_t i = 0; i < count; ++i) {
      Certification copy = one;
      copy.id = NewNumber("CM", town_.now(), SystemRandom).value();
      copy.app.package = "org.example.app" + std::to_string(i);
      copy.status = town_.service().desk().status().Reserve();
      numbers.push_back(copy.id);
      Create(change, copy);
    }
    town_.log().Append(std::move(change), ledger::Ack::kSequenced).value();
    return numbers;
  }
  /// SuspensionsOf counts, by number, the public events that suspend.
  std::map<std::string, int> SuspensionsOf() {
    const std::uint64_t size = town_.log().Exposed()->checkpoint.size;
    const ledger::LogReader reader(town_.store(), 1);
    std::map<std::string, int> count;
    for (std::uint64_t i = 0; i < size; ++i) {
      const Bytes entry = reader.Entry(i, size).value();
      if (ClassifyEntry(AsText(entry)) != EntryType::kEvent) continue;
      const Jws jws = ParseJws(AsText(entry), kTypEvent, X5c::kForbidden, kMaxEntryBytes).value();
      const Event event = ParseEvent(jws.payload_text()).value();
      if (event.kind == EventKind::kSuspended) ++count[event.number];
    }
    return count;
  }

  Town town_;
};

TEST_F(BulkActs, FindCertificationsByWhatTheySay) {
  const auto find = [&](const std::string& by, const std::string& value) {
    const auto found = bulks().Find(town_.officer.party, {by, value}, "").value();
    return std::set<std::string>(found.begin(), found.end());
  };
  const std::set<std::string> all = {town_.valid, town_.suspended, town_.revoked, town_.withdrawn};
  EXPECT_EQ(find("laboratory", town_.laboratory.party.id), all);
  EXPECT_EQ(find("operator", town_.applicant.party.id),
            (std::set<std::string>{town_.valid, town_.suspended, town_.withdrawn}));
  EXPECT_EQ(find("operator", town_.other_operator.party.id), std::set<std::string>{town_.revoked});
  EXPECT_EQ(find("signer", std::string(kSigner)), all);
  EXPECT_EQ(find("scheme", "CNCA-App-001"), all);
  EXPECT_EQ(find("edition", "CNCA-App-001 2019"), all);
  EXPECT_EQ(find("signer", std::string(kOtherSigner)), std::set<std::string>{});
}

TEST_F(BulkActs, AreSelectedByNothingElse) {
  EXPECT_EQ(CodeOf(bulks().Find(town_.officer.party, {"name", "Example"}, "")), ErrorCode::kInvalidArgument);
  EXPECT_EQ(CodeOf(bulks().Find(town_.officer.party, {"scheme", "a/b"}, "")), ErrorCode::kInvalidArgument);
  EXPECT_EQ(CodeOf(bulks().Find(town_.officer.party, {"scheme", ""}, "")), ErrorCode::kInvalidArgument);
  EXPECT_EQ(CodeOf(bulks().Find(town_.reviewer.party, ByLaboratory(), "")), ErrorCode::kPermissionDenied);
}

TEST_F(BulkActs, ChangeNothingBeforeAnotherConfirms) {
  const Proposal proposal = Propose().value();
  EXPECT_EQ(Get(std::string(IdOf(proposal.subject))).count, 2u) << "what has ended is left out";
  Run();
  EXPECT_EQ(StateOf(town_.valid), Certification::State::kValid);
  EXPECT_EQ(CodeOf(town_.service().proposals().Confirm(town_.officer.party, proposal.id)),
            ErrorCode::kPermissionDenied);
  EXPECT_TRUE(town_.service().proposals().Confirm(town_.second_officer.party, proposal.id));
  Run();
  EXPECT_EQ(StateOf(town_.valid), Certification::State::kSuspended);
}

TEST_F(BulkActs, AreForPeopleWhoHaveNoPartInAnyOfTheHolders) {
  const Person relative = town_.Enrol("Relative", {Role::kSurveillanceOfficer}, {town_.applicant.party.id});
  EXPECT_EQ(CodeOf(bulks().Propose(relative.party, {Proposed::kSuspendAll, ByLaboratory(), "misuse"})),
            ErrorCode::kPermissionDenied);
  const Proposal proposal = Propose().value();
  EXPECT_EQ(CodeOf(town_.service().proposals().Confirm(relative.party, proposal.id)), ErrorCode::kPermissionDenied);
  EXPECT_EQ(Get(std::string(IdOf(proposal.subject))).state, Bulk::State::kProposed);
}

TEST_F(BulkActs, NeedAReasonOfTheirSchemesAndSomethingToActOn) {
  EXPECT_EQ(CodeOf(Propose(Proposed::kSuspendAll, "because")), ErrorCode::kInvalidArgument);
  EXPECT_EQ(CodeOf(Propose(Proposed::kSuspendAll, "holder-request")), ErrorCode::kInvalidArgument);
  EXPECT_EQ(CodeOf(bulks().Propose(town_.officer.party,
                                   {Proposed::kSuspendAll, {"laboratory", "aaaaaaaaaaaaaaaa"}, "misuse"})),
            ErrorCode::kFailedPrecondition);
}

TEST_F(BulkActs, FixWhatTheyAreAboutWhenTheyAreProposed) {
  const Proposal proposal = Propose(Proposed::kRevokeAll, "deception").value();
  const std::string later = town_.Grant("org.example.later").id;
  town_.service().proposals().Confirm(town_.second_officer.party, proposal.id).value();
  RunToTheEnd();
  EXPECT_EQ(StateOf(town_.valid), Certification::State::kRevoked);
  EXPECT_EQ(StateOf(town_.suspended), Certification::State::kRevoked);
  EXPECT_EQ(StateOf(later), Certification::State::kValid);
}

TEST_F(BulkActs, ReportEachItem) {
  const std::string id = Begin();
  EXPECT_EQ(Get(id).state, Bulk::State::kRunning);
  EXPECT_TRUE(Report(id).empty());
  RunToTheEnd();
  const Bulk bulk = Get(id);
  EXPECT_EQ(bulk.state, Bulk::State::kDone);
  EXPECT_EQ(bulk.carried, 1u);
  EXPECT_EQ(bulk.as_wanted, 1u) << "one was suspended before";
  std::map<std::string, BulkItem::Outcome> outcomes;
  for (const BulkItem& item : Report(id)) outcomes[item.number] = item.outcome;
  EXPECT_EQ(outcomes, (std::map<std::string, BulkItem::Outcome>{{town_.valid, BulkItem::Outcome::kCarried},
                                                                {town_.suspended, BulkItem::Outcome::kAsWanted}}));
}

TEST_F(BulkActs, RestOnTheirProposalInEveryItem) {
  town_.Advance(Seconds{1});
  const std::string id = Begin();
  RunToTheEnd();
  const std::string subject = "certification/" + town_.valid;
  const auto acts = town_.service().act_reading().OfRecord(town_.reviewer.party, subject, {}).value();
  EXPECT_EQ(acts.back().recorded.act.act, "suspend-all");
  EXPECT_EQ(acts.back().recorded.act.actor, kClock);
  EXPECT_EQ(acts.back().recorded.act.rests_on, "proposal/" + Get(id).proposal);
  EXPECT_TRUE(acts.back().recorded.records.contains("bulk-item/" + id + ".000000") ||
              acts.back().recorded.records.contains("bulk-item/" + id + ".000001"));
}

TEST_F(BulkActs, AreVoidAndForgottenUnlessConfirmedInTime) {
  const Proposal proposal = Propose().value();
  const std::string id(IdOf(proposal.subject));
  town_.Advance(14 * kDay);
  EXPECT_EQ(CodeOf(town_.service().proposals().Confirm(town_.second_officer.party, proposal.id)),
            ErrorCode::kFailedPrecondition);
  EXPECT_EQ(Run().failed, 0u);
  EXPECT_EQ(Get(id).state, Bulk::State::kVoid);
  EXPECT_EQ(CodeOf(Load<BulkList>(town_.store(), id)), ErrorCode::kNotFound);
  EXPECT_EQ(StateOf(town_.valid), Certification::State::kValid);
}

TEST_F(BulkActs, LeaveACleanAuthority) {
  Begin();
  RunToTheEnd();
  FsckOptions options;
  options.lists = std::span(&town_.authority().trust, 1);
  options.party_ca = &town_.authority().party_ca;
  const FsckReport report = FsckAuthority(town_.store(), options).value();
  EXPECT_EQ(report.findings.total(), 0u);
}

TEST_F(BulkActs, CarryOutFiveHundredOnceEachThroughAStopInTheMiddle) {
  const std::vector<std::string> numbers = Multiply(500);
  const std::string id = Begin();
  const std::string ended = numbers[250];
  town_.service().certifications().Withdraw(town_.applicant.party, ended, "holder-request").value();
  Run();
  Run();
  EXPECT_EQ(Get(id).next, 2 * Bulks::kBatch);
  // As if it had stopped behind the items of a batch and before their position was written.
  const auto old = Load<Bulk>(town_.store(), id).value();
  Run();
  Bulk back = old.value;
  const auto now = Load<Bulk>(town_.store(), id).value();
  ledger::Change change;
  Replace(change, now, back);
  town_.log().Append(std::move(change), ledger::Ack::kSequenced).value();
  town_.Reopen();
  // One of them is put right meanwhile: it was its turn, and is not suspended again.
  const auto done = bulks().Report(town_.officer.party, id, 2 * Bulks::kBatch).value();
  ASSERT_EQ(done.size(), Bulks::kBatch);
  town_.service().certifications().Reinstate(town_.officer.party, done.front().number, "cause-corrected").value();
  RunToTheEnd();

  const Bulk bulk = Get(id);
  EXPECT_EQ(bulk.state, Bulk::State::kDone);
  EXPECT_EQ(bulk.count, 502u);
  EXPECT_EQ(bulk.carried, 500u);
  EXPECT_EQ(bulk.as_wanted, 1u);
  EXPECT_EQ(bulk.impossible, 1u);
  std::map<std::string, int> suspensions = SuspensionsOf();
  for (const std::string& number : numbers) EXPECT_EQ(suspensions[number], number == ended ? 0 : 1) << number;
  std::vector<BulkItem> items = Report(id);
  ASSERT_EQ(items.size(), 502u);
  std::erase_if(items, [](const BulkItem& item) { return item.outcome != BulkItem::Outcome::kImpossible; });
  ASSERT_EQ(items.size(), 1u);
  EXPECT_EQ(items[0].number, ended);
  EXPECT_EQ(items[0].state, "WITHDRAWN");
  EXPECT_EQ(Run().carried, 0u) << "nothing is left";
}

}  // namespace
}  // namespace certmark::ca::testing
