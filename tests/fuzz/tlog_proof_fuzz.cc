// A proof has one text, apart from its `extra` line.
#include "tests/fuzz/fuzz.h"
#include "verifier-sdk/core/tlog_proof.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace certmark;
  const std::string_view text = fuzz::Text(data, size);
  const auto proof = TlogProof::Parse(text);
  if (!proof) return 0;
  std::string plain(text);
  const std::size_t second_line = plain.find('\n') + 1;
  if (plain.compare(second_line, 6, "extra ") == 0)
    plain.erase(second_line, plain.find('\n', second_line) + 1 - second_line);
  fuzz::Require(proof->ToText() == plain, "a proof has one text");
  return 0;
}
