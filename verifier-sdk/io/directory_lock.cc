#include "verifier-sdk/io/directory_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>

namespace certmark::io {

Result<DirectoryLock> DirectoryLock::Take(const std::filesystem::path& directory) {
  const std::filesystem::path file = directory / "lock";
  const int fd = ::open(file.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd < 0) {
    const int reason = errno;
    return Error{ErrorCode::kUnavailable,
                 "cannot open " + file.string() + ": " + std::generic_category().message(reason)};
  }
  DirectoryLock lock(fd);
  if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
    return Error{ErrorCode::kFailedPrecondition, directory.string() + " is in use by another process"};
  }
  return lock;
}

DirectoryLock::~DirectoryLock() {
  if (fd_ >= 0) ::close(fd_);
}

}  // namespace certmark::io
