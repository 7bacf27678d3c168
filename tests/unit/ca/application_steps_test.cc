// The state machine of an application: every state, every event, every side, on every path.
#include "ca/application_steps.h"

#include <gtest/gtest.h>

#include <map>
#include <tuple>

#include "tests/support/test_pki.h"

namespace certmark::ca {
namespace {

using State = Application::State;
using Event = Application::Event;
using certmark::testing::kNow;

constexpr Event kAllEvents[] = {
    Event::kSubmit,           Event::kReturn,       Event::kAccept,          Event::kAssign,  Event::kReportConform,
    Event::kReportNonconform, Event::kAuditConform, Event::kAuditNonconform, Event::kGrant,   Event::kRefuse,
    Event::kWithdraw,         Event::kLapse,        Event::kReopen,          Event::kCorrect, Event::kReassign};
constexpr State kAllStates[] = {State::kDraft,        State::kSubmitted, State::kReturned,   State::kAccepted,
                                State::kVerification, State::kAudit,     State::kRectifying, State::kReview,
                                State::kGranted,      State::kRefused,   State::kWithdrawn,  State::kLapsed};
constexpr Side kAllSides[] = {Side::kOperator, Side::kReviewer, Side::kLaboratory,    Side::kAuditor,
                              Side::kDecider,  Side::kClock,    Side::kAppealsOfficer};
constexpr ApplicationPath kAllPaths[] = {ApplicationPath::kInitial, ApplicationPath::kRenewal,
                                         ApplicationPath::kReverification, ApplicationPath::kUpdate,
                                         ApplicationPath::kDocumentsOnly};

Parameters Rules(bool audit_waived = false) {
  Parameters rules;
  rules.audit_waived = audit_waived;
  rules.rectification_rounds = 2;
  rules.rectification_limit = Seconds{300};
  rules.return_limit = Seconds{500};
  rules.decision_limit = Seconds{900};
  rules.retention_ended = Seconds{2000};
  rules.retention_granted = Seconds{5000};
  return rules;
}

Application In(State state, ApplicationPath path = ApplicationPath::kInitial) {
  Application application;
  application.state = state;
  application.path = path;
  return application;
}

// Every step that there is, with whose it is; what is not written here is refused.
using Steps = std::map<std::pair<State, Event>, std::pair<Side, State>>;
Steps WithAudit() {
  return {
      {{State::kDraft, Event::kSubmit}, {Side::kOperator, State::kSubmitted}},
      {{State::kDraft, Event::kWithdraw}, {Side::kOperator, State::kWithdrawn}},
      {{State::kSubmitted, Event::kReturn}, {Side::kReviewer, State::kReturned}},
      {{State::kSubmitted, Event::kAccept}, {Side::kReviewer, State::kAccepted}},
      {{State::kSubmitted, Event::kRefuse}, {Side::kReviewer, State::kRefused}},
      {{State::kSubmitted, Event::kWithdraw}, {Side::kOperator, State::kWithdrawn}},
      {{State::kReturned, Event::kSubmit}, {Side::kOperator, State::kSubmitted}},
      {{State::kReturned, Event::kWithdraw}, {Side::kOperator, State::kWithdrawn}},
      {{State::kReturned, Event::kLapse}, {Side::kClock, State::kLapsed}},
      {{State::kAccepted, Event::kAssign}, {Side::kReviewer, State::kVerification}},
      {{State::kAccepted, Event::kWithdraw}, {Side::kOperator, State::kWithdrawn}},
      {{State::kVerification, Event::kReportConform}, {Side::kLaboratory, State::kAudit}},
      {{State::kVerification, Event::kReportNonconform}, {Side::kLaboratory, State::kRectifying}},
      {{State::kVerification, Event::kReassign}, {Side::kReviewer, State::kVerification}},
      {{State::kVerification, Event::kWithdraw}, {Side::kOperator, State::kWithdrawn}},
      {{State::kAudit, Event::kAuditConform}, {Side::kAuditor, State::kReview}},
      {{State::kAudit, Event::kAuditNonconform}, {Side::kAuditor, State::kRectifying}},
      {{State::kAudit, Event::kReassign}, {Side::kReviewer, State::kAudit}},
      {{State::kAudit, Event::kWithdraw}, {Side::kOperator, State::kWithdrawn}},
      {{State::kRectifying, Event::kCorrect}, {Side::kOperator, State::kVerification}},
      {{State::kRectifying, Event::kReassign}, {Side::kReviewer, State::kRectifying}},
      {{State::kRectifying, Event::kWithdraw}, {Side::kOperator, State::kWithdrawn}},
      {{State::kRectifying, Event::kLapse}, {Side::kClock, State::kLapsed}},
      {{State::kReview, Event::kGrant}, {Side::kDecider, State::kGranted}},
      {{State::kReview, Event::kRefuse}, {Side::kDecider, State::kRefused}},
      {{State::kReview, Event::kWithdraw}, {Side::kOperator, State::kWithdrawn}},
      {{State::kGranted, Event::kReopen}, {Side::kAppealsOfficer, State::kReview}},
      {{State::kRefused, Event::kReopen}, {Side::kAppealsOfficer, State::kSubmitted}},
  };
}
Steps WithoutAudit() {
  Steps steps = WithAudit();
  steps[{State::kVerification, Event::kReportConform}].second = State::kReview;
  return steps;
}
Steps WithoutEvaluation() {
  Steps steps = WithoutAudit();
  steps[{State::kAccepted, Event::kAssign}].second = State::kReview;
  // A path without an evaluation never comes to RECTIFYING.
  steps[{State::kRectifying, Event::kCorrect}].second = State::kReview;
  return steps;
}

Step Expected(const Steps& steps, State state, Event event, Side side) {
  const auto step = steps.find({state, event});
  if (step == steps.end()) return StepRefusal::kNoSuchStep;
  if (step->second.first != side) return StepRefusal::kWrongSide;
  return step->second.second;
}

// The clock's steps are due when the rest are not: the deadline is just over for it, and not for anybody else.
void ExpectSteps(const Steps& steps, ApplicationPath path, const Parameters& rules) {
  for (const State state : kAllStates) {
    for (const Event event : kAllEvents) {
      for (const Side side : kAllSides) {
        Application application = In(state, path);
        application.deadline = event == Event::kLapse ? kNow : kNow + Seconds{1};
        EXPECT_EQ(Next(application, {event, side, kNow}, rules), Expected(steps, state, event, side))
            << Name(path) << ": " << Name(state) << ", " << Name(event) << ", " << Name(side);
      }
    }
  }
}

TEST(ApplicationSteps, AreThoseOfThePathAndNoOther) {
  for (const ApplicationPath path : kAllPaths) {
    const PathSteps& of = StepsOf(path);
    const Steps steps = !of.verification ? WithoutEvaluation() : of.audit ? WithAudit() : WithoutAudit();
    ExpectSteps(steps, path, Rules());
  }
}

TEST(ApplicationSteps, PassTheAuditWhereTheSchemeWaivesIt) {
  ExpectSteps(WithoutAudit(), ApplicationPath::kInitial, Rules(true));
  ExpectSteps(WithoutAudit(), ApplicationPath::kRenewal, Rules(true));
  ExpectSteps(WithoutEvaluation(), ApplicationPath::kUpdate, Rules(true));
}

TEST(ApplicationSteps, HaveTheEvaluationsThatEachPathNeeds) {
  struct Row {
    ApplicationPath path;
    bool base, self_evaluation, verification, audit, new_term, new_names;
  };
  const Row rows[] = {
      {ApplicationPath::kInitial, false, true, true, true, true, false},
      {ApplicationPath::kRenewal, true, true, true, true, true, false},
      {ApplicationPath::kReverification, true, true, true, false, false, false},
      {ApplicationPath::kUpdate, true, true, false, false, false, false},
      {ApplicationPath::kDocumentsOnly, true, false, false, false, false, true},
  };
  for (const Row& row : rows) {
    const PathSteps& steps = StepsOf(row.path);
    EXPECT_EQ(std::tuple(steps.has_base, steps.self_evaluation, steps.verification, steps.audit, steps.new_term,
                         steps.new_names),
              std::tuple(row.base, row.self_evaluation, row.verification, row.audit, row.new_term, row.new_names))
        << steps.name;
    EXPECT_EQ(ParseApplicationPath(steps.name), row.path);
  }
  EXPECT_FALSE(ParseApplicationPath("shortcut"));
}

TEST(ApplicationSteps, RefuseEverythingButTheLapseOnceTheDeadlinePassed) {
  for (const State state : {State::kReturned, State::kRectifying}) {
    for (const auto& [from, step] : WithAudit()) {
      if (from.first != state) continue;
      Application application = In(state);
      application.deadline = kNow;
      const bool lapse = from.second == Event::kLapse;
      const auto at = [&, event = from.second, side = step.first](Time now) {
        return Next(application, {event, side, now}, Rules());
      };
      EXPECT_EQ(at(kNow), lapse ? Step(State::kLapsed) : Step(StepRefusal::kDeadlinePassed)) << Name(from.second);
      EXPECT_EQ(at(kNow - Seconds{1}), lapse ? Step(StepRefusal::kNotYetDue) : Step(step.second)) << Name(from.second);
    }
  }
}

TEST(ApplicationSteps, NeverLapseAFileWithoutADeadline) {
  EXPECT_EQ(Next(In(State::kRectifying), {Event::kLapse, Side::kClock, kNow}, Rules()), Step(StepRefusal::kNotYetDue));
}

TEST(ApplicationSteps, EndAFileThatIsNonconformAfterTheLastRound) {
  for (const auto& [state, event, side] :
       {std::tuple(State::kVerification, Event::kReportNonconform, Side::kLaboratory),
        std::tuple(State::kAudit, Event::kAuditNonconform, Side::kAuditor)}) {
    Application application = In(state);
    application.rectification_rounds = 1;
    EXPECT_EQ(Next(application, {event, side, kNow}, Rules()), Step(State::kRectifying)) << Name(state);
    application.rectification_rounds = 2;
    EXPECT_EQ(Next(application, {event, side, kNow}, Rules()), Step(State::kLapsed)) << Name(state);
  }
}

TEST(ApplicationSteps, SetTheTimesThatFollow) {
  const Parameters rules = Rules();
  const auto go = [&](const Application& from, Event event, Side side, Time now) {
    return After(from, {event, side, now}, rules).value();
  };
  const Application returned = go(In(State::kSubmitted), Event::kReturn, Side::kReviewer, kNow);
  EXPECT_EQ(returned.deadline, kNow + rules.return_limit);
  const Application resubmitted = go(returned, Event::kSubmit, Side::kOperator, kNow + Seconds{10});
  EXPECT_FALSE(resubmitted.deadline);
  const Application accepted = go(resubmitted, Event::kAccept, Side::kReviewer, kNow);
  const Application assigned = go(accepted, Event::kAssign, Side::kReviewer, kNow);
  EXPECT_EQ(assigned.decide_by, kNow + rules.decision_limit);
  // Two rounds of 40 and 60 seconds are not counted.
  const Application first = go(assigned, Event::kReportNonconform, Side::kLaboratory, kNow + Seconds{100});
  EXPECT_EQ(first.deadline, kNow + Seconds{100} + rules.rectification_limit);
  EXPECT_EQ(first.decide_by, assigned.decide_by);
  const Application corrected = go(first, Event::kCorrect, Side::kOperator, kNow + Seconds{140});
  EXPECT_EQ(corrected.decide_by, *assigned.decide_by + Seconds{40});
  EXPECT_FALSE(corrected.deadline) << "the laboratory's time is not the operator's";
  const Application second = go(corrected, Event::kReportNonconform, Side::kLaboratory, kNow + Seconds{190});
  EXPECT_EQ(second.rectification_rounds, 2u);
  EXPECT_EQ(second.deadline, kNow + Seconds{190} + rules.rectification_limit);
  const Application again = go(second, Event::kCorrect, Side::kOperator, kNow + Seconds{250});
  const Application audited = go(again, Event::kReportConform, Side::kLaboratory, kNow + Seconds{300});
  EXPECT_EQ(audited.decide_by, *assigned.decide_by + Seconds{100});
  EXPECT_FALSE(audited.deadline);
  EXPECT_FALSE(audited.retain_until);
}

TEST(ApplicationSteps, KeepTheTimeToRectifyForAnotherLaboratory) {
  const Parameters rules = Rules();
  Application rectifying = In(State::kRectifying);
  rectifying.rectification_rounds = 1;
  rectifying.deadline = kNow + Seconds{100};
  rectifying.rectifying_since = kNow - Seconds{100};
  rectifying.decide_by = kNow + Seconds{50};
  const Application same = After(rectifying, {Event::kReassign, Side::kReviewer, kNow}, rules).value();
  EXPECT_EQ(same.ToJson(), rectifying.ToJson());
  const Application corrected = After(same, {Event::kCorrect, Side::kOperator, kNow + Seconds{7}}, rules).value();
  EXPECT_EQ(corrected.decide_by, *rectifying.decide_by + Seconds{107}) << "all that was spent rectifying";
}

TEST(ApplicationSteps, KeepTheFileForATimeAfterItsEnd) {
  const Parameters rules = Rules();
  const auto kept = [&](State from, Event event, Side side) {
    Application application = In(from);
    if (event == Event::kLapse) application.deadline = kNow;
    return After(application, {event, side, kNow}, rules).value().retain_until;
  };
  EXPECT_EQ(kept(State::kSubmitted, Event::kRefuse, Side::kReviewer), kNow + rules.retention_ended);
  EXPECT_EQ(kept(State::kReview, Event::kRefuse, Side::kDecider), kNow + rules.retention_ended);
  EXPECT_EQ(kept(State::kReview, Event::kWithdraw, Side::kOperator), kNow + rules.retention_ended);
  EXPECT_EQ(kept(State::kReturned, Event::kLapse, Side::kClock), kNow + rules.retention_ended);
  EXPECT_FALSE(kept(State::kReview, Event::kGrant, Side::kDecider)) << "that is its certification's matter";
}

TEST(ApplicationSteps, SayWhenAFileWasOverUntilItIsReopened) {
  const auto ended = [&](const Application& from, Event event, Side side, Time now) {
    return After(from, {event, side, now}, Rules()).value().ended_at;
  };
  EXPECT_EQ(ended(In(State::kSubmitted), Event::kRefuse, Side::kReviewer, kNow), kNow) << "without a decision";
  EXPECT_EQ(ended(In(State::kReview), Event::kRefuse, Side::kDecider, kNow), kNow);
  EXPECT_EQ(ended(In(State::kReview), Event::kGrant, Side::kDecider, kNow), kNow);
  EXPECT_EQ(ended(In(State::kReview), Event::kWithdraw, Side::kOperator, kNow), kNow);
  EXPECT_FALSE(ended(In(State::kSubmitted), Event::kAccept, Side::kReviewer, kNow));
  Application refused = In(State::kRefused);
  refused.ended_at = kNow;
  EXPECT_FALSE(ended(refused, Event::kReopen, Side::kAppealsOfficer, kNow + Seconds{1}));
}

TEST(ApplicationSteps, KeepWhatWasGrantedOnceAsLongAsAnyGrantHoweverItEnds) {
  const Parameters rules = Rules();
  Application granted = In(State::kGranted);
  granted.certification = "CM-2026-7K3Q9X2M4T4";
  const Application again = After(granted, {Event::kReopen, Side::kAppealsOfficer, kNow}, rules).value();
  for (const auto& [event, side] :
       {std::pair(Event::kWithdraw, Side::kOperator), std::pair(Event::kRefuse, Side::kDecider)}) {
    const Application over = After(again, {event, side, kNow}, rules).value();
    EXPECT_EQ(over.retain_until, kNow + rules.retention_granted) << Name(event);
  }
}

TEST(ApplicationSteps, NeverKeepAFileForAShorterTimeThanBefore) {
  const Parameters rules = Rules();
  Application application = In(State::kReview);
  application.retain_until = kNow + Seconds{9000};
  const Application over = After(application, {Event::kRefuse, Side::kDecider, kNow}, rules).value();
  EXPECT_EQ(over.retain_until, kNow + Seconds{9000});
}

TEST(ApplicationSteps, SayWhatTheyRefuse) {
  const auto refused = [](Event event, Side side) { return After(In(State::kGranted), {event, side, kNow}, Rules()); };
  EXPECT_EQ(refused(Event::kGrant, Side::kDecider).error().message,
            "an application in GRANTED takes no grant from the decider: no-such-step");
  EXPECT_EQ(refused(Event::kGrant, Side::kDecider).error().code, ErrorCode::kFailedPrecondition);
  EXPECT_EQ(After(In(State::kReview), {Event::kGrant, Side::kReviewer, kNow}, Rules()).error().code,
            ErrorCode::kPermissionDenied);
}

TEST(ApplicationSteps, OfWhatIsReopenedGoOnWhereItWasDecided) {
  const Move reopen{Event::kReopen, Side::kAppealsOfficer, kNow};
  Application decided = In(State::kRefused);
  decided.decision = Application::Report{"decider", "jws", {}, kNow, ""};
  decided.decide_by = kNow - Seconds{1};
  decided.retain_until = kNow + Seconds{2000};
  const Application again = After(decided, reopen, Rules()).value();
  EXPECT_EQ(again.state, State::kReview);
  EXPECT_FALSE(again.decision);
  ASSERT_EQ(again.overturned.size(), 1u);
  EXPECT_EQ(again.overturned[0].jws, "jws");
  EXPECT_EQ(again.decide_by, kNow + Seconds{900});
  EXPECT_FALSE(again.retain_until);
  const Application refused_at_acceptance = After(In(State::kRefused), reopen, Rules()).value();
  EXPECT_EQ(refused_at_acceptance.state, State::kSubmitted);
  EXPECT_FALSE(refused_at_acceptance.decide_by);
}

}  // namespace
}  // namespace certmark::ca
