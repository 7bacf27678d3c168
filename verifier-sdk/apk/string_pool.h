// The string pool of a binary XML file.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "verifier-sdk/apk/little_endian.h"

namespace certmark::apk {

/// StringPool holds the strings of a file in UTF-8.
class StringPool {
 public:
  /// kNone is the index of no string.
  static constexpr std::uint32_t kNone = 0xffffffff;

  /// Parse reads a chunk of type 0x0001, whole. InvalidArgument: something leads outside of it. ResourceExhausted: over
  /// a limit of AxmlLimits.
  static Result<StringPool> Parse(const View& chunk);

  /// Get returns a string. InvalidArgument: there is none of that index, or it is no Unicode.
  Result<std::string> Get(std::uint32_t index) const;

 private:
  std::vector<std::optional<std::string>> strings_;  // nothing: no Unicode
};

}  // namespace certmark::apk
