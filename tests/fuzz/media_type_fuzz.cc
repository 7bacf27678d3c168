// A document may be declared as what it is seen to be, and what comes after its beginning changes nothing.
#include <algorithm>

#include "ca/media_type.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace certmark;
  const ByteView document(data, size);
  const auto seen = ca::SniffMediaType(document);
  fuzz::Require(seen == ca::SniffMediaType(document.first(std::min(size, ca::kMediaTypeBytes))),
                "the beginning alone is looked at");
  if (seen) fuzz::Require(ca::MayBeMediaType(document, *seen), "it may be declared as what it is");
  if (!seen) fuzz::Require(!ca::MayBeMediaType(document, "text/plain"), "what is nothing is no text");
  return 0;
}
