// Subscriptions: whose they are, what they are told of, and that nothing is lost or told to anybody else.
#include "ca/subscriptions.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "ca/fsck.h"
#include "tests/unit/ca/town.h"
#include "verifier-sdk/core/log_entry.h"

namespace certmark::ca::testing {
namespace {

using Of = Subscription::Of;

ErrorCode CodeOf(const auto& result) {
  return result ? ErrorCode{} : result.error().code;
}

class SubscriptionsTest : public ::testing::Test {
 protected:
  Subscriptions& subscriptions() { return town_.service().subscriptions(); }
  Subscribed Create(const Person& by, Of of = Of::kNotices, std::optional<std::uint64_t> from = std::nullopt) {
    return subscriptions().Create(by.party, {.of = of, .target = "https://store.example/hook", .from = from}).value();
  }
  /// Told are acts, and what they were done to, that a subscription is sent next.
  std::vector<std::string> Told(Subscribed& subscribed, std::size_t limit = 1000) {
    std::vector<std::string> told;
    const auto messages = subscriptions().Next(subscribed.subscription, subscribed.delivery, limit).value().messages;
    for (const Message& message : messages) {
      const auto& notice = std::get<Notice>(message);
      told.push_back(notice.act + " " + std::string(KindOf(notice.subject)));
      subscribed.delivery.Taken(notice.index);
    }
    return told;
  }
  std::vector<LoggedEvent> Events(Subscribed& subscribed, std::size_t limit = 1000) {
    std::vector<LoggedEvent> events;
    const auto messages = subscriptions().Next(subscribed.subscription, subscribed.delivery, limit).value().messages;
    for (const Message& message : messages) {
      events.push_back(std::get<LoggedEvent>(message));
      subscribed.delivery.Taken(events.back().index);
    }
    return events;
  }

  Town town_;
};

TEST_F(SubscriptionsTest, TellAPartyOfWhatConcernsItAndNobodyElse) {
  Subscribed applicant = Create(town_.applicant), other = Create(town_.other_operator);
  Subscribed laboratory = Create(town_.laboratory), officer = Create(town_.officer);
  town_.Grant("org.example.told");
  EXPECT_EQ(Told(applicant), (std::vector<std::string>{"accept-application application", "submit-report application",
                                                       "decide application"}));
  EXPECT_EQ(Told(laboratory), (std::vector<std::string>{"accept-application application", "decide application"}));
  EXPECT_EQ(Told(other), std::vector<std::string>());
  EXPECT_EQ(Told(officer), std::vector<std::string>());
}

TEST_F(SubscriptionsTest, TellOfASuspensionAndNotOfItsProposal) {
  Subscribed applicant = Create(town_.applicant);
  const Proposal made =
      town_.service()
          .proposals()
          .Propose(town_.officer.party, {Proposed::kSuspend, "certification/" + town_.valid, "misuse"})
          .value();
  EXPECT_EQ(Told(applicant), std::vector<std::string>());
  town_.service().proposals().Confirm(town_.second_officer.party, made.id).value();
  const auto messages = subscriptions().Next(applicant.subscription, applicant.delivery, 10).value().messages;
  ASSERT_EQ(messages.size(), 1u);
  const auto& notice = std::get<Notice>(messages[0]);
  EXPECT_EQ(notice.subject, "certification/" + town_.valid);
  EXPECT_EQ(notice.after, "SUSPENDED");
  EXPECT_EQ(notice.reason, "misuse");
}

TEST_F(SubscriptionsTest, AreSentTheEventsOfThePublicLogVerbatim) {
  Subscribed all = Create(town_.laboratory, Of::kEvents, 0), later = Create(town_.laboratory, Of::kEvents);
  const auto events = Events(all);
  ASSERT_EQ(events.size(), 5u);  // two suspended, one revoked, one withdrawn, one reinstated
  const auto log = town_.service().desk().logs().Find(1).value();
  for (const LoggedEvent& event : events) {
    EXPECT_EQ(event.jws, AsText(log.reader.Entry(event.index, log.exposed->checkpoint.size).value()));
    EXPECT_EQ(ClassifyEntry(event.jws), EntryType::kEvent);
  }
  EXPECT_EQ(Events(all).size(), 0u);
  EXPECT_EQ(Events(later).size(), 0u);
  town_.Act(Proposed::kRevoke, town_.valid, "deception");
  EXPECT_EQ(Events(later).size(), 1u);
}

TEST_F(SubscriptionsTest, ReadALittleAtATimeLoseNothing) {
  Subscribed at_once = Create(town_.laboratory, Of::kEvents, 0), one_by_one = Create(town_.laboratory, Of::kEvents, 0);
  std::vector<std::uint64_t> indices, expected;
  for (const LoggedEvent& event : Events(at_once)) expected.push_back(event.index);
  for (auto next = Events(one_by_one, 1); !next.empty(); next = Events(one_by_one, 1)) indices.push_back(next[0].index);
  EXPECT_EQ(indices, expected);
}

TEST_F(SubscriptionsTest, GoOnInTheLogThatSucceeds) {
  Subscribed subscribed = Create(town_.laboratory, Of::kEvents);
  town_.Act(Proposed::kRevoke, town_.valid, "deception");
  town_.Succeed();
  town_.Act(Proposed::kRevoke, town_.suspended, "deception");
  const auto first = Events(subscribed), second = Events(subscribed);
  ASSERT_EQ(first.size(), 1u);
  ASSERT_EQ(second.size(), 1u);
  EXPECT_EQ(first[0].log, 1u);
  EXPECT_EQ(second[0].log, 2u);
}

TEST_F(SubscriptionsTest, AreKeptAcrossAStopWhereverTheyHaveCome) {
  Subscribed subscribed = Create(town_.applicant);
  town_.Grant("org.example.told");
  const Delivery read = subscribed.delivery;
  EXPECT_EQ(Told(subscribed, 2).size(), 2u);
  ASSERT_TRUE(subscriptions().Keep(read, subscribed.delivery));
  town_.Reopen();
  Subscribed again = subscriptions().All().value().at(0);
  EXPECT_EQ(Told(again), std::vector<std::string>{"decide application"});
}

TEST_F(SubscriptionsTest, NotKeptTellTheSameAgainUnderTheSameIndex) {
  Subscribed subscribed = Create(town_.applicant);
  town_.Grant("org.example.told");
  const auto first = subscriptions().Next(subscribed.subscription, subscribed.delivery, 10).value().messages;
  town_.Reopen();
  Subscribed again = subscriptions().All().value().at(0);
  const auto second = subscriptions().Next(again.subscription, again.delivery, 10).value().messages;
  ASSERT_EQ(first.size(), second.size());
  for (std::size_t i = 0; i < first.size(); ++i) EXPECT_EQ(IndexOf(first[i]), IndexOf(second[i]));
}

TEST_F(SubscriptionsTest, AreReplayedFromAnyEntryAndForgetWhatWasRefused) {
  Subscribed subscribed = Create(town_.applicant);
  town_.Grant("org.example.told");
  const Delivery read = subscribed.delivery;
  subscribed.delivery.Refused(read.next + 1, town_.now(), "invalid_request");
  ASSERT_TRUE(subscriptions().Keep(read, subscribed.delivery));
  Subscribed replayed = subscriptions().Replay(town_.applicant.party, subscribed.subscription.id, read.next).value();
  EXPECT_TRUE(replayed.delivery.refused.empty());
  EXPECT_EQ(Told(replayed).size(), 3u);
  EXPECT_EQ(CodeOf(subscriptions().Keep(subscribed.delivery, subscribed.delivery)), ErrorCode::kConflict)
      << "what was under way meanwhile does not undo it";
  EXPECT_EQ(CodeOf(subscriptions().Replay(town_.applicant.party, subscribed.subscription.id, 1'000'000)),
            ErrorCode::kInvalidArgument);
}

TEST_F(SubscriptionsTest, AreShownToNobodyElse) {
  const std::string id = Create(town_.applicant).subscription.id;
  EXPECT_EQ(CodeOf(subscriptions().Get(town_.other_operator.party, id)), ErrorCode::kNotFound);
  EXPECT_EQ(CodeOf(subscriptions().Replay(town_.other_operator.party, id, 0)), ErrorCode::kNotFound);
  EXPECT_EQ(CodeOf(subscriptions().End(town_.other_operator.party, id)), ErrorCode::kNotFound);
  EXPECT_TRUE(subscriptions().List(town_.other_operator.party).value().empty());
  EXPECT_EQ(subscriptions().List(town_.applicant.party).value().size(), 1u);
}

TEST_F(SubscriptionsTest, LeaveNothingBehindOnceTheyEnd) {
  const std::string id = Create(town_.applicant).subscription.id;
  ASSERT_TRUE(subscriptions().End(town_.applicant.party, id));
  EXPECT_TRUE(subscriptions().All().value().empty());
  EXPECT_EQ(CodeOf(subscriptions().End(town_.applicant.party, id)), ErrorCode::kNotFound);
  for (const std::string& entry : town_.RecordEntries()) EXPECT_EQ(entry.find("store.example"), std::string::npos);
}

TEST_F(SubscriptionsTest, AreNoMoreThanEightOfAParty) {
  for (std::size_t i = 0; i < Subscription::kMaxOfParty; ++i) Create(town_.applicant);
  EXPECT_EQ(CodeOf(subscriptions().Create(town_.applicant.party, {.target = "https://store.example/"})),
            ErrorCode::kResourceExhausted);
  EXPECT_TRUE(subscriptions().Create(town_.laboratory.party, {.target = "https://store.example/"}));
}

TEST_F(SubscriptionsTest, AreNoMoreThanEightThoughManyAskAtOnce) {
  std::atomic<int> made = 0;
  std::vector<std::thread> askers;
  for (int i = 0; i < 12; ++i) {
    askers.emplace_back([&] {
      for (int tries = 0; tries < 20; ++tries) {
        const auto one = subscriptions().Create(town_.applicant.party, {.target = "https://store.example/"});
        made += one.has_value();
        if (!one && one.error().code == ErrorCode::kResourceExhausted) return;
      }
    });
  }
  for (std::thread& asker : askers) asker.join();
  EXPECT_EQ(made, static_cast<int>(Subscription::kMaxOfParty));
  EXPECT_EQ(subscriptions().List(town_.applicant.party).value().size(), Subscription::kMaxOfParty);
}

TEST_F(SubscriptionsTest, BeginNowhereBehindTheEndOfTheLog) {
  EXPECT_EQ(CodeOf(subscriptions().Create(town_.applicant.party,
                                          {.of = Of::kEvents, .target = "https://store.example/", .from = 1'000'000})),
            ErrorCode::kInvalidArgument);
}

TEST_F(SubscriptionsTest, OfAPartyWithoutCertificatesWait) {
  Create(town_.applicant);
  ASSERT_TRUE(town_.service().certificate_revocations().RevokeOwn(town_.applicant.party, CrlReason::kKeyCompromise));
  EXPECT_TRUE(subscriptions().All().value().empty());
}

TEST_F(SubscriptionsTest, LeaveADatabaseThatFsckFindsInOrder) {
  Subscribed subscribed = Create(town_.applicant);
  ASSERT_TRUE(subscriptions().End(town_.applicant.party, Create(town_.applicant).subscription.id));
  town_.Grant("org.example.told");
  const Delivery read = subscribed.delivery;
  Told(subscribed, 1);
  ASSERT_TRUE(subscriptions().Keep(read, subscribed.delivery));
  town_.service().reminders().Run(100).value();
  FsckOptions options;
  options.lists = std::span(&town_.authority().trust, 1);
  options.party_ca = &town_.authority().party_ca;
  const FsckReport report = FsckAuthority(town_.store(), options).value();
  for (const ledger::Finding& finding : report.findings.list())
    ADD_FAILURE() << finding.kind << " " << finding.place << ": " << finding.expected << ", found " << finding.found;
}

TEST_F(SubscriptionsTest, HaveAKeyOfTheirOwn) {
  const Subscribed one = Create(town_.applicant), two = Create(town_.applicant);
  EXPECT_EQ(one.subscription.key.size(), Subscription::kKeyBytes);
  EXPECT_NE(one.subscription.key, two.subscription.key);
}

}  // namespace
}  // namespace certmark::ca::testing
