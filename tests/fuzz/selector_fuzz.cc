// What an act on many is about survives writing, and its value can stand in an index row.
#include "ca/bulk.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace certmark;
  const auto selector = fuzz::RoundTrip<ca::Selector>(fuzz::Text(data, size));
  if (!selector) return 0;
  fuzz::Require(!selector->value.empty() && selector->value.find('/') == std::string::npos, "a value without a slash");
  return 0;
}
