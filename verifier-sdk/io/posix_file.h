// Files by descriptor: what the standard library cannot say about durability.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>

#include "verifier-sdk/core/bytes.h"
#include "verifier-sdk/core/result.h"

namespace certmark::io {

/// FileError says that `what` could not be done to a file, for the reason in `errno`, or in `reason`.
Error FileError(const char* what, const std::filesystem::path& file, ErrorCode code = ErrorCode::kUnavailable);
Error FileError(const char* what, const std::filesystem::path& file, const std::error_code& reason);
/// NameErrorCode is the code for a name that could not be opened or made, by `errno`: NotFound, AlreadyExists,
/// PermissionDenied (closed to us, or a link), else Unavailable.
ErrorCode NameErrorCode();

/// WriteAll writes all of `bytes`, ReadInto fills `into` as far as the file goes and returns how far that was; `file`
/// is its name in errors. Unavailable: it could not be done; some of it may have been.
Result<void> WriteAll(int fd, ByteView bytes, const std::filesystem::path& file);
Result<std::size_t> ReadInto(int fd, std::span<std::uint8_t> into, const std::filesystem::path& file);

/// ReadSmallFile returns a file's bytes, or nothing when it does not exist, and takes little more room than the file
/// has. Corruption: more than `limit` bytes. Unavailable: it could not be read.
Result<std::optional<std::string>> ReadSmallFile(const std::filesystem::path& file, std::size_t limit);

/// ReplaceFile puts `text` in place of the file, durably: a new file beside it (`<file>.new`, `mode` within
/// the umask), fsync, rename, fsync of the directory. The directory is ours: what an earlier attempt left of the new
/// file goes. Unavailable: the old file is untouched. OutcomeUnknown: the new one is there, but may not survive a power
/// cut.
Result<void> ReplaceFile(const std::filesystem::path& file, std::string_view text, unsigned mode = 0600);
/// PutInPlace gives the durable file `fresh` the name of the one beside it, durably. Unavailable: both are as they
/// were. OutcomeUnknown as ReplaceFile's.
Result<void> PutInPlace(const std::filesystem::path& fresh, const std::filesystem::path& file);

/// RenameNew gives `from` the name `to`, which nothing may have yet: 0, or -1 and a reason in `errno`. A file system
/// that cannot rename on that condition (NFS) is asked for the name first: of two at once there, both may succeed.
int RenameNew(const std::filesystem::path& from, const std::filesystem::path& to);

/// DirectoryOf is the directory that a file's name stands in.
std::filesystem::path DirectoryOf(const std::filesystem::path& file);

/// LiesIn: `file`, there or not, is below `directory`, or is it, wherever links lead.
bool LiesIn(const std::filesystem::path& file, const std::filesystem::path& directory);

/// SyncDirectory makes the names in a directory durable. Unavailable: it could not be.
Result<void> SyncDirectory(const std::filesystem::path& directory);

}  // namespace certmark::io
