#include "verifier-sdk/core/checkpoint.h"

#include "verifier-sdk/core/decimal.h"
#include "verifier-sdk/core/lines.h"
#include "verifier-sdk/core/quote.h"

namespace certmark {
namespace {

constexpr std::uint64_t kMaxSize = (1ULL << 63) - 1;

Error Invalid(std::string message) {
  return {ErrorCode::kInvalidArgument, "checkpoint: " + std::move(message)};
}

// TakeFilledLine takes the next line, which must be there and must not be empty.
Result<std::string_view> TakeFilledLine(std::string_view& rest) {
  const auto line = TakeLine(rest);
  if (!line) return Invalid("a line is missing or does not end");
  if (line->empty()) return Invalid("an empty line");
  return *line;
}

}  // namespace

Result<Checkpoint> Checkpoint::Parse(std::string_view note_text) {
  Checkpoint checkpoint;
  std::string_view rest = note_text;
  checkpoint.origin = CM_TRY(TakeFilledLine(rest));
  const std::string_view size_line = CM_TRY(TakeFilledLine(rest));
  const auto size = ParseDecimal(size_line, kMaxSize);
  if (!size) return Invalid("bad size " + Quote(size_line));
  checkpoint.size = *size;
  checkpoint.root = CM_TRY(Hash::FromBase64(CM_TRY(TakeFilledLine(rest))));
  while (!rest.empty()) (void)CM_TRY(TakeFilledLine(rest));
  return checkpoint;
}

std::string Checkpoint::ToText() const {
  return origin + "\n" + std::to_string(size) + "\n" + root.Base64() + "\n";
}

}  // namespace certmark
