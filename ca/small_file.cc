#include "ca/small_file.h"

#include <fcntl.h>
#include <openssl/crypto.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <span>

#include "ledger/posix_file.h"
#include "verifier-sdk/io/descriptor.h"

namespace certmark::ca {
namespace {

using io::Descriptor;
using ledger::FileError;
using ledger::NameErrorCode;

Result<void> CheckPrivate(int fd, const std::filesystem::path& file) {
  struct stat status = {};
  if (::fstat(fd, &status) != 0) return FileError("examine", file);
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
  if (!fd.ok()) return FileError("create", file, NameErrorCode());
  CM_TRY(ledger::WriteAll(fd.get(), AsBytes(contents), file));
  // Whatever the umask says.
  if (::fchmod(fd.get(), mode) != 0) return FileError("set the mode of", file);
  if (::fsync(fd.get()) != 0) return FileError("sync", file);
  return ledger::SyncDirectory(ledger::DirectoryOf(file));
}

Result<void> InstallNewFile(const std::filesystem::path& file, std::string_view contents, mode_t mode) {
  std::filesystem::path part = file;
  part += ".part";
  if (::unlink(part.c_str()) != 0 && errno != ENOENT) return FileError("remove", part, NameErrorCode());
  CM_TRY(WriteNewFile(part, contents, mode));
  if (ledger::RenameNew(part, file) != 0) return FileError("create", file, NameErrorCode());
  return ledger::SyncDirectory(ledger::DirectoryOf(file));
}

Result<void> MakePrivateDirectory(const std::filesystem::path& directory) {
  if (::mkdir(directory.c_str(), S_IRWXU) != 0) return FileError("create", directory, NameErrorCode());
  return ledger::SyncDirectory(ledger::DirectoryOf(directory));
}

Result<Secret> ReadPrivateFile(const std::filesystem::path& file, std::size_t limit) {
  // O_NONBLOCK: opening a FIFO must not wait for its writer.
  const Descriptor fd(::open(file.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!fd.ok()) return FileError("open", file, NameErrorCode());
  CM_TRY(CheckPrivate(fd.get(), file));
  std::string text(limit + 1, '\0');
  const std::span<std::uint8_t> room(reinterpret_cast<std::uint8_t*>(text.data()), text.size());
  const auto read = ledger::ReadInto(fd.get(), room, file);
  const std::size_t length = read ? *read : 0;
  Secret secret(std::string_view(text).substr(0, length));
  OPENSSL_cleanse(text.data(), text.size());
  if (!read) return read.error();
  if (length > limit) return Error{ErrorCode::kInvalidArgument, file.string() + " is too large"};
  return secret;
}

Result<std::string> ReadPublicFile(const std::filesystem::path& file, std::size_t limit) {
  auto text = CM_TRY(ledger::ReadSmallFile(file, limit));
  if (!text) return Error{ErrorCode::kNotFound, "no file " + file.string()};
  return *std::move(text);
}

}  // namespace certmark::ca
