#include "api/cli/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <system_error>

#include "ca/sha256_stream.h"
#include "ledger/posix_file.h"
#include "verifier-sdk/core/names.h"
#include "verifier-sdk/core/trust_list.h"
#include "verifier-sdk/io/descriptor.h"

namespace certmark::cli {
namespace {

constexpr std::size_t kPieceBytes = 64 * 1024;

Error CannotRead(const std::filesystem::path& file, int reason) {
  std::string message = "cannot read " + file.string();
  if (reason != 0) message += ": " + std::generic_category().message(reason);
  return {ErrorCode::kUnavailable, std::move(message)};
}

// Grows as it reads: a limit is no reason to allocate that much.
Result<std::string> ReadStream(std::istream& in, const std::filesystem::path& file, std::size_t limit) {
  std::string text;
  std::array<char, kPieceBytes> chunk;
  while (in && text.size() < limit) {
    in.read(chunk.data(), static_cast<std::streamsize>(std::min(chunk.size(), limit - text.size())));
    text.append(chunk.data(), static_cast<std::size_t>(in.gcount()));
  }
  if (in.bad()) return CannotRead(file, EIO);
  return text;
}

Result<std::ifstream> Open(const std::filesystem::path& file) {
  std::error_code code;
  // A directory opens like a file, and only reading it fails.
  if (std::filesystem::is_directory(file, code)) return CannotRead(file, EISDIR);
  errno = 0;
  std::ifstream stream(file, std::ios::binary);
  if (!stream) return CannotRead(file, errno);
  return stream;
}

// ---- An output

// Followed is what a name leads to, also where nothing is there yet.
Result<std::filesystem::path> Followed(std::filesystem::path file) {
  constexpr int kMaxLinks = 40;
  std::error_code code;
  for (int i = 0; std::filesystem::is_symlink(file, code); ++i) {
    if (i == kMaxLinks) return Error{ErrorCode::kUnavailable, "too many links lead on from " + file.string()};
    file = file.parent_path() / std::filesystem::read_symlink(file, code);
  }
  return file;
}

// Fresh is a new file beside another.
struct Fresh {
  std::filesystem::path name;
  io::Descriptor fd;
};

// MakeFresh takes a name that nothing bears: the folder is the user's, and what lies in it may be, too.
Result<Fresh> MakeFresh(const std::filesystem::path& file) {
  constexpr int kMaxNames = 100;
  const std::string stem = file.string() + "." + std::to_string(::getpid()) + ".";
  for (int i = 0;; ++i) {
    std::filesystem::path name = stem + std::to_string(i);
    io::Descriptor fd(::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
    if (fd.ok()) return Fresh{std::move(name), std::move(fd)};
    if (errno != EEXIST || i == kMaxNames) return ledger::FileError("create", name);
  }
}

// Fill: `old` is the file that is to be replaced, if there is one, whose readers stay the same.
Result<void> Fill(Fresh& fresh, const struct stat* old, std::string_view bytes) {
  if (old && ::fchmod(fresh.fd.get(), old->st_mode & ALLPERMS) != 0) return ledger::FileError("write", fresh.name);
  CM_TRY(ledger::WriteAll(fresh.fd.get(), AsBytes(bytes), fresh.name));
  if (::fsync(fresh.fd.get()) != 0) return ledger::FileError("sync", fresh.name);
  if (!fresh.fd.Close()) return ledger::FileError("close", fresh.name);
  return {};
}

Result<void> ReplaceWhole(const std::filesystem::path& file, std::string_view bytes) {
  struct stat old {};
  const bool is_there = ::stat(file.c_str(), &old) == 0;
  Fresh fresh = CM_TRY(MakeFresh(file));
  Result<void> done = Fill(fresh, is_there ? &old : nullptr, bytes);
  if (done) done = ledger::PutInPlace(fresh.name, file);
  if (!done) ::unlink(fresh.name.c_str());
  return done;
}

}  // namespace

Result<std::string> ReadBeginning(std::istream& in, const std::filesystem::path& file, std::size_t limit) {
  if (file == "-") return ReadStream(in, file, limit);
  std::ifstream stream = CM_TRY(Open(file));
  return ReadStream(stream, file, limit);
}

Result<std::string> ReadInput(std::istream& in, const std::filesystem::path& file, std::size_t limit) {
  std::string text = CM_TRY(ReadBeginning(in, file, limit + 1));
  if (text.size() <= limit) return text;
  return Error{ErrorCode::kUnavailable, file.string() + " is longer than " + std::to_string(limit) + " bytes"};
}

Result<std::string> ReadTrustList(std::istream& in, const std::filesystem::path& file) {
  std::string text = CM_TRY(ReadInput(in, file, TrustList::kMaxBytes + 2));
  text.erase(text.find_last_not_of("\r\n") + 1);
  return text;
}

Result<std::string> DigestFile(const std::filesystem::path& file) {
  std::ifstream stream = CM_TRY(Open(file));
  ca::Sha256Stream digest;
  std::array<char, kPieceBytes> piece;
  while (stream) {
    stream.read(piece.data(), piece.size());
    digest.Add(AsBytes({piece.data(), static_cast<std::size_t>(stream.gcount())}));
  }
  if (stream.bad()) return CannotRead(file, EIO);
  return "sha256:" + CM_TRY(digest.Take()).Hex();
}

Result<void> WriteOutput(const std::filesystem::path& file, std::string_view bytes) {
  std::error_code code;
  const std::filesystem::file_status status = std::filesystem::status(file, code);
  // A link stays one: what it leads to is replaced.
  if (!std::filesystem::exists(status) || std::filesystem::is_regular_file(status))
    return ReplaceWhole(CM_TRY(Followed(file)), bytes);
  errno = 0;
  std::ofstream stream(file, std::ios::binary | std::ios::trunc);
  stream.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  stream.close();
  if (stream) return {};
  return Error{ErrorCode::kUnavailable,
               "cannot write " + file.string() + ": " + std::generic_category().message(errno)};
}

Result<void> MakeDirectories(const std::filesystem::path& directory) {
  std::error_code code;
  if (std::filesystem::is_directory(directory, code)) return {};
  if (directory.has_parent_path() && directory.parent_path() != directory)
    CM_TRY(MakeDirectories(directory.parent_path()));
  if (::mkdir(directory.c_str(), S_IRWXU) == 0 || errno == EEXIST) return {};
  return Error{ErrorCode::kUnavailable,
               "cannot make " + directory.string() + ": " + std::generic_category().message(errno)};
}

}  // namespace certmark::cli
