// Events of FORMATS.md §4: security event tokens (RFC 8417) that change what a certification or an order is.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "verifier-sdk/core/names.h"
#include "verifier-sdk/core/time.h"

namespace certmark {

enum class EventKind : std::uint8_t {
  kSuspended,
  kReinstated,
  kRevoked,
  kWithdrawn,
  kSuperseded,
  kExposed,
  kRectified,
  kOrderAnnulled,
};
/// Uri is the event's URI, `urn:certmark:event:…`; ParseEventKind the way back, nothing for an unknown one.
std::string_view Uri(EventKind kind);
std::optional<EventKind> ParseEventKind(std::string_view uri);

/// Event is one parsed payload. Members that its kind does not have are empty.
struct Event {
  EventKind kind = EventKind::kSuspended;
  std::string iss, jti;
  App app;        ///< `sub`
  Time iat, toe;  ///< signed at, took effect at; toe ≤ iat
  std::string number, reason, by, order;
  std::optional<Time> until, deadline;
  std::vector<std::string> findings;
  std::string operator_name, version, store, body;  ///< of an exposed order
  std::string tested_first, tested_last;            ///< dates
};

/// ParseEvent reads and checks a payload. InvalidArgument names what is missing, of another type, or of a wrong form.
Result<Event> ParseEvent(std::string_view payload);

/// EventPayload writes the payload of `event`. REQUIRES: the members of its kind are set.
std::string EventPayload(const Event& event);

}  // namespace certmark
