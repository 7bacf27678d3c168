// What is accepted begins with exactly what would be written; behind it are extension lines alone.
#include "tests/fuzz/fuzz.h"
#include "verifier-sdk/core/checkpoint.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace certmark;
  const std::string_view text = fuzz::Text(data, size);
  const auto checkpoint = Checkpoint::Parse(text);
  if (!checkpoint) return 0;
  const std::string written = checkpoint->ToText();
  fuzz::Require(text.starts_with(written), "the first three lines have one text");
  const std::string_view extensions = text.substr(written.size());
  fuzz::Require(extensions.empty() || extensions.ends_with('\n'), "an extension line ends");
  fuzz::Require(text.find("\n\n") == text.npos, "no line is empty");
  fuzz::Require(*Checkpoint::Parse(written) == *checkpoint, "what is written is read");
  return 0;
}
