#include "verifier-sdk/core/quote.h"

namespace certmark {

std::string Quote(std::string_view text) {
  constexpr std::size_t kMaxShown = 64;
  std::string quoted = "\"";
  for (const char c : text.substr(0, kMaxShown)) quoted += c >= ' ' && c <= '~' ? c : '?';
  quoted += text.size() > kMaxShown ? "…\"" : "\"";
  return quoted;
}

}  // namespace certmark
