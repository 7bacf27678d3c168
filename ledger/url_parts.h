// UrlParts: a URL as libcurl reads it, so that what is judged of one is what would be called.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "verifier-sdk/core/result.h"

namespace certmark::ledger {

/// UrlParts holds what is not there as empty text.
struct UrlParts {
  std::string scheme;      ///< lower case
  std::string user;        ///< with a password, that too counts as one
  std::string host;        ///< without brackets; an address of version 4 in its common form, however it was written
  std::uint16_t port = 0;  ///< the scheme's own, where none is written
  std::string path;        ///< at least `/`
  bool has_query = false;
  bool has_fragment = false;

  /// Parse reads an absolute URL of printable ASCII. InvalidArgument: libcurl would not call it, and why; the message
  /// holds none of it.
  static Result<UrlParts> Parse(std::string_view url);
};

}  // namespace certmark::ledger
