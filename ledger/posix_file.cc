#include "ledger/posix_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "ledger/descriptor.h"

namespace certmark::ledger {
namespace {

Error Failed(const char* what, const std::filesystem::path& file, ErrorCode code = ErrorCode::kUnavailable) {
  const int reason = errno;
  return {code, std::string("cannot ") + what + " " + file.string() + ": " + std::generic_category().message(reason)};
}

bool WriteAll(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

Result<void> WriteNewFile(const std::filesystem::path& file, std::string_view text) {
  Descriptor fd(::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!fd.ok()) return Failed("create", file);
  if (!WriteAll(fd.get(), text)) return Failed("write", file);
  if (::fsync(fd.get()) != 0) return Failed("sync", file);
  if (!fd.Close()) return Failed("close", file);
  return {};
}

std::filesystem::path DirectoryOf(const std::filesystem::path& file) {
  return file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
}

}  // namespace

Result<std::optional<std::string>> ReadSmallFile(const std::filesystem::path& file, std::size_t limit) {
  const Descriptor fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.ok() && errno == ENOENT) return std::optional<std::string>{};
  if (!fd.ok()) return Failed("open", file);
  std::string text(limit + 1, '\0');
  std::size_t length = 0;
  while (length < text.size()) {
    const ssize_t got = ::read(fd.get(), text.data() + length, text.size() - length);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return Failed("read", file);
    if (got == 0) break;
    length += static_cast<std::size_t>(got);
  }
  if (length > limit) {
    return Error{ErrorCode::kCorruption, file.string() + " is longer than " + std::to_string(limit) + " bytes"};
  }
  text.resize(length);
  return std::optional(std::move(text));
}

Result<void> ReplaceFile(const std::filesystem::path& file, std::string_view text) {
  std::filesystem::path fresh = file;
  fresh += ".new";
  if (auto written = WriteNewFile(fresh, text); !written) {
    ::unlink(fresh.c_str());
    return written;
  }
  if (::rename(fresh.c_str(), file.c_str()) != 0) {
    Error error = Failed("replace", file);
    ::unlink(fresh.c_str());
    return error;
  }
  if (auto synced = SyncDirectory(DirectoryOf(file)); !synced) {
    return Error{ErrorCode::kOutcomeUnknown, file.string() + ": " + synced.error().message};
  }
  return {};
}

Result<void> SyncDirectory(const std::filesystem::path& directory) {
  const Descriptor fd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd.ok()) return Failed("open", directory);
  if (::fsync(fd.get()) != 0) return Failed("sync", directory);
  return {};
}

}  // namespace certmark::ledger
