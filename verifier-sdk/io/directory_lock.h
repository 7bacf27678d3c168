// DirectoryLock: one process at a time.
#pragma once

#include <filesystem>
#include <utility>

#include "verifier-sdk/core/result.h"

namespace certmark::io {

/// DirectoryLock holds a directory for this process, by flock on the file `lock` in it, until it is destroyed or the
/// process ends, however that comes.
class DirectoryLock {
 public:
  /// Take never waits. FailedPrecondition: another holder has it. Unavailable: the file cannot be opened.
  static Result<DirectoryLock> Take(const std::filesystem::path& directory);
  DirectoryLock(DirectoryLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  DirectoryLock& operator=(DirectoryLock&&) = delete;
  ~DirectoryLock();

 private:
  explicit DirectoryLock(int fd) : fd_(fd) {}
  int fd_;
};

}  // namespace certmark::io
