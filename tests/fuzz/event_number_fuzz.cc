// The numbers that an event names, whatever else is wrong with it: of a whole event it is the event's own alone.
#include "tests/fuzz/fuzz.h"
#include "verifier-sdk/core/event_fold.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace certmark;
  const std::string_view text = fuzz::Text(data, size);
  const std::vector<std::string> numbers = NumbersNamedBy(text);
  const auto event = ParseEvent(text);
  if (event && !event->number.empty()) {
    fuzz::Require(numbers == std::vector{event->number}, "an event's number is found");
  }
  return 0;
}
