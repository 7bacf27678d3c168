#include "verifier-sdk/io/posix_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>

#include "verifier-sdk/io/descriptor.h"

namespace certmark::io {
namespace {

Result<void> WriteFresh(const std::filesystem::path& file, std::string_view text, unsigned mode) {
  Descriptor fd(::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, mode));
  if (!fd.ok()) return FileError("create", file);
  CM_TRY(WriteAll(fd.get(), AsBytes(text), file));
  if (::fsync(fd.get()) != 0) return FileError("sync", file);
  if (!fd.Close()) return FileError("close", file);
  return {};
}

// Room to begin with: what the file has now, and a byte more, in which growth since is noticed. The limit is no reason
// to allocate that much, nor is a size that says nothing (of a pipe) one to read by single bytes.
Result<std::size_t> RoomFor(int fd, const std::filesystem::path& file, std::size_t limit) {
  constexpr std::size_t kLeast = 4096;
  struct stat status {};
  if (::fstat(fd, &status) != 0) return FileError("read", file);
  return std::min(std::max(static_cast<std::size_t>(status.st_size), kLeast), limit) + 1;
}

}  // namespace

Error FileError(const char* what, const std::filesystem::path& file, ErrorCode code) {
  const int reason = errno;
  return {code, std::string("cannot ") + what + " " + file.string() + ": " + std::generic_category().message(reason)};
}

Error FileError(const char* what, const std::filesystem::path& file, const std::error_code& reason) {
  return {ErrorCode::kUnavailable, std::string("cannot ") + what + " " + file.string() + ": " + reason.message()};
}

ErrorCode NameErrorCode() {
  switch (errno) {
    case ENOENT:
      return ErrorCode::kNotFound;
    case EEXIST:
      return ErrorCode::kAlreadyExists;
    case EACCES:
    case EPERM:
    case ELOOP:
      return ErrorCode::kPermissionDenied;
    default:
      return ErrorCode::kUnavailable;
  }
}

Result<void> WriteAll(int fd, ByteView bytes, const std::filesystem::path& file) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return FileError("write", file);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return {};
}

Result<std::size_t> ReadInto(int fd, std::span<std::uint8_t> into, const std::filesystem::path& file) {
  std::size_t length = 0;
  while (length < into.size()) {
    const ssize_t got = ::read(fd, into.data() + length, into.size() - length);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return FileError("read", file);
    if (got == 0) break;
    length += static_cast<std::size_t>(got);
  }
  return length;
}

Result<std::optional<std::string>> ReadSmallFile(const std::filesystem::path& file, std::size_t limit) {
  const Descriptor fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.ok() && errno == ENOENT) return std::optional<std::string>{};
  if (!fd.ok()) return FileError("open", file);
  std::string text(CM_TRY(RoomFor(fd.get(), file, limit)), '\0');
  for (std::size_t length = 0;;) {
    const std::span<std::uint8_t> all(reinterpret_cast<std::uint8_t*>(text.data()), text.size());
    length += CM_TRY(ReadInto(fd.get(), all.subspan(length), file));
    if (length > limit) {
      return Error{ErrorCode::kCorruption, file.string() + " is longer than " + std::to_string(limit) + " bytes"};
    }
    if (length < text.size()) {
      text.resize(length);
      return std::optional(std::move(text));
    }
    text.resize(std::min(2 * text.size(), limit + 1));
  }
}

Result<void> ReplaceFile(const std::filesystem::path& file, std::string_view text, unsigned mode) {
  std::filesystem::path fresh = file;
  fresh += ".new";
  Result<void> done = WriteFresh(fresh, text, mode);
  if (done) done = PutInPlace(fresh, file);
  if (!done) ::unlink(fresh.c_str());
  return done;
}

Result<void> PutInPlace(const std::filesystem::path& fresh, const std::filesystem::path& file) {
  if (::rename(fresh.c_str(), file.c_str()) != 0) return FileError("replace", file);
  if (auto synced = SyncDirectory(DirectoryOf(file)); !synced) {
    return Error{ErrorCode::kOutcomeUnknown, file.string() + ": " + synced.error().message};
  }
  return {};
}

int RenameNew(const std::filesystem::path& from, const std::filesystem::path& to) {
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return 0;
  if (errno != EINVAL) return -1;
  struct stat status {};
  if (::lstat(to.c_str(), &status) == 0) errno = EEXIST;
  return errno == ENOENT ? ::rename(from.c_str(), to.c_str()) : -1;
}

std::filesystem::path DirectoryOf(const std::filesystem::path& file) {
  return file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
}

bool LiesIn(const std::filesystem::path& file, const std::filesystem::path& directory) {
  std::error_code error;
  const std::filesystem::path place = std::filesystem::weakly_canonical(file, error);
  const auto way = place.lexically_relative(std::filesystem::weakly_canonical(directory, error));
  return !way.empty() && *way.begin() != "..";
}

Result<void> SyncDirectory(const std::filesystem::path& directory) {
  const Descriptor fd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd.ok()) return FileError("open", directory);
  if (::fsync(fd.get()) != 0) return FileError("sync", directory);
  return {};
}

}  // namespace certmark::io
