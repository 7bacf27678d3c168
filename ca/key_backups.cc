#include "ca/key_backups.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <optional>
#include <string>
#include <system_error>

#include "ca/document_file.h"
#include "ca/small_file.h"
#include "ledger/descriptor.h"
#include "ledger/posix_file.h"

namespace certmark::ca {
namespace {

namespace fs = std::filesystem;
using ledger::FileError;

constexpr std::string_view kPart = ".part";
constexpr std::size_t kMaxFileBytes = 4096;  // of a key, whichever

/// Copy is one entry of the directory that is a key backup.
struct Copy {
  fs::path path;
  Time begun;
  bool whole;
};

std::optional<Copy> CopyAt(const fs::path& path) {
  std::string name = path.filename();
  const bool whole = !name.ends_with(kPart);
  if (!whole) name.resize(name.size() - kPart.size());
  const auto begun = ParseDateTime(name);
  if (!begun) return std::nullopt;
  return Copy{path, *begun, whole};
}

Result<std::vector<Copy>> CopiesIn(const fs::path& directory) {
  std::vector<Copy> copies;
  std::error_code error;
  for (auto at = fs::directory_iterator(directory, error); !error && at != fs::directory_iterator();
       at.increment(error)) {
    if (auto copy = CopyAt(at->path())) copies.push_back(*std::move(copy));
  }
  if (error == std::errc::no_such_file_or_directory) {
    return Error{ErrorCode::kNotFound, "no directory " + directory.string()};
  }
  if (error) return FileError("look into", directory, error);
  std::ranges::sort(copies, {}, &Copy::begun);
  return copies;
}

Result<void> Delete(const fs::path& copy) {
  std::error_code error;
  fs::remove_all(copy, error);
  if (error) return FileError("remove", copy, error);
  return SyncFolderOf(copy);
}

/// CopyKey copies one file, or nothing where it is gone: its key was destroyed meanwhile.
Result<void> CopyKey(const fs::path& from, const fs::path& to) {
  auto key = ReadPrivateFile(from, kMaxFileBytes);
  if (!key && key.error().code == ErrorCode::kNotFound) return {};
  if (!key) return key.error();
  const ledger::Descriptor fd(::open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, kPrivateMode));
  if (!fd.ok()) return DiskError("create", to);
  return WriteToDisk(fd.get(), AsBytes(key->Reveal()), to);
}

Result<void> CopyBelow(const fs::path& from, const fs::path& to) {
  if (::mkdir(to.c_str(), S_IRWXU) != 0) return DiskError("create", to);
  std::error_code error;
  for (auto at = fs::directory_iterator(from, error); !error && at != fs::directory_iterator(); at.increment(error)) {
    const fs::path copy = to / at->path().filename();
    if (at->path().extension() == kPart) continue;  // a key that has encrypted nothing yet
    CM_TRY(at->is_directory(error) && !at->is_symlink(error) ? CopyBelow(at->path(), copy) : CopyKey(at->path(), copy));
  }
  if (error == std::errc::no_such_file_or_directory) return Error{ErrorCode::kNotFound, "no folder " + from.string()};
  if (error) return FileError("look into", from, error);
  return {};
}

/// SyncDisk makes everything on the disk durable at once: a sync of each of millions of files would take hours.
Result<void> SyncDisk(const fs::path& directory) {
  const ledger::Descriptor fd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd.ok()) return DiskError("open", directory);
  if (::syncfs(fd.get()) != 0) return DiskError("sync the disk of", directory);
  return {};
}

bool LiesIn(const fs::path& path, const fs::path& directory) {
  std::error_code error;
  const fs::path way = fs::weakly_canonical(path, error).lexically_relative(fs::weakly_canonical(directory, error));
  return !way.empty() && *way.begin() != "..";
}

}  // namespace

Result<fs::path> BackUpKeys(const fs::path& from, const fs::path& to_directory, Time now) {
  if (LiesIn(to_directory, from)) {
    return Error{ErrorCode::kInvalidArgument, to_directory.string() + " lies in the folder that is copied"};
  }
  for (const Copy& copy : CM_TRY(CopiesIn(to_directory))) {
    if (!copy.whole) CM_TRY(Delete(copy.path));
  }
  const fs::path to = to_directory / FormatDateTime(now), part = PartOf(to);
  auto copied = CopyBelow(from, part);
  if (copied) copied = SyncDisk(part);
  if (copied) copied = RenameNew(part, to);
  if (copied) copied = SyncFolderOf(to);
  if (copied) return to;
  std::error_code ignored;
  fs::remove_all(part, ignored);
  return copied.error();
}

Result<std::vector<Time>> KeyBackups(const fs::path& to_directory) {
  std::vector<Time> times;
  for (const Copy& copy : CM_TRY(CopiesIn(to_directory))) times.push_back(copy.begun);
  return times;
}

Result<std::size_t> ExpireKeyBackups(const fs::path& to_directory, Time now, Seconds max_age) {
  std::size_t deleted = 0;
  for (const Copy& copy : CM_TRY(CopiesIn(to_directory))) {
    if (now - copy.begun < max_age) continue;
    CM_TRY(Delete(copy.path));
    ++deleted;
  }
  return deleted;
}

Result<bool> ErasureIsComplete(const fs::path& to_directory, Time destroyed_at) {
  const std::vector<Time> times = CM_TRY(KeyBackups(to_directory));
  return times.empty() || times.front() > destroyed_at;
}

}  // namespace certmark::ca
