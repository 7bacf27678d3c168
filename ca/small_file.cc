#include "ca/small_file.h"

#include <fcntl.h>
#include <openssl/crypto.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <system_error>

#include "ledger/posix_file.h"

namespace certmark::ca {
namespace {

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }
  bool ok() const { return fd_ >= 0; }

 private:
  int fd_;
};

ErrorCode CodeOf(int reason) {
  switch (reason) {
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

/// Failed tells what the system call that just failed said.
Error Failed(const char* what, const std::filesystem::path& file) {
  const int reason = errno;
  return {CodeOf(reason),
          std::string("cannot ") + what + " " + file.string() + ": " + std::generic_category().message(reason)};
}

std::filesystem::path DirectoryOf(const std::filesystem::path& file) {
  return file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
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

Result<void> CheckPrivate(int fd, const std::filesystem::path& file) {
  struct stat status = {};
  if (::fstat(fd, &status) != 0) return Failed("examine", file);
  if (!S_ISREG(status.st_mode)) return Error{ErrorCode::kPermissionDenied, file.string() + " is not a regular file"};
  if ((status.st_mode & (S_IRWXG | S_IRWXO)) == 0) return {};
  std::array<char, 8> mode{};
  std::snprintf(mode.data(), mode.size(), "%04o", status.st_mode & 07777);
  return Error{ErrorCode::kPermissionDenied,
               file.string() + " has mode " + mode.data() + ": others may touch it; make it 0600"};
}

}  // namespace

Result<void> WriteNewFile(const std::filesystem::path& file, std::string_view contents, mode_t mode) {
  const Descriptor fd(::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, kPrivateMode));
  if (!fd.ok()) return Failed("create", file);
  if (!WriteAll(fd.get(), contents)) return Failed("write", file);
  // Whatever the umask says.
  if (::fchmod(fd.get(), mode) != 0) return Failed("set the mode of", file);
  if (::fsync(fd.get()) != 0) return Failed("sync", file);
  return ledger::SyncDirectory(DirectoryOf(file));
}

Result<void> InstallNewFile(const std::filesystem::path& file, std::string_view contents, mode_t mode) {
  std::filesystem::path part = file;
  part += ".part";
  if (::unlink(part.c_str()) != 0 && errno != ENOENT) return Failed("remove", part);
  CM_TRY(WriteNewFile(part, contents, mode));
  if (::renameat2(AT_FDCWD, part.c_str(), AT_FDCWD, file.c_str(), RENAME_NOREPLACE) != 0) return Failed("create", file);
  return ledger::SyncDirectory(DirectoryOf(file));
}

Result<void> MakePrivateDirectory(const std::filesystem::path& directory) {
  if (::mkdir(directory.c_str(), S_IRWXU) != 0) return Failed("create", directory);
  return ledger::SyncDirectory(DirectoryOf(directory));
}

Result<Secret> ReadPrivateFile(const std::filesystem::path& file, std::size_t limit) {
  // O_NONBLOCK: opening a FIFO must not wait for its writer.
  const Descriptor fd(::open(file.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!fd.ok()) return Failed("open", file);
  CM_TRY(CheckPrivate(fd.get(), file));
  std::string text(limit + 1, '\0');
  std::size_t length = 0;
  while (length < text.size()) {
    const ssize_t got = ::read(fd.get(), text.data() + length, text.size() - length);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return Failed("read", file);
    if (got == 0) break;
    length += static_cast<std::size_t>(got);
  }
  Secret secret(std::string_view(text).substr(0, length));
  OPENSSL_cleanse(text.data(), text.size());
  if (length > limit) return Error{ErrorCode::kInvalidArgument, file.string() + " is too large"};
  return secret;
}

Result<std::string> ReadPublicFile(const std::filesystem::path& file, std::size_t limit) {
  auto text = CM_TRY(ledger::ReadSmallFile(file, limit));
  if (!text) return Error{ErrorCode::kNotFound, "no file " + file.string()};
  return *std::move(text);
}

}  // namespace certmark::ca
