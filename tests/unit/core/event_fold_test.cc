#include "verifier-sdk/core/event_fold.h"

#include <gtest/gtest.h>

#include <initializer_list>

namespace certmark {
namespace {

constexpr std::string_view kNumber = "CM-2026-7K3Q9X2M4T4";
constexpr Time kIssued{Seconds{1793664000}};
const App kApp{Platform::kAndroid, "org.torproject.android"};

Event Of(EventKind kind, const App& app = kApp) {
  Event event;
  event.kind = kind;
  event.app = app;
  event.number = kNumber;
  event.iat = kIssued + Seconds{60};
  return event;
}

FoldedState After(std::initializer_list<EventKind> events) {
  EventFold fold;
  fold.AddCredential(kNumber, kApp, kIssued);
  for (const EventKind kind : events) EXPECT_EQ(fold.AddEvent(Of(kind)), EventFold::Applied::kApplied);
  return fold.Find(kNumber)->state;
}

TEST(EventFold, TakesEveryStepOfTheTableAndNoOther) {
  using enum EventKind;
  struct Row {
    const char* name;
    std::initializer_list<EventKind> events;
    FoldedState state;
  };
  const Row kRows[] = {
      {"issued", {}, FoldedState::kValid},
      {"suspended", {kSuspended}, FoldedState::kSuspended},
      {"suspended twice", {kSuspended, kSuspended}, FoldedState::kSuspended},
      {"reinstated", {kSuspended, kReinstated}, FoldedState::kValid},
      {"reinstated while valid", {kReinstated}, FoldedState::kValid},
      {"revoked", {kRevoked}, FoldedState::kRevoked},
      {"revoked while suspended", {kSuspended, kRevoked}, FoldedState::kRevoked},
      {"withdrawn", {kWithdrawn}, FoldedState::kEnded},
      {"superseded while suspended", {kSuspended, kSuperseded}, FoldedState::kEnded},
      {"revoked is final", {kRevoked, kReinstated, kWithdrawn}, FoldedState::kRevoked},
      {"ended is final", {kWithdrawn, kRevoked, kReinstated}, FoldedState::kEnded},
      {"orders are no state", {kExposed, kRectified, kOrderAnnulled}, FoldedState::kValid},
  };
  for (const Row& row : kRows) EXPECT_EQ(After(row.events), row.state) << row.name;
}

TEST(EventFold, KeepsTheFirstCredentialOfANumber) {
  EventFold fold;
  EXPECT_TRUE(fold.AddCredential(kNumber, kApp, kIssued));
  ASSERT_EQ(fold.AddEvent(Of(EventKind::kRevoked)), EventFold::Applied::kApplied);
  EXPECT_FALSE(fold.AddCredential(kNumber, {Platform::kIos, "other"}, kIssued));
  EXPECT_EQ(fold.Find(kNumber)->app, kApp);
  EXPECT_EQ(fold.Find(kNumber)->state, FoldedState::kRevoked) << "a later credential revives nothing";
  EXPECT_EQ(fold.size(), 1u);
}

TEST(EventFold, IgnoresAnEventOfANumberWithoutACredential) {
  EventFold fold;
  EXPECT_EQ(fold.AddEvent(Of(EventKind::kRevoked)), EventFold::Applied::kUnissued);
  EXPECT_EQ(fold.Find(kNumber), nullptr);
  EXPECT_FALSE(fold.Spoil(kNumber));
  fold.AddCredential(kNumber, kApp, kIssued);
  EXPECT_EQ(fold.Find(kNumber)->state, FoldedState::kValid) << "earlier events count for nothing";
}

TEST(EventFold, CannotTellAfterAnEventOfAnotherApp) {
  EventFold fold;
  fold.AddCredential(kNumber, kApp, kIssued);
  EXPECT_EQ(fold.AddEvent(Of(EventKind::kSuspended, {Platform::kIos, "org.torproject.android"})),
            EventFold::Applied::kAnotherApp);
  EXPECT_EQ(fold.Find(kNumber)->state, FoldedState::kUnknown);
  EXPECT_EQ(fold.AddEvent(Of(EventKind::kReinstated)), EventFold::Applied::kApplied);
  EXPECT_EQ(fold.Find(kNumber)->state, FoldedState::kUnknown) << "nothing good comes of what is unknown";
  EXPECT_EQ(fold.AddEvent(Of(EventKind::kRevoked)), EventFold::Applied::kApplied);
  EXPECT_EQ(fold.Find(kNumber)->state, FoldedState::kRevoked);
  EXPECT_TRUE(fold.Spoil(kNumber));
  EXPECT_EQ(fold.Find(kNumber)->state, FoldedState::kRevoked) << "final stays final";
}

TEST(EventFold, LeavesOrdersOfNoCertificationAlone) {
  EventFold fold;
  Event order = Of(EventKind::kRectified);
  order.number.clear();
  EXPECT_EQ(fold.AddEvent(order), EventFold::Applied::kNoNumber);
}

TEST(EventFold, RemembersWhatHappenedAndWhen) {
  EventFold fold;
  fold.AddCredential(kNumber, kApp, kIssued);
  fold.AddEvent(Of(EventKind::kSuspended));
  fold.AddEvent(Of(EventKind::kExposed));
  const FoldedCertification& folded = *fold.Find(kNumber);
  EXPECT_EQ(folded.issued, kIssued);
  ASSERT_EQ(folded.history.size(), 1u) << "an order is not part of its life";
  EXPECT_EQ(folded.history.front().kind, EventKind::kSuspended);
  EXPECT_EQ(folded.history.front().at, kIssued + Seconds{60});
}

TEST(NumbersNamedBy, FindsEveryNumberInWhatIsOtherwiseNoEvent) {
  using Numbers = std::vector<std::string>;
  EXPECT_EQ(NumbersNamedBy(R"({"events":{"urn:certmark:event:unheard-of":{"number":"CM-1"}}})"), Numbers{"CM-1"});
  EXPECT_EQ(NumbersNamedBy(R"({"events":{"a":1,"b":{"number":"CM-2"}}})"), Numbers{"CM-2"});
  EXPECT_EQ(NumbersNamedBy(R"({"events":{"urn:x":{"number":"CM-1"},"b":{},"c":{"number":7},
                                         "urn:certmark:event:revoked":{"number":"CM-2"}}})"),
            (Numbers{"CM-1", "CM-2"}));
  for (const char* none : {"", "[]", "1", "{}", R"({"events":[]})", R"({"events":{"a":{"number":7}}})",
                           R"({"events":{"a":{}}})", R"({"number":"CM-1"})"}) {
    EXPECT_EQ(NumbersNamedBy(none), Numbers{}) << none;
  }
}

}  // namespace
}  // namespace certmark
