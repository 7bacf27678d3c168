// Evidence: two checkpoints that one log signed and that cannot both be of one history. Two of one size show it alone.
// Of two sizes the proof does, that the longer tree begins with another than the shorter one; or else witnesses that
// signed both, each by its own clock: the shorter one after the longer. A shorter one alone shows nothing, for it may
// be an old copy.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "verifier-sdk/core/merkle.h"
#include "verifier-sdk/core/time.h"

namespace certmark::mirror {

/// Beginning is the root of a tree's first leaves, as many as the shorter checkpoint's, and the proof that leads from
/// it to the longer one's (VerifyConsistency).
struct Beginning {
  Hash root;
  Proof proof;
};

struct Evidence {
  enum class Kind { kFork, kRollback };
  Kind kind = Kind::kFork;
  std::string origin;
  std::string had, got;                  ///< notes, verbatim: the one followed before, and the one refused
  std::string why;                       ///< one line
  std::optional<Beginning> beginning{};  ///< of the tree that was refused, where it is longer

  static constexpr std::size_t kMaxFiles = 16;  ///< of a kind, of one log: it may sign any number of them

  /// Write puts it into a file of its own, once: whoever sees the same two trees again, however cosigned, writes
  /// nothing. It returns the file. ResourceExhausted: there are kMaxFiles of it. Unavailable: it cannot be written.
  Result<std::filesystem::path> Write(const std::filesystem::path& directory, Time now) const;
  /// Read reads what Write wrote. Corruption: it is not that. NotFound, Unavailable: it cannot be read.
  static Result<Evidence> Read(const std::filesystem::path& file);
};
std::string_view Name(Evidence::Kind kind);

/// EvidenceIn are the files that were written into a directory, by name. Unavailable: it cannot be read.
Result<std::vector<std::filesystem::path>> EvidenceIn(const std::filesystem::path& directory);

}  // namespace certmark::mirror
