// Certifications re-issued, many at once: under another signer of the authority, or a corrected edition of the scheme.
#include <gtest/gtest.h>

#include "ca/bulks.h"
#include "ca/fsck.h"
#include "ca/replay.h"
#include "ledger/memory_store.h"
#include "ledger/tile_source.h"
#include "tests/unit/ca/authority_fixture.h"
#include "verifier-sdk/core/verify.h"

namespace certmark::ca::testing {
namespace {

using State = Certification::State;

// Corrected makes the young scheme the 2020 edition of the usual one.
void Corrected(Scheme& scheme) {
  if (scheme.Name() != SmallAuthority::kYoung) return;
  scheme.id = "CNCA-App-001";
  scheme.edition = "2020";
  scheme.standards.push_back("Corrigendum 1");
}
// Stricter has a criterion that nobody was evaluated against.
void Stricter(Scheme& scheme) {
  Corrected(scheme);
  if (scheme.edition != "2020") return;
  Criterion criterion = scheme.catalogues.front().criteria.front();
  criterion.code += "9";
  scheme.catalogues.front().criteria.push_back(criterion);
}

class Reissued : public ::testing::Test {
 protected:
  explicit Reissued(std::function<void(Scheme&)> adapt = Corrected) : office_(Beginning{.adapt = std::move(adapt)}) {}

  Bulks& bulks() { return office_.service().bulks(); }
  Result<Proposal> Propose(const Selector& selector, const std::string& reason = "signer-renewed") {
    return bulks().Propose(office_.officer.party, {Proposed::kReissueAll, selector, reason});
  }
  /// Reissue carries it out to its end, and returns the bulk's id.
  std::string Reissue(const Selector& selector) {
    const Proposal proposal = Propose(selector).value();
    office_.service().proposals().Confirm(office_.second_officer.party, proposal.id).value();
    Run();
    return std::string(IdOf(proposal.subject));
  }
  void Run() { EXPECT_EQ(office_.service().deadlines().Run(1000).value().failed, 0u); }
  BulkItem OnlyItem(const std::string& bulk) {
    const auto items = bulks().Report(office_.officer.party, bulk, 0).value();
    EXPECT_EQ(items.size(), 1u);
    return items.front();
  }
  Certification Read(const std::string& number) { return office_.service().certifications().Get(number).value(); }
  std::uint64_t PublicSize() { return office_.log().Exposed()->checkpoint.size; }
  Verdict VerdictOn(const Certification& certification) {
    const std::string bundle = office_.service().certifications().Bundle(certification.id).value();
    Policy policy;
    policy.allow = {Allow::kTestAuthority};
    return Verify(bundle, office_.lists(), {certification.app, certification.signers, certification.version_from},
                  policy, office_.now())
        .verdict;
  }
  /// MadeAgain is a register made again from the log.
  std::unique_ptr<ledger::Store> MadeAgain() {
    auto again = ledger::MakeMemoryStore();
    const auto mirror = ledger::MakeStoreSource(office_.store(), 1);
    const auto replayed = Replay(
        {.store = *again, .source = *mirror, .lists = office_.lists(), .now = office_.now(), .random = SystemRandom});
    EXPECT_TRUE(replayed) << replayed.error().message;
    return again;
  }
  void ExpectClean(const ledger::Store& store) {
    const FsckReport report = FsckAuthority(store, {.lists = office_.lists()}).value();
    for (const ledger::Finding& f : report.findings.list()) {
      ADD_FAILURE() << f.kind << " " << f.place << ": " << f.expected << ", " << f.found;
    }
  }

  const Selector scheme_{"scheme", "CNCA-App-001"}, edition_{"edition", "CNCA-App-001 2019"};
  Office office_;
};

// Forgiving knows no misuse any more.
void Forgiving(Scheme& scheme) {
  Corrected(scheme);
  if (scheme.edition != "2020") return;
  std::erase_if(scheme.reasons, [](const Reason& reason) { return reason.code == "misuse"; });
}

class ReissuedUnderForgivingRules : public Reissued {
 protected:
  ReissuedUnderForgivingRules() : Reissued(Forgiving) {}
};

class ReissuedUnderStricterRules : public Reissued {
 protected:
  ReissuedUnderStricterRules() : Reissued(Stricter) {}
};

TEST_F(Reissued, UnderANewSignerSaysTheSameUntilTheSameEnd) {
  const Certification before = office_.Certified();
  office_.Advance(30 * kDay);
  office_.RenewSigners();
  const BulkItem item = OnlyItem(Reissue(scheme_));
  EXPECT_EQ(item.outcome, BulkItem::Outcome::kCarried);
  EXPECT_EQ(item.number, before.id);
  const Certification after = Read(item.successor), old = Read(before.id);
  EXPECT_EQ(old.state, State::kSuperseded);
  EXPECT_EQ(old.superseded_by, after.id);
  EXPECT_EQ(after.state, State::kValid);
  EXPECT_EQ(after.supersedes, before.id);
  EXPECT_EQ(after.kid, office_.authority().credential_signer->public_key().thumbprint());
  EXPECT_NE(after.kid, before.kid);
  EXPECT_EQ(after.valid_from, office_.now());
  EXPECT_EQ(after.valid_until, before.valid_until);
  EXPECT_EQ(after.app, before.app);
  EXPECT_EQ(after.signers, before.signers);
  EXPECT_EQ(after.version_from, before.version_from);
  EXPECT_EQ(after.operator_party, before.operator_party);
  EXPECT_EQ(after.edition, before.edition);
  EXPECT_EQ(after.laboratory, before.laboratory);
  EXPECT_EQ(VerdictOn(after), Verdict::kValid);
  EXPECT_EQ(VerdictOn(old), Verdict::kEnded);
  ExpectClean(office_.store());
}

TEST_F(Reissued, RestsOnTheDecisionOfTheSameFileAndOnTheProposal) {
  const Certification before = office_.Certified();
  office_.RenewSigners();
  const std::string bulk = Reissue(scheme_);
  const Certification after = Read(OnlyItem(bulk).successor);
  EXPECT_EQ(after.application, before.application);
  EXPECT_EQ(office_.File(after.application).certification, after.id);
  const auto acts =
      office_.service().act_reading().OfRecord(office_.reviewer.party, SubjectOf(after), {}).value().shown;
  ASSERT_EQ(acts.size(), 1u);
  const RecordedAct& act = acts.front().recorded;
  EXPECT_EQ(act.act.act, "reissue-all");
  EXPECT_EQ(act.act.actor, kClock);
  EXPECT_EQ(act.act.rests_on, "proposal/" + bulks().Get(office_.officer.party, bulk).value().proposal);
  EXPECT_TRUE(act.records.contains("application/" + before.application));
  EXPECT_TRUE(act.records.contains("certification/" + before.id));
}

TEST_F(Reissued, NotTwiceWhateverStopsBetween) {
  office_.Certified();
  office_.RenewSigners();
  const std::string id = Reissue(scheme_);
  const std::string successor = OnlyItem(id).successor;
  const std::uint64_t size = PublicSize();
  // As if it had stopped behind the item and before its position was written.
  const auto done = Load<Bulk>(office_.store(), id).value();
  Bulk back = done.value;
  back.state = Bulk::State::kRunning;
  back.next = back.carried = 0;
  ledger::Change change;
  Replace(change, done, back);
  office_.log().Append(std::move(change), ledger::Ack::kSequenced).value();
  office_.Reopen();
  Run();
  EXPECT_EQ(PublicSize(), size);
  EXPECT_EQ(OnlyItem(id).successor, successor);
  EXPECT_EQ(bulks().Get(office_.officer.party, id).value().carried, 1u);
}

TEST_F(Reissued, NotWhereTodaysSignerSignedItUnderThatEdition) {
  const Certification before = office_.Certified();
  const std::uint64_t size = PublicSize();
  EXPECT_EQ(OnlyItem(Reissue(scheme_)).outcome, BulkItem::Outcome::kAsWanted);
  EXPECT_EQ(Read(before.id).state, State::kValid);
  EXPECT_EQ(PublicSize(), size);
}

TEST_F(Reissued, UnderTheCorrectedEditionWhereTheyAreFoundByTheOld) {
  const Certification before = office_.Certified();
  const Certification after = Read(OnlyItem(Reissue(edition_)).successor);
  EXPECT_EQ(before.edition, "2019");
  EXPECT_EQ(after.edition, "2020");
  EXPECT_EQ(after.valid_until, before.valid_until);
  EXPECT_EQ(VerdictOn(after), Verdict::kValid);
  ExpectClean(office_.store());
}

TEST_F(ReissuedUnderStricterRules, NotWithoutAReportThatShowsThemConform) {
  const Certification before = office_.Certified();
  const BulkItem item = OnlyItem(Reissue(edition_));
  EXPECT_EQ(item.outcome, BulkItem::Outcome::kImpossible);
  EXPECT_EQ(item.successor, "");
  EXPECT_EQ(Read(before.id).state, State::kValid);
}

TEST_F(Reissued, NotWhileSuspended) {
  const Certification before = office_.Certified();
  const Proposal suspension = office_.Propose(office_.officer, Proposed::kSuspend, before.id, "misuse").value();
  ASSERT_TRUE(office_.Confirm(office_.second_officer, suspension.id));
  office_.RenewSigners();
  EXPECT_EQ(OnlyItem(Reissue(scheme_)).outcome, BulkItem::Outcome::kImpossible);
  EXPECT_EQ(Read(before.id).state, State::kSuspended);
}

TEST_F(Reissued, FromWhatTookItsPlaceMeanwhile) {
  const Certification before = office_.Certified();
  const Proposal proposal = Propose(scheme_).value();
  const std::string file = office_.Submit(office_.FormOn(before, ApplicationPath::kDocumentsOnly));
  office_.Accept(file);
  const std::string between = office_.Decide(file).value().application.certification;
  office_.RenewSigners();
  office_.service().proposals().Confirm(office_.second_officer.party, proposal.id).value();
  Run();
  const BulkItem item = OnlyItem(std::string(IdOf(proposal.subject)));
  EXPECT_EQ(item.outcome, BulkItem::Outcome::kCarried);
  EXPECT_EQ(item.number, before.id);
  EXPECT_EQ(item.acted_on, between);
  EXPECT_EQ(Read(between).superseded_by, item.successor);
  EXPECT_EQ(VerdictOn(Read(item.successor)), Verdict::kValid);
}

TEST_F(Reissued, IsAsWantedWhereWhatTookItsPlaceIsNotFoundAnyMore) {
  const Certification before = office_.Certified();
  const Proposal first = Propose(edition_).value();
  Reissue(edition_);
  office_.service().proposals().Confirm(office_.second_officer.party, first.id).value();
  Run();
  const BulkItem item = OnlyItem(std::string(IdOf(first.subject)));
  EXPECT_EQ(item.outcome, BulkItem::Outcome::kAsWanted) << "it is under the corrected edition";
  EXPECT_EQ(item.acted_on, "");
  EXPECT_EQ(Read(before.id).state, State::kSuperseded);
}

TEST_F(ReissuedUnderForgivingRules, IsBlamedForNothingThatItsEditionDoesNotKnow) {
  office_.Certified();
  const Proposal proposal = bulks().Propose(office_.officer.party, {Proposed::kSuspendAll, scheme_, "misuse"}).value();
  const std::string successor = OnlyItem(Reissue(edition_)).successor;
  office_.service().proposals().Confirm(office_.second_officer.party, proposal.id).value();
  Run();
  const BulkItem item = OnlyItem(std::string(IdOf(proposal.subject)));
  EXPECT_EQ(item.outcome, BulkItem::Outcome::kImpossible);
  EXPECT_EQ(item.acted_on, successor);
  EXPECT_EQ(Read(successor).state, State::kValid);
}

TEST_F(Reissued, ForACauseThatIsACode) {
  office_.Certified();
  EXPECT_TRUE(Propose(scheme_, "edition-corrected"));
  for (const char* reason : {"", "Because it was wrong", "holder-request"}) {
    EXPECT_EQ(Propose(scheme_, reason).error().code, ErrorCode::kInvalidArgument) << reason;
  }
}

TEST_F(Reissued, AsAReplayOfTheLogTellsItToo) {
  const Certification before = office_.Certified();
  office_.RenewSigners();
  const std::string successor = OnlyItem(Reissue(scheme_)).successor;
  const auto again = MadeAgain();
  EXPECT_EQ(Load<Certification>(*again, before.id).value().value.state, State::kSuperseded);
  EXPECT_EQ(Load<Certification>(*again, successor).value().value.supersedes, before.id);
  ExpectClean(*again);
}

TEST_F(Reissued, LeavesAChangeUnderWayThatGoesOnFromTheNewNumber) {
  const Certification before = office_.Certified();
  ApplicationForm form = office_.FormOn(before, ApplicationPath::kUpdate);
  form.version_to = "299";
  const std::string file = office_.InReview(form);
  office_.RenewSigners();
  const std::string successor = OnlyItem(Reissue(scheme_)).successor;
  const auto decided = office_.Decide(file);
  ASSERT_TRUE(decided) << decided.error().message;
  EXPECT_EQ(Read(successor).superseded_by, decided->application.certification);
  EXPECT_EQ(Read(decided->application.certification).supersedes, successor);
  ExpectClean(office_.store());
}

// Short has a suspension outlive its limit, and a certification its end, within the lives of the signers.
void Short(Scheme& scheme) {
  scheme.parameters.validity = 20 * kDay;
  scheme.parameters.suspension_limit = 10 * kDay;
}

class ReissuedLate : public Reissued {
 protected:
  ReissuedLate() : Reissued(Short) {}
};

TEST_F(ReissuedLate, IsReplayedThoughTheClockRevokedAnotherOfTheAppAfterwards) {
  const std::string first = office_.Certified().id;
  const std::string asked = office_.Propose(office_.officer, Proposed::kSuspend, first, "misuse").value().id;
  office_.Confirm(office_.second_officer, asked).value();
  office_.Advance(15 * kDay);
  ApplicationForm form = office_.Form();
  form.signers = {std::string(kOtherSigner)};
  const std::string second = office_.Decide(office_.InReview(form)).value().application.certification;
  office_.Advance(6 * kDay);
  office_.RenewSigners();
  const Proposal proposal = Propose(scheme_).value();
  office_.service().proposals().Confirm(office_.second_officer.party, proposal.id).value();
  // The clock was late, and the bulk's turn came first.
  ASSERT_TRUE(bulks().OnDue(IdOf(proposal.subject)));
  ASSERT_EQ(Read(second).state, State::kSuperseded);
  ASSERT_TRUE(office_.service().certifications().OnDue(first));
  ASSERT_EQ(Read(first).state, State::kRevoked);
  const auto again = MadeAgain();
  EXPECT_EQ(Load<Certification>(*again, first).value().value.state, State::kRevoked);
  ExpectClean(*again);
}

}  // namespace
}  // namespace certmark::ca::testing
