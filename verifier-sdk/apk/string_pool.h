// The string pool of a binary XML file.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "verifier-sdk/apk/little_endian.h"

namespace certmark::apk {

/// StringPool holds the strings of a file in UTF-8. Those that Android would read otherwise, or not at all, are none:
/// what is no Unicode, has a NUL inside or none behind, or begins at an odd byte in UTF-16.
class StringPool {
 public:
  /// kNone is the index of no string.
  static constexpr std::uint32_t kNone = 0xffffffff;

  /// Parse reads a chunk of type 0x0001, whole, whose header is 28 bytes. InvalidArgument: something leads outside of
  /// it, or it has styles, behind which Android would see no strings. ResourceExhausted: over a limit of AxmlLimits.
  static Result<StringPool> Parse(const View& chunk);

  /// Get returns a string, which lasts as long as the pool. InvalidArgument: there is none of that index.
  Result<std::string_view> Get(std::uint32_t index) const;

 private:
  std::vector<std::optional<std::string>> strings_;  // nothing: none
};

}  // namespace certmark::apk
