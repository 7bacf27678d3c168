// Anchor: the last published size and root, kept outside the database, so that a database put back to an old copy is
// noticed.
#pragma once

#include <filesystem>
#include <optional>

#include "verifier-sdk/core/checkpoint.h"

namespace certmark::ledger {

/// Anchor is one small file that holds a checkpoint's text. Compare-and-swap: written to a new file (mode 0600),
/// fsynced, renamed, and the directory fsynced. One writer at a time, which the database's lock sees to. Put it on
/// another device than the database.
class Anchor {
 public:
  /// Anchor names the file and reads nothing yet.
  explicit Anchor(std::filesystem::path file) : file_(std::move(file)) {}

  /// Read returns the anchored checkpoint, or nothing when the file does not exist. Corruption: it is no checkpoint.
  /// Unavailable: it cannot be read.
  Result<std::optional<Checkpoint>> Read() const;

  /// Advance replaces `from` (nothing: no file yet) by `to`. Conflict: the file says something else.
  /// FailedPrecondition: `to` is smaller, or of the same size with another root, or of another origin. Unavailable: the
  /// old file is untouched. OutcomeUnknown: the new file is there, but may not survive a power cut. Every error names
  /// the file.
  Result<void> Advance(const std::optional<Checkpoint>& from, const Checkpoint& to);

  const std::filesystem::path& file() const { return file_; }

 private:
  std::filesystem::path file_;
};

}  // namespace certmark::ledger
