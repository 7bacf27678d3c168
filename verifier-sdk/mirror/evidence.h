// Evidence: two checkpoints that one log signed and that cannot both be of one history.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "verifier-sdk/core/time.h"

namespace certmark::mirror {

struct Evidence {
  enum class Kind { kFork, kRollback };
  Kind kind = Kind::kFork;
  std::string origin;
  std::string had, got;  ///< notes, verbatim: the one followed before, and the one refused
  std::string why;       ///< one line

  /// Write puts it into a file of its own, once: whoever sees the same again writes nothing. It returns the file.
  Result<std::filesystem::path> Write(const std::filesystem::path& directory, Time now) const;
};
std::string_view Name(Evidence::Kind kind);

}  // namespace certmark::mirror
