// One act on many certifications: fixed, confirmed by another, carried out once each, whatever stops in between.
#include "ca/bulks.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "ca/fsck.h"
#include "ca/numbers.h"
#include "ledger/memory_store.h"
#include "tests/support/faulty_store.h"
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
  std::vector<std::string> MultiplyValid(std::size_t count) {
    return Multiply(town_, town_.service().certifications().Get(town_.valid).value(), count);
  }
  /// Change has a certification superseded by what `laboratory` finds, where the path has a verification.
  Certification Change(const std::string& number, ApplicationPath path, const Person& laboratory) {
    ApplicationForm form = town_.FormOn(town_.service().certifications().Get(number).value(), path);
    if (path == ApplicationPath::kUpdate) form.version_to = "299";
    const std::string id = town_.Submit(form);
    const bool verified = StepsOf(path).verification;
    town_.service().applications().Accept(town_.reviewer.party, id, verified ? laboratory.party.id : "").value();
    if (verified) {
      const std::string report = town_.SignReport(town_.DraftReport(id, laboratory), laboratory);
      town_.service().applications().SubmitReport(laboratory.party, id, report).value();
    }
    return town_.service().certifications().Get(town_.Decide(id).value().application.certification).value();
  }
  BulkItem ItemOf(const std::string& bulk, const std::string& number) {
    const auto items = Report(bulk);
    const auto found = std::ranges::find(items, number, &BulkItem::number);
    if (found == items.end()) Die("no such item");
    return *found;
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

TEST_F(BulkActs, FollowWhatTookThePlaceOfACertificationMeanwhile) {
  const Proposal proposal = Propose(Proposed::kRevokeAll, "deception").value();
  const Certification update = Change(town_.valid, ApplicationPath::kUpdate, town_.laboratory);
  const Certification last = Change(update.id, ApplicationPath::kDocumentsOnly, town_.laboratory);
  town_.service().proposals().Confirm(town_.second_officer.party, proposal.id).value();
  RunToTheEnd();
  EXPECT_EQ(StateOf(last.id), Certification::State::kRevoked) << "an update is no way out";
  EXPECT_EQ(StateOf(town_.valid), Certification::State::kSuperseded);
  const BulkItem item = ItemOf(std::string(IdOf(proposal.subject)), town_.valid);
  EXPECT_EQ(item.outcome, BulkItem::Outcome::kCarried);
  EXPECT_EQ(item.acted_on, last.id);
  EXPECT_EQ(item.state, "REVOKED");
  EXPECT_EQ(ItemOf(std::string(IdOf(proposal.subject)), town_.suspended).acted_on, "");
}

TEST_F(BulkActs, LeaveAloneWhatAnotherLaboratoryEvaluatedAnew) {
  const Person other = town_.EnrolEvaluator("Another Laboratory", {Role::kLaboratory});
  const Proposal proposal = Propose(Proposed::kRevokeAll, "deception").value();
  const Certification anew = Change(town_.valid, ApplicationPath::kReverification, other);
  ASSERT_EQ(anew.laboratory, other.party.id);
  town_.service().proposals().Confirm(town_.second_officer.party, proposal.id).value();
  RunToTheEnd();
  EXPECT_EQ(StateOf(anew.id), Certification::State::kValid);
  const BulkItem item = ItemOf(std::string(IdOf(proposal.subject)), town_.valid);
  EXPECT_EQ(item.outcome, BulkItem::Outcome::kImpossible);
  EXPECT_EQ(item.acted_on, "");
  EXPECT_EQ(item.state, "SUPERSEDED");
}

TEST_F(BulkActs, SayOfWhatTookAPlaceThatItIsSoAlready) {
  const Proposal proposal = Propose().value();
  const Certification update = Change(town_.valid, ApplicationPath::kUpdate, town_.laboratory);
  town_.Act(Proposed::kSuspend, update.id, "misuse");
  town_.service().proposals().Confirm(town_.second_officer.party, proposal.id).value();
  RunToTheEnd();
  const BulkItem item = ItemOf(std::string(IdOf(proposal.subject)), town_.valid);
  EXPECT_EQ(item.outcome, BulkItem::Outcome::kAsWanted);
  EXPECT_EQ(item.acted_on, update.id);
}

TEST_F(BulkActs, LeaveWhatElseIsDueItsTurnBetweenTwoBatches) {
  MultiplyValid(2 * Bulks::kBatch);
  town_.Advance(14 * kDay);
  Begin();
  const Deadlines::Report report = Run();
  EXPECT_TRUE(report.more) << "of the act on many";
  EXPECT_EQ(town_.service().proposals().Get(town_.officer.party, town_.proposal).value().state,
            Proposal::State::kExpired)
      << "it was due, too";
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
  const auto acts = town_.service().act_reading().OfRecord(town_.reviewer.party, subject, {}).value().shown;
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

TEST_F(BulkActs, CarryOutThousandsOnceEachThroughAStopInTheMiddle) {
  constexpr std::size_t kMany = 3 * Bulks::kBatch + 100;
  const std::vector<std::string> numbers = MultiplyValid(kMany);
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
  EXPECT_EQ(bulk.count, kMany + 2);
  EXPECT_EQ(bulk.carried, kMany);
  EXPECT_EQ(bulk.as_wanted, 1u);
  EXPECT_EQ(bulk.impossible, 1u);
  std::map<std::string, int> suspensions = SuspensionsOf();
  for (const std::string& number : numbers) EXPECT_EQ(suspensions[number], number == ended ? 0 : 1) << number;
  std::vector<BulkItem> items;
  while (items.size() < bulk.count) {
    const auto page = bulks().Report(town_.officer.party, id, items.size()).value();
    ASSERT_FALSE(page.empty());
    items.insert(items.end(), page.begin(), page.end());
  }
  ASSERT_EQ(items.size(), kMany + 2);
  std::erase_if(items, [](const BulkItem& item) { return item.outcome != BulkItem::Outcome::kImpossible; });
  ASSERT_EQ(items.size(), 1u);
  EXPECT_EQ(items[0].number, ended);
  EXPECT_EQ(items[0].state, "WITHDRAWN");
  EXPECT_EQ(Run().carried, 0u) << "nothing is left";
}

// ---- A store that fails in the middle

// FaultyMemory is a store in memory that fails where it is told.
struct Rows {
  std::unique_ptr<ledger::Store> rows = ledger::MakeMemoryStore();
};
class FaultyMemory : private Rows, public ledger::FaultyStore {
 public:
  FaultyMemory() : FaultyStore(*rows) {}
};

class BulkActsOnAFaultyStore : public ::testing::TestWithParam<std::tuple<ledger::Fault, int>> {
 protected:
  static constexpr std::size_t kMany = 150;

  std::unique_ptr<ledger::Store> MakeStore() {
    auto made = std::make_unique<FaultyMemory>();
    store_ = made.get();
    return made;
  }
  /// PowerCut stops the authority, takes what was not synced, and begins again.
  void PowerCut() {
    office_.Close();
    store_->PowerCut();
    office_.Reopen();
  }
  void RunToTheEnd(const std::string& id) {
    for (int i = 0; i < 10 && Load<Bulk>(office_.store(), id).value().value.state != Bulk::State::kDone; ++i) {
      (void)office_.service().deadlines().Run(1000);
      if (office_.log().Stopped()) PowerCut();
    }
  }

  FaultyMemory* store_ = nullptr;
  Office office_{Beginning{.make_store = [this] { return MakeStore(); }}};
};

TEST_P(BulkActsOnAFaultyStore, AreCarriedOutOnceEach) {
  const auto [fault, nth] = GetParam();
  const std::vector<std::string> numbers = Multiply(office_, office_.Certified(), kMany);
  const Proposal proposal =
      office_.service()
          .bulks()
          .Propose(office_.officer.party, {Proposed::kSuspendAll, {"scheme", "CNCA-App-001"}, "misuse"})
          .value();
  office_.service().proposals().Confirm(office_.second_officer.party, proposal.id).value();
  store_->FailCommit(nth, fault);
  const std::string id(IdOf(proposal.subject));
  RunToTheEnd(id);
  const Bulk bulk = Load<Bulk>(office_.store(), id).value().value;
  EXPECT_EQ(bulk.state, Bulk::State::kDone);
  EXPECT_EQ(bulk.carried, kMany + 1);
  for (const std::string& number : numbers) {
    const Certification certification = office_.service().certifications().Get(number).value();
    EXPECT_EQ(certification.state, Certification::State::kSuspended);
    const auto times = std::ranges::count(certification.history, EventKind::kSuspended, &Certification::Happened::kind);
    EXPECT_EQ(times, 1) << number;
  }
  EXPECT_TRUE(store_->violations().empty());
}

INSTANTIATE_TEST_SUITE_P(Faults, BulkActsOnAFaultyStore,
                         ::testing::Combine(::testing::Values(ledger::Fault::kUnavailable, ledger::Fault::kNoRoom,
                                                              ledger::Fault::kUnknownNotWritten,
                                                              ledger::Fault::kUnknownWritten),
                                            ::testing::Values(0, 1, 2, 3, 5)),
                         [](const auto& row) {
                           return std::string(ledger::Name(std::get<0>(row.param))) +
                                  std::to_string(std::get<1>(row.param));
                         });

}  // namespace
}  // namespace certmark::ca::testing
