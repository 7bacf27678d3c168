// Offline proof that one entry is in a log (c2sp.org/tlog-proof): index, audit path, and a signed checkpoint.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "verifier-sdk/core/checkpoint.h"
#include "verifier-sdk/core/merkle.h"
#include "verifier-sdk/core/note.h"

namespace certmark {

struct TlogProof {
  static constexpr std::size_t kMaxBytes = 64 * 1024;

  std::uint64_t index = 0;
  Proof path;
  std::string checkpoint_note;  ///< the whole signed note, verbatim

  /// Parse reads the text form; an `extra` line is ignored. InvalidArgument: too large, another header, a bad index,
  /// more than 63 hashes, or no checkpoint.
  static Result<TlogProof> Parse(std::string_view text);
  std::string ToText() const;
};

}  // namespace certmark
