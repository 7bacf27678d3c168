#include "ca/application_steps.h"

#include <algorithm>
#include <array>
#include <utility>

#include "ca/name_table.h"

namespace certmark::ca {
namespace {

using State = Application::State;
using Event = Application::Event;

constexpr NameTable<Side, 7> kSides{{
    {Side::kOperator, "operator"},
    {Side::kReviewer, "reviewer"},
    {Side::kLaboratory, "laboratory"},
    {Side::kAuditor, "auditor"},
    {Side::kDecider, "decider"},
    {Side::kClock, "clock"},
    {Side::kAppealsOfficer, "appeals-officer"},
}};

constexpr NameTable<StepRefusal, 4> kRefusals{{
    {StepRefusal::kNoSuchStep, "no-such-step"},
    {StepRefusal::kWrongSide, "wrong-side"},
    {StepRefusal::kDeadlinePassed, "deadline-passed"},
    {StepRefusal::kNotYetDue, "not-yet-due"},
}};

struct Transition {
  State from;
  Event event;
  Side side;
  State to;
};

// Every step there is; what is not here cannot be taken. Whatever sent a file to RECTIFYING, it is the operator that
// says when it is corrected, the laboratory that looks again, and the audit after it: nobody ends a file alone, and no
// step is skipped that the path has.
constexpr std::array<Transition, 28> kTransitions{{
    {State::kDraft, Event::kSubmit, Side::kOperator, State::kSubmitted},
    {State::kDraft, Event::kWithdraw, Side::kOperator, State::kWithdrawn},
    {State::kSubmitted, Event::kReturn, Side::kReviewer, State::kReturned},
    {State::kSubmitted, Event::kAccept, Side::kReviewer, State::kAccepted},
    {State::kSubmitted, Event::kRefuse, Side::kReviewer, State::kRefused},
    {State::kSubmitted, Event::kWithdraw, Side::kOperator, State::kWithdrawn},
    {State::kReturned, Event::kSubmit, Side::kOperator, State::kSubmitted},
    {State::kReturned, Event::kWithdraw, Side::kOperator, State::kWithdrawn},
    {State::kReturned, Event::kLapse, Side::kClock, State::kLapsed},
    {State::kAccepted, Event::kAssign, Side::kReviewer, State::kVerification},
    {State::kAccepted, Event::kWithdraw, Side::kOperator, State::kWithdrawn},
    {State::kVerification, Event::kReportConform, Side::kLaboratory, State::kAudit},
    {State::kVerification, Event::kReportNonconform, Side::kLaboratory, State::kRectifying},
    {State::kVerification, Event::kReassign, Side::kReviewer, State::kVerification},
    {State::kVerification, Event::kWithdraw, Side::kOperator, State::kWithdrawn},
    {State::kAudit, Event::kAuditConform, Side::kAuditor, State::kReview},
    {State::kAudit, Event::kAuditNonconform, Side::kAuditor, State::kRectifying},
    {State::kAudit, Event::kReassign, Side::kReviewer, State::kAudit},
    {State::kAudit, Event::kWithdraw, Side::kOperator, State::kWithdrawn},
    {State::kRectifying, Event::kCorrect, Side::kOperator, State::kVerification},
    {State::kRectifying, Event::kReassign, Side::kReviewer, State::kRectifying},
    {State::kRectifying, Event::kWithdraw, Side::kOperator, State::kWithdrawn},
    {State::kRectifying, Event::kLapse, Side::kClock, State::kLapsed},
    {State::kReview, Event::kGrant, Side::kDecider, State::kGranted},
    {State::kReview, Event::kRefuse, Side::kDecider, State::kRefused},
    {State::kReview, Event::kWithdraw, Side::kOperator, State::kWithdrawn},
    {State::kGranted, Event::kReopen, Side::kAppealsOfficer, State::kReview},
    {State::kRefused, Event::kReopen, Side::kAppealsOfficer, State::kReview},
}};

const Transition* Find(State from, Event event) {
  for (const Transition& transition : kTransitions) {
    if (transition.from == from && transition.event == event) return &transition;
  }
  return nullptr;
}

// Arrive passes the states that the path, or the scheme, does not have.
State Arrive(State to, const Application& application, const Parameters& rules) {
  if (to == application.state) return to;  // others evaluate it, where it is
  const PathSteps& steps = StepsOf(application.path);
  // What was refused without a decision was refused at acceptance, which is where it goes on.
  if (application.state == State::kRefused && !application.decision) to = State::kSubmitted;
  if (to == State::kVerification && !steps.verification) to = State::kAudit;
  if (to == State::kAudit && (!steps.audit || rules.audit_waived)) to = State::kReview;
  if (to == State::kRectifying && application.rectification_rounds >= rules.rectification_rounds) to = State::kLapsed;
  return to;
}

Error ErrorOf(const Application& application, const Move& move, StepRefusal refusal) {
  const ErrorCode code =
      refusal == StepRefusal::kWrongSide ? ErrorCode::kPermissionDenied : ErrorCode::kFailedPrecondition;
  return {code, "an application in " + std::string(Name(application.state)) + " takes no " +
                    std::string(Name(move.event)) + " from the " + std::string(Name(move.side)) + ": " +
                    std::string(Name(refusal))};
}

// Enter sets the times that follow from the state a file has come to.
void Enter(Application& application, State state, Time now, const Parameters& rules) {
  application.state = state;
  if (state == State::kReturned) application.deadline = now + rules.return_limit;
  if (state == State::kRectifying) {
    ++application.rectification_rounds;
    application.deadline = now + rules.rectification_limit;
    application.rectifying_since = now;
  }
  if (IsOver(state)) application.ended_at = now;
  if (state == State::kRefused || state == State::kWithdrawn || state == State::kLapsed) {
    // What was granted on it once is kept as long as any grant, however the file ends that an appeal reopened.
    const bool granted = !application.certification.empty();
    const Time until = now + (granted ? rules.retention_granted : rules.retention_ended);
    application.retain_until = std::max(application.retain_until.value_or(until), until);
  }
}

// Reopen sets aside what ended the file.
void Reopen(Application& application) {
  if (application.decision) application.overturned.push_back(*std::exchange(application.decision, std::nullopt));
  application.reason.clear();
  application.ended_at.reset();
  application.retain_until.reset();
}

}  // namespace

std::string_view Name(Side side) {
  return NameIn(kSides, side);
}

std::string_view Name(StepRefusal refusal) {
  return NameIn(kRefusals, refusal);
}

Step Next(const Application& application, const Move& move, const Parameters& rules) {
  const Transition* const transition = Find(application.state, move.event);
  if (transition == nullptr) return StepRefusal::kNoSuchStep;
  if (transition->side != move.side) return StepRefusal::kWrongSide;
  const bool over = application.deadline && move.now >= *application.deadline;
  if (over && move.event != Event::kLapse) return StepRefusal::kDeadlinePassed;
  if (!over && move.event == Event::kLapse) return StepRefusal::kNotYetDue;
  return Arrive(transition->to, application, rules);
}

Result<Application> After(const Application& application, const Move& move, const Parameters& rules) {
  const Step step = Next(application, move, rules);
  if (const auto* const refusal = std::get_if<StepRefusal>(&step)) return ErrorOf(application, move, *refusal);
  Application after = application;
  // Whoever evaluates it next, the file stays where it is, and every time of it runs.
  if (std::get<State>(step) == application.state) return after;
  // What was spent on rectifying is not the authority's time.
  if (after.decide_by && after.rectifying_since) *after.decide_by += move.now - *after.rectifying_since;
  if (move.event == Event::kReopen) Reopen(after);
  if (move.event == Event::kAssign || (move.event == Event::kReopen && after.decide_by))
    after.decide_by = move.now + rules.decision_limit;
  after.deadline.reset();
  after.rectifying_since.reset();
  Enter(after, std::get<State>(step), move.now, rules);
  return after;
}

}  // namespace certmark::ca
