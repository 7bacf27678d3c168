// Inflating is bounded, and a list is read the same however it was deflated. A token keeps its text, and its two
// certificates.
#include "tests/fuzz/fuzz.h"
#include "verifier-sdk/core/status_list.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace certmark;
  const std::string_view text = fuzz::Text(data, size);
  if (const auto token = StatusToken::Parse(text)) {
    fuzz::Require(token->jws.text == text && size <= kMaxStatusTokenBytes, "a token is its text, within its limit");
    fuzz::Require(token->jws.x5c.size() == 2, "a leaf and its issuer");
  }
  const auto bits = StatusBits::Inflate(ByteView(data, size));
  if (!bits) return 0;
  StatusBits copy;
  for (std::uint32_t i = 0; i < kStatusListEntries; ++i) copy.set(i, bits->at(i));
  fuzz::Require(Equal(copy.bytes(), bits->bytes()), "entries are the whole list");
  return 0;
}
