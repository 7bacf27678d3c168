// An event that is read and written is the same event, and is written in one way.
#include "tests/fuzz/fuzz.h"
#include "verifier-sdk/core/event.h"
#include "verifier-sdk/core/log_entry.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace certmark;
  const auto event = ParseEvent(fuzz::Text(data, size));
  if (!event) return 0;
  const std::string text = EventPayload(*event);
  const auto again = ParseEvent(text);
  // Escapes may make it longer than what was read.
  if (!again) return fuzz::Require(text.size() > kMaxEntryBytes, "what is written can be read"), 0;
  fuzz::Require(again->kind == event->kind, "the same kind");
  fuzz::Require(EventPayload(*again) == text, "an event is written in one way");
  return 0;
}
