#include "api/cli/new_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "ledger/posix_file.h"

namespace certmark::cli {
namespace {

Error Exists(const std::filesystem::path& name) {
  return {ErrorCode::kAlreadyExists, name.string() + " is there already"};
}

}  // namespace

Result<NewFile> NewFile::Create(const std::filesystem::path& name) {
  struct stat status {};
  if (::lstat(name.c_str(), &status) == 0) return Exists(name);
  NewFile file(name, -1);
  file.fd_ = ::open(file.Part().c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file.fd_ >= 0) return file;
  if (errno == EEXIST) return Exists(file.Part());
  return ledger::FileError("make", file.Part());
}

NewFile::NewFile(NewFile&& other) noexcept : name_(std::move(other.name_)), fd_(std::exchange(other.fd_, -1)) {}

NewFile::~NewFile() {
  if (fd_ < 0) return;
  ::close(fd_);
  ::unlink(Part().c_str());
}

Result<void> NewFile::Write(std::string_view bytes) {
  return ledger::WriteAll(fd_, AsBytes(bytes), Part());
}

Result<void> NewFile::Keep() {
  if (::fsync(fd_) != 0) return ledger::FileError("sync", Part());
  // A link, unlike a rename, takes no other file's name. The part's own name goes with this.
  if (::link(Part().c_str(), name_.c_str()) != 0)
    return errno == EEXIST ? Exists(name_) : ledger::FileError("name", name_);
  return ledger::SyncDirectory(ledger::DirectoryOf(name_));
}

}  // namespace certmark::cli
