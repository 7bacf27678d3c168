// Anchor: how far the logs had come, kept outside the database, so that a database put back to an old copy is noticed.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include "ledger/head.h"
#include "verifier-sdk/core/checkpoint.h"
#include "verifier-sdk/io/descriptor.h"

namespace certmark::ledger {

/// AnchorState is what a database must reach and agree with: the newest published checkpoint of the public log (size 0
/// before the first), and the private record log's tree. Without the second, a copy of the database that has every
/// public entry and fewer acts would go unnoticed.
struct AnchorState {
  Checkpoint published;
  TreeHead records;
  bool operator==(const AnchorState&) const = default;
};

/// Anchor is one small file: two slots of 4 KiB, each a few lines that a person can read, with a sequence number and a
/// digest. An advance overwrites the older slot and syncs it, so that a torn write leaves the newer one. The file is
/// locked while the Anchor has it open: one writer. Put it on another device than the database.
class Anchor {
 public:
  /// Anchor names the file and opens nothing yet.
  explicit Anchor(std::filesystem::path file) : file_(std::move(file)) {}

  /// Read opens and locks the file, and returns its newer slot, or nothing when there is no file. Corruption: neither
  /// slot is whole. Unavailable: it cannot be read, or another process has it locked.
  Result<std::optional<AnchorState>> Read();

  /// Advance compares the file with `from` (nothing: make a new file, mode 0600) and writes `to`, durably. Conflict:
  /// the file says something else. FailedPrecondition: `to` goes back, or is of another log, or has another root for
  /// the same size. Unavailable: the file still says `from`. OutcomeUnknown: it may say either. Every error names the
  /// file.
  Result<void> Advance(const std::optional<AnchorState>& from, const AnchorState& to);

  /// Succeed is Advance from the final checkpoint of one log to a checkpoint of its successor: the one step that
  /// changes the origin. Its caller answers for `from` being final. FailedPrecondition: `to` is of the same log, or the
  /// record log goes back.
  Result<void> Succeed(const AnchorState& from, const AnchorState& to);

  const std::filesystem::path& file() const { return file_; }

 private:
  using Rule = Result<void> (*)(const std::filesystem::path& file, const AnchorState& from, const AnchorState& to);
  Result<void> Open();
  Result<void> Replace(const AnchorState& from, const AnchorState& to, Rule follows);
  Result<void> Create(const AnchorState& state);

  std::filesystem::path file_;
  io::Descriptor fd_;
};

/// ReadAnchor reads the file for who only looks: without its lock, as Anchor::Read otherwise.
Result<std::optional<AnchorState>> ReadAnchor(const std::filesystem::path& file);

}  // namespace certmark::ledger
