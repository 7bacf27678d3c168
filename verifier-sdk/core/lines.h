// Texts made of lines, each ended by LF.
#pragma once

#include <optional>
#include <string_view>

namespace certmark {

/// TakeLine removes the first line from `rest` and returns it without its LF, or nothing if no LF is left.
inline std::optional<std::string_view> TakeLine(std::string_view& rest) {
  const std::size_t end = rest.find('\n');
  if (end == rest.npos) return std::nullopt;
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  return line;
}

}  // namespace certmark
