// Files of any size: digested and copied piece by piece.
#pragma once

#include <cstdint>
#include <filesystem>

#include "verifier-sdk/core/hash.h"

namespace certmark::ca {

/// FileDigest is what a file holds.
struct FileDigest {
  std::uint64_t size = 0;
  Hash sha256;
  bool operator==(const FileDigest&) const = default;
};

/// DigestLargeFile reads a regular file, and makes it durable if it is not yet. NotFound: none. PermissionDenied: a
/// link, or closed to us. Corruption: no regular file. Unavailable: it cannot be read.
Result<FileDigest> DigestLargeFile(const std::filesystem::path& file);

/// CopyLargeFile copies a regular file, its mode too, durably but for its name, and returns what was copied.
/// AlreadyExists: something bears the name `to`. Others as DigestLargeFile.
Result<FileDigest> CopyLargeFile(const std::filesystem::path& from, const std::filesystem::path& to);

}  // namespace certmark::ca
