// The state machine of an application (SCHEME §2): pure, one table. Who may be whom is in separation.h and rights.h.
#pragma once

#include <variant>

#include "ca/application.h"
#include "ca/scheme.h"

namespace certmark::ca {

/// Side is whose step it is.
enum class Side : std::uint8_t { kOperator, kReviewer, kLaboratory, kAuditor, kDecider, kClock, kAppealsOfficer };
std::string_view Name(Side side);

/// Move is what somebody wants to do now.
struct Move {
  Application::Event event;
  Side side;
  Time now;
};

/// StepRefusal is why a move cannot be made.
enum class StepRefusal : std::uint8_t {
  kNoSuchStep,      ///< nothing of the kind leads out of the state
  kWrongSide,       ///< it is another's step
  kDeadlinePassed,  ///< the file has lapsed, whether or not the clock has been at it
  kNotYetDue,       ///< the clock is early
};
std::string_view Name(StepRefusal refusal);

/// Next is the state after a move, by the path of the file, its deadline, its rounds of rectification, and the scheme's
/// rules. Who evaluates is exchanged where the file is. A nonconform report after the last round ends the file: there
/// is no round to correct it in. What is reopened goes to REVIEW, or, refused at acceptance, to SUBMITTED: no step is
/// skipped.
using Step = std::variant<Application::State, StepRefusal>;
Step Next(const Application& application, const Move& move, const Parameters& rules);

/// After is the file after a move: its state and the times that follow from it. Refusals are errors whose message names
/// state, event and the refusal: PermissionDenied for kWrongSide, else FailedPrecondition.
Result<Application> After(const Application& application, const Move& move, const Parameters& rules);

}  // namespace certmark::ca
