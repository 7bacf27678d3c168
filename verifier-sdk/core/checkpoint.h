// Checkpoints (c2sp.org/tlog-checkpoint): the text of a note that commits to a log's size and root.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "verifier-sdk/core/hash.h"

namespace certmark {

/// Checkpoint is origin, size and root; extension lines are tolerated when read, and never written.
struct Checkpoint {
  std::string origin;
  std::uint64_t size = 0;
  Hash root;

  /// Parse reads a note's text. InvalidArgument: fewer than three lines, an empty line, a size that is not a plain
  /// decimal below 2^63, or a root that is not 32 bytes of base64.
  static Result<Checkpoint> Parse(std::string_view note_text);
  /// ToText writes `origin LF size LF base64(root) LF`.
  std::string ToText() const;

  bool operator==(const Checkpoint&) const = default;
};

}  // namespace certmark
