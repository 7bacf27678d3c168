#include "verifier-sdk/core/tlog_proof.h"

#include "verifier-sdk/core/decimal.h"
#include "verifier-sdk/core/lines.h"
#include "verifier-sdk/core/quote.h"

namespace certmark {
namespace {

constexpr std::string_view kHeader = "c2sp.org/tlog-proof@v1";
constexpr std::string_view kExtra = "extra ";
constexpr std::string_view kIndex = "index ";
constexpr std::uint64_t kMaxIndex = (1ULL << 63) - 2;  // a checkpoint's size stays below 2^63
constexpr std::size_t kMaxHashes = 63;

Error Invalid(std::string message) {
  return {ErrorCode::kInvalidArgument, "tlog proof: " + std::move(message)};
}

Result<std::string_view> NextLine(std::string_view& rest) {
  const auto line = TakeLine(rest);
  if (!line) return Invalid("cut short");
  return *line;
}

Result<std::uint64_t> ParseIndex(std::string_view line) {
  const auto index = line.starts_with(kIndex) ? ParseDecimal(line.substr(kIndex.size()), kMaxIndex) : std::nullopt;
  if (!index) return Invalid("bad index line " + Quote(line));
  return *index;
}

}  // namespace

Result<TlogProof> TlogProof::Parse(std::string_view text) {
  if (text.size() > kMaxBytes) return Invalid("too large, " + std::to_string(text.size()) + " bytes");
  std::string_view rest = text;
  const std::string_view header = CM_TRY(NextLine(rest));
  if (header != kHeader) return Invalid("bad header " + Quote(header));
  std::string_view line = CM_TRY(NextLine(rest));
  if (line.starts_with(kExtra)) line = CM_TRY(NextLine(rest));
  TlogProof proof;
  proof.index = CM_TRY(ParseIndex(line));
  for (line = CM_TRY(NextLine(rest)); !line.empty(); line = CM_TRY(NextLine(rest))) {
    if (proof.path.size() == kMaxHashes) return Invalid("more than 63 hashes");
    proof.path.push_back(CM_TRY(Hash::FromBase64(line)));
  }
  if (rest.empty()) return Invalid("no checkpoint");
  proof.checkpoint_note = rest;
  return proof;
}

std::string TlogProof::ToText() const {
  std::string text = std::string(kHeader) + "\n" + std::string(kIndex) + std::to_string(index) + "\n";
  for (const Hash& hash : path) text += hash.Base64() + "\n";
  return text + "\n" + checkpoint_note;
}

}  // namespace certmark
