// Deadlines: what is due is done in order, once, whatever fails or stops in between.
#include "ca/deadlines.h"

#include <gtest/gtest.h>

#include "tests/unit/ca/town.h"

namespace certmark::ca::testing {
namespace {

class DeadlinesAtWork : public ::testing::Test {
 protected:
  // Three suspended certifications, an hour apart.
  DeadlinesAtWork() {
    for (const char* const package : {"org.example.one", "org.example.two", "org.example.three"}) {
      numbers_.push_back(town_.Grant(package).id);
      town_.Act(Proposed::kSuspend, numbers_.back(), "misuse");
      town_.Advance(Seconds{3600});
    }
  }
  /// Leap is a long time in which signers were renewed.
  void Leap(Seconds time) {
    town_.Advance(time);
    town_.RenewSigners();
  }
  Deadlines::Report Run(std::size_t limit = 1000) { return town_.service().deadlines().Run(limit).value(); }
  Certification::State StateOf(const std::string& number) {
    return town_.service().certifications().Get(number).value().state;
  }
  /// Acts counts the acts of the clock of that name on a record.
  std::size_t Acts(std::string_view act, const std::string& subject) const {
    std::size_t count = 0;
    for (const std::string& entry : town_.RecordEntries()) {
      const RecordedAct recorded = RecordedAct::Parse(entry).value();
      count += recorded.act.actor == kClock && recorded.act.act == act && recorded.act.subject == subject;
    }
    return count;
  }
  std::vector<std::string> ClockActs() const {
    std::vector<std::string> acts;
    for (const std::string& entry : town_.RecordEntries()) {
      const RecordedAct recorded = RecordedAct::Parse(entry).value();
      if (recorded.act.actor == kClock) acts.push_back(recorded.act.act + " " + recorded.act.subject);
    }
    return acts;
  }
  std::string Revoked(std::size_t i) const { return "revoke-uncorrected certification/" + numbers_[i]; }

  Town town_;
  std::vector<std::string> numbers_;
};

TEST_F(DeadlinesAtWork, DoNothingBeforeTheirTime) {
  const auto report = Run();
  EXPECT_EQ(report.carried, 0u);
  EXPECT_EQ(report.failed, 0u);
  EXPECT_FALSE(report.more);
  EXPECT_EQ(ClockActs(), std::vector<std::string>{});
}

TEST_F(DeadlinesAtWork, CarryOutWhatIsDueInTheOrderOfItsTime) {
  Leap(183 * kDay);
  const auto report = Run();
  EXPECT_EQ(report.failed, 0u);
  // The town's own suspended one, and its proposal, were due before.
  EXPECT_EQ(ClockActs(), (std::vector<std::string>{"expire-proposal proposal/" + town_.proposal,
                                                   "revoke-uncorrected certification/" + town_.suspended, Revoked(0),
                                                   Revoked(1), Revoked(2)}));
  EXPECT_EQ(report.carried, 5u);
  for (const std::string& number : numbers_) EXPECT_EQ(StateOf(number), Certification::State::kRevoked);
}

TEST_F(DeadlinesAtWork, NameTheActThatTheyRestOn) {
  Leap(183 * kDay);
  Run();
  const RecordedAct last = RecordedAct::Parse(town_.RecordEntries().back()).value();
  EXPECT_TRUE(last.act.rests_on.starts_with("proposal/")) << last.act.rests_on;
  const auto proposal = Load<Proposal>(town_.store(), IdOf(last.act.rests_on)).value().value;
  EXPECT_EQ(proposal.state, Proposal::State::kConfirmed);
  EXPECT_EQ(proposal.subject, "certification/" + numbers_.back());
}

TEST_F(DeadlinesAtWork, FireOnceAndMissNothingWhenStoppedBetweenAnyTwoRecords) {
  Leap(183 * kDay);
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(Run(1).carried, 1u);
    town_.Reopen();
  }
  EXPECT_EQ(Run().carried, 0u);
  EXPECT_EQ(ClockActs().size(), 5u);
  for (const std::string& number : numbers_) {
    EXPECT_EQ(Acts("revoke-uncorrected", "certification/" + number), 1u);
    EXPECT_EQ(StateOf(number), Certification::State::kRevoked);
  }
}

TEST_F(DeadlinesAtWork, CatchUpWithAllThatFellDueWhileNobodyRan) {
  Leap(1283 * kDay);
  EXPECT_EQ(Run().failed, 0u);
  EXPECT_EQ(StateOf(town_.valid), Certification::State::kExpired);
  EXPECT_EQ(StateOf(numbers_[0]), Certification::State::kRevoked) << "its limit passed before its end did";
  EXPECT_EQ(Run().carried, 0u);
}

TEST_F(DeadlinesAtWork, LookAtNoMoreThanTheyAreTold) {
  Leap(183 * kDay);
  const auto first = Run(2);
  EXPECT_EQ(first.carried, 2u);
  EXPECT_TRUE(first.more);
  const auto rest = Run(100);
  EXPECT_EQ(rest.carried, 3u);
  EXPECT_FALSE(rest.more);
}

// ---- What goes wrong

class DeadlinesOfOurOwn : public DeadlinesAtWork {
 protected:
  Deadlines::OnDue Certifications() {
    return [this](std::string_view id) { return town_.service().certifications().OnDue(id); };
  }
  Deadlines::OnDue Proposals() {
    return [this](std::string_view id) { return town_.service().proposals().OnDue(id); };
  }
  static const Desk& Later(DeadlinesOfOurOwn& test) {
    test.Leap(183 * kDay);
    return test.town_.service().desk();
  }
  Deadlines engine_{Later(*this)};
};

TEST_F(DeadlinesOfOurOwn, ReportWhatFailsAndGoOn) {
  bool broken = true;
  engine_.Serve(Proposal::kKind, Proposals());
  engine_.Serve(Certification::kKind, [&](std::string_view id) -> Result<void> {
    if (broken && id == numbers_[0]) return Error{ErrorCode::kUnavailable, "not today"};
    return Certifications()(id);
  });
  const auto report = engine_.Run(100).value();
  EXPECT_EQ(report.carried, 4u);
  EXPECT_EQ(report.failed, 1u);
  ASSERT_EQ(report.failures.size(), 1u);
  EXPECT_EQ(report.failures[0].subject, "certification/" + numbers_[0]);
  EXPECT_EQ(report.failures[0].error.message, "not today");
  EXPECT_EQ(StateOf(numbers_[0]), Certification::State::kSuspended);
  EXPECT_EQ(StateOf(numbers_[2]), Certification::State::kRevoked) << "it came after the one that failed";
  broken = false;
  EXPECT_EQ(engine_.Run(100).value().carried, 1u) << "it is tried again";
  EXPECT_EQ(StateOf(numbers_[0]), Certification::State::kRevoked);
}

TEST_F(DeadlinesOfOurOwn, LetNothingThatFailsTakeTheTurnOfOthers) {
  engine_.Serve(Proposal::kKind, [](std::string_view) -> Result<void> { return Error{ErrorCode::kUnavailable, "no"}; });
  engine_.Serve(Certification::kKind, Certifications());
  EXPECT_EQ(engine_.Run(1).value().failed, 1u);
  for (int i = 0; i < 4; ++i) EXPECT_EQ(engine_.Run(1).value().carried, 1u) << i;
  EXPECT_EQ(StateOf(numbers_[2]), Certification::State::kRevoked);
  EXPECT_EQ(engine_.Run(1).value().failed, 0u) << "the end: now from the beginning";
  EXPECT_EQ(engine_.Run(1).value().failed, 1u);
}

TEST_F(DeadlinesOfOurOwn, TakeAConflictForNoFailure) {
  engine_.Serve(Proposal::kKind, Proposals());
  engine_.Serve(Certification::kKind, [](std::string_view) -> Result<void> {
    return Error{ErrorCode::kConflict, "somebody was faster"};
  });
  const auto report = engine_.Run(100).value();
  EXPECT_EQ(report.carried, 1u);
  EXPECT_EQ(report.failed, 0u);
}

TEST_F(DeadlinesOfOurOwn, SayThatNobodyServesAKind) {
  engine_.Serve(Certification::kKind, Certifications());
  const auto report = engine_.Run(100).value();
  EXPECT_EQ(report.carried, 4u);
  ASSERT_EQ(report.failures.size(), 1u);
  EXPECT_EQ(report.failures[0].subject, "proposal/" + town_.proposal);
  EXPECT_NE(report.failures[0].error.message.find("nobody"), std::string::npos);
}

TEST_F(DeadlinesOfOurOwn, SayThatARecordStaysDueAndDoNotLoop) {
  engine_.Serve(Proposal::kKind, [](std::string_view) { return Result<void>{}; });
  engine_.Serve(Certification::kKind, Certifications());
  const auto report = engine_.Run(100).value();
  EXPECT_EQ(report.carried, 4u);
  ASSERT_EQ(report.failures.size(), 1u);
  EXPECT_EQ(report.failures[0].subject, "proposal/" + town_.proposal);
  EXPECT_FALSE(report.more);
}

TEST_F(DeadlinesOfOurOwn, TellAHundredFailuresByNameAndCountTheRest) {
  ledger::Change change;
  for (int i = 0; i < 150; ++i) {
    const IndexRow row = DueRow(kStart, "nothing/" + std::to_string(i));
    change.writes.push_back({ledger::Column::kIndex, row.key, row.value});
  }
  town_.log().Append(std::move(change), ledger::Ack::kSequenced).value();
  engine_.Serve(Proposal::kKind, Proposals());
  engine_.Serve(Certification::kKind, Certifications());
  const auto report = engine_.Run(1000).value();
  EXPECT_EQ(report.failed, 150u);
  EXPECT_EQ(report.failures.size(), Deadlines::kMaxFailures);
  EXPECT_EQ(report.carried, 5u);
}

TEST_F(DeadlinesOfOurOwn, AreRefusedWhileTheLogDoesNotWrite) {
  engine_.Serve(Proposal::kKind, Proposals());
  engine_.Serve(Certification::kKind, Certifications());
  town_.Advance(-200 * kDay);
  EXPECT_FALSE(town_.log().Append({}, ledger::Ack::kSequenced)) << "its clock is behind the last commit";
  ASSERT_TRUE(town_.log().Stopped());
  town_.Advance(200 * kDay);
  const auto refused = engine_.Run(100);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kUnavailable);
}

TEST(PartyCertificates, IdentifyNobodyOnceTheyHaveEnded) {
  Office office;
  const std::string id = office.reviewer.party.id;
  const Time end = office.reviewer.certificate.not_after();
  office.Advance(end - office.now());
  office.RenewSigners();
  EXPECT_EQ(office.service().deadlines().Run(100).value().carried, 0u) << "the last second is its own";
  EXPECT_TRUE(Authenticate(office.store(), office.reviewer.certificate, office.now()));
  office.Advance(Seconds{1});
  EXPECT_EQ(office.service().deadlines().Run(100).value().failed, 0u);
  const Party party = Load<Party>(office.store(), id).value().value;
  EXPECT_TRUE(party.certificates.empty());
  EXPECT_EQ(party.keys.size(), 1u) << "its key stays its own";
  EXPECT_EQ(office.service().deadlines().Run(100).value().carried, 0u);
}

}  // namespace
}  // namespace certmark::ca::testing
