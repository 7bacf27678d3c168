#include "ca/large_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <functional>

#include "ca/sha256_stream.h"
#include "ledger/posix_file.h"
#include "verifier-sdk/io/descriptor.h"

namespace certmark::ca {
namespace {

using ledger::FileError;

constexpr std::size_t kPiece = 1024 * 1024;
constexpr mode_t kModeBits = 0777;

Result<io::Descriptor> OpenRegular(const std::filesystem::path& file, struct stat& status) {
  io::Descriptor fd(::open(file.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!fd.ok()) return FileError("open", file, ledger::NameErrorCode());
  if (::fstat(fd.get(), &status) != 0) return FileError("examine", file);
  if (!S_ISREG(status.st_mode)) return Error{ErrorCode::kCorruption, file.string() + " is not a regular file"};
  return fd;
}

// ReadThrough shows a file to `visit`, piece by piece, and returns its digest.
Result<FileDigest> ReadThrough(int fd, const std::filesystem::path& file,
                               const std::function<Result<void>(ByteView)>& visit) {
  Bytes piece(kPiece);
  FileDigest digest;
  Sha256Stream hasher;
  for (;;) {
    const std::size_t got = CM_TRY(ledger::ReadInto(fd, piece, file));
    if (got == 0) break;
    const ByteView bytes = ByteView(piece).first(got);
    hasher.Add(bytes);
    digest.size += bytes.size();
    CM_TRY(visit(bytes));
  }
  digest.sha256 = CM_TRY(hasher.Take());
  return digest;
}

}  // namespace

Result<FileDigest> DigestLargeFile(const std::filesystem::path& file) {
  struct stat status {};
  const io::Descriptor fd = CM_TRY(OpenRegular(file, status));
  auto digest = CM_TRY(ReadThrough(fd.get(), file, [](ByteView) { return Result<void>(); }));
  // A medium that is mounted to be read has nothing to be synced.
  if (::fsync(fd.get()) != 0 && errno != EROFS && errno != EINVAL) return FileError("sync", file);
  return digest;
}

Result<FileDigest> CopyLargeFile(const std::filesystem::path& from, const std::filesystem::path& to) {
  struct stat status {};
  const io::Descriptor in = CM_TRY(OpenRegular(from, status));
  io::Descriptor out(::open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!out.ok()) return FileError("create", to, ledger::NameErrorCode());
  auto digest =
      CM_TRY(ReadThrough(in.get(), from, [&](ByteView bytes) { return ledger::WriteAll(out.get(), bytes, to); }));
  if (::fchmod(out.get(), status.st_mode & kModeBits) != 0) return FileError("set the mode of", to);
  if (::fsync(out.get()) != 0) return FileError("sync", to);
  if (!out.Close()) return FileError("close", to);
  return digest;
}

}  // namespace certmark::ca
