#include "ledger/posix_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "ledger/descriptor.h"

namespace certmark::ledger {
namespace {

Result<void> WriteFresh(const std::filesystem::path& file, std::string_view text) {
  Descriptor fd(::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!fd.ok()) return FileError("create", file);
  CM_TRY(WriteAll(fd.get(), AsBytes(text), file));
  if (::fsync(fd.get()) != 0) return FileError("sync", file);
  if (!fd.Close()) return FileError("close", file);
  return {};
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
  std::string text(limit + 1, '\0');
  const std::span<std::uint8_t> room(reinterpret_cast<std::uint8_t*>(text.data()), text.size());
  const std::size_t length = CM_TRY(ReadInto(fd.get(), room, file));
  if (length > limit) {
    return Error{ErrorCode::kCorruption, file.string() + " is longer than " + std::to_string(limit) + " bytes"};
  }
  text.resize(length);
  return std::optional(std::move(text));
}

Result<void> ReplaceFile(const std::filesystem::path& file, std::string_view text) {
  std::filesystem::path fresh = file;
  fresh += ".new";
  if (auto written = WriteFresh(fresh, text); !written) {
    ::unlink(fresh.c_str());
    return written;
  }
  if (::rename(fresh.c_str(), file.c_str()) != 0) {
    Error error = FileError("replace", file);
    ::unlink(fresh.c_str());
    return error;
  }
  if (auto synced = SyncDirectory(DirectoryOf(file)); !synced) {
    return Error{ErrorCode::kOutcomeUnknown, file.string() + ": " + synced.error().message};
  }
  return {};
}

std::filesystem::path DirectoryOf(const std::filesystem::path& file) {
  return file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
}

Result<void> SyncDirectory(const std::filesystem::path& directory) {
  const Descriptor fd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd.ok()) return FileError("open", directory);
  if (::fsync(fd.get()) != 0) return FileError("sync", directory);
  return {};
}

}  // namespace certmark::ledger
