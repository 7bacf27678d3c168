// Why an operator is barred survives writing.
#include "ca/bars.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace certmark;
  static_cast<void>(fuzz::RoundTrip<ca::Bars::Cause>(fuzz::Text(data, size)));
  return 0;
}
