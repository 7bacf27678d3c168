// Entry bundles: the first byte says how many entries are expected. What is accepted is written again byte for byte.
#include "tests/fuzz/fuzz.h"
#include "verifier-sdk/core/entry_bundle.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace certmark;
  if (size == 0) return 0;
  const ByteView bundle(data + 1, size - 1);
  const unsigned width = data[0] + 1U;
  const auto entries = ParseEntryBundle(bundle, width);
  if (!entries) return 0;
  fuzz::Require(entries->size() == width, "a bundle has as many entries as were asked for");
  Bytes again;
  for (const ByteView entry : *entries) AppendToBundle(again, entry);
  fuzz::Require(Equal(again, bundle), "a bundle is its entries and nothing else");
  return 0;
}
