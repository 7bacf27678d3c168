// EventFold: the state of every certification, made from a log's credentials and events in the order of their indices
// (FORMATS.md §9, "Bulk"). What counts as a credential or an event is judged before it comes here.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "verifier-sdk/core/event.h"
#include "verifier-sdk/core/names.h"
#include "verifier-sdk/core/time.h"

namespace certmark {

/// FoldedState is what the log says of a certification. kUnknown: only a status list can tell.
enum class FoldedState : std::uint8_t { kValid, kSuspended, kRevoked, kEnded, kUnknown };
std::string_view Name(FoldedState state);

/// NextState is what an event that counts makes of a state; SpoiledState what one that nobody can read does.
FoldedState NextState(FoldedState state, EventKind kind);
FoldedState SpoiledState(FoldedState state);
/// MakesWorse is true for the events that count although their key is blocked there.
bool MakesWorse(EventKind kind);

/// FoldedCertification is one certification number: from its first good credential, and the events that named it.
struct FoldedCertification {
  struct Happened {
    EventKind kind;
    Time at;  ///< `iat`
    std::string reason;
  };
  App app;
  FoldedState state = FoldedState::kValid;
  Time issued;                    ///< the credential's `iat`
  std::vector<Happened> history;  ///< events of its life that counted, in order, whether or not they changed the state
};

/// EventFold is a value, fed by one thread.
class EventFold {
 public:
  /// AddCredential begins a number. False: it had a credential already, and this one changes nothing.
  bool AddCredential(std::string_view number, const App& app, Time issued);

  /// Applied is what came of an event.
  enum class Applied : std::uint8_t {
    kApplied,     ///< it counts; the state may be the same as before
    kNoNumber,    ///< of an order alone: no certification's state
    kUnissued,    ///< its number has no earlier credential: ignored
    kAnotherApp,  ///< its `sub` is not its number's app: the number is now kUnknown, unless it has ended
  };
  Applied AddEvent(const Event& event);

  /// Spoil makes a number kUnknown unless it is REVOKED or ENDED: an unknown or malformed event named it. False: no
  /// such number.
  bool Spoil(std::string_view number);

  /// Find returns what is known of a number, or null; it is good until the next change.
  const FoldedCertification* Find(std::string_view number) const;
  std::size_t size() const { return certifications_.size(); }
  /// ForEach visits every number, in no order.
  template <class Visit>
  void ForEach(const Visit& visit) const {
    for (const auto& [number, certification] : certifications_) visit(number, certification);
  }

 private:
  std::unordered_map<std::string, FoldedCertification> certifications_;
};

/// NumbersNamedBy finds the certification numbers that an event's payload names, whatever else is wrong with it: one of
/// a whole event, and as many as it has events of one that is malformed.
std::vector<std::string> NumbersNamedBy(std::string_view event_payload);

}  // namespace certmark
