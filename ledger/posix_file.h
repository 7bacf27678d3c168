// Files by descriptor: what the standard library cannot say about durability.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "verifier-sdk/core/result.h"

namespace certmark::ledger {

/// ReadSmallFile returns a file's bytes, or nothing when it does not exist. Corruption: more than `limit` bytes.
/// Unavailable: it could not be read.
Result<std::optional<std::string>> ReadSmallFile(const std::filesystem::path& file, std::size_t limit);

/// ReplaceFile puts `text` in place of the file, durably: a new file beside it (mode 0600), fsync, rename, fsync of the
/// directory. Unavailable: the old file is untouched. OutcomeUnknown: the new one is there, but may not survive a power
/// cut.
Result<void> ReplaceFile(const std::filesystem::path& file, std::string_view text);

/// SyncDirectory makes the names in a directory durable. Unavailable: it could not be.
Result<void> SyncDirectory(const std::filesystem::path& directory);

}  // namespace certmark::ledger
