// No list is accepted under a pin that nobody can have signed for, and a pin has one text.
#include "tests/fuzz/fuzz.h"
#include "verifier-sdk/core/trust_list.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace certmark;
  const std::string_view text = fuzz::Text(data, size);
  if (const auto pin = Pin::Parse(text)) fuzz::Require(pin->ToText() == text, "a pin has one text");
  fuzz::Require(!TrustList::AcceptFirst(text, Pin{"https://ca.example", Hash{}}), "no root hashes to zero");
  return 0;
}
