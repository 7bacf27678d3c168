#include "verifier-sdk/core/event_fold.h"

#include "verifier-sdk/core/json.h"
#include "verifier-sdk/core/log_entry.h"

namespace certmark {
namespace {

bool IsFinal(FoldedState state) {
  return state == FoldedState::kRevoked || state == FoldedState::kEnded;
}

bool IsOfAnOrder(EventKind kind) {
  return kind == EventKind::kExposed || kind == EventKind::kRectified || kind == EventKind::kOrderAnnulled;
}

}  // namespace

std::string_view Name(FoldedState state) {
  switch (state) {
    case FoldedState::kValid:
      return "VALID";
    case FoldedState::kSuspended:
      return "SUSPENDED";
    case FoldedState::kRevoked:
      return "REVOKED";
    case FoldedState::kEnded:
      return "ENDED";
    case FoldedState::kUnknown:
      return "STATUS_UNKNOWN";
  }
  Die("no such folded state");
}

// The table of FORMATS.md §9.
FoldedState NextState(FoldedState state, EventKind kind) {
  if (IsFinal(state)) return state;
  switch (kind) {
    case EventKind::kSuspended:
      return state == FoldedState::kValid ? FoldedState::kSuspended : state;
    case EventKind::kReinstated:
      return state == FoldedState::kSuspended ? FoldedState::kValid : state;
    case EventKind::kRevoked:
      return FoldedState::kRevoked;
    case EventKind::kWithdrawn:
    case EventKind::kSuperseded:
      return FoldedState::kEnded;
    case EventKind::kExposed:
    case EventKind::kRectified:
    case EventKind::kOrderAnnulled:
      return state;  // an order is no state of a certification
  }
  Die("no such kind of event");
}

FoldedState SpoiledState(FoldedState state) {
  return IsFinal(state) ? state : FoldedState::kUnknown;
}

bool MakesWorse(EventKind kind) {
  switch (kind) {
    case EventKind::kSuspended:
    case EventKind::kRevoked:
    case EventKind::kWithdrawn:
    case EventKind::kSuperseded:
    case EventKind::kExposed:
      return true;
    case EventKind::kReinstated:
    case EventKind::kRectified:
    case EventKind::kOrderAnnulled:
      return false;
  }
  Die("no such kind of event");
}

bool EventFold::AddCredential(std::string_view number, const App& app, Time issued) {
  return certifications_.try_emplace(std::string(number), FoldedCertification{app, FoldedState::kValid, issued, {}})
      .second;
}

EventFold::Applied EventFold::AddEvent(const Event& event) {
  if (event.number.empty()) return Applied::kNoNumber;
  const auto found = certifications_.find(event.number);
  if (found == certifications_.end()) return Applied::kUnissued;
  FoldedCertification& certification = found->second;
  if (certification.app != event.app) {
    Spoil(event.number);
    return Applied::kAnotherApp;
  }
  certification.state = NextState(certification.state, event.kind);
  if (!IsOfAnOrder(event.kind)) certification.history.push_back({event.kind, event.iat, event.reason});
  return Applied::kApplied;
}

bool EventFold::Spoil(std::string_view number) {
  const auto found = certifications_.find(std::string(number));
  if (found == certifications_.end()) return false;
  found->second.state = SpoiledState(found->second.state);
  return true;
}

const FoldedCertification* EventFold::Find(std::string_view number) const {
  const auto found = certifications_.find(std::string(number));
  return found == certifications_.end() ? nullptr : &found->second;
}

std::vector<std::string> NumbersNamedBy(std::string_view event_payload) {
  const auto document = json::Document::Parse(event_payload, kMaxEntryBytes);
  if (!document || !document->root().is(json::Kind::kObject)) return {};
  const auto events = document->root().Find("events");
  if (!events || !events->is(json::Kind::kObject)) return {};
  // All of them: with two events in one token nobody can say which of the two was meant.
  std::vector<std::string> numbers;
  for (const auto& [uri, body] : events->Members()) {
    if (!body.is(json::Kind::kObject)) continue;
    const auto number = body.Find("number");
    if (number && number->is(json::Kind::kString)) numbers.emplace_back(number->AsString());
  }
  return numbers;
}

}  // namespace certmark
