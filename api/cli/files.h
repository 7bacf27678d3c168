// Files that a command line names: read within a limit, written where the user says.
#pragma once

#include <filesystem>
#include <istream>
#include <string>
#include <string_view>

#include "verifier-sdk/core/result.h"

namespace certmark::cli {

/// ReadInput reads a file, or `in` for "-", and at most `limit` bytes of it. Unavailable: it cannot be read, or is
/// longer.
Result<std::string> ReadInput(std::istream& in, const std::filesystem::path& file, std::size_t limit);

/// ReadBeginning reads at most `limit` bytes and leaves what follows: for a reader that judges length itself, told one
/// byte more than it takes. Unavailable: the file cannot be read.
Result<std::string> ReadBeginning(std::istream& in, const std::filesystem::path& file, std::size_t limit);

/// ReadTrustList reads a trust list's compact JWS, without the line end that editors add. Unavailable as ReadInput.
Result<std::string> ReadTrustList(std::istream& in, const std::filesystem::path& file);

/// DigestFile is `sha256:` and the digest of a file of any size. Unavailable: it cannot be read.
Result<std::string> DigestFile(const std::filesystem::path& file);

/// WriteOutput writes a file that is not secret. An old one is replaced by the whole of the new one, of the same mode,
/// or stays, and nothing else in its folder is touched; what is no file (a terminal, a pipe) is written to.
/// Unavailable: it cannot be written. OutcomeUnknown: as ledger::ReplaceFile's.
Result<void> WriteOutput(const std::filesystem::path& file, std::string_view bytes);

/// MakeDirectories makes a directory and those above it, for the owner alone. Unavailable: it cannot be made.
Result<void> MakeDirectories(const std::filesystem::path& directory);

}  // namespace certmark::cli
