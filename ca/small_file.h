// Small files: written once, whole and durably; read whole, and where they are private only if nobody else may touch
// them.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string_view>

#include "ca/secret.h"

namespace certmark::ca {

inline constexpr mode_t kPrivateMode = 0600, kPublicMode = 0644;

/// WriteNewFile creates `file` with exactly `mode` and makes it durable, its name included. AlreadyExists: something
/// bears that name, a dangling link too. Unavailable: it could not be written; what was begun stays.
Result<void> WriteNewFile(const std::filesystem::path& file, std::string_view contents, mode_t mode);

/// InstallNewFile is WriteNewFile for what must never be seen half written: it has its name once it is whole. A rest of
/// an earlier attempt, `<file>.part`, is removed. REQUIRES: nobody else installs that file meanwhile.
Result<void> InstallNewFile(const std::filesystem::path& file, std::string_view contents, mode_t mode);

/// MakePrivateDirectory creates one directory, mode 0700, durably. AlreadyExists: something bears that name.
Result<void> MakePrivateDirectory(const std::filesystem::path& directory);

/// ReadPrivateFile reads a file of at most `limit` bytes. NotFound: none. PermissionDenied: it is not a regular file,
/// or its group or others may touch it; the message names the mode. InvalidArgument: too large.
Result<Secret> ReadPrivateFile(const std::filesystem::path& file, std::size_t limit);

/// ReadPublicFile reads a file of at most `limit` bytes. NotFound: none. Corruption: too large. Unavailable: it cannot
/// be read.
Result<std::string> ReadPublicFile(const std::filesystem::path& file, std::size_t limit);

}  // namespace certmark::ca
